"""
Moving memories: a memory as a stream of records, and how another memory takes them in.

A record is a crystal with its sources and validity (`Moved`), or a text not yet read (`Origin`). They are
written as JSON lines (`.lines`) or as RDF (`.quads`), or go from memory to memory. Taking them in is a union:

* a crystal that is known gains sources; the crystal, and a source that both know, get the earlier time, and
  the source the lower of what was measured;
* rows of validity are joined (`.validity`): what either side has corrected is corrected;
* a text that one side has read since the other stored it is not unread any more.

So taking in the same twice changes nothing, and two memories that take in each other differ in numbers and
order only. Crystals refer to what replaced them by digest; a reference to a crystal that comes later waits
for it. Only these references and some hundreds of records are in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scenograph.core.scene import Scene
from scenograph.memory.labels import write_labels
from scenograph.memory.records import Merged, Source, UnreadText, micros
from scenograph.memory.store.crystals import Crystals, SourcedScene
from scenograph.memory.store.rows import chunks
from scenograph.memory.store.sources import SILENT, Origin
from scenograph.memory.store.validity import Belief, Interval, Validities, believed, joined


class Replaced(NamedTuple):
    """A row of validity, and the digest (not the number) of the crystal that replaced it."""

    belief: Belief
    by: bytes | None


class Moved(NamedTuple):
    """A crystal on its way: digest, scene in canonical order, time in microseconds, sources, validity."""

    digest: bytes
    scene: Scene
    learned: int
    origins: tuple[Origin, ...]
    beliefs: tuple[Replaced, ...]


def export_records(crystals: Crystals, validities: Validities) -> Iterator[Moved | Origin]:
    """All of a memory, in the order it came. Raises `StoreError` at a damaged record."""
    for ids in crystals.walk():
        rows = validities.of(ids)
        for crystal in map(crystals.get, ids):
            origins = map(origin_of, crystal.sources)
            beliefs = (_by_digest(row, crystals) for row in rows.get(crystal.id, ()))
            scene = crystal.scene.canonical()  # a record keeps no drawing
            yield Moved(scene.digest, scene, micros(crystal.learned), tuple(origins), tuple(beliefs))
    for unread in crystals.unread():
        yield origin_of(unread)


def origin_of(source: Source | UnreadText) -> Origin:
    """Return the columns of *source*."""
    labels = write_labels(source.tags, source.metadata)
    until = None if source.expires is None else micros(source.expires)
    text, language, name, place = source.text, source.language, source.source, source.place
    measured = source.measured if isinstance(source, Source) and text is not None else None
    return Origin(text, language, name, micros(source.time), place, labels, until, measured)


def _by_digest(row: Belief, crystals: Crystals) -> Replaced:
    by = row.replaced_by
    return Replaced(row._replace(replaced_by=None), None if by is None else crystals.scenes([by])[by].digest)


def import_records(records: Iterable[Moved | Origin], crystals: Crystals, validities: Validities) -> Merged:
    """Take *records* in; return what was new. Whoever calls has a transaction open."""
    arrival = _Arrival(crystals, validities)
    is_empty = arrival.is_empty()
    for some in chunks(records):
        arrival.take([record for record in some if isinstance(record, Moved)])
        arrival.keep(record for record in some if not isinstance(record, Moved))
    if not is_empty:  # what an empty memory takes in stays as it was, whatever that was
        arrival.drop_read()
    return Merged(arrival.crystals, arrival.sources, arrival.validity, arrival.unread)


class _Arrival:
    """Takes records in, some at a time."""

    def __init__(self, crystals: Crystals, validities: Validities) -> None:
        self._crystals = crystals
        self._validities = validities
        self._execute = crystals.database.execute
        self._first = crystals.database.next_id("sources")
        self._waiting: dict[bytes, list[tuple[int, Belief]]] = {}  # digest → rows that it has replaced
        self.crystals = self.sources = self.validity = self.unread = 0  # how many were new

    def is_empty(self) -> bool:
        """Whether nothing is there yet."""
        return not any(self._execute(f"SELECT 1 FROM {table} LIMIT 1") for table in ("crystals", "sources"))

    def take(self, some: Sequence[Moved]) -> None:
        """Take crystals in."""
        next_id = self._crystals.database.next_id
        first = next_id("sources")
        stated = [SourcedScene(one.scene, one.learned, one.origins) for one in some]
        stored = self._crystals.learn(stated, is_reading=False)
        self.sources += next_id("sources") - first
        learned = self._crystals.learned_at([crystal for crystal, is_new in stored if not is_new])
        for one, (crystal, is_new) in zip(some, stored, strict=True):
            if is_new:
                self.crystals += 1
                self.sources -= len({origin.said for origin in one.origins} - {SILENT})
                self._join(crystal, one, [], is_new=True)
            else:
                self._join(crystal, one, [Belief(Interval(), learned[crystal])], is_new=False)
                self._date_back(crystal, one)
            for replaced, belief in self._waiting.pop(one.digest, ()):
                rows = self._validities.of([replaced])[replaced]
                self._validities.write(replaced, joined(rows, [belief._replace(replaced_by=crystal)]))

    def _date_back(self, crystal: int, one: Moved) -> None:
        self._crystals.date_back(crystal, one.learned)
        for origin in one.origins:
            self._crystals.sources.date_back(crystal, origin)

    def _join(self, crystal: int, one: Moved, implied: list[Belief], *, is_new: bool) -> None:
        """Join the validity of *crystal*, which without rows is *implied*, with that of *one*."""
        ours = [] if is_new else self._validities.of([crystal]).get(crystal, [])
        if not ours and not one.beliefs:
            return
        theirs = [self._resolved(crystal, one.digest, *row) for row in one.beliefs]
        rows = joined(ours or implied, theirs or [Belief(Interval(), one.learned)])
        if rows != ours:
            self._validities.write(crystal, rows)
            self.validity += 1
            was, held = is_new or bool(believed(ours or implied)), bool(believed(rows))
            if was != held:
                self._crystals.changes.log("correct" if was else "restore", [crystal])
            elif not is_new:
                self._crystals.changes.log("time", [crystal])

    def _resolved(self, crystal: int, digest: bytes, belief: Belief, by: bytes | None) -> Belief:
        """*belief* with the number of what replaced it; what has not arrived yet is waited for."""
        if by is None:
            return belief
        known = crystal if by == digest else self._crystals.find_digest(by)
        if known is None:
            self._waiting.setdefault(by, []).append((crystal, belief))
        return belief._replace(replaced_by=known)

    def keep(self, some: Iterable[Origin]) -> None:
        """Take texts in that could not be read."""
        origins = list(some)
        first = self._crystals.database.next_id("sources")
        stored = self._crystals.keep(origins)
        self.unread += self._crystals.database.next_id("sources") - first
        for origin, (crystal, _) in zip(origins, stored, strict=True):
            self._crystals.date_back(crystal, origin.heard)
            self._crystals.sources.date_back(crystal, origin)

    def drop_read(self) -> None:
        """Drop the unread texts that have been read, here or there, since they were stored."""
        if not self._crystals.count_unread():
            return
        read = {
            row[0]
            for row in self._execute(
                """WITH unread AS MATERIALIZED (
                       SELECT crystal, text, heard FROM sources
                       WHERE crystal IN (SELECT id FROM crystals WHERE lesson = -1)
                   )
                   SELECT DISTINCT unread.crystal FROM sources AS read CROSS JOIN unread
                   ON unread.text = read.text AND unread.heard <= read.heard
                   WHERE read.crystal NOT IN (SELECT id FROM crystals WHERE lesson = -1)"""
            )
        }
        for sources in self._crystals.sources.ids(sorted(read)).values():
            self.unread -= sum(source >= self._first for source in sources)
        self._crystals.drop_unread(read)
