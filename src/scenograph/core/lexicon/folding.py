"""Folding: many lexemes put into a scene at once, as fast as if each were looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import final

from ..scene import Scene
from .lexeme import Lexeme
from .mutable import MutableScene


@final
class Folding:
    """
    Lexemes to be folded into scenes, in order.

    Args:
        lexemes: each is put wherever it fits before the next one is
    """

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self._lexemes = lexemes
        self._by_root: defaultdict[str | None, list[int]] = defaultdict(list)
        for place, lexeme in enumerate(lexemes):
            self._by_root[lexeme.root_concept].append(place)

    def folded(self, scene: Scene) -> Scene:
        """Return *scene* with lexemes instead of their patterns."""
        draft = MutableScene(scene)
        anywhere = self._by_root.get(None, [])
        waiting = [
            (place, node)
            for node, concept in draft.concepts.items()
            for place in (*self._by_root.get(concept, ()), *anywhere)
        ]
        heapify(waiting)
        changed = False
        while waiting:
            place, node = heappop(waiting)
            if node in draft.concepts and draft.fold_at(node, self._lexemes[place]):
                changed = True
                for later in self._by_root.get(draft.concepts[node], ()):
                    if later > place:
                        heappush(waiting, (later, node))
        return draft.scene() if changed else scene
