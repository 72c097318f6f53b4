"""
How much of one scene is found in another.

Nodes of a cue are placed on nodes of a scene, one to one, each where its concept is; the links whose ends
then agree are found. A branch-and-bound search looks for the placement that finds most. It is exact for
scenes of ordinary size. For large ones with many similar nodes it looks at the likeliest places only and
stops after a bounded number of steps, so that its answer is a lower bound.

    >>> cue = Cue(Scene.parse("(b / build :agent ?who :object (c / bridge))"))
    >>> cue.size
    4
    >>> cue.found_in(Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / house))'))
    2.0

A symbol of the cue may be taken for others, each with a similarity below 1, and then counts as much as that:

    >>> Cue(Scene.parse("(b / bridgge)"), {"bridgge": {"bridge": 0.9}}).found_in(Scene.parse("(b / bridge)"))
    0.9
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from scenograph.core.scene import Scene
from scenograph.memory.index.features import Feature, link, symbol
from scenograph.memory.symbols import is_open

_STEPS = 400  # partial placements looked at, beyond one per node
_PLACES = 16  # places tried for a node, likeliest first
_PAIRS = 16  # features of one link, at most; of more, those that leave its source open

_Choice = tuple[float, int]  # how much it finds, the place
Likenesses = Mapping[str, float]
"""Symbols that fit, each with how well: 1 for the one that is meant."""

_NONE: Mapping[str, Likenesses] = MappingProxyType({})


class Need(NamedTuple):
    """
    One link or concept of a cue. A scene must have one of the features.

    Attributes:
        features: any of them shows that the link or concept may be in a scene
        gains: how much each feature counts at most, 0 to 1
    """

    features: tuple[Feature, ...]
    gains: tuple[float, ...]


class Cue:
    """
    A scene to be looked for in others.

    An unknown or a mask fits every place and, as the target of a link, every node and constant.

    Args:
        cue: the scene
        similar: other symbols that one of its symbols is taken for, with their similarity
    Attributes:
        size: how many links and concepts there are to find; unknowns are not counted
    """

    def __init__(self, cue: Scene, similar: Mapping[str, Likenesses] = _NONE) -> None:
        self.similar = similar
        self.wanted = [self._fitting(concept) for concept in cue.concepts]
        self.constants: list[list[tuple[str, Likenesses | None]]] = [[] for _ in cue.concepts]
        self.ties: list[list[tuple[int, str, int]]] = [[] for _ in cue.concepts]
        for source, role, target in cue.links:
            if isinstance(target, str):
                self.constants[source].append((role, self._fitting(target)))
            else:
                self.ties[source].append((source, role, target))
                if target != source:
                    self.ties[target].append((source, role, target))
        self.size = len(cue.links) + sum(concept is not None for concept in self.wanted)

    def _fitting(self, literal: str) -> Likenesses | None:
        return None if is_open(literal) else {literal: 1.0, **self.similar.get(literal, {})}

    @cached_property
    def needs(self) -> list[Need]:
        """What a scene must have to hold each of the links and concepts: no more is found than these say."""
        needs = [
            Need(tuple(map(symbol, fitting)), tuple(fitting.values()))
            for fitting in self.wanted
            if fitting is not None
        ]
        for source, constants in enumerate(self.constants):
            needs += [self._need(self.wanted[source], role, value, counted=True) for role, value in constants]
        for node, ties in enumerate(self.ties):
            needs += [
                self._need(self.wanted[source], role, self.wanted[target], counted=False)
                for source, role, target in ties
                if source == node
            ]
        return needs

    def _need(
        self, source: Likenesses | None, role: str, target: Likenesses | None, *, counted: bool
    ) -> Need:
        """The need of a link; its target's similarity is *counted* here, unless it is a node."""
        if len(source or ()) * len(target or ()) > _PAIRS:
            source = None
        ends: list[tuple[str | None, float]] = [(None, 1.0)] if target is None else [*target.items()]
        pairs = list(product(source or (None,), ends))
        return Need(
            tuple(link(start, role, end) for start, (end, _) in pairs),
            tuple(similarity if counted else 1.0 for _, (_, similarity) in pairs),
        )

    def found_in(self, scene: Scene) -> float:
        """How much of the links and concepts of the cue is found in *scene* under the best placement met."""
        return _Search(self, _Ground(scene)).best()


