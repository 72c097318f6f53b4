"""
Associations: which crystals belong together, because they name the same things or something tied them.

Two crystals that name the same thing are associated, the more strongly the fewer others name it: what all
name associates nothing, and what very many name is not followed. A name is a concept or a constant as a text
would spell it, so that `Alan_Bean` and `"Alan Bean"` are one.

    >>> facts = {1: "(l / lie :what Ceelmakoile :in Somalia)", 2: "(l / lead :who Hassan :what Somalia)",
    ...          3: "(l / lie :what Oslo :in Norway)"}
    >>> scenes = {crystal: Scene.parse(fact) for crystal, fact in facts.items()}
    >>> postings = Postings()
    >>> postings.add(list(scenes), list(scenes.values()))
    >>> found = SharedNames(postings).reach(np.array([1]))
    >>> joining = joined_by(scenes[1])
    >>> sorted((to, joining[through]) for to, through in zip(found.crystal.tolist(), found.through.tolist()))
    [(2, 'somalia'), (3, 'lie')]

Ties (`scenograph.memory.store.ties`) associate as well: crystals that were stated one after the other in one
source, or that answers rested on together, the more strongly the more often.

Both the names of a crystal and who else uses them stand in the postings; no scene is read. The time it takes
depends on how many crystals are asked about, not on how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import name, numbers
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids
from scenograph.memory.recall.searched import Admits
from scenograph.memory.recall.spreading import Activated, Activations, Numbers, Reach
from scenograph.memory.recall.walking import spread_many
from scenograph.memory.recall.wording import Wording
from scenograph.memory.records import Hop
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.ties import Tie
from scenograph.memory.symbols import name_of, symbols_of

_SEEDS = 40  # crystals found by the cue that are begun with; those that answer most are then chosen
_TIED = {"together": (1, "stated together"), "use": (2, "used together")}  # number, as a name has one; text
_MOST_TIES = 32  # of one crystal that are followed, the strongest
_MOST_USES = 100  # a name used by more crystals than this leads nowhere: it tells little, and costs much


def names_of(scene: Scene) -> list[str]:
    """The names that *scene* uses, each once."""
    return [spelt for spelt in dict.fromkeys(map(name_of, symbols_of(scene))) if spelt]


def joined_by(*scenes: Scene) -> dict[int, str]:
    """What any of *scenes* may share with others, by the number that `SharedNames.reach` gives it."""
    names = list(dict.fromkeys(spelt for scene in scenes for spelt in names_of(scene)))
    return dict(_TIED.values()) | dict(zip(_numbered(names).tolist(), names, strict=True))


def _numbered(names: Iterable[str]) -> Ids:
    return numbers([*map(name, names)]).view(np.int64)


class Spreading:
    """
    What spreads activation in a memory: through the names that crystals share, and through ties.

    Args:
        crystals: the memory
        postings: up to date with them
    """

    def __init__(self, crystals: Crystals, postings: Postings) -> None:
        self._crystals = crystals
        self._postings = postings

    def activated(
        self, cues: Sequence[Scene | Wording], found: Sequence[Mapping[int, float]], admits: Admits
    ) -> list[Activations]:
        """The crystals *found* by each of *cues* and those they activate. Of many, only the strongest do."""
        shared = SharedNames(self._postings, admits, self._crystals.ties.of)
        answers = [cue if isinstance(cue, Wording) else shared.answers(cue) for cue in cues]
        activations = spread_many([_strongest(some) for some in found], shared, answers)
        # A text asks for what answers it, or leads to what does.
        return [
            one.leading() if isinstance(cue, Wording) else one
            for cue, one in zip(cues, activations, strict=True)
        ]

    def explained(self, activations: Sequence[Activated]) -> list[tuple[Hop, ...]]:
        """The chain of each with the names that join it; empty for a crystal alone."""
        chains = [one.chain if len(one.crystals) > 1 else () for one in activations]
        if not any(chains):
            return [() for _ in chains]
        led_to = dict.fromkeys(hop.crystal for chain in chains for hop in chain if hop.through is not None)
        joining = joined_by(*self._crystals.scenes([*led_to]).values())
        return [
            tuple(Hop(hop.crystal, None if hop.through is None else joining[hop.through]) for hop in chain)
            for chain in chains
        ]


def _strongest(found: Mapping[int, float]) -> list[int]:
    return sorted(found, key=lambda crystal: (-found[crystal], crystal))[:_SEEDS]


class SharedNames:
    """
    Associations through shared names, and through ties.

    Args:
        postings: up to date with them
        admits: tells which crystals may be reached
        ties: gives the ties of crystals
    """

    def __init__(
        self,
        postings: Postings,
        admits: Admits = lambda ids: ids,
        ties: Callable[[Sequence[int]], Sequence[Tie]] = lambda _: (),
    ) -> None:
        self._ties = ties
        self._postings = postings
        self._admits = admits

    def rarity(self, uses: Ids) -> Numbers:
        """How rare names are that so many crystals use: 1 if one does, near 0 if all do."""
        return 1 - np.log(np.maximum(uses, 1)) / np.log(len(self._postings) + 1)

    def reach(self, crystals: Ids) -> Reach:
        """The associations of *crystals* through names that at most 100 use, and through their ties."""
        named, tied = self._by_names(crystals), self._by_ties(crystals)
        row = np.concatenate([named.row, tied.row])
        other = np.concatenate([named.crystal, tied.crystal])
        away = other != crystals[row]
        asked = np.unique(other).tolist()
        admitted = self._admits(asked)
        if len(admitted) < len(asked):
            away &= np.isin(other, admitted)
        through = np.concatenate([named.through, tied.through])
        strength = np.concatenate([named.strength, tied.strength])
        return Reach(row[away], other[away], through[away], strength[away])

    def _by_ties(self, crystals: Ids) -> Reach:
        tied: dict[int, list[tuple[float, int, int]]] = {}
        for one, other, kind, weight in self._ties(list(dict.fromkeys(crystals.tolist()))):
            # One event ties by a half, three by three quarters.
            strength, (through, _) = weight / (weight + 1), _TIED[kind]
            tied.setdefault(one, []).append((strength, other, through))
            tied.setdefault(other, []).append((strength, one, through))
        links = [
            (row, other, through, strength)
            for row, crystal in enumerate(crystals.tolist())
            for strength, other, through in sorted(tied.get(crystal, ()), reverse=True)[:_MOST_TIES]
        ]
        return Reach(
            np.array([row for row, _, _, _ in links], np.int64),
            np.array([other for _, other, _, _ in links], np.int64),
            np.array([through for _, _, through, _ in links], np.int64),
            np.array([strength for _, _, _, strength in links], np.float64),
        )

    def _by_names(self, crystals: Ids) -> Reach:
        row, named = self._postings.names(crystals)
        used, place = np.unique(named, return_inverse=True)
        uses = self._postings.uses(used)
        rare = np.flatnonzero((uses > 1) & (uses <= _MOST_USES))
        others = self._postings.having_each(used[rare])
        shared = np.full(len(used), -1)
        shared[rare] = np.arange(len(rare))
        row, place = row[shared[place] >= 0], shared[place[shared[place] >= 0]]
        lengths = np.array([len(some) for some in others], np.int64)[place]
        return Reach(
            np.repeat(row, lengths),
            np.concatenate([crystals[:0], *(others[one] for one in place.tolist())]),
            np.repeat(used[rare][place].view(np.int64), lengths),
            np.repeat(self.rarity(uses[rare])[place], lengths),
        )

    def answers(self, cue: Scene) -> Naming:
        """*cue* as what is asked for: each of its names that some crystal uses, by its rarity."""
        features = _numbered(names_of(cue)).view(np.uint64)
        uses = self._postings.uses(features)
        weights = self.rarity(uses[uses > 0])
        return Naming(self._postings, features[uses > 0], weights / max(weights.sum(), 1e-9))


class Naming:
    """The names of a scene as what a cue asks for; made by `SharedNames.answers`."""

    def __init__(self, postings: Postings, features: NDArray[np.uint64], weights: Numbers) -> None:
        self._postings = postings
        self._features = features
        self._weights = weights

    def found(self, crystals: Ids) -> Numbers:
        """The weight of each name that each of *crystals* uses, shape (crystals, names)."""
        return self._postings.have(crystals, self._features) * self._weights
