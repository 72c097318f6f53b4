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

A memory is a folder: `memory.db` (SQLite) is the truth. The indexes beside it are derived from it and may be
deleted at any time. What `Memory.remember` has returned an id for is on the disk (law 9). No model is asked.

`Memory` is the face; the work is done by its parts, which share one `State` (`.state`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from scenograph.core.field import Rule
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.files import drop_drafts
from scenograph.memory.arguments import Count, Size, checked
from scenograph.memory.beliefs import Beliefs
from scenograph.memory.functional import FunctionalRole
from scenograph.memory.index.vector_index import DEFAULT, files, parse_address
from scenograph.memory.learning.atlas import Atlas
from scenograph.memory.learning.consolidation import Consolidation, Learning
from scenograph.memory.learning.meanings import Embedder
from scenograph.memory.learning.weights import LearnedWeights
from scenograph.memory.recall.recall import recall
from scenograph.memory.records import (
    Change,
    Contradiction,
    Crystal,
    Hit,
    Ingested,
    Merged,
    Note,
    Stats,
    UnreadText,
    Validity,
    moment,
)
from scenograph.memory.state import DATABASE, State
from scenograph.memory.store.damage import names_damage
from scenograph.memory.store.database import Database, is_there
from scenograph.memory.store.rows import chunks, now
from scenograph.memory.store.sources import Origin
from scenograph.memory.transfer.transfer import Transfer
from scenograph.progress import Progress

_BATCH = 1000  # notes written together


@checked
@names_damage
class Memory:
    """
    A memory on disk. Threads may share one; processes open their own: many read while one writes.

    Use it in a `with` block, or call `close`.

    Raises:
        TypeError: from each method, at an argument of another type; what is out of range is a `StoreError`
    """

    def __init__(self, state: State) -> None:
        self.folder = state.folder
        self._state = state
        self._database = state.database
        self._crystals = state.crystals
        self._beliefs = Beliefs(state)
        self._learning = Learning(state)
        self._transfer = Transfer(state)

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
            embedder: where `consolidate` takes from what symbols mean; by default memory's own scenes
            read_only: write nothing, neither in *folder* nor elsewhere; calls that change the memory are
                refused. Such a memory can be in a folder that nobody can write. Vectors are searched with
                FAISS, in RAM where the saved index does not fit
        Raises:
            StoreError: if there is none, it is damaged, locked, or of a newer version, or *vectors* no index
        """
        parse_address(vectors)
        path = Path(folder)
        if not is_there(path / DATABASE) and files(path):
            raise StoreError(
                f"{path / DATABASE} is missing, but its index is there; restore it from a copy or an export"
            )
        if read_only:
            create, vectors = False, DEFAULT
        else:
            drop_drafts(path)
        database = Database(path / DATABASE, wait=wait, create=create, read_only=read_only)
        try:
            state = State(path, database, vectors, embedder)
            state.derive()
        except BaseException:
            database.close()
            raise
        return cls(state)

    # --- storing --------------------------------------------------------------------------------------------

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
                nothing is stored then
        """
        return self.remember_many([Note(scene, text, language, source, time, true_from, true_until)])[0]

    def remember_many(self, notes: Iterable[Note | Scene]) -> list[int]:
        """
        Remember all of *notes* or, if anything fails, none; on return they are on the disk.

        Returns:
            One crystal id for each note, in order; equal scenes have equal ids.
        """
        with self.transaction():
            return [crystal for some in chunks(notes, _BATCH) for crystal, _ in self._beliefs.learn(some)]

    def ingest(
        self,
        notes: Iterable[Note | Scene],
        *,
        batch: Size = _BATCH,
        progress: Callable[[int, int], None] | None = None,
    ) -> Ingested:
        """
        Remember *notes*, however many, a batch at a time; each batch is on the disk before the next is read.

        If anything fails, the batches before it stay remembered.

        Args:
            notes: what to remember; taken as it is needed, so that few are in memory at once
            batch: how many are written together
            progress: called after each batch with the number of notes taken and of new crystals so far
        Raises:
            StoreError: if the disk fails or another process keeps writing; its batch is not stored then
        """
        done = Ingested(0, 0)
        for some in chunks(notes, batch):
            with self.transaction():
                stored = self._beliefs.learn(some)
                self._crystals.words.tidy()
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

    def correct(self, crystal: int, by: Scene | Note) -> int:
        """
        Believe *by* instead of *crystal* from now on, or from the note's time.

        The corrected crystal stays, with when it was believed and what replaced it; remembered once more it
        is believed again. Where *by* has the same scene, only the times at which it is true are corrected.

        Returns:
            The id of the crystal that is believed now.
        Raises:
            StoreError: if there is no such crystal, it is not believed any more, or the note's time is before
                the last change of it; nothing is changed then
        """
        return self._beliefs.correct(crystal, by)

    def used(self, ids: Iterable[int]) -> None:
        """Associate crystals that served together, such as those that an answer rests on."""
        self._learning.tie(ids)

    def forget(self, *ids: int) -> int:
        """
        Forget crystals and unread texts for good: scenes, source texts, words, symbols, ties and vectors.

        Where what was learned from them says something that no other crystal says, it is unlearned.
        What is removed is overwritten with zeros. If another process is reading meanwhile, the log keeps the
        old pages until the next write after it has done so. The history keeps the numbers and times alone.

        Returns:
            How many of *ids* were remembered.
        """
        return self._state.forget(*ids)

    @contextmanager
    def transaction(self) -> Generator[Self]:
        """Everything the block writes, or nothing; on the disk when the outermost block ends. Blocks nest."""
        with self._state.transaction():
            yield self

    # --- finding --------------------------------------------------------------------------------------------

    def recall(
        self, cue: Scene | str, k: Count = 10, *, at: datetime | None = None, known: datetime | None = None
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
        with self._state.view(at, known) as searched:
            hits = recall(cue, k, searched)
            ids = [hit.id for hit in hits]
            sources, learned = self._crystals.sources.of(ids), self._crystals.learned_at(ids)
            validity, unread = self._beliefs.of(ids), self._crystals.unread_among(ids)
        return [
            replace(
                hit,
                sources=sources[hit.id],
                learned=moment(learned[hit.id]),
                unread=hit.id in unread,
                validity=validity.get(hit.id, ()),
            )
            for hit in hits
        ]

    def find(self, scene: Scene) -> int | None:
        """The id of *scene*, None if it is not remembered."""
        with self._database.snapshot():
            return self._crystals.find(scene)

    def get(self, crystal: int) -> Crystal:
        """The crystal of this id. Raises `StoreError` if there is none or it is damaged."""
        return self._beliefs.get(crystal)

    def saying(self, text: str) -> list[int]:
        """
        All crystals, believed or not, and unread texts that say every word of *text*, in order of their ids.

        Words are looked for in their texts and in the symbols of their scenes, in any form; words in quotes
        one after the other: `memory.saying('"old bridge" Oleg')`. `recall` finds what answers a text best;
        this finds all that mentions it.

        Raises:
            StoreError: if *text* has no word
        """
        with self._database.snapshot():
            return self._crystals.words.saying(text)

    def unread(self) -> list[UnreadText]:
        """The texts that were stored unread and not read since, once for each source."""
        with self._database.snapshot():
            return list(self._crystals.unread())

    def __contains__(self, scene: object) -> bool:
        return isinstance(scene, Scene) and self.find(scene) is not None

    def __len__(self) -> int:
        with self._database.snapshot():
            return self._crystals.count()

    def __iter__(self) -> Iterator[Crystal]:
        """All crystals, in the order they were learned."""
        after = 0
        while True:
            with self._database.snapshot():  # it ends before the caller works: the caller may write
                crystals = [self.get(crystal) for crystal in next(self._crystals.walk(after=after), [])]
            if not crystals:
                return
            yield from crystals
            after = crystals[-1].id

    # --- beliefs --------------------------------------------------------------------------------------------

    def validity(self, crystal: int) -> tuple[Validity, ...]:
        """
        When *crystal* is true and since when that is believed, in the order it was stated; never empty.

        Raises:
            StoreError: if there is no such crystal, or it is damaged
        """
        return self._beliefs.validity(crystal)

    def believed(self, *, at: datetime | None = None, known: datetime | None = None) -> list[int]:
        """
        The ids of all crystals that are believed, in order.

        Args:
            at: only what is true at this time; by default at any
            known: as it was known at this time; by default now
        """
        return self._beliefs.believed(at, known)

    def history(self, crystal: int | None = None) -> list[Change]:
        """What happened, in order; with *crystal*, to that one only."""
        with self._database.snapshot():
            return list(self._crystals.changes.changes(crystal=crystal))

    def contradictions(
        self, rules: Iterable[Rule] | None = None, *, about: int | None = None
    ) -> list[Contradiction]:
        """
        The crystals that cannot all be true, by *rules* or because one denies what another says.

        Args:
            rules: which say what is a conflict, `scenograph.core.only_one` for instance; by default that each
                of the `functional_roles` has one value
            about: only those that this crystal is part of; quick, with no other rules than `only_one`
        Raises:
            StoreError: at a damaged record
            RuleError: if the rules derive without end, or cannot be stratified
        """
        return self._beliefs.contradictions(rules, about)

    def functional_roles(self) -> list[FunctionalRole]:
        """
        The roles in which each thing has one value, as far as what is believed shows; see
        `scenograph.memory.functional`. They are cached until a tenth more crystals have been remembered.

        Raises:
            StoreError: at a damaged record
        """
        return self._beliefs.functional_roles()

    # --- learning -------------------------------------------------------------------------------------------

    def consolidate(
        self, *, full: bool = False, progress: Progress | None = None, seed: Count = 0
    ) -> Consolidation:
        """
        Learn from what is remembered, and store it smaller (`scenograph.memory.learning.consolidation`).

        No digest changes. What is learned is stored step by step: stopped, the same call goes on.

        Args:
            full: learn everything again, also where little is new
            progress: receives how it goes
            seed: draws what is learned from, where there is more than is needed
        Returns:
            Figures before and after.
        """
        return self._learning.consolidate(full=full, progress=progress, seed=seed)

    def learn_weights(
        self,
        *,
        cues: Size = 150,
        seed: Count = 0,
        exclude: Collection[int] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> LearnedWeights:
        """
        Learn from cues made of this memory's own crystals how much each part of a resonance counts.

        Args:
            cues: how many are made for each kind of cue
            seed: what crystals and cues are drawn by
            exclude: crystals that no cue is made of
            progress: called with the cues that are done and all that there are to do
        Returns:
            What was learned, and what it helps.
        """
        return self._learning.learn_weights(cues=cues, seed=seed, exclude=exclude, progress=progress)

    def atlas(self, most: Size = 3000, *, seed: Count = 0) -> Atlas:
        """
        The memory on a plane, with its clusters; those of the last `consolidate`, or found now.

        Args:
            most: crystals that are placed at most; a sample of more, drawn from *seed*
        """
        return self._learning.atlas(most, seed)

    # --- moving ---------------------------------------------------------------------------------------------

    def export_to(self, file: IO[str]) -> int:
        """
        Write this memory to *file* as JSON lines (`scenograph.memory.transfer.lines`).

        Returns:
            How many crystals and unread texts that were.
        Raises:
            StoreError: at a damaged record
        """
        return self._transfer.export_lines(file)

    def export_rdf(self, file: IO[str]) -> int:
        """
        Write this memory to *file* as N-Quads, a named graph for each crystal; as `export_to` otherwise.

        Raises:
            MissingExtraError: if pyoxigraph is not installed
        """
        return self._transfer.export_rdf(file)

    def import_from(self, lines: Iterable[str | bytes]) -> int:
        """
        Add an exported memory to this one, wholly or not at all.

        Args:
            lines: what `export_to` wrote, an open file for instance
        Returns:
            How many crystals were new.
        Raises:
            StoreError: naming the line that cannot be imported
        """
        return self._transfer.import_lines(lines)

    def import_rdf(self, file: IO[str]) -> int:
        """
        Add a memory that `export_rdf` wrote to this one; as `import_from` otherwise.

        Raises:
            MissingExtraError: if pyoxigraph is not installed
        """
        return self._transfer.import_rdf(file)

    def merge(self, other: Memory | str | os.PathLike[str]) -> Merged:
        """
        Add all that *other*, a memory or its folder, holds to this one; *other* stays as it is.

        Sources and validity are united: what either of them has corrected is corrected.

        Returns:
            What was new.
        Raises:
            StoreError: if there is no memory, or it holds a damaged record; nothing is added then
        """
        return self._transfer.merge(other.folder if isinstance(other, Memory) else other)

    # --- care -----------------------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """Figures of this memory."""
        return self._state.stats()

    def check(self) -> list[str]:
        """
        Compare everything with everything: pages, seals, keys, history, entities, words, lexicons, indexes.

        Returns:
            One line for each thing wrong; none if the memory is sound.
        """
        return self._state.check()

    def rebuild_index(self) -> None:
        """
        Build all that is derived from crystals and sources again: entities, words, postings and vectors.

        Damaged copies of the lexicon are written again from sound ones.
        """
        self._state.rebuild()

    def close(self) -> None:
        """Close the memory, with the index saved if what is saved lags far behind; harmless twice."""
        self._state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
