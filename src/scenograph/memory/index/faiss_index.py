"""
The default index: FAISS in one file, searched row by row while that is fast, by lists of codes beyond.

Up to 20,000 vectors are kept whole and compared one by one, exactly. Above that they are coded
(`scenograph.memory.index.ivf`), so that scores are off by some thousandths; recall scores its hits again by
vectors encoded from the scenes themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, final

import faiss
import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index import ivf
from scenograph.memory.index.ivf import Ivf
from scenograph.memory.index.sealed import Seal, open_sealed, write_sealed
from scenograph.memory.index.vector_index import Truth, UnusableIndexError, VectorIndex, best
from scenograph.memory.index.vectors import DIMENSIONS, Vectors

MOST_FLAT = 20_000
"""Vectors that are kept whole; comparing a cue with that many takes some 4 ms."""


class Flat:
    """Vectors by id, whole (FAISS `Flat` under inner product)."""

    def __init__(self, rows: Any = None) -> None:
        # faiss leaves its SWIG classes untyped; what they return is converted below.
        self._rows: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSIONS)) if rows is None else rows

    def __len__(self) -> int:
        return int(self._rows.ntotal)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors, shape (n,)."""
        return faiss.vector_to_array(self._rows.id_map)

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """Add one vector for each of *ids*."""
        self._rows.add_with_ids(vectors, ids)

    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""
        self._rows.remove_ids(np.array(list(ids), np.int64))

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """The *k* most similar ids with their scores."""
        scores, ids = self._rows.search(cue, min(k, len(self)))
        return {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}

    def vectors(self, ids: NDArray[np.int64]) -> Vectors:
        """The vectors of *ids*, all of which are present."""
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

    FILE = "vectors.index"

    def __init__(self, folder: Path, truth: Truth) -> None:
        super().__init__(truth)
        self._path = folder / self.FILE
        self._rows: Flat | Ivf = Flat()

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
        self._rows.add(np.array(ids, np.int64), vectors)
        if isinstance(self._rows, Flat):
            if len(self._rows) > MOST_FLAT:
                self._rows = self._rows.coded()
        elif self._rows.outgrown:
            self._rows = self._rows.regrown()

    def remove(self, ids: Collection[int]) -> None:
        if ids and len(self):
            self._rows.remove(ids)

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        if k <= 0 or not len(self) or not cue.any():
            return {}
        with _one_thread():
            return best(self._rows.search(cue, k), k)

    def similarities(self, cue: Vectors, ids: Sequence[int]) -> dict[int, float]:
        if not ids:
            return {}
        return dict(zip(ids, map(float, self.vectors(ids) @ cue[0]), strict=True))

    def vectors(self, ids: Sequence[int]) -> Vectors:
        return self._rows.vectors(np.array(ids, np.int64))

    @property
    def tolerance(self) -> float:
        return ivf.TOLERANCE if isinstance(self._rows, Ivf) else super().tolerance

    def save(self) -> None:
        form = b"ivf" if isinstance(self._rows, Ivf) else b"flat"
        write_sealed(self._path, self.truth, Seal(form, self.watermark, len(self)), self._rows.write)
        self.saved = self.watermark
