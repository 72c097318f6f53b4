"""What recall searches: the crystals and all that is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scenograph.core.scene import Scene
from scenograph.memory.index.items import HASHED, Items
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.vector_index import VectorIndex
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.weights import DEFAULT, Weights
from scenograph.memory.recall.wording import Sayings
from scenograph.memory.records import Step
from scenograph.memory.store.crystals import Crystals

Admits = Callable[[Sequence[int]], Sequence[int]]
"""Tells which of some crystals may be recalled at all."""


class Activated(NamedTuple):
    """
    A crystal that others activate.

    Attributes:
        value: how strongly, 0 to 1
        chain: how that came about, empty if the crystal answers the cue best alone
    """

    value: float
    chain: tuple[Step, ...]


class Associations(Protocol):
    """Whatever spreads activation."""

    def activated(
        self, cue: Scene | str, found: Mapping[int, float], admits: Admits
    ) -> Mapping[int, Activated]:
        """Crystals that *found* ones, each with how strongly it answers *cue*, activate, and themselves."""
        ...


@dataclass(frozen=True, slots=True)
class Searched:
    """
    A memory as recall sees it; everything is up to date with the crystals.

    Attributes:
        crystals, vectors, postings, names: the memory
        sayings: what its crystals say, word by word
        items: what vectors are composed of
        weights: how the parts of resonance are put together
        associations: what spreads activation, None if nothing does
        admits: which of some crystals may be recalled at all; by default all
    """

    crystals: Crystals
    vectors: VectorIndex
    postings: Postings
    names: Names
    sayings: Sayings
    items: Items = HASHED
    weights: Weights = DEFAULT
    associations: Associations | None = None
    admits: Admits = lambda ids: ids
