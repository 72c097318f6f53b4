"""`check` is silent about what is sound, whoever wrote last and whatever was interrupted."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory import Memory
from scenograph.memory.index.vectors import encode
from scenograph.memory.learning.consolidation import Consolidating
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database


class Letters:
    """Embeds a name by its letters."""

    name = "letters"

    def __call__(self, names: Sequence[str], /) -> NDArray[np.float32]:
        rows = np.array([[name.count(letter) + 0.1 for letter in "abcdefghijklmnop"] for name in names])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def bridges(count: int, name: str = "Oleg") -> list[Scene]:
    return [Scene.parse(f'(b / bridge :length {one} :by "{name}{one % 7}")') for one in range(count)]


@pytest.mark.parametrize("search", ["saying", "recall", "check"])
def test_another_connection_wrote_since_this_one_searched(tmp_path: Path, search: str) -> None:
    with Memory.open(tmp_path) as one, Memory.open(tmp_path) as other:
        ids = other.remember_many(bridges(300))
        one.check() if search == "check" else getattr(one, search)(
            "brigde" if search == "recall" else "bridge"
        )
        for number in range(40):
            other.remember(Scene.parse(f'(t / tower :by "Marta{number}")'), text=f"tower {number} stands")
            if number % 7 == 0:
                other.forget(ids[number])
        assert one.check() == []


@pytest.mark.parametrize("after", ["lexicon", "records", "meanings", "ties"])
def test_a_consolidation_was_killed(tmp_path: Path, after: str) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(bridges(100))
        memory.rebuild_index()
    with closing(Database(tmp_path / "memory.db")) as database:
        steps = Consolidating(Crystals(database))
        for step, run in (
            ("lexicon", lambda: steps.lexicon(full=False)),
            ("records", steps.records),
            ("meanings", lambda: steps.meanings(full=False)),
            ("ties", steps.ties),
        ):
            run()
            if step == after:
                break
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []
        assert memory.recall("bridge")
        assert memory.check() == []


def test_the_embedder_is_missing_today(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(bridges(100))
    with closing(Database(tmp_path / "memory.db")) as database:
        Consolidating(Crystals(database), embedder=Letters()).meanings(full=False)
    with Memory.open(tmp_path, embedder=Letters()) as memory:
        memory.remember_many(bridges(30, "Olga"))
        memory.rebuild_index()
        assert memory.check() == []
    for embedder in (None, Letters(), None):
        with Memory.open(tmp_path, embedder=embedder) as memory:
            assert memory.check() == []
            assert memory.recall("olga3")
            assert memory.check() == []


def test_each_drawing_of_a_large_scene_has_the_same_vector() -> None:
    links = [(0, ":op", f'"{number}"') for number in range(4200)]
    drawn = Scene.build(["list"], random.Random(1).sample(links, len(links)))
    one, other = encode([drawn, drawn.canonical()])
    assert one == pytest.approx(other, abs=1e-5)


@pytest.mark.parametrize("embedder", [None, Letters()])
def test_readers_load_the_vectors_of_new_meanings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, embedder: Letters | None
) -> None:
    caplog.set_level(logging.INFO, "scenograph.memory.index.vector_upkeep")
    with (
        Memory.open(tmp_path, embedder=embedder) as memory,
        Memory.open(tmp_path, embedder=embedder) as other,
    ):
        memory.remember_many(bridges(40))
        other.recall("bridge")
        memory.consolidate()
        caplog.clear()
        new = memory.remember(Scene.parse('(t / tower :by "Marta")'), text="Marta built a tower.")
        assert other.recall("tower")[0].id == memory.recall("tower")[0].id == new
        assert not [record for record in caplog.records if "building the vector index" in record.message]
        assert memory.check() == other.check() == []
