"""
Associations: which crystals have to do with each other: they name the same things, or something tied them.

Two crystals that name the same thing are associated, the more strongly the fewer others name it: what all
name associates nothing, and what very many name is not followed. A name is a concept or a constant as a text
would spell it, so that ``Alan_Bean`` and ``"Alan Bean"`` are one.

    >>> facts = {1: "(l / lie :what Ceelmakoile :in Somalia)", 2: "(l / lead :who Hassan :what Somalia)",
    ...          3: "(l / lie :what Oslo :in Norway)"}
    >>> scenes = {crystal: Scene.parse(fact) for crystal, fact in facts.items()}
    >>> postings = Postings()
    >>> postings.add(list(scenes), list(scenes.values()))
    >>> shared = SharedNames(lambda ids: {crystal: scenes[crystal] for crystal in ids}, postings)
    >>> found = shared.reach(np.array([1]))
    >>> sorted((int(to), shared.name(int(through))) for to, through in zip(found.crystal, found.through))
    [(2, 'somalia'), (3, 'lie')]

Ties (`scenograph.memory.store.ties`) associate as well: crystals that were told one after the other in one
source, or that answers rested on together, the more strongly the more often.

Nothing else is kept for this: the names of a crystal are read off its scene, and who else uses them is
looked up in the postings. The time it takes depends on how many crystals are asked about, not on how many
there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import name, numbers
from scenograph.memory.index.postings import Postings
from scenograph.memory.recall.searched import Activated, Admits
from scenograph.memory.recall.spreading import BOUNDS, Activation, Bounds, Ids, Numbers, Reach, spread
from scenograph.memory.recall.wording import Sayings, Wording
from scenograph.memory.records import Step
from scenograph.memory.store.ties import Tie
from scenograph.memory.symbols import name_of, symbols_of

_SEEDS = 40  # crystals found by the cue that are begun with; those that answer most are then chosen
_TIED = {"together": "told together", "use": "used together"}
_MOST_TIES = 32  # of one crystal that are followed, the strongest
_MOST_USES = 100  # a name used by more crystals than this leads nowhere: it tells little, and costs much


def names_of(scene: Scene) -> list[str]:
    """The names that *scene* uses, each once."""
    return [spelt for spelt in dict.fromkeys(map(name_of, symbols_of(scene))) if spelt]


class Spreading:
    """
    What spreads activation in a memory: through the names that crystals share, and through ties.

    Args:
        sayings: what its crystals say
        postings: up to date with them
        bounds: how activation spreads, and how far
    """

    def __init__(self, sayings: Sayings, postings: Postings, bounds: Bounds = BOUNDS) -> None:
        self._sayings = sayings
        self._postings = postings
        self._bounds = bounds

    def activated(self, cue: Scene | str, found: Mapping[int, float], admits: Admits) -> dict[int, Activated]:
        """The crystals that those *found* activate, and these; of many, the strongest are begun with."""
        crystals = self._sayings.crystals
        shared = SharedNames(crystals.sound, self._postings, admits, crystals.ties.of)
        answers = Wording.of(cue, self._sayings) if isinstance(cue, str) else shared.answers(cue)
        seeds = sorted(found, key=lambda crystal: (-found[crystal], crystal))[:_SEEDS]
        activation = spread(seeds, shared, answers, self._bounds)
        if isinstance(cue, str):  # a text asks for what answers it, or leads to what does
            activation = {
                crystal: one
                for crystal, one in activation.items()
                if one.own > 0 or one.chain[-1].crystal != crystal
            }
        return {crystal: Activated(one.value, _told(one, shared)) for crystal, one in activation.items()}


def _told(activation: Activation, shared: SharedNames) -> tuple[Step, ...]:
    """The chain of *activation* with the names that join it; empty for a crystal alone."""
    if len(activation.chain) == 1:
        return ()
    return tuple(
        Step(crystal, None if through is None else shared.name(through))
        for crystal, through in activation.chain
    )


class SharedNames:
    """
    Associations through shared names, and through ties.

    Args:
        scenes: gives the scenes of crystals
        postings: up to date with them
        admits: tells which crystals may be reached
        ties: gives the ties of crystals
    """

    def __init__(
        self,
        scenes: Callable[[Sequence[int]], Mapping[int, Scene]],
        postings: Postings,
        admits: Admits = lambda ids: ids,
        ties: Callable[[Sequence[int]], Sequence[Tie]] = lambda _: (),
    ) -> None:
        self._ties = ties
        self._scenes = scenes
        self._postings = postings
        self._admits = admits
        self._place: dict[str, int] = {}  # of each name met so far
        self._names: list[str] = []
        self._used: dict[int, list[int]] = {}  # by crystals met so far

    def name(self, through: int) -> str:
        """The name that `reach` gives as this number."""
        return self._names[through]

    def rarity(self, uses: Ids) -> Numbers:
        """How much names tell that so many crystals use: 1 for one, towards 0 for all."""
        return 1 - np.log(np.maximum(uses, 1)) / np.log(len(self._postings) + 1)

    def reach(self, crystals: Ids) -> Reach:
        """The associations of *crystals* through names that at most 100 use, and through their ties."""
        named, tied = self._by_names(crystals), self._by_ties(crystals)
        row = np.concatenate([named.row, tied.row])
        other = np.concatenate([named.crystal, tied.crystal])
        away = (other != crystals[row]) & np.isin(other, self._admits(np.unique(other).tolist()))
        through = np.concatenate([named.through, tied.through])
        strength = np.concatenate([named.strength, tied.strength])
        return Reach(row[away], other[away], through[away], strength[away])

    def _by_ties(self, crystals: Ids) -> Reach:
        tied: dict[int, list[tuple[float, int, int]]] = {}
        for one, other, kind, weight in self._ties(list(dict.fromkeys(crystals.tolist()))):
            # One event ties by a half, three by three quarters.
            strength, through = weight / (weight + 1), self._number(_TIED[kind])
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
        self._read([crystal for crystal in crystals.tolist() if crystal not in self._used])
        each = [self._used.get(crystal, []) for crystal in crystals.tolist()]
        used = list(dict.fromkeys(through for some in each for through in some))
        features = numbers([name(self._names[through]) for through in used])
        uses = self._postings.uses(features)
        rare = np.flatnonzero((uses > 1) & (uses <= _MOST_USES))
        shared = [used[at] for at in rare]
        others = dict(zip(shared, self._postings.having_each(features[rare]), strict=True))
        strength = dict(zip(shared, self.rarity(uses[rare]).tolist(), strict=True))
        links = [(row, through) for row, some in enumerate(each) for through in some if through in others]
        lengths = [len(others[through]) for _, through in links]
        row = np.repeat(np.array([row for row, _ in links], np.int64), lengths)
        other = np.concatenate([crystals[:0], *(others[through] for _, through in links)])
        through = np.repeat(np.array([through for _, through in links], np.int64), lengths)
        rarity = np.repeat(np.array([strength[through] for _, through in links], np.float64), lengths)
        return Reach(row, other, through, rarity)

    def _read(self, crystals: Sequence[int]) -> None:
        for crystal, scene in self._scenes(crystals).items():
            self._used[crystal] = [self._number(spelt) for spelt in names_of(scene)]

    def answers(self, cue: Scene) -> Naming:
        """*cue* as what is asked for: each of its names that some crystal uses, by its rarity."""
        features = numbers([name(spelt) for spelt in names_of(cue)])
        uses = self._postings.uses(features)
        weights = self.rarity(uses[uses > 0])
        return Naming(self._postings, features[uses > 0], weights / max(weights.sum(), 1e-9))

    def _number(self, spelt: str) -> int:
        place = self._place.setdefault(spelt, len(self._names))
        if place == len(self._names):
            self._names.append(spelt)
        return place


class Naming:
    """The names of a scene as what a cue asks for; made by `SharedNames.answers`."""

    def __init__(self, postings: Postings, features: NDArray[np.uint64], weights: Numbers) -> None:
        self._postings = postings
        self._features = features
        self._weights = weights

    def found(self, crystals: Ids) -> Numbers:
        """The weight of each name that each of *crystals* uses, shape (crystals, names)."""
        return self._postings.have(crystals, self._features) * self._weights
