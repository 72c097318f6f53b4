"""A memory opened for reading only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory

BRIDGE = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')

WRITES: dict[str, Callable[[Memory], object]] = {
    "remember": lambda memory: memory.remember(Scene.parse("(n / news)")),
    "ingest": lambda memory: memory.ingest([Scene.parse("(n / news)")]),
    "keep": lambda memory: memory.keep("gibberish"),
    "correct": lambda memory: memory.correct(1, Scene.parse("(n / news)")),
    "forget": lambda memory: memory.forget(1),
    "used": lambda memory: memory.used([1]),
    "consolidate": lambda memory: memory.consolidate(),
    "learn_weights": lambda memory: memory.learn_weights(),
    "rebuild_index": lambda memory: memory.rebuild_index(),
    "import": lambda memory: memory.import_from(['{"unread": 1}']),
    "transaction": lambda memory: memory.transaction().__enter__(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "memory"
    with Memory.open(path) as memory:
        memory.remember(BRIDGE, text="Oleg built a bridge.", language="en")
        memory.recall("bridge")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_readable(memory: Memory) -> None:
    assert [hit.scene for hit in memory.recall("bridge")] == [BRIDGE]
    assert [hit.scene for hit in memory.recall(Scene.parse("(b / build)"))] == [BRIDGE]
    assert memory.saying("bridge") == [1]
    assert memory.get(1).sources[0].text == "Oleg built a bridge."
    assert memory.stats().crystals == len(memory) == 1
    assert memory.check() == []


def test_it_reads_and_leaves_the_folder_as_it_was(folder: Path) -> None:
    before = contents(folder)
    with Memory.open(folder, read_only=True) as memory:
        assert_readable(memory)
    assert contents(folder) == before


def test_indexes_that_are_missing_are_built_in_memory(folder: Path) -> None:
    for name in ("vectors.index", "postings.index"):
        (folder / name).unlink(missing_ok=True)
    with Memory.open(folder, read_only=True) as memory:
        assert_readable(memory)
    assert set(contents(folder)) == {"memory.db", "memory.db-sums"}


@pytest.mark.parametrize("name", WRITES)
def test_writing_is_refused(folder: Path, name: str) -> None:
    with (
        Memory.open(folder, read_only=True) as memory,
        pytest.raises(StoreError, match="open for reading only; open the memory without read_only"),
    ):
        WRITES[name](memory)


def test_it_sees_what_another_process_writes(folder: Path) -> None:
    with Memory.open(folder) as writer, Memory.open(folder, read_only=True) as memory:
        writer.remember(Scene.parse("(n / news)"))
        assert memory.recall("news")[0].scene == Scene.parse("(n / news)")


def test_no_memory_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no memory"):
        Memory.open(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


@pytest.fixture
def mounted(folder: Path) -> Iterator[Path]:
    """The memory where nobody can write, root included."""
    place = folder.with_name("read-only")
    place.mkdir()
    for command in (["mount", "--bind", folder, place], ["mount", "-o", "remount,ro,bind", place]):
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("needs the right to mount a folder read-only")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_closed_memory_is_read_where_nobody_can_write(mounted: Path) -> None:
    with Memory.open(mounted, read_only=True) as memory:
        assert_readable(memory)


def test_without_read_only_the_error_says_what_to_do(mounted: Path) -> None:
    with pytest.raises(StoreError, match="read_only=True"):
        Memory.open(mounted)


def test_a_change_under_an_unwritable_memory_is_noticed(mounted: Path, folder: Path) -> None:
    with Memory.open(mounted, read_only=True) as memory, Memory.open(folder) as writer:
        writer.remember(Scene.parse("(n / news)"))
        with pytest.raises(StoreError, match="changed by another process"):
            memory.recall("news")
