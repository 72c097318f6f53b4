"""
Ties in SQLite: crystals associated by something that happened.

    together    stated one after the other in one source
    use         an answer rested on both

A tie holds in both directions and grows with each such event. That crystals share entities associates them
as well, but follows from what they say, and is not kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from scenograph.errors import StoreError
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks, marks, seal

TieKind = Literal["together", "use"]
"""What associated two crystals."""

Tie = tuple[int, int, TieKind, float]
"""One crystal, the other, which has the greater id, what associated them, and how strongly."""


class Ties:
    """The rows of ties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def strengthen(self, pairs: Iterable[tuple[int, int]], kind: TieKind, by: float = 1.0) -> None:
        """Make each of *pairs* of crystals more associated; a crystal is not tied to itself."""
        for one, other in {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}:
            known = self._database.execute(
                "SELECT one, other, kind, weight, seal FROM ties WHERE one = ? AND other = ? AND kind = ?",
                (one, other, kind),
            )
            weight = by + (_tie(*known[0])[3] if known else 0.0)
            self._database.execute(
                "INSERT OR REPLACE INTO ties VALUES (?, ?, ?, ?, ?)",
                (one, other, kind, weight, seal(one, other, kind, weight)),
            )

    def of(self, ids: Sequence[int]) -> list[Tie]:
        """All ties of *ids*, each once; damage raises `StoreError`."""
        found: dict[Tie, None] = {}
        for some in chunks(ids):
            for end in ("one", "other"):
                query = f"SELECT one, other, kind, weight, seal FROM ties WHERE {end} IN ({marks(len(some))})"
                found |= dict.fromkeys(_tie(*row) for row in self._database.execute(query, some))
        return sorted(found)

    def forget(self, crystal: int) -> None:
        """Remove the ties of *crystal*."""
        self._database.execute("DELETE FROM ties WHERE one = ?", (crystal,))
        self._database.execute("DELETE FROM ties WHERE other = ?", (crystal,))

    def damaged(self) -> Iterator[str]:
        """One line for each damaged tie, and each whose crystals are not there."""
        for row in self._database.execute("SELECT one, other, kind, weight, seal FROM ties"):
            try:
                _tie(*row)
            except StoreError as error:
                yield str(error)
        for (crystal,) in self._database.execute(
            "SELECT one FROM ties UNION SELECT other FROM ties EXCEPT SELECT id FROM crystals"
        ):
            yield f"a tie is kept of crystal {crystal}, which is not there"


def _tie(one: int, other: int, kind: TieKind, weight: float, sealed: bytes) -> Tie:
    if seal(one, other, kind, weight) != sealed:
        raise StoreError(f"the tie of crystals {one} and {other} is damaged; restore the memory from a copy")
    return one, other, kind, weight
