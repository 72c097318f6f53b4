"""
Files of derived data: written whole or not at all, and known again by a seal at their end.

    contents | magic 8 | form 8 | uuid 16 | fingerprint 32 | seq 8 | at 8 | rows 8 | checksum 32

The checksum is the BLAKE2b of the CRC-32 of each block of 8 MiB of the contents and of the rest of the
seal. It reads 4 GB a second, where BLAKE2b of everything reads 0.9; it misses no single flipped bit, and of
other harm to a block one case in four thousand million. A file that was cut has lost its seal.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

from scenograph.errors import StoreError
from scenograph.files import draft, drop_drafts
from scenograph.memory.records import Watermark

_MAGIC = b"SCNGVEC2"
_SEAL = struct.Struct("<8s8s16s32sqqq32s")
_SIGNED = _SEAL.size - 32
_BLOCK = 1 << 23


class UnusableIndexError(StoreError):
    """An index that is missing, damaged, or of another memory or encoding: to be rebuilt."""


class StaleIndexError(UnusableIndexError):
    """An index that is sound, but of another memory, encoding or history: nothing is wrong."""


class MissingIndexError(StaleIndexError):
    """There is no index yet."""


class Owner(Protocol):
    """What the contents are derived from: a memory, and a way of deriving them."""

    @property
    def uuid(self) -> bytes:
        """16 bytes that name the memory."""
        ...

    @property
    def fingerprint(self) -> bytes:
        """32 bytes that name the way."""
        ...


class Seal(NamedTuple):
    """What the end of a file says of its contents: of what form, up to which change, how many rows."""

    form: bytes
    watermark: Watermark
    rows: int


def write_sealed(path: Path, truth: Owner, seal: Seal, write: Callable[[Path], object]) -> None:
    """
    Write a file to *path*.

    Args:
        path: the file
        truth: what it is derived from
        seal: what is to be said of it
        write: writes the contents to the draft that it is given
    Raises:
        StoreError: if the disk fails; the file is then as it was
    """
    try:
        with draft(path) as new:
            write(new)
            _append_seal(new, truth, seal)
        drop_drafts(path.parent)
    except (OSError, RuntimeError) as error:  # FAISS reports a full disk as a RuntimeError
        raise StoreError(f"cannot write the index {path}: {_reason(error)}") from error


def _append_seal(path: Path, truth: Owner, seal: Seal) -> None:
    head = _SEAL.pack(
        _MAGIC, seal.form, truth.uuid, truth.fingerprint, *seal.watermark, seal.rows, bytes(32)
    )[:_SIGNED]
    with path.open("r+b") as file:
        with _mapped(file.fileno()) as contents:
            checksum = _checksum(contents, len(contents), head)
        file.seek(0, os.SEEK_END)
        file.write(head + checksum)


@contextmanager
def open_sealed(path: Path, truth: Owner) -> Generator[tuple[mmap.mmap, int, Seal]]:
    """
    Map the file at *path* into memory, with the length of its contents and its seal.

    Raises:
        MissingIndexError: if it is not there
        UnusableIndexError: if it is damaged, or not derived from *truth*
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise MissingIndexError(f"there is no index {path}") from None
    except OSError as error:
        raise UnusableIndexError(f"cannot read the index {path}: {error.strerror}") from error
    with file:
        size = os.fstat(file.fileno()).st_size - _SEAL.size
        if size < 0:
            raise UnusableIndexError(f"{path} is no index, or was cut off")
        with _mapped(file.fileno()) as contents:
            magic, form, uuid, fingerprint, seq, at, rows, checksum = _SEAL.unpack_from(contents, size)
            if magic != _MAGIC:
                raise UnusableIndexError(f"{path} is no index, or was cut off")
            if _checksum(contents, size, contents[size : size + _SIGNED]) != checksum:
                raise UnusableIndexError(f"the index {path} is damaged")
            if uuid != truth.uuid or fingerprint != truth.fingerprint:
                raise StaleIndexError(f"the index {path} belongs to another memory or way of encoding")
            yield contents, size, Seal(form.rstrip(b"\0"), Watermark(seq, at), rows)
        if not _is_at(path, file.fileno()):  # who opened it again by its path may have met another one
            raise UnusableIndexError(f"the index {path} was replaced while it was read")


def _reason(error: OSError | RuntimeError) -> str:
    """Why, without where: FAISS ends its lines in `: reason` or `(reason)`."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rpartition(": ")[2].rpartition("(")[2].rstrip(")")


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


@contextmanager
def _mapped(descriptor: int) -> Generator[mmap.mmap]:
    contents = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    try:
        yield contents
    finally:
        with suppress(BufferError):  # someone still looks at it: it is closed with the last of them
            contents.close()


def _checksum(contents: mmap.mmap, size: int, head: bytes) -> bytes:
    view = memoryview(contents)
    whole = blake2b(head, digest_size=32)
    for start in range(0, size, _BLOCK):
        whole.update(zlib.crc32(view[start : min(start + _BLOCK, size)]).to_bytes(4, "little"))
    view.release()
    return whole.digest()
