"""
Match: where a pattern lies in a scene, and what its unknowns stand for.

    >>> from scenograph.core.scene import Scene
    >>> scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge) :time 1931)')
    >>> match(Scene.parse("(b / build :agent ?who :time ?when)"), scene)[0]["?when"]
    '1931'

A pattern is a scene in which concepts and targets may be unknowns. It matches where its nodes can be laid one
to one on nodes of the scene so that every concept agrees and every link lies on a link of its own; the scene
may hold more. An unknown concept stands for a concept; an unknown target for a constant, or for the whole
scene that the target roots. An unknown that occurs twice stands for equal things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from heapq import heappop, heappush

from .links import Link, is_unknown
from .scene import Scene

Bindings = dict[str, Scene | str]


def match(pattern: Scene, scene: Scene, *, anywhere: bool = False) -> list[Bindings]:
    """
    Return what the unknowns of *pattern* stand for in *scene*, once for each different answer.

    Args:
        pattern: a scene with unknowns; without any, a match is an empty dict
        scene: where to look
        anywhere: lay the pattern's root on any node, not only on the scene's root
    Returns:
        bindings from unknowns (with their `?`) to scenes or literals; empty if the pattern lies nowhere
    Example:
        >>> match(Scene.parse("(b / bridge)"), Scene.parse("(s / see :object (b / bridge))"), anywhere=True)
        [{}]
    """
    found: list[Bindings] = []
    if not _may_fit(pattern, scene):
        return found
    search = _Search(pattern, scene)
    known: set[tuple[tuple[str, Scene | str], ...]] = set()
    for root in range(len(scene.concepts)) if anywhere else (0,):
        for bindings in search.run(root):
            key = tuple(sorted(bindings.items(), key=lambda item: item[0]))
            if key not in known:
                known.add(key)
                found.append(bindings)
    return found


class _Search:
    """Backtracking search for the ways to lay a pattern on a scene."""

    def __init__(self, pattern: Scene, scene: Scene) -> None:
        self.pattern = pattern
        self.scene = scene
        self.steps = _plan(pattern)
        joins = Counter(link[0] for link in scene.triples)
        joins.update(target for _, _, target in scene.triples if isinstance(target, int))
        # (node, role) → look of the far end → free links there, the first one last. No pattern distinguishes
        # ends that look the same, so they are tried once: a thousand equal leaves cost no more than one.
        self.out: dict[tuple[int, str], dict[object, list[int]]] = {}
        self.into: dict[tuple[int, str], dict[int, list[int]]] = {}  # the same for sources
        for index, (source, role, target) in enumerate(scene.triples):
            look: object = target
            if isinstance(target, int) and joins[target] == 1:
                look = "leaf", scene.concepts[target]
            self.out.setdefault((source, role), {}).setdefault(look, []).append(index)
            if isinstance(target, int):
                self.into.setdefault((target, role), {}).setdefault(source, []).append(index)
        for looks in self.out.values():
            for free in looks.values():
                free.reverse()
        self.used: set[int] = set()  # scene links
        self.place: dict[int, int] = {}  # pattern node → scene node
        self.taken: set[int] = set()  # scene nodes
        self.bound: dict[str, str | int] = {}  # unknown → literal or scene node
        self.trail: list[str | int] = []  # what to undo: bound unknowns and placed nodes

    def run(self, root: int) -> Iterator[Bindings]:
        """Yield bindings for the ways to lay the root on *root*, those that bind nothing new but once."""
        last = max((n for n, link in enumerate(self.steps) if self._may_bind(link)), default=-1)
        mark = len(self.trail)
        if not self._lay_node(0, root):
            return
        stack = [self._ways(link) for link in self.steps[:1]]
        if not stack:
            yield self._bindings()
        while stack:
            if not next(stack[-1], False):
                stack.pop()
            elif len(stack) < len(self.steps):
                stack.append(self._ways(self.steps[len(stack)]))
            else:
                yield self._bindings()
                while len(stack) > last + 1:
                    stack.pop().close()
        self._undo(mark)

    def _may_bind(self, link: Link) -> bool:
        """True if laying *link* may give an unknown its meaning."""
        if isinstance(link.target, str):
            return is_unknown(link.target)
        concepts = self.pattern.concepts
        return is_unknown(concepts[link.source]) or is_unknown(concepts[link.target])

    def _ways(self, link: Link) -> Generator[bool, None, None]:
        """Lay *link* in one way after another; each is undone before the next."""
        source, role, target = link
        start = self.place.get(source)
        end = self.place.get(target) if isinstance(target, int) else None
        if start is not None and end is None:
            for free in self.out.get((start, role), {}).values():
                place = len(free) - 1
                while place >= 0 and free[place] in self.used:  # found from its other end before
                    place -= 1
                if place >= 0:
                    index = free.pop(place)
                    try:
                        yield from self._onto(index, target, self.scene.triples[index][2])
                    finally:
                        free.insert(place, index)
            return
        assert end is not None, "a plan visits links that touch what is laid"
        sources = self.into.get((end, role), {})
        for far in sources if start is None else (start,):
            index = next((index for index in sources.get(far, ()) if index not in self.used), None)
            if index is not None:
                yield from self._onto(index, source if start is None else None, far)

    def _onto(self, index: int, end: int | str | None, far: int | str) -> Generator[bool, None, None]:
        """Lay a link on the scene's link *index* and its *end* on *far*, if it fits; then undo both."""
        mark = len(self.trail)
        if isinstance(end, str):
            laid = self._lay_target(end, far)
        else:
            laid = end is None or (isinstance(far, int) and self._lay_node(end, far))
        if laid:
            self.used.add(index)
            try:
                yield True
            finally:
                self.used.discard(index)
                self._undo(mark)

    def _lay_node(self, node: int, on: int) -> bool:
        """Lay a pattern's node on a scene's, if it fits."""
        concept, other = self.pattern.concepts[node], self.scene.concepts[on]
        if on in self.taken:
            return False
        if is_unknown(concept):
            if not self._bind(concept, other):
                return False
        elif concept != other:
            return False
        self.place[node] = on
        self.taken.add(on)
        self.trail.append(node)
        return True

    def _lay_target(self, constant: str, on: int | str) -> bool:
        """Lay a pattern's constant on a scene's target, if it fits."""
        return self._bind(constant, on) if is_unknown(constant) else constant == on

    def _bind(self, unknown: str, on: int | str) -> bool:
        """Let *unknown* stand for a literal or for what a node roots, unless it stands for something else."""
        if unknown in self.bound:
            return self._same(self.bound[unknown], on)
        self.bound[unknown] = on
        self.trail.append(unknown)
        return True

    def _same(self, one: int | str, other: int | str) -> bool:
        """True if two targets of the scene mean the same."""
        if isinstance(one, int) and isinstance(other, int):
            return one == other or self.scene.sub(one) == self.scene.sub(other)
        return one == other

    def _undo(self, mark: int) -> None:
        """Take back all that was laid since the trail was *mark* long."""
        while len(self.trail) > mark:
            step = self.trail.pop()
            if isinstance(step, int):
                self.taken.discard(self.place.pop(step))
            else:
                del self.bound[step]

    def _bindings(self) -> Bindings:
        return {name: on if isinstance(on, str) else self.scene.sub(on) for name, on in self.bound.items()}


