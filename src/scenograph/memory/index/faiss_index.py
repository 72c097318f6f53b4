"""
The default index: FAISS in one file, searched row by row while that is fast, by lists of codes beyond.

Up to 20,000 vectors are kept whole. A cue is compared with each of them twice: first, seven times as fast,
with one byte for each number, then the best of these exactly. Above 20,000 only bytes are kept (FAISS's
IVF/SQ8), so that scores are off by some thousandths; recall scores its hits again by vectors encoded from the
scenes themselves.

For coding, vectors are grouped around centroids (k-means), and each group, a list, is kept as 8-bit codes. A
cue is compared with the codes of the lists whose centroids are nearest to it. If it has the root of scenes
that it resembles, these lie in a few lists, and little is missed. If its root is hidden, they are spread over
all lists, and recall finds them by what they share with it (`scenograph.memory.index.postings`).

Removal goes through FAISS's hash table from ids to places, so that a code leaves its list at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self, cast, final

import faiss
import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.sealed import Seal, UnusableIndexError, open_sealed, write_sealed
from scenograph.memory.index.vector_index import FAISS_FILE, Truth, VectorIndex, best
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
        """The decoded vectors of *ids*. All must be present."""
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


MOST_FLAT = 20_000
"""Vectors that are kept whole; comparing a cue with that many takes a millisecond."""
_STEPS = np.float32(127) / _RANGE  # of a byte, from 0 on to the largest number
_SPARE = 64  # vectors scored exactly beyond twice those asked for: bytes may put them in another order


class Flat:
    """Vectors by id, whole (FAISS `Flat` under inner product)."""

    def __init__(self, rows: Any = None) -> None:
        # faiss leaves its SWIG classes untyped; what they return is converted below.
        self._rows: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSIONS)) if rows is None else rows
        self._bytes: Any = None  # the same vectors in bytes; made when first searched

    def __len__(self) -> int:
        return int(self._rows.ntotal)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors, shape (n,)."""
        return faiss.vector_to_array(self._rows.id_map)

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """Add one vector for each of *ids*."""
        self._rows.add_with_ids(vectors, ids)
        if self._bytes is not None:
            self._add_bytes(ids, vectors)

    def _add_bytes(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        self._bytes.add_with_ids(np.clip(np.rint(vectors * _STEPS), -127, 127), ids)

    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""
        gone = np.array(list(ids), np.int64)
        self._rows.remove_ids(gone)
        if self._bytes is not None:
            self._bytes.remove_ids(gone)

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """The *k* most similar ids with their scores."""
        if self._bytes is None:
            coded = faiss.IndexScalarQuantizer(
                DIMENSIONS, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
            )
            self._bytes = faiss.IndexIDMap(coded)
            for start in range(0, len(self), _BATCH):
                some = self.ids[start : start + _BATCH]
                self._add_bytes(some, self.vectors(some))
        _, [near] = self._bytes.search(
            np.rint(cue * (127 / np.abs(cue).max())), min(2 * k + _SPARE, len(self))
        )
        near = near[near >= 0]
        return dict(zip(near.tolist(), (self.vectors(near) @ cue[0]).tolist(), strict=True))

    def vectors(self, ids: NDArray[np.int64]) -> Vectors:
        """The vectors of *ids*. All must be present."""
        return np.asarray(self._rows.reconstruct_batch(ids), np.float32)

    def coded(self) -> Ivf:
        """The same vectors, coded."""
        count = len(self)
        chosen = np.random.default_rng(1).permutation(self.ids)[: Ivf.sample_for(count)]
        coded = Ivf.train(self.vectors(chosen), count)
        coded.add(self.ids, self.vectors(self.ids))
        return coded

    def write(self, path: Path) -> None:
        """Write FAISS's own bytes."""
        faiss.write_index(self._rows, str(path))

    @classmethod
    def read(cls, contents: NDArray[np.uint8]) -> Flat:
        """Undo `write`."""
        return cls(faiss.deserialize_index(contents))


@contextmanager
def _one_thread() -> Generator[None]:
    """
    FAISS works in this thread alone. It shares a search out by OpenMP, whose threads wait for the slowest: a
    search of 5 ms takes 100 where another process has one of the processors.
    """
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


@final
class FaissIndex(VectorIndex):
    """
    Vectors in the file `vectors.index`.

    Args:
        folder: where the file is
        truth: the memory it is derived from
    """

    def __init__(self, folder: Path, truth: Truth) -> None:
        super().__init__(truth)
        self._path = folder / FAISS_FILE
        self._rows: Flat | Ivf = Flat()
        self._lock = RLock()  # FAISS cannot search what another thread changes

    @classmethod
    def open(cls, folder: Path, truth: Truth) -> Self:
        """
        Read the index from its file.

        Raises:
            UnusableIndexError: if it is missing, damaged, or not derived from *truth*
        """
        index = cls(folder, truth)
        path = index._path
        with open_sealed(path, truth) as (mapped, size, seal):
            contents = np.frombuffer(mapped, np.uint8, size)
            try:
                index._rows = Ivf.read(contents) if seal.form == b"ivf" else Flat.read(contents)
            except RuntimeError as error:
                raise UnusableIndexError(f"FAISS cannot read the vector index {path}") from error
        index.watermark = index.saved = seal.watermark
        return index

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def ids(self) -> set[int]:
        return set(self._rows.ids.tolist())

    def prepare(self, expected: int, sample: Callable[[int], Vectors]) -> None:
        if expected > MOST_FLAT:
            self._rows = Ivf.train(sample(Ivf.sample_for(expected)), expected)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        with self._lock:
            self._rows.add(np.array(ids, np.int64), vectors)
            if isinstance(self._rows, Flat):
                if len(self._rows) > MOST_FLAT:
                    self._rows = self._rows.coded()
            elif self._rows.outgrown:
                self._rows = self._rows.regrown()

    def remove(self, ids: Collection[int]) -> None:
        with self._lock:
            if ids and len(self):
                self._rows.remove(ids)

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        if k <= 0 or not len(self) or not cue.any():
            return {}
        with self._lock, _one_thread():
            return best(self._rows.search(cue, k), k)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        wanted = np.array(ids, np.int64)
        with self._lock:
            try:
                return self._rows.vectors(wanted)
            except RuntimeError:  # some are not there
                present = np.isin(wanted, self._rows.ids)
                found = np.zeros((len(wanted), DIMENSIONS), np.float32)
                if present.any():
                    found[present] = self._rows.vectors(wanted[present])
                return found

    @property
    def tolerance(self) -> float:
        return TOLERANCE if isinstance(self._rows, Ivf) else super().tolerance

    def save(self) -> None:
        with self._lock:
            form = b"ivf" if isinstance(self._rows, Ivf) else b"flat"
            write_sealed(self._path, self.truth, Seal(form, self.watermark, len(self)), self._rows.write)
        self.saved = self.watermark
