"""
Which crystal names what: associations through shared names.

Two crystals that name the same thing are associated, the more strongly the fewer others name it: what all
name associates nothing. A name is a concept or a constant as a text would spell it, so that ``Alan_Bean`` and
``"Alan Bean"`` are one.

    >>> facts = {1: "(l / lie :what Ceelmakoile :in Somalia)", 2: "(l / lead :who Hassan :what Somalia)",
    ...          3: "(l / lie :what Oslo :in Norway)"}
    >>> named = Incidence.of((crystal, Scene.parse(fact)) for crystal, fact in facts.items())
    >>> found = named.reach(np.array([1]))
    >>> sorted((int(to), named.name(int(through))) for to, through in zip(found.crystal, found.through))
    [(2, 'somalia'), (3, 'lie')]

Both ways, crystal to names and name to crystals, are sparse rows, so that the associations of some crystals
take time in proportion to their number, whatever the memory holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse

from scenograph.core.scene import Scene
from scenograph.memory.recall.spreading import Ids, Numbers, Reach
from scenograph.memory.symbols import name_of, symbols_of

_MOST_USES = 100  # a name used by more crystals than this leads nowhere: it tells little, and costs much


class Incidence:
    """
    Crystals and the names they use.

    Args:
        crystals: their ids, ascending
        names: the names, each once
        pairs: which crystal (by position) uses which name (by position), int64, shape (uses, 2)
    """

    def __init__(self, crystals: Ids, names: Sequence[str], pairs: Ids) -> None:
        self._crystals = crystals
        self._names = names
        self._place = {name: place for place, name in enumerate(names)}
        ones = np.ones(len(pairs), dtype=np.int8)
        shape = (len(crystals), len(names))
        # scipy's types are partial: matrices are Any, what is read from them is not.
        self._by_crystal: Any = sparse.csr_array((ones, (pairs[:, 0], pairs[:, 1])), shape=shape)
        self._by_name: Any = self._by_crystal.T.tocsr()
        self._uses: Ids = np.diff(self._by_name.indptr).astype(np.int64)

    @classmethod
    def of(cls, scenes: Iterable[tuple[int, Scene]]) -> Self:
        """The incidence of *scenes*, each with the id of its crystal."""
        names: dict[str, int] = {}
        crystals: list[int] = []
        pairs: set[tuple[int, int]] = set()
        for crystal, scene in sorted(scenes, key=lambda pair: pair[0]):
            for symbol in symbols_of(scene):
                name = name_of(symbol)
                if name:
                    pairs.add((len(crystals), names.setdefault(name, len(names))))
            crystals.append(crystal)
        listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        return cls(np.array(crystals, dtype=np.int64), list(names), listed)

    def name(self, place: int) -> str:
        """The name that `reach` gives as this number."""
        return self._names[place]

    def using(self, name: str) -> Ids:
        """The crystals that use *name*, ascending."""
        place = self._place.get(name)
        return self._crystals[:0] if place is None else self._crystals[self._by_name[[place]].indices]

    def rarity(self, uses: Ids) -> Numbers:
        """How much names tell that so many crystals use: 1 for one, towards 0 for all."""
        return 1 - np.log(np.maximum(uses, 1)) / np.log(len(self._crystals) + 1)

    def answers(self, cue: Scene) -> Naming:
        """*cue* as what is asked for: each of its names that some crystal uses, by its rarity."""
        named = dict.fromkeys(map(name_of, symbols_of(cue)))
        places = np.array([self._place[name] for name in named if name in self._place], dtype=np.int64)
        weights = self.rarity(self._uses[places])
        uses = self._by_name[places].T.tocsr()
        return Naming(self._crystals, uses, weights / weights.sum() if len(weights) else weights)

    def reach(self, crystals: Ids) -> Reach:
        """The associations of *crystals* through the names they share with at most 100 others."""
        own = self._by_crystal[np.searchsorted(self._crystals, crystals)]
        row, name = _entries(own)
        rare = (self._uses[name] > 1) & (self._uses[name] <= _MOST_USES)
        row, name = row[rare], name[rare]
        use, place = _entries(self._by_name[name])
        row, through = row[use], name[use]
        other = self._crystals[place]
        away = other != crystals[row]
        row, through, other = row[away], through[away], other[away]
        return Reach(row, other, through, self.rarity(self._uses[through]))


class Naming:
    """The names of a scene as a cue; made by `Incidence.answers`."""

    def __init__(self, crystals: Ids, uses: Any, weights: Numbers) -> None:
        self._crystals = crystals
        self._uses = uses
        self._weights = weights

    def found(self, crystals: Ids) -> Numbers:
        """The weight of each name that each of *crystals* uses, shape (crystals, names)."""
        return self._uses[np.searchsorted(self._crystals, crystals)].toarray() * self._weights


def _entries(rows: Any) -> tuple[Ids, Ids]:
    """Row and column of each entry of sparse *rows*."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    return row, np.asarray(rows.indices, dtype=np.int64)
