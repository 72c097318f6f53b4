"""Sources in SQLite: where each crystal was learned from."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from scenograph.errors import StoreError
from scenograph.memory.records import Source, moment
from scenograph.memory.store.database import Database, Row
from scenograph.memory.store.rows import Value, chunks, hashed, marks, seal, storable

# Texts are read as bytes: damaged, they may be no UTF-8 any more, and the record is to be named.
_SOURCE = "id, crystal, CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB), heard, seal"

Said = tuple[str | None, str | None, str | None]
"""Text, language and origin: what tells one source of a crystal from another."""

SILENT: Said = (None, None, None)
"""A source that says nothing but when; it is not kept."""


class Origin(NamedTuple):
    """The columns of a source: text, language, where it was found, and when in microseconds."""

    text: str | None
    language: str | None
    origin: str | None
    heard: int

    @property
    def said(self) -> Said:
        """All but the time. Raises as `storable` does."""
        said = self[:3]
        for part in said:
            if part is not None:
                storable(part)
        return said


class Sources:
    """
    The rows of sources.

    Each has a hash of what it says in the column `said`, by which one among many of a crystal is found. The
    first source of a crystal may have 0 there, which takes no room: most crystals have only one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, origins: Iterable[tuple[int, Said, int]], new: Container[int] = ()) -> list[int]:
        """Store sources, each a crystal, what it says and when; return their numbers. *new* have none yet."""
        rows: list[tuple[Value, ...]] = []
        first = self._database.next_id("sources")
        last = 0
        for source, (crystal, said, heard) in enumerate(origins, first):
            sealed = seal(source, crystal, *said, heard)
            is_first = crystal > last and crystal in new
            rows.append((source, crystal, *said, heard, sealed, 0 if is_first else hashed(*said)))
            last = max(crystal, last)
        self._database.execute_many("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
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

    def heard_apart_from(self, sources: Mapping[int, Collection[int]]) -> dict[int, list[int]]:
        """For each crystal of *sources*, when its other sources were heard."""
        query = "SELECT id, heard FROM sources WHERE crystal = ?"
        return {
            crystal: [
                heard for number, heard in self._database.execute(query, (crystal,)) if number not in some
            ]
            for crystal, some in sources.items()
        }

    def hash_again(self) -> None:
        """Write the hashes again by which sources are found, as far as they are wrong."""
        for rows in self._database.pages(f"SELECT {_SOURCE}, said FROM sources WHERE id > ? ORDER BY id"):
            for *row, hashed_before in rows:
                with suppress(StoreError):
                    said = hashed(*_said(row))
                    if hashed_before not in (0, said):
                        self._database.execute("UPDATE sources SET said = ? WHERE id = ?", (said, row[0]))

    def known(self, stated: Iterable[tuple[int, Said]]) -> set[tuple[int, Said]]:
        """Those of *stated*, each a crystal and what a source says, that are stored already."""
        found: set[tuple[int, Said]] = set()
        for one in stated:
            crystal, said = one
            query = "SELECT text, language, origin FROM sources WHERE crystal = ? AND said IN (0, ?)"
            if said in self._database.execute(query, (crystal, hashed(*said))):
                found.add(one)
        return found

    def date_back(self, crystal: int, origin: Origin) -> None:
        """Let *crystal* have its source that says what *origin* says no later."""
        for (source,) in self._database.execute(
            "SELECT id FROM sources WHERE crystal = ? AND said IN (0, ?) AND text IS ? AND language IS ? "
            "AND origin IS ? AND heard > ?",
            (crystal, hashed(*origin.said), *origin.said, origin.heard),
        ):
            self._database.execute(
                "UPDATE sources SET heard = ?, seal = ? WHERE id = ?",
                (origin.heard, seal(source, crystal, *origin.said, origin.heard), source),
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
                    text, _, _ = _said(row)
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
                    is_wrong = said not in (0, hashed(*_said(row)))
                except StoreError as error:
                    yield str(error)
                    continue
                if is_wrong:
                    yield f"source {row[0]} has a wrong hash of what it says; rebuild_index() repairs it"


def _source(row: Row) -> Source:
    return Source(*_said(row), moment(row[5]), row[0])


def _said(row: Sequence[Any]) -> Said:
    """What a source says. Raises `StoreError` if its row is damaged."""
    source, crystal, *said, heard, sealed = row
    try:
        text, language, origin = (None if part is None else part.decode() for part in said)
        if seal(source, crystal, text, language, origin, heard) == sealed:
            return text, language, origin
    except UnicodeDecodeError:
        pass
    raise StoreError(
        f"source {source} of crystal {crystal} is damaged; restore the memory from a copy, "
        "or forget the crystal and learn it again"
    )
