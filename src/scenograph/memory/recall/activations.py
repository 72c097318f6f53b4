"""
Activations: how strongly each of some crystals is activated, and by which chain.

Spreading reaches some hundred crystals, of which a recall returns ten. So what is known of all of them is
kept in arrays, and only the chain of one that is asked for is put together:

    >>> found = Activations(np.array([3, 7]), np.array([0.5, 0.25]))
    >>> one = Chains(np.array([[7, 9]]), np.array([[-1, 4]]), np.array([0.75]))
    >>> found.take(one, ends=np.array([9]), own=np.array([0.25]))
    >>> found[9]
    Activation(value=0.75, own=0.25, crystals=(7, 9), through=(-1, 4))
    >>> found.of(np.array([9, 8, 3])).tolist()
    [0.75, 0.0, 0.5]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Hop(NamedTuple):
    """
    One crystal of a chain.

    Attributes:
        crystal: its id
        through: what led to it from the crystal before, a number of `Associations`; None for the first
    """

    crystal: int
    through: int | None


class Activation(NamedTuple):
    """
    How a crystal is activated.

    Attributes:
        value: activation of the best chain that the crystal belongs to, 0 to 1
        own: what the crystal answers of the cue by itself, 0 to 1; at most `value`
        crystals: that chain, from a crystal that the cue found at once; the crystal alone if no other is
            better
        through: what led to each of them, as in `Hop`; of the first, a number that says nothing
    """

    value: float
    own: float
    crystals: tuple[int, ...]
    through: tuple[int, ...]

    @property
    def chain(self) -> tuple[Hop, ...]:
        """The chain, hop by hop."""
        return (Hop(self.crystals[0], None), *map(Hop, self.crystals[1:], self.through[1:]))


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
class Activations(Mapping[int, Activation]):
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
        self._chains: list[Chains] = []  # all that have been taken in, numbered through

    def take(self, chains: Chains, ends: Ids, own: Numbers) -> None:
        """
        Take in *chains*, each of crystals taken in before and one that may be new.

        Args:
            chains: the chains; of equally good ones the earlier counts
            ends: the last crystals of all of them, each once, ascending
            own: what each of these answers
        """
        new = self._places(ends) < 0
        order = np.argsort(np.concatenate([self._crystals, ends[new]]))
        self._crystals = np.concatenate([self._crystals, ends[new]])[order]
        self._own = np.concatenate([self._own, own[new]])[order]
        self._values = np.concatenate([self._values, own[new]])[order]
        self._chosen = np.concatenate([self._chosen, np.full(new.sum(), -1)])[order]
        first = sum(len(some.activation) for some in self._chains)
        self._chains.append(chains)
        length = chains.crystals.shape[1]
        member, value = chains.crystals.ravel(), np.repeat(chains.activation, length)
        order = np.lexsort((-value, member))
        best = order[np.diff(member[order], prepend=-1) != 0]
        places = np.searchsorted(self._crystals, member[best])
        better = value[best] > self._values[places]
        self._values[places[better]] = value[best[better]]
        self._chosen[places[better]] = first + best[better] // length

    def leading(self) -> Activations:
        """Those of crystals that answer something themselves, or lead to one that does."""
        ends = np.concatenate([np.zeros(0, np.int64), *(some.crystals[:, -1] for some in self._chains)])
        leads = self._chosen >= 0
        leads[leads] = ends[self._chosen[leads]] != self._crystals[leads]
        kept = leads | (self._own > 0)
        some = Activations(self._crystals[kept], self._own[kept])
        some._values, some._chosen, some._chains = self._values[kept], self._chosen[kept], self._chains
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

    def __getitem__(self, crystal: int) -> Activation:
        place = int(self._places(np.array([crystal], np.int64))[0])
        if place < 0:
            raise KeyError(crystal)
        value, own = min(float(self._values[place]), 1.0), min(float(self._own[place]), 1.0)
        row = int(self._chosen[place])
        if row < 0:
            return Activation(value, own, (crystal,), (-1,))
        for chains in self._chains:
            if row < len(chains.activation):
                return Activation(
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
