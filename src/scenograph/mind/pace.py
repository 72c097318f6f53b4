"""
How many sentences of a long text are read together.

Many at once are read faster; few at once are stored sooner, so that somebody who waits sees that it goes
on, and loses little by Ctrl-C. So the first are few, and then as many as the machine reads in `SECONDS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, final

from scenograph.documents import Sentence

FIRST: Final = 8
"""Sentences that are read together first."""

MOST: Final = 256
"""Sentences that are read together at most."""

SECONDS: Final = 2.0
"""About how long to read before something is stored."""

_LEAST = 4
_TO_END = 4
"""So many sentences more are taken if a paragraph ends with them: a carrier may read them as one text."""


@final
class Pace:
    """
    Says how many sentences are to be read together next.

    Args:
        workers: processes that read at a time, each its own sentences
        clock: seconds that only grow
    """

    def __init__(self, workers: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers, self._clock = workers, clock
        self._begun, self._read = clock(), 0
        self.size = FIRST

    def read(self, count: int) -> None:
        """Count *count* sentences that are read now; the next may be twice as many at most."""
        self._read += count
        wanted = SECONDS * self._read / max(self._clock() - self._begun, 1e-6) / self._workers
        self.size = max(_LEAST, int(min(wanted, 2 * self.size, MOST)))

    def batches(self, sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
        """Yield *sentences*, as many at a time as the pace is when they are asked for."""
        waiting = iter(sentences)
        ahead: list[Sentence] = []  # the first of the next batch, if it has been looked at
        while batch := [*ahead, *islice(waiting, self.size - len(ahead))]:
            ahead = []
            for following in islice(waiting, _TO_END):
                if following.paragraph != batch[-1].paragraph:
                    ahead = [following]
                    break
                batch.append(following)
            yield batch
