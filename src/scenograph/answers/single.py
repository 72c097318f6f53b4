"""
Single: what a thing has one of, so that another value answers *no*.

    Is Berlin the capital of France?      No, Paris is the capital of France.
    Was Alan Turing born in 1911?         No, Alan Turing was born on 23 June 1912.

Of open text, words tell what there is one of: a capital, a mother, a day of birth. Places do not count, since
one is inside another: who was born in London was born in England. Where roles are a schema, as in scenes of
triples, a rule `only_one` says it, or memory has seen it (`Memory.functional_roles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, final, runtime_checkable

from scenograph.answers.classes import ONCE, ONE_OF
from scenograph.answers.ground import Ground
from scenograph.answers.matched import Match, Part
from scenograph.answers.pattern import Hole, Pattern
from scenograph.answers.similarity import like_name, like_value
from scenograph.answers.subsume import matches
from scenograph.core.field import Rule, only_one
from scenograph.core.links import unquote
from scenograph.core.scene import Scene

if TYPE_CHECKING:
    from scenograph.memory import FunctionalRole

OTHER: Final = "?other"
"""The unknown that stands for the value that is looked for."""

EXCLUDED: Final = 0.9
"""How sure *no* is where another value is known."""

_LEAST: Final = 0.9  # the rest of the question must be said just so
_ONLY_ONE: Final = "only one "
_YEAR: Final = re.compile(r"[0-9]{4}\b")


@runtime_checkable
class KnowsRoles(Protocol):
    """A memory that has seen which roles take one value."""

    def functional_roles(self) -> Sequence[FunctionalRole]:
        """The roles in which each thing has one value, as far as seen."""
        ...


def excluded(pattern: Pattern, ground: Ground) -> Match | None:
    """Return how *ground* gives another value to what there is one of; None if it does not."""
    if pattern.is_denied or pattern.holes:
        return None
    for number, asked in _single(pattern):
        for match in matches(_opened(pattern, number), ground, least=_LEAST):
            fills = [fill.target for fill in match.fills if fill.unknown == OTHER]
            said = _values(ground, fills[0]) if fills else ()
            if _same_tense(pattern, ground, match.clause) and said and _differ(asked, said):
                part = Part(f"one {pattern.concepts[0]}: {asked[0]}", f"{said[0]}", EXCLUDED)
                return match._replace(grade=match.grade * part.grade, parts=(*match.parts, part), fills=())
    return None


def _single(pattern: Pattern) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the links of *pattern* to what there is one of, by their numbers, with the values asked for."""
    root = pattern.concepts[0]
    roles = {ask.role for ask in pattern.asks if ask.source == 0}
    for number, (source, role, target) in enumerate(pattern.asks):
        if source != 0:
            continue
        if isinstance(target, str):
            values: tuple[str, ...] = (unquote(target),)
        else:
            values = pattern.names[target] or ((pattern.concepts[target] or "",))
        if role == ":subject" and root in ONE_OF and roles & {":of", ":poss"} and isinstance(target, int):
            if pattern.names[target] and not _is_source(pattern, target):
                yield number, values
        elif role == ":time" and root in ONCE and roles & {":agent", ":object"} and _YEAR.match(values[0]):
            yield number, values


def _is_source(pattern: Pattern, node: int) -> bool:
    return any(ask.source == node for ask in pattern.asks)


def _opened(pattern: Pattern, number: int) -> Pattern:
    """Return *pattern* with an unknown instead of what its link *number* leads to."""
    ask = pattern.asks[number]
    concepts, names = list(pattern.concepts), list(pattern.names)
    if isinstance(ask.target, int):
        node = ask.target
        concepts[node], names[node] = None, ()
    else:
        node = len(concepts)
        concepts.append(None)
        names.append(())
    asks = list(pattern.asks)
    asks[number] = ask._replace(target=node)
    return replace(
        pattern, concepts=tuple(concepts), names=tuple(names), asks=tuple(asks), holes={node: Hole(OTHER)}
    )


def _values(ground: Ground, target: int | str) -> tuple[str, ...]:
    """Return the names or the date of what was said."""
    if isinstance(target, str):
        return (unquote(target),)
    names = [name for node, _ in ground.alike(target) if isinstance(node, int) for name in ground.names[node]]
    concept = ground.scene.concepts[target]
    return tuple(names) or ((concept,) if _YEAR.match(concept) else ())


def _differ(asked: Sequence[str], said: Sequence[str]) -> bool:
    """Whether no value that was asked for is another form of one that was said."""
    if all(map(_YEAR.match, (*asked, *said))):
        return not any(like_value(one, other) for one in asked for other in said)
    if any(map(_YEAR.match, (*asked, *said))):
        return False
    return not any(like_name(one, other, misspelt=True) for one in asked for other in said)


def _same_tense(pattern: Pattern, ground: Ground, clause: int) -> bool:
    """Whether clause and question speak of one time: Bonn was the capital, Berlin is."""
    asked = pattern.marks.get(":tense", "")
    said = ground.scene.targets(":tense", clause)
    return not asked or not said or asked in said


def single_roles(memory: object, rules: Iterable[Rule]) -> frozenset[str]:
    """Return the roles that take one value, by a rule `only_one` or by what *memory* has seen."""
    found: set[str] = set()
    for rule in rules:
        role = rule.name.removeprefix(_ONLY_ONE)
        if role != rule.name and rule == only_one(role):
            found.add(role)
    if isinstance(memory, KnowsRoles):
        found.update(one.role for one in memory.functional_roles())
    return frozenset(found)


@final
class Opened(NamedTuple):
    """
    A question with an unknown instead of one value.

    Attributes:
        cue: the question
        role: the role of the value
        value: what was asked for
    """

    cue: Scene
    role: str
    value: Scene | str


def opened_cues(cue: Scene, roles: frozenset[str]) -> Iterator[Opened]:
    """Yield *cue* with `OTHER` instead of a value of one of *roles*, for each of them."""
    for link in cue.out(0):
        if link.role not in roles:
            continue
        if isinstance(link.target, str):
            links = [it._replace(target=OTHER) if it == link else it for it in cue.links]
            yield Opened(Scene.build(cue.concepts, links), link.role, link.target)
        elif not cue.out(link.target):
            opened = cue.replace(link.target, Scene.build([OTHER]))
            yield Opened(opened, link.role, cue.sub(link.target))
