"""
Files that are whole or absent.

Everything a mind writes goes through here: first under a temporary name in the same folder, then flushed to
the disk, then renamed. A reader, a crash or a Ctrl-C sees the old content or the new one, never a part.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Generator
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from scenograph.errors import MindError

PARTIAL = ".partial"


def write_text(path: Path, text: str) -> None:
    """Write *text* to *path* as UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all."""
    with _partial(path) as partial, partial.open("wb") as file:
        file.write(data)
        _sync(file)


@contextlib.contextmanager
def writing(path: Path) -> Generator[IO[str]]:
    """A file for text, as UTF-8 with line feeds; it is at *path* when the block ends, or not at all."""
    with _partial(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        _sync(file)


@contextlib.contextmanager
def _partial(path: Path) -> Generator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def write_json(path: Path, value: Any) -> None:
    """Write *value* to *path* as readable JSON, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """
    Return the JSON value in *path*.

    Raises:
        MindError: if the file is damaged
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MindError(f"{path} is damaged ({error}); delete it and run `scenograph train` again") from error


@contextlib.contextmanager
def new_folder(final: Path) -> Generator[Path]:
    """
    A folder to fill that becomes *final* when the block ends well, in place of what stood there.

    If the block fails, *final* is as it was and the half-filled folder is gone.
    """
    partial = final.with_name(f".{final.name}{PARTIAL}")
    former = final.with_name(f".{final.name}.former")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        publish_folder(partial, final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)


def publish_folder(ready: Path, final: Path) -> None:
    """Put the finished folder *ready* in the place of *final*, after its files are safe on the disk."""
    for path in (path for path in ready.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    former = final.with_name(f".{final.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if final.exists():
        final.rename(former)
    ready.rename(final)
    sync_folder(final.parent)
    shutil.rmtree(former, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Flush the names in *folder* to the disk, so that a rename survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """
    Hold the one right to change *folder*.

    Raises:
        MindError: if another process holds it
    """
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MindError(f"{folder} is being trained by another process; wait until it ends") from None
        yield


def file_digest(path: Path) -> str:
    """Hex blake2b-128 of the bytes of *path*."""
    state = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    return state.hexdigest()


def value_digest(value: Any) -> str:
    """Hex blake2b-128 of a JSON value; equal values have equal digests."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()
