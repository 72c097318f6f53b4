"""
Asked: a scene as cue, made ready to be compared with many crystals before any of them is read.

From the postings alone it is known which links and concepts of the cue a crystal may hold, at most, which
symbols they share, and how well their sizes fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import Feature, link, numbers, symbol
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids, Scores
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.weights import Profile, Weights
from scenograph.memory.symbols import is_open, symbols_of

_RARITY = 0.7  # how much of a feature's weight in the search for parts is its rarity


class Asked:
    """
    A cue, with what the memory knows of its symbols.

    Attributes:
        scene: the cue
        cue: the same, to be found in scenes
        meant: the cue with each symbol that memory does not know in the likeliest spelling that it knows
        profile: how its resonance is put together
    """

    def __init__(self, scene: Scene, postings: Postings, names: Names, weights: Weights) -> None:
        self.scene = scene
        self._postings = postings
        self.profile: Profile = weights.question if _leaves_open(scene) else weights.part
        symbols = symbols_of(scene)
        uses = postings.uses(numbers([_feature(one) for one in symbols])).tolist()
        unknown = [one for one, used in zip(symbols, uses, strict=True) if not used and one[0] != ":"]
        meant = names.meant(unknown)
        self.cue = Cue(scene, meant)
        least = names.chance(len(unknown)) if meant else 0.0
        near = [symbol(other) for some in meant.values() for other, like in some.items() if like > least]
        fillers = [symbol(one) for one in symbols if one[0] != ":"]
        self._telling = numbers([*fillers, *near])
        self.meant = _spelt(scene, {one: next(iter(alike)) for one, alike in self.cue.alike.items()})
        self._symbols = Alternatives(
            [
                [
                    (_feature(one), 1.0),
                    *((symbol(other), like) for other, like in self.cue.alike.get(one, {}).items()),
                ]
                for one in symbols
            ],
            rarity(np.array(uses, np.int64), len(postings)),
        )
        needs = self.cue.needs
        self._needs = Alternatives(
            [list(zip(need.features, need.gains, strict=True)) for need in needs], np.ones(len(needs))
        )
        self._required = numbers([need.features[0] for need in needs])

    def consistent(self, limit: int) -> Ids:
        """Up to *limit* crystals that may hold the whole cue, exactly; those of the likeliest sizes."""
        return self._postings.having_all(self._required, limit, self._fit)

    def partial(self, limit: int, budget: int) -> Ids:
        """Up to *limit* crystals that share most with the cue, reading up to *budget* entries of postings."""
        features = np.concatenate([self._needs.features, self._symbols.features])
        gains = np.concatenate([self._needs.gains, 0.5 * self._symbols.gains])
        weights = gains * (1 - _RARITY + _RARITY * rarity(self._postings.uses(features), len(self._postings)))
        return self._postings.having_most(features, weights, limit, budget, self._fit)

    def names_none_of(self, ids: Ids) -> NDArray[np.bool_]:
        """
        Whether each of *ids* has no concept or constant of the cue, nor one like it.

        Roles alone are shared by chance, unless the cue has nothing else.
        """
        if not len(self._telling):
            return np.zeros(len(ids), bool)
        return np.logical_not(self._postings.have(ids, self._telling).any(axis=1))

    def hopes(self, ids: Ids) -> tuple[Scores, Scores]:
        """How much of the cue each crystal holds at most, and the share of its symbols; 1 if `consistent`."""
        return self._needs.shares(ids, self._postings), self._symbols.shares(ids, self._postings)

    def fits(self, ids: Ids) -> Scores:
        """How well the size of each crystal fits that of the cue."""
        return self._fit(self._postings.sizes(ids))

    def _fit(self, sizes: NDArray[np.integer]) -> Scores:
        return self.profile.fit(len(self.scene.links), sizes)


class Alternatives:
    """
    Things wanted, each of which any of some features gives, some better than others.

    Attributes:
        features, gains: those of all things, one after the other
    """

    def __init__(self, wanted: Sequence[Sequence[tuple[Feature, float]]], weights: Scores) -> None:
        self.features = numbers([feature for some in wanted for feature, _ in some])
        self.gains = np.array([gain for some in wanted for _, gain in some], np.float64)
        self._starts = np.cumsum([0, *(len(some) for some in wanted)])[:-1]
        self._weights = weights

    def shares(self, ids: Ids, postings: Postings) -> Scores:
        """Which weighted share of the things wanted each of *ids* gives; 1 if nothing is wanted."""
        whole = self._weights.sum()
        if not whole:
            return np.ones(len(ids))
        given = postings.have(ids, self.features) * self.gains
        return np.minimum(np.maximum.reduceat(given, self._starts, axis=1) @ self._weights / whole, 1.0)


def rarity(uses: Ids, total: int) -> Scores:
    """How much features tell: 1 for one that no crystal has, 0.05 for one that all have."""
    scale = math.log(total + 2)
    return 0.05 + 0.95 * np.maximum(np.log((total + 2) / (uses + 1)), 0.0) / scale


def _leaves_open(scene: Scene) -> bool:
    constants = (target for _, _, target in scene.links if isinstance(target, str))
    return any(map(is_open, (*scene.concepts, *constants)))


def _spelt(scene: Scene, spelling: Mapping[str, str]) -> Scene:
    """*scene* with some symbols spelt otherwise."""
    if not spelling:
        return scene
    links = [
        (source, role, spelling.get(target, target) if isinstance(target, str) else target)
        for source, role, target in scene.links
    ]
    return Scene.build([spelling.get(concept, concept) for concept in scene.concepts], links)


def _feature(one: str) -> Feature:
    return link(None, one, None) if one[0] == ":" else symbol(one)


def symbols_wanted(weights: Mapping[str, float]) -> Alternatives:
    """Some symbols as things wanted, each with its weight."""
    return Alternatives([[(_feature(one), 1.0)] for one in weights], np.array([*weights.values()]))
