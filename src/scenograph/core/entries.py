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


TEXT_KEYS = frozenset({"snt", "tok"})
"""Keys whose value is the rest of the line: a sentence may say `::global`."""

_FIELD = re.compile(r"::(\S+)\s*(.*)", re.DOTALL)
_NEXT = re.compile(r"(?:^|\s)(?=::\S)")


def _metadata(comments: str) -> dict[str, str]:
    """Return the fields of the lines that begin with `# ::`; a line may hold several."""
    metadata: dict[str, str] = {}
    for line in comments.split("\n"):
        rest = line.lstrip("#").strip()
        while field := _FIELD.fullmatch(rest):
            key, value = field.groups()
            next_field = None if key in TEXT_KEYS else _NEXT.search(value)
            rest = value[next_field.end() :] if next_field else ""
            metadata[key] = (value[: next_field.start()] if next_field else value).rstrip()
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
