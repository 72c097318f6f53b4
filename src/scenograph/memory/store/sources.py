"""Sources in SQLite: where each crystal was learned from."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from scenograph.errors import RefusedError, StoreError
from scenograph.memory.labels import read_labels
from scenograph.memory.records import GIVEN, Measured, Place, Source, SourceTotal, moment
from scenograph.memory.store.database import Database
from scenograph.memory.store.measured import Measurements
from scenograph.memory.store.opening import Row
from scenograph.memory.store.rows import Value, chunks, hashed, marks, seal, storable

# Texts are read as bytes: damaged, they may be no UTF-8 any more, and the record is to be named.
_SOURCE = (
    "id, crystal, CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB), CAST(place AS BLOB), "
    "CAST(labels AS BLOB), expires, heard, seal"
)

Said = tuple[str | None, str | None, str | None, Place | None, str | None, int | None]
"""Text, language, origin, place, labels and expiry: what tells one source of a crystal from another."""

SILENT: Said = (None, None, None, None, None, None)
"""A source that says nothing but when; it is kept only where others of the crystal expire."""


_MOST = 1 << 53  # larger than any place in a text


class Origin(NamedTuple):
    """
    The columns of a source: text, language, where it was found, when in microseconds, the place there.

    Its labels are as `scenograph.memory.labels` writes them; it expires at a time in microseconds, or never.
    What was measured of it is no part of what it says.
    """

    text: str | None
    language: str | None
    origin: str | None
    heard: int
    place: Place | None = None
    labels: str | None = None
    expires: int | None = None
    measured: Measured | None = None

    @property
    def said(self) -> Said:
        """
        All but the time and what was measured.

        Raises:
            StoreError: if a text cannot be stored, or the place is none that a document can have
        """
        for part in (self.text, self.language, self.origin, self.labels):
            if part is not None:
                storable(part)
        place = self.place
        if place and not (0 <= place.start <= place.end < _MOST and 0 < place.paragraph < _MOST):
            raise RefusedError(
                f"a document has no place {tuple(place)}; give start, end and paragraph from 1"
            )
        return self.text, self.language, self.origin, place, self.labels, self.expires


class Sources:
    """
    The rows of sources.

    Each has a hash of what it says in the column `said`, by which one among many of a crystal is found. The
    first source of a crystal may have 0 there, which takes no room: most crystals have only one.

    Attributes:
        measured: how well their scenes are said and read again
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.measured = Measurements(database)

    def write(self, origins: Iterable[tuple[int, Said, int]], new: Container[int] = ()) -> list[int]:
        """Store sources, each a crystal, what it says and when; return their numbers. *new* have none yet."""
        rows: list[tuple[Value, ...]] = []
        first = self._database.next_id("sources")
        last = 0
        for source, (crystal, said, heard) in enumerate(origins, first):
            sealed = _seal(source, crystal, said, heard)
            is_first = crystal > last and crystal in new
            number = 0 if is_first else _hashed(said)
            rows.append((source, crystal, *said[:3], heard, sealed, number, _written(said[3]), *said[4:]))
            last = max(crystal, last)
        self._database.execute_many("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return list(range(first, first + len(rows)))

    def having_text(self, crystals: Iterable[int]) -> set[int]:
        """Those of *crystals* that have a text."""
        query = "SELECT 1 FROM sources WHERE crystal = ? AND text IS NOT NULL LIMIT 1"
        return {crystal for crystal in crystals if self._database.execute(query, (crystal,))}

    def stated_by(self, source: str | int, crystals: Collection[int]) -> dict[int, dict[int, int]]:
        """
        The sources of this name or number, of *crystals* or, where these are none, of all.

        Returns:
            For each crystal that has any, when each of them was heard.
        """
        column, source = ("origin", storable(source)) if isinstance(source, str) else ("id", source)
        query = f"SELECT crystal, id, heard FROM sources WHERE {column} = ?"
        found: dict[int, dict[int, int]] = {}
        for crystal, number, heard in self._database.execute(query, (source,)):
            if not crystals or crystal in crystals:
                found.setdefault(crystal, {})[number] = heard
        return found

    def totals(self) -> list[SourceTotal]:
        """Each named source with how much it stated, in alphabetical order."""
        query = (
            "SELECT origin, count(DISTINCT crystal), min(heard), max(heard) FROM sources "
            "WHERE origin IS NOT NULL GROUP BY origin ORDER BY origin"
        )
        return [
            SourceTotal(name, crystals, moment(first), moment(last))
            for name, crystals, first, last in self._database.execute(query)
        ]

    def heard_apart_from(self, sources: Mapping[int, Collection[int]]) -> dict[int, list[int]]:
        """For each crystal of *sources*, when its other sources were heard."""
        query = "SELECT id, heard FROM sources WHERE crystal = ?"
        return {
            crystal: [
                heard for number, heard in self._database.execute(query, (crystal,)) if number not in some
            ]
            for crystal, some in sources.items()
        }

    def expire(self) -> bool:
        """Whether any source expires at some time."""
        return bool(self._database.execute("SELECT 1 FROM sources WHERE expires IS NOT NULL LIMIT 1"))

    def expiring(self, crystals: Iterable[int]) -> set[int]:
        """Those of *crystals* of which a source expires at some time."""
        if not self.expire():
            return set()
        query = "SELECT 1 FROM sources WHERE crystal = ? AND expires IS NOT NULL LIMIT 1"
        return {crystal for crystal in crystals if self._database.execute(query, (crystal,))}

    def expired(self, at: int) -> dict[int, dict[int, int]]:
        """The sources that have expired at a time: crystal → source → when it was heard."""
        found: dict[int, dict[int, int]] = {}
        query = "SELECT crystal, id, heard FROM sources WHERE expires <= ?"
        for crystal, number, heard in self._database.execute(query, (at,)):
            found.setdefault(crystal, {})[number] = heard
        return found

    def outlived(self, at: int) -> set[int]:
        """The crystals whose sources have all expired at a time, and that were never stated without one."""
        query = """SELECT crystal FROM sources AS old JOIN crystals ON crystals.id = crystal
                   WHERE expires <= ?1 AND NOT EXISTS (
                       SELECT 1 FROM sources AS other
                       WHERE other.crystal = old.crystal AND (other.expires IS NULL OR other.expires > ?1)
                   ) GROUP BY crystal HAVING max(learned) >= min(heard)"""
        return {row[0] for row in self._database.execute(query, (at,))}

    def hash_again(self) -> None:
        """Write the hashes again by which sources are found, as far as they are wrong."""
        for rows in self._database.pages(f"SELECT {_SOURCE}, said FROM sources WHERE id > ? ORDER BY id"):
            for *row, hashed_before in rows:
                with suppress(StoreError):  # a damaged source has no hash; `check` names it
                    said = _hashed(_said(row))
                    if hashed_before not in (0, said):
                        self._database.execute("UPDATE sources SET said = ? WHERE id = ?", (said, row[0]))

    def known(self, stated: Iterable[tuple[int, Said]]) -> dict[tuple[int, Said], int]:
        """Those of *stated*, each a crystal and what a source says, that are stored already, as numbers."""
        found: dict[tuple[int, Said], int] = {}
        for one in stated:
            crystal, said = one
            columns = "text, language, origin, place, labels, expires"
            query = f"SELECT id, {columns} FROM sources WHERE crystal = ? AND said IN (0, ?)"
            row = *said[:3], _written(said[3]), *said[4:]
            for number, *stored in self._database.execute(query, (crystal, _hashed(said))):
                if tuple(stored) == row:
                    found[one] = number
        return found

    def date_back(self, crystal: int, origin: Origin) -> None:
        """Let *crystal* have its source that says what *origin* says no later."""
        said = origin.said
        for (source,) in self._database.execute(
            "SELECT id FROM sources WHERE crystal = ? AND said IN (0, ?) AND text IS ? AND language IS ? "
            "AND origin IS ? AND place IS ? AND labels IS ? AND expires IS ? AND heard > ?",
            (crystal, _hashed(said), *said[:3], _written(said[3]), *said[4:], origin.heard),
        ):
            self._database.execute(
                "UPDATE sources SET heard = ?, seal = ? WHERE id = ?",
                (origin.heard, _seal(source, crystal, said, origin.heard), source),
            )

    def ids(self, ids: Sequence[int]) -> dict[int, list[int]]:
        """The numbers of the sources of each of *ids*."""
        found: dict[int, list[int]] = {crystal: [] for crystal in ids}
        for some in chunks(ids):
            for crystal, source in self._database.execute(
                f"SELECT crystal, id FROM sources WHERE crystal IN ({marks(len(some))}) ORDER BY id", some
            ):
                found[crystal].append(source)
        return found

    def of(self, ids: Sequence[int]) -> dict[int, tuple[Source, ...]]:
        """The sources of each of *ids*, in the order they came; damage raises `StoreError`."""
        found: dict[int, list[Source]] = {crystal: [] for crystal in ids}
        for some in chunks(ids):
            for row in self._database.execute(
                f"SELECT {_SOURCE} FROM sources WHERE crystal IN ({marks(len(some))}) ORDER BY id", some
            ):
                found[row[1]].append(_source(row))
        numbers = [source.id for sources in found.values() for source in sources if source.text is not None]
        if measured := self.measured.of(numbers):
            for sources in found.values():
                sources[:] = [
                    replace(it, measured=measured[it.id]) if it.id in measured else it for it in sources
                ]
        return {crystal: tuple(sources) for crystal, sources in found.items()}

    def texts(
        self, ids: Sequence[int], damaged: Literal["raise", "pass"] = "raise"
    ) -> dict[int, list[tuple[int, str]]]:
        """
        The texts of each of *ids* that has any, with the numbers of their sources, in order.

        Args:
            ids: crystals
            damaged: raise at a damaged one or pass it
        """
        found: dict[int, list[tuple[int, str]]] = {}
        for some in chunks(ids):
            query = f"SELECT {_SOURCE} FROM sources WHERE crystal IN ({marks(len(some))}) ORDER BY id"
            for row in self._database.execute(query, some):
                try:
                    text = _said(row)[0]
                except StoreError:
                    if damaged == "raise":
                        raise
                    continue
                if text is not None:
                    found.setdefault(row[1], []).append((row[0], text))
        return found

    def damaged(self) -> Iterator[str]:
        """One line for each source whose row is damaged."""
        for rows in self._database.pages(f"SELECT {_SOURCE}, said FROM sources WHERE id > ? ORDER BY id"):
            for *row, said in rows:
                try:
                    is_wrong = said not in (0, _hashed(_said(row)))
                except StoreError as error:
                    yield str(error)
                    continue
                if is_wrong:
                    yield f"source {row[0]} has a wrong hash of what it says; rebuild_index() repairs it"


def _source(row: Row) -> Source:
    text, language, origin, place, labels, expires = _said(row)
    tags, metadata = read_labels(labels)
    until = None if expires is None else moment(expires)
    measured = GIVEN if text is None else None
    return Source(text, language, origin, moment(row[8]), place, row[0], tags, metadata, until, measured)


def _said(row: Sequence[Any]) -> Said:
    """What a source says. Raises `StoreError` if its row is damaged."""
    source, crystal, *stored, expires, heard, sealed = row
    try:
        text, language, origin, place, labels = (None if part is None else part.decode() for part in stored)
        said = text, language, origin, _read(place), labels, expires
        read_labels(labels)
        if _seal(source, crystal, said, heard) == sealed and _written(said[3]) == place:
            return said
    except (UnicodeDecodeError, ValueError, TypeError):
        pass  # no text, no place or no column of ours: the row is damaged, as one with a wrong seal is
    raise StoreError(
        f"source {source} of crystal {crystal} is damaged; restore the memory from a copy, "
        "or forget the crystal and learn it again"
    )


def _seal(source: int, crystal: int, said: Said, heard: int) -> bytes:
    """The seal of a row. Without place, labels and expiry it is that of version 3, which knew none."""
    return seal(source, crystal, *said[:3], heard, *_further(said))


def _hashed(said: Said) -> int:
    """The hash by which a source is found, without place, labels and expiry as in version 3."""
    return hashed(*said[:3], *_further(said))


def _further(said: Said) -> tuple[str | int | None, ...]:
    """Place, labels and expiry, without those at the end that are not given."""
    place, labels, expires = _written(said[3]), *said[4:]
    if expires is not None:
        return place, labels, expires
    if labels is not None:
        return place, labels
    return () if place is None else (place,)


def _written(place: Place | None) -> str | None:
    """How the column holds a place: its three numbers with blanks between."""
    return None if place is None else f"{place.start} {place.end} {place.paragraph}"


def _read(text: str | None) -> Place | None:
    """Undo `_written`."""
    return None if text is None else Place(*map(int, text.split(" ")))
