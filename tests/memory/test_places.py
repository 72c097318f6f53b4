"""Where in its document a crystal's text stands: kept, told, moved, merged and forgotten with its source."""

from __future__ import annotations

import io
import json
from pathlib import Path

import apsw
import pytest

from scenograph.core.scene import Scene
from scenograph.documents import sentences
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note, Place
from scenograph.results import record

_DIARY = "Olga slept.\n\nIvan left. Olga slept.\n"


def _scene(text: str) -> Scene:
    name, verb = text.strip(".").split()
    return Scene.parse(f'(v / {verb} :agent (p / person :name "{name}"))')


def _notes(text: str, source: str) -> list[Note]:
    """Return a note for each sentence of a document."""
    return [
        Note(_scene(one.text), one.text, "en", source, place=Place(one.start, one.end, one.paragraph))
        for one in sentences(text)
    ]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    memory = Memory.open(tmp_path / "memory")
    memory.remember_many(_notes(_DIARY, "diary.txt"))
    return memory


def test_one_sentence_at_two_places_is_one_crystal_with_two_sources(memory: Memory) -> None:
    first, second = memory.get(1).sources
    assert (first.place, second.place) == (Place(0, 11, 1), Place(24, 35, 2))
    assert [_DIARY[place.start : place.end] for place in (first.place, second.place) if place] == [
        "Olga slept."
    ] * 2
    assert memory.get(2).sources[0].place == Place(13, 23, 2)
    memory.remember_many(_notes(_DIARY, "diary.txt"))
    assert len(memory.get(1).sources) == 2
    memory.remember_many(_notes("Olga slept.", "letter.txt"))
    assert [source.source for source in memory.get(1).sources] == ["diary.txt", "diary.txt", "letter.txt"]
    assert memory.check() == []


def test_deleting_a_document_deletes_its_crystals_and_only_them(memory: Memory) -> None:
    memory.remember_many(_notes("Olga slept.\nVera went.\n", "letter.txt"))
    memory.remember(_scene("Anna stayed."))
    forgotten = memory.forget(source="diary.txt")
    assert (forgotten.crystals, forgotten.sources) == (1, 2)  # what the letter says too stays
    assert [hit.id for hit in memory.recall("Ivan", k=9) if not hit.unread] == []
    left = [memory.get(crystal) for crystal in (1, 3, 4)]
    assert [source.source for crystal in left for source in crystal.sources] == ["letter.txt", "letter.txt"]
    with pytest.raises(StoreError):
        memory.get(2)
    assert memory.check() == []


def test_places_are_exported_and_imported(memory: Memory, tmp_path: Path) -> None:
    memory.keep("Blah.", language="en", source="diary.txt", place=Place(40, 45, 3))
    file = io.StringIO(newline="")
    memory.export_to(file)
    with Memory.open(tmp_path / "copy") as copy:
        copy.import_from(io.StringIO(file.getvalue(), newline=""))
        assert copy.get(1).sources == memory.get(1).sources
        assert copy.unread()[0].place == Place(40, 45, 3)
        again = io.StringIO(newline="")
        copy.export_to(again)
        assert again.getvalue() == file.getvalue()
        assert copy.check() == []


def test_places_are_exported_and_imported_as_rdf(memory: Memory, tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph")
    memory.keep("Blah.", language="en", source="diary.txt", place=Place(40, 45, 3))
    file = io.StringIO(newline="")
    memory.export_rdf(file)
    with Memory.open(tmp_path / "copy") as copy:
        copy.import_rdf(io.StringIO(file.getvalue(), newline=""))
        assert copy.get(1).sources == memory.get(1).sources
        assert copy.unread()[0].place == Place(40, 45, 3)
    moved = io.StringIO(file.getvalue().replace('"24"', '"25"'), newline="")
    with Memory.open(tmp_path / "moved") as copy, pytest.raises(StoreError, match="seal is not that"):
        copy.import_rdf(moved)


def test_merging_joins_places(memory: Memory, tmp_path: Path) -> None:
    with Memory.open(tmp_path / "other") as other:
        other.remember_many(_notes("Ivan left. Olga slept.", "diary.txt"))
        other.merge(memory)
        places = {source.place for source in other.get(other.remember(_scene("Olga slept."))).sources}
        assert places == {Place(0, 11, 1), Place(11, 22, 1), Place(24, 35, 2)}
        assert other.merge(memory).sources == 0
        assert other.check() == []


def test_a_place_is_told_as_json_and_a_damaged_one_is_found(memory: Memory, tmp_path: Path) -> None:
    shown = json.loads(json.dumps(record(memory.get(2))))
    assert shown["sources"][0]["place"] == {"start": 13, "end": 23, "paragraph": 2}
    memory.close()
    connection = apsw.Connection(str(tmp_path / "memory" / "memory.db"))
    for changed in ("'13 23 9'", "NULL", "'13 23'", "'a b c'", "'13 23  2'"):
        connection.execute("SAVEPOINT before")
        connection.execute(f"UPDATE sources SET place = {changed} WHERE id = 2")
        connection.execute("RELEASE before")
        with Memory.open(tmp_path / "memory") as damaged:
            assert any("source 2 of crystal 2 is damaged" in line for line in damaged.check()), changed
            with pytest.raises(StoreError, match="source 2 of crystal 2 is damaged"):
                damaged.get(2)
    connection.close()


@pytest.mark.parametrize("numbers", [(-1, 2, 1), (3, 2, 1), (0, 2, 0), (0, 1 << 60, 1)])
def test_a_place_that_no_document_has_is_refused(memory: Memory, numbers: tuple[int, int, int]) -> None:
    with pytest.raises(StoreError, match="a document has no place"):
        memory.remember(_scene("Vera went."), place=Place(*numbers))
    assert memory.stats().crystals == 2
