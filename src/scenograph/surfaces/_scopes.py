"""
Scopes: which part of a scene each quantifier governs when logic states the scene.

A scene says that its nodes exist, so they share one quantifier. Only a connective at the root, or among the
operands of such a connective, says something else: `not`, `and`, `or` and `if` govern their operands, and
each operand has a quantifier of its own. A node that several operands mention is quantified before them all,
as *p* is here:

    (i / if :condition (s / sleep :agent (p / person)) :consequence (d / dream :agent p))
    ∃p(person(p) ∧ (∃s(sleep(s) ∧ agent(s, p)) → ∃d(dream(d) ∧ agent(d, p))))

A connective anywhere else, as in what somebody believes, is a node like all others. So is one that is
mentioned twice or has links besides its operands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import final

from scenograph.core import Link, Scene
from scenograph.surfaces.triples import parts_of

NOT, AND, OR, IF = "not", "and", "or", "if"


@final
@dataclass(slots=True, eq=False)
class Scope:
    """
    What one quantifier governs.

    Attributes:
        nodes: the nodes that it binds; the root first where there is no connective
        links: links that must be stated in this scope or an inner one
        connective: the concept that joins the operands, or nothing
        operands: the scopes within
    """

    nodes: list[int] = field(default_factory=list[int])
    links: list[Link] = field(default_factory=list[Link])
    connective: str = ""
    operands: list[Scope] = field(default_factory=list["Scope"])
    parent: Scope | None = None
    depth: int = 0


def operand_roles(connective: str, count: int) -> list[str]:
    """Return the roles of the *count* operands of *connective*, in order."""
    if connective == IF:
        return [":condition", ":consequence"]
    return [f":op{number}" for number in range(1, count + 1)]


def scopes_of(scene: Scene) -> Scope:
    """Return the outermost scope of *scene*, a canonical one."""
    top, roots, connectives = _nest(scene)
    homes = _homes(scene, roots, connectives)
    if any(homes[root] is not scope for root, scope in roots):
        # An operand is mentioned outside its own scope, so that nothing would be left to stand for it.
        top = Scope()
        homes = dict.fromkeys(range(len(scene.concepts)), top)
        connectives, roots = set(), [(0, top)]
    first = dict(roots)
    for node in (*first, *(node for node in homes if node not in first)):
        homes[node].nodes.append(node)
    for link in scene.links:
        if link.source not in connectives:
            home = homes[link.source]
            if isinstance(link.target, int) and homes[link.target].depth > home.depth:
                home = homes[link.target]
            home.links.append(link)
    return top


def _nest(scene: Scene) -> tuple[Scope, list[tuple[int, Scope]], set[int]]:
    """Return the outermost scope, the operands that are no connectives with their scopes, and the others."""
    inward = [0] * len(scene.concepts)
    for link in scene.links:
        if isinstance(link.target, int):
            inward[link.target] += 1
    inward[0] += 1  # a root is mentioned by being the root
    top = Scope()
    roots: list[tuple[int, Scope]] = []
    connectives: set[int] = set()
    waiting = [(0, top)]
    for node, scope in waiting:
        operands = _operands(scene, node) if inward[node] == 1 else []
        if not operands or not all(inward[operand] for operand in operands):
            roots.append((node, scope))
            continue
        connectives.add(node)
        scope.connective = scene.concepts[node]
        scope.operands = [Scope(parent=scope, depth=scope.depth + 1) for _ in operands]
        waiting.extend(zip(operands, scope.operands, strict=True))
    return top, roots, connectives


def _operands(scene: Scene, node: int) -> list[int]:
    """Return the operands of *node*, in order, if it is a connective and nothing else; otherwise nothing."""
    connective, links = scene.concepts[node], scene.out(node)
    least, most = {NOT: (1, 1), IF: (2, 2), AND: (2, len(links)), OR: (2, len(links))}.get(connective, (1, 0))
    if not least <= len(links) <= most:
        return []
    by_role = {role: target for _, role, target in links}
    targets = [by_role.get(role) for role in operand_roles(connective, len(links))]
    operands = [target for target in targets if isinstance(target, int)]
    distinct = len({node, *operands}) == len(links) + 1
    return operands if distinct else []


def _homes(scene: Scene, roots: Iterable[tuple[int, Scope]], connectives: set[int]) -> dict[int, Scope]:
    """Return for each node that is no connective the innermost scope that encloses all mentions of it."""
    homes: dict[int, Scope] = {}
    for node, scope in roots:
        homes[node] = _common(homes.get(node, scope), scope)
    waiting = list(homes)
    while waiting:
        node = waiting.pop()
        for _, _, target in scene.out(node):
            if isinstance(target, int) and target not in connectives:
                before = homes.get(target)
                after = homes[node] if before is None else _common(before, homes[node])
                if after is not before:
                    homes[target] = after
                    waiting.append(target)
    # What no forward link reaches describes other nodes, and lives where all of those do.
    rest = set(range(len(scene.concepts))) - homes.keys() - connectives
    part = parts_of(
        len(scene.concepts), (link for link in scene.links if link.source in rest and link.target in rest)
    )
    islands: dict[int, Scope] = {}
    for source, _, target in scene.links:
        if source in rest and isinstance(target, int) and target in homes:
            islands[part[source]] = _common(islands.get(part[source], homes[target]), homes[target])
    homes.update({node: islands[part[node]] for node in rest})
    return dict(sorted(homes.items()))


def _common(one: Scope, other: Scope) -> Scope:
    while one is not other:
        if one.depth < other.depth:
            one, other = other, one
        assert one.parent is not None, "all scopes have the outermost in common"
        one = one.parent
    return one
