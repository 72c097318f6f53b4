"""
How much of one scene is found in another.

Nodes of the cue are placed on nodes of the scene, one to one, each where its concept is; the links whose ends
then agree are found. A branch-and-bound search looks for the placement that finds most. It is exact for
scenes of ordinary size; for large ones with many alike nodes it looks at the likeliest places only and stops
after a bounded number of steps, so that its answer is a lower bound.
"""

from __future__ import annotations

from scenograph.core.links import Link
from scenograph.core.scene import Scene
from scenograph.memory.symbols import is_open

_STEPS = 400  # partial placements looked at, beyond one per node
_PLACES = 16  # places tried for a node, likeliest first

_Frame = tuple[int, int, list[tuple[int, int]], int]


class Alignment:
    """
    The search for the best placement of the nodes of *cue* in *scene*.

    An unknown or a mask fits every place, and as the target of a link every node and constant.
    """

    def __init__(self, cue: Scene, scene: Scene) -> None:
        self._links = set(scene.links)
        self._leaving: dict[tuple[int, str], list[int]] = {}
        self._entering: dict[tuple[int, str], list[int]] = {}
        self._with_role: set[tuple[int, str]] = set()
        for source, role, target in scene.links:
            self._with_role.add((source, role))
            if isinstance(target, int):
                self._leaving.setdefault((source, role), []).append(target)
                self._entering.setdefault((target, role), []).append(source)
        self._concepts = scene.concepts
        places: dict[str, list[int]] = {}
        for node, concept in enumerate(scene.concepts):
            places.setdefault(concept, []).append(node)
        everywhere = list(range(len(scene.concepts)))

        self._wanted = [None if is_open(concept) else concept for concept in cue.concepts]
        self._places = [everywhere if c is None else places.get(c, []) for c in self._wanted]
        self._constants: list[list[tuple[str, str]]] = [[] for _ in cue.concepts]
        ties: list[list[Link]] = [[] for _ in cue.concepts]
        for link in cue.links:
            if isinstance(link.target, str):
                self._constants[link.source].append((link.role, link.target))
            else:
                ties[link.source].append(link)
                if link.target != link.source:
                    ties[link.target].append(link)
        self._order = self._connected_order(ties)
        placed: set[int] = set()
        self._ties: list[list[Link]] = []  # for each position in the order: the links back to nodes before it
        for node in self._order:
            placed.add(node)
            self._ties.append(
                [link for link in ties[node] if link.source in placed and link.target in placed]
            )
        self._possible = [0] * (len(self._order) + 1)  # what can be found from a position on, at most
        for position in range(len(self._order) - 1, -1, -1):
            node = self._order[position]
            alone = max(self._alone(node, place) for place in self._places[node][:_PLACES])
            if len(self._places[node]) > _PLACES:
                alone = (self._wanted[node] is not None) + len(self._constants[node])
            self._possible[position] = self._possible[position + 1] + alone + len(self._ties[position])

    def _connected_order(self, ties: list[list[Link]]) -> list[int]:
        """The nodes that have a place: one with fewest places first, then always one tied to those before."""
        rest = sorted(
            (n for n, places in enumerate(self._places) if places), key=lambda n: len(self._places[n])
        )
        order: list[int] = []
        seen: set[int] = set()
        for first in rest:
            if first in seen:
                continue
            seen.add(first)
            at = len(order)
            order.append(first)
            while at < len(order):
                near = {
                    end
                    for link in ties[order[at]]
                    for end in (link.source, link.target)
                    if isinstance(end, int)
                }
                fresh = sorted(
                    (n for n in near - seen if self._places[n]), key=lambda n: (len(self._places[n]), n)
                )
                order.extend(fresh)
                seen.update(fresh)
                at += 1
        return order

    def _alone(self, node: int, place: int) -> int:
        """What is found at *place* of *node* itself: its concept and the constants linked to it."""
        found = int(self._wanted[node] is not None)
        for role, value in self._constants[node]:
            found += (
                (place, role) in self._with_role
                if is_open(value)
                else Link(place, role, value) in self._links
            )
        return found

    def _choices(self, position: int, placed: dict[int, int], taken: set[int]) -> list[tuple[int, int]]:
        """What each likely place of the next node adds, best first; last, to leave it out: (0, -1)."""
        node = self._order[position]
        places = self._places[node]
        if len(places) > _PLACES:
            places = [*self._beside(position, placed), *places[: _PLACES // 2]]
        found: list[tuple[int, int]] = []
        for place in dict.fromkeys(places):
            if place in taken:
                continue
            gain = self._alone(node, place)
            for source, role, target in self._ties[position]:
                start = place if source == node else placed.get(source)
                end = place if target == node else placed.get(target)  # type: ignore[arg-type]
                gain += (start, role, end) in self._links
            found.append((gain, place))
        found.sort(key=lambda choice: -choice[0])
        return [*found[:_PLACES], (0, -1)]

    def _beside(self, position: int, placed: dict[int, int]) -> list[int]:
        """Places of the right concept that links already tie to nodes already placed."""
        node = self._order[position]
        found: list[int] = []
        for source, role, target in self._ties[position]:
            if source == node and target in placed:
                found += self._entering.get((placed[target], role), ())  # type: ignore[index]
            elif source in placed:
                found += self._leaving.get((placed[source], role), ())
        wanted = self._wanted[node]
        return [place for place in found if wanted is None or self._concepts[place] == wanted]

    def best(self) -> int:
        """How many links and concepts of the cue are found under the best placement met."""
        best = 0
        steps = _STEPS + len(self._order)
        placed: dict[int, int] = {}
        taken: set[int] = set()
        stack: list[_Frame] = [(0, 0, self._choices(0, placed, taken), 0)] if self._order else []
        while stack:
            position, score, choices, turn = stack.pop()
            node = self._order[position]
            taken.discard(placed.pop(node, -1))
            if turn == len(choices):
                continue
            gain, place = choices[turn]
            if score + gain + self._possible[position + 1] <= best:
                continue  # no later choice does better, since they are sorted
            stack.append((position, score, choices, turn + 1))
            if place >= 0:
                placed[node] = place
                taken.add(place)
            best = max(best, score + gain)
            if position + 1 < len(self._order) and steps > 0:
                steps -= 1
                stack.append((position + 1, score + gain, self._choices(position + 1, placed, taken), 0))
        return best
