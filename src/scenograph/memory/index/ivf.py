"""
Many vectors in a quarter of their size, searched in a few milliseconds: lists of codes, and sketches.

Two ways of being near are told apart, because cues come in two kinds:

    lists      vectors are gathered around centroids (k-means) and each list is kept as 8-bit codes (FAISS's
               IVF/SQ8). A cue that shares the root of its scenes falls among them, where thousands are
               nearly as near as the nearest and only the codes tell them apart.
    sketches   the signs of half the numbers of a vector, 512 bits. A cue whose root is hidden falls between
               the lists: its scenes are spread over all of them, but few, and far nearer to it than the
               rest. All sketches are compared with that of the cue, at 30 GB a second.

A cue that is known to have the root of its scenes is looked for in the lists alone, which takes a third of
the time. What either finds is scored by its codes, which are off by less than a hundredth.
Removal goes through FAISS's hash table from ids to places, so that a code leaves its list at once.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.vectors import DIMENSIONS, Vectors

# Chosen by bench/vectors.py; docs/decisions/018-vector-indexes.md has the figures.
_PROBES = 8  # lists looked into
_FROM_SKETCHES = 256  # candidates, at least
_SKETCH = 512  # bits
_PER_LIST = 40  # vectors to learn a centroid from
_ROUNDS = 8  # of k-means
_RANGE = np.float32(0.25)  # a number of a vector is below this: eight times its standard deviation of 1/32
_SEED = 1
_HASHTABLE = 2  # faiss.DirectMap.Hashtable, which its stubs lack
_BATCH = 1 << 14  # vectors decoded at once, 64 MB

TOLERANCE = 0.0012
"""How far a number of a vector may be off after coding: a little more than half a step of 256."""


def lists_for(vectors: int) -> int:
    """How many lists *vectors* vectors are kept in: a power of two near the square root."""
    return 1 << max(4, round(np.log2(max(vectors, 1)) / 2))


class Ivf:
    """
    Vectors by id, coded.

    Args:
        coded: FAISS's index, trained
        ids: the ids of the sketches, shape (n,)
        sketches: uint8, shape (n, 64)
        viewed: whether the codes lie in a mapped file, and must be copied before they change
    """

    def __init__(
        self, coded: Any, ids: NDArray[np.int64], sketches: NDArray[np.uint8], *, viewed: bool
    ) -> None:
        self.coded = coded
        self._ids = ids
        self._sketches = sketches
        self._count = len(ids)
        self._viewed = viewed

    @classmethod
    def train(cls, sample: Vectors, expected: int) -> Ivf:
        """An empty one, for *expected* vectors like those of *sample*."""
        lists = lists_for(expected)
        quantizer = faiss.IndexFlatIP(DIMENSIONS)
        gathered: Any = faiss.Clustering(DIMENSIONS, lists)
        gathered.niter, gathered.seed, gathered.spherical = _ROUNDS, _SEED, True
        gathered.min_points_per_centroid, gathered.max_points_per_centroid = 1, 4 * _PER_LIST
        gathered.train(sample, quantizer)
        coded: Any = faiss.IndexIVFScalarQuantizer(
            quantizer, DIMENSIONS, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
        )
        coded.train(np.full((2, DIMENSIONS), _RANGE, np.float32) * np.array([[-1], [1]], np.float32))
        coded.set_direct_map_type(_HASHTABLE)
        return cls(coded, np.zeros(0, np.int64), np.zeros((0, _SKETCH // 8), np.uint8), viewed=False)

    @staticmethod
    def sample_for(expected: int) -> int:
        """How many vectors `train` needs to learn from."""
        return min(expected, _PER_LIST * lists_for(expected))

    def __len__(self) -> int:
        return self._count

    @property
    def outgrown(self) -> bool:
        """Whether there are so many vectors that more lists would serve them better."""
        return lists_for(len(self)) >= 4 * self.coded.nlist

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors, shape (n,)."""
        return self._ids[: self._count]

    @property
    def sketches(self) -> NDArray[np.uint8]:
        """Their sketches, shape (n, 64)."""
        return self._sketches[: self._count]

    # --- changing -------------------------------------------------------------------------------------------

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """Add one vector for each of *ids*."""
        self._own()
        self.coded.add_with_ids(vectors, ids)
        start, self._count = self._count, self._count + len(ids)
        if self._count > len(self._ids):
            room = self._count + self._count // 4
            self._ids = _with_room(self._ids, room)
            self._sketches = _with_room(self._sketches, room)
        self._ids[start : self._count] = ids
        self._sketches[start : self._count] = _sketch(vectors)

    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""
        gone = np.array(list(ids), np.int64)
        kept = ~np.isin(self.ids, gone)
        if kept.all():
            return
        self._own()
        self.coded.remove_ids(faiss.IDSelectorArray(gone))
        self._ids, self._sketches = self.ids[kept], self.sketches[kept]
        self._count = len(self._ids)

    def regrown(self) -> Ivf:
        """The same vectors in as many lists as their number asks for."""
        chosen = np.random.default_rng(_SEED).permutation(self.ids)[: self.sample_for(len(self))]
        grown = Ivf.train(self.vectors(chosen), len(self))
        for start in range(0, len(self), _BATCH):
            ids = self.ids[start : start + _BATCH]
            grown.add(ids, self.vectors(ids))
        return grown

    def _own(self) -> None:
        """Copy the codes out of the mapped file."""
        if self._viewed:
            viewed = self.coded.invlists
            lists: Any = faiss.ArrayInvertedLists(self.coded.nlist, self.coded.code_size)
            for place in range(self.coded.nlist):
                if size := viewed.list_size(place):
                    lists.add_entries(place, size, viewed.get_ids(place), viewed.get_codes(place))
            self.coded.replace_invlists(lists, True)
            lists.this.disown()
            self._viewed = False

    # --- finding --------------------------------------------------------------------------------------------

    def search(self, cue: Vectors, k: int, *, rooted: bool = False) -> dict[int, float]:
        """The *k* most similar ids of the lists, and, unless *rooted*, of the sketches, with their scores."""
        probes = cast("Any", faiss).SearchParametersIVF(nprobe=_PROBES)
        scores, ids = self.coded.search(cue, min(k, len(self)), params=probes)
        found = {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}
        if rooted and len(found) == min(k, len(self)):
            return found
        some = min(max(_FROM_SKETCHES, 4 * k), len(self))
        _, rows = faiss.knn_hamming(_sketch(cue), self.sketches, some, variant="mc")
        near = self.ids[rows[0]]
        scored = self.vectors(near) @ cue[0]
        first = np.argsort(-scored)[:k]
        return found | dict(zip(near[first].tolist(), scored[first].tolist(), strict=True))

    def vectors(self, ids: NDArray[np.int64]) -> Vectors:
        """The decoded vectors of *ids*, all of which are present."""
        return np.asarray(self.coded.reconstruct_batch(ids), np.float32)

    # --- files ----------------------------------------------------------------------------------------------

    def write(self, path: Path) -> None:
        """Write FAISS's own bytes, then ids, then sketches."""
        faiss.write_index(self.coded, str(path))
        with path.open("ab") as file:
            file.write(np.ascontiguousarray(self.ids).data)
            file.write(np.ascontiguousarray(self.sketches).data)

    @classmethod
    def read(cls, path: Path, contents: memoryview, rows: int) -> Ivf:
        """
        Undo `write`; the codes stay in the file, mapped into memory.

        Args:
            path: the file
            contents: what `write` wrote there
            rows: how many vectors there are
        """
        width = _SKETCH // 8
        start = len(contents) - rows * width
        sketches = np.frombuffer(contents, np.uint8, rows * width, start).reshape(rows, width)
        ids = np.frombuffer(contents, np.int64, rows, start - rows * 8)
        coded = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        return cls(coded, ids.copy(), sketches.copy(), viewed=True)


def _sketch(vectors: Vectors) -> NDArray[np.uint8]:
    return np.packbits(vectors[:, :_SKETCH] > 0, axis=1)


def _with_room(rows: NDArray[Any], room: int) -> NDArray[Any]:
    grown = np.empty((room, *rows.shape[1:]), rows.dtype)
    grown[: len(rows)] = rows
    return grown