class _Ground:
    """A scene to search in, its links indexed by what they join."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.links = set(scene.triples)
        self.places: dict[str, list[int]] = {}
        for node, concept in enumerate(scene.concepts):
            self.places.setdefault(concept, []).append(node)

    def fitting(self, concepts: Iterable[str]) -> Iterator[int]:
        """The nodes with one of these concepts."""
        for concept in concepts:
            yield from self.places.get(concept, ())

    @cached_property
    def roles(self) -> set[tuple[int, str]]:
        """Which node has which role."""
        return {(source, role) for source, role, _ in self.scene.triples}

    @cached_property
    def leaving(self) -> Mapping[tuple[int, str], list[int]]:
        """Node and role to the nodes they lead to."""
        ends: dict[tuple[int, str], list[int]] = {}
        for source, role, target in self.scene.triples:
            if isinstance(target, int):
                ends.setdefault((source, role), []).append(target)
        return ends

    @cached_property
    def entering(self) -> Mapping[tuple[int, str], list[int]]:
        """Node and role to the nodes they come from."""
        ends: dict[tuple[int, str], list[int]] = {}
        for source, role, target in self.scene.triples:
            if isinstance(target, int):
                ends.setdefault((target, role), []).append(source)
        return ends


class _Search:
    def __init__(self, cue: Cue, ground: _Ground) -> None:
        self.cue = cue
        self.ground = ground
        self.places = [
            self._useful(node) if fitting is None else list(ground.fitting(fitting))
            for node, fitting in enumerate(cue.wanted)
        ]
        self.order = self._connected_order()
        before: set[int] = set()
        self.ties: list[list[tuple[int, str, int]]] = []  # by position in the order: links to nodes before it
        for node in self.order:
            before.add(node)
            self.ties.append([tie for tie in cue.ties[node] if tie[0] in before and tie[2] in before])
        self.possible = [0.0] * (len(self.order) + 1)  # what can be found from a position on, at most
        for position in range(len(self.order) - 1, -1, -1):
            node = self.order[position]
            if len(self.places[node]) > _PLACES:
                alone = (cue.wanted[node] is not None) + len(cue.constants[node])
            else:
                alone = max(self._alone(node, place) for place in self.places[node])
            self.possible[position] = self.possible[position + 1] + alone + len(self.ties[position])

    def _useful(self, node: int) -> list[int]:
        """Where an unknown *node* may find any of its links; anywhere else it is as if it were left out."""
        ground = self.ground
        found: set[int] = set()
        for role, _ in self.cue.constants[node]:
            found.update(place for place, its in ground.roles if its == role)
        for source, role, target in self.cue.ties[node]:
            if source == node:
                found.update(place for place, its in ground.leaving if its == role)
            if target == node:
                found.update(place for place, its in ground.entering if its == role)
        return sorted(found)

    def _connected_order(self) -> list[int]:
        """The nodes that have a place: one with fewest places first, then those tied to the ones before."""
        places = self.places
        order: list[int] = []
        seen: set[int] = set()
        for first in sorted((n for n, options in enumerate(places) if options), key=lambda n: len(places[n])):
            if first in seen:
                continue
            seen.add(first)
            at = len(order)
            order.append(first)
            while at < len(order):
                near = {end for source, _, target in self.cue.ties[order[at]] for end in (source, target)}
                fresh = sorted((n for n in near - seen if places[n]), key=lambda n: (len(places[n]), n))
                order.extend(fresh)
                seen.update(fresh)
                at += 1
        return order

    def _alone(self, node: int, place: int) -> float:
        """What is found of *node* at *place* itself: its concept and the constants linked to it."""
        fitting = self.cue.wanted[node]
        found = 0.0 if fitting is None else fitting[self.ground.scene.concepts[place]]
        for role, values in self.cue.constants[node]:
            if values is None:
                found += (place, role) in self.ground.roles
            else:
                links = self.ground.links
                found += max(
                    (similarity for value, similarity in values.items() if (place, role, value) in links),
                    default=0.0,
                )
        return found

    def _choices(self, position: int, placed: Mapping[int, int], taken: Container[int]) -> list[_Choice]:
        """What each likely place of the next node adds, best first; last, leaving it out: (0, -1)."""
        node = self.order[position]
        places = self.places[node]
        if len(places) > _PLACES:
            places = dict.fromkeys([*self._beside(position, placed), *places[: _PLACES // 2]])
        choices: list[_Choice] = []
        for place in places:
            if place in taken:
                continue
            gain = self._alone(node, place)
            for source, role, target in self.ties[position]:
                start = place if source == node else placed.get(source)
                end = place if target == node else placed.get(target)
                gain += (start, role, end) in self.ground.links
            choices.append((gain, place))
        choices.sort(key=lambda choice: -choice[0])
        return [*choices[:_PLACES], (0.0, -1)]

    def _beside(self, position: int, placed: Mapping[int, int]) -> list[int]:
        """Places of the right concept that links tie to nodes already placed."""
        node = self.order[position]
        found: list[int] = []
        for source, role, target in self.ties[position]:
            if source == node and target in placed:
                found += self.ground.entering.get((placed[target], role), ())
            elif source in placed:
                found += self.ground.leaving.get((placed[source], role), ())
        wanted = self.cue.wanted[node]
        return [place for place in found if wanted is None or self.ground.scene.concepts[place] in wanted]

    def best(self) -> float:
        best = 0.0
        steps = _STEPS + len(self.order)
        placed: dict[int, int] = {}
        taken: set[int] = set()
        # Frames of a depth-first search, kept by hand since cues may be deep: position in the order, found so
        # far, choices there, and the one to take next.
        stack = [(0, 0.0, self._choices(0, placed, taken), 0)] if self.order else []
        while stack:
            position, score, choices, turn = stack.pop()
            node = self.order[position]
            taken.discard(placed.pop(node, -1))
            if turn == len(choices):
                continue
            gain, place = choices[turn]
            if score + gain + self.possible[position + 1] <= best:
                continue  # no later choice does better, since they are sorted
            stack.append((position, score, choices, turn + 1))
            if place >= 0:
                placed[node] = place
                taken.add(place)
            best = max(best, score + gain)
            if position + 1 < len(self.order) and steps > 0:
                steps -= 1
                stack.append((position + 1, score + gain, self._choices(position + 1, placed, taken), 0))
        return best
