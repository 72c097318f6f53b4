"""
The vector index: which scenes resemble a cue. Derived data, in a file of its own.

The file can be lost, cut or stale at any time: it says by its *watermark* up to which change of the memory it
is complete, and by a checksum that it is whole. What is missing is caught up from SQLite; a file that cannot
be used is built anew.

    magic 8 | BLAKE2b of the rest 32 | memory's uuid 16 | fingerprint of the encoding 32 | seq 8 | at 8 |
    FAISS's own bytes
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from scenograph.errors import StoreError
from scenograph.memory.index.vectors import DIMENSIONS, FINGERPRINT, Vectors
from scenograph.memory.records import Watermark

_MAGIC = b"SCNGVEC1"
_HEADER = struct.Struct("<16s32sqq")
_BODY = len(_MAGIC) + 32


class UnusableIndexError(StoreError):
    """An index file that is missing, damaged, or of another memory or encoding: to be built anew."""


class VectorIndex:
    """
    Vectors by crystal id, searched exactly (FAISS ``Flat`` under inner product).

    Attributes:
        watermark: the last change taken in
        saved: the watermark of the file, None if there is none
    """

    def __init__(self) -> None:
        # faiss leaves its SWIG classes untyped; what they return is converted below.
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSIONS))
        self.watermark = Watermark(0, 0)
        self.saved: Watermark | None = None

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add one vector for each of *ids*, none of which is present yet."""
        self._faiss.add_with_ids(vectors, np.array(ids, np.int64))

    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""
        if ids and len(self):
            self._faiss.remove_ids(np.array(list(ids), np.int64))

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """The *k* ids most similar to *cue*, shape (1, 1024), with their inner products, best first."""
        if not len(self) or not cue.any():
            return {}
        scores, ids = self._faiss.search(cue, min(k, len(self)))
        return {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}

    def similarities(self, cue: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The inner product of *cue* with the vector of each of *ids*, all of which are present."""
        if not ids:
            return {}
        rows = self.vectors(ids)
        return dict(zip(ids, map(float, rows @ cue[0]), strict=True))

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors of *ids*, all of which are present."""
        return np.asarray(self._faiss.reconstruct_batch(np.array(ids, np.int64)), np.float32)

    @property
    def ids(self) -> set[int]:
        """The ids of all vectors."""
        return set(faiss.vector_to_array(self._faiss.id_map).tolist())

    def save(self, path: Path, memory: bytes) -> None:
        """
        Write the index to *path*, whole or not at all.

        Args:
            path: the file
            memory: the uuid of the memory it is derived from
        Raises:
            StoreError: if the disk fails; the file is then as it was
        """
        header = _HEADER.pack(memory, FINGERPRINT.ljust(32), *self.watermark)
        body: Any = faiss.serialize_index(self._faiss)
        checksum = blake2b(header, digest_size=32)
        checksum.update(body)
        draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
        try:
            with draft.open("wb") as file:
                for part in (_MAGIC, checksum.digest(), header, body):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StoreError(f"cannot write the vector index {path}: {error.strerror}") from error
        self.saved = self.watermark

    @classmethod
    def load(cls, path: Path, memory: bytes) -> VectorIndex:
        """
        Read an index from *path*.

        Raises:
            UnusableIndexError: if it is missing, damaged, or not of this memory and encoding
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UnusableIndexError(f"cannot read the vector index {path}: {error.strerror}") from error
        start = _BODY + _HEADER.size
        if content[: len(_MAGIC)] != _MAGIC or len(content) < start:
            raise UnusableIndexError(f"{path} is not a vector index")
        if blake2b(memoryview(content)[_BODY:], digest_size=32).digest() != content[len(_MAGIC) : _BODY]:
            raise UnusableIndexError(f"the vector index {path} is damaged")
        owner, fingerprint, seq, at = _HEADER.unpack_from(content, _BODY)
        if owner != memory or fingerprint != FINGERPRINT.ljust(32):
            raise UnusableIndexError(f"the vector index {path} belongs to another memory or way of encoding")
        index = cls()
        try:
            index._faiss = faiss.deserialize_index(np.frombuffer(content, np.uint8, offset=start))
        except RuntimeError as error:
            raise UnusableIndexError(f"FAISS cannot read the vector index {path}") from error
        index.watermark = index.saved = Watermark(seq, at)
        return index
