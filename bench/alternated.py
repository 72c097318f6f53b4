"""
Kinds of work that are timed side by side, round by round, on a machine where others work too.

The least time of a kind says how fast it can be. How one kind compares with another is the median over all
rounds: what slows a round down slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median


class Times:
    """
    Seconds of the processor that each kind of work takes, after one round to warm up.

    Args:
        kinds: the work by name; who begins changes from round to round
        rounds: at least one
    """

    def __init__(self, kinds: Mapping[str, Callable[[], object]], rounds: int) -> None:
        found: dict[str, list[float]] = {kind: [] for kind in kinds}
        for round_ in range(rounds + 1):
            for kind in [*kinds] if round_ % 2 else reversed([*kinds]):
                began = time.process_time()
                kinds[kind]()
                found[kind].append(time.process_time() - began)
        self.of = {kind: times[1:] for kind, times in found.items()}

    def least(self, kind: str) -> float:
        """Return the least seconds of *kind*."""
        return min(self.of[kind])

    def ratio(self, one: str, other: str) -> float:
        """Return how many times as long as *other* the work *one* takes: the median of all rounds."""
        return median(a / b for a, b in zip(self.of[one], self.of[other], strict=True))
