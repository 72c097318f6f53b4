"""
Noun phrases, places and times of the world: node → words, and words → node.

Both directions work on *descriptions*, nested tuples `(concept, ((role, target), …))` in which a target
is a description or a constant. They are what a phrase says, free of node numbers:

    >>> English(names.Spellings()).noun_phrase(("bridge", ((":mod", ("old", ())),)), "nom")
    'the old bridge'

A reader (`Phrases.read`) returns every way to read a phrase at a place in a text; whether it is said
exactly so is checked afterwards by saying it again, so readers may be generous.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache
from typing import Final, TypeAlias, final

from scenograph.errors import SurfaceError
from scenograph.morphology import russian
from scenograph.world import names
from scenograph.world.lexicon import Concept, load_lexicon
from scenograph.world.words import NUMBER_WORDS, common_words

Description: TypeAlias = "tuple[str, tuple[tuple[str, Description | str], ...]]"
Reading: TypeAlias = "tuple[int, Description | str]"

_WORD = re.compile(r"[^\W\d_]+(?:'s)?")
_NUMBER = re.compile(r"-?\d+")


def person(name: str) -> Description:
    """The description of a person called *name*."""
    return ("person", ((":name", f'"{name}"'),))


def links(description: Description) -> dict[str, Description | str]:
    """The links of a description by role; a world node has at most one of each."""
    found = dict(description[1])
    if len(found) != len(description[1]):
        raise SurfaceError(f"'{description[0]}' has two links of one role, which the world cannot say")
    return found


def name_of(description: Description) -> str:
    """The name of a person or a named place."""
    value = links(description).get(":name")
    if not isinstance(value, str) or not value.startswith('"'):
        raise SurfaceError(f"a {description[0]} needs a :name in quotes")
    return value[1:-1]


def is_person(description: Description | str) -> bool:
    """Whether a link's target is a person."""
    return not isinstance(description, str) and description[0] == "person"


