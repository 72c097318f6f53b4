"""The command line, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from scenograph import __version__
from scenograph.cli import output
from scenograph.cli.commands import COMMANDS, Lazy
from scenograph.errors import ScenographError

INTERRUPTED = 130
RESUMED = {"train", "carry", "demo", "style"}
"""Commands that go on where they were stopped."""


class Commands(TyperGroup):
    """All commands; every failure ends in one clear line on stderr."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = Lazy(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        """
        Run the command.

        Raises:
            typer.Exit: 1 if the package, the file system or the reader of our output refused; 130 on Ctrl-C
        """
        try:
            return super().invoke(ctx)
        except ScenographError as error:
            output.fail(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError as error:
            # Whoever read our stdout has seen enough (`| head`); keep Python from complaining at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            output.fail(f"{where}{error.strerror or error}")
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            output.say("")
            resumes = " The same command goes on from here." if ctx.invoked_subcommand in RESUMED else ""
            output.fail(f"stopped by Ctrl-C; nothing is half-written.{resumes}")
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    cls=Commands,
    name="scenograph",
    help="Your notes, as knowledge that you can read, correct and trust. On a model that you run yourself.",
    epilog="\b\nStart with:\n  "
    "scenograph init my\n  scenograph remember my -f notes.md\n  scenograph ask my 'Who …?'",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        output.data(f"scenograph {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Your notes, as knowledge that you can read, correct and trust. On a model that you run yourself."""
    output.configure()


def main() -> None:
    """Run the command line; the console script `scenograph`."""
    app()
