"""Steps are done once, done again when something changed, and never half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scenograph.errors import MindError
from scenograph.files import locked, new_folder, write_text
from scenograph.mind.config import MindConfig
from scenograph.mind.steps import Outcome, Step, examine, facts, run_steps
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress, Silent


class Copy:
    """Makes steps that copy a word from their settings into a file of their own folder."""

    def __init__(self, name: str, word: str, before: str = "", *, living: bool = False) -> None:
        self.name, self.word, self.runs = name, word, 0
        self.error: BaseException | None = None
        after = (before,) if before else ()
        self.step = Step(name, name, lambda _: {"word": self.word}, self.run, after, living=living)

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        self.runs += 1
        with new_folder(workspace.folder / self.name) as folder:
            write_text(folder / "word.txt", self.word)
            if self.error is not None:
                raise self.error
        return Outcome(self.word, {"length": len(self.word)})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "mind", MindConfig())


def states(workspace: Workspace, *steps: Copy) -> list[str]:
    return [status.state for status in run_steps(workspace, [it.step for it in steps], Silent())]


def test_a_second_run_finds_everything_up_to_date(workspace: Workspace) -> None:
    steps = Copy("one", "a"), Copy("two", "b", before="one")
    assert states(workspace, *steps) == ["done", "done"]
    assert states(workspace, *steps) == ["up to date", "up to date"]
    assert [step.runs for step in steps] == [1, 1]
    assert facts(workspace, "one") == {"length": 1}


def test_a_change_makes_again_what_follows_and_nothing_else(workspace: Workspace) -> None:
    steps = Copy("one", "a"), Copy("two", "b", before="one"), Copy("three", "c", before="two")
    states(workspace, *steps)
    steps[1].word = "changed"
    assert states(workspace, *steps) == ["up to date", "done", "done"]
    assert (workspace.folder / "two" / "word.txt").read_text(encoding="utf-8") == "changed"


@pytest.mark.parametrize("damage", ["change", "remove", "add"])
def test_an_output_that_is_not_as_it_was_is_made_again(workspace: Workspace, damage: str) -> None:
    step = Copy("one", "a")
    states(workspace, step)
    file = workspace.folder / "one" / "word.txt"
    if damage == "change":
        file.write_text("x", encoding="utf-8")
    elif damage == "remove":
        file.unlink()
    else:
        (file.parent / "more.txt").write_text("x", encoding="utf-8")
    assert examine(workspace, step.step).state == "outdated"
    assert states(workspace, step) == ["done"]
    assert [path.name for path in file.parent.iterdir()] == ["word.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("disk full")])
def test_a_stopped_step_leaves_the_former_result(workspace: Workspace, error: BaseException) -> None:
    step = Copy("one", "a")
    states(workspace, step)
    step.word, step.error = "b", error
    with pytest.raises(type(error)):
        states(workspace, step)
    assert (workspace.folder / "one" / "word.txt").read_text(encoding="utf-8") == "a"
    assert not [path for path in workspace.folder.iterdir() if path.name.endswith((".partial", ".former"))]
    step.error = None
    assert states(workspace, step) == ["done"]
    assert (workspace.folder / "one" / "word.txt").read_text(encoding="utf-8") == "b"


def test_a_living_output_may_change_but_not_vanish(workspace: Workspace) -> None:
    step = Copy("one", "a", living=True)
    states(workspace, step)
    file = workspace.folder / "one" / "word.txt"
    file.write_text("grown", encoding="utf-8")
    assert states(workspace, step) == ["up to date"]
    file.unlink()
    file.parent.rmdir()
    assert states(workspace, step) == ["done"]


def test_steps_stop_after_the_last_one_asked_for(workspace: Workspace) -> None:
    steps = Copy("one", "a"), Copy("two", "b")
    assert [
        status.step for status in run_steps(workspace, [it.step for it in steps], Silent(), last="one")
    ] == ["one"]
    assert examine(workspace, steps[1].step).state == "missing"


def test_two_trainings_of_one_mind_are_refused(workspace: Workspace) -> None:
    busy = MindError("unused")
    with locked(workspace.folder, busy), pytest.raises(MindError, match="another process"):
        states(workspace, Copy("one", "a"))


def test_a_damaged_manifest_is_named(workspace: Workspace) -> None:
    step = Copy("one", "a")
    states(workspace, step)
    workspace.manifest("one").write_text("{", encoding="utf-8")
    with pytest.raises(MindError, match=r"one\.json is damaged"):
        examine(workspace, step.step)


def test_a_new_revision_of_a_step_makes_its_output_again(workspace: Workspace) -> None:
    copy = Copy("one", "a")
    first, second = (replace(copy.step, revision=number) for number in (1, 2))
    for step, state in ((first, "done"), (first, "up to date"), (second, "done")):
        assert [status.state for status in run_steps(workspace, [step], Silent())] == [state]
