"""
Keeping an index of a memory in step with SQLite, and finding what is wrong in it.

Remembering and forgetting do not write the indexes. An index reads the changes since its watermark from
SQLite when it is needed. It is rebuilt without being asked if it is lost, damaged, of another encoding, or
ahead of the memory (a restored copy of the database is older than its index).
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from scenograph.errors import StoreError
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.sealed import StaleIndexError, UnusableIndexError
from scenograph.memory.index.vector_index import VectorIndex
from scenograph.memory.store.crystals import Crystals

_log = logging.getLogger(__name__)

_LAG = 1000  # crystals that a saved index may lack; catching them up takes a fraction of a second
_LAG_SHARE = 0.01  # of all crystals, if that is more: saving a large index takes a second or two
REPAIR = "rebuild_index() repairs it"
"""How lines about what is wrong in an index end."""

Index = TypeVar("Index", VectorIndex, Postings)

Comparison = Callable[[Crystals], Iterator[str]]
"""Compares an index with the crystals of a snapshot: one line for each thing wrong."""


class Upkeep(ABC, Generic[Index]):
    """An index of a memory: opened, brought up to date and saved as needed."""

    def __init__(self, crystals: Crystals) -> None:
        self._crystals = crystals
        self._index: Index | None = None
        self._unsaved = 0  # crystals added or removed since it was saved or opened

    @abstractmethod
    def _current(self) -> Index:
        """The index in use, else the saved one, perhaps out of date. May raise `UnusableIndexError`."""

    @abstractmethod
    def _build(self) -> Index:
        """Build an index of all crystals."""

    @abstractmethod
    def _catch_up(self, index: Index) -> None:
        """
        Take what has changed since its watermark into *index*.

        Raises:
            UnusableIndexError: if it has seen changes that are not part of this memory's history
        """

    @abstractmethod
    def _write(self, index: Index) -> None:
        """Save *index*."""

    @abstractmethod
    def _is_there(self) -> bool:
        """Whether an index is in use or saved."""

    @abstractmethod
    def _differing(self, index: Index) -> Iterator[str]:
        """Compare *index* with the crystals: one line for each thing wrong."""

    def synced(self) -> Index:
        """
        The index, up to date. The caller holds a snapshot of the memory.

        Raises:
            StoreError: if a scene is damaged, or a server does not answer
        """
        try:
            index = self._current()
            self._catch_up(index)
        except UnusableIndexError as reason:
            if not isinstance(reason, StaleIndexError):
                _log.warning("%s; rebuilding it", reason)
            self.drop()
            index = self._build()
        except BaseException:
            self.drop()  # it has taken in a part of what is new, and does not say so
            raise
        self._index = index
        return index

    def ids(self) -> set[int]:
        """
        The ids of the crystals in the index; none if there is no index, which is not built for this.

        Raises:
            StoreError: as for `synced`
        """
        return self.synced().ids if self._is_there() else set()

    def drop(self) -> None:
        """Let go of the index without saving it: it may have seen what was taken back."""
        self._index = None
        self._unsaved = 0

    def save(self) -> None:
        """
        Save the index, up to date, if there is one; what was forgotten is then in no file any more.

        Raises:
            StoreError: if the disk or a server fails
        """
        if self._is_there():
            index = self.synced()
            if not self._crystals.database.in_transaction:
                if index.saved != index.watermark:
                    self._write(index)
                self._unsaved = 0

    def close(self) -> None:
        """
        Save the index if the saved one lacks many changes, and drop it from RAM; harmless twice.

        It is also saved if the saved one has what was forgotten, as it may where a process was killed while
        it forgot.
        """
        index = self._index
        try:
            if index is not None and not self._crystals.database.in_transaction:
                lag = max(_LAG, _LAG_SHARE * len(index))
                saved = index.saved
                if saved is None or self._unsaved > lag or self._crystals.changes.forgot_since(saved):
                    self._write(index)
        except StoreError as error:  # derived data: it is built again when it is next needed
            _log.warning("%s", error)
        finally:
            self.drop()

    def comparison(self) -> Comparison:
        """
        Bring the index up to date, and return what compares it with the crystals of the present snapshot.

        The comparison may run while other threads go on to use and change the index.
        """
        try:
            index = self._current()
            self._catch_up(index)
        except StaleIndexError:  # nothing is wrong: it will be rebuilt
            self.drop()
            return lambda _: iter(())
        except Exception as error:
            self.drop()
            failure = error
            if isinstance(error, UnusableIndexError):
                failure = StoreError(f"{error}; it will be rebuilt when it is next needed")

            def fail(_: Crystals) -> Iterator[str]:
                raise failure

            return fail
        self._index = index
        return lambda _: self._differing(index)
