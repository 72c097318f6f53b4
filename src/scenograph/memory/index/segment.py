"""
A segment: the features of some crystals, turned round into lists of crystals, as plain arrays.

    ids       crystals, ascending; a crystal's place among them is its *position*
    sizes     links of each crystal
    words     words that each crystal says
    features  every feature that one of them has, ascending; a feature's place among them is its *number*
    starts    where the list of each feature begins; one more at the end
    lists     positions, ascending within each list
    begins    where the names of each crystal begin; one more at the end
    names     the numbers of the features that are its names
    gone      positions of crystals that have been removed, ascending

Segments never change; what is added makes a new one, and two of them are merged into a third. To remove a
few crystals from a large one is to make one of the same arrays that lists them as gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import Numbers, features_of, sorted_pairs, word_features

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]
Places = NDArray[np.uint32]
"""Positions or numbers, as they are kept."""

DTYPES = (np.int64, np.uint32, np.uint32, np.uint64, np.int64, np.uint32, np.int64, np.uint32)
"""The types of a segment's arrays, but for those that are gone: no such segment is written to a file."""

_FEW = 16  # of so many crystals at most one is looked for in a list; of more, the list is read
_SPARSE = 64  # of so many crystals at most one may be gone before the others are written again
_NONE = np.zeros(0, np.uint32)


