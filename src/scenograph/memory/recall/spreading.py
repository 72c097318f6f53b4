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

The work is bounded, however large the memory: see `scenograph.memory.recall.walking`.

Spreading reaches some hundred crystals, and a recall returns ten. So all of them are kept in arrays, and a
chain is put together only for a crystal that is asked for:

    >>> found = Activations(np.array([3, 7]), np.array([0.5, 0.25]))
    >>> one = Chains(np.array([[7, 9]]), np.array([[-1, 4]]), np.array([0.75]))
    >>> found.take(one, ends=np.array([9]), own=np.array([0.25]))
    >>> found[9]
    Activated(value=0.75, own=0.25, crystals=(7, 9), through=(-1, 4))
    >>> found.of(np.array([9, 8, 3])).tolist()
    [0.75, 0.0, 0.5]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol, final

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.segment import Ids

Numbers = NDArray[np.float64]


class NumberedHop(NamedTuple):
    """
    One crystal of a chain.

    Attributes:
        crystal: its id
        through: what led to it from the crystal before, a number of `Associations`; None for the first
    """

    crystal: int
    through: int | None


class Activated(NamedTuple):
    """
    How a crystal is activated.

    Attributes:
        value: activation of the best chain that the crystal belongs to, 0 to 1
        own: what the crystal answers of the cue by itself, 0 to 1; at most `value`
        crystals: that chain, from a crystal that the cue found at once; the crystal alone if no other is
            better
        through: what led to each of them, as in `NumberedHop`; of the first, a number that says nothing
    """

    value: float
    own: float
    crystals: tuple[int, ...]
    through: tuple[int, ...]

    @property
    def chain(self) -> tuple[NumberedHop, ...]:
        """The chain, hop by hop."""
        return (NumberedHop(self.crystals[0], None), *map(NumberedHop, self.crystals[1:], self.through[1:]))


class Chains(NamedTuple):
    """
    Chains of one length.

    Attributes:
        crystals: shape (chains, length)
        through: what led to each of them, of the same shape
        activation: shape (chains,)
    """

    crystals: Ids
    through: Ids
    activation: Numbers

    def at(self, rows: Ids) -> Chains:
        """Those at *rows*."""
        return Chains(self.crystals[rows], self.through[rows], self.activation[rows])


@final
class Activations(Mapping[int, Activated]):
    """
    Activations by crystal.

    Args:
        crystals: the crystals that a cue found at once, ascending
        own: what each of them answers of it
    """

    def __init__(self, crystals: Ids, own: Numbers) -> None:
        self._crystals = crystals
        self._own = own
        self._values = own
        self._chosen = np.full(len(crystals), -1)  # the number of the best chain; -1: the crystal alone
        self._chains: list[Chains] = []  # all that were taken in, numbered from 0 on
        self._count = 0  # of these

    def take(self, chains: Chains, ends: Ids, own: Numbers) -> None:
        """
        Take in *chains*, each of crystals taken in before and one that may be new.

        Say crystals 3 and 7 have activations .5 and .25. The chain 7 → 9 of activation .75 is taken in, and 9
        alone answers .25. Then 9 is new, 7 and 9 both have .75 through this chain, and 3 stays as it is.

        Args:
            chains: the chains; of equally good ones the earlier counts
            ends: the last crystals of all of them, each once, ascending
            own: what each of these answers
        """
        is_new = self._places(ends) < 0
        at = np.searchsorted(self._crystals, ends[is_new])
        self._crystals = np.insert(self._crystals, at, ends[is_new])
        self._own, self._values = (np.insert(some, at, own[is_new]) for some in (self._own, self._values))
        self._chosen = np.insert(self._chosen, at, -1)
        # Every crystal of a chain is offered the activation of the chain, and keeps the best offer.
        places = np.searchsorted(self._crystals, chains.crystals).ravel()
        offered = np.repeat(chains.activation, chains.crystals.shape[1])
        best = self._values.copy()
        np.maximum.at(best, places, offered)
        winning = np.flatnonzero((offered == best[places]) & (offered > self._values[places]))
        won, first = np.unique(places[winning], return_index=True)
        self._chosen[won] = self._count + winning[first] // chains.crystals.shape[1]
        self._values = best
        self._chains.append(chains)
        self._count += len(chains.activation)

    def leading(self) -> Activations:
        """Those of crystals that answer something themselves, or lead to one that does."""
        ends = np.concatenate([np.zeros(0, np.int64), *(some.crystals[:, -1] for some in self._chains)])
        leads = self._chosen >= 0
        leads[leads] = ends[self._chosen[leads]] != self._crystals[leads]
        kept = leads | (self._own > 0)
        some = Activations(self._crystals[kept], self._own[kept])
        some._values, some._chosen = self._values[kept], self._chosen[kept]
        some._chains, some._count = self._chains, self._count
        return some

    @property
    def crystals(self) -> Ids:
        """All crystals, ascending."""
        return self._crystals

    def of(self, crystals: Ids) -> Numbers:
        """The activation of each of *crystals*; 0 where there is none."""
        places = self._places(crystals)
        found = np.zeros(len(crystals))
        # Shares of a whole may add up to a little more than it.
        found[places >= 0] = np.minimum(self._values[places[places >= 0]], 1.0)
        return found

    def _places(self, crystals: Ids) -> Ids:
        """Where each of *crystals* stands; -1 where it does not."""
        if not len(self._crystals):
            return np.full(len(crystals), -1)
        places = np.searchsorted(self._crystals, crystals)
        return np.where(self._crystals.take(places, mode="clip") == crystals, places, -1)

    def __getitem__(self, crystal: int) -> Activated:
        place = int(self._places(np.array([crystal], np.int64))[0])
        if place < 0:
            raise KeyError(crystal)
        value, own = min(float(self._values[place]), 1.0), min(float(self._own[place]), 1.0)
        row = int(self._chosen[place])
        if row < 0:
            return Activated(value, own, (crystal,), (-1,))
        for chains in self._chains:
            if row < len(chains.activation):
                return Activated(
                    value, own, tuple(chains.crystals[row].tolist()), tuple(chains.through[row].tolist())
                )
            row -= len(chains.activation)
        raise AssertionError("a chain that was not taken in")

    def __iter__(self) -> Iterator[int]:
        return iter(self._crystals.tolist())

    def __len__(self) -> int:
        return len(self._crystals)


NONE = Activations(np.zeros(0, np.int64), np.zeros(0))
"""No crystal is activated."""


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
