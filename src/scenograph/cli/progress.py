"""Progress on stderr: bars in a terminal, plain lines every ten seconds elsewhere, in a log for instance."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Self

from scenograph.cli import output


class Shown:
    """
    A `scenograph.progress.Progress` that prints lines; use it as a context manager.

        train: 40 % (1200 of 3000, 1:20 left), loss 0.412

    Args:
        interval: seconds between two lines of one stretch of work
    """

    def __init__(self, interval: float = 10.0) -> None:
        self._interval = interval
        self._title, self._note = "", ""
        self._total: float | None = None
        self._done, self._began = 0.0, 0.0
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        # A thread of its own, because the work may be silent for minutes.
        threading.Thread(target=self._speak, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()

    def start(self, title: str, total: float | None = None) -> None:
        """Say what begins."""
        with self._lock:
            self._title, self._total, self._note = title, total, ""
            self._done, self._began = 0.0, time.perf_counter()
        output.say(f"  {title} ...")

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count what is done."""
        with self._lock:
            self._done += amount
            self._note = note or self._note

    def finish(self, summary: str) -> None:
        """Say what came of it."""
        with self._lock:
            title, self._title = self._title, ""
        self.line(title, summary, time.perf_counter() - self._began)

    def line(self, title: str, summary: str, seconds: float | None = None) -> None:
        """Print the line of a finished step."""
        took = "" if seconds is None else f" ({seconds:.1f} s)"
        output.say(f"✓ {title:<11} {summary}{took}")

    def _speak(self) -> None:
        while not self._ended.wait(self._interval):
            with self._lock:
                line = self._state()
            if line:
                output.say(f"  {line}")

    def _state(self) -> str:
        """Say how far the present stretch of work is; nothing between two of them."""
        if not self._title:
            return ""
        passed = time.perf_counter() - self._began
        note = f", {self._note}" if self._note else ""
        if not self._total:
            return f"{self._title}: {_clock(passed)} so far{note}"
        left = f", {_clock(passed * (self._total / self._done - 1))} left" if self._done else ""
        share = min(1.0, self._done / self._total)
        return f"{self._title}: {share:.0%} ({self._done:,.0f} of {self._total:,.0f}{left}){note}"


def shown() -> Shown:
    """Bars where stderr is a terminal, else lines."""
    if not sys.stderr.isatty():
        return Shown()
    from scenograph.cli.bars import Bars

    return Bars()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02}"