class PostingsSegment(NamedTuple):
    """The postings of some crystals; see the module."""

    ids: Ids
    sizes: Places
    words: Places
    features: Numbers
    starts: Ids
    lists: Places
    begins: Ids
    names: Places
    gone: Places = _NONE

    @classmethod
    def of(cls, ids: Sequence[int], scenes: Sequence[Scene], texts: Sequence[Sequence[str]] = ()) -> Self:
        """The segment of *scenes*, whose *ids* ascend, with the *texts* of each if any has some."""
        seen = features_of(scenes)
        speakers, spoken, words = word_features(scenes, texts or [()] * len(scenes))
        positions, found = sorted_pairs(
            np.concatenate([seen.positions, speakers]), np.concatenate([seen.features, spoken])
        )
        first = np.flatnonzero(np.append(True, found[1:] != found[:-1])) if len(found) else np.zeros(0, int)
        features = found[first]
        order = np.argsort(seen.namers, kind="stable")
        return cls(
            np.array(ids, np.int64),
            np.array([len(scene.links) for scene in scenes], np.uint32),
            words,
            features,
            np.append(first, len(found)).astype(np.int64),
            positions.astype(np.uint32),
            np.searchsorted(seen.namers[order], np.arange(len(scenes) + 1)),
            np.searchsorted(features, seen.names[order]).astype(np.uint32),
        )

    # --- changing -------------------------------------------------------------------------------------------

    def merged(self, other: PostingsSegment) -> PostingsSegment:
        """
        One segment with the crystals of both. No crystal is in both.

        For example, where features f < g < h are in crystals by their positions in `ids`:

            self      ids 1, 5       f: 0, 1   h: 1
            other     ids 3          g: 0      h: 0
            merged    ids 1, 3, 5    f: 0, 2   g: 1   h: 1, 2

        Positions 0, 1 of self become 0, 2 and position 0 of other becomes 1 (`rank`); features 0, 1 of self
        become 0, 2 and 0, 1 of other become 1, 2 (`mine`, `theirs`).
        """
        if len(self.gone) or len(other.gone):
            return self.compact().merged(other.compact())
        ids = np.concatenate([self.ids, other.ids])
        order = np.argsort(ids, kind="stable")
        rank = np.empty(len(ids), np.uint32)
        rank[order] = np.arange(len(ids), dtype=np.uint32)
        features = np.union1d(self.features, other.features)
        mine = np.searchsorted(features, self.features).astype(np.uint32)
        theirs = np.searchsorted(features, other.features).astype(np.uint32)
        starts, lists = _merged(
            len(features),
            (mine, self.starts, rank[self.lists]),
            (theirs, other.starts, rank[len(self.ids) :][other.lists]),
        )
        # Where both have a feature, its list is that of self, then that of other: h is 2, 1. It is sorted
        # again, unless all ids of other are higher.
        if len(self.ids) and len(other.ids) and self.ids[-1] > other.ids[0]:
            lists = lists[np.lexsort((lists, np.repeat(np.arange(len(features)), np.diff(starts))))]
        begins, names = _merged(
            len(ids),
            (rank[: len(self.ids)], self.begins, mine[self.names]),
            (rank[len(self.ids) :], other.begins, theirs[other.names]),
        )
        sizes, words = (
            np.concatenate(pair)[order] for pair in ((self.sizes, other.sizes), (self.words, other.words))
        )
        return PostingsSegment(ids[order], sizes, words, features, starts, lists, begins, names)

    def without(self, ids: Ids) -> PostingsSegment:
        """This segment without those of *ids* that are in it."""
        place = np.searchsorted(self.ids, ids)
        here = self.ids[np.minimum(place, len(self.ids) - 1)] == ids if len(self.ids) else np.zeros(0, bool)
        gone = np.union1d(self.gone, place[here].astype(np.uint32))
        if len(gone) == len(self.gone):
            return self
        marked = self._replace(gone=gone)
        return marked.compact() if len(gone) * _SPARSE > len(self.ids) else marked

    def compact(self) -> PostingsSegment:
        """The same without anything of crystals that are gone."""
        if not len(self.gone):
            return self
        stays = np.ones(len(self.ids), bool)
        stays[self.gone] = False
        rank = (np.cumsum(stays) - 1).astype(np.uint32)
        in_lists = stays[self.lists]
        lengths = _summed(in_lists, self.starts)
        used = lengths > 0
        number = (np.cumsum(used) - 1).astype(np.uint32)
        in_names = np.repeat(stays, np.diff(self.begins))
        return PostingsSegment(
            self.ids[stays],
            self.sizes[stays],
            self.words[stays],
            self.features[used],
            np.append(0, np.cumsum(lengths[used])),
            rank[self.lists[in_lists]],
            np.append(0, np.cumsum(np.diff(self.begins)[stays])),
            number[self.names[in_names]],
        )

    # --- finding --------------------------------------------------------------------------------------------

    @property
    def present(self) -> Ids:
        """The ids of the crystals that are not gone."""
        return np.delete(self.ids, self.gone)

    def uses(self, wanted: Numbers) -> Ids:
        """How many crystals have each *wanted* feature."""
        starts, ends = self._ranges(wanted)
        found = ends - starts
        return found - self.have(self.gone.astype(np.int64), wanted).sum(0) if len(self.gone) else found

    def having_each(self, wanted: Numbers) -> list[Places]:
        """The positions of the crystals that have each *wanted* feature."""
        starts, ends = self._ranges(wanted)
        return [
            self._staying(self.lists[start:end])
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def having_all(self, wanted: Numbers) -> Ids:
        """The positions of the crystals that have all *wanted* features; all of them if none is wanted."""
        if not len(wanted):
            return self._staying(np.arange(len(self.ids), dtype=np.uint32)).astype(np.int64)
        starts, ends = self._ranges(wanted)
        if (starts == ends).any():
            return np.zeros(0, np.int64)
        (first, last), *others = sorted(
            zip(starts.tolist(), ends.tolist(), strict=True), key=lambda pair: pair[1] - pair[0]
        )
        found = self._staying(self.lists[first:last])
        for start, end in others:
            found = found[self._are_in(found, start, end)]
            if not len(found):
                break
        return found.astype(np.int64)

    def have(self, positions: Ids, wanted: Numbers) -> NDArray[np.bool_]:
        """Whether each of *positions*, ascending, has each *wanted* feature: shape (positions, wanted)."""
        starts, ends = self._ranges(wanted)
        looked_for = positions.astype(np.uint32)
        table = np.zeros((len(wanted), len(positions)), bool)
        if len(positions):
            for row, start, end in zip(table, starts.tolist(), ends.tolist(), strict=True):
                if end > start:
                    row[:] = self._are_in(looked_for, start, end)
        return table.T

    def weighed(self, wanted: Numbers, weights: Scores, limit: int) -> tuple[Ids, Scores]:
        """
        The positions of the *limit* crystals whose *wanted* features weigh most, and how much that is; what
        weighs nothing finds none.

        Those that weigh as much as the last of them are given as well.
        """
        starts, ends = self._ranges(wanted)
        total = np.zeros(len(self.ids), np.float32)  # of all, but only those that are found are touched
        found = [_NONE]
        for start, end, weight in zip(starts.tolist(), ends.tolist(), weights.tolist(), strict=True):
            if weight > 0:
                some = self.lists[start:end]
                before = total[some]
                found.append(some[before == 0])
                total[some] = before + np.float32(weight)
        positions = self._staying(np.concatenate(found))
        scores = total[positions]
        if len(positions) > limit:
            heavy = scores >= np.sort(scores)[-limit]  # most are equal, which makes partition slow
            positions, scores = positions[heavy], scores[heavy]
        order = np.argsort(positions)
        return positions[order].astype(np.int64), scores[order].astype(np.float64)

    def named(self, positions: Ids) -> tuple[Ids, Numbers]:
        """The names of each of *positions*, as pairs of its row among them and a feature."""
        begins, counts = self.begins[positions], self.begins[positions + 1] - self.begins[positions]
        rows = np.repeat(np.arange(len(positions)), counts)
        return rows, self.features[self.names[_entries(begins, counts)]]

    def _ranges(self, wanted: Numbers) -> tuple[Ids, Ids]:
        """Where the list of each *wanted* feature begins and ends."""
        place = np.searchsorted(self.features, wanted)
        last = len(self.features) - 1
        here = self.features[np.minimum(place, last)] == wanted if last >= 0 else np.zeros(len(wanted), bool)
        return self.starts[place], self.starts[place + here]

    def _are_in(self, positions: Places, start: int, end: int) -> NDArray[np.bool_]:
        """Which of *positions*, ascending, are in the list that runs from *start* to *end*."""
        some = self.lists[start:end]
        if len(self.ids) >= _FEW * len(positions):
            return some.take(some.searchsorted(positions), mode="clip") == positions
        among = np.zeros(len(self.ids), bool)
        among[some] = True
        return among[positions]

    def _staying(self, positions: Places) -> Places:
        """Those of *positions* that are not gone."""
        return positions[~_among(positions, self.gone)] if len(self.gone) else positions


Rows = tuple[Places, Ids, Places]
"""Rows of numbers: which ones they are, where each starts and the last ends, and the numbers."""


def _merged(count: int, mine: Rows, theirs: Rows) -> tuple[Ids, Places]:
    """Where *count* rows start, and their numbers: those of *mine*, then those of *theirs*."""
    before, after = (_at(rows, np.diff(starts), count) for rows, starts, _ in (mine, theirs))
    starts = np.append(0, np.cumsum(before + after))
    found = np.empty(starts[-1], np.uint32)
    for shift, (rows, old, numbers) in ((np.zeros(count, np.int64), mine), (before, theirs)):
        found[_entries((starts[:-1] + shift)[rows], np.diff(old))] = numbers
    return starts, found


def _at(places: Places, values: Ids, length: int) -> Ids:
    """An array of *length* with *values* at *places*, and 0 elsewhere."""
    found = np.zeros(length, np.int64)
    found[places] = values
    return found


def _entries(starts: Ids, counts: Ids) -> Ids:
    """The numbers from each of *starts* on, as many as *counts* says, one run after the other."""
    ends = np.cumsum(counts)
    entries = np.repeat(starts - (ends - counts), counts)
    entries += np.arange(len(entries))
    return entries


def _summed(flags: NDArray[np.bool_], starts: Ids) -> Ids:
    """How many of *flags* are set in each run. No run is empty."""
    if len(starts) == 1:
        return np.zeros(0, np.int64)
    return np.add.reduceat(flags.view(np.uint8), starts[:-1], dtype=np.int64)


def _among(some: NDArray[np.integer], ascending: Places) -> NDArray[np.bool_]:
    """Which of *some* are in *ascending*, which is not empty."""
    return ascending.take(np.searchsorted(ascending, some), mode="clip") == some
