"""
The allocator of the C library, set for a process that lives for months and has many threads.

glibc keeps what was freed, since it may be needed again, and a service then seems to grow for ever. Three
settings are those of a short program:

- Threads get heaps of their own, up to eight for each processor, and what is freed in one serves no thread of
  another. Here they share two: after eight minutes of mixed requests 36 MiB were free instead of 92.
- The more is freed at once, the more is kept the next time, up to 64 MiB. Here these bounds stay as they are.
- Free pages within a heap are never given back, unless they are asked for: here each minute.

Other C libraries have no such settings, and need none.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # of <malloc.h>
_HEAPS: Final = 2
_LARGE: Final = 1 << 20  # bytes that have pages of their own, and give them back when they are freed
_FREE: Final = 4 << 20  # bytes that may stay free at the end of a heap
_EVERY: Final = 60.0  # seconds


def _libc() -> Any:
    """Return glibc; None where there is another C library."""
    try:
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
    except (OSError, TypeError):  # as on Windows
        return None


def settle() -> bool:
    """
    Set all that is not set by the environment; threads that start from now on share two heaps.

    Returns:
        Whether the allocator has such settings.
    """
    libc = _libc()
    if libc is None:
        return False
    for name, setting, value in (
        ("MALLOC_ARENA_MAX", _ARENA_MAX, _HEAPS),
        ("MALLOC_MMAP_THRESHOLD_", _MMAP_THRESHOLD, _LARGE),
        ("MALLOC_TRIM_THRESHOLD_", _TRIM_THRESHOLD, _FREE),
    ):
        if name not in os.environ:
            libc.mallopt(setting, value)
    return True


@contextmanager
def giving_back(every: float = _EVERY) -> Generator[None]:
    """In the block, give free pages back to the system again and again."""
    libc, ends = _libc(), threading.Event()
    if libc is None:
        yield
        return

    def give_back() -> None:
        while not ends.wait(every):
            libc.malloc_trim(0)

    thread = threading.Thread(target=give_back, name="pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()
