"""
The queue of a service: some requests are at work, some wait, and one more is refused.

Clients have turns: the next request is the oldest of the client whose turn it is. Where as many wait as may,
a request of a client that has fewer than another pushes out that one's latest, which is refused as if it came
now. So a client that sends much waits for itself, and the others hardly notice (as in FQ-CoDel, RFC 8290).

A request whose client has gone leaves the queue. For one that is at work a carrier writes nothing more: it
ends there, with nothing stored but what was stored before. What needs no carrier is finished, and its answer
dropped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, final

import anyio
import anyio.to_thread
from starlette.requests import Request

from scenograph.carriers.asker import Asker, Turns, present_asker
from scenograph.service.errors import BusyError

T = TypeVar("T")

_LONGEST = 60  # seconds after which a client may come again, at most
_SMOOTH = 0.2  # weight of the latest request in the mean time of one


class GoneError(Exception):
    """The client has closed the connection, so nobody waits for the answer."""


@final
class _Place:
    """A request that waits."""

    def __init__(self) -> None:
        self.is_called = anyio.Event()  # to work, or away
        self.is_refused = False


@final
class Queue:
    """
    A queue with bounds, for one event loop.

    Args:
        workers: how many are at work at once
        waiting: how many may wait at once
    Attributes:
        working: how many are at work
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._workers, self._most = workers, waiting
        self._limiter = anyio.CapacityLimiter(workers)
        self._turns = Turns[_Place]()
        self._seconds = 0.0  # that one request takes, as a moving mean
        self.working = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._turns)

    async def run(self, work: Callable[[], T]) -> T:
        """
        Do *work* in a thread, in turn.

        Raises:
            BusyError: if too many wait already
        """
        if self.working < self._workers:
            self.working += 1
        else:
            await self._wait(present_asker().name)
        begun = time.monotonic()
        try:
            # Once begun, it is waited for.
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._seconds += _SMOOTH * (time.monotonic() - begun - self._seconds)
            self._leave()

    async def _wait(self, name: str) -> None:
        """Wait for a place at work."""
        if len(self._turns) >= self._most:
            if not self._most or self._turns.waiting(self._turns.most()) <= self._turns.waiting(name) + 1:
                raise self._busy()
            pushed = self._turns.take_last(self._turns.most())
            pushed.is_refused = True
            pushed.is_called.set()
        place = _Place()
        self._turns.add(name, [place])
        try:
            await place.is_called.wait()
        except BaseException:  # the client has gone
            if not self._turns.remove(lambda it: it is place) and not place.is_refused:
                self._leave()
            raise
        if place.is_refused:
            raise self._busy()

    def _leave(self) -> None:
        """Give the place at work to the next one."""
        if len(self._turns):
            self._turns.take().is_called.set()
        else:
            self.working -= 1

    def _busy(self) -> BusyError:
        seconds = math.ceil(self._seconds * (len(self._turns) + 1) / self._workers)
        waiting = f"{len(self._turns)} requests are waiting already; try again later"
        return BusyError(waiting, min(max(seconds, 1), _LONGEST))


async def unless_gone(
    request: Request,
    work: Callable[[], Awaitable[T]],
    heard: Callable[[str, str], None] | None = None,
) -> T:
    """
    Return what *work* returns; stop it when the client of *request* leaves.

    The client is who asks meanwhile, by the name of its key or else by its address. Tasks that others started
    find it as `request.state.asker`.

    Args:
        heard: called, in other threads, with each piece that a carrier writes; see `Asker`
    Raises:
        GoneError: if the client has left
    """
    found: list[T] = []
    failed: list[Exception] = []
    request.state.asker = asker = Asker(_name(request), heard)

    with asker.asking():
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                asker.leave()
                group.cancel_scope.cancel()

            async def act() -> None:
                try:
                    found.append(await work())
                except Exception as error:
                    failed.append(error)
                group.cancel_scope.cancel()

            group.start_soon(watch)
            group.start_soon(act)
    if asker.has_left:
        raise GoneError
    if failed:
        raise failed[0]
    return found[0]


def _name(request: Request) -> str:
    identity = getattr(request.state, "identity", None)
    return getattr(identity, "name", "") or (request.client.host if request.client else "")
