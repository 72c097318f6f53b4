"""
The state of an open memory: its database, the indexes derived from that, and the locks of both.

`Memory` and its parts share one `State`; it knows none of them. Who imports whom, from the bottom:

    store  ←  index  ←  recall  ←  state  ←  beliefs, learning, transfer  ←  memory
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.files import drop_drafts
from scenograph.memory.index.upkeep import PostingsUpkeep, VectorUpkeep
from scenograph.memory.index.vector_index import DEFAULT, files, parse_address
from scenograph.memory.learning.meanings import Embedder, items_name, kept_items
from scenograph.memory.recall.associations import Spreading
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.recall import recall
from scenograph.memory.recall.resonance import kept_weights
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Hit, Stats, micros, moment
from scenograph.memory.store.checks import problems
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database, is_there
from scenograph.memory.store.forgetting import forget
from scenograph.memory.store.validity import Validities

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
        self._syncing = RLock()  # for changes of `vectors` and `postings`; taken after the database's lock
        self._searches = False  # whether the open transaction has used `vectors` or `postings`
        self._forgot = False  # whether a file still holds what was forgotten

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
            try:
                with self.database.transaction():
                    yield
            except BaseException:
                if self._searches:  # the indexes may have taken in what is now rolled back
                    self._drop()
                raise
            finally:
                if self._searches and not self.database.in_transaction:
                    self._searches = False
                    self._syncing.release()
            if self._forgot and not self.database.in_transaction:
                self._erase()

    def forget(self, *ids: int) -> int:
        """Forget crystals and unread texts; return how many were remembered."""
        with self.transaction():
            gone = forget(self.crystals, ids)
            self._forgot |= gone > 0
        return gone

    def _erase(self) -> None:
        """Leave nothing of what was forgotten in any file; if that fails, the next write does it."""
        try:
            scrubbed = self.database.scrub()
            if scrubbed and self.crystals.forgotten:
                self.database.wipe(self.crystals.forgotten)
                scrubbed = self.database.scrub()
            with self.synced():
                self.vectors.save()
                self.postings.save()
        except StoreError as error:
            raise StoreError(
                f"the write is kept, but a file still holds what it forgot: {error}; any write tries again"
            ) from error
        self._forgot = not scrubbed
        if scrubbed:
            self.crystals.forgotten.clear()

    # --- reading --------------------------------------------------------------------------------------------

    def current(self, ids: list[int], at: datetime | None = None, known: datetime | None = None) -> list[int]:
        """Those of *ids* that are believed; see `Memory.believed`."""
        times = (None if time is None else micros(time) for time in (at, known))
        return self.validities.current(ids, *times)

    def recall(self, cue: Scene | str, k: int, at: datetime | None, known: datetime | None) -> list[Hit]:
        """The *k* crystals that resonate most with *cue*, with their sources and validity."""
        with self.view(at, known) as searched:
            hits = recall(cue, k, searched)
            ids = [hit.id for hit in hits]
            sources, learned = self.crystals.sources.of(ids), self.crystals.learned_at(ids)
            rows, unread = self.validities.of(ids), self.crystals.unread_among(ids)
        return [
            replace(
                hit,
                sources=sources[hit.id],
                learned=moment(learned[hit.id]),
                unread=hit.id in unread,
                validity=tuple(row.record() for row in rows.get(hit.id, ())),
            )
            for hit in hits
        ]

    @contextmanager
    def view(self, at: datetime | None = None, known: datetime | None = None) -> Generator[Searched]:
        """The memory as it is now, with its indexes up to date; nobody waits for who looks at it."""
        with ExitStack() as stack:
            with self._syncing:
                stack.enter_context(self.database.snapshot())
                with self.synced():
                    searched = self.searched(at, known)
            yield searched

    def searched(self, at: datetime | None = None, known: datetime | None = None) -> Searched:
        """What recall searches, of the crystals those that are believed; for use within a snapshot."""
        postings = self.postings.synced()
        return Searched(
            self.crystals,
            self.vectors.synced(),
            postings,
            self.names,
            self.vectors.items,
            kept_weights(self.crystals.learned),
            Spreading(self.crystals, postings),
            lambda ids: self.current([*ids], at, known),
        )

    @contextmanager
    def synced(self) -> Generator[None]:
        """
        A snapshot of the memory in which this thread alone may change the indexes.

        Snapshots are begun in turn, so that none is older than an index. In a transaction other threads wait
        until that ends: it may be rolled back.
        """
        if self.database.in_transaction and not self._searches:
            self._syncing.acquire()
            self._searches = True
        with self._syncing, self.database.snapshot():
            # Another process may have learned what symbols mean.
            if items_name(self.crystals.learned, self.embedder) != self.vectors.items.name:
                self.vectors.items = kept_items(self.crystals.learned, self.embedder)
            yield

    # --- care -----------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """One line for each thing wrong in the database or an index. Nobody waits for it."""
        with ExitStack() as stack:
            with self._syncing:
                stack.enter_context(self.database.snapshot())
                with self.synced():
                    comparisons = [self.vectors.comparison(), self.postings.comparison()]
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
            ]
        file_bytes = sum(path.stat().st_size for path in (database, log) if path.exists())
        return Stats(*counts, file_bytes=file_bytes, index_bytes=self.vectors.size)

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
        with self._syncing:
            self._drop()

    def close(self) -> None:
        """Close the database, with the indexes saved if what is saved lags far behind; harmless twice."""
        with self.database.lock, self._syncing:
            try:
                if self.database.read_only:
                    self._drop()
                else:
                    self.vectors.close()
                    self.postings.close()
            finally:
                self.database.close()

    def _drop(self) -> None:
        self.vectors.drop()
        self.postings.drop()
