"""A long text read by several processes: the same readings, whatever happens to the processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenograph.mind import pace, reading
from scenograph.mind.reading import MindReader
from scenograph.readers.graph_reader import GraphReader, bundled
from scenograph.world import World

TEXT = "\n\n".join(
    f"Maria met {number} friends in Berlin. Анна прочитала {number} книг. They were glad; `x = {number}`.\n\n"
    f"    y = {number}"
    for number in range(3, 15)
)


def reader(graph: object = bundled) -> MindReader:
    return MindReader(lambda: World(), graph, None)  # pyright: ignore[reportArgumentType]


def dying() -> GraphReader:
    """Return the graph head; end the process that asks for it, unless it is the first one."""
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return bundled()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 8)
    monkeypatch.setattr(reading, "LONG", 9)


def read(graph: object = bundled, workers: int = 1, text: str = TEXT) -> list[tuple[object, ...]]:
    """Return what is read, with probabilities in thousandths: they depend on the number of threads."""
    return [
        (
            sentence,
            str(it.scene),
            str(it.draft),
            it.note,
            [(str(link), round(link.probability, 3), link.is_sure) for link in it.links],
        )
        for sentence, it, _ in reader(graph).read_document(text, markup="markdown", workers=workers)
    ]


def test_several_processes_read_what_one_reads() -> None:
    alone = read()
    assert len(alone) > 40
    assert read(workers=2) == alone


def test_what_a_dead_process_had_to_read_is_read_here(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert read(dying, workers=2) == read()
    assert "has died" in caplog.text


def test_a_short_text_starts_no_process() -> None:
    assert len(read(dying, workers=2, text="Maria works in Berlin. Анна спит.")) == 2


def test_a_text_that_is_not_read_to_its_end_leaves_no_process() -> None:
    begun = reader().read_document(TEXT, markup="markdown", workers=2)
    next(begun)
    assert multiprocessing.active_children()
    begun.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "from scenograph.readers.graph_reader import bundled\n"
        "from scenograph.readers.pool import ReaderPool\n"
        "if __name__ == '__main__':\n"
        "    with ReaderPool(bundled, 2) as pool:\n"
        "        pool.begin(['Maria sleeps.'], 'en')()\n"
        "        print(*(it.pid for it in multiprocessing.active_children()), flush=True)\n"
        "        sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        children = parent.stdout.readline().split()
        assert children
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    left = time.monotonic() + 20
    while any(Path(f"/proc/{int(child)}").exists() for child in children) and time.monotonic() < left:
        time.sleep(0.1)
    assert not [child for child in children if Path(f"/proc/{int(child)}").exists()]
