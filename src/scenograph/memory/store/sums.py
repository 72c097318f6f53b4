"""
Checksums of the whole database file, by which harm to it is found when it is opened.

SQLite does not notice all harm to a page. Where 512 bytes have become zeros, rows of a table or an index may
be missing, and a search finds less without a word. So a process that has changed a memory writes the sums of
its file, `memory.db-sums`, when it closes it. A process that opens a memory compares them.

    magic 8 | change counter 4 | bytes of the file 8 | CRC-32 of each 64 KiB 4 … | CRC-32 of all this 4

The sums are those of one state of the file. SQLite's change counter names the state (bytes 24 to 27 of the
first page). Each transaction removes the sums before it commits, and counts on. So sums that come back, after
a power cut or with a copy of a file, are those of another state, and are not compared. Nor are they while
writes stand in the log. Another program that writes the file may leave the counter as it was. Then its writes
look like harm, until the sums are deleted.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import apsw

from scenograph.files import write_bytes

LARGEST: Final = 1 << 30
"""Bytes of a file that has sums; to read a larger one each time it is opened would take seconds."""

_MAGIC = b"SCNGSUM1"
_HEAD = struct.Struct("<8s4sQ")
_SUM = struct.Struct("<I")
_BLOCK = 1 << 16
_COUNTER = 24  # place of the change counter


def path_of(database: Path) -> Path:
    """Return where the sums of *database* are."""
    return database.with_name(f"{database.name}-sums")


def remove(database: Path) -> bool:
    """Remove the sums of *database*, which is about to change; tell whether there were any."""
    try:
        path_of(database).unlink()
    except FileNotFoundError:
        return False
    return True


def write(database: Path, connection: apsw.Connection) -> None:
    """
    Write the sums of *database*; the caller holds its write lock, and the log is empty.

    Raises:
        OSError, apsw.Error: if the disk fails; there are no sums then
    """
    size = database.stat().st_size
    if size <= LARGEST:
        body = _HEAD.pack(_MAGIC, _counter(connection), size)
        body += b"".join(map(_SUM.pack, _blocks(connection, size)))
        write_bytes(path_of(database), body + _SUM.pack(zlib.crc32(body)))


def harmed(database: Path, connection: apsw.Connection) -> list[int]:
    """
    Return the number of each block that is not what was written; none where there are no sums.

    Raises:
        OSError: if there are sums, and they cannot be read
    """
    sums = _read(database, connection)
    if sums is None:
        return []
    size, wanted = sums
    found = [
        number
        for number, (own, said) in enumerate(zip(_blocks(connection, size), wanted, strict=True))
        if own != said
    ]
    # Another process may have begun to write; then it has removed the sums before.
    return found if found and _read(database, connection) == sums else []


def in_words(blocks: list[int]) -> str:
    """Say where harm was found."""
    first, last = blocks[0] * _BLOCK, (blocks[-1] + 1) * _BLOCK - 1
    return f"between byte {first} and byte {last} it is not what was written"


def _read(database: Path, connection: apsw.Connection) -> tuple[int, tuple[int, ...]] | None:
    """Return the size and the sums of the present state of the file; None where none are known."""
    data = b""
    with suppress(FileNotFoundError):
        data = path_of(database).read_bytes()
    if (
        len(data) < _HEAD.size + _SUM.size
        or zlib.crc32(data[: -_SUM.size]) != _SUM.unpack(data[-_SUM.size :])[0]
    ):
        return None
    magic, counter, size = _HEAD.unpack_from(data)
    if magic != _MAGIC or counter != _counter(connection) or has_log(database):
        return None
    return size, tuple(number for (number,) in _SUM.iter_unpack(data[_HEAD.size : -_SUM.size]))


def _counter(connection: apsw.Connection) -> bytes:
    return connection.read("main", 0, _COUNTER, 4)[1]


def has_log(database: Path) -> bool:
    """Whether writes stand in the log of *database*, not yet in the file itself."""
    log = database.with_name(f"{database.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _blocks(connection: apsw.Connection, size: int) -> Iterator[int]:
    """
    Yield the CRC-32 of each block.

    The file is read through SQLite: to open and close it once more would drop this process's locks on it.
    """
    for start in range(0, size, _BLOCK):
        yield zlib.crc32(connection.read("main", 0, start, min(_BLOCK, size - start))[1])
