"""
What cannot be undone is asked for first: on a terminal by a question, elsewhere by `--yes`.

A script has nobody to ask, so there silence is no consent.
"""

from __future__ import annotations

import sys
from typing import Annotated, TypeAlias

import typer

from scenograph.cli import output

Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; a script must give this.")]
REFUSED = 2
"""Exit code where nobody can be asked: that of a wrong use."""


def can_ask(*, yes: bool) -> None:
    """
    Go on if somebody has said *yes*, or can be asked.

    Raises:
        typer.Exit: if stdin is no terminal; a line says what to give
    """
    if not yes and not sys.stdin.isatty():
        output.fail(
            "this cannot be undone, and stdin is no terminal to ask on; nothing is done without --yes"
        )
        raise typer.Exit(REFUSED)


def ask(question: str, *, yes: bool) -> None:
    """
    Ask *question*, unless somebody has said *yes* to it.

    Raises:
        typer.Abort: if the answer is no
    """
    if not yes:
        typer.confirm(question, abort=True, err=True)
