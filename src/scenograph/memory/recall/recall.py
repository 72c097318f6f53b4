"""
Recall: from a cue to the crystals that answer it.

For a scene, postings name the crystals that may hold all of it; those are compared with it link by link, the
most promising first, until enough hold it. Only if there are fewer, crystals that share parts of it, are
similar to it or are associated with these are compared too. For a text see `.text`.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import any_symbol, numbers, symbol
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids, Scores
from scenograph.memory.index.vectors import encode
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.candidates import Alternatives, Candidates, best_first, compared_exactly, rarity
from scenograph.memory.recall.names import Names
from scenograph.memory.recall.resonance import Profile, Weights, heard, noise, of_scene
from scenograph.memory.recall.searched import Searched
from scenograph.memory.recall.spreading import NONE
from scenograph.memory.recall.text import recall_by_texts
from scenograph.memory.records import Hit
from scenograph.memory.symbols import is_open, symbols_of

_CONSISTENT = 256  # crystals that may hold the whole cue, at first
_MOST_CONSISTENT = 16_384  # and at most
_PARTIAL = 128  # crystals that share parts of it, at least
_SIMILAR = 32  # crystals with similar vectors, at least
_BUDGET = 50_000  # entries of postings read to find those that share parts
_CHUNK = 4  # crystals read at once, after the first *k*
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
        uses = postings.uses(numbers([any_symbol(one) for one in symbols])).tolist()
        unknown = [one for one, used in zip(symbols, uses, strict=True) if not used and one[0] != ":"]
        meant = names.meant(unknown)
        self.cue = Cue(scene, meant)
        least = names.chance(len(unknown)) if meant else 0.0
        near = [symbol(other) for some in meant.values() for other, like in some.items() if like > least]
        fillers = [symbol(one) for one in symbols if one[0] != ":"]
        self._telling = numbers([*fillers, *near])
        self.meant = _spelt(scene, {one: next(iter(similar)) for one, similar in self.cue.similar.items()})
        self._symbols = Alternatives(
            [
                [
                    (any_symbol(one), 1.0),
                    *((symbol(other), like) for other, like in self.cue.similar.get(one, {}).items()),
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

    def upper_bounds(self, ids: Ids) -> tuple[Scores, Scores]:
        """How much of the cue each crystal holds at most, and the share of its symbols; 1 if `consistent`."""
        return self._needs.shares(ids, self._postings), self._symbols.shares(ids, self._postings)

    def fits(self, ids: Ids) -> Scores:
        """How well the size of each crystal fits that of the cue."""
        return self._fit(self._postings.sizes(ids))

    def _fit(self, sizes: NDArray[np.integer]) -> Scores:
        return self.profile.fit(len(self.scene.links), sizes)


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


def recall(cues: Sequence[Scene | str], k: int, searched: Searched) -> list[list[Hit]]:
    """
    For each of *cues* the *k* crystals that answer it best, best first.

    Law: the hits of a cue do not depend on which cues are beside it.
    """
    if k <= 0:
        return [[] for _ in cues]
    texts = list(dict.fromkeys(cue for cue in cues if isinstance(cue, str)))
    scenes = dict.fromkeys(cue for cue in cues if not isinstance(cue, str))
    by_text = dict(zip(texts, recall_by_texts(texts, k, searched), strict=True))
    by_scene = {scene: SceneRecall(scene, searched).best(k) for scene in scenes}
    return [by_text[cue] if isinstance(cue, str) else by_scene[cue] for cue in cues]


class SceneRecall:
    """Recall by one scene."""

    def __init__(self, cue: Scene, searched: Searched) -> None:
        self._searched = searched
        self.asked = Asked(cue, searched.postings, searched.names, searched.weights)
        self._vector = encode([self.asked.meant], searched.items)
        self._itself = searched.crystals.find(cue)
        self._activated = NONE

    def best(self, k: int) -> list[Hit]:
        """The *k* best hits."""
        limit = max(_CONSISTENT, 4 * k)
        while True:
            consistent = self.asked.consistent(limit)
            best = self._compared(self.candidates(consistent, consistent=True), k)
            unified = sum(hit.parts["unified"] == 1.0 for hit in best)
            if unified == k or len(consistent) < limit or limit >= _MOST_CONSISTENT:
                break
            limit *= 4
        if unified < k:
            spreads = self.asked.profile.weighs("association")
            others = self.others(k, best, spreads=spreads)
            meant = others.at(np.flatnonzero(~self._is_chance(others)).tolist())
            best = self._compared(meant, k, best)
        found = [hit for hit in best if hit.resonance > 0]
        found = compared_exactly(found, self._vector, self._searched, self._resonance)
        [found] = self._searched.with_chains([found], [self._activated])
        return found

    def competitors(self, target: int, limit: int) -> list[Hit]:
        """*target* and crystals that might be taken for it, all compared with the cue; for learning from."""
        consistent = self.candidates(np.union1d(self.asked.consistent(limit), [target]))
        unified = self._read(consistent, range(len(consistent.ids)))
        others = self.others(limit // 4, unified, spreads=True)
        return [*unified, *self._read(others, range(len(others.ids)))]

    def others(self, k: int, found: Sequence[Hit], *, spreads: bool) -> Candidates:
        """Crystals beside *found* that share parts of the cue, are like it or, if it *spreads*, are tied."""
        partial = self.asked.partial(max(_PARTIAL, 2 * k), max(_BUDGET, 50 * k))
        similar = self._searched.similar(self._vector, max(_SIMILAR, 2 * k)).tolist()
        itself = [] if self._itself is None else [self._itself]
        ids = np.array([*partial.tolist(), *similar, *itself], np.int64)
        near = self.candidates(np.setdiff1d(ids, [hit.id for hit in found]))
        associations = self._searched.associations
        if associations is None or not spreads:
            return near
        strength = dict(zip(near.ids.tolist(), self._resonance(near.parts).tolist(), strict=True))
        strength |= {hit.id: hit.resonance for hit in found}
        [self._activated] = associations.activated([self.asked.scene], [strength], self._searched.admits)
        reached = np.concatenate([self._activated.crystals, near.ids])
        far = self.candidates(np.setdiff1d(reached, [hit.id for hit in found]))
        far.parts["association"] = self._activated.of(far.ids)
        return far

    def _is_chance(self, found: Candidates) -> NDArray[np.bool_]:
        """Which have no more in common with the cue than a crystal about something else may have."""
        unlike = found.parts["vector"] <= noise(len(self._searched.vectors))
        unlike &= self.asked.names_none_of(found.ids) & (found.parts["structure"] < 1.0)
        for place in np.flatnonzero(unlike & (self._activated.of(found.ids) > 0)).tolist():
            activated = self._activated[int(found.ids[place])]
            chain = np.setdiff1d(activated.crystals, found.ids[place])
            unlike[place] = self.asked.names_none_of(chain).all()
        return unlike

    def candidates(self, ids: Ids, *, consistent: bool = False) -> Candidates:
        """Those of *ids*, all *consistent* perhaps, that may be recalled, with what is known unread."""
        read = self._searched.crystals.with_scene(
            ids.tolist()
        )  # an unread text has nothing in common with a scene
        kept = np.array(self._searched.admits(read), np.int64)
        structure, symbols = np.ones((2, len(kept))) if consistent else self.asked.upper_bounds(kept)
        similar = self._searched.vectors.similarities(self._vector, kept.tolist())
        same = kept == (-1 if self._itself is None else self._itself)
        structure = np.where(same, 1.0, structure)
        parts = {
            "unified": (structure == 1.0).astype(np.float64),
            "structure": structure,
            "vector": heard(np.array([similar[one] for one in kept.tolist()], np.float64)),
            "symbols": symbols,
            "size": np.where(same, 1.0, self.asked.fits(kept)),
        }
        return Candidates(kept, parts)

    def _compared(self, candidates: Candidates, k: int, best: Sequence[Hit] = ()) -> list[Hit]:
        """The *k* best of *candidates* and *best*; one that cannot be among them any more is not read."""
        upper_bounds = self._resonance(candidates.parts)
        order = np.lexsort((candidates.ids, -upper_bounds))
        found = list(best)
        while len(order):
            count = max(k - len(found), _CHUNK)
            some = [
                place
                for place in order[:count].tolist()
                if len(found) < k
                or (-upper_bounds.item(place), candidates.ids.item(place)) < best_first(found[-1])
            ]
            if not some:
                break
            order = order[count:]
            for hit in self._read(candidates, some):
                insort(found, hit, key=best_first)
            del found[k:]
        return found

    def _read(self, candidates: Candidates, places: Sequence[int]) -> list[Hit]:
        """The candidates at *places*, compared with the cue link by link."""
        some = candidates.at(places)
        scenes = self._searched.crystals.scenes(some.ids.tolist())
        cue = self.asked.cue
        held = np.array(
            [
                1.0 if crystal == self._itself or not cue.size else cue.found_in(scene) / cue.size
                for crystal, scene in scenes.items()
            ]
        )
        some.parts.update(structure=held, unified=(held == 1.0).astype(np.float64))
        return [
            Hit(crystal, scene, resonance, MappingProxyType(some.of(place)))
            for place, ((crystal, scene), resonance) in enumerate(
                zip(scenes.items(), self._resonance(some.parts).tolist(), strict=True)
            )
        ]

    def _resonance(self, parts: Mapping[str, Scores]) -> Scores:
        return of_scene(parts, self.asked.profile)
