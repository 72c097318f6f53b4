"""
Layout: under which node each link of a scene is written.

A text is a tree and a scene is not, so a writer follows links forward from the root and mentions a node that
it meets again by name. A node that no forward path reaches is written under an inverse role::

    (b / boa :agent-of (s / swallow))        Link(swallow, ":agent", boa)
"""

from __future__ import annotations

from collections.abc import Sequence

from .links import Link, inverse


def layout(count: int, links: Sequence[Link]) -> list[list[Link]]:
    """
    Return for every node the links to write under it, in order.

    Each link stands under its source, but for those that lead back to a node that no forward path from the
    root reaches: these are turned round and stand under their target.
    """
    out: list[list[Link]] = [[] for _ in range(count)]
    into: list[list[Link]] = [[] for _ in range(count)]
    for link in links:
        out[link.source].append(link)
        if isinstance(link.target, int):
            into[link.target].append(link)
    seen = [False] * count
    seen[0] = True
    order = [0]
    turned: list[Link] = []

    def reach(first: int) -> None:
        position = first
        while position < len(order):
            for _, _, target in out[order[position]]:
                if isinstance(target, int) and not seen[target]:
                    seen[target] = True
                    order.append(target)
            position += 1

    reach(0)
    position = 0
    while len(order) < count:
        for link in into[order[position]]:
            source, role, target = link
            if not seen[source]:
                seen[source] = True
                order.append(source)
                turned.append(link)
                reach(len(order) - 1)
        position += 1
    for link in turned:
        source, role, target = link
        assert isinstance(target, int)
        out[source].remove(link)
        out[target].append(Link(target, inverse(role), source))
    return out
