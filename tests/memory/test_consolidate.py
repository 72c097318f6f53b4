"""Consolidating changes how crystals are kept and what is known of them, never what they say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.progress import Silent
from scenograph.results import record


def told(count: int) -> Iterator[Note]:
    """Scenes of two kinds, as letters and a diary tell them."""
    for n in range(count):
        yield Note(
            Scene.parse(f'(b / build :agent (p / person :name "N{n % 17}") :object (h / house :size {n}))'),
            f"N{n % 17} built a house of {n}.",
            "en",
            "letters",
        )
    for n in range(count):
        yield Note(
            Scene.parse(f'(e / есть :кто (c / кот :имя "К{n}") :что (f / рыба :вес {n % 5}))'),
            f"Кот К{n} съел рыбу.",
            "ru",
            "дневник",
        )


@pytest.fixture
def few_cues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights are learned from a few cues, where it is not they that matter."""
    monkeypatch.setattr("scenograph.memory.learning.consolidation._LEAST_CUES", 2)


without_weights = pytest.mark.usefixtures("few_cues")


def exported(memory: Memory) -> str:
    file = io.StringIO()
    memory.export_to(file)
    return file.getvalue()


@without_weights
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.lists(scenes(max_nodes=5), max_size=40), st.lists(scenes(max_nodes=4), max_size=20))
def test_nothing_that_is_told_changes(
    tmp_path_factory: pytest.TempPathFactory, some: list[Scene], more: list[Scene]
) -> None:
    with Memory.open(tmp_path_factory.mktemp("memory")) as memory:
        memory.remember_many(some)
        before = exported(memory)
        memory.consolidate(full=True)
        assert exported(memory) == before
        memory.remember_many(more)
        before = exported(memory)
        memory.consolidate()
        memory.consolidate(full=True)
        assert exported(memory) == before
        assert memory.check() == []