class Phrases(ABC):
    """What the two languages share; *spellings* says how they write names."""

    code: str

    def __init__(self, spellings: names.Spellings) -> None:
        self.spellings: Final = spellings
        lexicon = load_lexicon()
        self.lexicon: Final = lexicon
        self.named: Final = [
            (concept, self.fixed_phrase(concept).split("{name}"))
            for concept in lexicon.of("places")
            if concept.named
        ]
        self.words: Final = common_words(self.code)
        self.year: Final = self.fixed_phrase(lexicon["year"]).split("{value}")
        phrases = [(self.fixed_phrase(c), c) for c in [*lexicon.of("places"), *lexicon.of("times")]]
        # the longer phrase first, so that none is taken for the beginning of another
        self.fixed: Final = sorted(
            (row for row in phrases if "{" not in row[0]), key=lambda row: -len(row[0])
        )

    # -- saying ---------------------------------------------------------------------------------

    @abstractmethod
    def fixed_phrase(self, concept: Concept) -> str:
        """The phrase of a place or a time, with its preposition."""

    @abstractmethod
    def noun_phrase(self, description: Description, form: str) -> str:
        """A person or a thing in *form* (a case; in English nom or poss)."""

    @abstractmethod
    def spelling(self, name: str) -> str:
        """A name as this language spells it."""

    def say(self, target: Description | str, form: str = "nom") -> str:
        """
        Return the words for an entity, a place, a time or a number.

        Raises:
            SurfaceError: if the world has no exact words for it
        """
        if isinstance(target, str):
            if _NUMBER.fullmatch(target):
                return target
            raise SurfaceError(f"the world has no words for the constant {target}")
        concept = self.lexicon.by_name.get(target[0])
        if concept is None:
            raise SurfaceError(f"the world does not know the concept '{target[0]}'")
        if concept.kind in ("places", "times"):
            phrase = self.fixed_phrase(concept)
            if concept.named:
                self._only(target, ":name")
                return phrase.replace("{name}", self._exact_name(name_of(target)))
            self._only(target)
            return phrase
        return self.noun_phrase(target, form)

    def time(self, target: Description | str) -> str:
        """Return the words for a `:time`: a year is a bare number in scenes."""
        if isinstance(target, str) and re.fullmatch(r"[1-9]\d{2,3}", target):
            return target.join(self.year)
        if isinstance(target, str) or self._kind(target) != "times":
            raise SurfaceError(f"the world has no words for the time {target}")
        return self.say(target)

    def place(self, target: Description | str) -> str:
        """Return the words for a `:place`."""
        if isinstance(target, str) or self._kind(target) != "places":
            raise SurfaceError(f"the world has no words for the place {target}")
        return self.say(target)

    def number(self, target: Description | str) -> str:
        """Return the words for an integer."""
        if not isinstance(target, str) or not _NUMBER.fullmatch(target):
            raise SurfaceError(f"the world cannot count with {target}")
        return target

    def _kind(self, target: Description) -> str:
        concept = self.lexicon.by_name.get(target[0])
        return concept.kind if concept else ""

    def _exact_name(self, name: str) -> str:
        """The spelling of *name*, refused where a reader could not tell it from another name's."""
        spelt = self.spelling(name)
        pattern = names.LATIN_NAME if spelt.isascii() else names.CYRILLIC_NAME
        back = self.unspelling(spelt)
        is_same = back == name or (name.isascii() and back.isascii() and self.spelling(back) == spelt)
        if not pattern.fullmatch(spelt) or not is_same or spelt.lower() in self.words:
            raise SurfaceError(f"the name \"{name}\" has no exact spelling in '{self.code}'")
        return spelt

    @abstractmethod
    def unspelling(self, spelt: str) -> str:
        """The scene's name for one found in a text."""

    def _only(self, target: Description, *roles: str) -> None:
        extra = [role for role, _ in target[1] if role not in roles]
        if extra:
            raise SurfaceError(f"the world has no words for {extra[0]} of '{target[0]}'")

    def _thing_parts(self, target: Description) -> tuple[Concept, Concept | None, int, str]:
        """The noun, the quality, how many (1 if not said) and the owner's name ('' if none)."""
        concept = self.lexicon.by_name.get(target[0])
        if concept is None or concept.kind != "things":
            raise SurfaceError(f"the world does not know the thing '{target[0]}'")
        self._only(target, ":mod", ":quant", ":owner")
        found = links(target)
        quality = None
        if ":mod" in found:
            mod = found[":mod"]
            if isinstance(mod, str) or mod[1] or self._kind(mod) != "qualities":
                raise SurfaceError(f"the world has no words for the quality {mod} of a thing")
            quality = self.lexicon[mod[0]]
        count = found.get(":quant", "1")
        if (
            not isinstance(count, str)
            or count not in {str(n) for n in range(1, 11)}
            or (count == "1" and ":quant" in found)
        ):
            raise SurfaceError(f"the world counts things from 2 to 10, not {count}")
        owner = found.get(":owner")
        if owner is not None and (isinstance(owner, str) or owner[0] != "person"):
            raise SurfaceError("only a person can be an owner in the world")
        name = self._exact_name(name_of(owner)) if owner is not None else ""
        return concept, quality, int(count), name

    # -- reading --------------------------------------------------------------------------------

    @abstractmethod
    def read_noun_phrase(self, text: str, at: int, form: str) -> Iterator[Reading]:
        """Every person or thing that the text may name at *at*, with the place behind it."""

    def read_place(self, text: str, at: int) -> Iterator[Reading]:
        """Every place phrase at *at*."""
        yield from self._read_fixed(text, at, "places")
        for concept, (before, after) in self.named:
            if starts(text, before, at):
                for end, name in self._read_name(text, at + len(before)):
                    if starts(text, after, end):
                        yield end + len(after), (concept.name, ((":name", f'"{name}"'),))

    def read_time(self, text: str, at: int) -> Iterator[Reading]:
        """Every time phrase at *at*."""
        yield from self._read_fixed(text, at, "times")
        before, after = self.year
        if starts(text, before, at):
            number = _NUMBER.match(text, at + len(before))
            if number and starts(text, after, number.end()):
                yield number.end() + len(after), number.group()

    def read_number(self, text: str, at: int) -> Iterator[Reading]:
        """The integer at *at*."""
        number = _NUMBER.match(text, at)
        if number:
            yield number.end(), number.group()

    def _read_fixed(self, text: str, at: int, kind: str) -> Iterator[Reading]:
        for phrase, concept in self.fixed:
            if concept.kind == kind and starts(text, phrase, at):
                yield at + len(phrase), (concept.name, ())

    def _read_name(self, text: str, at: int) -> Iterator[tuple[int, str]]:
        for pattern in (names.LATIN_NAME, names.CYRILLIC_NAME):
            found = pattern.match(text, at)
            if found and found.group().lower() not in self.words:
                yield found.end(), self.unspelling(found.group())


def starts(text: str, prefix: str, at: int) -> bool:
    """Whether *text* has *prefix* at *at*; a capital at the start of a sentence does not matter."""
    end = at + len(prefix)
    return text.startswith(prefix, at) or text[at:end].lower() == prefix.lower()


