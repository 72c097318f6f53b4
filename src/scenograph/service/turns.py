"""
Turns: the model does one thing at a time, and a request waits for it, but neither for long nor in a crowd.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from scenograph.errors import ScenographError


class BusyError(ScenographError):
    """The model is at work for others, and will be for some time."""


class Turns:
    """
    A bounded queue for the model.

    Args:
        most: requests that may wait at once; one more is refused at once
        seconds: how long one may wait
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._model = threading.Lock()
        self._places = threading.BoundedSemaphore(most + 1)  # of those that wait, and of the one at work

    @contextmanager
    def turn(self) -> Generator[None]:
        """
        Have the model for oneself in this block.

        Raises:
            BusyError: if too many wait already, or the turn does not come in time
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(f"{self._most} requests are waiting for the model already; try again later")
        try:
            if not self._model.acquire(timeout=self._seconds):
                raise BusyError(f"the model was busy for {self._seconds:g} s; try again later")
            try:
                yield
            finally:
                self._model.release()
        finally:
            self._places.release()
