"""
Entries: files of scenes, one after another, with metadata in the comments before each, as in AMR banks.

    # ::id lpp_1943.1 ::date 2012-06-07
    # ::snt Chapter 1 .
    (c / chapter :mod 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .notation import chunk_end, skim, study
from .scene import Scene, make_scene


class Entry(NamedTuple):
    """A scene in a file: the scene, its `# ::key value` metadata, and the index of its first character."""

    scene: Scene
    metadata: dict[str, str]
    offset: int


_BEFORE = re.compile(r"\s*+((?:#[^\n]*+\s*+)*+)")


def _metadata(comments: str) -> dict[str, str]:
    """Return the fields of comments: `# ::key value ::key value`."""
    metadata: dict[str, str] = {}
    key = ""
    for part in comments.split(" ::")[1:]:
        name, _, value = part.partition("\n")[0].partition(" ")
        if name:
            key = name
            metadata[key] = value.strip()
        elif key:  # a colon pair that stands in a value
            metadata[key] += " :: " + value.strip()
    return metadata


def parse_many(text: str) -> Iterator[Entry]:
    """
    Read the scenes of *text* one after another, with the metadata comments before each.

    Raises:
        NotationError: at the first scene that is not well formed
    """
    offset = studied = 0  # up to the latter, skimming has failed
    while (match := _BEFORE.match(text, offset)) and (start := match.end()) < len(text):
        skimmed = skim(text, start) if start >= studied else None
        if skimmed is None:
            studied = chunk_end(text, start)
        graph, offset = skimmed or study(text, start)
        yield Entry(make_scene(*graph), _metadata(match[1]), start)
