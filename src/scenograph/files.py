"""
Files that are whole or absent.

Everything the package writes goes first to a draft in the same folder; the draft is flushed to the disk and
renamed, and then the folder is flushed. A reader, a crash or a Ctrl-C sees the old content or the new one,
never a part. A draft carries the number of the process that writes it (`memory.db.4711-140213.new`), so two
writers never share one, and `drop_drafts` knows which drafts a killed process left behind.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from scenograph.errors import ScenographError

_DRAFT = re.compile(r".+\.(\d+)-\d+\.new(-journal)?")


@contextmanager
def draft(path: Path) -> Generator[Path]:
    """A path to write to: its content becomes *path* when the block ends, or not at all."""
    new = draft_of(path)
    try:
        yield new
        sync(new)
        new.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what the caller must hear
            new.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def writing(path: Path) -> Generator[IO[str]]:
    """A file for text, as UTF-8 with line feeds; it is at *path* when the block ends, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft(path) as new, new.open("w", encoding="utf-8", newline="\n") as file:
        yield file


def write_bytes(path: Path, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all; its folder is made if missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft(path) as new:
        new.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write *text* to *path* as UTF-8, whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write *value* to *path* as readable JSON, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def read_json(path: Path, error: type[ScenographError], remedy: str) -> Any:
    """
    Return the JSON value in *path*.

    Args:
        path: the file
        error: the class to raise if the file is missing or damaged
        remedy: what the message tells the user to do then
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        raise error(f"{path} is damaged ({reason}); {remedy}") from reason


def draft_of(path: Path) -> Path:
    """Where this thread writes the draft of *path*."""
    return path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")


def drop_drafts(folder: Path) -> None:
    """Remove the drafts in *folder* of processes that have ended, as far as that is possible."""
    with suppress(OSError):  # drafts are never read: one that stays takes room, and no more
        for path in folder.iterdir():
            if (found := _DRAFT.fullmatch(path.name)) and not _runs(int(found[1])):
                path.unlink(missing_ok=True)


@contextmanager
def new_folder(final: Path) -> Generator[Path]:
    """
    A folder to fill; it replaces *final* when the block ends well.

    If the block fails, *final* is as it was and the half-filled folder is gone.
    """
    partial = final.with_name(f".{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        publish_folder(partial, final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def publish_folder(ready: Path, final: Path) -> None:
    """Rename the finished folder *ready* to *final*, after its files are safe on the disk."""
    for path in (*ready.rglob("*"), ready):
        sync(path)
    former = final.with_name(f".{final.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if final.exists():
        final.rename(former)
    ready.rename(final)
    sync(final.parent)
    shutil.rmtree(former, ignore_errors=True)


def remove_folder(path: Path) -> None:
    """Remove the folder *path* with all that is in it; nobody sees it half empty."""
    former = path.with_name(f".{path.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if path.exists():
        path.rename(former)
        sync(path.parent)
        shutil.rmtree(former, ignore_errors=True)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk: they survive a power cut then."""
    if os.name != "posix" and path.is_dir():  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path, busy: ScenographError | None) -> Generator[None]:
    """
    Hold the one right to change *folder*.

    If another process holds it, raise *busy*; if that is None, wait.
    """
    import fcntl  # absent on Windows, where the rest of this module works

    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if busy is None else fcntl.LOCK_NB))
        except BlockingIOError:
            assert busy is not None
            raise busy from None
        drop_drafts(folder)
        yield


def digest(data: bytes) -> str:
    """Hex BLAKE2b-128 of *data*: 32 digits."""
    return blake2b(data, digest_size=16).hexdigest()


def file_digest(path: Path) -> str:
    """Hex BLAKE2b-128 of the bytes of *path*."""
    state = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    return state.hexdigest()


def value_digest(value: Any) -> str:
    """Hex BLAKE2b-128 of a JSON value; equal values have equal digests."""
    return digest(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _runs(process: int) -> bool:
    if os.name != "posix":  # on Windows, `os.kill` would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # it is another user's, or no number of a process: what may be in use is left alone
    return True
