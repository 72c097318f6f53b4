"""
Postings: which crystals have which features, so that few need to be compared with a cue.

    >>> postings = Postings()
    >>> postings.add([7, 9], [Scene.parse("(a / see :object (b / bridge))"), Scene.parse("(a / bridge)")])
    >>> postings.having_all(numbers([symbol("bridge")]), limit=10).tolist()
    [7, 9]
    >>> postings.having_all(numbers([link("see", ":object", None)]), limit=10).tolist()
    [7]

They are kept as *segments* (`.segment`). What is added becomes a small segment. A segment that is no longer
much smaller than the one before it is merged with that one. So there are few segments, and each crystal is
moved only a few times (P. O'Neil et al., "The log-structured merge-tree", 1996).

Derived data, in a sealed file of its own (`.sealed`). Crystals that are gone leave nothing in it:

    segments 8 | lengths of the arrays of each 8 * 8 | the arrays, each filled up to 8 bytes
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import Numbers, fingerprint, link, numbers, symbol
from scenograph.memory.index.sealed import Seal, UnusableIndexError, open_sealed, write_sealed
from scenograph.memory.index.segment import DTYPES, Ids, Places, PostingsSegment, Scores
from scenograph.memory.records import Watermark

__all__ = ["Postings", "link", "numbers", "symbol"]

_FORM = b"postings"
_RATIO = 4  # a segment is merged with the one before unless that is this many times larger

Preference = Callable[[Places], Scores]
"""Returns a score for crystals with these numbers of links; the highest are kept."""


class _Owner(NamedTuple):
    uuid: bytes
    fingerprint: bytes


class Postings:
    """
    Crystals by feature.

    Attributes:
        watermark: the last change taken in
        saved: the watermark of the file, None if there is none
    """

    def __init__(self, segments: Sequence[PostingsSegment] = ()) -> None:
        self._segments = list(segments)
        self._usual: float | None = None
        self.watermark = Watermark(0, 0)
        self.saved: Watermark | None = None

    def copy(self) -> Postings:
        """The same postings, to be changed while others still search these; segments are shared."""
        copied = Postings(self._segments)
        copied.watermark, copied.saved, copied._usual = self.watermark, self.saved, self._usual
        return copied

    def every(self) -> Ids:
        """The ids of all crystals, ascending."""
        found = [segment.present for segment in self._segments]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def without(self, ids: Ids) -> Postings:
        """The same postings as if the crystals *ids* were not there."""
        left = self.copy()
        left.remove(ids.tolist())
        return left

    def __bool__(self) -> bool:
        return True  # also when there are none

    def __len__(self) -> int:
        return sum(len(segment.ids) - len(segment.gone) for segment in self._segments)

    @property
    def ids(self) -> set[int]:
        """The ids of all crystals."""
        return {crystal for segment in self._segments for crystal in segment.present.tolist()}

    @property
    def usual_words(self) -> float:
        """How many words a crystal says on average; 0 if there is none."""
        if self._usual is None:
            total = sum(int(some.words.sum()) - int(some.words[some.gone].sum()) for some in self._segments)
            self._usual = total / max(len(self), 1)
        return self._usual

    # --- changing -------------------------------------------------------------------------------------------

    def add(self, ids: Sequence[int], scenes: Sequence[Scene], texts: Sequence[Sequence[str]] = ()) -> None:
        """Add crystals with the *texts* of each. Their *ids* ascend, and none may be present yet."""
        if not ids:
            return
        self._usual = None
        self._segments.append(PostingsSegment.of(ids, scenes, texts))
        while len(self._segments) > 1 and len(self._segments[-2].ids) < _RATIO * len(self._segments[-1].ids):
            self._merge_last()

    def merge(self) -> None:
        """Merge all segments into one, which is searched fastest."""
        while len(self._segments) > 1:
            self._merge_last()

    def _merge_last(self) -> None:
        last = self._segments.pop()
        self._segments[-1] = self._segments[-1].merged(last)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove crystals with all that is kept of them; absent ones are passed over."""
        gone = np.array(ids, np.int64)
        if len(gone):
            self._usual = None
            kept = [segment.without(gone) for segment in self._segments]
            self._segments = [segment for segment in kept if len(segment.ids)]

    # --- finding --------------------------------------------------------------------------------------------

    def uses(self, wanted: Numbers) -> Ids:
        """How many crystals have each of the *wanted* features."""
        total = np.zeros(len(wanted), np.int64)
        for segment in self._segments:
            total += segment.uses(wanted)
        return total

    def having_each(self, features: Numbers) -> list[Ids]:
        """The crystals that have each of *features*."""
        if not self._segments:
            return [np.zeros(0, np.int64) for _ in features]
        found = [[some.ids[those] for those in some.having_each(features)] for some in self._segments]
        return [np.concatenate(each) for each in zip(*found, strict=True)]

    def having_all(self, wanted: Numbers, limit: int, prefer: Preference | None = None) -> Ids:
        """
        The crystals that have all *wanted* features, ascending.

        Args:
            wanted: features; none asks for all crystals
            limit: how many crystals at most
            prefer: which to choose if there are more; by default the first
        """
        parts: list[tuple[Ids, Places]] = []
        for segment in self._segments:
            found = segment.having_all(wanted)
            parts.append((segment.ids[found], segment.sizes[found]))
        ids, sizes = _joined(parts)
        if len(ids) <= limit:
            return np.sort(ids)
        chosen = slice(limit) if prefer is None else _top(prefer(sizes), limit)
        return np.sort(ids[chosen])

    def having_most(
        self, wanted: Numbers, weights: Scores, limit: int, budget: int, prefer: Preference | None = None
    ) -> Ids:
        """
        The crystals whose *wanted* features weigh most, best first.

        Args:
            wanted, weights: features, and how much each weighs
            limit: how many crystals at most
            budget: how many entries of lists are read at most; those of rare features first
            prefer: which to choose among crystals of equal weight
        """
        uses = self.uses(wanted)
        order = np.argsort(uses, kind="stable")
        read = order[(np.cumsum(uses[order]) <= budget) & (uses[order] > 0)]
        parts: list[tuple[Ids, Places]] = []
        scores: list[Scores] = []
        for segment in self._segments:
            found, score = segment.weighed(wanted[read], weights[read], limit)
            parts.append((segment.ids[found], segment.sizes[found]))
            scores.append(score)
        ids, sizes = _joined(parts)
        score = np.concatenate(scores) if scores else np.zeros(0)
        if prefer is not None:
            score = score + 1e-6 * prefer(sizes)
        return ids[_top(score, limit)]

    def have(self, ids: Ids, wanted: Numbers) -> NDArray[np.bool_]:
        """Whether each of *ids* has each *wanted* feature: shape (ids, wanted)."""
        table = np.zeros((len(ids), len(wanted)), bool)
        for segment, rows, positions in self._places(ids):
            table[rows] = segment.have(positions, wanted)
        return table

    def has(self, ids: Ids) -> NDArray[np.bool_]:
        """Whether each of *ids* is present."""
        found = np.zeros(len(ids), bool)
        for _, rows, _ in self._places(ids):
            found[rows] = True
        return found

    def sizes(self, ids: Ids) -> Places:
        """How many links each of *ids* has; 0 for one that is absent."""
        found = np.zeros(len(ids), np.uint32)
        for segment, rows, positions in self._places(ids):
            found[rows] = segment.sizes[positions]
        return found

    def words(self, ids: Ids) -> Places:
        """How many words each of *ids* says; 0 for one that is absent."""
        found = np.zeros(len(ids), np.uint32)
        for segment, rows, positions in self._places(ids):
            found[rows] = segment.words[positions]
        return found

    def names(self, ids: Ids) -> tuple[Ids, Numbers]:
        """The names of each of *ids*, as pairs of its place among them and the feature of the name."""
        rows: list[Ids] = [np.zeros(0, np.int64)]
        found: list[Numbers] = [np.zeros(0, np.uint64)]
        for segment, places, positions in self._places(ids):
            row, names = segment.named(positions)
            rows.append(places[row])
            found.append(names)
        return np.concatenate(rows), np.concatenate(found)

    def summed(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Each crystal with how many links it has, how many words, and the sums of its features and names."""
        for segment in map(PostingsSegment.compact, self._segments):
            sums, names = np.zeros((2, len(segment.ids)), np.uint64)
            np.add.at(sums, segment.lists, segment.features.repeat(np.diff(segment.starts)))
            rows, named = segment.named(np.arange(len(segment.ids)))
            np.add.at(names, rows, named)
            columns = segment.sizes, segment.words, sums, names
            yield from zip(
                segment.ids.tolist(), zip(*(some.tolist() for some in columns), strict=True), strict=True
            )

    def _places(self, ids: Ids) -> Iterator[tuple[PostingsSegment, Ids, Ids]]:
        """Each segment with which of *ids* it has and at which positions, ascending."""
        order = np.argsort(ids)
        for segment in self._segments:
            place = np.searchsorted(segment.ids, ids[order])
            here = segment.ids[np.minimum(place, len(segment.ids) - 1)] == ids[order]
            if len(segment.gone):
                here[here] = ~np.isin(place[here], segment.gone)
            if here.any():
                yield segment, order[here], place[here]

    # --- the file -------------------------------------------------------------------------------------------

    def save(self, path: Path, memory: bytes) -> None:
        """
        Write the postings to *path*, whole or not at all.

        Args:
            path: the file
            memory: the uuid of the memory they are derived from
        Raises:
            StoreError: if the disk fails; the file is then as it was
        """
        self._segments = [segment.compact() for segment in self._segments]
        arrays = [array for segment in self._segments for array in segment[: len(DTYPES)]]
        lengths = np.array([len(self._segments), *map(len, arrays)], np.int64)

        def write(draft: Path) -> None:
            with draft.open("wb") as file:
                file.write(lengths.tobytes())
                for array in arrays:
                    file.write(np.ascontiguousarray(array).view(np.uint8).data)
                    file.write(bytes(-array.nbytes % 8))

        write_sealed(path, _Owner(memory, fingerprint()), Seal(_FORM, self.watermark, len(self)), write)
        self.saved = self.watermark

    @classmethod
    def load(cls, path: Path, memory: bytes) -> Postings:
        """
        Map the postings of *path* into memory.

        Raises:
            MissingIndexError: if there is no such file
            UnusableIndexError: if it is damaged, or not of this memory and way of making features
        """
        with open_sealed(path, _Owner(memory, fingerprint())) as (contents, _, seal):
            if seal.form != _FORM:
                raise UnusableIndexError(f"{path} holds no postings")
            count = int(np.frombuffer(contents, np.int64, 1)[0])
            width = len(DTYPES)
            lengths = np.frombuffer(contents, np.int64, count * width, 8)
            start = 8 + lengths.nbytes
            arrays: list[NDArray[Any]] = []
            for number, length in enumerate(lengths.tolist()):
                arrays.append(np.frombuffer(contents, DTYPES[number % width], length, start))
                start += arrays[-1].nbytes + -arrays[-1].nbytes % 8
        found = cls(
            [PostingsSegment(*arrays[first : first + width]) for first in range(0, len(arrays), width)]
        )
        found.watermark = found.saved = seal.watermark
        return found


def _joined(parts: Sequence[tuple[Ids, Places]]) -> tuple[Ids, Places]:
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.uint32)
    ids, sizes = zip(*parts, strict=True)
    return np.concatenate(ids), np.concatenate(sizes)


def _top(scores: Scores, limit: int) -> Ids:
    """Where the *limit* highest *scores* stand, best first; of equal ones, the first."""
    if len(scores) > limit:
        least = np.sort(scores)[len(scores) - limit]  # many are equal, which makes partition slow
        above = np.flatnonzero(scores > least)
        equal = np.flatnonzero(scores == least)[: limit - len(above)]
        place = np.sort(np.concatenate([above, equal]))
    else:
        place = np.arange(len(scores))
    return place[np.argsort(-scores[place], kind="stable")]
