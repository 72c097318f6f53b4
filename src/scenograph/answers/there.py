"""
There: which place «there» means, where the same sentence has named one place only before it.

    Kate moved to Oslo and works there.
    (and :op1 (move :to Oslo …) :op2 (work :place there …))     work :in Oslo

Clauses are looked through from the inside out: those that stand before in a list, and the one that a clause
depends on. The first of them that names places decides; if it names two, «there» stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenograph.answers.classes import THERE
from scenograph.answers.families import PLACES
from scenograph.answers.fitting import is_time
from scenograph.core.scene import Scene

_POINTED: Final = frozenset({":place", ":to", ":from"})
_ARRIVED: Final = {":to": ":in", ":into": ":in", ":from": ":in", ":onto": ":on", ":place": ":in"}
"""Who went to a place is in it then."""


def with_places(scene: Scene) -> Scene:
    """Return *scene* with the places that «there» means, where that is sure."""
    if THERE.isdisjoint(scene.concepts):
        return scene
    changed = False
    links: list[tuple[int, str, int | str]] = []
    for source, role, target in scene.triples:
        if role in _POINTED and _points(scene, target) and (place := _meant(scene, source)):
            where, target = place
            role = _ARRIVED.get(where, where) if role == ":place" else role
            changed = True
        links.append((source, role, target))
    return _reached(scene, links) if changed else scene


def _points(scene: Scene, target: int | str) -> bool:
    return isinstance(target, int) and scene.concepts[target] in THERE and not scene.out(target)


def _meant(scene: Scene, clause: int) -> tuple[str, int | str] | None:
    """Return the place that stands before *clause*, with its role; None if there is none, or not one."""
    for nodes in _before(scene, clause):
        found = {
            target: role
            for node in nodes
            for role, target in ((link.role, link.target) for link in scene.out(node))
            if role in PLACES and not is_time(scene, target) and not _points(scene, target)
        }
        if found:
            return next(((role, target) for target, role in found.items()), None) if len(found) == 1 else None
    return None


def _before(scene: Scene, clause: int) -> Iterator[list[int]]:
    """Yield the nodes of what stands before *clause*, the nearest first."""
    above = {link.target: link for link in reversed(scene.links) if isinstance(link.target, int)}
    seen = {clause}
    while (link := above.get(clause)) is not None and link.source not in seen:
        if link.role.startswith(":op"):
            members = [one for one in scene.out(link.source) if one.role.startswith(":op")]
            earlier = members[: members.index(link)]
            for member in reversed(earlier):
                if isinstance(member.target, int):
                    yield scene.reach(member.target)
        else:
            yield [link.source]
        clause = link.source
        seen.add(clause)


def _reached(scene: Scene, links: list[tuple[int, str, int | str]]) -> Scene:
    """Return the scene of *links*, without the nodes that nothing leads to any more."""
    ends = {0} | {it for source, _, target in links for it in (source, target) if isinstance(it, int)}
    number = {node: place for place, node in enumerate(sorted(ends))}
    return Scene.build(
        [scene.concepts[node] for node in number],
        [(number[s], role, number[t] if isinstance(t, int) else t) for s, role, t in links],
    )
