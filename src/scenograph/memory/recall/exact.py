"""Hits whose vectors are compared exactly, where the index keeps shortened ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from scenograph.memory.index.segment import Scores
from scenograph.memory.index.vectors import Vectors, encode
from scenograph.memory.recall.resonance import heard
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Hit

_SHORTENED = 1e-4  # by how much a number of a vector is off, at least, if the index keeps shortened ones


def compared_exactly(
    hits: Sequence[Hit],
    vector: Vectors,
    searched: Searched,
    resonance: Callable[[Mapping[str, Scores]], Scores],
) -> list[Hit]:
    """
    *hits*, best first, with the similarity of their scenes' own vectors to that of the cue.

    Args:
        hits: the hits, their scenes read
        vector: the vector of the cue, shape (1, 1024)
        searched: the memory
        resonance: what the parts of many amount to
    """
    if hits and searched.vectors.tolerance >= _SHORTENED:
        similar = heard(encode([hit.scene for hit in hits], searched.items) @ vector[0])
        names = {name for hit in hits for name in hit.parts}
        parts = {name: np.array([hit.parts.get(name, 0.0) for hit in hits]) for name in names}
        values = resonance(parts | {"vector": similar}).tolist()
        hits = [
            replace(hit, resonance=value, parts=MappingProxyType({**hit.parts, "vector": like}))
            for hit, value, like in zip(hits, values, similar.tolist(), strict=True)
        ]
    return sorted(hits, key=best_first)


def best_first(hit: Hit) -> tuple[float, int]:
    """Sorts hits by their resonance, and by id where that is equal."""
    return -hit.resonance, hit.id
