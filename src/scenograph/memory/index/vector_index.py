"""
The vector index: which scenes resemble a cue. Derived data with one small interface.

An index can be lost, cut, stale or of another memory at any time. It says by its *watermark* up to which
change of the memory it is complete, by a checksum that it is whole, and by a *fingerprint* how its vectors
were encoded. What is missing is caught up from SQLite; what cannot be used is rebuilt
(`scenograph.memory.index.upkeep`). Which kind of index it is, a URL says :

    faiss:                              a file in the memory's folder; the default
    qdrant-edge:                        a Qdrant shard in the memory's folder, embedded
    qdrant+http://host:6333/collection  a collection on a Qdrant server

    >>> parse_address("qdrant+http://localhost:6333/letters")
    Address(kind='qdrant', server='http://localhost:6333', prefix='', collection='letters')
    >>> parse_address("faiss:").kind
    'faiss'
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from scenograph.errors import StoreError
from scenograph.files import sync
from scenograph.memory.index.vectors import DIMENSIONS, Vectors
from scenograph.memory.records import Watermark

NO_CHANGE = Watermark(0, 0)
"""The watermark of an index that has seen nothing."""


@dataclass(frozen=True, slots=True)
class Truth:
    """
    The memory that an index is derived from, as far as the index may know it.

    Attributes:
        uuid: 16 bytes that name the memory
        fingerprint: 32 bytes that name the way its scenes are encoded
        payloads: what a server is to keep beside each vector: scene, source texts, when it was learned
    """

    uuid: bytes
    fingerprint: bytes
    payloads: Callable[[Sequence[int]], Mapping[int, dict[str, object]]]


class VectorIndex(ABC):
    """
    Vectors by crystal id.

    Whatever its kind, it answers as a table of vectors would that is searched row by row; one that keeps
    shortened vectors may miss some of the most similar, and says so.

    Attributes:
        truth: the memory it is derived from
        watermark: the last change taken in
        saved: the watermark of what would be found if the process ended now, None if that is nothing
        lives_elsewhere: whether changes are seen by others at once, so that it is to be saved with each
    """

    lives_elsewhere = False

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.watermark = NO_CHANGE
        self.saved: Watermark | None = None

    @abstractmethod
    def __len__(self) -> int:
        """How many vectors there are."""

    @property
    @abstractmethod
    def ids(self) -> set[int]:
        """The ids of all vectors."""

    def prepare(self, expected: int, sample: Callable[[int], Vectors]) -> None:  # noqa: B027
        """
        Make an empty index ready for many vectors; one that needs no preparation does nothing.

        Args:
            expected: how many vectors are coming
            sample: draws that many of them
        """

    @abstractmethod
    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add one vector for each of *ids*. None may be present yet."""

    @abstractmethod
    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""

    def update_payloads(self, ids: Sequence[int]) -> None:  # noqa: B027
        """Take in that the payloads of *ids* have changed; an index without payloads does nothing."""

    @abstractmethod
    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """
        The ids most similar to a cue, with their inner products, best first.

        Args:
            cue: its vector, shape (1, 1024)
            k: how many
        """

    def similarities(self, cue: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The inner product of *cue* with the vector of each of *ids*; 0 for one that is absent."""
        return dict(zip(ids, map(float, self.vectors(ids) @ cue[0]), strict=True)) if ids else {}

    @abstractmethod
    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors of *ids*, within `tolerance`; zeros for one that is absent."""

    @property
    def tolerance(self) -> float:
        """How far a number of a kept vector may be from the exact one."""
        return 1e-5

    @abstractmethod
    def save(self) -> None:
        """
        Put the index where the next process finds it, whole or not at all.

        What was removed is then nowhere any more.

        Raises:
            StoreError: if the disk or the server fails
        """

    def close(self) -> None:  # noqa: B027
        """Let go of files and connections; harmless twice. What was not saved may be lost."""


def best(scores: Mapping[int, float], k: int) -> dict[int, float]:
    """The *k* highest of *scores*, best first, equal ones by id."""
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k])


def in_order(rows: Mapping[int, Sequence[float]], ids: Sequence[int]) -> Vectors:
    """The vectors of *ids* among *rows*, in their order; zeros for one that is absent."""
    nothing = [0.0] * DIMENSIONS
    return np.array([rows.get(crystal, nothing) for crystal in ids], np.float32).reshape(len(ids), DIMENSIONS)


