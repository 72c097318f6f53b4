"""
SQLite's own file system, watched from within.

What SQLite writes, syncs, cuts and removes goes through tables of functions in C. `watch` puts functions of
Python in their place. They return SQLite's error codes, as its own do: an apsw VFS would raise an exception,
which surfaces even where SQLite itself carries on, as it does when a checkpoint on the side fails.
"""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import apsw

_POINTER = ctypes.c_void_p
_INT = ctypes.c_int
_WIDE = ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, ctypes.c_char_p, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _WIDE)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _WIDE)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)
_WITH_FOLDER = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`."""

    _fields_ = [
        ("version", _INT),
        ("close", _POINTER),
        ("read", _POINTER),
        ("write", _POINTER),
        ("truncate", _POINTER),
        ("sync", _POINTER),
        ("others", _POINTER * 13),
    ]


class _System(ctypes.Structure):
    """The head of `sqlite3_vfs`."""

    _fields_ = [
        ("version", _INT),
        ("file_size", _INT),
        ("longest_name", _INT),
        ("next", _POINTER),
        ("name", ctypes.c_char_p),
        ("data", _POINTER),
        ("open", _POINTER),
        ("delete", _POINTER),
    ]


class Watcher(Protocol):
    """Who is asked before anything happens to a file, and told of it afterwards."""

    def perform(
        self, kind: str, path: Path, act: Callable[[], int], torn: Callable[[], object] | None = None
    ) -> Any:
        """Do *act* or not; *torn* does half of it. An `OSError` says that it failed."""
        ...

    def made(self, path: Path) -> None:
        """*path* is a new file."""
        ...

    def synced(self, path: Path) -> None:
        """What *path* holds, a file or folder, is on the disk."""
        ...

    def removed(self, path: Path) -> None:
        """*path* is gone."""
        ...


class _Watched:
    """The functions that stand in, and what they stand for; it must live as long as the process."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self.paths: dict[int, Path] = {}
        self.new_logs: set[int] = set()
        self.tables: dict[int, tuple[_Methods, list[Any]]] = {}
        self.system = _system()
        self.plain_open = _OPEN(self.system.open)
        self.plain_delete = _DELETE(self.system.delete)
        self.kept = _OPEN(self.open), _DELETE(self.delete)
        self.system.open, self.system.delete = (ctypes.cast(one, _POINTER).value for one in self.kept)

    def open(self, system: int, name: int | None, file: int, flags: int, given: int | None) -> int:
        path = None if name is None else Path(os.fsdecode(ctypes.string_at(name)))
        new = path is not None and bool(flags & apsw.SQLITE_OPEN_CREATE) and not path.exists()
        code = self.plain_open(system, name, file, flags, given)
        if code == apsw.SQLITE_OK and path is not None:
            self.paths[file] = path
            self.new_logs.discard(file)
            if new:
                self.watcher.made(path)
                if flags & _WITH_FOLDER:  # SQLite syncs a new log with its folder
                    self.new_logs.add(file)
            table = _POINTER.from_address(file)
            table.value = ctypes.addressof(self.watched(table.value or 0))
        return code

    def watched(self, table: int) -> _Methods:
        """The functions of a file, those of *table* replaced that are watched."""
        if table not in self.tables:
            plain = _Methods.from_address(table)
            write, truncate, sync = _WRITE(plain.write), _TRUNCATE(plain.truncate), _SYNC(plain.sync)

            def on_write(file: int, data: int, size: int, offset: int) -> int:
                return self.perform(
                    "write",
                    self.paths[file],
                    lambda: write(file, data, size, offset),
                    apsw.SQLITE_IOERR_WRITE,
                    lambda: write(file, data, size // 2, offset),
                )

            def on_truncate(file: int, size: int) -> int:
                path = self.paths[file]
                return self.perform(
                    "truncate", path, lambda: truncate(file, size), apsw.SQLITE_IOERR_TRUNCATE
                )

            def on_sync(file: int, flags: int) -> int:
                path = self.paths[file]
                code = self.perform("sync", path, lambda: sync(file, flags), apsw.SQLITE_IOERR_FSYNC)
                if code == apsw.SQLITE_OK:
                    self.watcher.synced(path)
                    if file in self.new_logs:
                        self.new_logs.discard(file)
                        self.watcher.synced(path.parent)
                return code

            ours = _Methods.from_buffer_copy(plain)
            kept = [_WRITE(on_write), _TRUNCATE(on_truncate), _SYNC(on_sync)]
            ours.write, ours.truncate, ours.sync = (ctypes.cast(one, _POINTER).value for one in kept)
            self.tables[table] = ours, kept
        return self.tables[table][0]

    def delete(self, system: int, name: bytes, sync_folder: int) -> int:
        path = Path(os.fsdecode(name))
        code = self.perform(
            "unlink", path, lambda: self.plain_delete(system, name, sync_folder), apsw.SQLITE_IOERR_DELETE
        )
        if code == apsw.SQLITE_OK:
            self.watcher.removed(path)
            if sync_folder:
                self.watcher.synced(path.parent)
        return code

    def perform(
        self,
        kind: str,
        path: Path,
        act: Callable[[], int],
        code: int,
        torn: Callable[[], object] | None = None,
    ) -> int:
        """Let the watcher do *act*; what SQLite returns, *code* if it failed, but for want of space."""
        try:
            return int(self.watcher.perform(kind, path, act, torn))
        except OSError as error:
            return apsw.SQLITE_FULL if error.errno == errno.ENOSPC else code


_kept: list[_Watched] = []


def watch(watcher: Watcher) -> None:
    """Let *watcher* watch SQLite's default file system, from now until the process ends."""
    _kept.append(_Watched(watcher))


def _system() -> _System:
    """SQLite's default file system."""
    found = _POINTER()
    with tempfile.TemporaryDirectory() as folder:
        connection = apsw.Connection(os.path.join(folder, "any"))
        connection.file_control("main", apsw.SQLITE_FCNTL_VFS_POINTER, ctypes.addressof(found))
        connection.close()
    return _System.from_address(found.value or 0)
