"""The stages of the reader's recipe: each gets what earlier ones wrote, runs once, and goes on."""

from __future__ import annotations

import importlib
import json
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import pytest

from scenograph.errors import TrainingError

pytest.importorskip("torch")

RECIPES = Path(__file__).parents[2] / "recipes"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(RECIPES))
        return importlib.import_module("stages")


def test_a_stage_needs_what_is_made_before_and_nothing_is_made_in_vain(recipe: ModuleType) -> None:
    apart, together = recipe.stages(recipe.APART), recipe.stages(recipe.TOGETHER)
    made: set[str] = set()
    needed: set[str] = set()
    for stage in (*apart, *together):
        assert (RECIPES / stage.script).exists()
        before = {other.made for other in (*apart, *together) if stage.needs(other)}
        paths = {it.removesuffix("/*.conllu") for it in stage.arguments if it.startswith("RUN/")}
        assert before == paths - {stage.made}, stage.name
        assert before <= made, stage.name
        made.add(stage.made)
        needed |= before
    assert made - {""} == needed
    assert not any(stage.needs(other) for stage in apart for other in together)


def test_a_stage_begins_when_all_is_made_that_it_names(recipe: ModuleType, tmp_path: Path) -> None:
    """Two run side by side, each waiting for what the other one writes first; then what needs both runs."""
    meets = tmp_path / "meets.py"
    meets.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "own, other, out = map(Path, (*sys.argv[1:3], sys.argv[4]))\n"
        "own.touch()\n"
        "while not other.exists():\n"
        "    time.sleep(0.01)\n"
        "out.touch()\n"
    )
    last = tmp_path / "last.py"
    last.write_text("import sys\nfor path in sys.argv[1:]:\n    open(path).close()\n")
    stages = recipe.stages(
        f"last: {last} RUN/a RUN/b\na: {meets} RUN/1 RUN/2 --out RUN/a\nb: {meets} RUN/2 RUN/1 --out RUN/b"
    )
    times = recipe.Times(tmp_path / "times.json")
    recipe.run(stages, {"RUN": tmp_path}, times, beside=2, threads=1)
    assert all(times.is_done(name) for name in ("a", "b", "last"))


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
        recipe.run(lane, {}, times, beside=1, threads=1)
    second.write_text(f"open({str(note)!r}, 'a').write('second')")
    once = recipe.Times(tmp_path / "times.json")
    recipe.run(lane, {}, once, beside=1, threads=1)
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
