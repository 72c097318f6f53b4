"""
Walking: how activation spreads from crystal to crystal, for one cue or for many at once.

Chains grow by one crystal in each *hop*. For many cues the chains of all of them grow together, so that a hop
is a few operations on long arrays instead of many on short ones, and what several cues reach is looked up
together::

    cue 1   3 → 7          3 → 7 → 9
    cue 2   3 → 7, 4 → 1   4 → 1 → 9, 4 → 1 → 2      one hop for both

Law: what a cue activates does not depend on which cues walk beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.segment import Ids
from scenograph.memory.recall.spreading import (
    NONE,
    Activations,
    Answers,
    Associations,
    Chains,
    Numbers,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """
    How activation spreads, and how far.

    Attributes:
        decay: the share of its activation that a crystal passes on through the strongest association
        hops: associations in a chain, at most
        seeds: crystals that chains begin with, at most
        looked_at: crystals whose answers are looked at in each hop, at most; those offered most
        chains: chains that are continued after each hop, at most
    """

    decay: float = 0.9
    hops: int = 2
    seeds: int = 20
    looked_at: int = 96
    chains: int = 30


BOUNDS = Bounds()


_TOGETHER = 32
"""Cues that walk together; more gain nothing, and need memory for all that they reach."""


def spread(
    seeds: Sequence[int], associations: Associations, answers: Answers, bounds: Bounds = BOUNDS
) -> Activations:
    """
    Spread activation from *seeds*, the crystals that a cue found at once.

    Laws: nothing is negative; a chain's activation is at most the share of the cue that its crystals answer
    together, and a crystal's is at least its own; without associations each seed has its own. The result
    depends on what *seeds* holds, not on its order.

    Args:
        seeds: ids of crystals; of more than `Bounds.seeds`, chains begin with those that answer most
        associations: what leads from crystal to crystal
        answers: what of the cue a crystal answers
        bounds: how far to go
    Returns:
        For each seed and each crystal that was reached and looked at, its activation.
    """
    [found] = spread_many([seeds], associations, [answers], bounds)
    return found


def spread_many(
    seeds: Sequence[Sequence[int]],
    associations: Associations,
    answers: Sequence[Answers],
    bounds: Bounds = BOUNDS,
) -> list[Activations]:
    """Return what `spread` does for each cue, from its *seeds* and by what it *answers*."""
    walks = [_Walk(some, asked, bounds) for some, asked in zip(seeds, answers, strict=True)]
    for begin in range(0, len(walks), _TOGETHER):
        some = walks[begin : begin + _TOGETHER]
        for _ in range(bounds.hops):
            some = [walk for walk in some if walk.chains.crystals.size]
            if not some:
                break
            _hop(some, associations, bounds)
    return [walk.activations for walk in walks]


@final
class _Walk:
    """
    The chains of one cue.

    Attributes:
        chains: those that go on
        answered: what each of them answers of each part of the cue
        activations: of all chains so far
    """

    def __init__(self, seeds: Sequence[int], answers: Answers, bounds: Bounds) -> None:
        first = np.unique(np.asarray(seeds, dtype=np.int64))
        self._answers, self._bounds = answers, bounds
        self.activations = NONE
        self.answered = np.zeros((0, 0))
        self.chains = Chains(np.zeros((0, 1), np.int64), np.zeros((0, 1), np.int64), np.zeros(0))
        if first.size:
            found = answers.found(first)
            own = found.sum(1)
            self.activations = Activations(first, own)
            some = _highest(own, bounds.seeds)
            self.chains = Chains(first[some, None], np.full((len(some), 1), -1), found[some].sum(1))
            self.answered = found[some]

    def go_on(self, row: Ids, crystal: Ids, through: Ids, offered: Numbers) -> None:
        """
        Make chains longer by one crystal each, and keep the highest.

        Args:
            row: which chain becomes longer
            crystal, through: by which crystal, and what led to it
            offered: the activation that the chain passes on to it
        """
        looked_at, place = np.unique(crystal, return_inverse=True)
        found = self._answers.found(looked_at)
        together = np.maximum(self.answered[row], found[place])
        longer = Chains(
            np.column_stack([self.chains.crystals[row], crystal]),
            np.column_stack([self.chains.through[row], through]),
            offered + together.sum(1) - self.answered.sum(1)[row],
        )
        self.activations.take(longer, looked_at, found.sum(1))
        some = _highest(longer.activation, self._bounds.chains)
        self.chains, self.answered = longer.at(some), together[some]


def _hop(walks: Sequence[_Walk], associations: Associations, bounds: Bounds) -> None:
    """Make the chains of all *walks*, which are of one length, longer by one crystal each."""
    crystals = np.concatenate([walk.chains.crystals for walk in walks])
    activation = np.concatenate([walk.chains.activation for walk in walks])
    begins = np.cumsum([0, *(len(walk.chains.activation) for walk in walks)])
    row, crystal, through, strength = associations.reach(crystals[:, -1])
    offered = bounds.decay * strength * activation[row]
    kept = (offered > 0) & (crystals[row] != crystal[:, None]).all(1)
    row, crystal, through, offered = row[kept], crystal[kept], through[kept], offered[kept]
    kept = _strongest_each(row, crystal, through, offered)  # by row, so those of a walk stand together
    row, crystal, through, offered = row[kept], crystal[kept], through[kept], offered[kept]
    walk_of = np.searchsorted(begins, row, side="right") - 1
    kept = _of_highest_groups(walk_of, crystal, offered, bounds.looked_at)
    row, crystal, through, offered = row[kept], crystal[kept], through[kept], offered[kept]
    ends = np.searchsorted(walk_of[kept], np.arange(len(walks) + 1))
    for number, walk in enumerate(walks):
        own = slice(ends[number], ends[number + 1])
        walk.go_on(row[own] - begins[number], crystal[own], through[own], offered[own])


def _highest(values: Numbers, count: int) -> Ids:
    """Positions of the *count* highest of *values*, highest first, the earlier of equals first."""
    return np.argsort(-values, kind="stable")[:count]


def _strongest_each(row: Ids, crystal: Ids, through: Ids, offered: Numbers) -> Ids:
    """Positions of the highest offer for each crystal in each row."""
    order = np.lexsort((through, -offered, crystal, row))
    return order[_first_of_each(row[order], crystal[order])]


def _first_of_each(*keys: Ids) -> NDArray[np.bool_]:
    """Whether each position is the first where *keys*, which are sorted, have the values they have."""
    first = np.ones(len(keys[0]), dtype=bool)
    first[1:] = np.logical_or.reduce([np.diff(key) != 0 for key in keys])
    return first


def _of_highest_groups(walk: Ids, crystal: Ids, offered: Numbers, count: int) -> Ids:
    """Positions of all offers to the *count* crystals of each walk that are offered most, ascending."""
    if not len(walk):
        return np.zeros(0, np.int64)
    order = np.lexsort((crystal, walk))
    is_first = _first_of_each(walk[order], crystal[order])
    begins = np.flatnonzero(is_first)
    owner = walk[order[begins]]
    most = np.maximum.reduceat(offered[order], begins)
    ranked = np.lexsort((np.arange(len(most)), -most, owner))  # the earlier of equals first
    rank = np.empty(len(most), np.int64)
    rank[ranked] = np.arange(len(most)) - np.searchsorted(owner, owner)[ranked]
    chosen = np.empty(len(order), bool)
    chosen[order] = (rank < count)[np.cumsum(is_first) - 1]
    return np.flatnonzero(chosen)
