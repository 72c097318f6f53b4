"""
Kinds: whether a name or a noun is a person, and of which gender, in English and Russian.

    >>> kind_of("entity", "Helen Brooks"), kind_of("mayor", ""), kind_of("мост", "")
    (Kind(gender='f', is_person=True), Kind(gender='', is_person=True), Kind(gender='m', is_person=False))

Russian nouns have a gender whether they live or not; an English noun has one if it says so itself.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.core.links import unquote
from scenograph.morphology import english_words, russian_forms, russian_names
from scenograph.morphology.russian_forms import is_russian
from scenograph.morphology.word_lists import word_lists

_WORDS: Final = word_lists(__file__)
_WOMEN: Final = _WORDS("women")
_MEN: Final = _WORDS("men")
_PEOPLE: Final = _WORDS("people") | _WOMEN | _MEN
_GROUPS: Final = _WORDS("groups")
_ENDINGS: Final = tuple(_WORDS("endings"))
_TOOLS: Final = _WORDS("tools")
_ACTING: Final = ("er", "or")
_NAMES: Final = Path(__file__).with_name("given_names.txt")
_NO_KIND: Final = "entity"


class Kind(NamedTuple):
    """
    What a name or a noun tells of who or what has it.

    Attributes:
        gender: m, f or n; empty if it does not tell
        is_person: None if it does not tell
    """

    gender: str
    is_person: bool | None


@lru_cache(maxsize=1 << 12)
def kind_of(concept: str, name: str) -> Kind:
    """Return the kind of a thing with *concept* and *name*; either may tell nothing."""
    said = Kind("", None) if concept == _NO_KIND else _of_noun(unquote(concept).lower())
    if not name:
        return said
    named = _of_name(name)
    return Kind(
        said.gender or named.gender, said.is_person if said.is_person is not None else named.is_person
    )


def is_group(concept: str) -> bool:
    """Whether a noun means several people as one: «the team»."""
    return unquote(concept).lower() in _GROUPS


def _of_noun(noun: str) -> Kind:
    if is_russian(noun):
        gender = russian_forms.gender(noun)
        return Kind("" if gender == "pl" else gender, russian_forms.is_animate(noun))
    gender = "f" if noun in _WOMEN else "m" if noun in _MEN else ""
    if gender or noun in _PEOPLE or noun.endswith(_ENDINGS):
        return Kind(gender, None if noun in _GROUPS else True)
    acts = noun.endswith(_ACTING) and bool(english_words.lemmas(noun[:-2]).get("VERB"))
    return Kind("", acts and noun not in _TOOLS)


def _of_name(name: str) -> Kind:
    first = name.split()[0]
    if is_russian(first):
        gender = russian_names.gender(name)
        return Kind("" if gender == "pl" else gender, True if russian_names.is_person(name) else None)
    gender = given_names().get(first, "")
    if gender:
        return Kind(gender, True)
    common = any("NOUN" in english_words.lemmas(word.lower()) for word in name.split())
    return Kind("", False if common else None)


@cache
def given_names() -> dict[str, str]:
    """Return the gender of each given name that only women, or only men, have."""
    _, women, men = _NAMES.read_text(encoding="utf-8").splitlines()
    return dict.fromkeys(women.split(), "f") | dict.fromkeys(men.split(), "m")
