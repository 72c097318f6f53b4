"""
Memory: remembers scenes, never loses one, and finds them again from a part.

    >>> import tempfile
    >>> from scenograph.core.scene import Scene
    >>> with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
    ...     oleg = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
    ...     crystal = memory.remember(oleg, text="Oleg built a bridge.", language="en", source="a letter")
    ...     [hit] = memory.recall(Scene.parse("(b / build :agent ?who :object (c / bridge))"))
    ...     hit.id == crystal, hit.parts["unified"], hit.sources[0].text
    (True, 1.0, 'Oleg built a bridge.')

A memory is a folder: `memory.db` (SQLite) is the truth, `vectors.index` is derived from it and may be
deleted at any time. What `Memory.remember` has returned an id for is on the disk (law 9). No model is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Self

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.files import drop_drafts
from scenograph.memory.beliefs import Believing
from scenograph.memory.consolidating import Learning
from scenograph.memory.held import DATABASE
from scenograph.memory.index.postings_upkeep import KeptPostings
from scenograph.memory.index.upkeep import Upkeep
from scenograph.memory.index.vector_index import DEFAULT, files, parse_address
from scenograph.memory.learning.meanings import Embedder, items_name, kept_items
from scenograph.memory.recall.associations import Spreading
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.recall import recall
from scenograph.memory.recall.resonance import kept_weights
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Crystal, Hit, Ingested, Note, Stats, UnreadText, moment
from scenograph.memory.store.checks import problems
from scenograph.memory.store.database import Database
from scenograph.memory.store.forgetting import forget
from scenograph.memory.store.rows import chunks, now
from scenograph.memory.store.sources import Origin
from scenograph.memory.transfer.transfer import Moving

POSTINGS = "postings.index"

_BATCH = 1000  # notes written together


class Memory(Believing, Learning, Moving):
    """
    A memory on disk. Threads may share one; processes open their own: many read while one writes.

    Use it in a `with` block, or call `close`.
    """

    def __init__(
        self, folder: Path, database: Database, vectors: str = DEFAULT, embedder: Embedder | None = None
    ) -> None:
        super().__init__(folder, database)
        self._vectors = Upkeep(vectors, folder, self._crystals)
        self._postings = KeptPostings(folder / POSTINGS, self._crystals)
        self._names = Names(database)
        self._embedder = embedder
        self._syncing = (
            RLock()
        )  # held while what is derived is brought up to date; taken after the database's
        self._searches = False  # whether the open transaction has used what is derived
        self._forgot = False
        if not self._crystals.is_derived():  # the memory is new, of an earlier version, or of other lemmas
            if database.read_only:
                raise StoreError(
                    f"the words of {database.path} were derived in another way than the present one; "
                    "open the memory once without read_only"
                )
            with database.transaction():
                if not self._crystals.is_derived():
                    self._crystals.derive_anew()

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        create: bool = True,
        wait: float = 10.0,
        vectors: str = DEFAULT,
        embedder: Embedder | None = None,
        read_only: bool = False,
    ) -> Memory:
        """
        Open the memory in *folder*.

        Args:
            folder: where it is
            create: make a new one if there is none
            wait: how long a write waits for another process that is writing, in seconds
            vectors: which vector index: `faiss:`, `qdrant-edge:` or `qdrant+http://host:6333/collection`;
                it is derived, so another one may be named at any time
            read_only: write nothing, neither in *folder* nor elsewhere; calls that change the memory are
                refused. A memory that was closed can be read from a folder that nobody can write. Vectors
                are searched with FAISS, built in RAM where the saved index does not fit
            embedder: where `consolidate` takes from what symbols mean; by default memory's own scenes
        Raises:
            StoreError: if there is none, it is damaged, locked, or of a newer version, or *vectors* no index
        """
        parse_address(vectors)
        path = Path(folder)
        if not (path / DATABASE).exists() and files(path):
            raise StoreError(
                f"{path / DATABASE} is missing, but its index is there; restore it from a copy or an export"
            )
        if read_only:
            create, vectors = False, DEFAULT
        else:
            drop_drafts(path)
        database = Database(path / DATABASE, wait=wait, create=create, read_only=read_only)
        try:
            return cls(path, database, vectors, embedder)
        except BaseException:
            database.close()
            raise

    # --- learning -------------------------------------------------------------------------------------------

    def remember(
        self,
        scene: Scene,
        *,
        text: str | None = None,
        language: str | None = None,
        source: str | None = None,
        time: datetime | None = None,
        true_from: datetime | None = None,
        true_until: datetime | None = None,
    ) -> int:
        """
        Remember *scene*; on return it is on the disk.

        A scene that is known already gains a source and the times at which it is true, not a second crystal;
        if it had been corrected, it is believed again.

        Args:
            scene: the scene
            text, language, source: the text it was read from, in which language, found where
            time: when it was learned; by default now
            true_from, true_until: since when and until when (exclusive) it is true; by default unknown
        Returns:
            The crystal's id.
        Raises:
            StoreError: if the disk fails or another process keeps writing, or it would be true for no time;
                nothing is kept then
        """
        return self.remember_many([Note(scene, text, language, source, time, true_from, true_until)])[0]

    def remember_many(self, notes: Iterable[Note | Scene]) -> list[int]:
        """
        Remember all of *notes* or, if anything fails, none; on return they are on the disk.

        Returns:
            One crystal id for each note, in order; equal scenes have equal ids.
        """
        with self.transaction():
            return [crystal for some in chunks(notes, _BATCH) for crystal, _ in self._learn(some)]

    def ingest(
        self,
        notes: Iterable[Note | Scene],
        *,
        batch: int = _BATCH,
        progress: Callable[[int, int], None] | None = None,
    ) -> Ingested:
        """
        Remember *notes*, however many, a batch at a time; each batch is on the disk before the next is read.

        If anything fails, the batches before it stay remembered.

        Args:
            notes: what to remember; taken as it is needed, so that few are held at once
            batch: how many are written together
            progress: called behind each batch with the number of notes taken and of new crystals so far
        Raises:
            StoreError: if the disk fails or another process keeps writing; its batch is not kept then
        """
        done = Ingested(0, 0)
        for some in chunks(notes, batch):
            with self.transaction():
                stored = self._learn(some)
            done = Ingested(done.notes + len(stored), done.new + sum(new for _, new in stored))
            if progress is not None:
                progress(done.notes, done.new)
        return done

    def keep(self, text: str, *, language: str | None = None, source: str | None = None) -> int:
        """
        Store a text that could not be read, until a scene is remembered with it.

        It is found by `recall` and `saying`, exported, merged and forgotten as a crystal is, marked `unread`.

        Returns:
            Its number, as that of a crystal.
        """
        with self.transaction():
            return self._crystals.keep([Origin(text, language, source, now())])[0][0]

    def unread(self) -> list[UnreadText]:
        """The texts that were stored unread and not read since, once for each source."""
        with self._database.snapshot():
            return list(self._crystals.unread())

    def forget(self, *ids: int) -> int:
        """
        Forget crystals and unread texts for good: scenes, source texts, words, symbols, ties and vectors.

        Where what was learned from them tells of something that no other crystal tells, it is unlearned.
        What is removed is overwritten with zeros. If another process is reading meanwhile, the log keeps the
        old pages until the next write after it has done so. The history keeps the numbers and times alone.

        Returns:
            How many of *ids* were remembered.
        """
        with self.transaction():
            gone = forget(self._crystals, ids)
            self._forgot |= gone > 0
        return gone

    @contextmanager
    def transaction(self) -> Generator[Self]:
        """Everything the block writes, or nothing; on the disk when the outermost block ends. Blocks nest."""
        with self._database.lock:
            try:
                with self._database.transaction():
                    yield self
            except BaseException:
                if self._searches:  # what is derived may have seen what is now taken back
                    self._vectors.drop()
                    self._postings.drop()
                raise
            finally:
                if self._searches and not self._database.in_transaction:
                    self._searches = False
                    self._syncing.release()
            if self._forgot and not self._database.in_transaction:
                self._erase()

    def _erase(self) -> None:
        """Leave nothing of what was forgotten in any file; if that fails, the next write does it."""
        try:
            scrubbed = self._database.scrub()
            if scrubbed and self._crystals.forgotten:
                self._database.wipe(self._crystals.forgotten)
                scrubbed = self._database.scrub()
            with self._synced():
                self._vectors.save()
                self._postings.save()
        except StoreError as error:
            raise StoreError(
                f"the write is kept, but a file still holds what it forgot: {error}; any write tries again"
            ) from error
        self._forgot = not scrubbed
        if scrubbed:
            self._crystals.forgotten.clear()

    # --- finding --------------------------------------------------------------------------------------------

    def recall(
        self, cue: Scene | str, k: int = 10, *, at: datetime | None = None, known: datetime | None = None
    ) -> list[Hit]:
        """
        The *k* crystals that resonate most with *cue*, best first; fewer if no more have to do with it.

        A text finds unread texts as well, by their words (`Hit.unread`). A hit shares a word, concept or
        constant with *cue*, or has one more similar to one of its words than a word without meaning would be.
        So a cue about something else finds nothing.

        Args:
            cue: a part of a scene, a question with unknowns (which match anything), or a text
            k: how many hits at most
            at: only what is true at this time; by default at any
            known: as it was known at this time; by default what is believed now
        Raises:
            StoreError: if a record that would answer is damaged
        """
        with self._view(at, known) as searched:
            hits = recall(cue, k, searched)
            ids = [hit.id for hit in hits]
            sources, learned = self._crystals.sources.of(ids), self._crystals.learned_at(ids)
            rows = self._validities.of(ids)
            unread = self._crystals.unread_among(ids)
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

    def find(self, scene: Scene) -> int | None:
        """The id of *scene*, None if it is not remembered."""
        with self._database.snapshot():
            return self._crystals.find(scene)

    def saying(self, text: str) -> list[int]:
        """
        All crystals, believed or not, and unread texts that say every word of *text*, in order of their ids.

        Words are looked for in their texts and in the symbols of their scenes, in any form that they may
        have; words in quotes one behind the other. Where `recall` gives what answers a text best, this gives
        what mentions it: `memory.saying('"old bridge" Oleg')`.

        Raises:
            StoreError: if *text* has no word
        """
        with self._database.snapshot():
            return self._crystals.words.saying(text)

    def __contains__(self, scene: object) -> bool:
        return isinstance(scene, Scene) and self.find(scene) is not None

    def __len__(self) -> int:
        with self._database.snapshot():
            return self._crystals.count()

    def __iter__(self) -> Iterator[Crystal]:
        """All crystals, in the order they were learned."""
        after = 0
        while True:
            with self._database.snapshot():  # not held while the caller works: the caller may write
                crystals = [self.get(crystal) for crystal in next(self._crystals.walk(after=after), [])]
            if not crystals:
                return
            yield from crystals
            after = crystals[-1].id

    def stats(self) -> Stats:
        """Figures of this memory."""

        def size(name: str) -> int:
            path = self.folder / name
            return path.stat().st_size if path.exists() else 0

        with self._database.snapshot():
            counts = [
                self._crystals.count(),
                self._database.execute("SELECT count(*) FROM sources")[0][0],
                self._crystals.count_unread(),
                self._crystals.entities.count(),
                self._database.execute("SELECT count(*) FROM changes")[0][0],
            ]
        return Stats(
            *counts, file_bytes=size(DATABASE) + size(f"{DATABASE}-wal"), index_bytes=self._vectors.size
        )

    # --- care -----------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """
        Compare everything with everything: pages, seals, keys, history, entities, words, lexicons, vectors.

        Returns:
            One line for each thing wrong; none if the memory is sound.
        """
        with self._synced():
            return problems(
                self._crystals, lambda _: self._vectors.problems(), lambda _: self._postings.problems()
            )

    def rebuild_index(self) -> None:
        """
        Build all that is derived from crystals and sources again: entities, words, postings and vectors.

        Damaged copies of the lexicon are written again from sound ones.
        """
        with self.transaction():
            self._crystals.lexicons.mend()
            self._crystals.derive_anew()
        with self._synced():
            meanwhile = self._vectors.is_one_file
        with self._database.snapshot() if meanwhile else self._synced():
            self._postings.rebuild()
            self._vectors.rebuild()
        with self._syncing:
            self._vectors.drop()
            self._postings.drop()

    def close(self) -> None:
        """Close the memory, with the index saved if what is saved lags far behind; harmless twice."""
        with self._database.lock, self._syncing:
            try:
                if self._database.read_only:
                    self._vectors.drop()
                    self._postings.drop()
                else:
                    self._vectors.close()
                    self._postings.close()
            finally:
                self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _synced(self) -> Generator[None]:
        """
        A snapshot of the memory in which this thread alone may bring up to date what is derived.

        Snapshots are begun in turn, so that none is older than what is derived. In a transaction other
        threads wait until that ends: it may be taken back.
        """
        if self._database.in_transaction and not self._searches:
            self._syncing.acquire()
            self._searches = True
        with self._syncing, self._database.snapshot():
            self._meant()
            yield

    @contextmanager
    def _view(self, at: datetime | None = None, known: datetime | None = None) -> Generator[Searched]:
        """The memory as it is now, and what is derived from that; nobody waits for who looks at it."""
        with ExitStack() as stack:
            with self._syncing:
                stack.enter_context(self._database.snapshot())
                with self._synced():
                    searched = self._searched(at, known)
            yield searched

    def _searched(self, at: datetime | None = None, known: datetime | None = None) -> Searched:
        """All that recall looks into, up to date; of the crystals, those that are believed."""
        postings = self._postings.synced()
        return Searched(
            self._crystals,
            self._vectors.synced(),
            postings,
            self._names,
            self._vectors.items,
            kept_weights(self._crystals.learned),
            Spreading(self._crystals, postings),
            lambda ids: self._current(ids, at, known),
        )

    def _meant(self) -> None:
        """Encode by what symbols are known to mean by now: another process may have learned it."""
        if items_name(self._crystals.learned, self._embedder) != self._vectors.items.name:
            self._vectors.items = kept_items(self._crystals.learned, self._embedder)