def test_crystals_shrink_and_something_is_learned(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        ids = memory.remember_many(told(60))
        done = memory.consolidate()
        assert done.before.crystals == done.after.crystals == done.rewritten == 120
        assert done.after.bytes_each < done.before.bytes_each / 4
        assert (done.before.lexemes, done.before.generations, done.before.meanings) == (0, 0, 0)
        assert done.after.generations == 1
        assert min(done.after.lexemes, done.after.meanings, done.after.clusters) > 0
        assert done.after.ties == 118  # each letter with the next, each entry of the diary with the next
        assert done.found.keys() == {"question", "part", "text"}
        again = memory.consolidate()
        assert again.found == {}
        assert again.after == again.before == done.after
        assert again.rewritten == 0
        assert again.gained == {}
        assert again.lines()[-1] == "gained: nothing"
        assert done.gained["ties"] == 118
        assert done.gained["bytes_each"] == done.after.bytes_each - done.before.bytes_each
        assert done.lines()[-1].startswith("gained: bytes each -")
        memory.remember_many(told(120))
        grown = memory.consolidate()
        assert grown.after.generations == 2
        assert grown.rewritten == 240
        assert memory.get(ids[0]).scene == next(told(1)).scene
        assert any("bytes a crystal" in line for line in grown.lines())
        assert record(grown)["after"]["crystals"] == 240
        assert record(grown)["gained"] == grown.gained


class Told(Silent):
    """Keeps what each step came to."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def start(self, title: str, total: float | None = None) -> None:
        self.title = title

    def finish(self, summary: str) -> None:
        self.said[self.title] = summary


def free_bytes(folder: Path) -> int:
    """What pages of crystals have no use for."""
    connection = apsw.Connection(str(folder / "memory.db"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return next(connection.execute("SELECT sum(unused) FROM dbstat WHERE name = 'crystals'"))[0]
    finally:
        connection.close()


@without_weights
def test_a_consolidation_costs_what_is_new(tmp_path: Path) -> None:
    """What takes time in proportion to the whole memory is done when a quarter has been added, not before."""
    with Memory.open(tmp_path) as memory:
        memory.remember_many(told(30))
        memory.consolidate()
        small, none, large = Told(), Told(), Told()
        memory.consolidate(progress=none)
        memory.remember(Scene.parse("(n / news)"))
        memory.consolidate(progress=small)
        memory.remember_many(told(50))
        memory.consolidate(progress=large)
        assert set(none.said) == {"ties"}
        assert set(small.said) == {"records", "ties"}
        assert set(large.said) >= {"lexicon", "records", "meanings", "ties", "clusters", "weights"}


@without_weights
def test_space_that_crystals_took_before_is_given_back(tmp_path: Path) -> None:
    for folder, full in ((tmp_path / "room", False), (tmp_path / "full", True)):
        told_of = Told()
        with Memory.open(folder) as memory:
            memory.remember_many(told(120))
            before = exported(memory)
            if full:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(type(memory._database), "compact", refuse)
                    memory.consolidate(progress=told_of)
            else:
                memory.consolidate(progress=told_of)
            assert exported(memory) == before
            assert memory.check() == []
        assert ("given back: disk full" in told_of.said["space"]) == full
        assert (free_bytes(folder) > 8_000) == full


def refuse(_: object) -> None:
    raise StoreError("disk full")


class StopsAt(Silent):
    """A listener that presses Ctrl-C at the nth thing it is told."""

    def __init__(self, turn: int) -> None:
        self.turn = turn

    def _told(self) -> None:
        self.turn -= 1
        if self.turn < 0:
            raise KeyboardInterrupt

    def start(self, title: str, total: float | None = None) -> None:
        self._told()

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self._told()

    def finish(self, summary: str) -> None:
        self._told()


@without_weights
def test_stopped_anywhere_it_goes_on_from_there(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "whole") as memory:
        memory.remember_many(told(30))
        expected = memory.consolidate().after
    with Memory.open(tmp_path / "stopped") as memory:
        memory.remember_many(told(30))
        before = exported(memory)
        turn, done = 0, None
        while done is None:
            try:
                done = memory.consolidate(progress=StopsAt(turn))
            except KeyboardInterrupt:
                assert memory.check() == []
                assert exported(memory) == before
            turn = turn + 1 + turn // 2
        assert turn > 10
        assert done.after == expected


def test_what_is_learned_depends_on_what_is_held_alone(tmp_path: Path) -> None:
    kept: list[object] = []
    for name in ("one", "two"):
        with Memory.open(tmp_path / name) as memory:
            memory.remember_many(told(20))
            memory.consolidate(seed=3)
            rows = memory._database.execute("SELECT name, key, data FROM learned ORDER BY name, key")
            kept.append((rows, memory._database.execute("SELECT id, scene FROM crystals")))
    assert kept[0] == kept[1]


@without_weights
def test_forgetting_reaches_what_was_learned(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(told(30))
        secret = "Xanthippe Кладовкина"
        ids = memory.remember_many(
            Note(Scene.parse(f'(t / tell :agent (p / person :name "{secret}") :size {n})'), f"{n} {secret}")
            for n in range(40)
        )
        memory.consolidate()
        memory.recall("Xanthippe")
        memory.atlas()
        assert memory.forget(*ids).crystals == 40
        for file in tmp_path.iterdir():
            data = file.read_bytes().lower()
            for word in ("xanthippe", "кладовкин"):
                assert word.encode() not in data, (file, word)
        assert "Xanthippe" not in str(memory._crystals.lexicons.current().to_json())
        assert memory.check() == []
        assert memory.consolidate().after.crystals == 60


def test_what_served_together_is_tied(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        one, two, three = memory.remember_many(list(told(3))[:3])
        memory.used([one, two, one])
        memory.used([one, two, three])
        ties = [tie for tie in memory._crystals.ties.of([one]) if tie[2] == "use"]
        assert ties == [(one, two, "use", 2.0), (one, three, "use", 1.0)]
        memory.forget(two)
        assert memory.check() == []


@without_weights
def test_the_atlas_uses_what_was_learned(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(told(50))
        found = memory.atlas()
        memory.consolidate()
        kept = memory.atlas(most=40)
        assert (len(found.ids), found.total, len(kept.ids), kept.total) == (100, 100, 40, 100)
        assert kept.clusters[0].lexeme is not None
        assert [it.size for it in kept.clusters] == [it.size for it in memory.atlas().clusters]


def by_year(number: int, year: int) -> Scene:
    verb, thing = ("build", "see", "carry")[number % 3], ("bridge", "house", "boat")[number // 3 % 3]
    return Scene.parse(f'(v / {verb} :agent (p / person :name "N{number}") :object {thing} :time {year})')


def dated(folder: Path) -> list[int]:
    """A memory that has learned what ten years mean, and the crystals of one of them, 1867."""
    with Memory.open(folder) as memory:
        ids = memory.remember_many([by_year(number, 1860 + number % 10) for number in range(80)])
        memory.consolidate()
        assert memory._crystals.learned.get("meaning", "1867") is not None
    return ids[7::10]


@without_weights
@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_a_forgotten_symbol_meant_is_in_no_vector_made_later(tmp_path: Path, elsewhere: bool) -> None:
    gone = dated(tmp_path)
    with ExitStack() as stack:
        memory = stack.enter_context(Memory.open(tmp_path))
        other = stack.enter_context(Memory.open(tmp_path)) if elsewhere else memory
        other.recall("1867")
        memory.forget(*gone)
        memory.remember(by_year(1000, 1867))
        other.recall("1867")
        other._state.vectors.save()
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []


@without_weights
def test_what_a_symbol_means_survives_a_forgetting_that_is_taken_back(tmp_path: Path) -> None:
    gone = dated(tmp_path)
    with Memory.open(tmp_path) as memory:
        with suppress(KeyboardInterrupt), memory.transaction():
            memory.forget(*gone)
            memory.remember(by_year(500, 1867))
            memory.recall("1867")
            raise KeyboardInterrupt
        memory.remember(by_year(1000, 1867))
        memory.recall("1867")
        memory._state.vectors.save()
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []
