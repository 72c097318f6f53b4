"""
The names that a mind's memory has seen, and the spellings that somebody stated.

A pair of spellings is a scene, so it is remembered, corrected and forgotten like any other:

    (spelling :latin "Marya" :cyrillic "Мария")
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, final

from scenograph.core import Scene
from scenograph.core.links import Link, quote, unquote
from scenograph.errors import StoreError

if TYPE_CHECKING:
    from scenograph.memory import Memory

_log = logging.getLogger(__name__)
_PAIRS = Scene.build(["spelling"], [Link(0, ":latin", "?latin"), Link(0, ":cyrillic", "?cyrillic")])
_MOST = 1000


@final
class RememberedNames:
    """
    The names of a memory; see `scenograph.domain.KnownNames`.

    Args:
        memory: opens the memory; None where there is none yet
    """

    def __init__(self, memory: Callable[[], Memory | None]) -> None:
        self._memory = memory
        self._pairs: dict[str, str] | None = None
        self._seen: tuple[int, dict[str, bool]] = 0, {}  # names looked for, since which change of the memory

    def has(self, name: str) -> bool:
        """Return whether a scene of the memory names somebody so."""
        memory = self._memory()
        if memory is None:
            return False
        change = memory.latest()
        if self._seen[0] != change:
            self._seen = change, {}
        _, seen = self._seen
        if name not in seen:
            person = Scene.build(["entity"], [Link(0, ":name", quote(name))])
            hits = memory.recall(person, 1)
            seen[name] = bool(hits) and hits[0].parts.get("unified", 0.0) == 1.0
        return seen[name]

    def pairs(self) -> Mapping[str, str]:
        """Return Latin spelling → Cyrillic spelling, as the memory has them; of several, the latest."""
        if self._pairs is None:
            self._pairs = self._read()
        return self._pairs

    def refresh(self) -> None:
        """Read the pairs again when they are next needed, because the memory has changed."""
        self._pairs = None

    def _read(self) -> dict[str, str]:
        pairs: dict[str, str] = {}
        try:
            memory = self._memory()
            hits = memory.recall(_PAIRS, _MOST) if memory is not None else []
        except StoreError as error:  # a text can be read even if memory cannot
            _log.warning("names are spelt without what memory knows of them: %s", error)
            return pairs
        for hit in sorted(hits, key=lambda hit: hit.id):
            found = {link.role: link.target for link in hit.scene.out() if isinstance(link.target, str)}
            if hit.scene.root_concept == "spelling" and {":latin", ":cyrillic"} <= found.keys():
                pairs[unquote(found[":latin"])] = unquote(found[":cyrillic"])
        return pairs
