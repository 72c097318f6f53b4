"""
A memory that an earlier version wrote opens, and holds what it held.

`golden/v1.db` was written by version 1, and `golden/v1.jsonl` is what that exported: crystals in English
and Russian, one told twice, one forgotten, a text that was not read. `golden/v3.db` and `golden/v3.jsonl`
are the same of version 3, with a crystal that was corrected.
"""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest
from faults.version_1 import GOLDEN, exported

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Place
from scenograph.memory.store.schema import VERSION


class InterruptionError(Exception):
    """Raised in the midst of a migration."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(GOLDEN / "v1.db", tmp_path / "memory.db")
    return tmp_path


def export(memory: Memory) -> str:
    """What *memory* exports, as version 1 would have written it: nothing but crystals and texts, no seals."""
    file = io.StringIO(newline="")
    memory.export_to(file)
    _, *lines, _ = file.getvalue().splitlines()
    return "".join(line.rpartition(',"seal"')[0] + "}\n" for line in lines)


@contextmanager
def interrupted(statement: int) -> Iterator[list[str]]:
    """Raise `InterruptionError` at that statement of any connection made within; gives the statements run."""
    run: list[str] = []

    def trace(_cursor: object, sql: str, _values: object) -> bool:
        run.append(sql)
        if len(run) == statement:
            raise InterruptionError
        return True

    def hook(connection: apsw.Connection) -> None:
        connection.exec_trace = trace

    apsw.connection_hooks.append(hook)
    try:
        yield run
    finally:
        apsw.connection_hooks.remove(hook)


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Version and truth of a memory of version 1, as they stand in the file."""
    connection = apsw.Connection(str(path))
    try:
        found = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("identity", "crystals", "sources", "changes", "symbols", "mentions", "words")
        }
        return {**found, "version": [(connection.pragma("user_version"),)]}
    finally:
        connection.close()


def test_a_memory_of_version_1_opens_and_is_whole(folder: Path) -> None:
    with Memory.open(folder) as memory:
        assert memory.check() == []
        assert export(memory) == exported()
        assert [(change.seq, change.kind, change.crystal) for change in memory.history()] == [
            (1, "remember", 1),
            (2, "remember", 2),
            (3, "remember", 3),
            (4, "remember", 4),
            (5, "source", 1),
            (6, "forget", 4),
            (7, "remember", 5),
            (8, "keep", 6),
        ]
        assert memory.recall("увидеть мост", k=1)[0].id == 2
        hits = memory.recall(Scene.parse('(b / build :agent (p / person :name "Oleg"))'), k=2)
        assert {hit.id for hit in hits if hit.parts["unified"]} == {1, 3}
        assert memory.remember(Scene.parse("(n / new)")) == 7  # 4 was forgotten and is not given again
        assert memory.keep("more") > memory.unread()[0].id
        assert memory.check() == []
    with Memory.open(folder) as memory:
        assert memory.check() == []


def interruptions(tmp_path: Path, golden: str, stride: int = 1) -> Iterator[tuple[Path, int]]:
    """
    Open copies of *golden*, each interrupted at a later statement, until one is not interrupted any more.

    Yields the folder of the copy, and the version that it has then.
    """
    for statement in range(1, 10_000, stride):
        folder = tmp_path / str(statement)
        folder.mkdir()
        shutil.copy(GOLDEN / golden, folder / "memory.db")
        with interrupted(statement) as run:
            try:
                Memory.open(folder).close()
            except InterruptionError:
                pass
            else:
                assert len(run) < statement
                return
        connection = apsw.Connection(str(folder / "memory.db"))
        version = connection.pragma("user_version")
        connection.close()
        yield folder, version
        shutil.rmtree(folder)


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_a_migration_interrupted_anywhere_leaves_a_whole_memory(tmp_path: Path, stride: int) -> None:
    before = rows(GOLDEN / "v1.db")
    versions: list[int] = []
    for folder, version in interruptions(tmp_path, "v1.db", stride):
        assert version in (1, VERSION)
        versions.append(version)
        if version == 1:
            assert rows(folder / "memory.db") == before
        with Memory.open(folder) as memory:
            assert memory.check() == []
            assert export(memory) == exported()
    assert len(versions) * stride > 100
    assert (
        versions.count(VERSION) > 10 // stride
    )  # what is derived is derived anew where that was interrupted


