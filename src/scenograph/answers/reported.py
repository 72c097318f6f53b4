"""
Reports: what somebody said about something, by who says the sentences of a dialogue.

    What did Anna say about Lisbon?      (m / move :agent (i / I …) :to "Lisbon" … :speaker "Anna")
"""

from __future__ import annotations

from typing import Final

from scenograph.answers.classes import SAYING
from scenograph.answers.comparison import Comparison
from scenograph.answers.ground import Ground
from scenograph.answers.matched import Fill, Match, Part, product
from scenograph.answers.pattern import Pattern
from scenograph.answers.similarity import like_name, like_value

REPORT: Final = "?done"
"""The unknown that a whole sentence answers."""

_LEAST: Final = 0.8  # of the name and of what it is about


def reported(pattern: Pattern, ground: Ground) -> Match | None:
    """
    Return how the sentence of *ground* answers what its speaker said about something; None if it does not.

    Args:
        pattern: of a question such as «What did Anna say about Lisbon on Monday?»
        ground: a sentence whose speaker is known
    """
    asks = [ask for ask in pattern.asks if ask.source == 0]
    who = [ask.target for ask in asks if ask.role == ":agent" and isinstance(ask.target, int)]
    holes = [ask for ask in asks if ask.target in pattern.holes]
    topics = [ask for ask in asks if ask.role in (":about", ":of", ":on", ":time") and ask not in holes]
    if pattern.concepts[0] not in SAYING or len(who) != 1 or len(holes) != 1 or not topics:
        return None
    if len(asks) != 2 + len(topics) or holes[0].role not in (":object", ":content", ":about"):
        return None
    compare = Comparison(pattern, ground, misspelt=False)
    named = max(
        (like_name(name, ground.speaker, misspelt=False) for name in pattern.names[who[0]]), default=0.0
    )
    parts = [Part(f":agent {compare.asked(who[0])}", ground.speaker, named)]
    for ask in topics:
        if ask.role == ":time" and isinstance(ask.target, str):
            grades = [(like_value(ask.target, ground.said[:10]), ground.said[:10])]
        else:
            nodes = range(len(ground.scene.concepts))
            grades = [(compare.like(ask.target, node), compare.said(node)) for node in nodes]
        grade, said = max(grades)
        parts.append(Part(f"{ask.role} {compare.asked(ask.target)}", said, grade))
    if any(part.grade < _LEAST for part in parts):
        return None
    return Match(product(parts), tuple(parts), (Fill(REPORT, "", 0),), 0)
