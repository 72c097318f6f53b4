"""
Measurements in SQLite: how well the scene of a source is said and read again.

A row belongs to a source with a text, and goes with it. A source without one has a scene that was given as it
is, and needs no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from scenograph.errors import RefusedError, StoreError
from scenograph.memory.records import METHODS, Measured
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks, marks, seal


class Measurements:
    """The rows of measurements, by the number of their source."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, found: Mapping[int, Measured]) -> None:
        """Store a measurement for each of these sources that is still there, instead of an earlier one."""
        rows = [(source, *checked(it)) for source, it in found.items()]
        self._database.execute_many(
            "INSERT OR REPLACE INTO measured SELECT ?1, ?2, ?3, ?4 WHERE ?1 IN (SELECT id FROM sources)",
            [(*row, seal(*row)) for row in rows],
        )

    def join(self, found: Mapping[int, Measured]) -> None:
        """As `put`; where a source has a measurement already, the lower one stays, whichever came first."""
        known = self.of(list(found))
        self.put({source: min(it, known.get(source, it)) for source, it in found.items()})

    def of(self, sources: Sequence[int]) -> dict[int, Measured]:
        """What was measured of *sources*; a damaged row counts as none: nothing else hangs on it."""
        found: dict[int, Measured] = {}
        for some in chunks(sources):
            query = (
                f"SELECT source, retention, method, seal FROM measured WHERE source IN ({marks(len(some))})"
            )
            for row in self._database.execute(query, some):
                with suppress(StoreError):
                    found[row[0]] = _measured(*row)
        return found

    def missing(self, after: int, limit: int, *, again: bool = False) -> list[tuple[int, int]]:
        """
        Sources after number *after* that have a text and a scene, and were not measured; in order.

        Args:
            again: also those that were
        Returns:
            Crystal and source of each.
        """
        without = "" if again else "AND NOT EXISTS (SELECT 1 FROM measured WHERE source = sources.id)"
        return self._database.execute(
            f"""SELECT crystal, sources.id FROM sources JOIN crystals ON crystals.id = crystal
                WHERE sources.id > ? AND text IS NOT NULL AND lesson >= 0 {without}
                ORDER BY sources.id LIMIT ?""",
            (after, limit),
        )

    def count_missing(self) -> int:
        """How many sources have a text and a scene, and were not measured."""
        [(count,)] = self._database.execute(
            """SELECT count(*) FROM sources JOIN crystals ON crystals.id = crystal
               WHERE text IS NOT NULL AND lesson >= 0
               AND NOT EXISTS (SELECT 1 FROM measured WHERE source = sources.id)"""
        )
        return count

    def damaged(self) -> Iterator[str]:
        """One line for each damaged row."""
        query = "SELECT source, retention, method, seal FROM measured WHERE source > ? ORDER BY source"
        for rows in self._database.pages(query):
            for row in rows:
                try:
                    _measured(*row)
                except StoreError as error:
                    yield str(error)


def checked(measured: Measured) -> Measured:
    """
    Return *measured*.

    Raises:
        StoreError: if it is none that there can be
    """
    if not 0 <= measured.retention <= 1 or measured.method not in METHODS:
        raise RefusedError(
            f"{tuple(measured)} is no measurement: give a number from 0 to 1 and how it was made"
        )
    return Measured(float(measured.retention), measured.method)


def _measured(source: int, retention: Any, method: Any, sealed: bytes) -> Measured:
    if seal(source, retention, method) != sealed or method not in METHODS:
        raise StoreError(
            f"what was measured of source {source} is damaged; run: scenograph memory measure MIND --again"
        )
    return Measured(retention, method)
