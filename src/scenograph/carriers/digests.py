"""
Digests of weights, cached in the user's folder, since hashing gigabytes takes seconds.

A digest belongs to the paths, sizes and times of change of the files that it was computed from. A file that
changed in the last two seconds may change again within one tick of its clock, so its digest is not cached. A
cache that is missing, damaged or read-only counts as empty.

    ~/.cache/scenograph/digests/…     one small file for each carrier (`XDG_CACHE_HOME` moves it)
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from scenograph.carriers.cache import cache_folder
from scenograph.files import value_digest, write_text

_SETTLED = 2_000_000_000  # nanoseconds


def cached_digest(files: Iterable[Path], how: Iterable[str], compute: Callable[[], str]) -> str:
    """
    Return what *compute* returns for *files*, 32 hex digits; from the cache if they are unchanged.

    Args:
        files: what the digest depends on
        how: what else it depends on: types, versions of libraries
        compute: computes it
    """
    try:
        known = [(str(path.resolve()), path.stat()) for path in sorted(files)]
    except OSError:
        known = []
    if not known:
        return compute()
    key = [[path, stat.st_size, stat.st_mtime_ns] for path, stat in known]
    described = [key, list(how)]
    place = cache_folder("digests") / f"{value_digest(described)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        cached = json.loads(place.read_text(encoding="utf-8"))
        if cached["of"] == described and _is_digest(cached["digest"]):
            return cached["digest"]
    digest = compute()
    if max(stat.st_mtime_ns for _, stat in known) > time.time_ns() - _SETTLED:
        return digest
    with suppress(OSError):
        write_text(place, json.dumps({"of": described, "digest": digest}))
    return digest


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 32 and not value.strip("0123456789abcdef")
