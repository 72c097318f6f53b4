"""Commands about the machine: carriers, doctor, serve, demo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json, MindPath


@example("scenograph carriers models/Qwen3-0.6B")
def carriers(
    model: Annotated[
        str | None,
        typer.Argument(help="A local folder or hub id to look at; none: the families.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """List base models that can carry a mind. Given one, say whether it can."""
    for row in [_described(model)] if model else _families():
        output.show(row, "  ".join(f"{key}: {value}" for key, value in row.items()), json)


def _families() -> Iterator[dict[str, Any]]:
    """The supported architectures, each with carriers people run; the embedded nano comes first."""
    from scenograph.carriers import FAMILIES, NANO

    size = (NANO / "model.safetensors").stat().st_size / 1e6
    about = f"embedded, {size:.1f} MB; knows the bundled world only"
    yield {"carrier": "nano", "family": "qwen3", "is": about}
    for name, family in FAMILIES.items():
        about = f"{family.title}: {family.examples}"
        yield {"carrier": "a folder or hub id", "family": name, "is": about}


def _described(model: str) -> dict[str, Any]:
    from scenograph.carriers import load_carrier
    from scenograph.errors import CarrierError

    if "/" not in model and model != "nano" and not Path(model).exists():
        raise CarrierError(f"{model} is neither a folder here nor a hub id such as Qwen/Qwen3-0.6B")
    carrier = load_carrier(model)
    return {
        "carrier": carrier.name,
        "family": carrier.family,
        "parameters": carrier.parameters,
        "longest": f"{carrier.max_length} tokens",
        "vocabulary": carrier.vocabulary.size,
        "digest": carrier.digest,
    }


@example("scenograph doctor demo-mind")
def doctor(
    mind: Annotated[
        Path | None, typer.Argument(metavar="MIND", help="Check this mind too.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Check the machine, the packages and a mind. The exit code is 1 if something is wrong."""
    from scenograph.cli.doctor import examine_machine, examine_mind

    findings = [*examine_machine(), *(examine_mind(mind) if mind else [])]
    for finding in findings:
        output.show(finding, str(finding), json)
    if any(not finding.well for finding in findings):
        raise typer.Exit(1)


@example("scenograph serve demo-mind --port 8600")
def serve(
    mind: MindPath,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this machine only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8600,
) -> None:
    """Serve a mind over HTTP. Paths such as /read, /ask and /recall are documented at /docs."""
    from scenograph.service.server import run

    run(
        mind,
        host=host,
        port=port,
        ready=lambda url: output.note(f"serving {mind} at {url}  (docs: {url}/docs)"),
    )


@example("scenograph demo demo-mind")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo's mind lives.")] = Path(
        "demo-mind"
    ),
) -> None:
    """Build a mind here, measure it, and question it. Run again, it says what is up to date."""
    from scenograph.cli.demo import run

    run(folder)
