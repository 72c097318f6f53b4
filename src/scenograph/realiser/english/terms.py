"""English words, numbers and dates as they are written, whatever they stand in."""

from __future__ import annotations

from typing import ClassVar, Final

from scenograph.morphology import english_forms as forms
from scenograph.readers.articles import DETERMINERS, THINGS
from scenograph.realiser.english import words
from scenograph.realiser.speaker import Speaker
from scenograph.realiser.text import Words
from scenograph.realiser.values import Moment, moment
from scenograph.realiser.view import Target

_ADJECTIVAL: Final = ("able", "ible", "ful", "less", "ous", "ish")
"""Endings of adjectives that the dictionary lacks: «knowledgeable»."""


class EnglishTerms(Speaker):
    """Says words, values and unknowns."""

    DENYING: ClassVar = "not"
    JOINING: ClassVar = {"and": "and", "or": "or", "but": "but", "nor": "nor"}

    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""
        found = forms.parts(lemma)
        if not found and lemma.endswith(_ADJECTIVAL):
            return frozenset({"adj"})
        if lemma.capitalize() in words.MONTHS:
            return found | {"noun"}  # the dictionary has no noun "may"
        if lemma in words.NOUNS:
            return found | {"noun"}
        if lemma in THINGS:
            return found - {"adj", "adv"}
        return found - {"noun"} if lemma in words.VERBS else found

    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""
        return any(
            edge.target in DETERMINERS
            or ("adj" in (parts := self.parts(self.view.word(edge.target))) and "adv" not in parts)
            for edge in self.view.out(target, "mod")
        )

    def unknown_said(self, node: int) -> Words:
        """Say an unknown that is a predicate: «What is the capital?», or stands elsewhere."""
        asked = self.view.unknown(node)
        return self.described_word(node, words.UNKNOWNS.get(asked, asked.replace("-", " ")))

    def unknown(self, target: Target) -> Words:
        """Say an unknown that *target* is, with what hangs on it; [] if it is none."""
        asked = self.view.unknown(target)
        if not asked:
            return []
        said = words.UNKNOWNS.get(asked, asked.replace("-", " "))
        if isinstance(target, int) and target not in self.view.named:
            return self.described_word(target, said)
        return said.split()

    def spelt(self, lemma: str) -> str:
        """Return a lemma as text has it: `at-least` as two words, but `well-known` as one."""
        if "-" not in lemma or lemma.startswith("-"):
            return lemma
        first = lemma.split("-")[0].lower()
        if first in words.PHRASES:
            return lemma.replace("-", " ")
        return lemma

    def value(self, text: str) -> str:
        """Return a number or a date as text: `1912-06-23` → «23 June 1912»."""
        at = moment(text)
        return self.date(at) if at else text

    def date(self, at: Moment) -> str:
        """Return a date or time of day as text, without a preposition."""
        if at.clock and self.wording.dates == "month_first":
            hour, minute = divmod(int(at.clock[:2]) * 60 + int(at.clock[3:]), 60)
            minutes = f":{minute:02}" if minute else ""
            return f"{(hour + 11) % 12 + 1}{minutes} {'pm' if 12 <= hour < 24 else 'am'}"
        if at.clock:
            return at.clock
        pieces: list[str] = []
        if at.day is not None and at.month is None:
            return f"the {at.day}{ordinal_ending(at.day)}"
        is_turned = self.wording.dates == "month_first" and at.day is not None and at.month is not None
        if at.day is not None and not is_turned:
            pieces.append(str(at.day))
        if at.month is not None:
            pieces.append(words.MONTHS[at.month - 1])
        if is_turned:
            pieces.append(f"{at.day}{',' if at.year is not None else ''}")
        if at.year is not None:
            pieces.append(f"{at.year}")
        return " ".join(pieces)

    def number(self, text: str) -> str:
        """Return a number as text; small ones as words."""
        is_small = text.isdecimal() and len(text) < 3 and (self.wording.numbers == "plain" or text == "1")
        if is_small and int(text) <= 10 and not text.startswith("0"):
            return words.NUMBERS[int(text)]
        return self.spelt(text)

    def preposition(self, role: str) -> Words:
        """Return the preposition that *role* names."""
        return words.PREPOSITIONS.get(role, role.replace("-", " ")).split()


def ordinal_ending(number: int) -> str:
    """Return what makes an ordinal of a number: 23 → `rd`."""
    if 10 < number % 100 < 14:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
