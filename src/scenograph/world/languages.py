"""
How English and Russian say what fills a slot, and read it.

    >>> English(Spellings()).say("thing", ("bridge", ((":mod", ("old", ())),)))
    'the old bridge'
    >>> list(English(Spellings()).read("thing", "the old bridge in 1931", 0))
    [(14, ('bridge', ((':mod', ('old', ())),)))]
"""

from __future__ import annotations

from functools import lru_cache
from typing import final

from scenograph.errors import SurfaceError
from scenograph.morphology import russian
from scenograph.world.declension import decline, undecline
from scenograph.world.description import Target, describe, is_person, name_of, person
from scenograph.world.forms import ENGLISH_NUMBERS
from scenograph.world.lexicon import Concept
from scenograph.world.names import Spellings, is_name
from scenograph.world.phrases import Found, Phrases, check_roles, named, starts
from scenograph.world.templates import LANGUAGES


@final
class English(Phrases):
    """English phrases: "the old bridge", "Oleg's three boats", "in 1931"."""

    code = "en"

    def spelling(self, name: str) -> str:
        return name

    def unspelling(self, spelt: str) -> str:
        return spelt

    def word(self, concept: Concept, form: str, gender: str = "m") -> str:
        if concept.kind in ("actions", "mental"):
            return concept.en[("base", "", "part").index(form)]
        has_article = form != "bare" if concept.kind == "professions" else form == "a"
        word = concept.en[0]
        return f"{'an' if word[0] in 'aeiou' else 'a'} {word}" if has_article else word

    def _say_person(self, target: Target, form: str) -> str:
        name = self._exact_name(_person_name(target))
        return f"{name}'s" if form == "poss" else name

    def _say_thing(self, target: Target, form: str) -> str:
        concept, quality, count, owner = self._thing_parts(target)
        words = [f"{owner}'s"] if owner else ["the"] if count == 1 else []
        words += [ENGLISH_NUMBERS[count - 2]] if count > 1 else []
        words += [quality.en[0]] if quality else []
        return " ".join([*words, concept.en[count > 1]])

    def _read_person(self, text: str, at: int, form: str) -> Found:
        tail = "'s" if form == "poss" else ""
        for end, name in self._read_name(text, at):
            if text.startswith(tail, end):
                yield end + len(tail), person(name)

    def _read_thing(self, text: str, at: int, form: str) -> Found:
        yield from self._read_counted(text, at + 4 if starts(text, "the ", at) else at, [])
        for end, owner in self._read_name(text, at):
            if text.startswith("'s ", end):
                yield from self._read_counted(text, end + 3, [(":poss", person(owner))])


@final
class Russian(Phrases):
    """Russian phrases: «старый мост», «три лодки Олега», «в 1931 году»."""

    code = "ru"

    def spelling(self, name: str) -> str:
        return self.spellings.cyrillic(name)

    def unspelling(self, spelt: str) -> str:
        return self.spellings.latin(spelt)

    def word(self, concept: Concept, form: str, gender: str = "m") -> str:
        if concept.kind in ("actions", "mental"):
            return concept.ru if form == "inf" else russian.past(concept.ru, gender)
        if concept.kind in ("professions", "kinship"):
            return russian.noun(concept.ru, form or "nom")
        if form in ("m", "f", "n", "pl"):
            form, gender = "nom", form
        return russian.adjective(concept.ru, form or "nom", gender)

    def _declined(self, name: str, case: str) -> str:
        form = decline(name, case)
        if undecline(form, case) != name or not is_name(form, "ru"):
            raise SurfaceError(f"«{form}» would not give the name «{name}» back from its {case} case")
        return form

    def _say_person(self, target: Target, form: str) -> str:
        return self._declined(self._exact_name(_person_name(target)), form or "nom")

    def _say_thing(self, target: Target, form: str) -> str:
        concept, quality, count, owner = self._thing_parts(target)
        case, adjective = form or "nom", quality.ru if quality else ""
        if count > 1:
            phrase = russian.counted(concept.ru, adjective, count, case)
        else:
            phrase = russian.noun(concept.ru, case)
            if quality:
                phrase = f"{russian.adjective(adjective, case, russian.gender(concept.ru))} {phrase}"
        return f"{phrase} {self._declined(owner, 'gen')}" if owner else phrase

    def _read_person(self, text: str, at: int, form: str) -> Found:
        for end, name in self._read_name(text, at, form or "nom"):
            yield end, person(name)

    def _read_thing(self, text: str, at: int, form: str) -> Found:
        for end, thing in self._read_counted(text, at, []):
            yield end, thing
            for far, owner in self._read_name(text, end + 1, "gen"):
                yield far, describe(thing[0], [*thing[1], (":poss", person(owner))])


def _person_name(target: Target) -> str:
    if not is_person(target):
        raise SurfaceError(f"the world needs a person here, not {named(target)}")
    check_roles(target, ":name")
    return name_of(target)


@lru_cache(maxsize=64)
def phrases(language: str, spellings: Spellings) -> Phrases:
    """Return the phrases of *language*; another than the world's is a `SurfaceError`."""
    if language not in LANGUAGES:
        raise SurfaceError(f"the world speaks {' and '.join(LANGUAGES)}, not '{language}'")
    return English(spellings) if language == "en" else Russian(spellings)
