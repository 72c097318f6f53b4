"""The command reference, written from the commands' own help: `make docs` prints this into docs/cli.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import typer.main
from typer.testing import CliRunner

from scenograph.cli.app import app

HEAD = """\
# Command reference

Written by `make docs` from the commands' own help. Data goes to stdout, everything else to stderr.
Exit codes: 0 done, 1 it could not be done, 2 wrongly asked, 130 stopped by Ctrl-C.
"""


def reference() -> str:
    """Return the help of every command as one Markdown page."""
    return "\n".join([HEAD, *_pages()])


def command_paths() -> list[tuple[str, ...]]:
    """Return every command as its words, groups included, in the order of the help."""
    return list(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from _walk(child, (*path, name))


def _pages() -> Iterator[str]:
    os.environ["COLUMNS"] = os.environ["TERMINAL_WIDTH"] = "100"
    for path in command_paths():
        name = " ".join(("scenograph", *path))
        text = CliRunner().invoke(app, [*path, "--help"], prog_name="scenograph").stdout
        yield f"## {name}\n\n```\n{text.strip()}\n```\n"


if __name__ == "__main__":
    print(reference(), end="")
