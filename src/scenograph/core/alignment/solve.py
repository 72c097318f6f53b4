"""Solving: the best alignment of two scenes that a bounded number of steps finds, and what none exceeds."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from random import Random

from .climbing import anchor, climb, grow, kick
from .overlay import NONE, Overlay
from .relaxation import UNIT, Relaxation, size
from .search import search

STEPS, STEPS_PER_NODE = 25_000, 150  # that an alignment may take
STARTS = 5


def counted(overlay: Overlay) -> int:
    """Return an upper bound of the score: the concepts, constants, loops and roles that both scenes have."""
    a, b = overlay.a, overlay.b
    concepts = Counter(a.concepts) & Counter(b.concepts)
    constants = Counter(chain.from_iterable(own.elements() for own in overlay.own_a)) & Counter(
        chain.from_iterable(own.elements() for own in overlay.own_b)
    )
    return 1 + concepts.total() + constants.total() + (overlay.roles_a & overlay.roles_b).total()


def solve(overlay: Overlay, most: int) -> tuple[int, int]:
    """Leave *overlay* with the best alignment found; return its score and an upper bound, at first *most*."""
    limit = STEPS + STEPS_PER_NODE * (overlay.na + overlay.nb)
    order = list(range(overlay.na))
    anchor(overlay)
    grow(overlay, order, limit)
    climb(overlay, order, limit)
    score, best = overlay.score(), overlay.image.copy()
    if score == most:
        return score, most
    relaxation = Relaxation(overlay) if overlay.steps + 8 * size(overlay) < limit else None
    if relaxation is not None:
        relaxation.tighten(score, limit * 3 // 5)
        most = min(most, relaxation.bound // UNIT)
    random = Random(0)
    until = (overlay.steps + limit) // 2
    for start in range(STARTS):
        if score == most or overlay.steps > until:
            break
        if start:
            overlay.set([NONE] * overlay.na)
            random.shuffle(order)
            grow(overlay, order, until)
            climb(overlay, range(overlay.na), until)
        if (kicked := kick(overlay, until, most, random)) > score:
            score, best = kicked, overlay.image.copy()
    overlay.set(best)
    if relaxation is not None and score < most:
        relaxation.tighten(score, overlay.steps + limit // 8)
        most = min(most, relaxation.bound // UNIT)
    if score < most:
        score, is_best = search(overlay, score, relaxation, most, limit)
        most = score if is_best else most
    return score, most
