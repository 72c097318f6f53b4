"""
Where a word may be cut: between its stem and its ending.

Russian stems come from pymorphy3: the part that all forms of the word share. English endings are a short
list of suffixes. Cuts are needed to train a tokenizer only. Encoding needs no morphology: the pieces learned
from cut words end where the words were cut.

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
    """The forms of *reading* that are inflections proper: participles and comparatives are other words."""
    part = reading.tag.POS
    kin = {"VERB", "INFN"} if part in ("VERB", "INFN") else {part}
    past_only = part in ("VERB", "INFN")
    return [
        form.word
        for form in reading.lexeme
        if form.tag.POS in kin and (not past_only or "past" in form.tag or form.tag.POS == "INFN")
    ]


def _shared(words: list[str]) -> int:
    """The number of letters with which all of *words* begin."""
    columns = zip(*words, strict=False)
    return next((i for i, letters in enumerate(columns) if len(set(letters)) > 1), min(map(len, words)))


@lru_cache(maxsize=100_000)
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
