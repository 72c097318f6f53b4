"""What cannot be opened or written is refused in words, and nothing is lost by it."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory
from scenograph.memory.index.faiss_index import FaissIndex
from scenograph.memory.index.vector_index import Truth
from scenograph.memory.index.vectors import encode

A, B = Scene.parse("(a / first)"), Scene.parse("(b / second)")


@contextmanager
def database(path: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(path))
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file of this process can grow beyond *size* bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_missing_memory_is_not_made_if_not_wanted(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no memory at"):
        Memory.open(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"not a database at all" * 300])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "memory.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"memory\.db is (empty|not a memory)"):
        Memory.open(tmp_path)
    assert (tmp_path / "memory.db").read_bytes() == content


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with database(tmp_path / "memory.db") as other:
        other.execute("CREATE TABLE letters (a)")
    with pytest.raises(StoreError, match="not a memory"):
        Memory.open(tmp_path)


def test_a_memory_of_a_newer_version(tmp_path: Path) -> None:
    Memory.open(tmp_path).close()
    with database(tmp_path / "memory.db") as newer:
        newer.pragma("user_version", 999)
    with pytest.raises(StoreError, match=r"newer Scenograph .*999.*upgrade"):
        Memory.open(tmp_path)


def test_an_index_without_its_memory(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.rebuild_index()
    (tmp_path / "memory.db").unlink()
    with pytest.raises(StoreError, match="missing"):
        Memory.open(tmp_path)


def test_a_path_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot create a memory"):
        Memory.open(tmp_path / "file")
    (tmp_path / "odd" / "memory.db").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"memory\.db"):
        Memory.open(tmp_path / "odd")


def test_a_second_writer_waits_then_is_told(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as one, Memory.open(tmp_path, wait=0.1) as two:
        with one.transaction():
            one.remember(A)
            assert len(two) == 0  # readers see what was there before
            with pytest.raises(StoreError, match=r"written by another process .* 0\.1 s"):
                two.remember(B)
        assert two.remember(B) != one.find(A)
        assert len(one) == 2

        patient = Memory.open(tmp_path, wait=30)
        done: list[int] = []
        with one.transaction():
            thread = threading.Thread(
                target=lambda: done.append(patient.remember(Scene.parse("(c / third)")))
            )
            thread.start()
            thread.join(0.1)
            assert not done
        thread.join(30)
        assert done == [patient.find(Scene.parse("(c / third)"))]
        patient.close()


def test_threads_share_one_memory(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:

        def work(number: int) -> None:
            for turn in range(12):
                scene = Scene.parse(f"(a / word-{turn} :by (b / thread-{number}))")
                assert memory.get(memory.remember(scene)).scene == scene
                assert memory.recall(scene, k=1)[0].scene == scene

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(memory) == 48
        assert memory.check() == []


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(A, text="kept")
        size = (tmp_path / "memory.db-wal").stat().st_size
        with file_limit(size + 2000), pytest.raises(StoreError, match="nothing of this write was kept"):
            memory.remember(B, text="too much " * 1000)
        assert memory.check() == []
        assert B not in memory
        memory.remember(B)
        assert len(memory) == 2


def test_an_index_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "vectors.index"
    index = FaissIndex(tmp_path, Truth(b"u" * 16, b"f" * 32, lambda _: {}))
    index.save()
    before = path.read_bytes()
    index.add([1], encode([A]))
    with (
        file_limit(1000),
        pytest.raises(StoreError, match=r"cannot write the index .*: File too large"),
    ):
        index.save()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [before]


def test_a_closed_memory_says_so(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path)
    memory.close()
    memory.close()
    with pytest.raises(StoreError, match="is closed"):
        memory.remember(A)


def test_what_one_process_forgets_no_other_recalls(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as one, Memory.open(tmp_path) as two:
        gone, kept = one.remember_many([A, B])
        assert two.recall(A, k=1)[0].id == gone  # which keeps the scene at hand
        one.forget(gone)
        assert [hit.id for hit in two.recall(A)] in ([], [kept])
        assert two.check() == []
