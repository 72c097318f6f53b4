"""
Families of roles: which roles of a clause may answer an unknown, and which roles say nearly the same.

«Where does Maria work?» has `:place ?where`; the answer stands in `:at` and `:in`. «The wifi password» has
`:mod wifi`; the memory may have said «the password of the wifi», `:of wifi`. Each role that may stand for
another has a grade from 0 to 1.

    >>> family("?where", ":place")[":in"], related(":mod", ":of"), related(":mod", ":object")
    (1.0, 0.9, 0.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import combinations
from typing import Final

MARKS: Final = frozenset({":tense", ":aspect", ":number", ":definite", ":degree", ":modal", ":mode"})
"""Roles that say how a clause is said; a question's marks forbid no answer."""

CORE: Final = frozenset({":agent", ":object", ":recipient", ":subject", ":content"})
"""Roles of those without whom there is no event."""

IDENTITY: Final = ":identity"
"""The role of what a thing is: «Paris is the capital», «the capital, Paris», «President Bush»."""

PARTICIPANT: Final = ":participant"
"""Any role in which a thing takes part in an event."""

TURNED: Final = 0.8
"""The grade of the one who takes part in an event, asked as `:agent` and said as `:object`, or back."""

Family = Mapping[str, float]
"""Roles, each with how well it fits, 0 to 1."""


def _roles(names: str) -> tuple[str, ...]:
    return tuple(f":{name}" for name in names.split())


_PLACES: Final = _roles(
    "in at on near to onto into from under over behind between inside around among beside through across "
    "along above below beyond outside next-to in-front-of within throughout toward off against opposite "
    "вдоль напротив мимо посреди позади поверх сквозь"
)
PLACES: Final = frozenset({":place", ":to", *_PLACES}) - {":from", ":off"}
"""Roles of where something is or goes to."""

_SAME_PLACE: Final = (
    _roles("in at on inside within into to onto"),
    _roles("near at beside next-to around by"),
    _roles("under below"),
    _roles("over above on"),
    _roles("across through throughout over in along"),
    _roles("between among"),
    _roles("to toward into onto near"),
    _roles("from off"),
    _roles("opposite in-front-of напротив"),
    _roles("across beyond outside"),
)
"""Prepositions that say nearly the same place; who is under the table is not on it."""
_GOALS: Final = _roles("to onto into toward in on at under behind")
_ORIGINS: Final = _roles("from off out-of от")
_MOMENTS: Final = _roles("in on at from to for around between within over through toward до near")
CLAUSES_OF_TIME: Final = _roles("before after since until when while by during as-soon-as once throughout")
_HOLDERS: Final = _roles("in from for at with on about")

_FAMILIES: Final[Mapping[tuple[str, str], Family]] = {
    ("?where", ":place"): {":place": 1.0, **dict.fromkeys(_PLACES, 1.0), ":by": 0.9, ":until": 0.8},
    ("?where", ":to"): {":place": 0.95, **dict.fromkeys(_GOALS, 1.0), ":until": 0.9},
    ("?where", ":from"): {":place": 0.9, **dict.fromkeys(_ORIGINS, 1.0)},
    ("?when", ":time"): {
        ":time": 1.0,
        **dict.fromkeys((*_MOMENTS, ":с"), 0.95),
        **dict.fromkeys(CLAUSES_OF_TIME, 0.95),
        ":onto": 0.95,  # «назначили на апрель»
        ":subject": 0.9,  # «День рождения — 4 мая»
    },
    ("?why", ":because"): {
        ":because": 1.0,
        ":purpose": 0.9,
        ":so-that": 0.9,
        ":thanks-to": 0.9,
        ":благодаря": 0.9,
        ":since": 0.8,
        ":for": 0.7,
    },
    ("?why", ":purpose"): {":purpose": 1.0, ":so-that": 0.95, ":for": 0.85, ":because": 0.8},
    ("?how", ":manner"): {
        ":manner": 1.0,
        ":instrument": 0.95,
        ":by": 0.95,
        ":via": 0.9,
        ":with": 0.85,
        ":through": 0.85,
        ":like": 0.8,
        ":without": 0.8,
        ":as": 0.7,
        ":on": 0.7,
        ":while": 0.7,
    },
    ("?how", ":degree"): {":degree": 1.0, ":measure": 0.95, ":quant": 0.95, ":time": 0.9, ":by": 0.85},
    ("?whose", ":poss"): {":poss": 1.0, ":of": 0.95, ":at": 0.8},
}

_MEASURED: Final[Mapping[str, Family]] = {
    "?how-long": {
        ":for": 1.0,
        ":measure": 1.0,
        ":time": 0.95,
        ":during": 0.9,
        ":object": 0.85,
        ":за": 0.85,
        ":in": 0.8,
    },
    "?how-often": {
        ":time": 1.0,
        ":measure": 1.0,
        ":manner": 0.9,
        ":degree": 0.9,
        ":mod": 0.85,
        ":every": 1.0,
    },
    "?how-big": {":measure": 1.0, ":quant": 1.0, ":time": 0.95, ":degree": 0.9, ":object": 0.8, ":mod": 0.8},
    "?how-far": {
        ":measure": 1.0,
        ":time": 0.9,
        ":object": 0.9,
        ":at": 0.8,
        ":in": 0.8,
        ":quant": 0.9,
        ":for": 0.8,
    },
}
"""What «how» with an adverb asks for, in any role."""

