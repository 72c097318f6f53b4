"""
Comparing a full-text index that keeps no text with what it should hold.

FTS5 tells of every occurrence (`fts5vocab`): which term stands in which row, column and place. Those of a
row, hashed and added up, are compared with those of a second index, in memory, that is filled with what the
row should hold, some rows at a time. So are the sizes that BM25 reckons with: words in each column of a row,
and in all rows together, which FTS5 keeps as numbers of seven bits a byte, highest first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks

_MASK = (1 << 64) - 1


class FullText:
    """
    What one of the full-text indexes should hold.

    Args:
        database: the memory's
        table: "words" or "names"
    """

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self._table = table
        self._sums: dict[int, int] = {}
        self._totals: list[int] = []  # rows, then words in each column
        execute = database.execute
        [(definition,)] = execute("SELECT sql FROM main.sqlite_schema WHERE name = ?", (table,))
        columns = execute(f"SELECT name FROM pragma_table_info('{table}')")
        self._columns = [row[0] for row in columns]
        for name in (f"{table}_expected", f"{table}_said", f"{table}_held"):
            execute(f"DROP TABLE IF EXISTS temp.{name}")
        execute(definition.replace(f"TABLE {table} ", f"TABLE temp.{table}_expected ", 1))
        execute(f"CREATE VIRTUAL TABLE temp.{table}_said USING fts5vocab(temp, {table}_expected, instance)")
        execute(f"CREATE VIRTUAL TABLE temp.{table}_held USING fts5vocab(main, {table}, instance)")

    def expect(self, rows: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """These *rows*, each an id and its columns, should be there."""
        name = f"{self._table}_expected"
        marks = ", ".join("?" * (len(self._columns) + 1))
        for some in chunks(rows):
            self._database.execute_many(
                f"INSERT INTO temp.{name} (rowid, {', '.join(self._columns)}) VALUES ({marks})",
                [(number, *columns) for number, columns in some],
            )
            self._sums |= self._summed(f"temp.{self._table}_said", f"temp.{name}_docsize")
            for counted in self._counted(f"temp.{name}_data"):
                self._totals = [sum(pair) for pair in zip_longest(self._totals, counted, fillvalue=0)]
            self._database.execute(f"INSERT INTO temp.{name} ({name}) VALUES ('delete-all')")

    def differing(self) -> Iterator[int]:
        """The ids of the rows that hold anything else than they should, in order."""
        held = self._summed(f"temp.{self._table}_held", f"main.{self._table}_docsize")
        for number in sorted(held.keys() | self._sums.keys()):
            if held.get(number) != self._sums.get(number):
                yield number

    def is_counted(self) -> bool:
        """Whether the numbers of rows and of words in each column are those of what should be there."""
        held = [number for counted in self._counted(f"main.{self._table}_data") for number in counted]
        return held == self._totals or not any((*held, *self._totals))

    def _counted(self, data: str) -> Iterator[list[int]]:
        for (record,) in self._database.execute(f"SELECT block FROM {data} WHERE id = 1"):
            yield list(_numbers(record))

    def _summed(self, occurrences: str, sizes: str) -> dict[int, int]:
        sums: defaultdict[int, int] = defaultdict(int)
        for number, size in self._database.stream(f"SELECT id, sz FROM {sizes}"):
            sums[number] = hash(size) & _MASK
        for term, number, column, place in self._database.stream(
            f"SELECT term, doc, col, offset FROM {occurrences}"
        ):
            sums[number] = sums[number] + hash((term, column, place)) & _MASK
        return dict(sums)


def rows_matching(
    execute: Callable[[str, tuple[str, int]], Sequence[tuple[Any, ...]]],
    table: str,
    expression: str,
    after: int = -1,
) -> NDArray[np.int64]:
    """
    The ids of the rows that match a full-text expression, ascending.

    To rank them as well takes 20 times as long: FTS5 looks up how long each is, and counts all rows that have
    each word of the expression.

    Args:
        execute: runs a statement
        table: "words" or "names"
        expression: what FTS5 is to look for
        after: the id behind which rows are looked for
    """
    # As one value, which takes a third of the time of a row for each.
    rows = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > ?"
    [(found,)] = execute(f"SELECT json_group_array(rowid) FROM ({rows})", (expression, after))
    return np.array(json.loads(found), np.int64)


def _numbers(record: bytes) -> Iterator[int]:
    number = 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            yield number
            number = 0
