"""
The vector index: which scenes resemble a cue. Derived data behind one small interface.

An index can be lost, cut, stale or of another memory at any time. It says by its *watermark* up to which
change of the memory it is complete, by a checksum that it is whole, and by a *fingerprint* how its vectors
were encoded. What is missing is caught up from SQLite; what cannot be used is built anew
(`scenograph.memory.index.upkeep`). Which kind of index it is, a URL says (`scenograph.memory.index.address`):

    faiss:                              a file in the memory's folder; the default
    qdrant-edge:                        a Qdrant shard in the memory's folder, embedded
    qdrant+http://host:6333/collection  a collection on a Qdrant server
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from scenograph.errors import StoreError
from scenograph.memory.index.vectors import Vectors
from scenograph.memory.records import Watermark

NO_CHANGE = Watermark(0, 0)
"""The watermark of an index that has seen nothing."""


class UnusableIndexError(StoreError):
    """An index that is missing, damaged, or of another memory or encoding: to be built anew."""


class StaleIndexError(UnusableIndexError):
    """An index that is sound, but of another memory, encoding or history: nothing is wrong."""


class MissingIndexError(StaleIndexError):
    """There is no index yet."""


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
        """Add one vector for each of *ids*, none of which is present yet."""

    @abstractmethod
    def remove(self, ids: Collection[int]) -> None:
        """Remove the vectors of *ids*; absent ones are passed over."""

    def retell(self, ids: Sequence[int]) -> None:  # noqa: B027
        """Take in that the payloads of *ids* have changed; an index without payloads does nothing."""

    @abstractmethod
    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        """
        The ids most similar to a cue, with their inner products, best first.

        Args:
            cue: its vector, shape (1, 1024)
            k: how many
        """

    @abstractmethod
    def similarities(self, cue: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The inner product of *cue* with the vector of each of *ids*, all of which are present."""

    @abstractmethod
    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors of *ids*, all of which are present, within `tolerance`."""

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
