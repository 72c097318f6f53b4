"""
The SQLite file of a memory: opened with care, written in transactions, every error in words.

A write is on the disk when the outermost `Database.transaction` block ends (WAL, `synchronous=FULL`).
Blocks nest: an inner one that fails takes back its own writes only.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import pairwise
from pathlib import Path
from typing import Self

import apsw

from scenograph.errors import StoreError
from scenograph.memory.store import opening, sums
from scenograph.memory.store.leftovers import wipe
from scenograph.memory.store.opening import Row
from scenograph.memory.store.schema import APPLICATION_ID, VERSION, Value

_IN_THE_WAY = 200  # milliseconds that readers of an older state are waited for


class Database:
    """
    The SQLite file of a memory; threads may share it.

    One connection writes, and threads take turns with it. Within a `snapshot` a thread reads through a
    connection of its own, so that it never waits for a writer. Other statements go through the writing one.

    Args:
        path: the file
        wait: how long to wait for another process that is writing, in seconds
        create: make a new memory where there is no file
        read_only: write nothing, neither to the file nor beside it
    Raises:
        StoreError: no memory here, not a memory, damaged, locked, or written by a newer version
    """

    def __init__(
        self, path: Path, *, wait: float = 10.0, create: bool = True, read_only: bool = False
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._wait = wait
        self._depth = 0
        self._owner: int | None = None  # the thread whose transaction is open
        self._idle: list[apsw.Connection] = []  # connections that no thread reads through now
        self._of_thread = threading.local()  # .connection: the one that a thread reads through
        self._closed = False
        self._changed = False  # whether this process has written since the file was opened
        self.harmed: list[int] = []  # blocks of the file that are not what was written
        self.lock = threading.RLock()
        if not opening.is_there(path):
            if not create:
                raise StoreError(f"no memory at {path}; check the path")
            opening.create(path)
        if path.stat().st_size == 0:
            raise StoreError(f"{path} is empty: the memory was cut off; restore it from a copy or an export")
        try:
            self._uri = opening.unchanging(path) if read_only else None
            self._connection = self._connect()
        except apsw.Error as error:
            raise self._in_words(error) from error
        try:
            self._check_version()
            self.harmed = self._harmed()
        except apsw.Error as error:
            self._connection.close()
            raise self._in_words(error) from error
        except BaseException:
            self._connection.close()
            raise

    def _check_version(self) -> None:
        if self._connection.pragma("application_id") != APPLICATION_ID:
            raise StoreError(
                f"{self.path} is a database, but not a memory of Scenograph; choose another path"
            )
        if self._version() < VERSION:
            if self.read_only:
                raise StoreError(
                    f"{self.path} is of memory version {self._version()}, and this Scenograph reads "
                    f"{VERSION}; open the memory once without read_only"
                )
            try:
                opening.migrate(self._connection)
            except (AttributeError, TypeError, ValueError) as error:
                # In a damaged row any column can hold anything.
                raise StoreError(
                    f"{self.path} cannot be brought to memory version {VERSION}: it is damaged ({error}); "
                    "restore it from a copy"
                ) from error
        if self._version() > VERSION:
            raise StoreError(
                f"{self.path} was written by a newer Scenograph (memory version {self._version()}, "
                f"this one knows {VERSION}); upgrade the package"
            )

    def _version(self) -> int:
        return int(self._connection.pragma("user_version"))

    def _connect(self) -> apsw.Connection:
        return opening.connect(self._uri or str(self.path), self._wait, read_only=self.read_only)

    @property
    def _reader(self) -> apsw.Connection | None:
        """The connection through which this thread reads a snapshot, if it does."""
        return None if self.in_transaction else getattr(self._of_thread, "connection", None)

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return all its rows."""
        reader = self._reader
        with nullcontext() if reader else self.lock:
            try:
                return (reader or self._connection).execute(sql, values).fetchall()
            except (apsw.Error, UnicodeDecodeError) as error:
                raise self._in_words(error) from error

    def pages(self, sql: str, *values: Value, after: int = 0) -> Iterator[list[Row]]:
        """
        The rows of a query, some hundreds at a time, so that however many there are, few are held at once.

        Args:
            sql: a query whose first column is a key, whose last condition is `key > ?`, ordered by the key
            values: for the other conditions
            after: only rows with a larger key are returned
        Raises:
            StoreError: also where damage has put the keys out of order, which would have no end
        """
        while rows := self.execute(f"{sql} LIMIT 500", (*values, after)):
            keys = [after, *(row[0] for row in rows)]
            if any(later <= earlier for earlier, later in pairwise(keys)):
                raise StoreError(
                    f"{self.path} is damaged (keys out of order); restore it from a copy or an export"
                )
            yield rows
            after = keys[-1]

    def execute_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement once for each of *rows*."""
        reader = self._reader
        with nullcontext() if reader else self.lock:
            try:
                (reader or self._connection).executemany(sql, rows)
            except apsw.Error as error:
                raise self._in_words(error) from error

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of one query as they are read, however many; for use within a `snapshot`."""
        try:
            yield from (self._reader or self._connection).execute(sql)
        except (apsw.Error, UnicodeDecodeError) as error:
            raise self._in_words(error) from error

    def next_id(self, table: str) -> int:
        """The number that the next row of *table* gets, which no row has had before."""
        found = self.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return found[0][0] + 1 if found else 1

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction block open."""
        return self._owner == threading.get_ident()

    @contextmanager
    def transaction(self) -> Generator[Self]:
        """
        All writes of the block or none, on disk when the outermost block ends.

        Raises:
            StoreError: another process kept writing for longer than the wait, the disk failed, or the
                memory is open for reading only
        """
        self.check_writable()
        with self.lock:
            level = self._depth
            self.execute(f"SAVEPOINT level_{level}" if level else "BEGIN IMMEDIATE")
            self._depth += 1
            self._owner = threading.get_ident()
            try:
                if not level:
                    self._begin_changes()
                yield self
                self.execute(f"RELEASE level_{level}" if level else "COMMIT")
                self._changed = True
            except BaseException:
                # SQLite has already rolled back where the disk failed: then there is nothing left to undo.
                with suppress(apsw.Error):
                    if level:
                        self._connection.execute(f"ROLLBACK TO level_{level}; RELEASE level_{level}")
                    elif self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
                self._owner = self._owner if self._depth else None

    def _begin_changes(self) -> None:
        """Remove the sums of the state that ends now, and let the file's change counter name a new one."""
        if self._remove_sums() or not self._changed:
            self.execute(f"PRAGMA user_version = {VERSION}")  # as it is; the counter goes up with it

    def check_sound(self) -> None:
        """Raise `StoreError` if the file was found harmed when it was opened."""
        if self.harmed:
            raise StoreError(
                f"{self.path} is damaged: {sums.in_words(self.harmed)}; restore it from a copy or an export. "
                "`scenograph memory check --repair` repairs what can be derived. To use what is left, or if "
                f"another program wrote the file, delete {sums.path_of(self.path).name}"
            )

    def check_writable(self) -> None:
        """Raise `StoreError` if the memory is open for reading only."""
        if self.read_only:
            raise StoreError(
                f"{self.path} is open for reading only; open the memory without read_only to change it"
            )

    @contextmanager
    def snapshot(self) -> Generator[Self]:
        """All reads of the block see the memory as it was when the block began; no writer has to wait."""
        if self.in_transaction or self._reader:
            yield self
            return
        self._of_thread.connection = connection = self._borrowed()
        try:
            self.execute("BEGIN")
            self.execute("PRAGMA user_version")  # the first read is what the snapshot shows
            yield self
        finally:
            self._of_thread.connection = None
            self._give_back(connection)

    def _borrowed(self) -> apsw.Connection:
        """A connection to read through, which this thread alone uses until it is given back."""
        if self._closed:
            raise StoreError(f"{self.path} is closed; open the memory again")
        if self.read_only:
            opening.check_unchanged(self.path, self._uri)
        with suppress(IndexError):  # threads share the list, so whether one is left shows when it is taken
            return self._idle.pop()
        try:
            if self.read_only and self._uri is None:  # unlike `query_only`, this allows temporary tables
                return apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
            return self._connect()
        except apsw.Error as error:
            raise self._in_words(error) from error

    def _give_back(self, connection: apsw.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except apsw.Error:  # it cannot be used any more
            connection.close()
        else:
            self._idle.append(connection)
        if self._closed:
            self._close_idle()

    def _close_idle(self) -> None:
        with suppress(IndexError):  # until none is left, also where another thread takes the last
            while True:
                self._idle.pop().close()

    def scrub(self) -> bool:
        """
        Move every write from the log into the file and empty the log; False if a reader is in the way.

        Raises:
            StoreError: if the disk fails; every write is kept then, in the log
        """
        with self.lock:
            try:
                self._connection.set_busy_timeout(min(opening.milliseconds(self._wait), _IN_THE_WAY))
                return self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0] == 0
            except apsw.Error as error:
                raise StoreError(f"{self.path}-wal could not be emptied ({error})") from error
            finally:
                self._connection.set_busy_timeout(opening.milliseconds(self._wait))

    def blocks(self, size: int) -> Iterator[bytes]:
        """The bytes of the file, *size* at a time, through SQLite; what is in the log is not among them."""
        [(length,)] = self.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        for start in range(0, length, size):
            try:
                with self.lock:
                    block = self._connection.read("main", 0, start, min(size, length - start))[1]
            except apsw.Error as error:
                raise self._in_words(error) from error
            yield block

    def wipe(self, forgotten: Collection[str]) -> None:
        """
        Leave no copies of *forgotten* texts in unused space of the file; the log is empty.

        Raises:
            StoreError: if the disk fails, or another process is writing
        """
        with self.lock, self._changing():
            try:
                wipe(self._connection, forgotten)
            except (apsw.Error, OSError) as error:
                raise StoreError(f"{self.path} could not be wiped ({error})") from error

    def compact(self) -> int:
        """
        Give space in the file back that nothing uses any more; readers see what they saw.

        It takes about a second for each 200 MB that are used, as much memory, and as much room on the disk.

        Returns:
            How many bytes smaller the file is.
        Raises:
            StoreError: if another process is writing, or the disk failed; nothing has changed then
        """
        size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        with self.lock, self._changing():
            [(before,)] = self.execute(size)
            self.execute("VACUUM")
            self.scrub()
            [(after,)] = self.execute(size)
        return before - after

    @contextmanager
    def _changing(self) -> Generator[None]:
        """Remove the sums, for a statement that changes the file outside a transaction."""
        self._changed = True
        self._remove_sums()
        try:
            yield
        finally:  # a process that closed the memory meanwhile may have written them again
            self._remove_sums()

    def _harmed(self) -> list[int]:
        try:
            return sums.harmed(self.path, self._connection)
        except OSError as error:
            raise StoreError(
                f"{sums.path_of(self.path)} cannot be read ({error.strerror}), so that harm to the memory "
                "would not be found; let it be read, or delete it"
            ) from error

    def _remove_sums(self) -> bool:
        try:
            return sums.remove(self.path)
        except OSError as error:
            raise StoreError(f"{sums.path_of(self.path)} cannot be removed ({error.strerror})") from error

    def _sum(self) -> None:
        """Write the sums of the file if it was changed here. While another process uses it, do nothing."""
        if not self._changed or self.harmed:
            return
        with suppress(StoreError, OSError, apsw.Error):  # without sums nothing is wrong
            if self.scrub():
                self._connection.set_busy_timeout(0)
                self._connection.execute("BEGIN IMMEDIATE")
                if not sums.has_log(self.path):
                    sums.write(self.path, self._connection)
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        with self.lock:
            if not self._closed:
                self._close_idle()
                self._sum()
            self._closed = True
            try:
                self._close_idle()
                self._connection.close()
            except apsw.Error as error:
                raise self._in_words(error) from error

    def _in_words(self, error: apsw.Error | UnicodeDecodeError) -> StoreError:
        return opening.in_words(error, self.path, self._wait)
