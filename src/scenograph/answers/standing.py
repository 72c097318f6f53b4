"""
Standing: what a scene says of each of its nodes: that it is so, that somebody said so, that it is not so.

    >>> scene = Scene.parse('(s / say :agent (m / mother) :content (f / fall :agent (t / tree)))')
    >>> [str(it) for it in standings(scene)]
    ['stated', 'stated', 'reported', 'reported']

What stands under *if*, *whether* or a wish says nothing; its standing is None. A clause that describes a noun
(«the book that Oleg wrote») is as true as the clause of that noun.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final, NamedTuple

from scenograph.answers.classes import BEING, BLAMING, FACTIVE, PLANNING, SAYING
from scenograph.answers.limits import absences, denials
from scenograph.core.links import Link
from scenograph.core.scene import Scene


class Standing(NamedTuple):
    """
    How a node stands in its scene.

    Attributes:
        kind: `stated`, `reported`, `denied`, `planned`, `possible` or `commanded`
        grade: how sure that makes it, 0 to 1
        by: the node of who reports it; None if nobody does, or the scene does not say who
    """

    kind: str
    grade: float = 1.0
    by: int | None = None

    def __str__(self) -> str:
        return self.kind


STATED: Final = Standing("stated")
_REPORTED: Final = 0.9
_DESCRIBED: Final = 0.97  # a clause that describes a noun: it is taken for granted, not said
_PLANNED: Final = 0.85
_POSSIBLE: Final = 0.7  # can, must, should, would
_COMMANDED: Final = 0.7
_EITHER: Final = 0.5  # a member of «or»

_OPEN_ROLES: Final = frozenset(
    {":if", ":unless", ":as-if", ":whether", ":purpose", ":than", ":so-that", ":condition", ":consequence"}
    | {":without", ":instead-of", ":except", ":без", ":вместо", ":кроме", ":либо", ":or"}
)
"""Roles of what need not be so."""

_EXCLUSIVE: Final = frozenset({"or", "nor", "either"})


def standings(scene: Scene) -> list[Standing | None]:
    """Return the standing of each node of *scene*; None for what the scene says nothing about."""
    found: list[Standing | None] = [None] * len(scene.concepts)
    if scene.root_concept == "whether":
        return found
    sources: list[list[int]] = [[] for _ in scene.concepts]
    for source, _, target in scene.triples:
        if isinstance(target, int):
            sources[target].append(source)
    seen = [False] * len(scene.concepts)
    barred = _barred(scene)

    def visit(start: int, standing: Standing) -> None:
        # What a clause says comes before what it describes, and what is sure before what is not: a family
        # that is visited, and to whom something is promised, is visited.
        waiting = [(False, _rank(standing), 0, start, standing)]
        count = 0
        while waiting:
            _, _, _, node, here = heappop(waiting)
            if seen[node] or node in barred:
                continue
            seen[node] = True
            own = _own(scene, node, here)
            found[node] = own
            for link in scene.out(node):
                if not isinstance(link.target, int) or seen[link.target]:
                    continue
                below = _below(scene, link, own if own.kind == "denied" else here)
                if below is not None:
                    count += 1
                    heappush(waiting, (False, _rank(below), count, link.target, below))
            if here.kind != "denied":
                for source in sources[node]:
                    if not seen[source] and source not in barred:
                        count += 1
                        described = here._replace(grade=here.grade * _DESCRIBED)
                        heappush(waiting, (True, _rank(described), count, source, described))

    visit(0, STATED)
    return found


def _rank(standing: Standing) -> tuple[bool, float]:
    """Return what orders standings, the surest first."""
    return standing.kind != "stated", -standing.grade


def _barred(scene: Scene) -> set[int]:
    """Return the nodes that hang, in the direction of links, on what need not be so and on nothing else."""
    reached = {0}
    waiting = [0]
    for node in waiting:
        for link in scene.out(node):
            if (
                isinstance(link.target, int)
                and link.target not in reached
                and _below(scene, link, STATED) is not None
            ):
                reached.add(link.target)
                waiting.append(link.target)
    return {node for node in scene.reach(0) if node not in reached}


def _own(scene: Scene, node: int, here: Standing) -> Standing:
    """Return the standing of *node* with what its own marks say."""
    if here.kind == "denied":
        return here
    if denials(scene, node) or absences(scene, node):  # «we never eat meat», «nobody eats meat»
        return here._replace(kind="denied")
    for link in scene.out(node):
        if link.role == ":mode" and link.target == "command":
            return here._replace(kind="commanded", grade=here.grade * _COMMANDED)
        if link.role == ":modal":
            return here._replace(kind="possible", grade=here.grade * _POSSIBLE)
    return here


def _below(scene: Scene, link: Link, here: Standing) -> Standing | None:
    """Return how that stands which *link* leads to; None if it is open."""
    node, role, target = link
    concept = scene.concepts[node]
    if role in _OPEN_ROLES or (concept in ("whether", "if", "believe") and role in (":content", ":op1")):
        return None
    if concept == "not":
        if role != ":op1":
            return here
        return here._replace(kind="stated" if here.kind == "denied" else "denied")
    if concept in _EXCLUSIVE and role.startswith(":op"):
        return here._replace(grade=here.grade * _EITHER)
    if role != ":content":
        return here
    is_blamed = concept in BEING and isinstance(target, int) and scene.concepts[target] in BLAMING
    if concept in FACTIVE or is_blamed:  # «the driver is to blame»
        return here
    if concept in PLANNING and here.kind == "stated":
        return Standing("planned", here.grade * _PLANNED)
    if concept in SAYING:
        said_by = next(
            (
                t
                for by in (":agent", ":poss", ":from", ":by")
                for t in scene.targets(by, node)
                if isinstance(t, int)
            ),
            None,
        )
        kind = "reported" if here.kind != "denied" else "denied"
        return None if kind == "denied" else Standing(kind, here.grade * _REPORTED, said_by)
    return None
