"""
Leftovers: old copies of rows that SQLite has moved to another page.

SQLite overwrites what is deleted (`secure_delete`). But when it splits a full page, or balances two pages, it
copies rows to the other page. The old copies stay in the unused space of the first page, between its list of
rows and the rows themselves. If such a row is forgotten later, only the copy in use is overwritten. So after
each `forget` the unused space of all pages is searched for what was forgotten. If a page of an index has some
of it, the index is rebuilt; if a page of a table has, the whole file is.

    type 1 | first free 2 | rows 2 | start of rows 2 | fragments 1 | last child 0 or 4 |
    places of rows 2 each | unused space | rows
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator

import apsw

_LEAST = 3  # bytes of a text that tells anything
_LONG = 12  # bytes of a text that is not found in others by chance

_READ = 1 << 22  # bytes read at once
_LEAVES = (10, 13)
_INNER = (2, 5)
_ROWS = struct.Struct(">xxxHH")


def wipe(connection: apsw.Connection, forgotten: Collection[str]) -> None:
    """
    Leave nothing of the texts *forgotten* in unused space of the file; no write may be in the log.

    Raises:
        apsw.Error: if the disk fails or another process is writing; nothing is changed then
    """
    holding = list(_holding(connection, forgotten))
    if not holding:
        return
    marks = ",".join("?" * len(holding))
    names = {
        row[0] for row in connection.execute(f"SELECT name FROM dbstat WHERE pageno IN ({marks})", holding)
    }
    indexes = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    if names <= indexes:
        for name in sorted(names):
            connection.execute(f'REINDEX "{name}"')
    else:
        connection.execute("VACUUM")


def _pattern(text: bytes) -> bytes:
    """What finds *text*; a short one only where a word begins, since it may be part of many others."""
    return (b"" if len(text) >= _LONG else rb"(?<![0-9A-Za-z\x80-\xff])") + re.escape(text)


def _holding(connection: apsw.Connection, forgotten: Collection[str]) -> Iterator[int]:
    """The numbers of pages with any of *forgotten* in their unused space."""
    texts = {data for text in forgotten if len(data := text.encode()) >= _LEAST}
    if not texts:
        return
    pattern = re.compile(b"|".join(sorted(map(_pattern, texts), key=len)))
    # Most unused space was never written, and takes long to search; but a text may have such ends.
    blank = b"" if any(text.strip(b"\0") != text for text in texts) else b"\0"
    [(size, count)] = connection.execute(
        "SELECT page_size, page_count FROM pragma_page_size, pragma_page_count"
    )
    some = max(_READ // size, 1)
    for first in range(0, count, some):
        # Through SQLite: to open and close the file once more would drop this process's locks on it (POSIX).
        _, pages = connection.read("main", 0, first * size, min(some, count - first) * size)
        for start in range(0, len(pages), size):
            head = start + (100 if first + start == 0 else 0)
            kind = pages[head]
            if kind in _LEAVES or kind in _INNER:
                rows, used = _ROWS.unpack_from(pages, head)
                begin = head + (8 if kind in _LEAVES else 12) + 2 * rows
                unused = pages[begin : start + (used or 65536)].strip(blank)
                if unused and pattern.search(unused):
                    yield first + start // size + 1
