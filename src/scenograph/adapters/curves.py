"""
How well each ability is learned: the loss of an answer token of its tasks, by step.

    >>> curves: AbilityCurves = {}
    >>> add(curves, 0, {"read": 0.5})
    >>> add(curves, 1, {"read": 0.3, "speak": 0.9})
    >>> curves
    {'read': [0.5, 0.3], 'speak': [None, 0.9]}
    >>> in_short(lately(curves))
    'read 0.40, speak 0.90'

The loss of a step is a mean over adapters, and the `scene_interpreter` alone learns six abilities. So a curve
of the whole hides what becomes of the rarer ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final, TypeAlias

from scenograph.adapters.encode import Encoded
from scenograph.prompts import ABILITIES

AbilityCurves: TypeAlias = dict[str, list[float | None]]
"""Ability → loss of an answer token by step; None where a step had no task of it."""

_LATELY: Final = 10  # steps


def by_ability(examples: Sequence[Encoded], sums: Sequence[float]) -> dict[str, float]:
    """
    Return the mean loss of an answer token of each ability; examples that name none are left out.

    Args:
        sums: of each example, the loss of its answer
    """
    totals: dict[str, float] = defaultdict(float)
    tokens: dict[str, int] = defaultdict(int)
    for example, loss in zip(examples, sums, strict=True):
        if example.ability:
            totals[example.ability] += loss
            tokens[example.ability] += example.learned
    return {name: totals[name] / tokens[name] for name in sorted(totals, key=_order)}


def add(curves: AbilityCurves, steps: int, losses: Mapping[str, float]) -> None:
    """Add the *losses* of a step to *curves* of so many *steps* before it."""
    for name in losses:
        curves.setdefault(name, [None] * steps)
    for name, curve in curves.items():
        curve.append(losses.get(name))


def lately(curves: Mapping[str, Sequence[float | None]], steps: int = _LATELY) -> dict[str, float]:
    """Return the mean of each curve over the last *steps*, of abilities that these steps had tasks of."""
    recent = {name: [loss for loss in curve[-steps:] if loss is not None] for name, curve in curves.items()}
    return {name: fmean(recent[name]) for name in sorted(recent, key=_order) if recent[name]}


def thinned(curve: Sequence[float | None], points: int) -> list[tuple[int, float]]:
    """
    Return at most so many *points*: the number of a step, and the mean loss of the steps up to it.

    Example:
        >>> thinned([0.5, None, 0.1, 0.3, 0.7], 3)
        [(2, 0.5), (4, 0.2), (5, 0.7)]
    """
    stride = -(-len(curve) // points) or 1
    found: list[tuple[int, float]] = []
    for begin in range(0, len(curve), stride):
        part = curve[begin : begin + stride]
        if present := [loss for loss in part if loss is not None]:
            found.append((begin + len(part), round(fmean(present), 5)))
    return found


def in_short(losses: Mapping[str, float]) -> str:
    """Return *losses* of abilities as a few words."""
    return ", ".join(f"{name} {loss:.2f}" for name, loss in losses.items())


def _order(name: str) -> tuple[int, str]:
    """The abilities in their usual order, then others."""
    return ABILITIES.index(name) if name in ABILITIES else len(ABILITIES), name
