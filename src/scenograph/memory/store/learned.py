"""
What memory has learned beside its lexicon, kept as bytes under names.

A row is about one symbol (its key), or about no single symbol (key `""`). The data of a row without a symbol
may contain symbols. They must stand there as they are, in UTF-8 (JSON with `ensure_ascii=False` does so), so
that a forgotten symbol is found. A row that contains one is deleted, and learned again later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from scenograph.core.links import unquote
from scenograph.errors import StoreError
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks, is_storable, marks, seal

ERASING = "erasing"
"""Names a row that stands as long as a file may hold what was forgotten."""

_LEARNED = "name, key, tells, data, seal"


class Learned:
    """The rows of what was learned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, data: Mapping[str, bytes] | bytes, *, tells: bool = True) -> None:
        """
        Store *data* as *name*, instead of what had that name.

        Args:
            name: what it is
            data: what was learned; a mapping has for each symbol what was learned about it
            tells: whether bytes that are about no single symbol may hold symbols
        """
        rows = {"": data} if isinstance(data, bytes) else data
        holds = int(tells and isinstance(data, bytes))
        self.drop(name)
        self._database.execute_many(
            "INSERT INTO learned VALUES (?, ?, ?, ?, ?)",
            [(name, key, holds, value, seal(name, key, holds, value)) for key, value in rows.items()],
        )

    def get(self, name: str, key: str = "") -> bytes | None:
        """What was learned as *name*, about the symbol *key*; None if nothing. Damage raises `StoreError`."""
        query = f"SELECT {_LEARNED} FROM learned WHERE name = ? AND key = ?"
        found = self._database.execute(query, (name, key)) if is_storable(key) else []
        return _data(*found[0]) if found else None

    def of(self, name: str, keys: Iterable[str]) -> dict[str, bytes]:
        """What was learned as *name* about those of *keys* it is known of. Damage raises `StoreError`."""
        found: dict[str, bytes] = {}
        for some in chunks(filter(is_storable, keys)):
            query = f"SELECT {_LEARNED} FROM learned WHERE name = ? AND key IN ({marks(len(some))})"
            found |= {row[1]: _data(*row) for row in self._database.execute(query, (name, *some))}
        return found

    def all(self, name: str) -> dict[str, bytes]:
        """What was learned as *name*, by symbol. Damage raises `StoreError`."""
        query = f"SELECT {_LEARNED} FROM learned WHERE name = ?"
        return {row[1]: _data(*row) for row in self._database.execute(query, (name,))}

    def size(self, name: str) -> int:
        """How many bytes were learned as *name* about one symbol, any one; 0 if about none."""
        found = self._database.execute("SELECT length(data) FROM learned WHERE name = ? LIMIT 1", (name,))
        return found[0][0] if found else 0

    def drop(self, name: str) -> None:
        """Keep nothing as *name* any more."""
        self._database.execute("DELETE FROM learned WHERE name = ?", (name,))

    def clear(self) -> None:
        """Keep nothing that was learned any more."""
        self._database.execute("DELETE FROM learned")

    def forget(self, symbols: Iterable[str]) -> None:
        """Delete the rows about *symbols*, and those whose data contains one of them."""
        symbols = list(symbols)
        self._database.execute_many("DELETE FROM learned WHERE key = ?", [(symbol,) for symbol in symbols])
        spelt = {form.encode() for symbol in symbols for form in _spellings(symbol)}
        for name, data in self._database.execute("SELECT name, data FROM learned WHERE tells"):
            if any(form in data for form in spelt):
                self.drop(name)

    def damaged(self) -> Iterator[str]:
        """One line for each damaged row."""
        for row in self._database.execute(f"SELECT {_LEARNED} FROM learned"):
            try:
                _data(*row)
            except StoreError as error:
                yield str(error)


def _spellings(symbol: str) -> set[str]:
    """How data may hold *symbol*: as it is, without quotes, and within a string of JSON."""
    return {symbol, unquote(symbol), json.dumps(symbol, ensure_ascii=False)[1:-1]}


def _data(name: str, key: str, tells: int, data: bytes, sealed: bytes) -> bytes:
    if seal(name, key, tells, data) != sealed:
        raise StoreError(f"what was learned as {name} is damaged; run consolidate to learn it again")
    return data
