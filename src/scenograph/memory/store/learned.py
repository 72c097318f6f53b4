"""
What memory has learned beside its lexicon, kept as bytes under names.

A row is about one symbol (its key), or about no single one (key ``""``). Data of the latter kind that tells
of symbols is to hold them as they are, in UTF-8 (JSON with ``ensure_ascii=False`` will do), so that what is
forgotten can be found in it: such a row is then dropped whole, to be learned anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from scenograph.core.links import unquote
from scenograph.errors import StoreError
from scenograph.memory.store.database import Database
from scenograph.memory.store.seals import seal


class Learned:
    """The rows of what was learned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, data: Mapping[str, bytes] | bytes) -> None:
        """Keep *data* as *name*, in the place of what was kept as that; a mapping tells of each symbol."""
        rows = {"": data} if isinstance(data, bytes) else data
        self.drop(name)
        self._database.execute_many(
            "INSERT INTO learned VALUES (?, ?, ?, ?)",
            [(name, key, value, seal(name, key, value)) for key, value in rows.items()],
        )

    def get(self, name: str, key: str = "") -> bytes | None:
        """What was learned as *name*, about the symbol *key*; None if nothing. Damage raises `StoreError`."""
        found = self._database.execute(
            "SELECT name, key, data, seal FROM learned WHERE name = ? AND key = ?", (name, key)
        )
        return _data(*found[0]) if found else None

    def all(self, name: str) -> dict[str, bytes]:
        """What was learned as *name*, by symbol. Damage raises `StoreError`."""
        query = "SELECT name, key, data, seal FROM learned WHERE name = ?"
        return {row[1]: _data(*row) for row in self._database.execute(query, (name,))}

    def drop(self, name: str) -> None:
        """Keep nothing as *name* any more."""
        self._database.execute("DELETE FROM learned WHERE name = ?", (name,))

    def clear(self) -> None:
        """Keep nothing that was learned any more."""
        self._database.execute("DELETE FROM learned")

    def forget(self, symbols: Iterable[str]) -> None:
        """Drop what tells of *symbols*."""
        symbols = list(symbols)
        self._database.execute_many("DELETE FROM learned WHERE key = ?", [(symbol,) for symbol in symbols])
        spelt = {form.encode() for symbol in symbols for form in _spellings(symbol)}
        for name, data in self._database.execute("SELECT name, data FROM learned WHERE key = ''"):
            if any(form in data for form in spelt):
                self.drop(name)

    def damaged(self) -> Iterator[str]:
        """One line for each damaged row."""
        for row in self._database.execute("SELECT name, key, data, seal FROM learned"):
            try:
                _data(*row)
            except StoreError as error:
                yield str(error)


def _spellings(symbol: str) -> set[str]:
    """How data may hold *symbol*: as it is, without quotes, and within a string of JSON."""
    return {symbol, unquote(symbol), json.dumps(symbol, ensure_ascii=False)[1:-1]}


def _data(name: str, key: str, data: bytes, sealed: bytes) -> bytes:
    if seal(name, key, data) != sealed:
        raise StoreError(f"what was learned as {name} is damaged; run consolidate to learn it anew")
    return data
