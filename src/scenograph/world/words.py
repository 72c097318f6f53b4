"""The common words of the world's texts. A name that looks like one of them would make a text ambiguous."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from scenograph.morphology import russian
from scenograph.world.lexicon import load_lexicon
from scenograph.world.templates import wordings

NUMBER_WORDS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def common_words(language: str) -> frozenset[str]:
    """Every word of the lexicon in every form, and every word that the wordings hold, in lower case."""
    said: set[str] = set(wordings(language))
    if language == "en":
        said.update(NUMBER_WORDS)
    else:
        said |= {russian.numeral(n, case, of) for n in range(2, 11) for case in russian.CASES for of in "mf"}
    for concept in load_lexicon().by_name.values():
        if language == "en":
            said.update(concept.en)
            continue
        said.add(concept.ru)
        if concept.kind in ("things", "professions", "kinship"):
            plurals = (False, True) if concept.kind == "things" else (False,)
            said |= {russian.noun(concept.ru, case, many) for case in russian.CASES for many in plurals}
        elif concept.kind in ("qualities", "traits"):
            forms = ((case, of) for case in russian.CASES for of in ("m", "f", "n", "pl"))
            said |= {russian.adjective(concept.ru, case, of) for case, of in forms}
        elif concept.kind in ("actions", "mental"):
            said |= {russian.past(concept.ru, of) for of in ("m", "f", "n", "pl")}
    return frozenset(word.lower() for text in said for word in _WORD.findall(text))
