"""Texts that could not be read are found, moved and forgotten as crystals are, marked unread."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory

OLEG = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
TEXT = "Photosynthesis converts sunlight into sugar."


@pytest.fixture
def memory(tmp_path: Path):
    with Memory.open(tmp_path / "memory") as opened:
        opened.remember(OLEG, text="Oleg built a bridge.", language="en")
        yield opened


def test_recall_finds_an_unread_text_and_says_so(memory: Memory) -> None:
    number = memory.keep(TEXT, language="en", source="notes")
    [hit] = memory.recall("What does photosynthesis make of sunlight?", 3)
    assert (hit.id, hit.unread, hit.sources[0].text, hit.sources[0].source) == (number, True, TEXT, "notes")
    assert [hit.unread for hit in memory.recall("bridge")] == [False]


def test_grep_finds_it_in_any_form(memory: Memory) -> None:
    number = memory.keep(TEXT)
    assert memory.saying("photosynthesis converting") == [number]
    assert memory.saying('"into sugar"') == [number]


def test_it_is_a_crystal_that_says_nothing(memory: Memory) -> None:
    number = memory.keep(TEXT)
    crystal = memory.get(number)
    assert (crystal.unread, str(crystal.scene), crystal.sources[0].text) == (True, "(x / _)", TEXT)
    assert len(memory) == 1
    assert [one.id for one in memory] == [1]
    assert memory.find(Scene.parse("(_ / _)")) is None
    assert number not in [hit.id for hit in memory.recall(Scene.parse("(_ / _)"))]
    assert [change.kind for change in memory.history(number)] == ["keep"]
    with pytest.raises(StoreError, match="was not read"):
        memory.correct(number, OLEG)
    assert memory.check() == []


def test_the_same_text_from_another_source_is_the_same_crystal(memory: Memory) -> None:
    number = memory.keep(TEXT, source="notes")
    assert memory.keep(TEXT, source="notes") == memory.keep(TEXT, source="a letter") == number
    assert [one.source for one in memory.unread()] == ["notes", "a letter"]
    assert memory.stats().unread == 1


def test_forgetting_one_leaves_nothing_of_it(memory: Memory) -> None:
    number = memory.keep(TEXT)
    assert memory.recall("sugar")[0].id == number
    memory.forget(number)
    assert memory.unread() == memory.recall("sugar") == memory.saying("sugar") == []
    assert memory.check() == []
    for file in memory.folder.iterdir():
        assert b"Photosynthesis" not in file.read_bytes()


def test_what_is_read_is_not_unread_any_more(memory: Memory) -> None:
    number = memory.keep(TEXT)
    assert memory.recall("sugar")[0].unread
    crystal = memory.remember(Scene.parse("(c / convert :agent (p / photosynthesis))"), text=TEXT)
    assert crystal != number
    assert memory.unread() == []
    assert [(hit.id, hit.unread) for hit in memory.recall("sugar")] == [(crystal, False)]
    assert [change.kind for change in memory.history(number)] == ["keep", "read"]
    assert memory.check() == []


def test_exports_and_merges_carry_it(memory: Memory, tmp_path: Path) -> None:
    memory.keep(TEXT, language="en", source="notes")
    lines, quads = io.StringIO(), io.StringIO()
    memory.export_to(lines)
    memory.export_rdf(quads)
    with Memory.open(tmp_path / "a") as a, Memory.open(tmp_path / "b") as b, Memory.open(tmp_path / "c") as c:
        a.import_from(io.StringIO(lines.getvalue()))
        b.import_rdf(io.StringIO(quads.getvalue()))
        c.merge(memory)
        for other in (a, b, c):
            [hit] = other.recall("sunlight", 3)
            assert (hit.unread, hit.sources[0].text) == (True, TEXT)
            assert other.check() == []


def test_one_more_text_takes_the_same_time(memory: Memory) -> None:
    """Counted in instructions of SQLite, which no other process disturbs."""

    def steps(number: int) -> int:
        counted = 0

        def count() -> bool:
            nonlocal counted
            counted += 1
            return False

        connection = memory._database._connection
        connection.set_progress_handler(count, 20)
        memory.remember(OLEG, text=f"Oleg built bridge number {number}.", source=f"letter {number}")
        connection.set_progress_handler(None)
        return counted

    first = [steps(number) for number in range(20)]
    with memory.transaction():
        for number in range(20, 600):
            memory.remember(OLEG, text=f"Oleg built bridge number {number}.", source=f"letter {number}")
    last = [steps(number) for number in range(600, 620)]
    assert sum(last) < 2 * sum(first)
    assert memory.saying('"number 7" oleg') == memory.saying('"number 7" "number 611"') == [1]
    assert memory.check() == []
    memory.forget(1)
    assert memory.check() == []


def test_consolidation_passes_over_it(memory: Memory) -> None:
    for number in range(60):
        memory.remember(Scene.parse(f"(b / bridge :length {number})"))
    number = memory.keep(TEXT)
    memory.consolidate()
    assert memory.recall("sugar")[0].id == number
    memory.rebuild_index()
    assert memory.recall("sugar")[0].id == number
    assert memory.check() == []
