"""
Clauses: what a question asks with a preposition or a case, and a sentence says as a clause.

    What do they complain about?        complain :about ?what
    They complain that it is cold.      complain :content (cold …)
    Чему тебя научил дед?               Дед научил меня плавать.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenograph.answers.classes import FACTIVE, REPLYING, SAYING
from scenograph.answers.families import CLAUSE, FINITE
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern

_ENGLISH: Final = frozenset({":about", ":of", ":to", ":for", ":at"})
_RUSSIAN: Final = frozenset(
    {":about", ":of", ":onto", ":in", ":recipient", ":instrument", ":toward", ":from", ":за"}
)
_OF_SPEECH: Final = frozenset({":about", ":of", ":onto", ":for"})
"""Those of them that are asked of what is said: «What did she write with?» asks for a pen."""

_WHOM: Final = {":object": ":recipient", ":recipient": ":object"}
"""Who is warned or taught: read in one of these roles, and said in the other."""


def as_clause(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What do they complain about?» is answered by «They complain that it is cold»: that it is cold."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    holes = [ask for ask in here if ask.target in draft.holes]
    if len(holes) != 1 or concept in REPLYING or any(ask.role == ":content" for ask in here):
        return
    [ask] = holes
    roles = _ENGLISH if concept.isascii() else _RUSSIAN
    if concept in SAYING | FACTIVE:
        roles &= _OF_SPEECH
    if ask.role not in roles or not isinstance(ask.target, int) or draft.holes[ask.target] != Hole("?what"):
        return
    is_finite = concept.isascii() and ask.role == ":about"  # who asked somebody to come did not ask about it
    draft.holes[ask.target] = Hole("?what", FINITE if is_finite else CLAUSE)
    rest = [it for it in draft.links if it is not ask]
    yield draft.pattern(root, [*rest, ask._replace(role=":content")], "of its content")
    others = [it._replace(role=_WHOM.get(it.role, it.role)) if it.source == root else it for it in rest]
    if others != rest:
        yield draft.pattern(root, [*others, ask._replace(role=":content")], "of its content")
    draft.holes[ask.target] = Hole("?what")
