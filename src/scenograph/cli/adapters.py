"""Commands about the adapters of a mind: adapters, and what teaches them afterwards: adapt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from scenograph.cli import consent, output
from scenograph.cli.commands import example
from scenograph.cli.tables import aligned
from scenograph.cli.talk import Json, MindPath, OverCarrier

if TYPE_CHECKING:
    from scenograph.adapters.compare import Factors, LayerDifference
    from scenograph.mind.adapters.listing import AdapterInfo
    from scenograph.mind.workspace import Workspace

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="An adapter, as `adapters list` names it.", show_default=False)
]


@example("scenograph adapters list demo-mind")
def list_(mind: MindPath, carrier: OverCarrier = None, json: Json = False) -> None:
    """List the adapters of a mind, with what each learned from."""
    from scenograph.mind.adapters.listing import list_adapters
    from scenograph.mind.workspace import Workspace

    found = list_adapters(Workspace(mind, carrier))
    if json:
        for info in found:
            output.record(info)
        return
    columns = ("adapter", "from", "steps", "loss", "rank", "size", "made", "digest", "examples")
    aligned(columns, [_row(info) for info in found], numbers=("steps", "loss", "rank", "size"))
    output.note(
        "examples by language (und: scenes only); loss: of an answer token, in nats, on examples held out"
    )


def _row(info: AdapterInfo) -> tuple[str, ...]:
    return (
        info.name,
        info.source,
        f"{info.steps:,}" if info.steps else "-",
        "-" if info.loss is None else f"{info.loss:.3f}",
        str(info.rank),
        f"{info.bytes / 1e6:.1f} MB",
        info.made[:16].replace("T", " "),
        info.digest[:8],
        _examples(info) or "-",
    )


def _examples(info: AdapterInfo) -> str:
    return ", ".join(f"{count:,} {language}" for language, count in info.examples.items())


@example("scenograph adapters show demo-mind decoder.poet")
def show(mind: MindPath, name: Name, carrier: OverCarrier = None, json: Json = False) -> None:
    """Show one adapter, and what depends on it."""
    from scenograph.mind.adapters.listing import dependents, list_adapters
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(mind, carrier)
    depends = dependents(workspace, name)
    [info] = [info for info in list_adapters(workspace) if info.name == name]
    if json:
        output.record(info, depends=depends)
        return
    output.data(name)
    for line in _facts(info):
        output.data(f"  {line}")
    output.data("  what depends on it:")
    for line in depends:
        output.data(f"    {line}")


def _facts(info: AdapterInfo) -> Iterable[str]:
    """Yield lines that describe an adapter."""
    sources = {
        "training": "trained together with the others",
        "pairs": f"taught by pairs, from a copy of {info.start}",
        "feedback": f"trained, then corrected by feedback, from {info.start}",
        "import": "imported",
        "rewards": "trained, then by what is read back of its own texts",
        "cycle": "trained, then by scenes and texts without a partner",
        "traces": f"taught by what the outside loop does with questions, from a copy of {info.start}",
    }
    yield f"from       {sources[info.source]}"
    if info.examples:
        yield f"examples   {_examples(info)}"
    if info.steps:
        yield f"steps      {info.steps:,}"
    if info.loss is not None:
        yield f"loss       {info.loss:.4f} nats for an answer token, on what was held out"
    if info.retention is not None:
        yield f"retention  {info.retention:.3f} of the scenes that were held out, without the guard"
    yield f"made       {info.made}"
    yield f"carrier    {info.carrier}"
    acts = "every token" if info.acts == "always" else "the tokens from its command on"
    yield f"shape      rank {info.rank}, alpha {info.alpha:g}, on {' '.join(info.layers)}; acts on {acts}"
    yield f"file       {info.bytes:,} bytes, digest {info.digest}"


@example("scenograph adapters export demo-mind decoder.poet --to peft poet-adapter")
def export(
    mind: MindPath,
    name: Name,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The new folder or file.", show_default=False)],
    to: Annotated[
        Literal["peft", "gguf"],
        typer.Option(
            help="peft: a folder that peft.PeftModel.from_pretrained loads. "
            "gguf: a file for llama.cpp, of a mind that it runs."
        ),
    ] = "peft",
    carrier: OverCarrier = None,
    json: Json = False,
) -> None:
    """Write an adapter to a folder or file. `adapters import` takes a folder into another mind."""
    from scenograph.mind.adapters.exchange import export_gguf, export_peft
    from scenograph.mind.workspace import Workspace

    write = export_gguf if to == "gguf" else export_peft
    write(Workspace(mind, carrier), name, path)
    output.show({"adapter": name, "to": to, "path": path}, str(path), json)


@example("scenograph adapters import demo-mind poet-adapter --replace")
def import_(
    mind: MindPath,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="A PEFT folder, made by `adapters export` or by PEFT itself.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="scene_interpreter, decoder.STYLE or response_synthesizer.STYLE; "
            "as it was called where it was exported.",
            show_default=False,
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Use it instead of the mind's adapter of this name.")
    ] = False,
    json: Json = False,
) -> None:
    """Take an adapter from a PEFT folder. One that does not fit the carrier is refused."""
    from scenograph.mind.adapters.exchange import import_peft, read_provenance
    from scenograph.mind.adapters.listing import list_adapters
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(mind)
    provenance = read_provenance(folder)
    called = name or (provenance.name if provenance is not None else folder.resolve().name)
    if not replace and any(info.name == called for info in list_adapters(workspace)):
        raise typer.BadParameter(
            f"{mind} has an adapter {called} already; give another name with --as, or --replace"
        )
    import_peft(workspace, folder, called)
    bring_up_to_date(Workspace(mind))
    output.show({"adapter": called, "path": folder}, called, json)
    if provenance is not None and provenance.name != called:
        output.warn(
            f"it was trained as {provenance.name} and is now asked in other words; look at what it says"
        )


@example("scenograph adapters remove demo-mind response_synthesizer.poet --yes")
def remove(
    mind: MindPath,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Adapters.", show_default=False)],
    yes: consent.Yes = False,
    json: Json = False,
) -> None:
    """
    Remove adapters, and say what depends on each.

    The pairs and the feedback that taught them go with them.
    """
    from scenograph.mind.adapters.listing import dependents, remove_adapters
    from scenograph.mind.workspace import Workspace

    consent.can_ask(yes=yes)
    workspace = Workspace(mind)
    for name in names:
        output.note(f"{name}:")
        for line in dependents(workspace, name):
            output.note(f"  {line}")
    consent.ask(f"Remove {output.count(len(names), 'adapter')} for good?", yes=yes)
    remove_adapters(workspace, names)
    bring_up_to_date(Workspace(mind), quiet=True)
    output.show({"removed": names}, " ".join(names), json)


@example("scenograph adapters diff demo-mind decoder.plain decoder.poet")
def diff(
    mind: MindPath,
    first: Annotated[
        str | None,
        typer.Argument(metavar="FIRST", help="An adapter; all if not given.", show_default=False),
    ] = None,
    second: Annotated[
        str | None,
        typer.Argument(metavar="SECOND", help="Another one; FIRST if not given.", show_default=False),
    ] = None,
    other: Annotated[
        Path | None,
        typer.Option("--with", metavar="MIND", help="SECOND is of this mind.", show_default=False),
    ] = None,
    layers: Annotated[bool, typer.Option("--layers", help="A line for each layer.")] = False,
    json: Json = False,
) -> None:
    """
    Say how far two adapters, or those of two minds, are apart.

    Compared is what an adapter adds to the weights of each layer. Norm: how much that is. Difference: the
    norm of what one adds and the other does not, divided by the first norm. Cosine: 1 if both add the same
    but for its size, 0 if they have nothing in common.
    """
    from scenograph.adapters.compare import compare

    if other is None and (first is None or second is None):
        raise typer.BadParameter("give two adapters, or --with another mind")
    one, two = _factors(mind), _factors(other or mind)
    pairs = [(first, second or first)] if first is not None else [(n, n) for n in one if n in two]
    for mine, theirs in pairs:
        found = compare(_chosen(one, mine, mind), _chosen(two, theirs, other or mind))
        if json:
            for difference in found:
                output.record(difference, first=mine, second=theirs)
            continue
        output.heading(mine if mine == theirs else f"{mine}, {theirs}")
        columns = ("layers", "norm", "and", "difference", "cosine")
        aligned(columns, _by_layer(found) if layers else _by_target(found), numbers=columns[1:])


def _factors(mind: Path) -> dict[str, dict[str, Factors]]:
    """Return the factors of the adapters that *mind* uses, without loading its carrier."""
    from scenograph.mind.adapters.exchange import factors_in
    from scenograph.mind.workspace import Workspace

    return factors_in(Workspace(mind))


def _chosen(adapters: dict[str, dict[str, Factors]], name: str, mind: Path) -> dict[str, Factors]:
    from scenograph.errors import AdapterError

    if name not in adapters:
        raise AdapterError(f"there is no adapter {name!r} in {mind}; it has {', '.join(adapters)}")
    return adapters[name]


def _by_layer(found: Sequence[LayerDifference]) -> Iterable[tuple[str, ...]]:
    for it in found:
        yield _line(it.layer, *it.norms, it.difference, it.cosine)


def _by_target(found: Sequence[LayerDifference]) -> Iterable[tuple[str, ...]]:
    """Yield a line for each kind of layer, with sums over the layers of this kind, and one for all."""
    kinds = sorted({it.layer.rpartition(".")[2] for it in found})
    for kind in (*kinds, "all") if len(kinds) > 1 else kinds:
        part = [it for it in found if kind in ("all", it.layer.rpartition(".")[2])]
        one, two = (sum(it.norms[i] ** 2 for it in part) for i in (0, 1))
        both = sum(it.cosine * it.norms[0] * it.norms[1] for it in part)
        apart = max(0.0, one + two - 2 * both) ** 0.5
        difference = apart / one**0.5 if one else None if apart else 0.0
        cosine = both / (one * two) ** 0.5 if one and two else 0.0
        yield _line(f"{kind} ({len(part)})", one**0.5, two**0.5, difference, cosine)


def _line(layer: str, one: float, two: float, difference: float | None, cosine: float) -> tuple[str, ...]:
    return (
        layer,
        f"{one:.3f}",
        f"{two:.3f}",
        "-" if difference is None else f"{difference:.3f}",
        f"{cosine:.3f}",
    )


# --- teaching -----------------------------------------------------------------------------------------------


@example("scenograph adapt demo-mind --from feedback.jsonl")
def adapt(
    mind: MindPath,
    source: Annotated[
        Path,
        typer.Option(
            "--from",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="What `read --json` and `speak --json` printed, with verdicts.",
            show_default=False,
        ),
    ],
    json: Json = False,
) -> None:
    """
    Learn from what a person accepted or corrected. Only the adapters concerned are trained.

    A line of the file is what `read --json` or `speak --json` printed, with "accepted": true, or with
    "corrected" and the scene or the text that would have been right. Each adapter is measured before and
    after, on lines that are held out and on what the mind was trained for. Where it got worse, the last state
    stays. The lines are kept in the mind and count the next time, too.
    """
    from scenograph.mind.steps import facts
    from scenograph.mind.steps.feedback import LEAST, STEP, by_adapter, kept_feedback, load_feedback
    from scenograph.mind.teaching.feedback import added, read_feedback
    from scenograph.mind.teaching.styles import styled
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(mind)
    check_trained(workspace)
    given = read_feedback(source, styled(workspace))
    for remark in given.remarks:
        output.warn(remark)
    lines, gone = added(load_feedback(workspace), given.lines)
    if gone:
        output.warn(f"{output.count(gone, 'earlier line')} said otherwise and no longer counts")
    manifest = workspace.manifest(STEP.name)
    former = manifest.read_bytes() if manifest.exists() else b""
    with kept_feedback(workspace, lines):
        bring_up_to_date(workspace)
    is_done_before = manifest.exists() and manifest.read_bytes() == former
    outcomes = [] if is_done_before else facts(workspace, STEP.name).get("adapted", [])
    for outcome in outcomes:
        output.show(outcome, _learned(outcome), json)
    for name, own in by_adapter(lines).items():
        if len(own) < LEAST:
            output.note(f"{name}: {output.count(len(own), 'line')} kept; it learns from {LEAST} on")
    if not outcomes:
        output.note("no adapter has changed")


def _learned(outcome: dict[str, Any]) -> str:
    """Say what came of the feedback on one adapter."""
    (before, rest), (after, rest_after) = outcome["before"], outcome["after"]
    verdict = "kept" if outcome["kept"] else "not kept: the last state stays"
    if not outcome["steps"]:
        verdict += ", since what was held out did not get better"
    return (
        f"{outcome['adapter']}: {output.count(outcome['learned'], 'line')} learned in {outcome['steps']} "
        f"steps; retention on {outcome['held_out']} held-out {before:.3f} -> {after:.3f}, "
        f"on what it was trained for {rest:.3f} -> {rest_after:.3f}; {verdict}"
    )


def check_trained(workspace: Workspace) -> None:
    """Raise `MindError` if the mind has no adapters that could be taught."""
    from scenograph.errors import MindError

    if workspace.config.is_remote:
        raise MindError(f"the carrier of {workspace.folder} is on a server, which cannot be taught")
    if not workspace.adapters.exists():
        folder = workspace.folder
        raise MindError(f"{folder} is not trained yet (no adapters); run: scenograph train {folder}")


def bring_up_to_date(workspace: Workspace, *, quiet: bool = False) -> None:
    """Make the later layers of a mind's adapters again, as far as something changed."""
    from scenograph.cli.progress import shown
    from scenograph.mind.steps import Step, confidence, cycle, feedback, rewards, run_steps, styles
    from scenograph.progress import Silent

    steps: list[Step] = [styles.STEP, feedback.STEP, rewards.STEP, cycle.STEP]
    if workspace.manifest(confidence.STEP.name).exists():
        steps.append(confidence.STEP)
    if quiet:
        for _ in run_steps(workspace, steps, Silent()):
            pass
        return
    with shown() as bars:
        for _ in run_steps(workspace, steps, bars):
            pass
