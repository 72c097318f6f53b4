"""How many requests one client may send in a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import final

from scenograph.service.errors import RateError

_CLIENTS = 10_000  # that are remembered; those who sent nothing for longest are forgotten first


@final
class Rate:
    """
    A bucket of requests for each client: a request takes one, and time fills it again.

    Args:
        per_minute: how many one client may send in a minute, and at once; 0 is no limit
        clock: the time in seconds
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """
        Count a request of *client*.

        Raises:
            RateError: if it has sent too many
        """
        if not self._most:
            return
        now = self._clock()
        left, then = self._left.pop(client, (float(self._most), now))
        left = min(self._most, left + (now - then) * self._most / 60)
        is_allowed = left >= 1
        self._left[client] = (left - is_allowed, now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        if not is_allowed:
            raise RateError(
                f"more than {self._most} requests in a minute; send fewer", (1 - left) * 60 / self._most
            )
