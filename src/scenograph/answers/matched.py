"""
Matches: how a clause answers a question, step by step.

    asked                        said                         grade
    work                         work                         1
    :agent "Turing"              :agent "Alan Turing"         0.95
    :place ?where                :at "Bletchley Park"         1
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from scenograph.core.scene import Scene


class Part(NamedTuple):
    """
    One step of a match.

    Attributes:
        asked: what the question says
        said: what the clause says; empty if nothing
        grade: how well that fits, 0 to 1
    """

    asked: str
    said: str
    grade: float


class Fill(NamedTuple):
    """What fills an unknown: a node of the scene, or a constant, and the role in which it stands there."""

    unknown: str
    role: str
    target: int | str


class Match(NamedTuple):
    """
    One way in which a scene answers.

    Attributes:
        grade: how well, 0 to 1
        parts: the steps, of which the grade is the product
        fills: what fills the unknowns
        clause: the node of the clause that answers
        by: the node of who reports it, if somebody does
    """

    grade: float
    parts: tuple[Part, ...]
    fills: tuple[Fill, ...]
    clause: int
    by: int | None = None


def product(parts: Iterable[Part]) -> float:
    """Return the grade of a match with these *parts*."""
    return prod(part.grade for part in parts)


def scene_of(fill: Fill, scene: Scene) -> Scene | str:
    """Return what *fill* stands for, as a scene or a constant."""
    return fill.target if isinstance(fill.target, str) else scene.sub(fill.target)