def test_damage_is_carried_over_as_damage(folder: Path) -> None:
    data = (folder / "memory.db").read_bytes()
    assert data.count("Марта увидела".encode()) == 1
    data = data.replace("Марта увидела".encode(), "Мария увидела".encode())
    at = data.index(b':name "Oleg") :object (b2')
    (folder / "memory.db").write_bytes(data[: at + 7] + b"I" + data[at + 8 :])
    with Memory.open(folder) as memory:
        assert {line.split(" is damaged")[0] for line in memory.check()} == {
            "crystal 1",
            "source 2 of crystal 2",
        }
        with pytest.raises(StoreError, match="crystal 1 is damaged"):
            memory.get(1)
        assert memory.forget(1, 2).crystals == 2
        assert memory.check() == []


@pytest.mark.parametrize("rounds", [40, pytest.param(3000, marks=pytest.mark.slow)])
def test_what_was_damaged_before_it_was_carried_over_is_found_out(tmp_path: Path, rounds: int) -> None:
    whole = (GOLDEN / "v1.db").read_bytes()
    rng = random.Random(rounds)
    found = 0
    for turn in range(rounds):
        place, length = rng.randrange(len(whole)), rng.choice([1, 1, 300])
        folder = tmp_path / str(turn)
        folder.mkdir()
        harm = bytes([whole[place] ^ (1 << rng.randrange(8))]) if length == 1 else bytes(length)
        data = (whole[:place] + harm + whole[place + length :])[: len(whole)]
        (folder / "memory.db").write_bytes(data)
        try:
            with Memory.open(folder) as memory:
                if memory.check():
                    found += 1
                else:
                    assert export(memory) == exported()
                    assert len(memory.history()) == 8
        except StoreError:
            found += 1
        shutil.rmtree(folder)
    assert found > 0


@pytest.fixture
def folder_3(tmp_path: Path) -> Path:
    shutil.copy(GOLDEN / "v3.db", tmp_path / "memory.db")
    return tmp_path


def whole_export(memory: Memory) -> list[str]:
    """The lines that *memory* exports, without the first, which says the version."""
    file = io.StringIO(newline="")
    memory.export_to(file)
    return file.getvalue().splitlines()[1:]


def exported_3() -> list[str]:
    """What version 3 exported of its golden memory, without the first line."""
    return (GOLDEN / "v3.jsonl").read_text(encoding="utf-8").splitlines()[1:]


def test_a_memory_of_version_3_opens_and_its_new_sources_have_places(folder_3: Path) -> None:
    with Memory.open(folder_3) as memory:
        assert memory.check() == []
        assert whole_export(memory) == exported_3()
        assert [source.place for source in memory.get(1).sources] == [None, None]
        scene, place = memory.get(1).scene, Place(10, 30, 2)
        assert memory.remember(scene, text="Oleg built a bridge.", language="en", source="a letter") == 1
        assert len(memory.get(1).sources) == 2
        memory.remember(scene, text="Oleg built a bridge.", language="en", source="a letter", place=place)
        assert [source.place for source in memory.get(1).sources] == [None, None, place]
        assert memory.check() == []
    with Memory.open(folder_3) as memory:
        assert memory.check() == []
        assert memory.forget(source="a letter").sources == 2
        assert [source.text for source in memory.get(1).sources] == ["It was Oleg who built it."]


def test_a_migration_of_version_3_interrupted_anywhere_leaves_a_whole_memory(tmp_path: Path) -> None:
    versions: list[int] = []
    for folder, version in interruptions(tmp_path, "v3.db"):
        assert version in (3, VERSION)
        versions.append(version)
        with Memory.open(folder) as memory:
            assert memory.check() == []
            assert whole_export(memory) == exported_3()
    assert 10 < len(versions) < 999
    assert VERSION in versions


def test_damage_of_version_3_is_carried_over_as_damage(folder_3: Path) -> None:
    data = (folder_3 / "memory.db").read_bytes()
    assert data.count("Марта увидела".encode()) == 1
    data = data.replace("Марта увидела".encode(), "Мария увидела".encode())
    (folder_3 / "memory.db").write_bytes(data)
    with Memory.open(folder_3) as memory:
        assert [line.split(" is damaged")[0] for line in memory.check()][:1] == ["source 2 of crystal 2"]
        with pytest.raises(StoreError, match="source 2 of crystal 2 is damaged"):
            memory.get(2)


def test_the_export_of_version_3_is_imported(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "new", create=True) as memory:
        with (GOLDEN / "v3.jsonl").open(encoding="utf-8") as file:
            memory.import_from(file)
        assert memory.check() == []
        assert whole_export(memory) == exported_3()
