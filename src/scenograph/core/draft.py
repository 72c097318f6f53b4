"""
Draft: a scene that can be changed in place, where lexemes are folded in and unfolded.

:mod:`~scenograph.core.lexicon` says what that means. A lexeme fits where the nodes of its pattern, the root
apart, have exactly the pattern's links and no others; then nothing is lost when it takes their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import SceneError
from .links import Link, is_unknown
from .scene import Scene

Target = int | str

_NAME = re.compile(r"[⟁Δ][0-9]+|🜂[0-9]*")
_HOLE_ROLE = re.compile(r":[0-9]+")
_HOLE = re.compile(r"\?([1-9][0-9]*)")


def is_lexeme_name(concept: str) -> bool:
    """True for concepts that name lexemes: ``⟁7``, ``Δ41``, ``🜂``."""
    return _NAME.fullmatch(concept) is not None


class Lexeme:
    """
    A lexeme, prepared for folding and unfolding.

    Attributes:
        name: its name
        pattern: its pattern
        order: the nodes of the pattern, each behind one that links to it
        holes: the holes in the order of their numbers
        inward: for each node of the pattern, the number of links into it
    """

    def __init__(self, name: str, pattern: Scene) -> None:
        self.name = name
        self.pattern = pattern
        holes = {
            int(match[1]): match[0]
            for link in pattern.links
            if isinstance(link.target, str) and (match := _HOLE.fullmatch(link.target))
        }
        if sorted(holes) != list(range(1, len(holes) + 1)):
            raise SceneError(f"the holes of lexeme {name} must be ?1, ?2 and so on without a gap")
        if len(pattern.concepts) == 1 and len(pattern.links) == len(holes):
            raise SceneError(f"lexeme {name} would spare nothing: its pattern is one node with holes")
        self.order = [0]
        for node in self.order:
            for link in pattern.out(node):
                if isinstance(link.target, int) and link.target not in self.order:
                    self.order.append(link.target)
        if len(self.order) < len(pattern.concepts):
            raise SceneError(f"lexeme {name}: forward links from its root must reach all of its pattern")
        self.holes = [holes[number] for number in sorted(holes)]
        self.inward = [0] * len(pattern.concepts)
        for link in pattern.links:
            if isinstance(link.target, int):
                self.inward[link.target] += 1


class Draft:
    """A scene that can be changed in place; nodes keep their numbers."""

    def __init__(self, scene: Scene) -> None:
        self.concepts = dict(enumerate(scene.concepts))
        self.out: dict[int, list[tuple[str, Target]]] = {node: [] for node in self.concepts}
        self.inward = dict.fromkeys(self.concepts, 0)
        self.next = len(self.concepts)
        for source, role, target in scene.links:
            self.out[source].append((role, target))
            if isinstance(target, int):
                self.inward[target] += 1

    def scene(self) -> Scene:
        """Return what the draft is now."""
        number = {node: n for n, node in enumerate(self.concepts)}
        links = [
            Link(number[source], role, number[target] if isinstance(target, int) else target)
            for source, items in self.out.items()
            for role, target in items
        ]
        return Scene.build(self.concepts.values(), links)

    def fold(self, lexeme: Lexeme) -> bool:
        """Put *lexeme* wherever its pattern fits; return whether it did anywhere."""
        folded = False
        root_concept = lexeme.pattern.concepts[0]
        for node in [node for node, concept in self.concepts.items() if concept == root_concept]:
            if node in self.concepts:  # not folded away as part of another
                folded |= self._fold_at(node, lexeme)
        return folded

    def _fold_at(self, root: int, lexeme: Lexeme) -> bool:
        pattern = lexeme.pattern
        place = {0: root}
        taken = {root}
        fillers: dict[str, Target] = {}
        rest: list[tuple[str, Target]] = []
        for node in lexeme.order:
            items = list(self.out[place[node]])
            for _, role, target in pattern.out(node):
                for position, (other_role, other) in enumerate(items):
                    if role == other_role and self._fits(target, other, lexeme, place, taken, fillers):
                        del items[position]
                        break
                else:
                    return False
            if node == 0:
                if any(_HOLE_ROLE.fullmatch(role) for role, _ in items):
                    return False
                rest = items
            elif items:
                return False
        for node, here in place.items():
            if node and self.inward[here] != lexeme.inward[node]:
                return False
        self.concepts[root] = lexeme.name
        for _, _, target in pattern.links:
            end = place[target] if isinstance(target, int) else fillers.get(target)
            if isinstance(end, int):
                self.inward[end] -= 1
        for node, here in place.items():
            if node:
                del self.concepts[here], self.out[here], self.inward[here]
        self.out[root] = rest
        for number, hole in enumerate(lexeme.holes, 1):
            self._link(root, f":{number}", fillers[hole])
        return True

    def _fits(
        self,
        target: Target,
        other: Target,
        lexeme: Lexeme,
        place: dict[int, int],
        taken: set[int],
        fillers: dict[str, Target],
    ) -> bool:
        """True if the pattern's *target* can lie on *other*, which is then noted."""
        if isinstance(target, str):
            return fillers.setdefault(target, other) == other if target in lexeme.holes else target == other
        if target in place:
            return place[target] == other
        if not isinstance(other, int) or other in taken or other == 0:
            return False
        if self.concepts[other] != lexeme.pattern.concepts[target]:
            return False
        place[target] = other
        taken.add(other)
        return True

    def unfold(self, root: int, lexeme: Lexeme) -> list[int]:
        """Put the lexeme's pattern in the place of *root*; return the nodes of the pattern."""
        fillers: dict[str, Target] = {}
        rest: list[tuple[str, Target]] = []
        names = {f":{number}": hole for number, hole in enumerate(lexeme.holes, 1)}
        for role, target in self.out[root]:
            if role in names and names[role] not in fillers:
                fillers[names[role]] = target
            elif _HOLE_ROLE.fullmatch(role):
                raise SceneError(
                    f"lexeme {lexeme.name} has {len(names)} holes, each filled once; {role} is too many"
                )
            else:
                rest.append((role, target))
        if len(fillers) < len(names):
            missing = next(role for role, hole in names.items() if hole not in fillers)
            raise SceneError(f"lexeme {lexeme.name} needs something for its hole {missing}")
        place = {0: root}
        for node in range(1, len(lexeme.pattern.concepts)):
            place[node] = self.next
            self.out[self.next] = []
            self.inward[self.next] = 0
            self.next += 1
        for node, concept in enumerate(lexeme.pattern.concepts):
            self.concepts[place[node]] = concept
        self.out[root] = rest
        for source, role, target in lexeme.pattern.links:
            self._link(
                place[source], role, place[target] if isinstance(target, int) else fillers.get(target, target)
            )
        return list(place.values())

    def _link(self, source: int, role: str, target: Target) -> None:
        self.out[source].append((role, target))
        if isinstance(target, int):
            self.inward[target] += 1

    def pairs(self) -> Iterator[Pair]:
        """Yield each node with each constant or private node that it links to."""
        for node, concept in self.concepts.items():
            numbered = sorted(role for role, _ in self.out[node] if _HOLE_ROLE.fullmatch(role))
            if numbered and not is_lexeme_name(concept):
                continue  # no lexeme could stand for it: its roles look like those of holes
            for role, target in self.out[node]:
                others = numbered.copy()
                if role in others:
                    others.remove(role)
                if isinstance(target, str):
                    if not is_unknown(target):
                        yield Pair(concept, role, target, None, tuple(others))
                elif target and target != node and self.inward[target] == 1:
                    roles = tuple(sorted(role for role, _ in self.out[target]))
                    yield Pair(concept, role, self.concepts[target], roles, tuple(others))


class Pair(NamedTuple):
    """
    A node and something that it links to, as a candidate for a lexeme.

    Attributes:
        concept: the node's concept
        role: the link's role
        target: the constant, or the target's concept
        roles: roles of the target's own links; None for a constant
        others: numbered roles of the node besides *role*, if it is a lexeme
    """

    concept: str
    role: str
    target: str
    roles: tuple[str, ...] | None
    others: tuple[str, ...]

    def pattern(self) -> Scene:
        """Return the pattern with holes in all places that the pair leaves open."""
        is_node = self.roles is not None
        links: list[tuple[int, str, int | str]] = [(0, self.role, 1 if is_node else self.target)]
        open_places = [*((1, role) for role in self.roles or ()), *((0, role) for role in self.others)]
        links += [(node, role, f"?{hole}") for hole, (node, role) in enumerate(open_places, 1)]
        return Scene.build([self.concept, *([self.target] if is_node else [])], links)
