"""Fitting: whether what stands in a role can answer an unknown: a time answers when, and never where."""

from __future__ import annotations

from typing import Final

from scenograph.answers.classes import AMOUNTS as AMOUNTS_OF
from scenograph.answers.classes import CURRENCY, FEASTS, GROUPS, OFTEN, SET_PHRASES, SPANS, UNITS
from scenograph.answers.families import AMOUNTS, CLAUSES_OF_TIME, LIMITS
from scenograph.answers.limits import is_none
from scenograph.core.links import Link, unquote
from scenograph.core.scene import Scene
from scenograph.coreference.kinds import kind_of
from scenograph.morphology import english_words
from scenograph.readers.roles import TIME_ADVERBS, TIME_NOUNS
from scenograph.readers.values import WEEKDAYS, month, ordinal

_MANY: Final = frozenset({"many", "few", "a-few", "much", "little", "several", "много", "мало", "несколько"})
"""How many, without a number: «too many»."""
_PARTS: Final = frozenset({"half", "third", "quarter", "половина", "треть", "четверть"})
_HALVED: Final = tuple(it for it in UNITS | AMOUNTS_OF if len(it) > 2 and not it.isascii())
_ENDS: Final = frozenset({"end", "beginning", "start", "middle", "конец", "начало", "середина"})


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
        or is_feast(scene, target)
    ):
        return True
    if concept in _ENDS:  # «by the end of the month»
        parts = [link.target for link in scene.out(target) if link.role in (":of", ":object", ":mod")]
        return any(is_time(scene, it) for it in parts)
    if concept in ("and", "or"):
        return any(is_time(scene, link.target) for link in scene.out(target) if link.role.startswith(":op"))
    return is_moment(scene.concepts[target])


def is_feast(scene: Scene, node: int) -> bool:
    """Return whether *node* names a feast: Christmas, «Новый год»."""
    names = [unquote(it) for it in scene.targets(":name", node) if isinstance(it, str)]
    return any(it.lower().replace(" ", "-") in FEASTS for it in (*names, unquote(scene.concepts[node])))


def is_span(scene: Scene, target: int | str) -> bool:
    """Return whether *target* is an amount of time, or a unit of it: «two hours», «half an hour»."""
    if isinstance(target, str):
        return False
    concept = scene.concepts[target]
    if concept in _PARTS:
        return any(is_span(scene, it.target) for it in scene.out(target) if it.role in (":of", ":object"))
    return concept in SPANS


def is_half(concept: str) -> bool:
    """Return whether a Russian word says half of a unit: «полкило», «поллитра»."""
    rest = concept[3:].lstrip("-")
    return concept.startswith("пол") and any(rest.startswith(it) for it in _HALVED)


def is_filled(scene: Scene, target: int) -> bool:
    """Return whether *target* is one of what an amount fills: «a glass of milk», «стакан молока»."""
    if scene.concepts[target] not in AMOUNTS_OF or "plural" in scene.targets(":number", target):
        return False
    return bool(scene.targets(":of", target))


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


def is_no_one(scene: Scene, link: Link) -> bool:
    """
    Return whether *link* leads to a thing that acts on nothing: no answer to a Russian «who».

    A tree fell, and nobody; a factory may hire people.
    """
    if link.role != ":agent" or not isinstance(link.target, int) or scene.targets(":name", link.target):
        return False
    concept = scene.concepts[link.target]
    if concept.isascii() or concept in GROUPS:
        return False
    acts_on = {it.role for it in scene.out(link.source)} & {":object", ":content", ":recipient"}
    return not acts_on and kind_of(concept, "").is_person is False


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
    if unknown == "?when" and role == ":onto" and isinstance(target, int) and is_span(scene, target):
        return bool(scene.targets(":mod", target))  # «на неделю» is how long; «на ту неделю» is when
    if unknown == "?when" and isinstance(target, int) and scene.concepts[target] in OFTEN:
        return False
    if unknown == "?when":
        if role == ":time" or (role in (":at", ":to", *LIMITS) and _is_hour(target)):
            return True
        if is_time(scene, target):
            return True
        return role in CLAUSES_OF_TIME and is_clause(scene, target)
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
        if "no" in scene.targets(":definite", target):  # «an hour»
            return is_amount and is_time(scene, target)
        roles = {it.role for it in scene.out(target)}
        if is_russian and is_span(scene, target) and role in (":time", ":measure", ":object"):
            words = [scene.concepts[it] for it in scene.targets(":mod", target) if isinstance(it, int)]
            if any(ordinal(it.lower()) > 1 for it in words):  # «болеет третью неделю»
                return True
        is_one = is_amount and is_russian and is_span(scene, target) and ":number" not in roles
        return is_one or bool(scene.targets(":quant", target))
    if unknown == "?how" and isinstance(target, int) and scene.targets(":quant", target):
        return True
    if unknown in ("?how", "?who"):
        return not is_time(scene, target)
    if unknown == "?why" and role == ":since":
        return is_clause(scene, target)
    if unknown == "?why" and role == ":for":
        return not is_time(scene, target) and not _is_phrase(scene, target)
    if unknown in AMOUNTS and is_none(scene, target):
        return role == ":object"
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
            or is_half(scene.concepts[target])
            or is_filled(scene, target)
            or unquote(scene.concepts[target])[:1].isdigit()
        )
    return True
