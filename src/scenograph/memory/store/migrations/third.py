"""
Version 3: a text that could not be read is a crystal of its own; a source is found by what it says.

Until version 2 such a text was a source without a crystal. It gets a row of crystals (`lesson` -1, no scene)
and an entry in the history. `sources.said` is a hash of text, language and origin, so that it takes the same
time to see that a source is known whether a crystal has one or thousands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from scenograph.memory.store.migrations.executes import Executes
from scenograph.memory.store.seals import hashed, seal

_UNREAD = -1


def third(database: Executes) -> None:
    """Take a memory from version 2 to version 3."""
    database.execute("ALTER TABLE sources ADD COLUMN said INTEGER NOT NULL DEFAULT 0")
    database.execute("DROP INDEX sources_of_crystal")
    for source, crystal, *stored, heard, sealed in _sources(database):
        try:
            said = [None if part is None else part.decode() for part in stored]
            sound = seal(source, crystal, *said, heard) == sealed
        except UnicodeDecodeError:
            said, sound = [], False
        if crystal is None:
            crystal = _crystal(database, hashed(said[0]) if said else 0, heard)
            sealed = seal(source, crystal, *said, heard) if sound else sealed
        database.execute(
            "UPDATE sources SET crystal = ?, seal = ?, said = ? WHERE id = ?",
            (crystal, sealed, hashed(*said), source),
        )
    database.execute("CREATE INDEX sources_by_said ON sources (crystal, said)")
    database.execute(f"CREATE INDEX crystals_unread ON crystals (key) WHERE lesson = {_UNREAD}")


def _crystal(database: Executes, key: int, learned: int) -> int:
    """Make a crystal of an unread text; return its id."""
    crystal = _next(database, "crystals")
    sealed = seal(crystal, key, _UNREAD, b"", learned)
    database.execute(
        "INSERT INTO crystals VALUES (?, ?, ?, ?, ?, ?)", (crystal, key, _UNREAD, b"", learned, sealed)
    )
    seq, at = _next(database, "changes"), time.time_ns() // 1000
    database.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
        (seq, at, "keep", crystal, crystal, seal(seq, at, "keep", crystal, crystal)),
    )
    return crystal


def _next(database: Executes, table: str) -> int:
    found = list(database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)))
    return found[0][0] + 1 if found else 1


def _sources(database: Executes) -> Iterator[tuple[Any, ...]]:
    """The rows of sources, some hundreds at a time; texts as bytes, since damaged ones may be no UTF-8."""
    columns = "CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB)"
    query = f"SELECT id, crystal, {columns}, heard, seal FROM sources WHERE id > ? ORDER BY id LIMIT 500"
    after = -(1 << 63)
    while rows := list(database.execute(query, (after,))):
        yield from rows
        after = rows[-1][0]
