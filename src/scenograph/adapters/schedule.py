"""
A schedule of abilities: which share of the tasks each ability has, from the first step of a run to the last.

It is given by points. A point has a place in the run, 0 for its beginning and 1 for its end, and weights of
abilities. Between two points the shares change evenly; before the first and after the last they stay. Two
points at one place make a sudden change.

    >>> schedule = Schedule((Point(0.0, {"read": 2}), Point(1.0, {"read": 1, "speak": 3})))
    >>> schedule.shares(0.5)
    {'read': 0.625, 'speak': 0.375}

Which tasks there are is another matter: a schedule says how often they are met. All tasks of an ability are
met before any of them is met again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from scenograph.adapters.batches import Bundle, cost, passes
from scenograph.adapters.encode import Encoded
from scenograph.errors import TrainingError


class Point(NamedTuple):
    """The weights of abilities at one place of a run."""

    at: float  # from 0 to 1
    weights: Mapping[str, float]


@final
@dataclass(frozen=True, slots=True)
class Schedule:
    """
    How the shares of abilities change.

    Attributes:
        points: at least one, in order of their places, at most two at one place
    """

    points: tuple[Point, ...]

    def shares(self, place: float) -> dict[str, float]:
        """Return the share of each ability that has some at *place*; together they are 1."""
        right = bisect_right([point.at for point in self.points], place)
        before, after = self.points[max(0, right - 1)], self.points[min(right, len(self.points) - 1)]
        length = after.at - before.at
        part = (place - before.at) / length if length > 0 else 0.0
        first, last = _shares(before.weights), _shares(after.weights)
        names = dict.fromkeys((*first, *last))
        shares = {name: (1 - part) * first.get(name, 0.0) + part * last.get(name, 0.0) for name in names}
        return {name: share for name, share in shares.items() if share > 0}

    def among(self, abilities: Sequence[str]) -> Schedule:
        """
        Return the schedule of those *abilities* that it names; the others have no tasks.

        Raises:
            TrainingError: if nothing is left at some point
        """
        points: list[Point] = []
        for point in self.points:
            named = {name: weight for name, weight in point.weights.items() if weight > 0}
            left = {name: weight for name, weight in named.items() if name in abilities}
            if not left:
                raise TrainingError(
                    f"at {point.at:g} the schedule has {', '.join(named)} alone, and no task is of that; "
                    f"give a weight to some of {', '.join(sorted(set(abilities)))}"
                )
            points.append(Point(point.at, left))
        return Schedule(tuple(points))


def check_all_learn(schedule: Schedule, examples: Sequence[Encoded], names: Sequence[str]) -> None:
    """
    Check that each adapter has tasks of an ability that *schedule* gives a share at some place.

    Args:
        names: of the adapters
    Raises:
        TrainingError: if one would learn nothing
    """
    given = {name for point in schedule.points for name, weight in point.weights.items() if weight > 0}
    teach: dict[int, set[str]] = defaultdict(set)
    for example in examples:
        teach[example.adapter].add(example.ability)
    for adapter, abilities in sorted(teach.items()):
        if not abilities & given:
            raise TrainingError(
                f"the schedule gives no share to {', '.join(sorted(abilities))}, and {names[adapter]} has "
                "no other tasks; give some, or leave these tasks out"
            )


def scheduled(
    examples: Sequence[Encoded],
    bundles: Sequence[Bundle],
    budget: int,
    seed: int,
    schedule: Schedule,
    steps: int,
) -> Iterator[list[int]]:
    """
    Yield a batch of example indices for each of so many *steps*.

    Every bundle is one of the ability that is most behind its share of the tasks so far. So nothing depends
    on chance but the order of the tasks of an ability.

    Args:
        bundles: each of one ability
    Raises:
        TrainingError: if the schedule has no ability that there are bundles of, at some point
    """
    own: dict[str, list[Bundle]] = defaultdict(list)
    for group in bundles:
        own[examples[group[0]].ability].append(group)
    schedule = schedule.among(list(own))
    streams = {ability: passes(groups, seed) for ability, groups in own.items()}
    owed = dict.fromkeys(streams, 0.0)  # tasks: what the shares so far would have given, less what was given
    for step in range(steps):
        shares = schedule.shares((step + 0.5) / steps)
        batch: list[int] = []
        tokens = 0
        while tokens < budget:
            ability = max(shares, key=lambda name: owed[name] + shares[name])
            group = next(streams[ability])
            for name, share in shares.items():
                owed[name] += share * len(group)
            owed[ability] -= len(group)
            batch += group
            tokens += cost(examples, group)
        yield batch


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}
