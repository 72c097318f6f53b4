"""
Translation: which words say the same, in the other language and in the same one, by a small lexicon.

    >>> sorted(others("read"))
    ['прочесть', 'прочитать', 'читать']
    >>> meaning("работать", "work"), meaning("купить", "покупать"), meaning("work", "жить")
    (0.9, 0.85, 0.0)

The lexicon is `lexicon.txt` beside this module: some three hundred common meanings, written for this project
and under its licence. It knows nothing of words that it lacks.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

LEXICON: Final = "lexicon.txt"

TRANSLATED: Final = 0.9
"""The grade of a word of the other language."""
SYNONYM: Final = 0.85
"""The grade of another word of the same language, such as the other aspect of a Russian verb."""


def meaning(one: str, other: str) -> float:
    """Return how well *other* says what *one* says, 0 to 1; both by their dictionary forms, with е for ё."""
    table = _table()
    mine, theirs = table.get(one), table.get(other)
    if not mine or not theirs or mine.isdisjoint(theirs):
        return 0.0
    return SYNONYM if one.isascii() == other.isascii() else TRANSLATED


def others(word: str) -> set[str]:
    """Return all words that may say what *word* says, without itself; none if the lexicon lacks it."""
    numbers = _table().get(word, frozenset[int]())
    return {other for number in numbers for other in lines()[number]} - {word}


@cache
def lines() -> tuple[frozenset[str], ...]:
    """Return the words of each line of the lexicon: those that share a meaning."""
    text = files("scenograph.answers").joinpath(LEXICON).read_text(encoding="utf-8").replace("ё", "е")
    given = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(frozenset(line.replace("|", " ").split()) for line in given)


@cache
def _table() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(lines()):
        for word in words:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}
