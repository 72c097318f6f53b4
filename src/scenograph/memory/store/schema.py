"""
The tables of a memory, as numbered migrations.

Truth lives in three tables, and every row of them carries a *seal*, a short checksum over its other
columns, so that a damaged row is found when it is read:

    crystals    one row per remembered scene: digest, notation, time learned
    sources     where a crystal was read: text, language, origin, time; without crystal: a text not yet read
    changes     what happened in which order; its highest ``seq`` is the watermark of everything derived

The rest can be computed from them, and `Memory.check` compares it with what they say:

    symbols     concepts, constants and roles, each once
    mentions    which crystal uses which symbol
    words       full-text index over the source texts (FTS5; Porter stems, Russian as lemmas)

A released migration is never edited; a change of the tables is a new one at the end of `MIGRATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

APPLICATION_ID = 0x53434E47  # "SCNG": tells a memory from any other SQLite file
SEAL_BYTES = 8

Value = str | bytes | int | float | None


class Executes(Protocol):
    """What a migration needs of a database."""

    def execute(self, sql: str, /) -> object:
        """Run one statement."""
        ...


def seal(*fields: Value) -> bytes:
    """
    A checksum over the columns of one row, 8 bytes.

    Tells fields apart from each other and ``None`` from an empty text.

    >>> seal("a", "b") != seal("ab", "") != seal("ab", None)
    True
    """
    checksum = blake2b(digest_size=SEAL_BYTES)
    for field in fields:
        data = field if isinstance(field, bytes) else b"" if field is None else str(field).encode()
        checksum.update(b"%s%d:" % (type(field).__name__.encode(), len(data)))
        checksum.update(data)
    return checksum.digest()


def create_words(database: Executes) -> None:
    """Make the empty full-text index; what is deleted from it is really removed."""
    database.execute(
        "CREATE VIRTUAL TABLE words USING fts5(lemmas, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    database.execute("INSERT INTO words (words, rank) VALUES ('secure-delete', 1)")


def _first(database: Executes) -> None:
    database.execute(
        """CREATE TABLE identity (
               only INTEGER PRIMARY KEY CHECK (only = 1),
               uuid BLOB NOT NULL
           ) STRICT"""
    )
    database.execute("INSERT INTO identity VALUES (1, randomblob(16))")
    database.execute(
        """CREATE TABLE crystals (
               id INTEGER PRIMARY KEY AUTOINCREMENT,
               digest BLOB NOT NULL UNIQUE,
               scene TEXT NOT NULL,
               learned INTEGER NOT NULL, -- microseconds since 1970, UTC, as every time here
               seal BLOB NOT NULL
           ) STRICT"""
    )
    database.execute(
        """CREATE TABLE sources (
               id INTEGER PRIMARY KEY AUTOINCREMENT,
               crystal INTEGER REFERENCES crystals ON DELETE CASCADE,
               text TEXT,
               language TEXT,
               origin TEXT,
               heard INTEGER NOT NULL,
               seal BLOB NOT NULL
           ) STRICT"""
    )
    database.execute("CREATE INDEX sources_of_crystal ON sources (crystal)")
    database.execute(
        """CREATE TABLE changes (
               seq INTEGER PRIMARY KEY AUTOINCREMENT,
               at INTEGER NOT NULL,
               kind TEXT NOT NULL,
               crystal INTEGER NOT NULL,
               seal BLOB NOT NULL
           ) STRICT"""
    )
    database.execute("CREATE INDEX changes_of_crystal ON changes (crystal)")
    database.execute(
        """CREATE TABLE symbols (
               id INTEGER PRIMARY KEY,
               symbol TEXT NOT NULL UNIQUE,
               name TEXT NOT NULL -- how a text would spell it: case folded, without quotes
           ) STRICT"""
    )
    database.execute("CREATE INDEX symbols_by_name ON symbols (name)")
    database.execute(
        """CREATE TABLE mentions (
               symbol INTEGER NOT NULL,
               crystal INTEGER NOT NULL,
               PRIMARY KEY (symbol, crystal)
           ) STRICT, WITHOUT ROWID"""
    )
    database.execute("CREATE INDEX mentions_of_crystal ON mentions (crystal)")
    create_words(database)


MIGRATIONS: tuple[Callable[[Executes], None], ...] = (_first,)
"""``MIGRATIONS[n]`` takes a memory from version n to version n + 1 (SQLite's ``user_version``)."""

VERSION = len(MIGRATIONS)