def _plan(pattern: Scene) -> list[Link]:
    """
    Return the pattern's links in an order in which each touches what is laid before it.

    What can fail goes first, then what leads to unknowns; branches without unknowns, which need be found only
    once, go last.
    """
    near: list[list[int]] = [[] for _ in pattern.concepts]
    for index, (source, _, target) in enumerate(pattern.links):
        near[source].append(index)
        if isinstance(target, int) and target != source:
            near[target].append(index)
    asks = _leads_to_unknowns(pattern, near)

    def urgency(index: int) -> int:
        source, _, target = pattern.links[index]
        if isinstance(target, str):
            return 2 if is_unknown(target) else 0
        if source in laid and target in laid:
            return 1
        return 3 if asks[target if source in laid else source] else 4

    laid: set[int] = set()
    planned: set[int] = set()
    steps: list[Link] = []
    waiting: list[tuple[int, int]] = []

    def lay(node: int) -> None:
        laid.add(node)
        for index in near[node]:
            if index not in planned:
                heappush(waiting, (urgency(index), index))

    lay(0)
    while waiting:
        _, index = heappop(waiting)
        if index in planned:
            continue
        planned.add(index)
        link = pattern.links[index]
        steps.append(link)
        for end in (link.source, link.target):
            if isinstance(end, int) and end not in laid:
                lay(end)
    return steps


def _leads_to_unknowns(pattern: Scene, near: list[list[int]]) -> list[bool]:
    """Return for each node whether an unknown lies beyond it, seen from the root along a spanning tree."""
    parent = {0: 0}
    order = [0]
    for node in order:
        for index in near[node]:
            source, _, target = pattern.links[index]
            for end in (source, target):
                if isinstance(end, int) and end not in parent:
                    parent[end] = node
                    order.append(end)
    asks = [is_unknown(concept) for concept in pattern.concepts]
    for source, _, target in pattern.links:
        if isinstance(target, str) and is_unknown(target):
            asks[source] = True
    for node in reversed(order):
        asks[parent[node]] |= asks[node]
    return asks


def _may_fit(pattern: Scene, scene: Scene) -> bool:
    """False if the scene lacks a concept or a role that the pattern needs: a cheap first look."""
    concepts = Counter(concept for concept in pattern.concepts if not is_unknown(concept))
    roles = Counter(link.role for link in pattern.links)
    return concepts <= Counter(scene.concepts) and roles <= Counter(link.role for link in scene.links)
