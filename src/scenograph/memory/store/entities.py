"""
Entities in SQLite: concepts, constants and roles that some crystal uses, each once, with how many do.

An entity that no crystal uses any more is gone, with its name. Which crystals use it is not kept here: that
is derived (`scenograph.memory.index`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks, is_storable, marks
from scenograph.memory.symbols import name_of


class Entities:
    """The rows of entities, with the trigrams of their names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def gain(self, uses: Mapping[str, int]) -> None:
        """Count *uses* more crystals for each symbol."""
        known = self.known(uses)
        self._database.execute_many(
            "UPDATE entities SET uses = uses + ? WHERE id = ?",
            [(uses[symbol], entity) for symbol, entity in known.items()],
        )
        entity = self._database.next_id("entities")
        new = [symbol for symbol in uses if symbol not in known]
        rows = [(number, symbol, name_of(symbol), uses[symbol]) for number, symbol in enumerate(new, entity)]
        self._database.execute_many("INSERT INTO entities VALUES (?, ?, ?, ?)", rows)
        self._database.execute_many(
            "INSERT INTO names (rowid, name) VALUES (?, ?)",
            [(number, name) for number, _, name, _ in rows if name],
        )

    def lose(self, uses: Mapping[str, int]) -> list[str]:
        """Count *uses* fewer crystals for each symbol; return those that no crystal uses any more."""
        gone: list[str] = []
        for symbol, count in uses.items():
            for entity, name, left in self._database.execute(
                "UPDATE entities SET uses = uses - ? WHERE symbol = ? RETURNING id, name, uses",
                (count, symbol),
            ):
                if left <= 0:
                    gone.append(symbol)
                    self._database.execute("DELETE FROM entities WHERE id = ?", (entity,))
                    if name:
                        self._database.execute(
                            "INSERT INTO names (names, rowid, name) VALUES ('delete', ?, ?)", (entity, name)
                        )
        return gone

    def known(self, symbols: Iterable[str]) -> dict[str, int]:
        """The ids of those of *symbols* that some crystal uses."""
        return self._column("id", symbols)

    def uses(self, symbols: Iterable[str]) -> dict[str, int]:
        """How many crystals use each of *symbols*; those that none uses are left out."""
        return self._column("uses", symbols)

    def _column(self, column: str, symbols: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in chunks(filter(is_storable, symbols)):
            query = f"SELECT symbol, {column} FROM entities WHERE symbol IN ({marks(len(some))})"
            found.update(self._database.execute(query, some))
        return found

    def symbols(self) -> Iterator[str]:
        """All symbols, in the order they were first met."""
        query = "SELECT id, symbol FROM entities WHERE id > ? ORDER BY id"
        for rows in self._database.pages(query):
            for _, symbol in rows:
                yield symbol

    def count(self) -> int:
        """How many there are."""
        return self._database.execute("SELECT count(*) FROM entities")[0][0]
