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
deleted at any time. So may `memory.db-sums`, by which damage to the file is found when it is opened. What
`Memory.remember` has returned an id for is on the disk (law 9). No model is asked.
`Memory` is the face; its parts do the work and share one `State` (`.state`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Self

from scenograph.closing import Closing
from scenograph.core.field import Rule
from scenograph.core.scene import Scene
from scenograph.memory.arguments import Count, Size, checked
from scenograph.memory.beliefs import Beliefs
from scenograph.memory.filters import Filter
from scenograph.memory.functional import FunctionalRole
from scenograph.memory.index.vector_index import DEFAULT
from scenograph.memory.index.vectors import Vectors
from scenograph.memory.labels import Scalar
from scenograph.memory.learning.atlas import Atlas
from scenograph.memory.learning.consolidation import Consolidation, Learning
from scenograph.memory.learning.meanings import Embedder
from scenograph.memory.learning.weights import LearnedWeights
from scenograph.memory.recalling import encoded, recall_many
from scenograph.memory.records import (
    Change,
    Contradiction,
    Crystal,
    Forgotten,
    Hit,
    Ingested,
    Measured,
    Merged,
    Note,
    Place,
    SourceTotal,
    Stats,
    Unmeasured,
    UnreadText,
    Validity,
)
from scenograph.memory.state import State
from scenograph.memory.store.damage import names_damage
from scenograph.memory.transfer.transfer import Transfer
from scenograph.progress import Progress
from scenograph.tracing import span


@checked
@names_damage
class Memory(Closing):
    """
    A memory on disk, for a `with` block, or to `close`. Threads may share one; processes open their own: many
    read while one writes.

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
            read_only: write nothing anywhere, and refuse calls that change the memory. Vectors are searched
                with FAISS, in RAM where the saved index does not fit
        Raises:
            StoreError: if there is none, it is damaged, locked, or of a newer version, or *vectors* no index
        """
        return cls(State.open(folder, create, wait, vectors, embedder, read_only))

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
        place: Place | None = None,
        tags: Collection[str] = (),
        metadata: Mapping[str, Scalar] | None = None,
        expires: datetime | None = None,
    ) -> int:
        """
        Remember *scene*; return the id of its crystal, which is on the disk then.

        A scene that is known already gains a source and the times at which it is true, not a second crystal;
        if it had been corrected, it is believed again.

        Args:
            scene, text, language, source, time, true_from, true_until, place: as in `Note`
            tags, metadata, expires: likewise
        Raises:
            StoreError: if the disk fails, another process keeps writing, or it would be true for no time
        """
        note = Note(
            scene, text, language, source, time, true_from, true_until, place, tags, metadata or {}, expires
        )
        return self.remember_many([note])[0]

    def remember_many(self, notes: Iterable[Note | Scene]) -> list[int]:
        """Remember all of *notes* or none, as `remember`; equal scenes have equal ids."""
        return self._beliefs.remember(notes)

    def ingest(
        self,
        notes: Iterable[Note | Scene],
        *,
        batch: Size = 1000,
        progress: Callable[[int, int], None] | None = None,
    ) -> Ingested:
        """
        Remember *notes*, however many; each batch is on the disk before the next is taken.

        Args:
            notes: what to remember; taken as it is needed
            batch: how many are written together
            progress: called after each batch with the number of notes taken and of new crystals so far
        Raises:
            StoreError: if the disk fails or another process keeps writing; earlier batches stay remembered
        """
        return self._beliefs.ingest(notes, batch, progress)

    def keep(
        self,
        text: str,
        *,
        language: str | None = None,
        source: str | None = None,
        place: Place | None = None,
        tags: Collection[str] = (),
        metadata: Mapping[str, Scalar] | None = None,
        expires: datetime | None = None,
    ) -> int:
        """
        Store a text that could not be read, until a scene is remembered with it; return its id.

        It is found by `recall` and `saying`, exported, merged and forgotten as a crystal is, marked `unread`.
        """
        return self._beliefs.keep(text, language, source, place, tags, metadata or {}, expires)

    def correct(self, crystal: int, by: Scene | Note) -> int:
        """
        Believe *by* instead of *crystal* from now on, or from the note's time; return the id of *by*.

        The corrected crystal stays, with when it was believed and what replaced it; remembered once more it
        is believed again. Where *by* has the same scene, only the times at which it is true are corrected.

        Raises:
            StoreError: if there is no such crystal, it is not believed any more, or the note's time is before
                the last change of it; nothing is changed then
        """
        return self._beliefs.correct(crystal, by)

    def used(self, ids: Iterable[int]) -> None:
        """Associate crystals that served together, such as those that an answer rests on."""
        self._learning.tie(ids)

    def forget(self, *ids: int, source: str | int | None = None) -> Forgotten:
        """
        Forget crystals and unread texts for good; zeros overwrite all that was made of them.

        What was learned from these alone is unlearned. The history keeps numbers and times. On a full disk
        the indexes make room, and are built again later.

            memory.forget(7)                        crystal 7, whoever stated it
            memory.forget(source="a letter")        all that the letter stated; what a book stated too stays
            memory.forget(7, source="a letter")     what the letter stated of crystal 7
            memory.forget(source=12)                source number 12 alone (`Source.id`): one wrong text

        Args:
            ids: crystals and unread texts
            source: the name or the number of a source: only what it stated, of *ids* or, without, of all. A
                crystal goes with its last source, unless it was remembered without any before
        Returns:
            What is gone, and what stays readable on the disk while another process reads an older state. The
            next write or `close` after that erases it; until then `stats` says so.
        """
        return self._state.erasure.forget(ids, source)

    @contextmanager
    def transaction(self) -> Generator[Self]:
        """Everything the block writes, or nothing; on the disk when the outermost block ends. Blocks nest."""
        with self._state.transaction():
            yield self

    def purge(self) -> Forgotten:
        """
        Forget for good what has expired, as `forget` does: expired sources, and crystals with their last one.

        Until then it is hidden from `recall`, `believed`, `contradictions` and `select`, and nothing else.
        """
        return self._state.erasure.purge()

    def select(
        self,
        among: Filter | None = None,
        *,
        words: str | None = None,
        after: Count = 0,
        limit: Size | None = None,
        expired: bool = False,
    ) -> list[int]:
        """
        The ids of all crystals and unread texts that fulfil a filter, believed or not, in order.

        Args:
            among: the filter; None: all
            words: only those that `saying` finds
            after, limit: only ids after this one, and so many at most, to go through them by pages
            expired: also those that have expired
        """
        with self._database.snapshot():
            return self._state.select(among, words=words, after=after, limit=limit, expired=expired)

    def recall_many(
        self,
        cues: Collection[Scene | str],
        k: Count = 10,
        *,
        at: datetime | None = None,
        known: datetime | None = None,
        among: Filter | None = None,
        least: float = 0.0,
        skip: Count = 0,
        expired: bool = False,
    ) -> list[list[Hit]]:
        """The hits of each of *cues*, as `recall` finds them, in one pass over one state of the memory."""
        with span("recall", cues=len(cues)) as step:
            found = recall_many(
                self._state, list(cues), k, at, known, among=among, least=least, skip=skip, expired=expired
            )
            step.tell(hits=sum(map(len, found)))
        return found

    def recall(
        self,
        cue: Scene | str,
        k: Count = 10,
        *,
        at: datetime | None = None,
        known: datetime | None = None,
        among: Filter | None = None,
        least: float = 0.0,
        skip: Count = 0,
        expired: bool = False,
    ) -> list[Hit]:
        """
        The *k* crystals that resonate most with *cue*, best first; fewer if no more have to do with it.

        A hit shares a word, concept or constant with *cue*, or has one that is more similar than by chance.
        So a cue about something else finds nothing. A text finds unread texts as well (`Hit.unread`).

        Args:
            cue: a part of a scene, a question with unknowns (which match anything), or a text
            k: how many hits at most
            at: only what is true at this time; by default at any
            known: as it was known at this time; by default what is believed now
            among: only what fulfils this filter, as if the memory held nothing else
            least: the least resonance of a hit
            skip: how many of the best hits to leave out, to go through them by pages
            expired: also what has expired
        """
        [hits] = self.recall_many(
            [cue], k, at=at, known=known, among=among, least=least, skip=skip, expired=expired
        )
        return hits

    def vectors(self, cues: Iterable[Scene | str]) -> Vectors:
        """
        The vectors by which `recall` compares scenes; that of a text is made of its words, or of its signs
        if it has no word.

        Returns:
            float32, shape (cues, 1024); rows of unit length, zero for a scene of unknowns only and for a
            blank text. They change when `consolidate` learns what symbols mean.
        """
        return encoded(self._state, cues)

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
        one after the other: `memory.saying('"old bridge" Oleg')`. Raises `StoreError` if *text* has no word.
        """
        with self._database.snapshot():
            return self._crystals.words.saying(text)

    def unread(self) -> list[UnreadText]:
        """The texts that were stored unread and not read since, once for each source."""
        with self._database.snapshot():
            return list(self._crystals.unread())

    def unmeasured(self, after: Count = 0, limit: Size = 256, *, again: bool = False) -> list[Unmeasured]:
        """
        Sources whose retention was not measured yet, in order of their numbers.

        Args:
            after, limit: only sources with a higher number, and so many at most, to go through them by pages
            again: also those that were measured
        """
        return self._beliefs.unmeasured(after, limit, again)

    def measure(self, found: Mapping[int, Measured]) -> None:
        """
        Store how well the scenes of sources, given by number, are said and read again.

        A memory says and reads nothing itself; `Mind.measure` does, and calls this.
        """
        with self._state.transaction():
            self._crystals.sources.measured.put(found)

    def __contains__(self, scene: object) -> bool:
        return isinstance(scene, Scene) and self.find(scene) is not None

    def __len__(self) -> int:
        with self._database.snapshot():
            return self._crystals.count()

    def __iter__(self) -> Iterator[Crystal]:
        """All crystals, in the order they were learned."""
        return self._beliefs.walk()

    def validity(self, crystal: int) -> tuple[Validity, ...]:
        """When *crystal* is true and since when that is believed, in the order it was stated; never empty."""
        return self._beliefs.validity(crystal)

    def believed(self, *, at: datetime | None = None, known: datetime | None = None) -> list[int]:
        """The ids of all crystals that are believed, in order; *at* and *known* as in `recall`."""
        return self._beliefs.believed(at, known)

    def history(self, crystal: int | None = None) -> list[Change]:
        """What happened, in order; with *crystal*, to that one only."""
        with self._database.snapshot():
            return list(self._crystals.changes.changes(crystal=crystal))

    def latest(self) -> int:
        """The number of the latest change, by whatever process; 0 before the first. It only grows."""
        with self._database.snapshot():
            return self._crystals.changes.watermark().seq

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
            RuleError: if the rules derive without end, or cannot be stratified
        """
        return self._beliefs.contradictions(rules, about)

    def functional_roles(self) -> list[FunctionalRole]:
        """The roles in which each thing has one value, as far as seen; see `scenograph.memory.functional`."""
        return self._beliefs.functional_roles()

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
            cues, seed: how many are made for each kind of cue, and what draws them
            exclude: crystals that no cue is made of
            progress: called with the cues that are done and all that there are to do
        """
        return self._learning.learn_weights(cues=cues, seed=seed, exclude=exclude, progress=progress)

    def atlas(self, most: Size = 3000, *, seed: Count = 0) -> Atlas:
        """At most *most* crystals on a plane, drawn by *seed*, in the clusters of the last `consolidate`."""
        return self._learning.atlas(most, seed)

    def export_to(self, file: IO[str]) -> int:
        """Write this memory to *file* as JSON lines; return how many crystals and unread texts that were."""
        return self._transfer.export_lines(file)

    def export_rdf(self, file: IO[str]) -> int:
        """As `export_to`, as N-Quads, a named graph for each crystal; needs pyoxigraph."""
        return self._transfer.export_rdf(file)

    def import_from(self, lines: Iterable[str | bytes]) -> int:
        """Add the memory that `export_to` wrote, all or nothing; return how many crystals were new."""
        return self._transfer.import_lines(lines)

    def import_rdf(self, file: IO[str]) -> int:
        """As `import_from`, of what `export_rdf` wrote."""
        return self._transfer.import_rdf(file)

    def merge(self, other: Memory | str | os.PathLike[str]) -> Merged:
        """Add all of *other*, a memory or its folder, or nothing; what either has corrected is corrected."""
        return self._transfer.merge(other.folder if isinstance(other, Memory) else other)

    def sources(self) -> list[SourceTotal]:
        """The named sources of this memory, such as documents, in alphabetical order."""
        return self._state.crystals.sources.totals()

    def stats(self) -> Stats:
        """Figures of this memory."""
        return self._state.stats()

    def check(self) -> list[str]:
        """Compare all tables and indexes: one line for each thing wrong, none if the memory is sound."""
        return self._state.check()

    def rebuild_index(self) -> None:
        """Build entities, words, postings and vectors again, and damaged copies of the lexicon."""
        self._state.rebuild()

    def close(self) -> None:
        """Close the memory, with the index saved if what is saved lags far behind; harmless twice."""
        self._state.close()
