"""
The commands, gathered; and the one place where errors become exit codes.

Modules of commands import nothing heavy: torch is loaded by the commands that think, not by `--help`.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from scenograph import __version__
from scenograph.cli import build, convert, crystals, draw, lexicons, memory, output, reason, system, talk
from scenograph.errors import ScenographError

INTERRUPTED = 130


class Commands(TyperGroup):
    """A group of commands that ends every failure in one clear line on stderr."""

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
            output.screen.print()
            output.fail("stopped by Ctrl-C; nothing is half-written. The same command goes on from here.")
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    cls=Commands,
    name="scenograph",
    help="Teaches frozen open LLMs to think in scenes: text to meaning, memory, and back.",
    epilog="Start with: scenograph demo demo-mind",
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
    """Teaches frozen open LLMs to think in scenes: text to meaning, memory, and back."""
    output.configure()


build.register(app)
talk.register(app)
memory.register(app)
convert.register(app)
draw.register(app)
crystals.register(app)
lexicons.register(app)
reason.register(app)
system.register(app)


def main() -> None:
    """Run the command line; the console script `scenograph`."""
    app()
