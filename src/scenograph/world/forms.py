"""Every form of every word of the world, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from scenograph.morphology import russian
from scenograph.world.lexicon import Concept, load_lexicon
from scenograph.world.templates import wordings

ENGLISH_NUMBERS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WORD: Final = re.compile(r"[^\W\d_]+")
_GENDERS: Final = ("m", "f", "n", "pl")


def _forms(concept: Concept, language: str) -> Iterator[str]:
    """Yield every form of *concept*; of a place, a time or an operator, its one phrase."""
    kind, ru = concept.kind, concept.ru
    if language == "en":
        yield from concept.en
        return
    yield ru
    if kind in ("things", "professions", "kinship"):
        for plural in (False, True) if kind == "things" else (False,):
            yield from (russian.noun(ru, case, plural) for case in russian.CASES)
    elif kind in ("qualities", "traits"):
        yield from (russian.adjective(ru, case, of) for case in russian.CASES for of in _GENDERS)
    elif kind in ("actions", "mental"):
        yield from (russian.past(ru, of) for of in _GENDERS)


def _numbers(language: str) -> dict[str, str]:
    """Return the words for 2 to 10 with their numbers."""
    if language == "en":
        return {word: str(number) for number, word in enumerate(ENGLISH_NUMBERS, 2)}
    cases = [(case, of) for case in russian.CASES for of in "mf"]
    return {russian.numeral(n, case, of): str(n) for n in range(2, 11) for case, of in cases}


@cache
def words_by_form(language: str) -> Mapping[str, Mapping[str, str]]:
    """
    Return, for each kind of word, its forms with what they mean.

    The kinds are those of the lexicon, the frames of verbs, `property` (qualities and traits) and `numbers`::

        words_by_form("en")["transitive"]["built"]      build
        words_by_form("ru")["numbers"]["тремя"]         3
    """
    table: dict[str, dict[str, str]] = {"numbers": _numbers(language)}
    for concept in load_lexicon().by_name.values():
        kinds = [concept.frame or concept.kind]
        if concept.kind in ("qualities", "traits"):
            kinds.append("property")
        for kind in kinds:
            table.setdefault(kind, {}).update(dict.fromkeys(_forms(concept, language), concept.name))
    return table


@cache
def common_words(language: str) -> frozenset[str]:
    """
    Return all words that the texts of the world may hold besides names, in lower case.

    A name that looks like one of them would make a text ambiguous.
    """
    texts = [*wordings(language), *(form for forms in words_by_form(language).values() for form in forms)]
    return frozenset(word.lower() for text in texts for word in WORD.findall(text))
