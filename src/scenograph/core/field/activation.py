"""
Activation: what a field has in mind, as a number between 0 and 1 for each thing.

    excite   a thing that is met is raised
    spread   a thing passes a share of its level to its neighbours, evenly
    decay    everything fades by a factor
    hold     a held thing neither fades nor gives up what it passes on, until it is released

Spreading is bounded three ways: in steps, in the number of things that pass something on at each step (the
most active), and in total, since nothing passes on more than it has: without held things the sum of all
levels never grows. (Collins and Loftus, "A spreading-activation theory of semantic processing", 1975.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, final

LEAST: Final = 1e-4
"""Below this a level counts as nothing."""


@final
class Activation:
    """
    Levels of things, which are numbers.

    Attributes:
        levels: thing → its level, above `LEAST`
        held: things that are held
    """

    def __init__(self, levels: Mapping[int, float] | None = None, held: Iterable[int] = ()) -> None:
        self.levels: Final[dict[int, float]] = dict(levels or {})
        self.held: Final[set[int]] = set(held)

    def excite(self, things: Iterable[int], amount: float = 1.0) -> None:
        """Raise each of *things* by *amount*, up to 1."""
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"an amount lies between 0 and 1, not at {amount}")
        for thing in things:
            self._set(thing, self.levels.get(thing, 0.0) + amount)

    def hold(self, things: Iterable[int]) -> None:
        """Hold *things* at the levels that they have; those that have none rise to 1."""
        for thing in things:
            self.levels.setdefault(thing, 1.0)
            self.held.add(thing)

    def release(self, things: Iterable[int]) -> None:
        """Let *things* fade again."""
        self.held.difference_update(things)

    def decay(self, factor: float = 0.8, steps: int = 1) -> None:
        """Multiply every level by *factor*, *steps* times, but for those of held things."""
        if not 0.0 <= factor <= 1.0:
            raise ValueError(f"a factor of decay lies between 0 and 1, not at {factor}")
        for thing in list(self.levels):
            if thing not in self.held:
                self._set(thing, self.levels[thing] * factor**steps)

    def spread(
        self,
        neighbours: Callable[[int], Sequence[int]],
        share: float = 0.5,
        steps: int = 1,
        width: int = 256,
    ) -> None:
        """
        Pass levels on along links.

        Args:
            neighbours: the things that a thing is linked to, as often as it is
            share: how much of its level a thing passes on, in all, at each step
            steps: how far
            width: how many things pass something on at each step, the most active first
        """
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share lies between 0 and 1, not at {share}")
        for _ in range(steps):
            passed: dict[int, float] = {}
            for thing, level in self.most(width):
                near = neighbours(thing)
                if near:
                    if thing not in self.held:
                        passed[thing] = passed.get(thing, 0.0) - level * share
                    for other in near:
                        passed[other] = passed.get(other, 0.0) + level * share / len(near)
            for thing, change in passed.items():
                self._set(thing, max(self.levels.get(thing, 0.0) + change, 0.0))

    def most(self, count: int) -> list[tuple[int, float]]:
        """Return the *count* most active things with their levels, equal ones by number."""
        return sorted(self.levels.items(), key=lambda item: (-item[1], item[0]))[:count]

    def _set(self, thing: int, level: float) -> None:
        if level > LEAST or thing in self.held:
            self.levels[thing] = min(level, 1.0)
        else:
            self.levels.pop(thing, None)
