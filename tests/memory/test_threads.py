"""Threads of one process: readers go on while another thread learns, stores or rebuilds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory
from scenograph.memory.index.faiss_index import FaissIndex
from scenograph.memory.index.vectors import Vectors

SCENES = [
    Scene.parse(f'(b / build :agent (p / person :name "Oleg {n % 97}") :object (c / bridge :length {n}))')
    for n in range(300)
]
CUE = Scene.parse("(b / build :object (c / bridge :length 7))")


def slowest_recall(memory: Memory, work: Callable[[], object]) -> tuple[float, float]:
    """Recall in this thread while another one does *work*: the slowest recall, and how long the work took."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    memory.recall(CUE, 3)
    thread = threading.Thread(target=run)
    start, slowest = time.perf_counter(), 0.0
    thread.start()
    while thread.is_alive():
        began = time.perf_counter()
        assert [hit.id for hit in memory.recall(CUE, 1)] == [8]
        assert memory.get(8).scene == SCENES[7]
        slowest = max(slowest, time.perf_counter() - began)
        time.sleep(0.005)  # else the two threads take the interpreter from each other all the time
    thread.join()
    assert not failed, failed
    return slowest, time.perf_counter() - start


@pytest.mark.parametrize("work", ["consolidate", "rebuild_index"])
def test_readers_do_not_wait_for_a_long_change(tmp_path: Path, work: str) -> None:
    with Memory.open(tmp_path) as memory:
        memory.ingest(SCENES)
        slowest, whole = slowest_recall(memory, getattr(memory, work))
        # Both share the interpreter, so that each recall takes longer; but none waits for the whole.
        assert slowest < max(1.0, 0.4 * whole)
        assert memory.check() == []


def test_nobody_waits_for_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, done = threading.Event(), threading.Event()
    vectors = FaissIndex.vectors

    def waiting(index: FaissIndex, ids: Sequence[int]) -> Vectors:
        if threading.current_thread().name == "checking":
            entered.set()
            assert done.wait(60)
        return vectors(index, ids)

    monkeypatch.setattr(FaissIndex, "vectors", waiting)
    with Memory.open(tmp_path) as memory:
        memory.ingest(SCENES[:50])
        assert memory.recall(CUE, 1)[0].id == 8  # the index is in use, and holds what is forgotten below
        found: list[list[str]] = []
        thread = threading.Thread(target=lambda: found.append(memory.check()), name="checking")
        thread.start()
        assert entered.wait(60)
        try:
            new = memory.remember(Scene.parse("(n / news)"))
            assert memory.recall("news")[0].id == new
            assert memory.forget(8).crystals == 1
            assert memory.recall(CUE, 1)[0].id != 8
        finally:
            done.set()
            thread.join()
        assert found == [[]]  # it is about the memory as it was when the check began
        assert memory.check() == []


def test_readers_do_not_wait_for_an_open_transaction(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.ingest(SCENES[:50])
        entered, done = threading.Event(), threading.Event()

        def write() -> None:
            with memory.transaction():
                memory.remember(Scene.parse("(n / news)"))
                entered.set()
                assert done.wait(60)

        thread = threading.Thread(target=write)
        thread.start()
        assert entered.wait(60)
        try:
            assert memory.recall(CUE, 1)[0].id == 8
            assert Scene.parse("(n / news)") not in memory  # not before it is on the disk
            assert memory.recall("news") == []
            assert len(memory) == len(memory.history()) == 50
        finally:
            done.set()
            thread.join()
        assert memory.recall("news")[0].scene == Scene.parse("(n / news)")


def test_a_transaction_that_recalled_and_failed_leaves_nothing(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.ingest(SCENES[:20])

        def fail() -> None:
            with memory.transaction():
                memory.remember(Scene.parse("(n / news)"))
                assert memory.recall("news")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert memory.recall("news") == []
        assert memory.check() == []


def test_each_thread_sees_what_was_stored_before_it_asked(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.ingest(SCENES[:100])
        failed: list[BaseException] = []
        stop = threading.Event()
        stored = count(1)

        def write() -> None:
            while not stop.is_set():
                number = next(stored)
                crystal = memory.remember(Scene.parse(f"(n / news :number {number})"))
                if number % 3 == 0:
                    memory.forget(crystal)

        def read() -> None:
            try:
                known = 0
                while not stop.is_set():
                    ids = [hit.id for hit in memory.recall("news", 2000)]
                    assert len(ids) == len(set(ids))
                    assert len(ids) >= known - 1, "a snapshot went back in time"
                    known = max(known, len(ids))
                    for crystal in ids[:5]:
                        with suppress(StoreError):  # it may have been forgotten since
                            memory.get(crystal)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=one) for one in (write, read, read)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failed, failed
        assert memory.check() == []
