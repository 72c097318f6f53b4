"""Hits whose vectors are compared exactly, where the index keeps shortened ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from scenograph.memory.index.vectors import Vectors, encode
from scenograph.memory.recall.resonance import heard
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Hit

_SHORTENED = 1e-4  # by how much a number of a vector is off, at least, if the index keeps shortened ones


def compared_exactly(
    hits: Sequence[Hit],
    vector: Vectors,
    searched: Searched,
    resonance: Callable[[Mapping[str, float]], float],
) -> list[Hit]:
    """
    *hits*, best first, with the similarity of their scenes' own vectors to that of the cue.

    Args:
        hits: the hits, their scenes read
        vector: the vector of the cue, shape (1, 1024)
        searched: the memory
        resonance: what parts amount to
    """
    if hits and searched.vectors.tolerance >= _SHORTENED:
        similar = heard(encode([hit.scene for hit in hits], searched.items) @ vector[0]).tolist()
        parts = [{**hit.parts, "vector": like} for hit, like in zip(hits, similar, strict=True)]
        hits = [
            replace(hit, resonance=float(resonance(some)), parts=MappingProxyType(some))
            for hit, some in zip(hits, parts, strict=True)
        ]
    return sorted(hits, key=best_first)


def best_first(hit: Hit) -> tuple[float, int]:
    """Sorts hits by their resonance, and by id where that is equal."""
    return -hit.resonance, hit.id
