"""What `doctor` says of a mind: a fault is what the mind asks for and lacks, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.cli.doctor import examine_mind
from scenograph.files import write_text
from scenograph.mind.config import MindConfig
from scenograph.mind.sections import CorpusConfig
from scenograph.mind.steps import corpus, run_steps
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

OFF = ["rewards", "cycle", "thinking"]


@pytest.fixture
def older(tmp_path: Path) -> Workspace:
    """A mind of a version that knew nothing of the last steps, as far as its corpus."""
    config = MindConfig(corpus=CorpusConfig(world=40))
    workspace = Workspace.create(tmp_path / "mind", config)
    lines = (workspace.folder / "mind.toml").read_text().split("\n\n")
    kept = [it for it in lines if not it.startswith("[thinking]")]
    write_text(workspace.folder / "mind.toml", "\n\n".join(kept))
    list(run_steps(workspace, [corpus.STEP], Silent()))
    return Workspace(workspace.folder)


def steps(workspace: Workspace) -> dict[str, bool]:
    found = {it.what: it.well for it in examine_mind(workspace.folder)}
    return {what.removeprefix("step "): well for what, well in found.items() if what.startswith("step ")}


def test_a_step_that_is_off_is_no_fault_and_one_that_is_asked_for_is(older: Workspace) -> None:
    found = steps(older)
    assert found["corpus"]
    assert not found["vocabulary"]
    assert [name for name in OFF if not found[name]] == []
    text = (older.folder / "mind.toml").read_text()
    asked = text.replace("reward = 0", "reward = 3").replace("cycle = 0", "cycle = 1")
    write_text(older.folder / "mind.toml", f"{asked}\n[thinking]\nsteps = 5\n")
    assert [name for name in OFF if steps(older)[name]] == []


def test_what_is_left_of_a_step_that_was_turned_off_is_named(older: Workspace) -> None:
    older.rewarded.mkdir()
    assert not steps(older)["rewards"]
    assert steps(older)["cycle"]
