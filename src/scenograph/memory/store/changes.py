"""
The history: what happened to which crystal, in order.

A row is about a run of consecutive crystals to which the same happened at once: a thousand crystals that are
remembered together cost one row. Each index keeps the number of the latest row that it has taken in
(`Watermark.seq`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scenograph.errors import StoreError
from scenograph.memory.records import Change, ChangeKind, Watermark, moment
from scenograph.memory.store.database import Database
from scenograph.memory.store.opening import Row
from scenograph.memory.store.rows import now, seal

_RUN = "seq, at, kind, crystal, last, seal"
_LONGEST = 4096  # crystals in a run, so that what happened to one is looked for among few rows


class Run(NamedTuple):
    """
    One row of the history.

    Attributes:
        seq: its number
        at: when, in microseconds
        kind: what happened
        crystals: to which crystals
    """

    seq: int
    at: int
    kind: ChangeKind
    crystals: range


class Changes:
    """The rows of the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def log(self, kind: ChangeKind, crystals: Iterable[int]) -> None:
        """Write down that this happened to *crystals*, now."""
        at = now()
        for first, last in _runs(crystals):
            seq = self._database.next_id("changes")
            sealed = seal(seq, at, kind, first, last)
            self._database.execute(
                "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", (seq, at, kind, first, last, sealed)
            )

    def runs(self, after: int = 0, crystal: int | None = None) -> Iterator[Run]:
        """
        The rows after number *after*, in order; with *crystal*, only those about it.

        Raises:
            StoreError: at a damaged row
        """
        where, values = "", ()
        if crystal is not None:
            where = "crystal BETWEEN ? AND ? AND last >= ? AND"
            values = (crystal - _LONGEST, crystal, crystal)
        query = f"SELECT {_RUN} FROM changes WHERE {where} seq > ? ORDER BY seq"
        for rows in self._database.pages(query, *values, after=after):
            yield from map(_run, rows)

    def changes(self, crystal: int | None = None) -> Iterator[Change]:
        """What happened, crystal by crystal; with *crystal*, to that one only."""
        for run in self.runs(crystal=crystal):
            for one in run.crystals if crystal is None else (crystal,):
                yield Change(run.seq, moment(run.at), run.kind, one)

    def forgot_since(self, mark: Watermark) -> bool:
        """Whether any crystal, or a source of one, was forgotten after change *mark*."""
        return any(run.kind in ("forget", "withdraw") for run in self.runs(mark.seq))

    def watermark(self) -> Watermark:
        """The latest change. Raises `StoreError` if it is damaged."""
        found = self._database.execute(f"SELECT {_RUN} FROM changes ORDER BY seq DESC LIMIT 1")
        return Watermark(*_run(found[0])[:2]) if found else Watermark(0, 0)

    def has_watermark(self, mark: Watermark) -> bool:
        """Whether change *mark* is part of this memory's history."""
        return mark == Watermark(0, 0) or bool(
            self._database.execute("SELECT 1 FROM changes WHERE seq = ? AND at = ?", mark)
        )


def _run(row: Row) -> Run:
    seq, at, kind, first, last, sealed = row
    if seal(seq, at, kind, first, last) != sealed:
        raise StoreError(f"change {seq} of the memory is damaged; export what is sound and import it again")
    return Run(seq, at, kind, range(first, last + 1))


def _runs(crystals: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of consecutive numbers, in order."""
    first = last = None
    for crystal in sorted(set(crystals)):
        if first is None or last is None:
            first = last = crystal
        elif crystal == last + 1 and crystal - first < _LONGEST:
            last = crystal
        else:
            yield first, last
            first = last = crystal
    if first is not None and last is not None:
        yield first, last
