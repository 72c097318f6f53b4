"""
The queue of a service: some requests are at work, some wait, and one more is refused.

A request whose client has gone leaves the queue. One that is at work is finished, and its answer dropped: so
what was begun is never half done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar, final

import anyio
import anyio.to_thread
from starlette.requests import Request

from scenograph.service.errors import BusyError

T = TypeVar("T")


class GoneError(Exception):
    """The client has closed the connection, so nobody waits for the answer."""


@final
class Queue:
    """
    A queue with bounds.

    Args:
        workers: how many are at work at once
        waiting: how many may wait at once
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._workers, self._most = workers, waiting
        self._limiter = anyio.CapacityLimiter(workers)
        self._inside = 0

    @property
    def working(self) -> int:
        """How many are at work."""
        return min(self._inside, self._workers)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._inside - self.working

    async def run(self, work: Callable[[], T]) -> T:
        """
        Do *work* in a thread, in turn.

        Raises:
            BusyError: if too many wait already
        """
        if self.waiting >= self._most and self.working == self._workers:
            raise BusyError(f"{self.waiting} requests are waiting already; try again later", 1)
        self._inside += 1
        try:
            # Cancelled while it waits, the work is never begun. Once begun, it is waited for.
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


async def unless_gone(request: Request, work: Callable[[], Awaitable[T]]) -> T:
    """
    Return what *work* returns; stop it when the client of *request* leaves.

    Raises:
        GoneError: if the client has left
    """
    found: list[T] = []
    failed: list[Exception] = []

    async with anyio.create_task_group() as group:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        async def act() -> None:
            try:
                found.append(await work())
            except Exception as error:
                failed.append(error)
            group.cancel_scope.cancel()

        group.start_soon(watch)
        group.start_soon(act)
    if failed:
        raise failed[0]
    if not found:
        raise GoneError
    return found[0]
