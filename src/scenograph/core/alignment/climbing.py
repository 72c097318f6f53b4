"""
Climbing: how an alignment is improved step by step.

    anchor   map the nodes whose neighbourhoods occur once in both scenes
    grow     map pairs one after another, always the pair that now adds most
    climb    move one node; the node that had its new place moves on, and so on, along a chain of a few nodes
    kick     map a link of *a* to a link of *b* although that costs something now, then climb from there
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from random import Random

from .overlay import WINDOW, Overlay

CHAIN = 6  # nodes that one move may push on
ROUNDS = 3  # links of distance up to which neighbourhoods are compared at the start
KICKS = 5_000  # pairs of links that are tried at most
SEEDS = 64_000  # pairs of nodes that growing may start from


def anchor(overlay: Overlay) -> None:
    """Map the nodes whose neighbourhood of `ROUNDS` links occurs once in each scene."""
    for here, there in reversed(_colours(overlay)):
        place = {colour: j for j, colour in enumerate(there)}
        in_a, in_b = Counter(here), Counter(there)
        for i, colour in enumerate(here):
            if in_a[colour] == in_b[colour] == 1:
                j = place[colour]
                if overlay.image[i] < 0 and overlay.origin[j] < 0:
                    overlay.put(i, j)


def _colours(overlay: Overlay) -> list[tuple[list[int], list[int]]]:
    """
    Return colours of the nodes of a and b, for neighbourhoods of 0, 1, … `ROUNDS` links.

    Nodes have equal colours if their neighbourhoods cannot be distinguished by colours of the round before
    (Weisfeiler and Leman's refinement). A round that would pair nobody else is not begun: where each colour
    that both scenes have is that of one node in each, or where they have none in common.
    """
    width = overlay.na + overlay.nb  # more than there are colours: one number holds a key and a colour
    rounds = [(overlay.type_a, overlay.type_b)]
    for _ in range(ROUNDS):
        number: dict[object, int] = {}

        def refined(
            before: list[int], near: list[list[tuple[int, int, int]]], number: dict[object, int] = number
        ) -> list[int]:
            views = (tuple(sorted([key * width + before[end] for key, end, _ in links])) for links in near)
            return [number.setdefault(it, len(number)) for it in zip(before, views, strict=True)]

        before_a, before_b = rounds[-1]
        in_a, in_b = Counter(before_a), Counter(before_b)
        if all(in_a[colour] == in_b[colour] == 1 for colour in in_a.keys() & in_b.keys()):
            break
        rounds.append((refined(before_a, overlay.near_a), refined(before_b, overlay.flat_b)))
        overlay.steps += 2 * (len(overlay.links_a) + len(overlay.links_b))
    return rounds


def grow(overlay: Overlay, order: Sequence[int], limit: int) -> None:
    """
    Map the pair that now adds most, again and again.

    Args:
        order: the rank of each node, by which equal pairs are taken
        limit: when `steps` reaches it, map the nodes that are left by what is known of their pairs by then
    """
    image, origin, nb, near_b = overlay.image, overlay.origin, overlay.nb, overlay.near_b
    shared, type_a, type_b = overlay.shared, overlay.type_a, overlay.type_b
    heap: list[tuple[int, int, int, int]] = []
    worth: dict[int, int] = {}  # what pairs add now, by `node of a * nb + node of b`

    def offer(i: int, j: int, value: int) -> None:
        worth[i * nb + j] = value
        heappush(heap, (-value, order[i], j, i))

    width = max(2, min(WINDOW, SEEDS // overlay.na))
    for i in range(overlay.na):
        if image[i] < 0 and overlay.steps < limit:
            if any(image[k] >= 0 for _, k, _ in overlay.near_a[i]):
                for j, value in overlay.gains(i).items():
                    offer(i, j, value)
            for kind, value in shared[type_a[i]].items():
                for j in overlay.window(i, overlay.nodes_b[kind], width):
                    if i * nb + j not in worth:
                        offer(i, j, value)
    left = min(sum(j < 0 for j in image), sum(i < 0 for i in origin))
    while heap and left:
        value, _, j, i = heappop(heap)
        if image[i] >= 0 or origin[j] >= 0 or worth[i * nb + j] != -value:
            continue  # the pair was offered again with its present value
        overlay.put(i, j)
        left -= 1
        near = near_b[j]
        for key, k, count in overlay.near_a[i] if overlay.steps < limit else ():
            if image[k] < 0 and (ends := near.get(key ^ 1)):
                if len(ends) > WINDOW:
                    ends = overlay.near(j, key ^ 1, k)
                overlay.steps += len(ends)
                base, rank = k * nb, order[k]
                alone = shared[type_a[k]]
                for end, number in ends:
                    if origin[end] < 0:  # as `offer`, written out: most of the time goes by here
                        before = worth.get(base + end)
                        if before is None:
                            before = alone.get(type_b[end], 0)
                        worth[base + end] = value = before + (number if number < count else count)
                        heappush(heap, (-value, rank, end, k))
    _fill(overlay)


def _fill(overlay: Overlay) -> None:
    """Map what the windows have left over to any free node that shares something by itself."""
    free = {
        kind: [j for j in reversed(nodes) if overlay.origin[j] < 0]
        for kind, nodes in enumerate(overlay.nodes_b)
    }
    for i in range(overlay.na):
        if overlay.image[i] < 0:
            for kind in overlay.shared[overlay.type_a[i]]:
                if free[kind]:
                    overlay.put(i, free[kind].pop())
                    break


def climb(overlay: Overlay, waiting: Iterable[int], limit: int) -> int:
    """
    Move nodes while that gains something, at most until `steps` reaches *limit*.

    Args:
        waiting: the nodes to look at first
    Returns:
        how much the score has grown
    """
    queue = list(dict.fromkeys(waiting))
    queued = set(queue)
    total = 0
    while queue and overlay.steps < limit:
        i = queue.pop()
        queued.discard(i)
        now = overlay.gain(i, overlay.image[i]) if overlay.image[i] >= 0 else 0
        better = sorted((-value, j) for j, value in overlay.gains(i).items() if value > now)
        for _, j in better:
            if j == overlay.image[i]:
                continue
            won, touched = _push(overlay, i, j, now, limit)
            if won > 0:
                total += won
                for node in touched:
                    for other in (node, *(k for _, k, _ in overlay.near_a[node])):
                        if other not in queued:
                            queued.add(other)
                            queue.append(other)
                break
            if overlay.steps >= limit:
                break
    return total


def _push(overlay: Overlay, i: int, j: int, now: int, limit: int) -> tuple[int, list[int]]:
    """
    Map *i* to *j*, the node that was there to the best place left, and so on; undo all if nothing is gained.

    Args:
        now: what *i* adds where it is
        limit: when `steps` reaches it, push nobody else on
    Returns:
        how much the score has grown, and the nodes that moved
    """
    image, origin = overlay.image, overlay.origin
    undo: list[tuple[int, int]] = [(i, image[i])]  # nodes with their places before
    if image[i] >= 0:
        overlay.lift(i)
    total, best, length = -now, 0, 0  # of the chain so far; of its best beginning; nodes of that
    moves: list[tuple[int, int]] = []
    taken = {j}
    while True:
        pushed = origin[j]
        if pushed >= 0:
            undo.append((pushed, j))
            total -= overlay.gain(pushed, j)
            overlay.lift(pushed)
        total += overlay.gain(i, j)
        overlay.put(i, j)
        moves.append((i, j))
        if total > best:
            best, length = total, len(moves)
        if pushed < 0 or len(moves) == CHAIN or overlay.steps >= limit:
            break
        options = [
            (value - (overlay.gain(origin[end], end) if origin[end] >= 0 else 0), value, -end)
            for end, value in overlay.gains(pushed).items()
            if end not in taken
        ]
        if not options:
            break
        net, _, end = max(options)
        if total + net <= 0 and origin[-end] < 0:
            break
        i, j = pushed, -end
        taken.add(j)
    if length < len(moves):
        for node, _ in undo:
            if image[node] >= 0:
                overlay.lift(node)
        if best <= 0:
            for node, place in undo:
                if place >= 0:
                    overlay.put(node, place)
            return 0, []
        for node, place in moves[:length]:
            overlay.put(node, place)
        for node, place in undo[length + 1 :]:
            overlay.put(node, place)
    return best, [node for node, _ in undo]


def kick(overlay: Overlay, limit: int, most: int, random: Random) -> int:
    """
    Map links to links of the same role, at any cost, and climb; keep what is better.

    Args:
        limit: stop when `steps` reaches it
        most: score that nothing can exceed
    Returns:
        the score
    """
    links = _pairs_of_links(overlay, random)
    score, best = overlay.score(), overlay.image.copy()
    failed = at = 0
    while failed < len(links) and overlay.steps < limit and score < most:
        source, target, (start, end) = links[at]
        at = (at + 1) % len(links)
        failed += 1
        if best[source] == start and best[target] == end:
            continue
        change = 0
        lifted: list[int] = []
        for node in (source, target, overlay.origin[start], overlay.origin[end]):
            if node >= 0 and overlay.image[node] >= 0:
                change -= overlay.gain(node, overlay.image[node])
                overlay.lift(node)
                lifted.append(node)
        for node, place in ((source, start), (target, end)):
            change += overlay.gain(node, place)
            overlay.put(node, place)
        around = [k for node in (source, target) for _, k, _ in overlay.near_a[node]]
        change += climb(overlay, [*lifted, *around], limit)
        overlay.steps += (overlay.na + overlay.nb) // 16  # to copy
        if change > 0:
            score, best, failed = score + change, overlay.image.copy(), 0
        else:
            overlay.set(best)
    overlay.set(best)
    return score


def _pairs_of_links(overlay: Overlay, random: Random) -> list[tuple[int, int, tuple[int, int]]]:
    """Return links of a with links of b of the same role, in random order; a sample if they are many."""
    by_role: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for source, role, target in overlay.links_b:
        by_role[role].append((source, target))
    links = [(s, t, by_role[role]) for s, role, t in overlay.links_a if role in by_role]
    if sum(len(ends) for _, _, ends in links) <= KICKS:
        pairs = [(s, t, end) for s, t, ends in links for end in ends]
        random.shuffle(pairs)
    else:
        chosen = (random.choice(links) for _ in range(KICKS))
        pairs = [(s, t, random.choice(ends)) for s, t, ends in chosen]
    overlay.steps += len(pairs)
    return pairs
