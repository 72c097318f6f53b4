"""
Russian word forms through pymorphy3, each computed once.

    >>> noun("мост", "ins"), adjective("старый", "dat", "f"), past("построить", "pl")
    ('мостом', 'старой', 'построили')
    >>> counted("лодка", "старый", 3, "nom")
    'три старые лодки'
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse


CASES = ("nom", "gen", "dat", "acc", "ins", "prep")
_GRAMMEME = {"nom": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "prep": "loct"}
_GENDER = {"masc": "m", "femn": "f", "neut": "n"}
_NUMBER = {"m": {"masc", "sing"}, "f": {"femn", "sing"}, "n": {"neut", "sing"}, "pl": {"plur"}}

# pymorphy3 knows numerals as separate words per gender; a table of nine is clearer than a search.
_NUMERALS = {
    2: ("два", "двух", "двум", "два", "двумя", "двух"),
    3: ("три", "трёх", "трём", "три", "тремя", "трёх"),
    4: ("четыре", "четырёх", "четырём", "четыре", "четырьмя", "четырёх"),
    5: ("пять", "пяти", "пяти", "пять", "пятью", "пяти"),
    6: ("шесть", "шести", "шести", "шесть", "шестью", "шести"),
    7: ("семь", "семи", "семи", "семь", "семью", "семи"),
    8: ("восемь", "восьми", "восьми", "восемь", "восемью", "восьми"),
    9: ("девять", "девяти", "девяти", "девять", "девятью", "девяти"),
    10: ("десять", "десяти", "десяти", "десять", "десятью", "десяти"),
}


_loading = threading.Lock()


def analyzer() -> MorphAnalyzer:
    """Return the one dictionary of the process; threads may share it."""
    with _loading:  # otherwise two threads would load it twice
        return _load()


@cache
def _load() -> MorphAnalyzer:
    from pymorphy3 import MorphAnalyzer  # with its dictionary it takes 0.2 s

    class Analyzer(MorphAnalyzer):
        """One that also takes letters that Unicode gives no name, such as those of Tangut."""

        def parse(self, word: str) -> list[Parse]:
            try:
                return super().parse(word)
            except ValueError:  # it asks for the name of each letter
                small = word.lower()
                return [it._replace(word=small, normal_form=small) for it in super().parse("\ufffd")]

    return Analyzer(lang="ru")


def is_word(text: str) -> bool:
    """Return whether *text* is in the dictionary of Russian."""
    return analyzer().word_is_known(text.lower())


@cache
def _reading(word: str, part: str) -> Parse:
    """Return the analysis of *word* as a dictionary form of the part of speech *part* (NOUN, ADJF, INFN)."""
    readings = [p for p in analyzer().parse(word) if part == p.tag.POS and p.normal_form == word]
    if part == "NOUN":
        readings = [p for p in readings if "nomn" in p.tag and "sing" in p.tag] or readings
    assert readings, f"pymorphy3 does not know {word!r} as {part}"
    return readings[0]


def _inflect(word: str, part: str, grammemes: set[str]) -> str:
    form = _reading(word, part).inflect(grammemes)
    assert form is not None, f"pymorphy3 cannot put {word!r} into {sorted(grammemes)}"
    return form.word


@cache
def gender(noun: str) -> str:
    """Return the gender of a noun: `m`, `f` or `n`."""
    return _GENDER[str(_reading(noun, "NOUN").tag.gender)]


@cache
def noun(word: str, case: str, plural: bool = False) -> str:
    """Return an inanimate noun, or a profession, in *case*."""
    if case == "acc" and "inan" in _reading(word, "NOUN").tag and (plural or gender(word) != "f"):
        case = "nom"
    return _inflect(word, "NOUN", {_GRAMMEME[case], "plur" if plural else "sing"})


@cache
def adjective(word: str, case: str, of: str) -> str:
    """Return an adjective in *case* for an inanimate noun of gender *of* (m, f, n) or in the plural (pl)."""
    if case == "acc" and of != "f":
        case = "nom"
    return _inflect(word, "ADJF", {_GRAMMEME[case], *_NUMBER[of]})


@cache
def past(verb: str, of: str) -> str:
    """Return the past tense of an infinitive for a subject of gender *of* (m, f, n) or a plural (pl)."""
    return _inflect(verb, "INFN", {"past", *_NUMBER[of]})


def numeral(number: int, case: str, of: str) -> str:
    """Return the number 2…10 in *case* before an inanimate noun of gender *of*."""
    word = _NUMERALS[number][CASES.index(case)]
    return "две" if word == "два" and of == "f" else word


@cache
def counted(word: str, quality: str, number: int, case: str) -> str:
    """Return *number* (2…10) of a thing, perhaps with a *quality*: «три старые лодки», «пятью мостами»."""
    of = gender(word)
    if case not in ("nom", "acc"):
        middle, head = (adjective(quality, case, "pl") if quality else ""), noun(word, case, True)
    elif number < 5:
        middle = adjective(quality, "nom" if of == "f" else "gen", "pl") if quality else ""
        head = noun(word, "gen")
    else:
        middle, head = (adjective(quality, "gen", "pl") if quality else ""), noun(word, "gen", True)
    return " ".join(part for part in (numeral(number, case, of), middle, head) if part)
