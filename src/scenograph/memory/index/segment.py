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
from scenograph.memory.index.features import Numbers, features_of, sorted_pairs

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]

DTYPES = (np.int64, np.uint32, np.uint64, np.int64, np.uint32)
"""The types of a segment's arrays."""

_SHORT = 16  # a list this many times longer than another is searched for its members, not read


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
        rank = np.empty(len(ids), np.int64)
        rank[order] = np.arange(len(ids))
        positions = np.concatenate([rank[self.lists], rank[other.lists.astype(np.int64) + len(self.ids)]])
        found = np.concatenate([part.features.repeat(part.lengths) for part in (self, other)])
        sizes = np.concatenate([self.sizes, other.sizes])
        return self._of_pairs(ids[order], sizes[order], *sorted_pairs(positions, found))

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
        found = self.lists[first:last]
        for start, end in others:
            found = found[self._are_in(found, start, end)]
            if not len(found):
                break
        return found.astype(np.int64)

    def have(self, positions: Ids, wanted: Numbers) -> NDArray[np.bool_]:
        """Whether each of *positions*, ascending, has each *wanted* feature: shape (positions, wanted)."""
        starts, ends = self.ranges(wanted)
        table = np.zeros((len(positions), len(wanted)), bool)
        for column, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            if end > start:
                table[:, column] = self._are_in(positions, start, end)
        return table

    def _are_in(self, positions: NDArray[np.integer], start: int, end: int) -> NDArray[np.bool_]:
        """Which of *positions*, ascending, are in the list that runs from *start* to *end*."""
        some = self.lists[start:end]
        if len(some) > _SHORT * len(positions):
            place = np.searchsorted(some, positions.astype(np.uint32))
            return some[np.minimum(place, len(some) - 1)] == positions
        among = np.zeros(len(self.ids), bool)
        among[some] = True
        return among[positions]
