"""Files that are whole or absent: written under a temporary name, flushed to the disk, then renamed."""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to *path*; after a crash the old content or the new is there, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def json_bytes(value: Any) -> bytes:
    """Return *value* as readable JSON; equal values give equal bytes."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def digest(data: bytes) -> str:
    """32 hex digits over *data*."""
    return blake2b(data, digest_size=16).hexdigest()
