"""Open questions made from scenes of treebanks: most are answered right, hardly any is answered wrong."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from scenograph.memory import Memory, Note

ROOT = Path(__file__).resolve().parents[2]
UD = ROOT.parent / "shared" / "data" / "ud"
pytestmark = pytest.mark.skipif(not UD.exists(), reason="the treebanks of ../shared/data/ud are not here")


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The script that makes the questions."""
    spec = importlib.util.spec_from_file_location("open_questions", ROOT / "bench" / "open_questions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("treebank", ["en_gum", "ru_gsd"])
def test_questions_made_from_scenes_are_answered(bench: ModuleType, treebank: str, tmp_path: Path) -> None:
    scenes = bench.of_file(UD / treebank / "dev.conllu")[:250]
    rng = random.Random(3)
    asked = rng.sample([*bench.questions([scene for scene, _ in scenes], rng)], 60)
    with Memory.open(tmp_path) as memory:
        memory.remember_many(Note(scene, text) for scene, text in scenes)

        def shares(questions: list[object]) -> dict[str, float]:
            counts: Counter[str] = sum(bench.measured(memory, questions).values(), Counter())
            return {how: counts[how] / len(questions) for how in ("right", "wrong", "none")}

        found = shares(asked)
        assert found["right"] >= 0.9
        assert found["wrong"] <= 0.05
        changed = [it for it in (bench.otherwise(question, rng) for question in asked) if it is not None]
        assert len(changed) > 10
        found = shares(changed)
        assert found["right"] >= 0.75
        assert found["wrong"] <= 0.1
        without = [*bench.unanswerable(asked, rng)]
        assert len(without) > 20
        assert shares(without)["none"] >= 0.9
