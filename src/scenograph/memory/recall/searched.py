"""What recall searches: the crystals and all that is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids
from scenograph.memory.index.vector_index import VectorIndex
from scenograph.memory.index.vectors import HASHED, Items, Vectors
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.resonance import DEFAULT, Weights
from scenograph.memory.recall.spreading import Activated, Activations
from scenograph.memory.recall.wording import Wording
from scenograph.memory.records import Hit, Hop
from scenograph.memory.store.crystals import Crystals

_ALL = 20_000
"""Of at most so many crystals that may be recalled, while others may not, all are compared."""

Admits = Callable[[Sequence[int]], Sequence[int]]
"""Returns those of some crystals that may be recalled."""


class Activator(Protocol):
    """A way to spread activation."""

    def activated(
        self, cues: Sequence[Scene | Wording], found: Sequence[Mapping[int, float]], admits: Admits
    ) -> list[Activations]:
        """
        For each of *cues* the crystals that it *found*, and those that they activate.

        Args:
            found: says how strongly each crystal answers a cue
        """
        ...

    def explained(self, activations: Sequence[Activated]) -> list[tuple[Hop, ...]]:
        """The chain of each with the names that join it; empty for a crystal alone."""
        ...


@dataclass(frozen=True, slots=True)
class Searched:
    """
    A memory as recall sees it; everything is up to date with the crystals.

    Attributes:
        crystals, vectors, postings, names: the memory
        items: what vectors are composed of
        weights: how the parts of resonance are put together
        associations: what spreads activation, None if nothing does
        admits: which of some crystals may be recalled at all; by default all
        hidden: how many crystals the postings lack, because they are not to be recalled
    """

    crystals: Crystals
    vectors: VectorIndex
    postings: Postings
    names: Names
    items: Items = HASHED
    weights: Weights = DEFAULT
    associations: Activator | None = None
    admits: Admits = lambda ids: ids
    hidden: int = 0

    def similar(self, cue: Vectors, k: int) -> Ids:
        """The ids of the *k* crystals most similar to *cue*, without what another thread has just added."""
        left = len(self.postings)
        if self.hidden and left <= _ALL:
            ids = self.postings.every()
            similar = self.vectors.similarities(cue, ids.tolist())
            alike = [one for one in similar if similar[one] > 0]  # none to a cue that says nothing known
            return np.array(sorted(alike, key=lambda one: (-similar[one], one))[:k], np.int64)
        wide = min(k * (2 + self.hidden // max(left, 1)), left + self.hidden) if self.hidden else k
        found = np.array([*self.vectors.search(cue, wide)], np.int64)
        return found[self.postings.has(found)][:k]

    def with_chains(self, hits: Sequence[Sequence[Hit]], activated: Sequence[Activations]) -> list[list[Hit]]:
        """The *hits* of each cue with the chains by which they were *activated*."""
        if self.associations is None:
            return [list(some) for some in hits]
        both = list(zip(hits, activated, strict=True))
        led = [active.get(hit.id) for some, active in both for hit in some]
        chains = iter(self.associations.explained([one for one in led if one is not None]))
        is_led = iter(led)
        return [
            [hit if next(is_led) is None else replace(hit, chain=next(chains)) for hit in some]
            for some in hits
        ]
