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

from scenograph.answers.classes import CURRENCY, SET_PHRASES, SPANS
from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.morphology import english_words
from scenograph.readers.roles import TIME_ADVERBS, TIME_NOUNS
from scenograph.readers.values import WEEKDAYS, month

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
_CLAUSES_OF_TIME: Final = _roles("before after since until when while by during as-soon-as once throughout")
_HOLDERS: Final = _roles("in from for at with on about")

_FAMILIES: Final[Mapping[tuple[str, str], Family]] = {
    ("?where", ":place"): {":place": 1.0, **dict.fromkeys(_PLACES, 1.0), ":by": 0.9, ":until": 0.8},
    ("?where", ":to"): {":place": 0.95, **dict.fromkeys(_GOALS, 1.0), ":until": 0.9},
    ("?where", ":from"): {":place": 0.9, **dict.fromkeys(_ORIGINS, 1.0)},
    ("?when", ":time"): {
        ":time": 1.0,
        **dict.fromkeys((*_MOMENTS, ":с"), 0.95),
        **dict.fromkeys(_CLAUSES_OF_TIME, 0.95),
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
    "?how-far": {":measure": 1.0, ":object": 0.9, ":at": 0.8, ":in": 0.8, ":quant": 0.9, ":for": 0.8},
}
"""What «how» with an adverb asks for, in any role."""

_LIMITS: Final[Mapping[str, Family]] = {
    ":until": {":until": 1.0, ":to": 0.9},
    ":since": {":since": 1.0, ":from": 0.9},
    ":from": {":from": 1.0, ":since": 0.9},
    ":с": {":с": 1.0, ":from": 0.95},
    ":by": {":by": 1.0, ":before": 0.9, ":until": 0.9},
    ":toward": {":toward": 1.0, ":until": 0.9},
}
"""What may answer «when» behind a preposition that says from when or until when."""

_ENDS: Final = frozenset({"end", "beginning", "start", "middle", "конец", "начало", "середина"})
_PARTS: Final = frozenset({"half", "third", "quarter", "половина", "треть", "четверть"})
_MANY: Final = frozenset({"many", "few", "a-few", "much", "little", "several", "много", "мало", "несколько"})
"""How many, without a number: «too many»."""
AMOUNTS: Final = frozenset({"?how-many", "?how-much"})
LAPSE: Final = "time"
"""The kind of an unknown that an amount of time fills."""
ADVERBIAL: Final = frozenset({"?where", "?when", "?why", "?how"})
"""Unknowns that only open questions have."""


def family(unknown: str, role: str) -> Family:
    """
    Return the roles of a clause that may answer *unknown* in *role*, each with its grade.

    The exact role always may.
    """
    if asks_limit(unknown, role):
        return _LIMITS[role]
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
    return unknown == "?when" and role in _LIMITS


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
        (0.85, [":time", *_MOMENTS, *_CLAUSES_OF_TIME]),
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


def is_time(scene: Scene, target: int | str) -> bool:
    """Return whether *target* is a date, a time of day, or a node that names a time."""
    if isinstance(target, str):
        return is_moment(target)
    concept = unquote(scene.concepts[target]).lower()
    if (
        concept in TIME_NOUNS
        or concept == "o'clock"
        or concept in WEEKDAYS
        or concept in TIME_ADVERBS
        or month(concept) is not None
    ):
        return True
    if concept in _ENDS:  # «by the end of the month»
        parts = [link.target for link in scene.out(target) if link.role in (":of", ":object", ":mod")]
        return any(is_time(scene, it) for it in parts)
    if concept in ("and", "or"):
        return any(is_time(scene, link.target) for link in scene.out(target) if link.role.startswith(":op"))
    return is_moment(scene.concepts[target])


def is_span(scene: Scene, target: int | str) -> bool:
    """Return whether *target* is an amount of time, or a unit of it: «two hours», «half an hour»."""
    if isinstance(target, str):
        return False
    concept = scene.concepts[target]
    if concept in _PARTS:
        return any(is_span(scene, it.target) for it in scene.out(target) if it.role in (":of", ":object"))
    return concept in SPANS


def is_moment(literal: str) -> bool:
    """Return whether *literal* is a date or a time of day: `1912-06-23`, `XXXX-03`, `1912`, `"18:00"`."""
    text = unquote(literal)
    hour, _, minute = text.partition(":")
    if minute:
        return hour.isdigit() and minute.isdigit()
    year, *rest = text.split("-")
    if len(year) != 4 or len(rest) > 2 or not all(part.isalnum() and len(part) == 2 for part in rest):
        return False
    return set(year) <= set("0123456789X") and (bool(rest) or "1000" <= year <= "2100")


def _is_hour(target: int | str) -> bool:
    """Whether «at seven» or «at 18» may be a time of day."""
    return isinstance(target, str) and target.isdigit() and int(target) <= 24


def is_clause(scene: Scene, target: int | str) -> bool:
    """Return whether *target* is a clause: something that happens or is."""
    return isinstance(target, int) and any(
        link.role in (":agent", ":subject", ":tense", ":mode", ":modal") for link in scene.out(target)
    )


def _is_phrase(scene: Scene, target: int | str) -> bool:
    """Whether a word behind «for» is no reason, but says how, or how much: «for free», «for five euros»."""
    if isinstance(target, str) or scene.concepts[target] in CURRENCY:
        return True
    if scene.out(target):
        return False
    tags = english_words.tags(scene.concepts[target])
    return scene.concepts[target] in SET_PHRASES or ("NN" not in tags and not tags.isdisjoint(("JJ", "RB")))


def fits(scene: Scene, unknown: str, role: str, target: int | str) -> bool:
    """Return whether what stands in *role* can answer *unknown*: no time for where."""
    if unknown == "?when":
        if role == ":time" or (role in (":at", ":to", *_LIMITS) and _is_hour(target)):
            return True
        if is_time(scene, target):
            return True
        return role in _CLAUSES_OF_TIME and is_clause(scene, target)
    if unknown == "?where" and role in (":from", ":to", ":until", ":before", ":after") and _is_hour(target):
        return False
    if unknown == "?where":
        return role == ":place" or not (is_time(scene, target) or is_clause(scene, target))
    if unknown == "?how-often":
        return role != ":mod" or is_time(scene, target)
    if unknown in ("?how-long", "?how-far", "?how-big") or (unknown == "?how" and role == ":time"):
        if not isinstance(target, int):
            return False
        if scene.concepts[target] == "and":  # «two hours and ten minutes»
            parts = [it.target for it in scene.out(target) if it.role.startswith(":op")]
            return all(fits(scene, unknown, role, it) for it in parts)
        is_amount = role in (":object", ":measure", ":for")
        is_russian = not scene.concepts[target].isascii()  # «неделю», «полгода»
        is_one = is_amount and (
            (is_russian and is_span(scene, target) and ":number" not in {it.role for it in scene.out(target)})
            or ("no" in scene.targets(":definite", target) and is_time(scene, target))
        )  # «an hour»
        return is_one or bool(scene.targets(":quant", target))
    if unknown == "?how" and isinstance(target, int) and scene.targets(":quant", target):
        return True
    if unknown in ("?how", "?who"):
        return not is_time(scene, target)
    if unknown == "?why" and role == ":since":
        return is_clause(scene, target)
    if unknown == "?why" and role == ":for":
        return not is_time(scene, target) and not _is_phrase(scene, target)
    if unknown in AMOUNTS:
        word = unquote(target if isinstance(target, str) else scene.concepts[target])
        if role == ":mod":
            return word in _MANY
        if isinstance(target, str):
            return role == ":quant" or word[:1].isdigit()
        return (
            role == ":quant"
            or bool(scene.targets(":quant", target))
            or scene.concepts[target] in _PARTS
            or unquote(scene.concepts[target])[:1].isdigit()
        )
    return True
