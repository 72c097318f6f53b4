"""
MutableScene: a scene that can be changed in place, where lexemes are folded in and unfolded.

A lexeme fits where the nodes of its pattern, the root apart, have exactly the pattern's links and no others;
then nothing is lost when it takes their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from ...errors import SceneError
from ..links import Link, Target
from ..scene import Scene
from .length import graph_length
from .lexeme import Lexeme, is_hole_role, is_lexeme_name


@dataclass(slots=True)
class _Fit:
    """How a lexeme's pattern lies on a draft so far."""

    place: dict[int, int]  # of the pattern's nodes
    fillers: dict[str, Target] = field(default_factory=dict[str, Target])
    empty: set[str] = field(default_factory=set[str])  # holes without a filler
    rest: list[tuple[str, Target]] = field(
        default_factory=list[tuple[str, Target]]
    )  # other links of the root


@final
class MutableScene:
    """A scene that can be changed in place; nodes keep their numbers, the root is 0."""

    def __init__(self, scene: Scene) -> None:
        self.concepts = dict(enumerate(scene.concepts))
        self.out: dict[int, list[tuple[str, Target]]] = {node: [] for node in self.concepts}
        self.inward = dict.fromkeys(self.concepts, 0)
        self._next = len(self.concepts)
        for source, role, target in scene.links:
            self.link(source, role, target)

    def scene(self) -> Scene:
        """Return what the draft is now."""
        number = {node: n for n, node in enumerate(self.concepts)}
        links = [
            Link(number[source], role, number[target] if isinstance(target, int) else target)
            for source, items in self.out.items()
            for role, target in items
        ]
        return Scene.build(self.concepts.values(), links)

    def link(self, source: int, role: str, target: Target) -> None:
        """Add a link."""
        self.out[source].append((role, target))
        if isinstance(target, int):
            self.inward[target] += 1

    # --- folding --------------------------------------------------------------------------------------------

    def fold(self, lexeme: Lexeme) -> bool:
        """Put *lexeme* wherever its pattern fits; return whether it did anywhere."""
        folded = False
        for node in list(self.concepts):
            if node in self.concepts:  # not folded away as part of another
                folded |= self.fold_at(node, lexeme)
        return folded

    def fold_at(self, root: int, lexeme: Lexeme) -> bool:
        """Replace the pattern of *lexeme* at *root* by its node; return whether it fits there."""
        fit = self._fit(root, lexeme)
        if fit is None:
            return False
        for _, _, target in lexeme.pattern.links:
            end = fit.place[target] if isinstance(target, int) else fit.fillers.get(target)
            if isinstance(end, int):
                self.inward[end] -= 1
        for node, here in fit.place.items():
            if node:
                del self.concepts[here], self.out[here], self.inward[here]
        self.concepts[root] = lexeme.name
        self.out[root] = fit.rest
        for number, hole in enumerate(lexeme.holes, 1):
            if hole in fit.fillers:
                self.link(root, f":{number}", fit.fillers[hole])
        return True

    def _fit(self, root: int, lexeme: Lexeme) -> _Fit | None:
        """Lay the pattern of *lexeme* on *root* and what it links to."""
        pattern = lexeme.pattern
        fit = _Fit({0: root})
        if not self._says(root, pattern.concepts[0], lexeme, fit):
            return None
        taken = {root}
        for node in lexeme.order:
            items = list(self.out[fit.place[node]])
            for _, role, target in pattern.out(node):
                for position, (other_role, other) in enumerate(items):
                    if role == other_role and self._lies(target, other, lexeme, fit, taken):
                        del items[position]
                        break
                else:
                    if not _may_be_empty(target, lexeme, fit):
                        return None
            if node == 0:
                if any(is_hole_role(role) for role, _ in items):
                    return None  # it would look like a filler
                fit.rest = items
            elif items:
                return None
        for node, here in fit.place.items():
            if node and self.inward[here] != lexeme.inward[node]:
                return None
        return fit

    def _lies(self, target: Target, other: Target, lexeme: Lexeme, fit: _Fit, taken: set[int]) -> bool:
        """True if the pattern's *target* can lie on *other*, which is then noted."""
        if isinstance(target, str):
            if target not in lexeme.holes:
                return target == other
            return target not in fit.empty and fit.fillers.setdefault(target, other) == other
        if target in fit.place:
            return fit.place[target] == other
        if not isinstance(other, int) or other in taken or other == 0:
            return False
        if not self._says(other, lexeme.pattern.concepts[target], lexeme, fit):
            return False
        fit.place[target] = other
        taken.add(other)
        return True

    def _says(self, node: int, concept: str, lexeme: Lexeme, fit: _Fit) -> bool:
        """True if *node* has the pattern's *concept*, or one that can fill its hole, which is then noted."""
        own = self.concepts[node]
        if concept not in lexeme.concept_holes:
            return own == concept
        return not is_lexeme_name(own) and fit.fillers.setdefault(concept, own) == own

    # --- unfolding ------------------------------------------------------------------------------------------

    def unfold(self, root: int, lexeme: Lexeme) -> list[int]:
        """
        Replace *root* by the lexeme's pattern; return the nodes of the pattern.

        Raises:
            SceneError: if its holes are not filled as they have to be
        """
        fillers, rest = self._fillers(root, lexeme)
        place = {0: root}
        for node in range(1, len(lexeme.pattern.concepts)):
            place[node] = self._next
            self.out[self._next] = []
            self.inward[self._next] = 0
            self._next += 1
        for node, concept in enumerate(lexeme.pattern.concepts):
            filler = fillers.get(concept) if concept in lexeme.concept_holes else concept
            assert isinstance(filler, str)
            self.concepts[place[node]] = filler
        for _, target in self.out[root]:
            if isinstance(target, int):
                self.inward[target] -= 1
        self.out[root] = []
        for role, target in rest:
            self.link(root, role, target)
        for source, role, target in lexeme.pattern.links:
            if isinstance(target, int):
                self.link(place[source], role, place[target])
            elif target not in lexeme.holes:
                self.link(place[source], role, target)
            elif target in fillers:
                self.link(place[source], role, fillers[target])
        return list(place.values())

    def _fillers(self, root: int, lexeme: Lexeme) -> tuple[dict[str, Target], list[tuple[str, Target]]]:
        """Return what fills the holes of *lexeme* at *root*, and the other links there."""
        fillers: dict[str, Target] = {}
        rest: list[tuple[str, Target]] = []
        names = {f":{number}": hole for number, hole in enumerate(lexeme.holes, 1)}
        for role, target in self.out[root]:
            if role in names and names[role] not in fillers:
                fillers[names[role]] = target
            elif is_hole_role(role):
                raise SceneError(
                    f"lexeme {lexeme.name} has {len(names)} holes, each filled once; {role} is too many"
                )
            else:
                rest.append((role, target))
        for role, hole in names.items():
            if hole in lexeme.concept_holes:
                filler = fillers.get(hole)
                if not isinstance(filler, str) or is_lexeme_name(filler):
                    raise SceneError(f"lexeme {lexeme.name} needs a concept for its hole {role}")
            elif hole not in fillers and not lexeme.is_archetype:
                raise SceneError(f"lexeme {lexeme.name} needs something for its hole {role}")
        return fillers, rest


def _may_be_empty(target: Target, lexeme: Lexeme, fit: _Fit) -> bool:
    """True if *target* is a hole that can go without a filler, which is then noted."""
    if (
        lexeme.is_archetype
        and isinstance(target, str)
        and target in lexeme.holes
        and target not in fit.fillers
    ):
        fit.empty.add(target)
        return True
    return False


def mutable_length(draft: MutableScene) -> int:
    """Return the length of the scene that *draft* is."""
    return graph_length(
        draft.concepts.values(),
        [(source, role, target) for source, items in draft.out.items() for role, target in items],
    )
