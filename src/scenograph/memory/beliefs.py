"""
What a memory believes: since when, of which time it is true, what corrected it, what contradicts it.

    >>> import tempfile
    >>> from scenograph.core.scene import Scene
    >>> from scenograph.memory import Memory
    >>> with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
    ...     old = memory.remember(Scene.parse('(a / Alan_Bean :birthDate "1935-03-15")'))
    ...     new = memory.correct(old, Scene.parse('(a / Alan_Bean :birthDate "1932-03-15")'))
    ...     [hit.id for hit in memory.recall("alan bean")] == [new], memory.get(new).replaces == (old,)
    (True, True)

Both times are explained in `scenograph.memory.store.validity`. Law: `known=` a time shows what was shown at
that time, without what was forgotten since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from scenograph.core.field import Rule, only_one
from scenograph.core.links import is_role
from scenograph.core.scene import Scene
from scenograph.errors import RefusedError
from scenograph.memory.contradictions import Search, conflicting
from scenograph.memory.functional import FunctionalRole, functional_roles
from scenograph.memory.labels import Scalar, write_labels
from scenograph.memory.records import (
    Contradiction,
    Crystal,
    Ingested,
    Note,
    Place,
    Unmeasured,
    Validity,
    micros,
    moment,
)
from scenograph.memory.state import State
from scenograph.memory.store.crystals import SourcedScene
from scenograph.memory.store.rows import chunks, now
from scenograph.memory.store.sources import Origin
from scenograph.memory.store.validity import Belief, Interval, believed

_BATCH = 1000  # notes written together


class Beliefs:
    """The part of a memory that says what is believed, and changes it. `Memory` documents its methods."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._database = state.database
        self._crystals = state.crystals
        self._validities = state.validities
        self._functional: tuple[int, list[FunctionalRole]] | None = None

    # --- storing --------------------------------------------------------------------------------------------

    def remember(self, notes: Iterable[Note | Scene]) -> list[int]:
        """Remember all of *notes* or none; return the id of each."""
        with self._state.transaction():
            return [crystal for some in chunks(notes, _BATCH) for crystal, _ in self._store(some)]

    def ingest(
        self, notes: Iterable[Note | Scene], batch: int, progress: Callable[[int, int], None] | None
    ) -> Ingested:
        """Remember *notes*, a batch in each transaction."""
        done = Ingested(0, 0)
        for some in chunks(notes, batch):
            with self._state.transaction():
                stored = self._store(some)
                self._crystals.words.tidy()
            done = Ingested(done.notes + len(stored), done.new + sum(new for _, new in stored))
            if progress is not None:
                progress(done.notes, done.new)
        return done

    def keep(
        self,
        text: str,
        language: str | None,
        source: str | None,
        place: Place | None,
        tags: Collection[str],
        metadata: Mapping[str, Scalar],
        expires: datetime | None,
    ) -> int:
        """Store a text that could not be read; return its id."""
        labels, until = write_labels(tags, metadata), None if expires is None else micros(expires)
        with self._state.transaction():
            return self._crystals.keep([Origin(text, language, source, now(), place, labels, until)])[0][0]

    def unmeasured(self, after: int, limit: int, again: bool) -> list[Unmeasured]:
        """Sources that were not measured; see `Memory.unmeasured`. Damaged scenes are passed over."""
        with self._database.snapshot():
            places = self._crystals.sources.measured.missing(after, limit, again=again)
            ids = list(dict.fromkeys(crystal for crystal, _ in places))
            scenes = self._crystals.sound(ids)
            sources = {it.id: it for it in chain(*self._crystals.sources.of(list(scenes)).values())}
        return [
            Unmeasured(number, crystal, scenes[crystal], source.text, source.language)
            for crystal, number in places
            if (source := sources.get(number)) is not None and source.text is not None
        ]

    def correct(self, crystal: int, by: Scene | Note) -> int:
        """Believe *by* instead of *crystal*; return the id of what is believed now."""
        note = Note(by) if isinstance(by, Scene) else by
        true = _interval(note)
        with self._state.transaction():
            old = self._crystals.get(crystal)
            if old.unread:
                raise RefusedError(
                    f"crystal {crystal} is a text that was not read; remember its scene, with this text"
                )
            learned = micros(old.learned)
            rows = self._rows(crystal, learned)
            if not believed(rows):
                raise RefusedError(f"crystal {crystal} is not believed any more{_by(rows)}")
            at = self._time_after(crystal, rows, note)
            new, is_new = self._crystals.learn([_sourced(note, at)])[0]
            if new != crystal:
                self._believe(new, true, at, is_new=is_new, by_clock=False)
            self._validities.replace(crystal, learned, at, new, true)
            self._crystals.changes.log("correct", [crystal])
        return new

    def _time_after(self, crystal: int, rows: Sequence[Belief], note: Note) -> int:
        """When *note* corrects *crystal*: later than all that was believed of both."""
        last = max(row.known_from for row in rows)
        known = self._crystals.find(note.scene)
        if known is not None and known != crystal:
            others = self._validities.of([known]).get(known, [])
            last = max(last, *(row.known_until or 0 for row in others), 0)
        if note.time is None:
            return max(now(), last + 1)
        if micros(note.time) <= last:
            raise RefusedError(
                f"crystal {crystal} cannot be corrected as of {note.time}: it, or what is to replace it, "
                f"changed at {moment(last)}; give a later time"
            )
        return micros(note.time)

    def _store(self, notes: Sequence[Note | Scene]) -> list[tuple[int, bool]]:
        """Store *notes*; for each, the id of its crystal and whether that is new."""
        notes = [Note(note) if isinstance(note, Scene) else note for note in notes]
        intervals = list(map(_interval, notes))
        time = now()
        stated = [_sourced(note, time if note.time is None else micros(note.time)) for note in notes]
        stored = self._crystals.learn(stated)
        if any(true.is_stated for true in intervals) or self._validities.is_used():
            for note, one, true, (crystal, is_new) in zip(notes, stated, intervals, stored, strict=True):
                self._believe(crystal, true, one.learned, is_new=is_new, by_clock=note.time is None)
        return stored

    def _believe(self, crystal: int, true: Interval, at: int, *, is_new: bool, by_clock: bool) -> None:
        """Believe that *crystal* is *true*, as was stated *at* some time."""
        if is_new:
            if true.is_stated:
                self._validities.write(crystal, [Belief(true, at)])
            return
        learned = self._crystals.learned_at([crystal])[crystal]
        changed = self._validities.restate(crystal, learned, true, at, by_clock=by_clock)
        if changed:
            self._crystals.changes.log(changed, [crystal])

    # --- looking --------------------------------------------------------------------------------------------

    def get(self, crystal: int) -> Crystal:
        """The crystal of this id, with its validity."""
        with self._database.snapshot():
            return self._with_validity(self._crystals.get(crystal))

    def _with_validity(self, crystal: Crystal) -> Crystal:
        if not self._validities.is_used():
            return crystal
        rows = self._validities.of([crystal.id]).get(crystal.id, ())
        replaces = self._validities.replaced_by(crystal.id)
        return replace(crystal, validity=tuple(row.record() for row in rows), replaces=tuple(replaces))

    def walk(self) -> Iterator[Crystal]:
        """All crystals, in the order they were learned."""
        after = 0
        while True:
            with self._database.snapshot():  # it ends before the caller works: the caller may write
                crystals = [self.get(crystal) for crystal in next(self._crystals.walk(after=after), [])]
            if not crystals:
                return
            yield from crystals
            after = crystals[-1].id

    def validity(self, crystal: int) -> tuple[Validity, ...]:
        """When *crystal* is true, in the order in which that was stated."""
        with self._database.snapshot():
            learned = micros(self._crystals.get(crystal).learned)
            return tuple(row.record() for row in self._rows(crystal, learned))

    def believed(self, at: datetime | None, known: datetime | None) -> list[int]:
        """The ids of all crystals that are believed, in order."""
        with self._database.snapshot():
            return [
                crystal for some in self._crystals.walk() for crystal in self._state.current(some, at, known)
            ]

    def _rows(self, crystal: int, learned: int) -> list[Belief]:
        return self._validities.of([crystal]).get(crystal) or [Belief(Interval(), learned)]

    # --- contradictions -------------------------------------------------------------------------------------

    def contradictions(self, rules: Iterable[Rule] | None, about: int | None) -> list[Contradiction]:
        """The crystals that cannot all be so."""
        with self._database.snapshot():
            if rules is None:
                rules = [only_one(one.role) for one in self.functional_roles() if is_role(one.role)]
            search = Search(rules, self._validities.times)
            scene = None if about is None else self._crystals.get(about).scene
            near = conflicting(self._crystals, scene, search.single) if scene and search.is_local else None
            if about is not None and near is not None:
                near = sorted({*near, about})
            return [
                Contradiction(one.rule, one.sides, tuple(map(self.get, one.crystals)))
                for one in search.run(lambda: self._scenes(near))
                if about is None or about in one.crystals
            ]

    def _scenes(self, ids: Sequence[int] | None = None) -> Iterator[tuple[int, Scene]]:
        """The scenes that are believed, all or those of *ids*, a few hundred at a time."""
        for some in self._crystals.walk() if ids is None else chunks(ids):
            yield from self._crystals.scenes(self._state.current(some)).items()

    def functional_roles(self) -> list[FunctionalRole]:
        """The roles in which each thing has one value."""
        with self._database.snapshot():
            size = self._database.next_id("crystals")
            if self._functional is None or not self._functional[0] <= size <= 1.1 * self._functional[0]:
                self._functional = size, functional_roles(scene for _, scene in self._scenes())
            return list(self._functional[1])


_ANY_TIME = Interval()


def _interval(note: Note) -> Interval:
    """When *note* says that its scene is true. Raises `StoreError` if that is no time at all."""
    if note.true_from is None and note.true_until is None:
        return _ANY_TIME
    start, end = (None if time is None else micros(time) for time in (note.true_from, note.true_until))
    if start is not None and end is not None and end <= start:
        raise RefusedError(
            f"a scene cannot be true until {note.true_until} if it is true from {note.true_from} on; "
            "let it end after it begins"
        )
    return Interval(start, end)


def _sourced(note: Note, at: int) -> SourcedScene:
    labels = write_labels(note.tags, note.metadata)
    until = None if note.expires is None else micros(note.expires)
    origin = Origin(note.text, note.language, note.source, at, note.place, labels, until, note.measured)
    return SourcedScene(note.scene, at, (origin,))


def _by(rows: Sequence[Belief]) -> str:
    """In words, what has replaced a crystal of these *rows*, and what to do."""
    last = max(rows, key=lambda row: row.known_until or 0).replaced_by
    return (
        "; remember it again first" if last is None else f": crystal {last} has replaced it; correct that one"
    )
