"""Commands about the machine: doctor, serve, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json, MindPath


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
