"""
Validity: since when a crystal is believed, and of what time it is true.

Two times are kept apart. *True* time is the world's: Oleg led the museum from 1990 until 2001. *Known* time
is the memory's: believed since March, and no longer since Monday, when crystal 7 replaced it. All intervals
are half-open, the end does not belong to them; an open end has no limit.

    crystal  true_from  true_until  known_from  known_until  replaced_by
          3       1990        2001       March       Monday            7

A crystal without rows has been believed since it was learned, and is true always. Rows are *stated*, each at
its `known_from`; `known_until` *closes* it and every earlier row of the crystal. So the rows of two memories
can be put together in any order: a correction that one of them knows holds in both, unless the crystal was
stated to the other after it. A row without times says nothing of when, and gives way to rows that do.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from scenograph.errors import StoreError
from scenograph.memory.records import Validity, moment
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import seal

_COLUMNS = "id, crystal, true_from, true_until, known_from, known_until, replaced_by, seal"


class Interval(NamedTuple):
    """A stretch of true time, in microseconds since 1970; None: without limit."""

    start: int | None = None
    end: int | None = None

    @property
    def is_stated(self) -> bool:
        """Whether a start or an end was stated."""
        return self != (None, None)

    def covers(self, at: int) -> bool:
        """Whether *at* lies in it."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


class Belief(NamedTuple):
    """One row of a crystal: true in *true*, known since *known_from* until *known_until*."""

    true: Interval
    known_from: int
    known_until: int | None = None
    replaced_by: int | None = None

    @property
    def is_possible(self) -> bool:
        """Whether it begins before it ends, in both times."""
        (start, end), known_from, known_until = self[:3]
        return (start is None or end is None or start < end) and (
            known_until is None or known_from < known_until
        )

    def record(self) -> Validity:
        """This row as it is returned."""
        start, end, until = (None if t is None else moment(t) for t in (*self.true, self.known_until))
        return Validity(start, end, moment(self.known_from), until, self.replaced_by)


def believed(beliefs: Collection[Belief], known: int | None = None) -> list[Belief]:
    """Those of a crystal's *beliefs* that were held at time *known*, or are held last; see the module."""
    ends = sorted({row.known_until for row in beliefs if row.known_until is not None})
    held = [row for row in beliefs if _is_held(row, ends, known)]
    return [row for row in held if row.true.is_stated] or held


def _is_held(row: Belief, ends: Sequence[int], known: int | None) -> bool:
    until = next((end for end in ends if end > row.known_from), None)
    if known is None:
        return until is None
    return row.known_from <= known and (until is None or known < until)


def holds(beliefs: Collection[Belief], at: int | None = None, known: int | None = None) -> bool:
    """Whether these *beliefs* say that the crystal is true at time *at* (at any time, if None)."""
    held = believed(beliefs, known)
    return any(row.true.covers(at) for row in held) if at is not None else bool(held)


def joined(*beliefs: Iterable[Belief]) -> list[Belief]:
    """
    All *beliefs* together, each once, in the order in which they were stated.

    A row that is open in one memory and closed in another is closed; a replacement that one has forgotten is
    taken from the other.
    """
    stated = {row for some in beliefs for row in some}
    closed = {(row.true, row.known_from) for row in stated if row.known_until is not None}
    named = {row[:3] for row in stated if row.replaced_by is not None}
    kept = (
        row
        for row in stated
        if (row.known_until is not None or (row.true, row.known_from) not in closed)
        and (row.replaced_by is not None or row[:3] not in named)
    )
    return sorted(kept, key=_order)


def _order(row: Belief) -> tuple[int, ...]:
    return tuple(-(2**63) if part is None else part for part in (row.known_from, *row.true, *row[2:]))


