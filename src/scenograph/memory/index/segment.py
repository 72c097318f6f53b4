"""
A segment: the features of some crystals, turned round into lists of crystals, as plain arrays.

    ids       crystals, ascending; a crystal's place among them is its *position*
    sizes     links of each crystal
    features  every feature that one of them has, ascending
    starts    where the list of each feature begins; one more at the end
    lists     positions, ascending within each list

Segments never change; what is added makes a new one, and two of them are merged into a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import Numbers, features_of

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]

DTYPES = (np.int64, np.uint32, np.uint64, np.int64, np.uint32)
"""The types of a segment's arrays."""

_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFF_FFFF)  # of a number of 64 bits
_FEW = 16  # of so many crystals at most one is looked for in a list; of more, the list is read


class Segment(NamedTuple):
    """The postings of some crystals; see the module."""

    ids: Ids
    sizes: NDArray[np.uint32]
    features: Numbers
    starts: Ids
    lists: NDArray[np.uint32]

    @classmethod
    def of(cls, ids: Sequence[int], scenes: Sequence[Scene]) -> Self:
        """The segment of *scenes*, whose *ids* ascend."""
        sizes = np.array([len(scene.links) for scene in scenes], np.uint32)
        return cls._of_pairs(np.array(ids, np.int64), sizes, *features_of(scenes))

    @classmethod
    def _of_pairs(cls, ids: Ids, sizes: NDArray[np.uint32], positions: Ids, found: Numbers) -> Self:
        """From pairs of position and feature, sorted by feature and then by position."""
        first = np.flatnonzero(np.append(True, found[1:] != found[:-1])) if len(found) else np.zeros(0, int)
        starts = np.append(first, len(found)).astype(np.int64)
        return cls(ids, sizes, found[first], starts, positions.astype(np.uint32))

    def merged(self, other: Segment) -> Segment:
        """One segment of the crystals of both, none of which is in both."""
        ids = np.concatenate([self.ids, other.ids])
        order = np.argsort(ids, kind="stable")
        rank = np.empty(len(ids), np.uint32)
        rank[order] = np.arange(len(ids), dtype=np.uint32)
        features = np.union1d(self.features, other.features)
        mine, theirs = np.searchsorted(features, self.features), np.searchsorted(features, other.features)
        before = _at(mine, self.lengths, len(features))
        starts = np.append(0, np.cumsum(before + _at(theirs, other.lengths, len(features))))
        lists = np.empty(starts[-1], np.uint32)
        lists[self._places(starts[mine])] = rank[self.lists]
        lists[other._places(starts[theirs] + before[theirs])] = rank[len(self.ids) :][other.lists]
        if len(self.ids) and len(other.ids) and self.ids[-1] > other.ids[0]:  # each list is two that overlap
            lists = lists[np.lexsort((lists, np.repeat(np.arange(len(features)), np.diff(starts))))]
        return Segment(ids[order], np.concatenate([self.sizes, other.sizes])[order], features, starts, lists)

    def _places(self, starts: Ids) -> Ids:
        """Where each entry of the lists goes if those of each feature go where *starts* says."""
        places = np.repeat(starts - self.starts[:-1], self.lengths)
        places += np.arange(len(places))
        return places

    def without(self, ids: Ids) -> Segment:
        """This segment without those of *ids* that are in it."""
        kept = ~np.isin(self.ids, ids)
        if kept.all():
            return self
        rank = np.cumsum(kept) - 1
        stays = kept[self.lists]
        found = self.features.repeat(self.lengths)[stays]
        return self._of_pairs(self.ids[kept], self.sizes[kept], rank[self.lists[stays]], found)

    @property
    def lengths(self) -> Ids:
        """How long the list of each feature is."""
        return np.diff(self.starts)

    def ranges(self, wanted: Numbers) -> tuple[Ids, Ids]:
        """Where the list of each *wanted* feature begins and ends."""
        place = np.searchsorted(self.features, wanted)
        last = len(self.features) - 1
        here = self.features[np.minimum(place, last)] == wanted if last >= 0 else np.zeros(len(wanted), bool)
        return self.starts[place], self.starts[place + here]

    def having_all(self, wanted: Numbers) -> Ids:
        """The positions of the crystals that have all *wanted* features; all of them if none is wanted."""
        if not len(wanted):
            return np.arange(len(self.ids))
        starts, ends = self.ranges(wanted)
        if (starts == ends).any():
            return np.zeros(0, np.int64)
        (first, last), *others = sorted(
            zip(starts.tolist(), ends.tolist(), strict=True), key=lambda pair: pair[1] - pair[0]
        )
        found: NDArray[np.uint32] = self.lists[first:last]
        for start, end in others:
            found = found[self._are_in(found, start, end)]
            if not len(found):
                break
        return found.astype(np.int64)

    def have(self, positions: Ids, wanted: Numbers) -> NDArray[np.bool_]:
        """Whether each of *positions*, ascending, has each *wanted* feature: shape (positions, wanted)."""
        starts, ends = self.ranges(wanted)
        looked_for = positions.astype(np.uint32)
        table = np.zeros((len(wanted), len(positions)), bool)
        for row, start, end in zip(table, starts.tolist(), ends.tolist(), strict=True):
            if end > start:
                row[:] = self._are_in(looked_for, start, end)
        return table.T

    def weighed(self, wanted: Numbers, weights: Scores, limit: int) -> tuple[Ids, Scores]:
        """
        The positions of the *limit* crystals whose *wanted* features weigh most, and how much that is.

        Those that weigh as much as the last of them are given as well.
        """
        starts, ends = self.ranges(wanted)
        lists = [self.lists[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not lists:
            return np.zeros(0, np.int64), np.zeros(0)
        # Position and feature in one number: to sort numbers is faster than to sort their places.
        pairs = np.concatenate(lists).astype(np.uint64)
        pairs <<= _HALF
        pairs |= np.repeat(np.arange(len(lists), dtype=np.uint64), ends - starts)
        pairs.sort()
        found, feature = (pairs >> _HALF).astype(np.int64), (pairs & _LOWER).astype(np.int64)
        first = np.flatnonzero(np.diff(found, prepend=-1))
        scores = np.add.reduceat(weights[feature], first) if len(first) else np.zeros(0)
        if len(first) > limit:
            heavy = scores >= np.sort(scores)[-limit]  # most are equal, which makes partition slow
            first, scores = first[heavy], scores[heavy]
        return found[first], scores

    def _are_in(self, positions: NDArray[np.uint32], start: int, end: int) -> NDArray[np.bool_]:
        """Which of *positions*, ascending, are in the list that runs from *start* to *end*."""
        some = self.lists[start:end]
        if len(self.ids) >= _FEW * len(positions):
            return some.take(some.searchsorted(positions), mode="clip") == positions
        among = np.zeros(len(self.ids), bool)
        among[some] = True
        return among[positions]


def _at(places: Ids, values: Ids, length: int) -> Ids:
    """An array of *length* with *values* at *places*, and 0 elsewhere."""
    found = np.zeros(length, np.int64)
    found[places] = values
    return found
