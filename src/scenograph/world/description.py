"""
Descriptions: scenes as nested tuples, in the form in which the world says and reads them.

A description is `(concept, ((role, target), …))`; a target is a description or a constant. Unlike a scene, it
has no nodes. If two nodes of a scene have the same description, the world takes them for one.

    >>> to_scene(describe("sleep", [(":agent", person("Oleg"))])).format(indent=None)
    '(s / sleep :agent (e / entity :name "Oleg"))'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, TypeGuard

from scenograph.core import Scene
from scenograph.errors import SurfaceError

Description: TypeAlias = "tuple[str, tuple[tuple[str, Description | str], ...]]"
Target: TypeAlias = "Description | str"

PERSON: Final = "entity"
"""The concept of a person: an open text does not say what a name names."""
_MAX_DEPTH: Final = 12


def describe(concept: str, links: Iterable[tuple[str, Target]]) -> Description:
    """Return a description with its links in one order, so that equal ones are equal tuples."""
    return (concept, tuple(sorted(links, key=str)))


def person(name: str) -> Description:
    """Return the description of a person called *name*."""
    return (PERSON, ((":name", f'"{name}"'),))


def is_person(target: Target | None) -> TypeGuard[Description]:
    """Return whether *target* is somebody with a name."""
    return isinstance(target, tuple) and target[0] == PERSON


def links(description: Description) -> dict[str, Target]:
    """Return the links of *description* by role; more than one of a role is a `SurfaceError`."""
    found = dict(description[1])
    if len(found) != len(description[1]):
        raise SurfaceError(f"'{description[0]}' has two links of one role, which the world cannot say")
    return found


def name_of(description: Description) -> str:
    """Return the name of a person or a place; a missing one is a `SurfaceError`."""
    value = links(description).get(":name")
    if not isinstance(value, str) or not value.startswith('"'):
        raise SurfaceError(f"a {description[0]} needs a :name in quotes")
    return value[1:-1]


def names_of(scene: Scene) -> frozenset[str]:
    """Return the names of persons and places in *scene*, without their quotes."""
    return frozenset(
        link.target[1:-1]
        for link in scene.links
        if isinstance(link.target, str) and link.target[0] == '"' and len(link.target) > 2
    )


def to_description(scene: Scene) -> Description:
    """
    Return the description of *scene*. A node that several links lead to is repeated.

    Raises:
        SurfaceError: if the scene is cyclic or too deep, or its root does not lead to all of its nodes
    """
    seen: set[int] = set()

    def walk(node: int, depth: int) -> Description:
        if depth > _MAX_DEPTH:
            raise SurfaceError(f"the world nests scenes at most {_MAX_DEPTH} deep, or the scene is cyclic")
        seen.add(node)
        return describe(
            scene.concepts[node],
            [
                (role, target if isinstance(target, str) else walk(target, depth + 1))
                for _, role, target in scene.out(node)
            ],
        )

    description = walk(0, 0)
    if len(seen) < len(scene.concepts):
        raise SurfaceError("part of the scene is not reachable from its root, which the world cannot say")
    return description


def to_scene(description: Description) -> Scene:
    """Return the scene of *description*. Equal parts become one node."""
    nodes: dict[Description, int] = {}
    edges: list[tuple[int, str, int | str]] = []

    def walk(part: Description) -> int:
        if part not in nodes:
            node = nodes[part] = len(nodes)
            for role, target in part[1]:
                edges.append((node, role, target if isinstance(target, str) else walk(target)))
        return nodes[part]

    walk(description)
    return Scene.build([concept for concept, _ in nodes], edges)
