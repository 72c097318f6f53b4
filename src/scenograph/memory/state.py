"""
The state of an open memory: its database, the indexes derived from that, and the locks of both.

`Memory` and its parts share one `State`; it knows none of them. Who imports whom, from the bottom:

    store  ←  index  ←  recall  ←  state  ←  beliefs, learning, transfer  ←  memory
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from scenograph.errors import StoreError
from scenograph.files import drop_drafts
from scenograph.memory.erasure import Erasure
from scenograph.memory.filters import Filter
from scenograph.memory.index.features import numbers, symbol
from scenograph.memory.index.postings_upkeep import PostingsUpkeep
from scenograph.memory.index.vector_index import DEFAULT, files, parse_address
from scenograph.memory.index.vector_upkeep import VectorUpkeep
from scenograph.memory.index.vectors import Items
from scenograph.memory.learning.meanings import Embedder, items_name, kept_items
from scenograph.memory.recall.associations import Spreading
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.resonance import kept_weights
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Stats, micros
from scenograph.memory.store.checks import problems
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.opening import is_there
from scenograph.memory.store.rows import now
from scenograph.memory.store.validity import Validities

_log = logging.getLogger(__name__)

DATABASE = "memory.db"
POSTINGS = "postings.index"


class State:
    """
    What the parts of an open memory share.

    Attributes:
        folder: where the memory is
        embedder: gives symbols meanings; None if they are learned from the memory's own scenes
        crystals, validities: the tables of the database
        vectors, postings, names: derived from the database, and brought up to date when they are needed
    """

    def __init__(self, folder: Path, database: Database, vectors: str, embedder: Embedder | None) -> None:
        self.folder = folder
        self.database = database
        self.embedder = embedder
        self.crystals = Crystals(database)
        self.validities = Validities(database)
        self.vectors = VectorUpkeep(vectors, folder, self.crystals)
        self.postings = PostingsUpkeep(folder / POSTINGS, self.crystals)
        self.names = Names(database)
        self.syncing = RLock()  # for changes of `vectors` and `postings`; taken after the database's lock
        self._searches = False  # whether the open transaction has used `vectors` or `postings`
        self.erasure = Erasure(self)

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        create: bool,
        wait: float,
        vectors: str,
        embedder: Embedder | None,
        read_only: bool,
    ) -> State:
        """Open the memory in *folder*; see `Memory.open`."""
        parse_address(vectors)
        folder = Path(folder)
        if not is_there(folder / DATABASE) and files(folder):
            raise StoreError(
                f"{folder / DATABASE} is missing, but its index is there; restore it from a copy or an export"
            )
        if read_only:
            create, vectors = False, DEFAULT
        else:
            drop_drafts(folder)
        database = Database(folder / DATABASE, wait=wait, create=create, read_only=read_only)
        try:
            state = cls(folder, database, vectors, embedder)
            state._derive()
        except BaseException:
            database.close()
            raise
        return state

    def _derive(self) -> None:
        """Derive words and entities if the memory is new, of an earlier version, or of other lemmas."""
        if self.crystals.is_derived():
            return
        if self.database.read_only:
            raise StoreError(
                f"the words of {self.database.path} were derived in another way than the present one; "
                "open the memory once without read_only"
            )
        with self.database.transaction():
            if not self.crystals.is_derived():
                self.crystals.derive_anew()

    # --- writing --------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Everything the block writes, or nothing; on the disk when the outermost block ends."""
        with self.database.lock:
            with self.commit():
                yield
            if not self.database.in_transaction:
                self.erasure.go_on()

    @contextmanager
    def commit(self) -> Generator[None]:
        """As `transaction`; nothing is erased after it."""
        try:
            with self.database.transaction():
                yield
        except BaseException:
            if self._searches:  # the indexes may have taken in what is now rolled back
                self.drop()
            raise
        finally:
            if self._searches and not self.database.in_transaction:
                self._searches = False
                self.syncing.release()

    # --- reading --------------------------------------------------------------------------------------------

    def current(self, ids: list[int], at: datetime | None = None, known: datetime | None = None) -> list[int]:
        """Those of *ids* that are believed and have not expired; see `Memory.believed`."""
        times = (None if time is None else micros(time) for time in (at, known))
        held = self.validities.current(ids, *times)
        gone = self.outlived(known)
        return [one for one in held if one not in gone] if gone else held

    def outlived(self, known: datetime | None = None) -> set[int]:
        """The crystals that have expired, now or at the time *known*."""
        sources = self.crystals.sources
        return sources.outlived(now() if known is None else micros(known)) if sources.expire() else set()

    def select(
        self,
        among: Filter | None,
        *,
        words: str | None = None,
        after: int = 0,
        limit: int | None = None,
        expired: bool = False,
    ) -> list[int]:
        """The crystals and unread texts that fulfil *among*, believed or not; see `Memory.select`."""
        condition, values = self._condition(among)
        if words is not None:
            condition += " AND c.id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(self.crystals.words.saying(words)))
        if not expired and (gone := self.outlived()):
            condition += " AND c.id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(sorted(gone)))
        query = f"SELECT c.id FROM crystals AS c WHERE {condition} AND c.id > ? ORDER BY c.id LIMIT ?"
        found = self.database.execute(query, (*values, after, -1 if limit is None else limit))
        return [row[0] for row in found]

    def _condition(self, among: Filter | None) -> tuple[str, list[Any]]:
        if among is None:
            return "TRUE", []
        return among.condition(self._having)

    def _having(self, concept: str) -> Sequence[int]:
        """The crystals that have a concept."""
        with self.syncing, self.synced():
            [found] = self.postings.synced().having_each(numbers([symbol(concept)]))
        return found.tolist()

    @contextmanager
    def view(
        self,
        at: datetime | None = None,
        known: datetime | None = None,
        among: Filter | None = None,
        *,
        expired: bool = False,
    ) -> Generator[Searched]:
        """The memory as it is now, with its indexes up to date; no writer has to wait."""
        with ExitStack() as stack:
            with self.syncing:
                stack.enter_context(self.database.snapshot())
                with self.synced():
                    searched = self.searched(at, known, among, expired=expired)
            yield searched

    def searched(
        self,
        at: datetime | None = None,
        known: datetime | None = None,
        among: Filter | None = None,
        *,
        expired: bool = False,
    ) -> Searched:
        """
        What recall searches; for use within a snapshot.

        Those that do not fulfil *among* or have expired are left out of the postings, so that they take no
        places among the best of a search.
        """
        postings = self.postings.synced()
        every = len(postings)
        gone = set[int]() if expired else self.outlived(known)
        if among is not None:
            kept = np.array(self.select(among, expired=True), np.int64)
            if gone:
                kept = np.setdiff1d(kept, np.array(sorted(gone), np.int64))
            postings = postings.without(np.setdiff1d(postings.every(), kept))
        elif gone:
            postings = postings.without(np.array(sorted(gone), np.int64))
        times = [None if time is None else micros(time) for time in (at, known)]

        def admits(ids: Sequence[int]) -> list[int]:
            held = self.validities.current([*ids], *times)
            if len(postings) == every or not held:
                return held
            return np.array(held, np.int64)[postings.has(np.array(held, np.int64))].tolist()

        return Searched(
            self.crystals,
            self.vectors.synced(),
            postings,
            self.names,
            self.vectors.items,
            kept_weights(self.crystals.learned),
            Spreading(self.crystals, postings),
            admits,
            every - len(postings),
        )

    @contextmanager
    def synced(self) -> Generator[None]:
        """
        A snapshot of the memory in which this thread alone may change the indexes.

        Snapshots are begun in turn, so that none is older than an index. In a transaction other threads wait
        until that ends: it may be rolled back.
        """
        if self.database.in_transaction and not self._searches:
            self.syncing.acquire()
            self._searches = True
        with self.syncing, self.database.snapshot():
            # Another process may have learned what symbols mean.
            if items_name(self.crystals.learned, self.embedder) != self.vectors.items.name:
                self.vectors.items = kept_items(self.crystals.learned, self.embedder)
            yield

    # --- care -----------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """One line for each thing wrong in the database or an index. No writer has to wait."""
        with ExitStack() as stack:
            with self.syncing:
                stack.enter_context(self.database.snapshot())
                try:
                    with self.synced():
                        comparisons = [self.vectors.comparison(), self.postings.comparison()]
                except StoreError as error:
                    reason = str(error)
                    comparisons = [lambda _: [reason]]
            return problems(self.crystals, *comparisons)

    def stats(self) -> Stats:
        """Count what there is."""
        database = self.database.path
        log = database.with_name(f"{database.name}-wal")
        with self.database.snapshot():
            counts = [
                self.crystals.count(),
                self.database.execute("SELECT count(*) FROM sources")[0][0],
                self.crystals.count_unread(),
                self.crystals.entities.count(),
                self.database.execute("SELECT count(*) FROM changes")[0][0],
                self.crystals.sources.measured.count_missing(),
            ]
            file_bytes = sum(path.stat().st_size for path in (database, log) if path.exists())
            unerased = file_bytes if self.erasure.is_due() else 0
        return Stats(*counts, file_bytes=file_bytes, index_bytes=self.vectors.size, unerased_bytes=unerased)

    def rebuild(self) -> None:
        """Build all that is derived again."""
        with self.transaction():
            self.crystals.lexicons.mend()
            self.crystals.derive_anew()
        with self.synced():
            meanwhile = self.vectors.is_one_file
        with self.database.snapshot() if meanwhile else self.synced():
            self.postings.rebuild()
            self.vectors.rebuild()
        with self.syncing:
            self.drop()
        if self.database.harmed:
            harmed, self.database.harmed = self.database.harmed, []
            if self.check():  # the harm is not only to what was built again
                self.database.harmed = harmed

    def prepare(self, items: Items) -> None:
        """Save the vectors of all crystals by *items*, which readers will soon use."""
        with self.database.snapshot():
            self.vectors.prepare(items)

    def close(self) -> None:
        """Close the database, with the indexes saved if what is saved lags far behind; harmless twice."""
        with self.database.lock, self.syncing:
            try:
                if self.database.read_only:
                    self.drop()
                else:
                    self.erasure.close()
                    self.vectors.close()
                    self.postings.close()
            finally:
                self.database.close()

    def drop(self) -> None:
        """Read the indexes from the disk when they are next needed."""
        self.vectors.drop()
        self.postings.drop()
