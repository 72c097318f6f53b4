"""Running the commands on a mind that is carried, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from scenograph.cli.app import app
from scenograph.files import file_digest


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def everything(folder: Path, but: str = "carriers") -> dict[str, str]:
    """Return the digest of each file of a mind, but those of further carriers."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    named = ((path.relative_to(folder), path) for path in files)
    return {name.as_posix(): file_digest(path) for name, path in named if name.parts[0] != but}
