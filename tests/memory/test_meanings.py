"""What is used alike comes out alike; a symbol stays mostly itself."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core.scene import Scene
from scenograph.corpus import load
from scenograph.memory.index.vectors import HASHED, PHASES, SHARE, Items, encode, fingerprint
from scenograph.memory.learning.meanings import DIMENSIONS, learn_meanings


@dear
@given(st.lists(scenes(max_nodes=5), max_size=12))
def test_meanings_are_of_unit_length_and_depend_on_the_scenes_alone(some: list[Scene]) -> None:
    learned = learn_meanings(some)
    used = {symbol for scene in some for symbol in (*scene.concepts, *(link.target for link in scene.links))}
    assert learned.keys() <= used
    for symbol, meaning in learn_meanings(reversed(some)).items():
        assert meaning.dtype == np.float32
        assert meaning.ndim == 1
        assert len(meaning) <= DIMENSIONS
        assert np.linalg.norm(meaning) == pytest.approx(1, abs=1e-5)
        assert learned.keys() >= {symbol}


def test_an_item_is_mostly_itself_and_somewhat_what_it_means() -> None:
    rng = np.random.default_rng(1)
    near, far = (row / np.linalg.norm(row) for row in rng.normal(size=(2, 16)).astype(np.float32))
    meanings = {"cat": near, "dog": near, "law": far}
    items = Items(lambda symbols: [meanings.get(symbol) for symbol in symbols], "test")
    same = {
        (a, b): abs(np.vdot(items([a]), items([b]))) / PHASES
        for a in ("cat", "dog", "law")
        for b in ("cat", "dog", "law")
    }
    assert same["cat", "cat"] == pytest.approx(1, abs=0.15)
    assert same["cat", "dog"] == pytest.approx(SHARE, abs=0.15)
    assert same["cat", "law"] < 0.25
    assert np.array_equal(items(["unknown"]), HASHED(["unknown"]))
    assert fingerprint(items) != fingerprint()


def test_astronauts_are_like_astronauts(shared_data: Path) -> None:
    entries = load(shared_data / "webnlg" / "en" / "train")
    told = dict.fromkeys(entry.scene for entry in entries if entry.scene is not None)
    learned = learn_meanings(told)
    for one, like, unlike in (
        ("Alan_Bean", "Buzz_Aldrin", "Bacon_sandwich"),
        ("Bacon_sandwich", "Bakewell_pudding", "Alan_Bean"),
        ("Texas", "Illinois", "Alan_Bean"),
    ):
        assert learned[one] @ learned[like] > learned[one] @ learned[unlike] + 0.2
    items = Items(lambda symbols: [learned.get(symbol) for symbol in symbols], "webnlg")
    cue, near, far = (
        Scene.parse(f"(a / {name} :birthPlace (p / Somewhere_new))")
        for name in ("Alan_Bean", "Buzz_Aldrin", "Texas")
    )
    vectors = encode([cue, near, far], items)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.05


def test_items_are_the_same_whichever_are_asked_for_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenograph.memory.index.vectors._CACHED", 8)  # so that the table is begun anew
    meanings = {str(number): np.eye(16, dtype=np.float32)[number] for number in range(16)}
    items = Items(lambda symbols: [meanings.get(symbol) for symbol in symbols], "test")
    rng = random.Random(0)
    for _ in range(200):
        asked = [str(rng.randrange(24)) for _ in range(rng.randrange(12))]
        alone = [Items(lambda symbols: [meanings.get(one) for one in symbols], "")([one])[0] for one in asked]
        assert np.allclose(items(asked), np.reshape(alone, (len(asked), PHASES)), atol=1e-5)


def test_items_take_bounded_memory_however_many_symbols_are_heard() -> None:
    items = Items()
    tracemalloc.start()
    try:
        for begin in range(0, 8_000, 400):
            items([f"name {number}" for number in range(begin, begin + 400)])
        assert tracemalloc.get_traced_memory()[0] < 12 << 20
    finally:
        tracemalloc.stop()
