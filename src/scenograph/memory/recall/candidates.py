"""
Candidates: crystals that may answer a cue, many at once, and what is known of them before a scene is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from scenograph.memory.index.features import Feature, any_symbol, numbers
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids, Scores
from scenograph.memory.index.vectors import Vectors, encode
from scenograph.memory.recall.resonance import heard
from scenograph.memory.recall.searched import Searched
from scenograph.memory.records import Hit


class Candidates(NamedTuple):
    """
    Crystals that may answer a cue.

    Attributes:
        ids: the crystals
        parts: of each part of their resonance an array, as far as it is known before a scene is read;
            `structure` is what each holds of the cue at most
    """

    ids: Ids
    parts: dict[str, Scores]

    def at(self, places: Sequence[int]) -> Candidates:
        """Those at *places*."""
        chosen = list(places)
        return Candidates(self.ids[chosen], {name: values[chosen] for name, values in self.parts.items()})

    def of(self, place: int) -> dict[str, float]:
        """The parts of the one at *place*."""
        return {name: float(values[place]) for name, values in self.parts.items()}

    def each(self) -> dict[int, dict[str, float]]:
        """The parts of each, by id."""
        return {crystal: self.of(place) for place, crystal in enumerate(self.ids.tolist())}


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


class Alternatives:
    """
    What a query requires. Each requirement lists the features that satisfy it, with a weight from 0 to 1.

    Attributes:
        features, gains: the features of all requirements, one after the other, and their weights
    """

    def __init__(self, wanted: Sequence[Sequence[tuple[Feature, float]]], weights: Scores) -> None:
        """Take the features of each requirement, and how much each requirement counts."""
        self.features = numbers([feature for some in wanted for feature, _ in some])
        self.gains = np.array([gain for some in wanted for _, gain in some], np.float64)
        self._starts = np.cumsum([0, *(len(some) for some in wanted)])[:-1]
        self._weights = weights

    def shares(self, ids: Ids, postings: Postings) -> Scores:
        """The weighted share of the requirements that each of *ids* satisfies; 1 if there is none."""
        whole = self._weights.sum()
        if not whole:
            return np.ones(len(ids))
        given = postings.have(ids, self.features) * self.gains
        return np.minimum(np.maximum.reduceat(given, self._starts, axis=1) @ self._weights / whole, 1.0)


def rarity(uses: Ids, total: int) -> Scores:
    """How rare features are: 1 for one that no crystal has, 0.05 for one that all have."""
    scale = math.log(total + 2)
    return 0.05 + 0.95 * np.maximum(np.log((total + 2) / (uses + 1)), 0.0) / scale


def symbols_wanted(weights: Mapping[str, float]) -> Alternatives:
    """One requirement for each symbol, with its weight."""
    return Alternatives([[(any_symbol(one), 1.0)] for one in weights], np.array([*weights.values()]))
