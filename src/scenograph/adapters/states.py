"""
States of frozen cores on the disk: computed once, read at every later pass over the data, by every run.

One SQLite file holds tensors by key. Its size is bounded: when it is full, states that no present run has
asked for make room, the longest unused first. When there are none, what comes later is not kept, and is
computed again each time. So a run that goes over more texts than fit finds a part of them at every pass.

A state is worth what it takes to compute it, no more: a damaged entry or file counts as missing, a full disk
ends the keeping of new ones, and training goes on with the same result. A killed process leaves whole
entries.
"""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import final

import apsw
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

_log = logging.getLogger(__name__)

_PAGE = 16_384  # bytes; entries have some 100 KB
_FEWEST = 16  # pages: an empty file has two
_ROOM = 64  # entries removed at a time
_WAIT = 5000  # milliseconds to wait for another process
_SCHEMA = """
CREATE TABLE IF NOT EXISTS states (key BLOB PRIMARY KEY, used INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS by_use ON states (used);
"""  # noqa: E501


@final
class StateStore:
    """
    Tensors by key, in one file of bounded size; several processes may use it.

    Args:
        path: the file; made if it is missing
        limit: most bytes of it; a journal of some MB may stand beside it for a while
    Attributes:
        found, missed: how many entries were asked for and were there, or were not
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._pages = max(_FEWEST, limit // _PAGE)
        self._now = time.time_ns()  # what this run used has at least this number
        self._keeps = True
        self.found = self.missed = 0
        self._db: apsw.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._db = self._open()
            except (apsw.NotADBError, apsw.CorruptError):
                _log.warning("%s is damaged; it is made again", path)
                path.unlink(missing_ok=True)
                self._db = self._open()
        except (apsw.Error, OSError) as error:
            self._give_up(error)

    def _open(self) -> apsw.Connection:
        db = apsw.Connection(str(self._path))
        db.set_busy_timeout(_WAIT)
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(_SCHEMA)
        db.execute(f"PRAGMA max_page_count = {self._pages}")
        return db

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Tensor]:
        """Return the tensors of those of *keys* that are there, whole."""
        known: dict[bytes, Tensor] = {}
        if self._db is None:
            return known
        try:
            for key in keys:
                row = self._db.execute("SELECT data, sum, used FROM states WHERE key = ?", (key,)).fetchone()
                if row is None:
                    continue
                data, total, used = row
                with suppress(SafetensorError, KeyError):  # damaged, so it is computed again
                    if zlib.crc32(data) == total:
                        known[key] = load(data)["states"]
                if used < self._now:
                    self._db.execute("UPDATE states SET used = ? WHERE key = ?", (self._now, key))
        except apsw.BusyError:
            _log.debug("%s is busy; what was not read is computed", self._path)  # another process writes
        except apsw.Error as error:
            self._give_up(error)
        self.found += len(known)
        self.missed += len(keys) - len(known)
        return known

    def put(self, states: Mapping[bytes, Tensor]) -> None:
        """Keep *states*, as far as there is room."""
        for key, tensor in states.items():
            if self._db is None or not self._keeps:
                return
            data = save({"states": tensor.contiguous().cpu()})
            row = (key, self._now, zlib.crc32(data), data)
            try:
                while True:
                    try:
                        self._db.execute("INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)", row)
                        break
                    except apsw.FullError:
                        if not self._make_room():
                            self._keeps = False
                            _log.info("%s is full, or the disk is; later states are not kept", self._path)
                            break
            except apsw.BusyError:
                continue
            except (apsw.Error, OSError) as error:
                self._give_up(error)

    def _make_room(self) -> bool:
        """Remove some entries that no run since the start of this one used; return whether there were any."""
        assert self._db is not None
        oldest = "SELECT key FROM states WHERE used < ? ORDER BY used LIMIT ?"
        self._db.execute(f"DELETE FROM states WHERE key IN ({oldest})", (self._now, _ROOM))
        return self._db.changes() > 0

    def size(self) -> int:
        """Return the bytes of the file that are in use."""
        if self._db is None:
            return 0
        ((pages,),) = self._db.execute("PRAGMA page_count")
        ((free,),) = self._db.execute("PRAGMA freelist_count")
        return (pages - free) * _PAGE

    def close(self) -> None:
        """Leave the file."""
        if self._db is not None:
            with suppress(apsw.Error):
                self._db.close()
            self._db = None

    def _give_up(self, error: Exception) -> None:
        """Work without the file from now on."""
        _log.warning("%s cannot be used (%s); states are computed again each time", self._path, error)
        self.close()
