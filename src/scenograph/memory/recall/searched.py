"""What recall searches: the crystals and all that is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scenograph.core.scene import Scene
from scenograph.memory.index.items import HASHED, Items
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.vector_index import VectorIndex
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.weights import DEFAULT, Weights
from scenograph.memory.store.crystals import Crystals


class Associations(Protocol):
    """Whatever spreads activation."""

    def activated(self, cue: Scene | str, found: Mapping[int, float]) -> Mapping[int, float]:
        """Crystals that *found* ones, each with how strongly it answers *cue*, activate: 0 to 1 each."""
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
    """

    crystals: Crystals
    vectors: VectorIndex
    postings: Postings
    names: Names
    items: Items = HASHED
    weights: Weights = DEFAULT
    associations: Associations | None = None
    admits: Callable[[Sequence[int]], Sequence[int]] = lambda ids: ids
