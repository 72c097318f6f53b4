"""
Qdrant embedded: a shard in the memory's folder, which gives its graph (HNSW) without a server.

    vectors.qdrant/
      lock     held by the process that has the shard open: Qdrant's own files are for one process at a time
      seal     the checksum of all files of the shard, with watermark and fingerprint (`.sealed`)
      shard/   Qdrant's files

Qdrant flushes to disk only on request, and loads a damaged write-ahead log without a word. So it keeps no
log here, the seal is removed before the first change and written after the last was flushed, and a shard
without a seal that fits is rebuilt.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Self, final

from scenograph.errors import MissingExtraError, StoreError
from scenograph.files import sync
from scenograph.memory.index.sealed import (
    MissingIndexError,
    Seal,
    UnusableIndexError,
    open_sealed,
    write_sealed,
)
from scenograph.memory.index.vector_index import Truth, VectorIndex, best, in_order
from scenograph.memory.index.vectors import DIMENSIONS, Vectors
from scenograph.memory.store.rows import chunks

try:
    import portalocker
    import qdrant_edge as qdrant
except ImportError as error:
    raise MissingExtraError("qdrant-edge-py", "qdrant", error) from error

_UNGRAPHED = 20_000 * DIMENSIONS * 4 // 1024  # kilobytes of vectors that are compared one by one
_EFFORT = 256  # vectors looked at in the graph
_SETTINGS = "edge_config.json"
_CHUNK = 1000  # points asked for at once


@final
class EdgeIndex(VectorIndex):
    """
    Vectors in an embedded Qdrant shard.

    Args:
        folder: `vectors.qdrant`
        truth: the memory it is derived from
        lock: the open lock file
        shard: Qdrant's shard
    """

    def __init__(self, folder: Path, truth: Truth, lock: IO[bytes], shard: qdrant.EdgeShard) -> None:
        super().__init__(truth)
        self._folder = folder
        self._lock = lock
        self._shard = shard
        self._closed = False

    @classmethod
    def open(cls, folder: Path, truth: Truth) -> Self:
        """
        Load the shard in *folder*.

        Raises:
            UnusableIndexError: if it is missing, damaged, or not derived from *truth*
            StoreError: if another process has it open
        """
        if not folder.is_dir():
            raise MissingIndexError(f"there is no Qdrant shard at {folder}")
        lock = _locked(folder)
        try:
            with open_sealed(folder / "seal", truth) as (contents, size, seal):
                sound = contents[:size] == _digest(folder / "shard")
            if not sound:
                raise UnusableIndexError(f"the Qdrant shard {folder} is damaged")
            before = _looks(folder / "shard")
            index = cls(folder, truth, lock, _loaded(folder))
            index.watermark = index.saved = seal.watermark
            if _looks(folder / "shard") != before:  # Qdrant writes an empty journal, for instance
                index._seal()
        except BaseException:
            lock.close()
            raise
        return index

    @classmethod
    def create(cls, folder: Path, truth: Truth) -> Self:
        """
        Make an empty shard in *folder*; one that was there is removed.

        Raises:
            StoreError: if another process has it open, or the disk fails
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = _locked(folder)
        except OSError as error:
            raise StoreError(f"cannot make a Qdrant shard at {folder}: {error.strerror}") from error
        try:
            with _in_words(folder):
                (folder / "seal").unlink(missing_ok=True)
                shutil.rmtree(folder / "shard", ignore_errors=True)
                (folder / "shard").mkdir()
                return cls(folder, truth, lock, qdrant.EdgeShard.create(str(folder / "shard"), _config()))
        except BaseException:
            lock.close()
            raise

    def __len__(self) -> int:
        with _in_words(self._folder):
            return int(self._shard.count(qdrant.CountRequest(exact=True)))

    @property
    def ids(self) -> set[int]:
        found: set[int] = set()
        offset: qdrant.PointId | None = None
        while True:
            request = qdrant.ScrollRequest(
                limit=10 * _CHUNK, offset=offset, with_payload=False, with_vector=False
            )
            with _in_words(self._folder):
                records, offset = self._shard.scroll(request)
            found.update(int(str(record.id)) for record in records)
            if offset is None:
                return found

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        points = [qdrant.Point(crystal, row.tolist()) for crystal, row in zip(ids, vectors, strict=True)]
        self._change(qdrant.UpdateOperation.upsert_points(points))

    def remove(self, ids: Collection[int]) -> None:
        if ids:
            self._change(qdrant.UpdateOperation.delete_points(list(ids)))

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        if k <= 0 or not cue.any():
            return {}
        request = qdrant.QueryRequest(
            limit=k,
            query=qdrant.Query.Nearest(cue[0].tolist()),
            params=qdrant.SearchParams(hnsw_ef=max(_EFFORT, k)),
        )
        with _in_words(self._folder):
            return best({int(str(point.id)): point.score for point in self._shard.query(request)}, k)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        rows: dict[int, list[float]] = {}
        for some in chunks(ids, _CHUNK):
            with _in_words(self._folder):
                for record in self._shard.retrieve([*some], False, True):
                    rows[int(str(record.id))] = record.vector  # pyright: ignore[reportArgumentType]
        return in_order(rows, ids)

    def save(self) -> None:
        if self.saved == self.watermark:
            return
        self._unseal()
        with _in_words(self._folder):
            self._shard.optimize()  # which builds the graph, and leaves nothing of what was removed
            self._shard.flush()
            for path in _files(self._folder / "shard"):
                sync(path)
            sync(self._folder / "shard")
        self._seal()
        self.saved = self.watermark

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                with _in_words(self._folder):
                    self._shard.close()
            finally:
                self._lock.close()

    def _change(self, operation: qdrant.UpdateOperation) -> None:
        self._unseal()
        with _in_words(self._folder):
            self._shard.update(operation)

    def _seal(self) -> None:
        with _in_words(self._folder):
            digest = _digest(self._folder / "shard")
        seal = Seal(b"qdrant", self.watermark, len(self))
        write_sealed(self._folder / "seal", self.truth, seal, lambda draft: draft.write_bytes(digest))

    def _unseal(self) -> None:
        """From here on the shard may differ from what its seal says."""
        if self.saved is not None:
            with _in_words(self._folder):
                (self._folder / "seal").unlink(missing_ok=True)
                sync(self._folder)
            self.saved = None


def _config() -> qdrant.EdgeConfig:
    return qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(size=DIMENSIONS, distance=qdrant.Distance.Dot),
        hnsw_config=qdrant.HnswIndexConfig(m=16, ef_construct=128, full_scan_threshold=_UNGRAPHED),
        optimizers=qdrant.EdgeOptimizersConfig(
            deleted_threshold=1e-9, vacuum_min_vector_number=1, indexing_threshold=_UNGRAPHED
        ),
        wal_enabled=False,
    )


def _loaded(folder: Path) -> qdrant.EdgeShard:
    try:
        with _in_words(folder):
            return qdrant.EdgeShard.load(str(folder / "shard"), _config())
    except StoreError as error:
        raise UnusableIndexError(str(error)) from error


def _locked(folder: Path) -> IO[bytes]:
    file = (folder / "lock").open("wb")
    try:
        portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        file.close()
        raise StoreError(
            f"the Qdrant shard {folder} is open elsewhere, and it serves one memory at a time; "
            "use faiss: or a Qdrant server"
        ) from None
    return file


@contextmanager
def _in_words(folder: Path) -> Generator[None]:
    """Say what failed, as our own error: Qdrant raises bare exceptions."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"the Qdrant shard {folder} failed: {error.strerror}") from error
    except Exception as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"the Qdrant shard {folder} failed: {reason}") from error


def _files(shard: Path) -> list[Path]:
    return sorted(Path(where) / name for where, _, names in os.walk(shard) for name in names)


def _looks(shard: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of change of all files but the settings."""
    stats = {path: path.stat() for path in _files(shard) if path.name != _SETTINGS}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


def _digest(shard: Path) -> bytes:
    """One checksum of all files but the settings, which are ours and written again at every opening."""

    def of_file(path: Path) -> bytes:
        with path.open("rb") as file:
            own = blake2b()
            while block := file.read(1 << 20):
                own.update(block)
        return own.digest()

    paths = [path for path in _files(shard) if path.name != _SETTINGS]
    whole = blake2b(digest_size=32)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path, digest in zip(paths, pool.map(of_file, paths), strict=True):
            whole.update(path.relative_to(shard).as_posix().encode() + b"\0" + digest)
    return whole.digest()
