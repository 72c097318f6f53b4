"""
Where a word may be cut: between its stem and its ending.

A Russian stem is what all forms of the word share, by pymorphy3. English endings are a short list of
suffixes. Cuts are needed only to train a tokenizer: its pieces then end where words were cut.

    >>> cut("построила"), cut("bridges"), cut("дня")
    (('построи', 'ла'), ('bridge', 's'), ('дня',))
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scenograph.morphology.russian import analyzer

if TYPE_CHECKING:
    from pymorphy3.analyzer import Parse

_MIN_STEM = 3
_CYRILLIC = re.compile(r"[а-яё]+", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]+", re.IGNORECASE)
_SUFFIX = re.compile(r"(?P<stem>.*[a-z]{3})(?P<ending>ing|ed|ly|s)", re.IGNORECASE)
_NOT_PLURAL = re.compile(r".*(ss|us|is)", re.IGNORECASE)


def _forms(reading: Parse) -> list[str]:
    """Return the inflected forms of *reading*, without participles and comparatives."""
    part = reading.tag.POS
    if part in ("VERB", "INFN"):
        return [
            it.word
            for it in reading.lexeme
            if it.tag.POS == "INFN" or (it.tag.POS == "VERB" and "past" in it.tag)
        ]
    return [it.word for it in reading.lexeme if part == it.tag.POS]


def _shared(words: list[str]) -> int:
    """Return how many letters *words* share at their beginning."""
    columns = zip(*words, strict=False)
    return next((i for i, letters in enumerate(columns) if len(set(letters)) > 1), min(map(len, words)))


@lru_cache(maxsize=1 << 13)
def cut(word: str) -> tuple[str, ...]:
    """
    Return *word* as its stem and its ending, or whole where it has no ending.

    Law: `"".join(cut(word)) == word`.
    """
    if _CYRILLIC.fullmatch(word):
        reading = analyzer().parse(word.lower())[0]
        stem = _shared([*_forms(reading), word.lower()])
        if stem >= _MIN_STEM and stem < len(word):
            return word[:stem], word[stem:]
    elif _LATIN.fullmatch(word) and not _NOT_PLURAL.fullmatch(word):
        match = _SUFFIX.fullmatch(word)
        if match:
            return match["stem"], match["ending"]
    return (word,)