LIMITS: Final[Mapping[str, Family]] = {
    ":until": {":until": 1.0, ":to": 0.9},
    ":since": {":since": 1.0, ":from": 0.9},
    ":from": {":from": 1.0, ":since": 0.9},
    ":с": {":с": 1.0, ":from": 0.95},
    ":by": {":by": 1.0, ":before": 0.9, ":until": 0.9},
    ":toward": {":toward": 1.0, ":until": 0.9},
}
"""What may answer «when» behind a preposition that says from when or until when."""

AMOUNTS: Final = frozenset({"?how-many", "?how-much"})
CLAUSE: Final = "a clause"
"""The kind of an unknown that what somebody says, fears or learns to do fills."""
FINITE: Final = "a clause with a tense"
LAPSE: Final = "amount of time"
"""The kind of an unknown that an amount of time fills."""
SUM: Final = "amount of money"
"""The same of money."""
AMOUNT: Final = "any amount"
"""The kind of an unknown that a number fills, or an amount of what is counted or measured in units."""
ADVERBIAL: Final = frozenset({"?where", "?when", "?why", "?how"})
"""Unknowns that only open questions have."""


def family(unknown: str, role: str) -> Family:
    """
    Return the roles of a clause that may answer *unknown* in *role*, each with its grade.

    The exact role always may.
    """
    if asks_limit(unknown, role):
        return LIMITS[role]
    if unknown in AMOUNTS and role == ":onto":  # «На сколько он опоздал?» «На два часа»
        return {role: 1.0, ":time": 0.95, ":measure": 0.9}
    if unknown == "?how-many" and role == ":quant":  # «Сколько варят мясо?» «Полтора часа»
        return {role: 1.0, ":measure": 0.9, ":object": 0.9, ":mod": 0.9, ":time": 0.85, ":subject": 0.8}
    if unknown in AMOUNTS:
        return {role: 1.0, ":quant": 1.0, ":measure": 0.9, ":object": 0.9, ":subject": 0.8}
    if found := _MEASURED.get(unknown) or _FAMILIES.get((unknown, role)):
        return found
    if unknown in ADVERBIAL and role == ":mod":  # «when exactly», read as a description
        return {role: 1.0, **_FAMILIES[unknown, _USUAL[unknown]]}
    return _near(role)


def asks_limit(unknown: str, role: str) -> bool:
    """Return whether an unknown asks from when or until when: «every day» is no answer to «Until when?»."""
    return unknown == "?when" and role in LIMITS


_USUAL: Final = {"?where": ":place", "?when": ":time", "?why": ":because", "?how": ":manner"}


def answers_together(unknown: str) -> bool:
    """Return whether all roles of the family answer at once: «In Berlin, at Siemens»."""
    return unknown in ADVERBIAL


@cache
def related(asked: str, said: str) -> float:
    """Return how well the role *said* stands for the role *asked*, 0 to 1."""
    if asked == said:
        return 1.0
    if asked == PARTICIPANT:
        return 1.0 if said in CORE else 0.0
    return _RELATED.get((asked, said), 0.0)


@cache
def _near(role: str) -> Family:
    """Return *role* and those that stand for it."""
    return {role: 1.0, **{other: grade for (asked, other), grade in _RELATED.items() if asked == role}}


def _pairs() -> dict[tuple[str, str], float]:
    groups: list[tuple[float, Iterable[str]]] = [
        (0.9, _roles("mod of poss")),
        *((0.85, [":place", place]) for place in _PLACES),
        *((0.85, group) for group in _SAME_PLACE),
        (0.85, [":time", *_MOMENTS, *CLAUSES_OF_TIME]),
        (0.85, _roles("with instrument by via using through")),
        (0.8, _roles("about of on regarding concerning")),
        (0.9, _roles("mod manner")),
        (0.9, _roles("degree mod")),
        (0.85, _roles("because purpose so-that")),
        (0.9, _roles("recipient to")),
        (0.85, _roles("recipient for")),
        (0.95, _roles("agent subject")),
        (0.85, _roles("object subject")),
        (0.9, _roles("object content")),
        (0.9, _roles("object of")),  # of a noun of action
        (0.85, _roles("agent of")),
        (0.85, _roles("agent poss")),
        (0.85, _roles("agent by")),
        (0.85, _roles("content purpose")),
        (0.8, _roles("time mod")),
        (0.8, _roles("place mod")),
        (0.8, _roles("quant mod")),
        (0.8, _roles("poss at")),
    ]
    groups += [(0.85, pair) for holder in _HOLDERS for pair in ((":mod", holder), (":of", holder))]
    found: dict[tuple[str, str], float] = {}
    for grade, group in groups:
        for one, other in combinations(group, 2):
            for pair in ((one, other), (other, one)):
                found[pair] = max(grade, found.get(pair, 0.0))
    found[":time", ":subject"] = 0.9  # «День рождения — 4 мая»
    return found


_RELATED: Final = _pairs()