def capital(text: str) -> str:
    """*text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


@final
class English(Phrases):
    """English phrases: "the old bridge", "Oleg's three boats", "in 1931"."""

    code = "en"

    def fixed_phrase(self, concept: Concept) -> str:
        return concept.en[0]

    def spelling(self, name: str) -> str:
        return name

    def unspelling(self, spelt: str) -> str:
        return spelt

    def noun_phrase(self, description: Description, form: str) -> str:
        if description[0] == "person":
            self._only(description, ":name")
            name = self._exact_name(name_of(description))
            return f"{name}'s" if form == "poss" else name
        concept, quality, count, owner = self._thing_parts(description)
        words = [f"{owner}'s"] if owner else ["the"] if count == 1 else []
        if count > 1:
            words.append(NUMBER_WORDS[count - 2])
        if quality:
            words.append(quality.en[0])
        words.append(concept.en[count > 1])
        phrase = " ".join(words)
        return f"{phrase}'s" if form == "poss" else phrase

    def read_noun_phrase(self, text: str, at: int, form: str) -> Iterator[Reading]:
        tail = "'s" if form == "poss" else ""
        for end, name in self._read_name(text, at):
            if text.startswith(tail, end):
                yield end + len(tail), person(name)
        qualities = {c.en[0]: c.name for c in self.lexicon.of("qualities")}
        nouns = _english_nouns()
        made: list[tuple[str, Description | str]] = []
        position, word = at, _WORD.match(text, at)
        if not word:
            return
        if word.group().lower() == "the":
            position = word.end() + 1
        else:
            for end, name in self._read_name(text, at):
                if text.startswith("'s ", end):
                    made.append((":owner", person(name)))
                    position = end + 3
        word = _WORD.match(text, position)
        if word and word.group().lower() in NUMBER_WORDS:
            made.append((":quant", str(NUMBER_WORDS.index(word.group().lower()) + 2)))
            word = _WORD.match(text, word.end() + 1)
        if word and word.group().lower() in qualities:
            made.append((":mod", (qualities[word.group().lower()], ())))
            word = _WORD.match(text, word.end() + 1)
        if word:
            noun, end = word.group().lower(), word.end()
            if tail:
                noun = noun.removesuffix(tail)
            if noun in nouns:
                yield end, describe(nouns[noun], made)


@cache
def _english_nouns() -> dict[str, str]:
    return {form: c.name for c in load_lexicon().of("things") for form in c.en}


@final
class Russian(Phrases):
    """Russian phrases: «старый мост», «три лодки Олега», «в 1931 году»."""

    code = "ru"

    def fixed_phrase(self, concept: Concept) -> str:
        return concept.ru

    def spelling(self, name: str) -> str:
        return self.spellings.cyrillic(name)

    def unspelling(self, spelt: str) -> str:
        return self.spellings.latin(spelt)

    def _declined(self, name: str, case: str) -> str:
        form = names.decline(name, case)
        if names.undecline(form, case) != name or form.lower() in self.words:
            raise SurfaceError(f"«{form}» would not give the name «{name}» back from its {case} case")
        return form

    def noun_phrase(self, description: Description, form: str) -> str:
        if description[0] == "person":
            self._only(description, ":name")
            return self._declined(self._exact_name(name_of(description)), form)
        concept, quality, count, owner = self._thing_parts(description)
        adjective = quality.ru if quality else ""
        if count > 1:
            phrase = russian.counted(concept.ru, adjective, count, form)
        else:
            phrase = russian.noun(concept.ru, form)
            if quality:
                phrase = f"{russian.adjective(adjective, form, russian.gender(concept.ru))} {phrase}"
        return f"{phrase} {self._declined(owner, 'gen')}" if owner else phrase

    def _base(self, found: re.Match[str] | None, case: str) -> str | None:
        """The base form of a declined name found in a text; None for a common word."""
        if found is None or found.group().lower() in self.words:
            return None
        return names.undecline(found.group(), case)

    def read_noun_phrase(self, text: str, at: int, form: str) -> Iterator[Reading]:
        for pattern in (names.CYRILLIC_NAME, names.LATIN_NAME):
            found = pattern.match(text, at)
            base = self._base(found, form)
            if found and base:
                yield found.end(), person(self.unspelling(base))
        nouns, qualities, numerals = _russian_forms()
        made: list[tuple[str, Description | str]] = []
        word = _WORD.match(text, at)
        if word and word.group().lower() in numerals:
            made.append((":quant", numerals[word.group().lower()]))
            word = _WORD.match(text, word.end() + 1)
        if word and word.group().lower() in qualities:
            made.append((":mod", (qualities[word.group().lower()], ())))
            word = _WORD.match(text, word.end() + 1)
        if not word or word.group().lower() not in nouns:
            return
        noun = nouns[word.group().lower()]
        yield word.end(), describe(noun, made)
        owner = word.end() + 1
        for pattern in (names.CYRILLIC_NAME, names.LATIN_NAME):
            found = pattern.match(text, owner)
            base = self._base(found, "gen")
            if found and base:
                yield found.end(), describe(noun, [*made, (":owner", person(self.unspelling(base)))])


@cache
def _russian_forms() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    lexicon = load_lexicon()
    nouns = {
        russian.noun(c.ru, case, plural): c.name
        for c in lexicon.of("things")
        for case in russian.CASES
        for plural in (False, True)
    }
    qualities = {
        russian.adjective(c.ru, case, of): c.name
        for c in lexicon.of("qualities")
        for case in russian.CASES
        for of in ("m", "f", "n", "pl")
    }
    numerals = {
        russian.numeral(n, case, of): str(n) for n in range(2, 11) for case in russian.CASES for of in "mf"
    }
    return nouns, qualities, numerals


def describe(concept: str, made: list[tuple[str, Description | str]]) -> Description:
    """A description with its links in one order, so that equal ones are equal tuples."""
    return (concept, tuple(sorted(made, key=str)))
