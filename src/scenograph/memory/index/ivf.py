"""
Many vectors in a quarter of their size, searched in a millisecond or two: lists of codes (FAISS's IVF/SQ8).

Vectors are gathered around centroids (k-means), and each list of them is kept as 8-bit codes. A cue is
compared with the codes of the lists whose centroids are nearest to it. If it has the root of the scenes that
it is like, these lie in a few lists, and little is missed; if its root is hidden, they are spread over all,
and recall finds them by what they share with it (`scenograph.memory.index.postings`). Scores are off by less
than a hundredth.

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

# Chosen by bench/bounds.py and bench/vectors.py; docs/decisions/018-vector-indexes.md has the figures.
_CODES = 2_900  # that a cue is compared with, about: those of 3 lists of a million
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
        contents: the mapped file in which codes and centroids lie, if they do; codes are copied before they
            change
    """

    def __init__(self, coded: Any, contents: NDArray[np.uint8] | None = None) -> None:
        # faiss leaves its SWIG classes untyped; what they return is converted below.
        self.coded = coded
        self._contents = contents  # FAISS does not hold on to it
        self._viewed = contents is not None

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
        return cls(coded)

    @staticmethod
    def sample_for(expected: int) -> int:
        """How many vectors `train` needs to learn from."""
        return min(expected, _PER_LIST * lists_for(expected))

    def __len__(self) -> int:
        return int(self.coded.ntotal)

    @property
    def outgrown(self) -> bool:
        """Whether there are so many vectors that more lists would serve them better."""
        return lists_for(len(self)) >= 4 * self.coded.nlist

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors, shape (n,)."""
        lists: Any = self.coded.invlists
        sizes = ((place, lists.list_size(place)) for place in range(self.coded.nlist))
        some = [faiss.rev_swig_ptr(lists.get_ids(place), size) for place, size in sizes if size]
        return np.concatenate([np.zeros(0, np.int64), *some])

    # --- changing -------------------------------------------------------------------------------------------

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """Add one vector for each of *ids*."""
        self._own()
        self.coded.add_with_ids(vectors, ids)

    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""
        gone = np.intersect1d(np.array(list(ids), np.int64), self.ids)
        if len(gone):
            self._own()
            self.coded.remove_ids(faiss.IDSelectorArray(gone))

    def regrown(self) -> Ivf:
        """The same vectors in as many lists as their number asks for."""
        chosen = np.random.default_rng(_SEED).permutation(self.ids)[: self.sample_for(len(self))]
        grown = Ivf.train(self.vectors(chosen), len(self))
        ids = self.ids
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            grown.add(some, self.vectors(some))
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

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """The *k* most similar ids of the nearest lists with their scores."""
        probes = min(-(-_CODES * self.coded.nlist // max(len(self), 1)), self.coded.nlist)
        chosen = cast("Any", faiss).SearchParametersIVF(nprobe=probes)
        scores, ids = self.coded.search(cue, min(k, len(self)), params=chosen)
        return {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}

    def vectors(self, ids: NDArray[np.int64]) -> Vectors:
        """The decoded vectors of *ids*, all of which are present."""
        return np.asarray(self.coded.reconstruct_batch(ids), np.float32)

    # --- files ----------------------------------------------------------------------------------------------

    def write(self, path: Path) -> None:
        """Write FAISS's own bytes."""
        faiss.write_index(self.coded, str(path))

    @classmethod
    def read(cls, contents: NDArray[np.uint8]) -> Ivf:
        """Undo `write`; the codes stay where *contents* are, in a mapped file for instance."""
        reader = cast("Any", faiss).ZeroCopyIOReader(faiss.swig_ptr(contents), len(contents))
        return cls(faiss.read_index(reader), contents)
