"""The stages of the reader's recipe: each gets what earlier ones wrote, runs once, and goes on."""

from __future__ import annotations

import importlib
import json
from argparse import Namespace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scenograph.errors import TrainingError

pytest.importorskip("torch")

RECIPES = Path(__file__).parents[2] / "recipes"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(RECIPES))
        return importlib.import_module("stages")


def _written(arguments: list[str]) -> set[str]:
    """Return what a stage writes: the file or folder after `--out`, or the run that it trains."""
    options = {"--out", "--run"} if arguments[0] == "train" else {"--out"}
    return {after for option, after in pairwise(arguments) if option in options}


def test_a_stage_reads_what_was_written_before(recipe: ModuleType) -> None:
    """A lane reads nothing of the other one, which runs at the same time; and nothing is written in vain."""

    def check(stages: list[Any], before: set[str]) -> set[str]:
        """Return what the stages read and did not write before."""
        found: set[str] = set()
        for stage in stages:
            assert (RECIPES / stage.script).exists()
            own = _written(stage.arguments)
            read = {it.removesuffix("/*.conllu") for it in stage.arguments if it.startswith("RUN/")} - own
            assert read <= before, stage.name
            before |= own
            found |= read
        return found

    russian: set[str] = set()
    english: set[str] = set()
    read = check(recipe.stages(recipe.RUSSIAN), russian) | check(recipe.stages(recipe.ENGLISH), english)
    written = russian | english
    read |= check(recipe.stages(recipe.TOGETHER), written)
    assert written == read


def test_places_and_patterns_are_filled_in(recipe: ModuleType, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.conllu").touch()
    (stage,) = recipe.stages("name: x.py --data UD --all RUN/*.conllu\n    --epochs 3")
    command = stage.command({"UD": Path("/trees"), "RUN": tmp_path})
    files = [str(tmp_path / "a.conllu"), str(tmp_path / "b.conllu")]
    assert command[2:] == ["--data", "/trees", "--all", *files, "--epochs", "3"]


def test_a_stage_that_is_done_is_not_done_again(recipe: ModuleType, tmp_path: Path) -> None:
    """The second stage fails at first; the same lane then goes on with it, and the times add up."""
    note = tmp_path / "note.txt"
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text(f"open({str(note)!r}, 'a').write('first ')")
    second.write_text("raise SystemExit(3)")
    lane = recipe.stages(f"one: {first}\ntwo: {second}")
    times = recipe.Times(tmp_path / "times.json")
    with pytest.raises(TrainingError, match="two ended with 3"):
        recipe.run(lane, {}, times, 1)
    second.write_text(f"open({str(note)!r}, 'a').write('second')")
    once = recipe.Times(tmp_path / "times.json")
    recipe.run(lane, {}, once, 1)
    assert note.read_text() == "first second"
    kept = json.loads((tmp_path / "times.json").read_text())
    assert kept["one"] == times.stages["one"]
    assert kept["two"]["done"]
    assert kept["two"]["seconds"] >= times.stages["two"]["seconds"]


def test_what_is_not_there_is_said_before_any_stage(recipe: ModuleType, tmp_path: Path) -> None:
    given = dict.fromkeys(("data", "qwen", "carrier", "wordnet"), tmp_path)
    options = Namespace(run=tmp_path / "run", wiktionary=tmp_path / "none.db", threads=1, **given)
    with pytest.raises(TrainingError, match=r"none\.db is not there; give the place of WIKTIONARY"):
        recipe.make(options)
    assert not (tmp_path / "run").exists()
