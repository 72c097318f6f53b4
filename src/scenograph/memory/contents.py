"""
What a memory holds, as digests: to show that something left it as it was.

    before = contents_of(folder)
    ...
    contents_of(folder) == before

All rows that are truth are hashed byte by byte: crystals, their sources and times, lexicons, ties, what was
learned, and the list of changes. What is derived from them (entities, words, indexes) is not.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, final

from scenograph.memory.state import DATABASE
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import seal

_REST = (
    "SELECT * FROM sources ORDER BY id",
    "SELECT * FROM measured ORDER BY source",
    "SELECT * FROM validity ORDER BY id",
    "SELECT * FROM lexicons ORDER BY version, copy",
    "SELECT * FROM ties ORDER BY one, other, kind",
    "SELECT * FROM learned ORDER BY name, key",
)


@final
class Contents(NamedTuple):
    """
    What a memory holds.

    Attributes:
        crystals: how many there are, unread texts included
        last: the highest number of a crystal; 0 if there is none
        changes: how many changes there were so far
        scenes: digest of all crystals, 32 hex digits
        rest: digest of everything else that is truth
    """

    crystals: int
    last: int
    changes: int
    scenes: str
    rest: str


def contents_of(folder: str | os.PathLike[str], *, up_to: int | None = None) -> Contents:
    """
    Return what the memory in *folder* holds; nothing is written.

    Args:
        folder: where it is
        up_to: count and hash only crystals up to this number; None: all
    Raises:
        StoreError: if there is no memory, or it is damaged
    """
    database = Database(Path(folder) / DATABASE, create=False, read_only=True)
    try:
        with database.snapshot():
            most = (1 << 62) if up_to is None else up_to
            scenes, count, last = blake2b(digest_size=16), 0, 0
            for row in database.stream(f"SELECT * FROM crystals WHERE id <= {most:d} ORDER BY id"):
                scenes.update(seal(*row))
                count, last = count + 1, row[0]
            rest = blake2b(digest_size=16)
            for query in _REST:
                rest.update(query.encode())
                for row in database.stream(query):
                    rest.update(seal(*row))
            [(changes,)] = database.execute("SELECT coalesce(max(seq), 0) FROM changes")
    finally:
        database.close()
    return Contents(count, last, changes, scenes.hexdigest(), rest.hexdigest())
