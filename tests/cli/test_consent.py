"""What cannot be undone is not done in a script that does not say `--yes`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.cli.commands import COMMANDS, GROUPS, Lazy
from scenograph.core import Scene
from scenograph.memory import Memory
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

runner = CliRunner()


def asking(commands: Mapping[str, Any]) -> Iterator[list[str]]:
    """Yield the words of the example of each command that asks before it does something."""
    for command in commands.values():
        if any(it.name == "yes" for it in command.params):
            yield [it for it in shlex.split(command.epilog.split("Example:")[-1])[1:] if it != "--yes"]


ASKING = [*asking(Lazy(COMMANDS)), *(one for group in GROUPS.values() for one in asking(Lazy(group)))]
WHOLE = ["forget", "demo-mind", "--all", "-n", "anna"]


@pytest.fixture
def mind(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "mind", MindConfig())
    with Memory.open(workspace.memory) as memory:
        for number in range(13):
            memory.remember(Scene.parse(f"(b / bridge :length {number})"))
    return workspace


def test_the_commands_that_destroy_something_ask() -> None:
    assert [" ".join(it[: it.index("demo-mind")]) for it in ASKING] == ["forget", "adapters remove"]


@pytest.mark.parametrize("words", [*ASKING, WHOLE], ids=" ".join)
def test_a_script_is_refused_in_one_line_and_nothing_is_done(mind: Workspace, words: list[str]) -> None:
    done = runner.invoke(app, [str(mind.folder) if it == "demo-mind" else it for it in words])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip().count("\n") == 0
    assert "--yes" in done.stderr
    with Memory.open(mind.memory) as memory:
        assert memory.stats().crystals == 13


def test_with_it_it_is_done(mind: Workspace) -> None:
    done = runner.invoke(app, ["forget", str(mind.folder), "12", "--yes"])
    assert "1 crystal forgotten" in done.stderr
