"""
Postings: which crystals have which features, so that few need to be compared with a cue.

    >>> postings = Postings()
    >>> postings.add([7, 9], [Scene.parse("(a / see :object (b / bridge))"), Scene.parse("(a / bridge)")])
    >>> postings.having_all(numbers([symbol("bridge")]), limit=10).tolist()
    [7, 9]
    >>> postings.having_all(numbers([link("see", ":object", None)]), limit=10).tolist()
    [7]

They are kept as *segments* (`.segment`): what is added becomes a small one, and a segment that is no longer
much smaller than the one before it is merged with it, so that there are few, and each crystal is moved a
handful of times however many there are (P. O'Neil et al., "The log-structured merge-tree", 1996).

Derived data, in a file of its own; like that of the vectors it says by its watermark up to which change of
the memory it is complete and by a checksum that it is whole, and is built anew where it cannot be used:

    magic 8 | BLAKE2b of the rest 32 | memory's uuid 16 | fingerprint of the features 32 | seq 8 | at 8 |
    segments 8 | lengths of the arrays of each 5 * 8 | the arrays, each filled up to 8 bytes
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.index.features import FINGERPRINT, Numbers, link, numbers, symbol
from scenograph.memory.index.segment import DTYPES, Ids, Scores, Segment
from scenograph.memory.index.vector_index import UnusableIndexError
from scenograph.memory.records import Watermark

__all__ = ["Postings", "link", "numbers", "symbol"]

_MAGIC = b"SCNGPST1"
_HEADER = struct.Struct("<16s32sqqq")
_BODY = len(_MAGIC) + 32
_RATIO = 4  # a segment is merged with the one before unless that is this many times larger

Preference = Callable[[NDArray[np.uint32]], Scores]
"""How welcome crystals of so many links are."""


class Postings:
    """
    Crystals by feature.

    Attributes:
        watermark: the last change taken in
        saved: the watermark of the file, None if there is none
    """

    def __init__(self, segments: Sequence[Segment] = ()) -> None:
        self._segments = list(segments)
        self.watermark = Watermark(0, 0)
        self.saved: Watermark | None = None

    def __bool__(self) -> bool:
        return True  # also when there are none

    def __len__(self) -> int:
        return sum(len(segment.ids) for segment in self._segments)

    @property
    def ids(self) -> set[int]:
        """The ids of all crystals."""
        return {crystal for segment in self._segments for crystal in segment.ids.tolist()}

    # --- changing -------------------------------------------------------------------------------------------

    def add(self, ids: Sequence[int], scenes: Sequence[Scene]) -> None:
        """Add crystals, none of which is present yet; their *ids* ascend."""
        if not ids:
            return
        self._segments.append(Segment.of(ids, scenes))
        while len(self._segments) > 1 and len(self._segments[-2].ids) < _RATIO * len(self._segments[-1].ids):
            last = self._segments.pop()
            self._segments[-1] = self._segments[-1].merged(last)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove crystals with all that is kept of them; absent ones are passed over."""
        gone = np.array(ids, np.int64)
        if len(gone):
            kept = [segment.without(gone) for segment in self._segments]
            self._segments = [segment for segment in kept if len(segment.ids)]

    # --- finding --------------------------------------------------------------------------------------------

    def uses(self, wanted: Numbers) -> Ids:
        """How many crystals have each of the *wanted* features."""
        total = np.zeros(len(wanted), np.int64)
        for segment in self._segments:
            starts, ends = segment.ranges(wanted)
            total += ends - starts
        return total

    def having(self, feature: Numbers, limit: int) -> Ids:
        """Up to *limit* crystals that have this one *feature*, shape (1,), the latest first."""
        found: list[Ids] = []
        for segment in reversed(self._segments):
            start, end = (int(bound[0]) for bound in segment.ranges(feature))
            found.append(segment.ids[segment.lists[max(start, end - limit) : end][::-1]])
            limit -= len(found[-1])
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def having_each(self, features: Numbers) -> list[Ids]:
        """The crystals that have each of *features*."""
        found: list[list[Ids]] = [[] for _ in features]
        for segment in self._segments:
            starts, ends = segment.ranges(features)
            for place in np.flatnonzero(ends > starts).tolist():
                found[place].append(segment.ids[segment.lists[starts[place] : ends[place]]])
        return [np.concatenate(some) if some else np.zeros(0, np.int64) for some in found]

    def having_all(self, wanted: Numbers, limit: int, prefer: Preference | None = None) -> Ids:
        """
        The crystals that have all *wanted* features, ascending.

        Args:
            wanted: features; none asks for all crystals
            limit: how many crystals at most
            prefer: which to choose if there are more; by default the first
        """
        parts: list[tuple[Ids, NDArray[np.uint32]]] = []
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
        parts: list[tuple[Ids, NDArray[np.uint32]]] = []
        scores: list[Scores] = []
        for segment in self._segments:
            starts, ends = segment.ranges(wanted[read])
            entries = np.concatenate(
                [segment.lists[start:end] for start, end in zip(starts, ends, strict=True)]
                or [segment.lists[:0]]
            )
            found, place = np.unique(entries, return_inverse=True)
            parts.append((segment.ids[found], segment.sizes[found]))
            scores.append(np.bincount(place, weights[read].repeat(ends - starts), len(found)).astype(float))
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

    def sizes(self, ids: Ids) -> NDArray[np.uint32]:
        """How many links each of *ids* has; 0 for one that is absent."""
        found = np.zeros(len(ids), np.uint32)
        for segment, rows, positions in self._places(ids):
            found[rows] = segment.sizes[positions]
        return found

    def summed(self) -> Iterator[tuple[int, int, int]]:
        """Of each crystal its id, how many links it has, and the sum of its features."""
        for segment in self._segments:
            sums = np.zeros(len(segment.ids), np.uint64)
            np.add.at(sums, segment.lists, segment.features.repeat(segment.lengths))
            yield from zip(segment.ids.tolist(), segment.sizes.tolist(), sums.tolist(), strict=True)

    def _places(self, ids: Ids) -> Iterator[tuple[Segment, Ids, Ids]]:
        """Each segment with which of *ids* it has and at which positions, ascending."""
        order = np.argsort(ids)
        for segment in self._segments:
            place = np.searchsorted(segment.ids, ids[order])
            here = segment.ids[np.minimum(place, len(segment.ids) - 1)] == ids[order]
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
        arrays = [array for segment in self._segments for array in segment]
        parts: list[Any] = [
            _HEADER.pack(memory, FINGERPRINT.ljust(32), *self.watermark, len(self._segments)),
            np.array([len(array) for array in arrays], np.int64).tobytes(),
        ]
        for array in arrays:
            parts += [np.ascontiguousarray(array).view(np.uint8).data, bytes(-array.nbytes % 8)]
        checksum = blake2b(digest_size=32)
        for part in parts:
            checksum.update(part)
        draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
        try:
            with draft.open("wb") as file:
                for part in (_MAGIC, checksum.digest(), *parts):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StoreError(f"cannot write the postings {path}: {error.strerror}") from error
        self.saved = self.watermark

    @classmethod
    def load(cls, path: Path, memory: bytes) -> Postings:
        """
        Map the postings of *path* into memory.

        Raises:
            UnusableIndexError: if it is missing, damaged, or not of this memory and way of making features
        """
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            raise UnusableIndexError(f"cannot read the postings {path}: {error}") from error
        if content[: len(_MAGIC)] != _MAGIC or len(content) < _BODY + _HEADER.size:
            raise UnusableIndexError(f"{path} holds no postings")
        if blake2b(memoryview(content)[_BODY:], digest_size=32).digest() != content[len(_MAGIC) : _BODY]:
            raise UnusableIndexError(f"the postings {path} are damaged")
        owner, fingerprint, seq, at, count = _HEADER.unpack_from(content, _BODY)
        if owner != memory or fingerprint != FINGERPRINT.ljust(32):
            raise UnusableIndexError(
                f"the postings {path} belong to another memory or way of making features"
            )
        lengths = np.frombuffer(content, np.int64, count * len(DTYPES), _BODY + _HEADER.size)
        start = _BODY + _HEADER.size + lengths.nbytes
        arrays: list[NDArray[Any]] = []
        for number, length in enumerate(lengths.tolist()):
            arrays.append(np.frombuffer(content, DTYPES[number % len(DTYPES)], length, start))
            start += arrays[-1].nbytes + -arrays[-1].nbytes % 8
        width = len(DTYPES)
        found = cls([Segment(*arrays[first : first + width]) for first in range(0, len(arrays), width)])
        found.watermark = found.saved = Watermark(seq, at)
        return found


def _joined(parts: Sequence[tuple[Ids, NDArray[np.uint32]]]) -> tuple[Ids, NDArray[np.uint32]]:
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.uint32)
    ids, sizes = zip(*parts, strict=True)
    return np.concatenate(ids), np.concatenate(sizes)


def _top(scores: Scores, limit: int) -> Ids:
    """Where the *limit* highest *scores* stand, best first; of equal ones, the first."""
    if len(scores) > limit:
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        above = np.flatnonzero(scores > least)
        equal = np.flatnonzero(scores == least)[: limit - len(above)]
        place = np.sort(np.concatenate([above, equal]))
    else:
        place = np.arange(len(scores))
    return place[np.argsort(-scores[place], kind="stable")]
