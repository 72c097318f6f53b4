"""
Archetypes: the patterns that clusters of whole scenes share, learned by description length.

Scenes are grouped by shape (their roles, whatever fills them), and by their root and its roles. What a group
shares is its least general generalisation (`.generalise`). Where many scenes of a group agree on what fills
a hole, they form a cluster of their own, and so on downwards. The clusters that save most become archetypes.
A cluster saves what its scenes get shorter by, compared with the archetypes chosen before, less the length of
the pattern and a price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import heapify, heappop, heapreplace
from itertools import islice

from ...errors import SceneError
from ..scene import Scene
from .generalise import generalise
from .hyperlexemes import PRICE
from .length import length, word_length
from .lexeme import MOST_HOLES, Lexeme
from .mutable import MutableScene, mutable_length

_DEEPEST = 4  # splits of a cluster
_SAMPLE = 64  # scenes of a cluster whose generalisation stands for all


def learn_archetypes(
    scenes: Sequence[Scene], lengths: Sequence[int], *, first: int, size: int, least: int
) -> dict[str, Scene]:
    """
    Learn archetypes from *scenes*.

    Args:
        scenes: in canonical order each
        lengths: of each scene without archetypes
        first: the number of the first one's name
        size: how many at most
        least: scenes of a cluster at least
    Returns:
        names and patterns
    """
    chosen = islice(_choose(scenes, lengths, dict(_clusters(scenes, max(2, least)))), size)
    return {f"Δ{first + n}": pattern for n, pattern in enumerate(chosen)}


# --- grouping ----------------------------------------------------------------------------------------------


def _clusters(scenes: Sequence[Scene], least: int) -> Iterator[tuple[Scene, set[int]]]:
    """Yield patterns with the scenes they may fit."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, scene in enumerate(scenes):
        groups["shape", _shape(scene)].append(number)
        groups["root", scene.concepts[0]].append(number)
        groups["roles", scene.concepts[0], tuple(link.role for link in scene.out())].append(number)
    found: defaultdict[Scene, set[int]] = defaultdict(set)
    for members in groups.values():
        if len(members) >= least:
            for pattern, numbers in _split(scenes, members, least, _DEEPEST):
                found[pattern].update(numbers)
    yield from found.items()


def _split(
    scenes: Sequence[Scene], members: Sequence[int], least: int, depth: int
) -> Iterator[tuple[Scene, Sequence[int]]]:
    """Yield the pattern of *members*, and those of the clusters within them."""
    step = max(1, len(members) // _SAMPLE)
    pattern = reduce(generalise, (scenes[number] for number in members[::step]))
    try:
        lexeme = Lexeme("Δ1", pattern)
    except SceneError:
        return  # they share nothing
    fillers = {number: _fillers(scenes[number], lexeme) for number in members}
    fitting = [number for number in members if fillers[number] is not None]
    if len(lexeme.holes) <= MOST_HOLES:
        yield pattern, fitting
    if not depth:
        return
    agreeing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number in fitting:
        for item in (fillers[number] or {}).items():
            agreeing[item].append(number)
    worth = {
        item: len(numbers) * (word_length(item[1]) + 1)
        for item, numbers in agreeing.items()
        if least <= len(numbers) < len(fitting)
    }
    for item in sorted(worth, key=lambda item: (-worth[item], item))[:_DEEPEST]:
        if worth[item] > PRICE:
            yield from _split(scenes, agreeing[item], least, depth - 1)


def _fillers(scene: Scene, lexeme: Lexeme) -> dict[str, str] | None:
    """Return what fills each hole where *lexeme* stands for *scene*, as a word; None if it does not."""
    draft = MutableScene(scene)
    if not draft.fold_at(0, lexeme):
        return None
    return {
        role: target if isinstance(target, str) else f"({draft.concepts[target]}"
        for role, target in draft.out[0]
        if role[1:].isdigit()
    }


def _shape(scene: Scene) -> Hashable:
    """Return the roles of *scene* as they hang together, without what fills them."""
    return tuple(
        (source, role, target if isinstance(target, int) else "") for source, role, target in scene.links
    )


# --- choosing ----------------------------------------------------------------------------------------------


def _choose(
    scenes: Sequence[Scene], lengths: Sequence[int], clusters: Mapping[Scene, set[int]]
) -> Iterator[Scene]:
    """Yield the patterns that save most, best first, until none saves anything."""
    lengths = list(lengths)
    packed: dict[Scene, dict[int, int]] = {}
    for pattern, members in clusters.items():
        lexeme = Lexeme("Δ1", pattern)
        packed[pattern] = {}
        for number in members:
            draft = MutableScene(scenes[number])
            if draft.fold_at(0, lexeme):
                packed[pattern][number] = mutable_length(draft)
    prices = {pattern: length(pattern) + PRICE for pattern in clusters}

    def saved(pattern: Scene) -> int:
        gains = (lengths[number] - now for number, now in packed[pattern].items())
        return sum(gain for gain in gains if gain > 0) - prices[pattern]

    heap = [(-gain, pattern.form, pattern) for pattern in clusters if (gain := saved(pattern)) > 0]
    heapify(heap)
    while heap:
        before, form, pattern = heap[0]
        gain = saved(pattern)  # falls as others are chosen, so the best that stays at the top is the best
        if gain <= 0:
            heappop(heap)
        elif -gain != before:
            heapreplace(heap, (-gain, form, pattern))
        else:
            heappop(heap)
            for number, now in packed[pattern].items():
                lengths[number] = min(lengths[number], now)
            yield pattern
