"""
Letters of two alphabets in one word: a Latin "a" inside a Russian word, by a slip or on purpose.

    >>> normalised("Mосквa")  # a Latin M and a Latin a
    'Москва'

Each letter becomes one letter, so every place in the text stays the same. Words of one script, whole Latin
words in a Russian text, and everything that is no letter stay as they are.
"""

from __future__ import annotations

import re
from typing import Final

# Latin and Cyrillic letters of the same look (Unicode's confusables, those of the two alphabets alone).
_LATIN: Final = "ABCEHIJKMOPSTXYaceijopsxyÖöËëÏï"
_CYRILLIC: Final = "АВСЕНІЈКМОРЅТХУасеіјорѕхуӦӧЁёЇї"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)

_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u052f]")
_MIXED = re.compile(r"[A-Za-z\u00c0-\u024f][\u0400-\u052f]|[\u0400-\u052f][A-Za-z\u00c0-\u024f]")

MIXED: Final = "letters of two alphabets in one word: {}"
"""The note of a sentence that has such words."""


def normalised(text: str) -> str:
    """
    Return *text* with each word of mixed Latin and Cyrillic letters in one alphabet, where that is possible.

    Letters that only one of the alphabets has decide which; without any, most letters do. A word with letters
    that only the one has and letters that only the other has stays as it is. The length stays the same.
    """
    if not _MIXED.search(text):
        return text
    return _WORD.sub(lambda found: _in_one_alphabet(found.group()), text)


def _in_one_alphabet(word: str) -> str:
    if not _MIXED.search(word):
        return word
    latin, cyrillic = _LATIN_LETTER.findall(word), _CYRILLIC_LETTER.findall(word)
    own_latin = sum(1 for letter in latin if letter not in _LATIN)
    own_cyrillic = sum(1 for letter in cyrillic if letter not in _CYRILLIC)
    if own_latin and own_cyrillic:
        return word
    to_latin = own_latin > own_cyrillic or (own_latin == own_cyrillic and len(latin) > len(cyrillic))
    return word.translate(_TO_LATIN if to_latin else _TO_CYRILLIC)


def mixed(text: str) -> list[str]:
    """Return the words of *text* that `normalised` changes, as they are written."""
    if not _MIXED.search(text):
        return []
    words = (found.group() for found in _WORD.finditer(text))
    return [word for word in words if _in_one_alphabet(word) != word]


def note_of(text: str) -> str:
    """Return what a reader should know of the letters of *text*; empty if nothing."""
    return MIXED.format(", ".join(words)) if (words := mixed(text)) else ""
