"""Recall gives nothing for a cue that is about something else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.memory import Memory
from scenograph.memory.learning.cues import damaged

NAMES = [
    f"{first}{last}" for first in ("Mar", "Ol", "Tas", "Ver", "Zin") for last in ("ta", "ega", "ino", "uk")
]
THINGS = ("bridge", "garden", "letter", "mountain", "lantern", "harbour", "village", "orchard")
SCENES = [
    Scene.parse(f'(s / see :agent (p / person :name "{name}") :object (t / {thing}))')
    for name in NAMES
    for thing in THINGS
]


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("chance") / "memory") as opened:
        opened.remember_many(SCENES)
        yield opened


@pytest.mark.parametrize("text", ["xyzzy plugh", "quantum flux", "zqx", "", "\U0001f702"])
def test_a_text_about_nothing_known_finds_nothing(memory: Memory, text: str) -> None:
    assert memory.recall(text) == []


def test_roles_in_common_are_no_hit(memory: Memory) -> None:
    stranger = Scene.parse('(d / dissolve :agent (a / acid :name "Qwx") :object (z / zzyx))')
    assert memory.recall(stranger) == []
    assert len(memory.recall(Scene.parse("(_ / _ :agent ?who)"))) == 10  # asked for by nothing but a role


def test_misspelt_cues_are_found_still(memory: Memory) -> None:
    rng = random.Random(1)
    for scene in rng.sample(SCENES, 40):
        assert memory.recall(damaged(scene, rng))
    for name in NAMES:
        assert name in str(memory.recall(name[:-1] + "q")[0].scene) or len(name) < 6


def test_what_is_joined_to_a_hit_stays(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        first = memory.remember(Scene.parse("(l / lie :what Ceelmakoile :in Somalia)"))
        second = memory.remember(Scene.parse("(l / lead :who Hassan :what Somalia)"))
        found = [hit.id for hit in memory.recall("who leads the land of Ceelmakoile", 5)]
        assert sorted(found) == [first, second]
