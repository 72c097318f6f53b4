"""
The words of a slot, in any language: what fills it, said and read.

`read` returns every way to read a slot at a place in a text. Whatever was read is said again afterwards and
compared with the text (see `recognise`), so `read` may accept more than `say` says. The languages are in
`scenograph.world.languages`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from scenograph.errors import SurfaceError
from scenograph.world.declension import undecline
from scenograph.world.description import Description, Target, describe, is_person, links, name_of
from scenograph.world.forms import WORD, words_by_form
from scenograph.world.lexicon import Concept, WorldLexicon, load_lexicon
from scenograph.world.names import Spellings, is_name, name_ends

Found: TypeAlias = "Iterator[tuple[int, Target]]"
"""What may stand at a place of a text, each with the place where it ends."""

SUMS: Final = ("plus", "minus", "times")
_TRUTHS: Final = ("yes", "no", "unknown")
_NUMBER = re.compile(r"-?\d+")
_YEAR = re.compile(r"[1-9]\d{2,3}")


def starts(text: str, words: str, at: int) -> bool:
    """Return whether *text* has *words* at *at*; their first letter may be a capital."""
    if text.startswith(words, at):
        return True
    return text.startswith(words[1:], at + 1) and text[at : at + 1].lower() == words[:1].lower()


def capital(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


class Phrases(ABC):
    """What the two languages share; *spellings* says how they write names."""

    code: str

    def __init__(self, spellings: Spellings) -> None:
        self.spellings: Final = spellings
        self.lexicon: Final[WorldLexicon] = load_lexicon()
        self._forms: Final = words_by_form(self.code)
        self._sayers: Final[Mapping[str, Callable[[Target, str], str]]] = {
            "person": self._say_person,
            "thing": self._say_thing,
            "place": self._say_place,
            "time": self._say_time,
            "number": self._say_number,
            "sum": self._say_sum,
        }
        self._readers: Final[Mapping[str, Callable[[str, int, str], Found]]] = {
            "person": self._read_person,
            "thing": self._read_thing,
            "place": self._read_place,
            "time": self._read_time,
            "number": self._read_number,
            "sum": self._read_sum,
            "property": self._read_described,
            "class": self._read_described,
            "value": self._read_value,
        }
        self._fixed: Final = {kind: self._prefixes(kind) for kind in ("places", "times")}

    def _prefixes(self, kind: str) -> tuple[re.Pattern[str], dict[str, tuple[Concept, str]]]:
        """Return what finds the words before a name or a year, and for each the words after it."""
        table: dict[str, tuple[Concept, str]] = {}
        for concept in self.lexicon.of(kind):
            before, _, rest = concept.word(self.code).partition("{")
            table[before.lower()] = concept, rest.partition("}")[2]
        longest_first = sorted(table, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE), table

    # -- saying ---------------------------------------------------------------------------------

    def say(self, kind: str, target: Target, form: str = "") -> str:
        """
        Return the words for *target*, which fills a slot of *kind* (`person`, `thing`, `place` …).

        Args:
            form: a case; in English '' or `poss`
        Raises:
            SurfaceError: if the world has no exact words for it
        """
        return self._sayers[kind](target, form)

    def say_entity(self, target: Target) -> str:
        """Return the words for anything but a clause: a truth, a number, a person, a place …"""
        if isinstance(target, str):
            return self._say_number(target)
        concept = self._concept(target)
        if concept.kind in ("places", "times") or (concept.name in _TRUTHS and not target[1]):
            return self._say_fixed(target)
        return self.say("person" if is_person(target) else "thing", target)

    @abstractmethod
    def word(self, concept: Concept, form: str, gender: str = "m") -> str:
        """
        Return a verb, a profession, a kind of kin or an adjective in *form*.

        Args:
            gender: of the person or thing that it agrees with: m, f, n or pl
        """

    @abstractmethod
    def spelling(self, name: str) -> str:
        """Return a scene's name as this language spells it."""

    @abstractmethod
    def unspelling(self, spelt: str) -> str:
        """Return a name found in a text as scenes spell it."""

    @abstractmethod
    def _say_person(self, target: Target, form: str) -> str: ...

    @abstractmethod
    def _say_thing(self, target: Target, form: str) -> str: ...

    def _concept(self, target: Target, *kinds: str) -> Concept:
        """Return the concept of *target*, which must be of one of *kinds* if any are given."""
        concept = None if isinstance(target, str) else self.lexicon.by_name.get(target[0])
        if concept is None:
            raise SurfaceError(f"the world does not know the concept {named(target)}")
        if kinds and concept.kind not in kinds:
            raise SurfaceError(f"the world has no words for {named(target)} among its {' and '.join(kinds)}")
        return concept

    def _say_fixed(self, target: Target, *kinds: str) -> str:
        """Return the phrase of a place, a time or a truth, with its preposition and its name."""
        concept = self._concept(target, *kinds)
        assert not isinstance(target, str)
        phrase = concept.word(self.code)
        if not concept.named:
            check_roles(target)
            return phrase
        check_roles(target, ":name")
        return phrase.replace("{name}", self._exact_name(name_of(target)))

    def _say_place(self, target: Target, form: str = "") -> str:
        return self._say_fixed(target, "places")

    def _say_time(self, target: Target, form: str = "") -> str:
        if isinstance(target, str) and _YEAR.fullmatch(target):
            return self.lexicon["year"].word(self.code).replace("{value}", target)
        return self._say_fixed(target, "times")

    def _say_number(self, target: Target, form: str = "") -> str:
        if not isinstance(target, str) or not _NUMBER.fullmatch(target):
            raise SurfaceError(f"the world cannot count with {named(target)}")
        return target

    def _say_sum(self, target: Target, form: str = "") -> str:
        if isinstance(target, str) or target[0] not in SUMS:
            raise SurfaceError(f"the world can add, subtract and multiply, not {named(target)}")
        found = links(target)
        if set(found) != {":op1", ":op2"}:
            raise SurfaceError(f"'{target[0]}' takes exactly :op1 and :op2")
        operator = self.lexicon[target[0]].word(self.code)
        return f"{self._say_number(found[':op1'])} {operator} {self._say_number(found[':op2'])}"

    def _exact_name(self, name: str) -> str:
        """Return the spelling of *name*; refuse one that a reader would not take for this name."""
        spelt = self.spelling(name)
        if not is_name(spelt, self.code) or self.spelling(self.unspelling(spelt)) != spelt:
            raise SurfaceError(f"the name \"{name}\" has no exact spelling in '{self.code}'")
        return spelt

    def _thing_parts(self, target: Target) -> tuple[Concept, Concept | None, int, str]:
        """Return the noun, the quality, how many (1 if not said) and the owner's name ('' if none)."""
        concept = self._concept(target, "things")
        assert not isinstance(target, str)
        check_roles(target, ":mod", ":quant", ":poss")
        found = links(target)
        quality = self.leaf(found[":mod"], "qualities") if ":mod" in found else None
        count = found.get(":quant", "1")
        if count not in [str(n) for n in range(2, 11)] and ":quant" in found:
            raise SurfaceError(f"the world counts things from 2 to 10, not {named(count)}")
        owner = found.get(":poss")
        if owner is not None and not is_person(owner):
            raise SurfaceError("only a person can be an owner in the world")
        name = self._exact_name(name_of(owner)) if owner is not None else ""
        return concept, quality, int(str(count)), name

    def leaf(self, target: Target, *kinds: str) -> Concept:
        """Return the concept of *target*, which must be of one of *kinds* and have no links."""
        concept = self._concept(target, *kinds)
        assert not isinstance(target, str)
        check_roles(target)
        return concept

    # -- reading --------------------------------------------------------------------------------

    def read(self, kind: str, text: str, at: int, form: str = "") -> Found:
        """Yield everything of *kind* that *text* may say at *at*, with the place where it ends."""
        return self._readers[kind](text, at, form)

    def read_entity(self, text: str, at: int) -> Found:
        """Yield every person, thing, place and time that *text* may say at *at*."""
        for kind in ("person", "thing", "place", "time"):
            yield from self.read(kind, text, at)

    def read_word(self, kind: str, text: str, at: int) -> Iterator[tuple[int, str]]:
        """Yield the concept of the word at *at*, if it is a form of one of *kind*."""
        word = WORD.match(text, at)
        concept = word and self._forms[kind].get(word[0].lower())
        if word and concept:
            yield word.end(), concept

    @abstractmethod
    def _read_person(self, text: str, at: int, form: str) -> Found: ...

    @abstractmethod
    def _read_thing(self, text: str, at: int, form: str) -> Found: ...

    def _read_name(self, text: str, at: int, case: str = "nom") -> Iterator[tuple[int, str]]:
        """Yield the name that stands at *at* in *case*, as scenes spell it."""
        for end in name_ends(text, at, self.code):
            base = undecline(text[at:end], case) if self.code == "ru" else text[at:end]
            if base:
                yield end, self.unspelling(base)

    def _read_counted(
        self, text: str, at: int, made: list[tuple[str, Target]]
    ) -> Iterator[tuple[int, Description]]:
        """Yield the thing at *at*: perhaps a number, perhaps a quality, then a noun."""
        for end, number in self.read_word("numbers", text, at):
            made, at = [*made, (":quant", number)], end + 1
        for end, quality in self.read_word("qualities", text, at):
            made, at = [*made, (":mod", (quality, ()))], end + 1
        for end, noun in self.read_word("things", text, at):
            yield end, describe(noun, made)

    def _read_fixed(self, kind: str, text: str, at: int) -> Found:
        pattern, table = self._fixed[kind]
        prefix = pattern.match(text, at)
        if not prefix or prefix[0].lower() not in table:
            return
        concept, after = table[prefix[0].lower()]
        inner: Found = iter([(prefix.end(), (concept.name, ()))])
        if concept.name == "year":
            inner = self._read_number(text, prefix.end())
        elif concept.named:
            names = self._read_name(text, prefix.end())
            inner = ((end, (concept.name, ((":name", f'"{name}"'),))) for end, name in names)
        yield from ((end + len(after), target) for end, target in inner if text.startswith(after, end))

    def _read_place(self, text: str, at: int, form: str = "") -> Found:
        return self._read_fixed("places", text, at)

    def _read_time(self, text: str, at: int, form: str = "") -> Found:
        return self._read_fixed("times", text, at)

    def _read_number(self, text: str, at: int, form: str = "") -> Found:
        number = _NUMBER.match(text, at)
        if number:
            yield number.end(), number.group()

    def _read_sum(self, text: str, at: int, form: str = "") -> Found:
        for first, left in self._read_number(text, at):
            for name in SUMS:
                operator = f" {self.lexicon[name].word(self.code)} "
                if starts(text, operator, first):
                    for end, right in self._read_number(text, first + len(operator)):
                        yield end, describe(name, [(":op1", left), (":op2", right)])

    def _read_described(self, text: str, at: int, form: str = "") -> Found:
        """Yield a profession or a quality; in English perhaps after an article."""
        for article in ("", "a ", "an ") if self.code == "en" else ("",):
            if starts(text, article, at):
                for kind in ("property", "professions"):
                    for end, name in self.read_word(kind, text, at + len(article)):
                        yield end, (name, ())

    def _read_value(self, text: str, at: int, form: str = "") -> Found:
        """Yield the value of an answer: yes, no, unknown or an entity."""
        for name in _TRUTHS:
            word = self.lexicon[name].word(self.code)
            if starts(text, word, at):
                yield at + len(word), (name, ())
        yield from self.read_entity(text, at)


def check_roles(target: Description, *roles: str) -> None:
    """Refuse a *target* that has other roles than *roles*."""
    for role, _ in target[1]:
        if role not in roles:
            raise SurfaceError(f"the world has no words for {role} of '{target[0]}'")


def named(target: Target) -> str:
    """Return what errors call *target*."""
    return target if isinstance(target, str) else f"'{target[0]}'"
