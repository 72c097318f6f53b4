"""Commands about the machine: doctor, serve, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json


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


@example("scenograph demo demo-mind")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo's mind lives.")] = Path(
        "demo-mind"
    ),
) -> None:
    """Build a mind here, measure it, and question it. Run again, it says what is up to date."""
    from scenograph.cli.demo import run

    run(folder)