DEFAULT = "faiss:"

FAISS_FILE = "vectors.index"
"""Where `faiss:` keeps its vectors, in the memory's folder."""

EDGE_FOLDER = "vectors.qdrant"
"""Where `qdrant-edge:` keeps its shard, in the memory's folder."""

_CHOICES = "use faiss:, qdrant-edge: or qdrant+http://host:6333/collection"


class Address(NamedTuple):
    """
    What a URL says.

    Attributes:
        kind: which index
        server, prefix, collection: of a Qdrant server alone: its URL, a path before its API, the collection
    """

    kind: Literal["faiss", "qdrant-edge", "qdrant"]
    server: str = ""
    prefix: str = ""
    collection: str = ""


def parse_address(url: str) -> Address:
    """
    Read a URL.

    Raises:
        StoreError: if it names no index
    """
    if url in ("faiss:", "qdrant-edge:"):
        return Address("faiss" if url == "faiss:" else "qdrant-edge")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{url!r} is no URL of a vector index ({error}); {_CHOICES}") from None
    if parts.scheme not in ("qdrant+http", "qdrant+https") or not host or parts.query or parts.fragment:
        raise StoreError(f"{url!r} is no URL of a vector index; {_CHOICES}")
    if parts.username is not None:
        raise StoreError(f"the URL of {host} must not hold a key; put it in the variable QDRANT_API_KEY")
    prefix, _, collection = parts.path.strip("/").rpartition("/")
    if not collection:
        raise StoreError(f"{url!r} names no collection; write qdrant+http://host:6333/collection")
    written = f"[{host}]" if ":" in host else host
    server = f"{parts.scheme.removeprefix('qdrant+')}://{written}{f':{port}' if port else ''}"
    return Address("qdrant", server, prefix, collection)


def open_index(address: Address, folder: Path, truth: Truth) -> VectorIndex:
    """
    The index at *address*, as it was saved last.

    Args:
        address: which index
        folder: the memory's folder
        truth: the memory
    Raises:
        UnusableIndexError: if it is missing, damaged, or not derived from *truth*: it is to be rebuilt
        StoreError: if it is another memory's, or a server does not answer
        MissingExtraError: if the package for it is not installed
    """
    if address.kind == "faiss":
        from scenograph.memory.index.faiss_index import FaissIndex

        return FaissIndex.open(folder, truth)
    if address.kind == "qdrant-edge":
        from scenograph.memory.index.edge_index import EdgeIndex

        return EdgeIndex.open(folder / EDGE_FOLDER, truth)
    from scenograph.memory.index.server_index import ServerIndex, connect

    return ServerIndex.open(connect(address.server, address.prefix), address.collection, truth)


def new_index(address: Address, folder: Path, truth: Truth) -> VectorIndex:
    """
    An empty index at *address*, in place of an unusable one.

    Raises:
        StoreError: if another memory's index is there, or a server does not answer
        MissingExtraError: if the package for it is not installed
    """
    if address.kind == "faiss":
        from scenograph.memory.index.faiss_index import FaissIndex

        return FaissIndex(folder, truth)
    if address.kind == "qdrant-edge":
        from scenograph.memory.index.edge_index import EdgeIndex

        return EdgeIndex.create(folder / EDGE_FOLDER, truth)
    from scenograph.memory.index.server_index import ServerIndex, connect

    return ServerIndex.create(connect(address.server, address.prefix), address.collection, truth)


def files(folder: Path) -> dict[str, Path]:
    """What indexes have left in *folder*, by the kind of index."""
    there = {"faiss": folder / FAISS_FILE, "qdrant-edge": folder / EDGE_FOLDER}
    return {kind: path for kind, path in there.items() if path.exists()}


def drop_others(address: Address | None, folder: Path) -> None:
    """Remove what indexes of another kind than that at *address*, or all, have left in *folder*."""
    others = [path for kind, path in files(folder).items() if address is None or kind != address.kind]
    try:
        for path in others:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        if others:
            sync(folder)
    except OSError as error:
        raise StoreError(
            f"cannot remove the former vector index {error.filename}: {error.strerror}"
        ) from error


def size_of(address: Address, folder: Path) -> int:
    """How many bytes the index at *address* takes in *folder*."""
    path = files(folder).get(address.kind)
    if path is None:
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(os.stat(Path(where) / name).st_size for where, _, names in os.walk(path) for name in names)
