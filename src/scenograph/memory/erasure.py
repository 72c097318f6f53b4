"""
What a memory forgets, and that no file holds it afterwards.

SQLite leaves deleted rows in its files, and an older reader keeps them readable. So forgetting has two steps:
the rows go in a transaction; then the files are overwritten, now or as soon as no reader is in the way. Until
then the database says that this is due, also after the process was killed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import apsw

from scenograph.errors import StoreError
from scenograph.memory.index.vector_index import drop_others
from scenograph.memory.receipts import Receipt
from scenograph.memory.records import Forgotten
from scenograph.memory.store.forgetting import forget, withdraw, withdraw_all
from scenograph.memory.store.learned import ERASING
from scenograph.memory.store.rows import now

if TYPE_CHECKING:
    from scenograph.memory.state import State

_log = logging.getLogger(__name__)


class Erasure:
    """
    Forgets crystals, and leaves nothing of them in any file.

    Args:
        state: of the open memory
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._crystals, self._database = state.crystals, state.database
        self._unerased: Literal["here", "elsewhere"] | None = None  # who forgot what a file still holds
        if not self._database.read_only and self.is_due():
            self._unerased = "elsewhere"

    def is_due(self) -> bool:
        """Whether a file still holds what was forgotten, as the database says."""
        with suppress(StoreError):  # damage is found when something is read
            return self._crystals.learned.get(ERASING) is not None
        return False

    def purge(self) -> Forgotten:
        """Forget what has expired; see `Memory.purge`."""
        with self._database.lock:
            stated = self._crystals.sources.expired(now())
            receipt = Receipt(self._state, stated)
            with self._state.commit():
                crystals, sources = withdraw_all(self._crystals, stated)
                if crystals or sources:
                    self._unerased = self._unerased or "here"
            return self._forgotten(crystals, sources, receipt)

    def forget(self, ids: Collection[int], source: str | int | None) -> Forgotten:
        """Forget crystals and unread texts, or what *source* stated; see `Memory.forget`."""
        with self._database.lock:
            about = ids if source is None else self._crystals.sources.stated_by(source, ids)
            receipt = Receipt(self._state, about)
            try:
                crystals, sources = self._forget(ids, source)
            except StoreError as error:
                if self._database.in_transaction or not isinstance(error.__cause__, apsw.FullError):
                    raise
                with suppress(StoreError, OSError):  # then the second try says what is wrong
                    self._make_room()
                crystals, sources = self._forget(ids, source)
            return self._forgotten(crystals, sources, receipt)

    def _forgotten(self, crystals: int, sources: int, receipt: Receipt) -> Forgotten:
        if not crystals and not sources:
            return Forgotten(0, 0)
        readable, erased = self._readable(), receipt.erased()
        found = receipt.still_there(erased) if readable is None else ()
        return Forgotten(crystals, sources, readable, erased, found)

    def _forget(self, ids: Collection[int], source: str | int | None) -> tuple[int, int]:
        with self._state.commit():
            crystals, sources = withdraw(self._crystals, source, ids) if source is not None else (0, 0)
            if source is None:
                crystals = forget(self._crystals, ids)
            if crystals or sources:
                self._unerased = self._unerased or "here"
        return crystals, sources

    def _make_room(self) -> None:
        """Remove the indexes from the disk, since they can be built again."""
        with self._state.syncing:
            self._state.drop()
            drop_others(None, self._state.folder)
            self._state.postings.path.unlink(missing_ok=True)
            self._database.scrub()

    def _readable(self) -> str | None:
        """Erase what was forgotten, if that can be done now; else what is readable and until when."""
        if self._database.in_transaction:
            return "all of it, until the transaction ends"
        try:
            self._erase()
        except StoreError as error:
            return str(error)
        if self._unerased is None:
            return None
        return (
            f"{self._database.path}-wal, of which another process reads an older state; the next write or "
            "close after that erases it"
        )

    def _erase(self) -> None:
        """
        Leave nothing of what was forgotten in any file, if no older reader is in the way.

        Raises:
            StoreError: if the disk fails; the next write tries again
        """
        forgotten = self._crystals.forgotten
        try:
            if self._unerased == "elsewhere" and not self.is_due():
                self._unerased = None
                return
            if self._database.scrub():
                if self._unerased == "elsewhere":  # by another process, which alone knew what it was
                    self._database.compact()
                else:
                    self._database.wipe(forgotten)
                with self._state.synced():
                    self._state.vectors.save()
                    self._state.postings.save()
                if self._database.scrub():
                    with self._database.transaction():
                        self._crystals.learned.drop(ERASING)
                    forgotten.clear()
                    self._unerased = None
        except StoreError as error:
            failed = str(error).partition(";")[0]  # without what it says of the write that erases
            raise StoreError(
                f"the write is kept, but a file still holds what it forgot: {failed}; any write tries again"
            ) from error

    def go_on(self) -> None:
        """Erase what could not be erased before."""
        if self._unerased:
            self._erase()

    def close(self) -> None:
        """Erase what is left, if that can be done; whoever opens the memory next goes on."""
        try:
            self.go_on()
        except StoreError as error:
            _log.warning("%s", error)
        self._unerased = None
