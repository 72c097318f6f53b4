"""
Long texts read by several processes at once.

Each process has a graph head of its own, which takes about two seconds to load: too long for short texts.
The processes are new ones ("spawn"), so nothing that is open here, such as a memory, is open there too.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Self, final

if TYPE_CHECKING:
    from scenograph.readers.graph_reader import GraphReader
    from scenograph.readers.reading import Reading

MOST_WORKERS: Final = 4
"""Processes that one text is read by; more would read faster than memory can store."""

_log = logging.getLogger(__name__)


def workers() -> int:
    """Return how many processes a long text should be read by on this machine."""
    own = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(MOST_WORKERS, len(own))


@final
class ReaderPool:
    """
    Processes that read; use it in a `with` block.

    Args:
        reader: what returns the graph head; a function of a module, which each process calls for itself
        count: how many processes
    """

    def __init__(self, reader: Callable[[], GraphReader], count: int) -> None:
        self._reader = reader
        self.ahead = 2 * count  # batches that are given before the first is asked for keep all busy
        self._processes = ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.shutdown(wait=True, cancel_futures=True)

    def begin(self, sentences: Sequence[str], language: str | None) -> Callable[[], list[Reading]]:
        """
        Let a process read *sentences*; return a function that waits for their readings.

        If a process has died, the readings come from this one, and a warning says so.
        """
        try:
            future = self._processes.submit(_read, self._reader, sentences, language)
        except BrokenProcessPool:
            future = None
        return lambda: self._finish(future, sentences, language)

    def _finish(
        self, future: Future[list[Reading]] | None, sentences: Sequence[str], language: str | None
    ) -> list[Reading]:
        try:
            if future is not None:
                return future.result()
        except BrokenProcessPool:
            _log.warning("a process that was reading has died; its sentences are read here")
        return self._reader().read_many(sentences, language)


def _read(reader: Callable[[], GraphReader], sentences: Sequence[str], language: str | None) -> list[Reading]:
    return reader().read_many(sentences, language)


def _prepare() -> None:
    """Prepare a new process: one thread for its matrices, and an end with its parent's."""
    from threadpoolctl import threadpool_limits

    import_module("numpy")  # its threads can only be limited once it is loaded
    threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait until the parent has ended, however it ended; its processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
