"""
Retention: how much of one scene survives in another.

The F1 score of triples under the best one-to-one alignment of nodes, as in Smatch (Cai and Knight, 2013): a
scene of n nodes and m links has n concept triples, m link triples and one triple for its root. It is 1.0
exactly if the scenes are equal.

To find the best alignment is hard in general (it contains the search for a largest common subgraph). So the
work is bounded by a number of steps that grows with the size of the scenes, and `align` says whether the
result is proven to be the best, or how much better another could be. `.alignment` does the work.
"""

from __future__ import annotations

from dataclasses import dataclass

from .scene import Scene


@dataclass(frozen=True, slots=True)
class Alignment:
    """
    The best alignment found between two scenes.

    Attributes:
        a, b: the scenes, in canonical order
        pairs: for each node of `a` the node of `b` that it stands for, one to one
        shared: the number of triples that then agree
        most: a number of triples that no alignment exceeds; that of the best one if it is proven
        steps: elementary steps that it took, the same on every machine
    """

    a: Scene
    b: Scene
    pairs: dict[int, int]
    shared: int
    most: int
    steps: int

    @property
    def is_exact(self) -> bool:
        """Whether `retention` is proven: no alignment shares more triples."""
        return self.shared == self.most

    @property
    def retention(self) -> float:
        """The F1 of this alignment; a lower bound unless `is_exact`."""
        return 2 * self.shared / (triples(self.a) + triples(self.b))

    @property
    def upper_bound(self) -> float:
        """A value that no alignment of the two scenes exceeds."""
        return 2 * self.most / (triples(self.a) + triples(self.b))


def retention(a: Scene, b: Scene) -> float:
    """
    Return the F1 of the triples of *a* and *b* under the best alignment of their nodes, from 0.0 to 1.0.

    Symmetric, and the same for equal scenes; 1.0 if and only if `a == b`. Takes bounded time; where that does
    not suffice to prove the value, it is a lower bound, and `align` says so.

    Example:
        >>> a = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
        >>> b = Scene.parse('(b / build :agent (p / person :name "Ivan") :object (c / bridge))')
        >>> round(retention(a, b), 3)
        0.857
    """
    return align(a, b).retention


def align(a: Scene, b: Scene) -> Alignment:
    """
    Return the best alignment of *a* and *b* found, and whether it is proven to be the best.

    Example:
        >>> found = align(Scene.parse("(b / build :object (c / bridge))"), Scene.parse("(b / build)"))
        >>> round(found.retention, 3), found.is_exact
        (0.667, True)
    """
    from .alignment import NONE, Overlay, counted, solve  # not loaded before it is needed

    a, b = a.canonical(), b.canonical()
    if a.concepts == b.concepts and a.triples == b.triples:  # equal scenes have the same canonical order
        return Alignment(a, b, {node: node for node in range(len(a.concepts))}, triples(a), triples(a), 0)
    swapped = _comes_after(a, b)
    overlay = Overlay(b, a) if swapped else Overlay(a, b)
    shared, most = solve(overlay, min(counted(overlay), (triples(a) + triples(b) - 1) // 2))
    pairs = {i: j for i, j in enumerate(overlay.image) if j != NONE}
    if swapped:
        pairs = {j: i for i, j in pairs.items()}
    return Alignment(a, b, dict(sorted(pairs.items())), shared, most, overlay.steps)


def _comes_after(a: Scene, b: Scene) -> bool:
    """Return whether *a* goes second, whichever of two different scenes in canonical order is named first."""
    for one, other in ((len(a.concepts), len(b.concepts)), (len(a.triples), len(b.triples))):
        if one != other:
            return one > other
    if a.concepts != b.concepts:
        return a.concepts > b.concepts
    one, other = next((one, other) for one, other in zip(a.triples, b.triples, strict=True) if one != other)
    return _key(one) > _key(other)


def _key(triple: tuple[int, str, int | str]) -> tuple[int, str, bool, int | str]:
    source, role, target = triple
    return source, role, isinstance(target, str), target


def triples(scene: Scene) -> int:
    """Return the number of triples of *scene*: its concepts, its links and its root."""
    return len(scene.concepts) + len(scene.triples) + 1
