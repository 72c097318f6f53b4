"""
Spreading activation: from the crystals that a cue finds at once to those it finds through them.

A question may name one end of a chain of facts and ask about the other. "Who leads the country in which
Ceelmakoile lies?" is answered by two crystals, and the second shares no name with the question::

    Ceelmakoile is a town in Somalia.          found by its words: it answers "Ceelmakoile"
       └── Somalia ──▶  Hassan leads Somalia.  reached through Somalia, and it answers "leads", still open

So a crystal passes on a share of its activation to those associated with it, less through what many crystals
share; and a crystal that is reached adds what it answers of the cue that the chain before it did not::

    activation(chain + c)  =  decay · strength(link) · activation(chain)  +  what c answers and chain does not

The activation of a crystal is that of the best chain it belongs to, so that the first of two facts gains
from the second as well, and the chain explains it. A crystal alone is a chain too.

What the cue asks for is given by `Answers`, one number for each of its parts (the words of a text, the names
in a scene), and what crystals have to do with each other by `Associations`. Compare A. Collins, E. Loftus, "A
spreading-activation theory of semantic processing" (1975). Each part of the cue is counted once, at the
crystal of the chain that answers it best: that is what tells a chain from crystals that all answer the same.

The work is bounded, however large the memory: see `Bounds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.recall.activations import NONE, Activations, Chains, Ids, Numbers


class Reach(NamedTuple):
    """
    Associations of some crystals, as arrays of one length, an association each.

    Attributes:
        row: which of the crystals it leaves, by position
        crystal: the crystal it leads to
        through: what the two share, a number that `Associations` gave it
        strength: 0 to 1
    """

    row: Ids
    crystal: Ids
    through: Ids
    strength: Numbers


class Associations(Protocol):
    """What crystals have to do with each other."""

    def reach(self, crystals: Ids) -> Reach:
        """The associations that leave *crystals*; a bounded number for each."""
        ...


class Answers(Protocol):
    """What a cue asks for, part by part."""

    def found(self, crystals: Ids) -> Numbers:
        """
        How much of each part of the cue each of *crystals* answers.

        Returns:
            float64, shape (crystals, parts), nothing negative; a crystal that answers all has a sum of 1.
        """
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """
    How activation spreads, and how far.

    Attributes:
        decay: the share of its activation that a crystal passes on through the strongest association
        hops: associations in a chain, at most
        seeds: crystals that chains begin with, at most
        looked_at: crystals whose answers are looked at in each hop, at most; those offered most
        chains: chains that are continued after each hop, at most
    """

    decay: float = 0.9
    hops: int = 2
    seeds: int = 20
    looked_at: int = 96
    chains: int = 30


BOUNDS = Bounds()


def spread(
    seeds: Sequence[int], associations: Associations, answers: Answers, bounds: Bounds = BOUNDS
) -> Activations:
    """
    Spread activation from *seeds*, the crystals that a cue found at once.

    Laws: nothing is negative; a chain's activation is at most the share of the cue that its crystals answer
    together, and a crystal's is at least its own; without associations each seed has its own. The result
    depends on what *seeds* holds, not on its order.

    Args:
        seeds: ids of crystals; of more than `Bounds.seeds`, chains begin with those that answer most
        associations: what leads from crystal to crystal
        answers: what of the cue a crystal answers
        bounds: how far to go
    Returns:
        For each seed and each crystal that was reached and looked at, its activation.
    """
    first = np.unique(np.asarray(seeds, dtype=np.int64))
    if not first.size:
        return NONE
    found = answers.found(first)
    activations = Activations(first, found.sum(1))
    some = _highest(found.sum(1), bounds.seeds)
    chains = Chains(first[some, None], np.full((len(some), 1), -1), found[some].sum(1))
    answered = found[some]
    for _ in range(bounds.hops):
        chains, answered = _hop(chains, answered, associations, answers, bounds, activations)
        if not chains.crystals.size:
            break
    return activations


def _hop(
    chains: Chains,
    answered: Numbers,
    associations: Associations,
    answers: Answers,
    bounds: Bounds,
    activations: Activations,
) -> tuple[Chains, Numbers]:
    """
    Make *chains* longer by one crystal each, and tell *activations* of all.

    Args:
        answered: what each of *chains* answers of each part of the cue
    Returns:
        the highest of the longer ones, and what these answer.
    """
    row, crystal, through, strength = associations.reach(chains.crystals[:, -1])
    offered = bounds.decay * strength * chains.activation[row]
    kept = (offered > 0) & (chains.crystals[row] != crystal[:, None]).all(1)
    row, crystal, through, offered = row[kept], crystal[kept], through[kept], offered[kept]
    kept = _strongest_each(row, crystal, through, offered)
    kept = kept[_of_highest_groups(crystal[kept], offered[kept], bounds.looked_at)]
    row, crystal, through, offered = row[kept], crystal[kept], through[kept], offered[kept]
    looked_at, place = np.unique(crystal, return_inverse=True)
    found = answers.found(looked_at)
    together = np.maximum(answered[row], found[place])
    longer = Chains(
        np.column_stack([chains.crystals[row], crystal]),
        np.column_stack([chains.through[row], through]),
        offered + together.sum(1) - answered[row].sum(1),
    )
    activations.take(longer, looked_at, found.sum(1))
    some = _highest(longer.activation, bounds.chains)
    return longer.at(some), together[some]


def _highest(values: Numbers, count: int) -> Ids:
    """Positions of the *count* highest of *values*, highest first, the earlier of equals first."""
    return np.argsort(-values, kind="stable")[:count]


def _strongest_each(row: Ids, crystal: Ids, through: Ids, offered: Numbers) -> Ids:
    """Positions of the highest offer for each crystal in each row."""
    order = np.lexsort((through, -offered, crystal, row))
    return order[_first_of_each(row[order], crystal[order])]


def _first_of_each(*keys: Ids) -> NDArray[np.bool_]:
    """Whether each position is the first where *keys*, which are sorted, have the values they have."""
    first = np.ones(len(keys[0]), dtype=bool)
    first[1:] = np.logical_or.reduce([np.diff(key) != 0 for key in keys])
    return first


def _of_highest_groups(crystal: Ids, offered: Numbers, count: int) -> Ids:
    """Positions of all offers to the *count* crystals that are offered most."""
    groups, place = np.unique(crystal, return_inverse=True)
    if len(groups) <= count:
        return np.arange(len(crystal))
    most = np.zeros(len(groups))
    np.maximum.at(most, place, offered)
    chosen = np.zeros(len(groups), dtype=bool)
    chosen[_highest(most, count)] = True
    return np.flatnonzero(chosen[place])
