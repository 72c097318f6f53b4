"""
Lexeme: a named scene with holes.

    ⟁1 = (p / build :object (b / bridge :mod ?1))              ?1 stands for a target
    Δ1 = (p / ?1 :cityServed ?2 :country (u / United_States))  ?1 stands for a concept

A hole is `?1`, `?2`, … instead of a target or of a concept. What fills it is said by the numbered
roles `:1`, `:2`, … of the node that is named after the lexeme. A hole for a concept is filled by a
constant, one for a target by a constant or a node. In an archetype (`Δ`) a hole for a target may stay
empty; its links are then not there.
"""

from __future__ import annotations

import re
from typing import final

from ...errors import SceneError
from ..scene import Scene

_NAME = re.compile(r"[⟁Δ][0-9]+|🜂[0-9]*")
_HOLE = re.compile(r"\?([1-9][0-9]*)")
_HOLE_ROLE = re.compile(r":[0-9]+")

MOST_HOLES = 9
"""Holes of a learned lexeme at most: vocabularies have a token for each of these."""


def is_lexeme_name(concept: str) -> bool:
    """True for concepts that name lexemes: `⟁7`, `Δ41`, `🜂`."""
    return _NAME.fullmatch(concept) is not None


def is_hole(literal: str) -> bool:
    """True for holes: `?1`, `?2`, …"""
    return _HOLE.fullmatch(literal) is not None


def is_hole_role(role: str) -> bool:
    """True for the roles of what fills a hole: `:1`, `:2`, …"""
    return _HOLE_ROLE.fullmatch(role) is not None


@final
class Lexeme:
    """
    A lexeme, prepared for folding and unfolding.

    Args:
        name: its name
        pattern: its pattern
    Attributes:
        is_archetype: it stands for a whole scene
        order: the nodes of the pattern, each after one that links to it
        holes: the holes in the order of their numbers
        concept_holes: those of them that stand for concepts
        inward: for each node of the pattern, the number of links into it
    Raises:
        SceneError: if the pattern cannot be a lexeme's
    """

    def __init__(self, name: str, pattern: Scene) -> None:
        self.name = name
        self.pattern = pattern
        self.is_archetype = name[0] == "Δ"
        self.concept_holes = frozenset(filter(is_hole, pattern.concepts))
        targets = {
            link.target for link in pattern.links if isinstance(link.target, str) and is_hole(link.target)
        }
        if both := self.concept_holes & targets:
            raise SceneError(
                f"hole {min(both)} of lexeme {name} stands for a concept and for a target: use two holes"
            )
        self.holes = sorted(self.concept_holes | targets, key=lambda hole: (len(hole), hole))
        if self.holes != [f"?{number}" for number in range(1, len(self.holes) + 1)]:
            raise SceneError(f"the holes of lexeme {name} must be ?1, ?2 and so on without a gap")
        if len(pattern.concepts) == 1 and len(pattern.links) == len(targets):
            raise SceneError(f"lexeme {name} would save nothing: its pattern is one node with holes")
        self.order = pattern.reach(0)
        if len(self.order) < len(pattern.concepts):
            raise SceneError(f"lexeme {name}: forward links from its root must reach all of its pattern")
        self.inward = [0] * len(pattern.concepts)
        for link in pattern.links:
            if isinstance(link.target, int):
                self.inward[link.target] += 1

    @property
    def root_concept(self) -> str | None:
        """The concept of the nodes that it can stand for; None if that is a hole."""
        concept = self.pattern.concepts[0]
        return None if concept in self.concept_holes else concept
