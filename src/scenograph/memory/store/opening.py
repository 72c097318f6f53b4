"""How the SQLite file of a memory is made and opened: its settings, its versions, every error in words."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

from scenograph.errors import FullDiskError, StoreError
from scenograph.files import draft_of, sync
from scenograph.memory.store import sums
from scenograph.memory.store.schema import APPLICATION_ID, MIGRATIONS, VERSION

Row = tuple[Any, ...]

SCHEMA = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
"""The definition of every table and index, to compare one file with another."""


def is_there(path: Path) -> bool:
    """Whether there is a file at *path*. Raises `StoreError` if that cannot be found out."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise StoreError(
            f"cannot look for a memory at {str(path)!r} ({error}); choose another path"
        ) from error
    return True


def expected_schema() -> list[Row]:
    """What `SCHEMA` finds in an undamaged memory of the present version."""
    connection = apsw.Connection(":memory:")
    try:
        migrate(connection)
        return connection.execute(SCHEMA).fetchall()
    finally:
        connection.close()


def connect(path: str, wait: float, *, read_only: bool = False) -> apsw.Connection:
    """A connection to the file, or URI, *path*; it waits so many seconds for another process that writes."""
    if path.startswith("file:"):
        return apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(milliseconds(wait))
        if read_only:  # a log that is there is left as it is; a new one goes when all are closed
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, sums.has_log(Path(path)))
            connection.pragma("query_only", True)
            return connection
        connection.pragma("journal_mode", "wal")
        for name, value in (
            ("synchronous", "full"),
            ("fullfsync", True),
            ("foreign_keys", True),
            ("secure_delete", True),
            ("cell_size_check", True),
            ("temp_store", "memory"),
            ("cache_size", -32_000),  # 32 MB: to read a page again takes as long as to look through it
        ):
            connection.pragma(name, value)
    except BaseException:
        connection.close()
        raise
    return connection


def milliseconds(seconds: float) -> int:
    """*seconds* as SQLite takes them."""
    return round(min(seconds * 1000, (1 << 31) - 1))


def unchanging(path: Path) -> str | None:
    """
    The URI by which SQLite reads a file that no process can write; None if it can be written.

    Raises:
        StoreError: if writes stand in the log, which SQLite cannot read where it can write nothing
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return None
    if sums.has_log(path):
        raise StoreError(
            f"{path} holds writes in its log, which can be read only where it can be written; open "
            "the memory once in a folder that can be written"
        )
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1&{path.stat().st_mtime_ns}"


def check_unchanged(path: Path, uri: str | None) -> None:
    """Raise `StoreError` if a file that is read as unchanging was changed."""
    if uri is not None and (sums.has_log(path) or not uri.endswith(f"&{path.stat().st_mtime_ns}")):
        raise StoreError(f"{path} was changed by another process; open the memory again")


def create(path: Path) -> None:
    """Make an empty memory at *path*, whole or not at all. If another process was first, use its memory."""
    draft = draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(draft))
        try:
            migrate(connection)
        finally:
            connection.close()
        with suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        sync(path.parent)
    except apsw.Error as error:
        raise in_words(error, path, 0) from error
    except OSError as error:
        raise StoreError(
            f"cannot create a memory at {path}: {error.strerror}; choose another path"
        ) from error
    finally:
        with suppress(OSError):  # a draft that stays is dropped when the memory is next opened
            draft.unlink()


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables to the present version; all of it is done, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[int(connection.pragma("user_version")) :]:
            step(connection)
        connection.pragma("user_version", VERSION)
        connection.pragma("application_id", APPLICATION_ID)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite has already rolled back where the disk failed
            connection.execute("ROLLBACK")
        raise


def in_words(error: apsw.Error | UnicodeDecodeError, path: Path, wait: float) -> StoreError:
    """SQLite's *error* as one of ours: what was wrong, where, what to do."""
    match error:
        case apsw.BusyError():
            said = f"is being written by another process and was not free within {wait:g} s; try again later"
        case apsw.NotADBError():
            said = "is not a memory (not an SQLite database); choose another path"
        case UnicodeDecodeError():
            said = "is damaged (a text is no UTF-8); restore it from a copy or an export"
        case apsw.CorruptError():
            said = f"is damaged ({error}); restore it from a copy or an export"
        case apsw.FullError():
            return FullDiskError(
                f"{path} cannot grow: the disk is full; nothing of this write was kept; make room first"
            )
        case apsw.ReadOnlyError() | apsw.PermissionsError():
            said = "cannot be written; check its permissions, or open the memory with read_only=True"
        case apsw.CantOpenError():
            said = (
                "cannot be opened; check that it is a file and its permissions, or open the memory with "
                "read_only=True where nothing can be written"
            )
        case apsw.ConnectionClosedError():
            said = "is closed; open the memory again"
        case _:
            said = f"failed ({error}); nothing of this write was kept"
    return StoreError(f"{path} {said}")
