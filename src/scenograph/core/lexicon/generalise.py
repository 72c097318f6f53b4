"""
Generalise: the pattern that scenes share (anti-unification).

    (b / build :agent "Oleg" :object (c / bridge :mod (o / old)))
    (b / build :agent "Vera" :object (h / house :mod (n / new)) :time 1931)
    ────────────────────────────────────────────────────────────────────────
    (b / build :agent ?1 :object (x / ?2 :mod (y / ?3)))

The scenes are walked together from their roots. Where they differ the pattern has a hole, and where they
differ in the same way twice, the same hole: the least general generalisation (Plotkin, "A note on inductive
generalization", 1970) under the alignment found. Links of the root that only one scene has are left out,
since a crystal keeps them beside the archetype; inside, they become holes that may stay empty. A node that
both scenes mention twice is one node of the pattern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import final

from ..scene import Scene
from .lexeme import is_hole


def generalise(a: Scene, b: Scene) -> Scene:
    """
    Return what *a* and *b* share, with holes for the rest.

    *a* may be a pattern itself: its holes stay holes. The result does not depend on how the scenes are drawn,
    as long as they are given in canonical order.
    """
    return _Walk(a, b).pattern()


@final
class _Walk:
    """A walk through two scenes at once."""

    def __init__(self, a: Scene, b: Scene) -> None:
        self.a, self.b = a, b
        self.holes: dict[Hashable, str] = {}
        self.pairs: list[tuple[int, int]] = [(0, 0)]
        self.number = {(0, 0): 0}
        self.taken_a, self.taken_b = {0}, {0}
        self.links: list[tuple[int, str, int | str]] = []

    def pattern(self) -> Scene:
        for here, (i, j) in enumerate(self.pairs):  # grows while it is walked
            out_a = _by_role(self.a, i)
            out_b = _by_role(self.b, j)
            for role in sorted(out_a.keys() | out_b.keys()):
                ones, others = out_a.get(role, []), out_b.get(role, [])
                for one, other in self._align(ones, others):
                    if one is not None and other is not None:
                        self.links.append((here, role, self._join(one, other)))
                    elif here:
                        self.links.append((here, role, self._hole("target", one, other)))
        concepts = [
            x if x == y and not is_hole(x) else self._hole("concept", x, y)
            for x, y in ((self.a.concepts[i], self.b.concepts[j]) for i, j in self.pairs)
        ]
        return _numbered(concepts, self.links)

    def _align(
        self, ones: list[int | str], others: list[int | str]
    ) -> list[tuple[int | str | None, int | str | None]]:
        """Lay targets along one role on each other: first those that look equal, then the others in order."""
        left = list(others)
        aligned: list[tuple[int | str | None, int | str | None]] = []
        unequal: list[int | str] = []
        for one in ones:
            look = _look(self.a, one)
            twin = next((other for other in left if _look(self.b, other) == look), None)
            if twin is None:
                unequal.append(one)
            else:
                left.remove(twin)
                aligned.append((one, twin))
        shared = min(len(unequal), len(left))
        aligned += zip(unequal[:shared], left[:shared], strict=True)
        aligned += [(one, None) for one in unequal[shared:]]
        aligned += [(None, other) for other in left[shared:]]
        return aligned

    def _join(self, one: int | str, other: int | str) -> int | str:
        """Return what the pattern links to where the scenes link to *one* and *other*."""
        if isinstance(one, str) or isinstance(other, str):
            return one if one == other and not is_hole(str(one)) else self._hole("target", one, other)
        pair = one, other
        if pair in self.number:
            return self.number[pair]
        if one in self.taken_a or other in self.taken_b or not self._are_similar(one, other):
            return self._hole("target", one, other)
        self.taken_a.add(one)
        self.taken_b.add(other)
        self.number[pair] = len(self.pairs)
        self.pairs.append(pair)
        return self.number[pair]

    def _are_similar(self, i: int, j: int) -> bool:
        """True if two nodes share enough to be one node of the pattern: their concept, or all their roles."""
        if self.a.concepts[i] == self.b.concepts[j]:
            return True
        roles = sorted(link.role for link in self.a.out(i))
        return bool(roles) and roles == sorted(link.role for link in self.b.out(j))

    def _hole(self, kind: str, one: int | str | None, other: int | str | None) -> str:
        """Return the hole for this difference, the same for the same one."""
        if one is None or other is None:
            return self.holes.setdefault((kind, one, other, len(self.holes)), f"?{len(self.holes) + 1}")
        return self.holes.setdefault((kind, one, other), f"?{len(self.holes) + 1}")


def _by_role(scene: Scene, node: int) -> dict[str, list[int | str]]:
    out: defaultdict[str, list[int | str]] = defaultdict(list)
    for _, role, target in scene.out(node):
        out[role].append(target)
    return out


def _look(scene: Scene, target: int | str) -> tuple[bool, str]:
    return (False, target) if isinstance(target, str) else (True, scene.concepts[target])


def _numbered(concepts: list[str], links: list[tuple[int, str, int | str]]) -> Scene:
    """Make a pattern whose holes are numbered in canonical order."""
    scene = Scene.build(concepts, links).canonical()
    number: dict[str, str] = {}

    def renamed(literal: str) -> str:
        return number.setdefault(literal, f"?{len(number) + 1}") if is_hole(literal) else literal

    names = [renamed(concept) for concept in scene.concepts]
    return Scene.build(
        names, [(s, r, t if isinstance(t, int) else renamed(t)) for s, r, t in scene.links]
    ).canonical()
