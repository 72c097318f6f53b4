"""
The tables of a memory, version 6.

Truth lives in these, and every row of them carries a *seal* (`.rows`), so that a damaged row is found when
it is read:

    crystals    one row per remembered scene: key, notation or record, time learned; and one per unread text
    sources     where a crystal was read: text, language, origin, time, place in the origin,
                labels (tags and metadata), time of expiry
    measured    how well the scene of a source is said and read again, where that was measured
    changes     what happened in which order, one row per run; `seq` is the watermark of all that is derived
    validity    when a crystal was true and when it was believed, where that is not simply ever since
    lexicons    what the lexicon gained with each version, in two copies
    ties        crystals associated by an event: stated together, used together
    learned     what was learned besides; can be learned again, but not computed

The rest is computed from crystals and sources, and `Memory.check` compares it with what they say:

    entities    concepts, constants and roles that some crystal uses, each once, with how many do
    words       full-text index, one row per crystal: lemmas of its texts, words of its symbols
                (FTS5; Porter stems, Russian as lemmas); it keeps no text
    names       trigrams of the names of entities, for misspelt words; it keeps no text

A released migration is never edited; a change of the tables is a new one at the end of `MIGRATIONS`.
Version 1 is kept as it was released, so that memories of version 1 can be checked for damage.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Protocol

from scenograph.core.scene import Scene
from scenograph.errors import NotationError, SceneError
from scenograph.memory.store.rows import Value, hashed, seal

APPLICATION_ID = 0x53434E47
"""Tells a memory from any other SQLite file ("SCNG")."""


class Executes(Protocol):
    """Runs SQL."""

    def execute(self, sql: str, values: Sequence[Value] = (), /) -> Iterable[tuple[Any, ...]]:
        """Run one statement; its rows."""
        ...


def first_seal(*fields: Value) -> bytes:
    """The checksum that version 1 put into its rows."""
    checksum = blake2b(digest_size=8)
    for field in fields:
        data = field if isinstance(field, bytes) else b"" if field is None else str(field).encode()
        checksum.update(b"%s%d:" % (type(field).__name__.encode(), len(data)))
        checksum.update(data)
    return checksum.digest()


_SOURCES = (
    """CREATE TABLE sources (
           id INTEGER PRIMARY KEY AUTOINCREMENT,
           crystal INTEGER REFERENCES crystals ON DELETE CASCADE,
           text TEXT,
           language TEXT,
           origin TEXT,
           heard INTEGER NOT NULL,
           seal BLOB NOT NULL
       ) STRICT""",
    "CREATE INDEX sources_of_crystal ON sources (crystal)",
)


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
    for statement in _SOURCES:
        database.execute(statement)
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


_DAMAGED = b""
_TABLES = (
    "ALTER TABLE identity ADD COLUMN derived TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE crystals (
           id INTEGER PRIMARY KEY AUTOINCREMENT,
           key INTEGER NOT NULL, -- the first 8 bytes of the digest, as a signed big-endian number
           lesson INTEGER NOT NULL, -- 0: scene is notation in UTF-8; n: a record of a lexicon's lesson n
           scene BLOB NOT NULL,
           learned INTEGER NOT NULL, -- microseconds since 1970, UTC, as every time here
           seal BLOB NOT NULL
       ) STRICT""",
    "CREATE INDEX crystals_by_key ON crystals (key)",
    *_SOURCES,
    """CREATE TABLE changes (
           seq INTEGER PRIMARY KEY AUTOINCREMENT,
           at INTEGER NOT NULL,
           kind TEXT NOT NULL,
           crystal INTEGER NOT NULL, -- the first of a run of crystals,
           last INTEGER NOT NULL, -- and the last
           seal BLOB NOT NULL
       ) STRICT""",
    "CREATE INDEX changes_of_crystal ON changes (crystal)",
    """CREATE TABLE entities (
           id INTEGER PRIMARY KEY AUTOINCREMENT,
           symbol TEXT NOT NULL UNIQUE, -- a concept, a constant or a role
           name TEXT NOT NULL, -- how a text would spell it: case folded, without quotes; '' for a role
           uses INTEGER NOT NULL -- crystals that use it
       ) STRICT""",
    "CREATE INDEX entities_by_name ON entities (name)",
    """CREATE TABLE validity (
           id INTEGER PRIMARY KEY,
           crystal INTEGER NOT NULL,
           true_from INTEGER, -- NULL: always
           true_until INTEGER,
           known_from INTEGER NOT NULL,
           known_until INTEGER, -- NULL: believed still
           replaced_by INTEGER,
           seal BLOB NOT NULL
       ) STRICT""",
    "CREATE INDEX validity_of_crystal ON validity (crystal)",
    "CREATE INDEX validity_replaced_by ON validity (replaced_by)",
    """CREATE TABLE lexicons (
           version INTEGER NOT NULL,
           copy INTEGER NOT NULL, -- 1 or 2
           learned INTEGER NOT NULL,
           data BLOB NOT NULL, -- what this version adds to the one before, as JSON
           seal BLOB NOT NULL,
           PRIMARY KEY (version, copy)
       ) STRICT""",
    """CREATE TABLE ties (
           one INTEGER NOT NULL,
           other INTEGER NOT NULL,
           kind TEXT NOT NULL,
           weight REAL NOT NULL,
           seal BLOB NOT NULL,
           PRIMARY KEY (one, other, kind)
       ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX ties_of_other ON ties (other)",
    """CREATE TABLE learned (
           name TEXT NOT NULL,
           key TEXT NOT NULL, -- the symbol that it was learned about; '' if about no single one
           tells INTEGER NOT NULL, -- 1: data holds symbols
           data BLOB NOT NULL,
           seal BLOB NOT NULL,
           PRIMARY KEY (name, key)
       ) STRICT, WITHOUT ROWID""",
)


def create_words(database: Executes) -> None:
    """Make the empty full-text indexes; they keep no text, and what is deleted from them is overwritten."""
    database.execute(
        "CREATE VIRTUAL TABLE words USING fts5("
        "text, names, content = '', tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    database.execute("CREATE VIRTUAL TABLE names USING fts5(name, content = '', tokenize = 'trigram')")
    for table in ("words", "names"):
        database.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('secure-delete', 1)")


def second(database: Executes) -> None:
    """Take a memory from version 1 to version 2."""
    for table in ("words", "mentions", "symbols"):
        database.execute(f"DROP TABLE {table}")
    for index in ("sources_of_crystal", "changes_of_crystal"):
        database.execute(f"DROP INDEX {index}")
    for table in ("crystals", "sources", "changes"):
        database.execute(f"ALTER TABLE {table} RENAME TO first_{table}")
    for statement in _TABLES:
        database.execute(statement)
    create_words(database)
    _carry_crystals(database)
    _carry_sources(database)
    _carry_changes(database)
    for table in ("crystals", "sources", "changes"):
        # The counters see to it that no number is given twice, not even that of what was forgotten.
        for (given,) in list(
            database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (f"first_{table}",))
        ):
            database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, given))
    for table in ("changes", "sources", "crystals"):
        database.execute(f"DROP TABLE first_{table}")


def _carry_crystals(database: Executes) -> None:
    query = "SELECT id, digest, CAST(scene AS BLOB), learned, seal FROM first_crystals"
    for crystal, digest, notation, learned, sealed in _pages(database, query):
        key = int.from_bytes(digest[:8], "big", signed=True)
        sound = _is_sound(crystal, digest, notation, learned, sealed)
        database.execute(
            "INSERT INTO crystals VALUES (?, ?, 0, ?, ?, ?)",
            (
                crystal,
                key,
                notation,
                learned,
                seal(crystal, key, 0, notation, learned) if sound else _DAMAGED,
            ),
        )


def _is_sound(crystal: int, digest: bytes, notation: bytes, learned: int, sealed: bytes) -> bool:
    try:
        text = notation.decode()
        return first_seal(crystal, digest, text, learned) == sealed and Scene.parse(text).digest == digest
    except (UnicodeDecodeError, NotationError, SceneError):
        return False


def _carry_sources(database: Executes) -> None:
    """Texts are read as bytes: damaged, they may be no UTF-8 any more, and are to stay what they are."""
    said = "CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB)"
    query = f"SELECT id, crystal, {said}, heard, seal FROM first_sources"
    for source, crystal, *stored, heard, sealed in _pages(database, query):
        try:
            stated: list[str | None] = [None if part is None else part.decode() for part in stored]
            sound = first_seal(source, crystal, *stated, heard) == sealed
        except UnicodeDecodeError:
            stated, sound = [], False
        if sound and stated == [None, None, None] and crystal is not None:
            continue  # it tells nothing but the time, which the crystal tells as well
        database.execute(
            "INSERT INTO sources VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)",
            (source, crystal, *stored, heard, seal(source, crystal, *stated, heard) if sound else _DAMAGED),
        )


def _carry_changes(database: Executes) -> None:
    query = "SELECT seq, at, CAST(kind AS BLOB), crystal, seal FROM first_changes"
    for seq, at, stored, crystal, sealed in _pages(database, query, key="seq"):
        kind = stored.decode(errors="replace")
        sound = first_seal(seq, at, kind, crystal) == sealed
        database.execute(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
            (seq, at, kind, crystal, crystal, seal(seq, at, kind, crystal, crystal) if sound else _DAMAGED),
        )


def _pages(database: Executes, query: str, *, key: str = "id") -> Iterator[tuple[Any, ...]]:
    """The rows of *query* in the order of *key*, read some hundreds at a time."""
    after = -(1 << 63)
    while rows := list(database.execute(f"{query} WHERE {key} > ? ORDER BY {key} LIMIT 500", (after,))):
        yield from rows
        after = rows[-1][0]


_UNREAD = -1


def third(database: Executes) -> None:
    """Take a memory from version 2 to version 3."""
    database.execute("ALTER TABLE sources ADD COLUMN said INTEGER NOT NULL DEFAULT 0")
    database.execute("DROP INDEX sources_of_crystal")
    columns = "CAST(text AS BLOB), CAST(language AS BLOB), CAST(origin AS BLOB)"
    query = f"SELECT id, crystal, {columns}, heard, seal FROM sources"
    for source, crystal, *stored, heard, sealed in _pages(database, query):
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


def fourth(database: Executes) -> None:
    """Take a memory from version 3 to version 4: sources know their place, those of before have none."""
    database.execute("ALTER TABLE sources ADD COLUMN place TEXT")


def fifth(database: Executes) -> None:
    """Take a memory from version 4 to version 5: sources have labels and may expire."""
    database.execute("ALTER TABLE sources ADD COLUMN labels TEXT")
    database.execute("ALTER TABLE sources ADD COLUMN expires INTEGER")
    database.execute("CREATE INDEX sources_by_expiry ON sources (expires) WHERE expires IS NOT NULL")


def sixth(database: Executes) -> None:
    """Take a memory from version 5 to version 6: sources may have been measured, those of before were not."""
    database.execute(
        """CREATE TABLE measured (
               source INTEGER PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
               retention REAL NOT NULL,
               method TEXT NOT NULL,
               seal BLOB NOT NULL
           ) STRICT"""
    )


MIGRATIONS: tuple[Callable[[Executes], None], ...] = (first, second, third, fourth, fifth, sixth)
"""`MIGRATIONS[n]` takes a memory from version n to version n + 1 (SQLite's `user_version`)."""

VERSION = len(MIGRATIONS)
