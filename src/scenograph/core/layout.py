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
    for link in links:
        out[link[0]].append(link)
    seen = [False] * count
    seen[0] = True
    order = [0]

    followed = 0  # nodes of *order* whose links are

    def reach() -> None:
        """Put all that forward links reach from the nodes of *order* after them."""
        nonlocal followed
        while followed < len(order):
            for _, _, target in out[order[followed]]:
                if isinstance(target, int) and not seen[target]:
                    seen[target] = True
                    order.append(target)
            followed += 1

    reach()
    if len(order) == count:
        return out
    into: list[list[Link]] = [[] for _ in range(count)]
    for link in links:
        if isinstance(link.target, int):
            into[link.target].append(link)
    turned: list[Link] = []
    for node in order:
        for link in into[node]:
            if not seen[link.source]:
                turned.append(link)
                seen[link.source] = True
                order.append(link.source)
                reach()
    for link in turned:
        source, role, target = link
        assert isinstance(target, int)
        out[source].remove(link)
        out[target].append(Link(target, inverse(role), source))
    return out
