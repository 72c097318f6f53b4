"""
Fields that are held between requests: a working memory for one piece of work.

What is held in a field is known to that field alone; it is released on request, or when nobody has
used it for a while. It is in RAM, and gone when the service ends.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import final

from scenograph.core import Field, Rule, Scene
from scenograph.mind.namespace import Namespace
from scenograph.service.errors import BusyError, RequestError, UnknownItemError

MOST_SCENES = 2000
"""Scenes of one field."""


@final
class HeldField:
    """
    One field, for one request at a time.

    Attributes:
        id: its name, which nobody can guess
        namespace: whose memory it holds scenes of
        lock: to be taken while it is used
        scenes: what it holds, by the numbers that answers and proofs use
    """

    def __init__(self, now: float, namespace: Namespace) -> None:
        self.id = secrets.token_urlsafe(12)
        self.namespace = namespace
        self.used = now
        self.lock = threading.Lock()
        self.scenes: dict[int, Scene] = {}
        self._next = 0
        self._closed: tuple[tuple[int, ...], Field] | None = None

    def hold(self, scenes: Sequence[Scene]) -> list[int]:
        """
        Add *scenes*; return their numbers.

        Raises:
            RequestError: if the field would be too large; nothing is added then
        """
        if len(self.scenes) + len(scenes) > MOST_SCENES:
            raise RequestError(f"a field holds {MOST_SCENES} scenes at most; release some first")
        numbers = list(range(self._next, self._next + len(scenes)))
        self.scenes.update(zip(numbers, scenes, strict=True))
        self._next += len(scenes)
        self._closed = None
        return numbers

    def release(self, numbers: Sequence[int]) -> None:
        """
        Hold the scenes of these *numbers* no more.

        Raises:
            UnknownItemError: if one is not held; nothing is released then
        """
        if missing := [number for number in numbers if number not in self.scenes]:
            raise UnknownItemError(f"the field {self.id} holds no scene {missing[0]}")
        for number in set(numbers):
            del self.scenes[number]
        self._closed = None

    def closed(self, rules: Sequence[Rule]) -> tuple[tuple[int, ...], Field]:
        """Return the numbers of its scenes, and a field of them in this order with all that follows."""
        if self._closed is None:
            field = Field(self.scenes.values())
            field.close(rules, limit=100_000)
            self._closed = tuple(self.scenes), field
        return self._closed


@final
class HeldFields:
    """
    The fields that a service holds.

    Args:
        most: how many at once
        seconds: how long one that nobody uses is held
        clock: the time in seconds
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._lock = threading.Lock()
        self._fields: OrderedDict[str, HeldField] = OrderedDict()

    def new(self, namespace: Namespace) -> HeldField:
        """
        Return a new field of *namespace* that holds nothing.

        Raises:
            BusyError: if as many as can be are held
        """
        with self._lock:
            self._expire()
            if len(self._fields) >= self._most:
                raise BusyError(
                    f"{self._most} fields are held already; release one, or wait until one expires",
                    self._seconds,
                )
            field = HeldField(self._clock(), namespace)
            self._fields[field.id] = field
            return field

    def get(self, name: str, within: Namespace) -> HeldField:
        """
        Return the field *name*.

        Raises:
            UnknownItemError: if there is none in the namespace *within*, or it has expired
        """
        with self._lock:
            self._expire()
            field = self._fields.get(name)
            if field is None or not within.covers(field.namespace):
                raise UnknownItemError(f"there is no field {name!r}; it may have expired")
            field.used = self._clock()
            self._fields.move_to_end(name)
            return field

    def drop(self, name: str, within: Namespace) -> None:
        """Release the field *name* with all that it holds; raises as `get`."""
        self.get(name, within)
        with self._lock:
            self._fields.pop(name, None)

    def _expire(self) -> None:
        now = self._clock()
        while self._fields:
            oldest = next(iter(self._fields.values()))
            if now - oldest.used < self._seconds:
                return
            del self._fields[oldest.id]
