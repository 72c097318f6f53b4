"""
The order in which a codec takes the links of a scene.

Depth first from the root. The links of a node are sorted by role, then constants before nodes, then by text.
The order is the same for every drawing of a scene.

    >>> scene = Scene.parse('(b / build :object (c / bridge :mod ?x) :agent "Oleg")')
    >>> for event in events(scene):
    ...     print(event)
    ('build', '', ':agent', ('"Oleg"',))
    ('build', ':agent', ':object', 'bridge')
    ('bridge', '', ':mod', ('?x',))
    ('bridge', ':mod', '', None)
    ('build', ':object', '', None)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..layout import layout
from ..links import Link, forward
from ..scene import Scene, make_scene

Met = str | tuple[str] | int | None
"""A new node's concept, a constant in a tuple, the number of a node met before, or None at the end."""

Event = tuple[str, str, str, Met]
"""Concept of the node, role of its link before, role of this link (empty at the end), target."""

_Item = tuple[str, bool, str, int]  # role, whether to a node, text of the target, node


def events(scene: Scene) -> Iterator[Event]:
    """Yield all of *scene* but the concept of its root; `Builder` undoes it."""
    children = _children(scene, scene.links)
    if len(set(scene.concepts)) < len(scene.concepts) and any(map(_has_twins, children)):
        scene = scene.canonical()  # else the order of equal siblings would depend on the drawing
        children = _children(scene, scene.links)
    if not _reaches_all(children):
        scene = scene.canonical()
        laid = layout(len(scene.concepts), scene.links)
        children = _children(scene, [link for links in laid for link in links])
    number = {0: 0}
    concept, previous, items = scene.concepts[0], "", iter(children[0])
    stack: list[tuple[str, str, Iterator[_Item]]] = []
    while True:
        for role, is_node, text, node in items:
            if not is_node:
                yield concept, previous, role, (text,)
            elif node in number:
                yield concept, previous, role, number[node]
            else:
                yield concept, previous, role, text
                number[node] = len(number)
                stack.append((concept, role, items))
                concept, previous, items = text, "", iter(children[node])
                break
            previous = role
        else:
            yield concept, previous, "", None
            if not stack:
                return
            concept, previous, items = stack.pop()


def _children(scene: Scene, links: Sequence[Link]) -> list[list[_Item]]:
    """Return for each node its links in the order in which they are taken."""
    concepts = scene.concepts
    children: list[list[_Item]] = [[] for _ in concepts]
    for source, role, target in links:
        if isinstance(target, str):
            children[source].append((role, False, target, 0))
        else:
            children[source].append((role, True, concepts[target], target))
    for items in children:
        if len(items) > 1:
            items.sort()
    return children


def _has_twins(items: list[_Item]) -> bool:
    """True if two different nodes among *items* differ in nothing that these are sorted by."""
    return any(one[:3] == other[:3] and one[3] != other[3] for one, other in pairwise(items))


def _reaches_all(children: list[list[_Item]]) -> bool:
    """True if forward links lead from the root to every node."""
    seen = {0}
    reached = [0]
    for here in reached:
        for _, is_node, _, node in children[here]:
            if is_node and node not in seen:
                seen.add(node)
                reached.append(node)
    return len(reached) == len(children)


class Builder:
    """Makes the scene whose events it is given; undoes `events`."""

    __slots__ = ("concepts", "links")

    def __init__(self, concept: str) -> None:
        self.concepts = [concept]
        self.links: list[tuple[int, str, int | str]] = []

    def node(self, source: int, role: str, concept: str) -> int:
        """Add a link to a new node; return its number."""
        node = len(self.concepts)
        self.concepts.append(concept)
        self.reference(source, role, node)
        return node

    def constant(self, source: int, role: str, constant: str) -> None:
        """Add a link to a constant."""
        self.links.append((source, role, constant))

    def reference(self, source: int, role: str, node: int) -> None:
        """Add a link to a node met before; the role may be an inverse one."""
        if role[-3:] == "-of":
            role, turned = forward(role)
            if turned:
                source, node = node, source
        self.links.append((source, role, node))

    def scene(self) -> Scene:
        """Return the scene."""
        return make_scene(tuple(self.concepts), tuple(self.links))
