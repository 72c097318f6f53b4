"""
Version 1: crystals, sources and changes, each row with a seal; symbols, mentions and words derived from them.

Kept as it was released, so that memories of version 1 can be told sound from damaged and be taken further.
"""

from __future__ import annotations

from hashlib import blake2b

from scenograph.memory.store.migrations.executes import Executes
from scenograph.memory.store.seals import Value


def first_seal(*fields: Value) -> bytes:
    """The checksum that version 1 put into its rows."""
    checksum = blake2b(digest_size=8)
    for field in fields:
        data = field if isinstance(field, bytes) else b"" if field is None else str(field).encode()
        checksum.update(b"%s%d:" % (type(field).__name__.encode(), len(data)))
        checksum.update(data)
    return checksum.digest()


def first(database: Executes) -> None:
    """Make the tables of version 1."""
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
    database.execute(
        "CREATE VIRTUAL TABLE words USING fts5(lemmas, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    database.execute("INSERT INTO words (words, rank) VALUES ('secure-delete', 1)")
