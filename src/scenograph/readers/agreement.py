"""
Which relations and heads the form of a Russian noun rules out.

    «Договор подписал директор»: директор is no accusative, so the director is no object.
    «Собрание перенесли»: собрание is singular and the verb plural, so the meeting is no subject.
    «директор завода Пётр Ломов»: Пётр is a nominative and завода a genitive, so Пётр names the director.

Word order tells little in Russian; endings tell the rest. The dictionary gives all that a form can be; what
remains possible is left to the network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, final

from scenograph.morphology.russian import analyzer
from scenograph.readers.dictionary import is_known, readings
from scenograph.readers.spelling import plain

SUBJECT: Final = "nsubj"
OBJECT: Final = "obj"

_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_GROUPS: Final = frozenset({
    "большинство", "меньшинство", "часть", "ряд", "множество", "половина", "треть", "четверть", "группа",
    "масса", "куча", "тысяча", "миллион", "миллиард", "сотня", "десяток", "пара", "доля", "толпа",
})  # fmt: skip
"""Nouns of a group whose verb may be plural."""
_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_NOMINATIVE: Final = frozenset({"nomn", "voct"})
_OF_WHO_IS: Final = frozenset({"nomn", "ablt"})  # «Олег Петров, врач»; «Олег был врачом»
_NAMING: Final = ("имен", "фамили", "прозвищ", "кличк", "псевдоним")  # «по имени Пётр»
_OF_NO_OBJECT: Final = frozenset({"nomn", "voct", "loct"})  # an object may be one of «правит миром»


@final
class _Noun(NamedTuple):
    """One thing that a noun's form can be; `number` and `gender` are those of pymorphy3."""

    case: str
    number: str
    gender: str
    is_animate: bool


@final
class _Verb(NamedTuple):
    """One thing that a verb's form can be."""

    number: str
    gender: str
    person: str


def forbidden(
    forms: Sequence[str], parts: Sequence[str], heads: Sequence[int], relations: Sequence[str]
) -> list[tuple[int, str]]:
    """
    Return which relations the words of a Russian sentence cannot have: (place of the word, relation).

    Args:
        forms, parts: of the words
        heads: number of each word's head, from 1; 0 for the root
        relations: the likeliest ones; words that count or join others are known by them
    """
    below: list[set[str]] = [set() for _ in forms]
    for head, relation in zip(heads, relations, strict=True):
        if head:
            below[head - 1].add(relation.partition(":")[0])
    found: list[tuple[int, str]] = []
    for place, head in enumerate(heads):
        if not head or parts[place] not in _NOUNS or parts[head - 1] != "VERB":
            continue
        form = plain(forms[place])
        if not _CYRILLIC.match(form) or form.isupper() or not is_known(form):
            continue
        nouns = _noun(form, parts[place])
        if not nouns:
            continue
        cases = {noun.case for noun in nouns}
        is_counted = "nummod" in below[place]
        is_group = not _GROUPS.isdisjoint(reading.normal_form for reading in readings(form, parts[place]))
        verbs = _verb(plain(forms[head - 1]))
        if not is_counted and not _can_be_subject(nouns, verbs, below[place], is_group):
            found.append((place, SUBJECT))
        if not is_counted and cases <= _OF_NO_OBJECT:
            found.append((place, OBJECT))
    return found


def apart(forms: Sequence[str], parts: Sequence[str]) -> list[tuple[int, int]]:
    """
    Return which nouns no name of a person hangs on: (place of the name, place of the noun).

    A name that can only be a nominative hangs on no noun that cannot be one: «директор завода Пётр».
    """
    names: list[int] = []
    others: list[int] = []
    for place, (form, part) in enumerate(zip(map(plain, forms), parts, strict=True)):
        if part not in _NOUNS or not _CYRILLIC.match(form) or form.isupper() or not is_known(form):
            continue
        nouns = _noun(form, part)
        if not nouns:
            continue
        cases = {noun.case for noun in nouns}
        if cases <= _NOMINATIVE and form[:1].isupper() and all(noun.is_animate for noun in nouns):
            names.append(place)
        elif not cases & _OF_WHO_IS and not form.lower().startswith(_NAMING):
            others.append(place)
    return [(name, noun) for name in names for noun in others]


def _can_be_subject(nouns: Sequence[_Noun], verbs: Sequence[_Verb], below: set[str], is_group: bool) -> bool:
    """Return whether a noun may be the subject of a verb."""
    cases = {noun.case for noun in nouns}
    if "gent" in cases and "nomn" not in cases:  # «денег не было»
        return not verbs or any(_is_impersonal(verb) for verb in verbs)
    subjects = [noun for noun in nouns if noun.case == "nomn"]
    if not verbs:
        return bool(subjects)
    return any(_agree(noun, verb, below, is_group) for noun in subjects for verb in verbs)


def _is_impersonal(verb: _Verb) -> bool:
    """Whether a verb has the form of one without a subject: «было», «хватает»."""
    return verb.number == "sing" and verb.gender in ("", "neut") and verb.person in ("", "3per")


def _agree(noun: _Noun, verb: _Verb, below: set[str], is_group: bool) -> bool:
    if verb.person in ("1per", "2per"):
        return False
    if "conj" in below:  # «Аня и Олег пришли»
        return True
    is_many = is_group and "nmod" in below  # «большинство депутатов пришли»
    if verb.number and noun.number and verb.number != noun.number and not is_many:
        return False
    # «Врач пришла»: of who does something, the verb may say the sex.
    return not (verb.gender and noun.gender and verb.gender != noun.gender and not noun.is_animate)


@lru_cache(maxsize=1 << 13)
def _noun(form: str, part: str) -> tuple[_Noun, ...]:
    """Return all that the dictionary has for *form* as a noun."""
    found: dict[_Noun, None] = {}
    for reading in readings(form, part):
        tag = reading.tag
        if tag.POS == "NOUN" and tag.case:
            case = {"gen1": "gent", "gen2": "gent", "acc2": "accs"}.get(str(tag.case), str(tag.case))
            found[_Noun(case, _said(tag.number), _said(tag.gender), tag.animacy == "anim")] = None
    return tuple(found)


@lru_cache(maxsize=1 << 13)
def _verb(form: str) -> tuple[_Verb, ...]:
    """Return all that the dictionary has for *form* as a verb that agrees with its subject."""
    found: dict[_Verb, None] = {}
    for reading in analyzer().parse(form) if is_known(form) else ():
        tag = reading.tag
        if tag.POS == "INFN" or tag.mood == "impr":
            return ()
        if tag.POS in ("VERB", "PRTS"):
            found[_Verb(_said(tag.number), _said(tag.gender), _said(tag.person))] = None
    return tuple(found)


def _said(grammeme: object) -> str:
    """Return a grammeme of pymorphy3 as text; empty if there is none."""
    return str(grammeme) if grammeme else ""
