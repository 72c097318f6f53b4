"""Which crystals may tell of the things that a scene tells of: found by the words of their names."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from scenograph.core.links import quote
from scenograph.core.scene import Scene
from scenograph.memory.contradictions import denies, marks_of, told
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.words import symbol_words

_DENYING = '("not" OR "polarity")'


def rivals(crystals: Crystals, scene: Scene, roles: AbstractSet[str]) -> list[int] | None:
    """
    The crystals that may contradict *scene*: that tell of its things in one of *roles*, or where one may deny
    what the other tells; None if words cannot find them, and any may be.
    """
    found: set[int] = set()
    for expression in dict.fromkeys(_expressions(scene, roles)):
        if not expression:
            return None
        rows = crystals.database.execute(
            "SELECT rowid FROM words WHERE words MATCH ?", (f"names : ({expression})",)
        )
        found.update(row[0] for row in rows)
    return sorted(found)


def _expressions(scene: Scene, roles: AbstractSet[str]) -> Iterator[str]:
    """Full-text queries, empty where something has no words."""
    for thing, link, _ in told(scene, roles):
        yield _all(_phrase(" ".join(thing.name)), _phrase(link.role))
    for mark in marks_of(scene):
        name = _phrase(mark if isinstance(mark, str) else " ".join(mark.name))
        yield name if denies(scene) else _all(name, _DENYING)


def _phrase(name: str) -> str:
    words = symbol_words(name if name.startswith((":", '"')) else quote(name))
    return f'"{words}"' if words else ""


def _all(*phrases: str) -> str:
    return " AND ".join(phrases) if all(phrases) else ""