class Validities:
    """The validity rows of a memory. To write, open a transaction first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- reading --------------------------------------------------------------------------------------------

    def is_used(self) -> bool:
        """Whether there are any rows."""
        return bool(self._database.execute("SELECT 1 FROM validity LIMIT 1"))

    def of(self, ids: Iterable[int]) -> dict[int, list[Belief]]:
        """
        The rows of those of *ids* that have any, in the order in which they were stated.

        Raises:
            StoreError: if one of them is damaged
        """
        if not self.is_used():
            return {}
        return self._found("crystal IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))

    def times(self, ids: Iterable[int]) -> dict[int, list[Interval]]:
        """When the believed ones of *ids* are true, for those with rows."""
        found = {crystal: believed(rows) for crystal, rows in self.of(ids).items()}
        return {
            crystal: [row.true for row in held]
            for crystal, held in found.items()
            if any(row.true.is_stated for row in held)
        }

    def replaced_by(self, crystal: int) -> list[int]:
        """The crystals that *crystal* has replaced, in order."""
        found = self._database.execute(
            "SELECT DISTINCT crystal FROM validity WHERE replaced_by = ?1 AND crystal != ?1 ORDER BY crystal",
            (crystal,),
        )
        return [row[0] for row in found]

    def current(self, ids: Iterable[int], at: int | None = None, known: int | None = None) -> list[int]:
        """
        Those of *ids* that are believed, in their order.

        Args:
            ids: crystals that are remembered
            at: keep what is true at this time; None: of any
            known: go by what was known at this time; None: by what is known now
        """
        ids = list(ids)
        if at is None and known is None:  # what was never closed is believed
            ever = "SELECT crystal FROM validity WHERE known_until IS NOT NULL AND crystal IN"
            some = f"crystal IN ({ever} (SELECT value FROM json_each(?)))"
            rows = self._found(some, json.dumps(ids)) if self.is_used() else {}
        else:
            rows = self.of(ids)
        gone = {crystal for crystal, beliefs in rows.items() if not holds(beliefs, at, known)}
        if known is not None:
            later = self._database.execute(
                "SELECT id FROM crystals WHERE learned > ? AND id IN (SELECT value FROM json_each(?))",
                (known, json.dumps([crystal for crystal in ids if crystal not in rows])),
            )
            gone.update(row[0] for row in later)
        return [crystal for crystal in ids if crystal not in gone] if gone else ids

    def _found(self, where: str, value: str | int) -> dict[int, list[Belief]]:
        found: dict[int, list[Belief]] = {}
        query = f"SELECT {_COLUMNS} FROM validity WHERE {where}"
        for row in self._database.execute(query, (value,)):
            number, crystal, *times, replaced_by, sealed = row
            if seal(*row[:-1]) != sealed:
                raise StoreError(
                    f"validity {number} of crystal {crystal} is damaged; restore the memory from a copy, "
                    "or forget the crystal and learn it again"
                )
            start, end, known_from, known_until = times
            belief = Belief(Interval(start, end), known_from, known_until, replaced_by)
            found.setdefault(crystal, []).append(belief)
        for beliefs in found.values():
            beliefs.sort(key=_order)
        return found

    # --- writing --------------------------------------------------------------------------------------------

    def restate(
        self, crystal: int, learned: int, true: Interval, at: int, *, by_clock: bool
    ) -> Literal["restore", "time"] | None:
        """
        Store that *crystal*, known before, was stated again.

        For example, crystal 3 is true from 1990 until 2001; on Monday crystal 7 replaces it:

            it is believed         stated without times      None
                                   from 1990 until 2001      None
                                   from 2010                 "time": both are true
            it was replaced        on Tuesday, no times      "restore": true from 1990 until 2001 again
                                   on Tuesday, from 2010     "restore": true from 2010
                                   on Sunday, no times       None
                                   on Sunday, from 2010      "time": that was believed until Monday

        Args:
            crystal: the crystal
            learned: when it was first learned
            true: when it is true, as far as that was stated
            at: when it was stated
            by_clock: *at* is the present, and follows every earlier statement, even if clocks stand still
        Returns:
            what that changed: a replaced crystal is believed again, or has another time; None if nothing
        """
        rows = self.of([crystal]).get(crystal) or [Belief(Interval(), learned)]
        held = believed(rows)
        change, times = "time", [true]
        if held:
            if not true.is_stated or any(row.true == true for row in held):
                return None
        else:
            replaced = max(row.known_until for row in rows if row.known_until is not None)
            at = max(at, replaced + 1) if by_clock else at
            change = "restore" if at > replaced else "time"
            if not true.is_stated:
                if change == "time":  # it was stated before it was replaced
                    return None
                times = [row.true for row in believed(rows, replaced - 1)]
        self.write(crystal, joined(rows, (Belief(one, at) for one in times)))
        return change

    def replace(self, crystal: int, learned: int, at: int, by: int, true: Interval) -> None:
        """Believe from *at* on, instead of *crystal*, another one, or the same with other times: *true*."""
        rows = [
            row._replace(known_until=at, replaced_by=by) if row.known_until is None else row
            for row in self.of([crystal]).get(crystal) or [Belief(Interval(), learned)]
        ]
        self.write(crystal, [*rows, Belief(true, at)] if by == crystal else rows)

    def write(self, crystal: int, beliefs: Iterable[Belief]) -> None:
        """Replace the rows of *crystal* by *beliefs*."""
        self._database.execute("DELETE FROM validity WHERE crystal = ?", (crystal,))
        for true, *rest in beliefs:
            number = self._database.execute("SELECT coalesce(max(id), 0) + 1 FROM validity")[0][0]
            row = (number, crystal, *true, *rest)
            self._database.execute("INSERT INTO validity VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, seal(*row)))
