"""The user's cache folder: what can be made again, and takes long to make."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder(*parts: str) -> Path:
    """
    Return a folder of the cache, which may not exist yet.

    It is in `~/.cache/scenograph`; `XDG_CACHE_HOME` moves it.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache").joinpath("scenograph", *parts)
