"""
The user's cache folder: what can be made again, and takes long to make.

A folder in it that was made from something appears under its name when it is whole, and not before. Its
`made.json` says by which versions of what it was made, and how large its files are. One whose files have
changed in size, or that other versions made, is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from scenograph.files import locked, new_folder, write_json

_MADE: Final = "made.json"


def cache_folder(*parts: str) -> Path:
    """
    Return a folder of the cache, which may not exist yet.

    It is in `~/.cache/scenograph`; `XDG_CACHE_HOME` moves it.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache").joinpath("scenograph", *parts)


def made_folder(final: Path, made_by: Sequence[str], make: Callable[[Path], None]) -> Path:
    """
    Return *final*, a folder of the cache: as it is if it is whole, else made now.

    Args:
        final: the folder, named by all that it depends on but versions
        made_by: versions of what makes it
        make: fills a new folder
    Raises:
        OSError: if the cache cannot be written
    """
    if _is_whole(final, made_by):
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    with locked(final.parent, None):
        if not _is_whole(final, made_by):  # another process may have made it meanwhile
            with new_folder(final) as folder:
                make(folder)
                sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
                write_json(folder / _MADE, {"by": [*made_by], "sizes": sizes})
    return final


def _is_whole(folder: Path, made_by: Sequence[str]) -> bool:
    """Whether *folder* was made in this way, and its files have the sizes that they had then."""
    try:
        made = json.loads((folder / _MADE).read_text(encoding="utf-8"))
        sizes = {name: (folder / name).stat().st_size for name in made["sizes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return made.get("by") == [*made_by] and sizes == made["sizes"]
