"""
Search: the best alignment of two scenes, depth first through all of them, with bounds.

The nodes of *a* are mapped in an order in which each is linked to an earlier one. A branch is left where its
upper bound does not exceed the best score known. The bound adds up

* what is shared already;
* links from mapped to unmapped nodes: by role, no more than the mapped node's image still has to free nodes;
* what each unmapped node shares by itself at most;
* links among unmapped nodes: by role, no more than *b* has at all;

and it is no more than what the pairs are worth by a relaxation (`.relaxation`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from .overlay import NONE, Overlay
from .relaxation import UNIT, Relaxation


def search(
    overlay: Overlay, score: int, relaxation: Relaxation | None, most: int, limit: int
) -> tuple[int, bool]:
    """
    Look for alignments that share more than *overlay* does, and leave it with the best one.

    Args:
        overlay: the best alignment known
        score: what it shares
        relaxation: what pairs of nodes are worth at most
        most: a score that no alignment exceeds
        limit: stop when the steps of *overlay* reach it
    Returns:
        what the alignment found shares, and whether none is better
    """
    na = overlay.na
    best = overlay.image.copy()
    if overlay.steps + 4 * na * overlay.nb > limit:
        return score, False
    order = _order(overlay)
    useful = _useful(overlay)
    ceilings = _ceilings(overlay, order, useful)
    overlay.set([NONE] * na)
    image, origin = overlay.image, overlay.origin
    by_key: list[list[tuple[int, list[tuple[int, int]]]]] = []
    for near in overlay.near_a:
        ways: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for key, k, count in near:
            ways[key ^ 1].append((k, count))
        by_key.append(list(ways.items()))

    def open_links(depth: int) -> int:
        """Return how many links from mapped to unmapped nodes may still be shared."""
        total = 0
        for i in order[:depth]:
            j = image[i]
            if j < 0:
                continue
            near = overlay.near_b[j]
            for key, ends in by_key[i]:
                wanted = sum([count for k, count in ends if image[k] == NONE and depth_of[k] >= depth])
                if wanted and (places := near.get(key)):
                    there = sum([count for end, count in places if origin[end] == NONE])
                    total += wanted if wanted < there else there
        overlay.steps += 2 * depth
        return total

    depth_of = {node: depth for depth, node in enumerate(order)}

    def choices(depth: int, value: int) -> Iterator[tuple[int, int]]:
        node = order[depth]
        options = [(value + overlay.gain(node, j), -j) for j in useful[node] if origin[j] == NONE]
        options.append((value, 1))
        options.sort(reverse=True)
        return iter(options)

    worth = [{} for _ in order] if relaxation is None else relaxation.worth
    rest = [
        0 if relaxation is None else relaxation.paid
    ]  # what the nodes from each depth on are worth at most
    for node in reversed(order):
        rest.append(rest[-1] + max((0, *worth[node].values())))
    rest.reverse()
    spent = [0] * (na + 1)  # what the nodes before each depth are worth as they are mapped
    stack = [choices(0, 0)]
    while stack:
        depth = len(stack) - 1
        node = order[depth]
        if image[node] != NONE:
            overlay.lift(node)
        value, j = next(stack[-1], (NONE, NONE))
        if value < 0:
            stack.pop()
            continue
        if overlay.steps > limit:
            overlay.set(best)
            return score, False
        if j <= 0:
            overlay.put(node, -j)
        spent[depth + 1] = spent[depth] + (worth[node].get(-j, 0) if j <= 0 else 0)
        if relaxation is not None and spent[depth + 1] + rest[depth + 1] < (score + 1) * UNIT:
            continue
        alone, inner, settled = ceilings[depth + 1]
        if value + settled <= score or value + alone + inner + open_links(depth + 1) <= score:
            continue
        if depth + 1 < na:
            stack.append(choices(depth + 1, value))
        elif value > score:
            best, score = image.copy(), value
            if score == most:
                break
    overlay.set(best)
    return score, True


def _order(overlay: Overlay) -> list[int]:
    """Return the nodes of a, each linked to an earlier one where a role of both scenes links it to any."""
    order: list[int] = []
    seen: set[int] = set()
    for first in range(overlay.na):
        waiting = [] if first in seen else [first]
        seen.add(first)
        for node in waiting:
            for _, other, _ in overlay.near_a[node]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        order += waiting
    return order


def _ceilings(overlay: Overlay, order: list[int], useful: list[list[int]]) -> list[tuple[int, int, int]]:
    """
    Return upper bounds for the nodes from each depth on, whatever the earlier ones are mapped to.

    Returns:
        what the nodes share by themselves; links among them; and both with the links to earlier nodes
    """
    depth_of = {node: depth for depth, node in enumerate(order)}
    roles_b: Counter[int] = Counter()
    ends_b: list[dict[int, int]] = []
    for near in overlay.near_b:
        ends_b.append({key: sum(count for _, count in ends) for key, ends in near.items()})
        roles_b.update({key: count for key, count in ends_b[-1].items() if not key & 1})
    alone = inner = settled = 0
    coming: Counter[int] = Counter()
    ceilings = [(0, 0, 0)]
    for depth in range(overlay.na - 1, -1, -1):
        node = order[depth]
        earlier: Counter[int] = Counter()
        for key, other, count in overlay.near_a[node]:
            if depth_of[other] > depth:
                role = key & ~1
                inner += min(coming[role] + count, roles_b[role]) - min(coming[role], roles_b[role])
                coming[role] += count
            else:
                earlier[key ^ 1] += count
        own = [overlay.alone(node, j) for j in useful[node]]
        alone += max(own, default=0)
        settled += max(
            (
                value + sum([min(count, ends_b[j].get(key, 0)) for key, count in earlier.items()])
                for value, j in zip(own, useful[node], strict=True)
            ),
            default=0,
        )
        overlay.steps += len(own) * (1 + len(earlier))
        ceilings.append((alone, inner, settled))
    return ceilings[::-1]


def _useful(overlay: Overlay) -> list[list[int]]:
    """Return for each node of a the nodes of b with which it can share anything at all."""
    having: defaultdict[int, list[int]] = defaultdict(list)
    for j, near in enumerate(overlay.near_b):
        for key in near:
            having[key].append(j)
    useful: list[list[int]] = []
    for i in range(overlay.na):
        found = {j for key in {key ^ 1 for key, _, _ in overlay.near_a[i]} for j in having[key]}
        found.update(j for kind in overlay.shared[overlay.type_a[i]] for j in overlay.nodes_b[kind])
        overlay.steps += len(found)
        useful.append(sorted(found))
    return useful
