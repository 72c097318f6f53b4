"""What was forgotten is in no file, also where SQLite moved rows about before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from faults.ledger import left_of

from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note


def told(mark: str) -> Note:
    return Note(Scene.parse(f'(s / see :agent (p / person :name "{mark}"))'), f"Seen: {mark}", "en")


@pytest.mark.parametrize("rounds", [120, pytest.param(1500, marks=pytest.mark.slow)])
def test_nothing_is_left_in_pages_that_rows_were_moved_out_of(tmp_path: Path, rounds: int) -> None:
    chance = random.Random(4)
    held: dict[int, str] = {}
    gone: list[str] = []
    with Memory.open(tmp_path) as memory:
        for _ in range(rounds):
            marks = [f"N{chance.randrange(10**9):09}" for _ in range(chance.randrange(1, 20))]
            held |= zip(memory.remember_many(map(told, marks)), marks, strict=True)
            some = chance.sample(sorted(held), min(len(held), 3))
            memory.forget(*some)
            latest = [held.pop(crystal) for crystal in some]
            assert left_of(latest, tmp_path) == {}
            gone += latest
        assert left_of(gone, tmp_path) == {}
        assert memory.check() == []
        assert [crystal.id for crystal in memory] == sorted(held)
