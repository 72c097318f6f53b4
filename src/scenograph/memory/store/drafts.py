"""
Drafts: files that are written whole under another name before they get their own.

A draft is named after the process that writes it (`memory.db.4711-140213.new`), so that processes do not
get in each other's way, and so that what a killed one has left behind can be told from what is being written.
It may hold what has been forgotten since; whoever opens the memory next removes it.
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from pathlib import Path

_DRAFT = re.compile(r".+\.(\d+)-\d+\.new(-journal)?")


def draft_of(path: Path) -> Path:
    """Where this thread writes what is to become *path*."""
    return path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")


def drop_drafts(folder: Path) -> None:
    """Remove the drafts in *folder* of processes that do not run any more, as far as that can be done."""
    with suppress(OSError):
        for path in folder.iterdir():
            if (found := _DRAFT.fullmatch(path.name)) and not _runs(int(found[1])):
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    if os.name != "posix":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
