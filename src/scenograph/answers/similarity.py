"""
Similarity: how well a word, a name or a value that was said stands for one that was asked for.

    >>> like_name("Turing", "Alan Turing"), like_name("Tolstoy", "Толстой"), like_name("Maria", "Siemens")
    (0.95, 0.9, 0.0)
    >>> like_value("1869", "1869-05-01"), like_value("XXXX-03-14", "2024-03-14"), like_value("5", "7")
    (0.95, 0.9, 0.0)

All grades are from 0, something else, to 1, the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from anyascii import anyascii
from rapidfuzz.distance import OSA

from scenograph.answers.translation import SYNONYM, meaning
from scenograph.core.links import unquote
from scenograph.morphology import english_words
from scenograph.morphology.aspect import are_a_pair
from scenograph.morphology.lemmas import lemma, stems, words
from scenograph.morphology.russian import analyzer
from scenograph.morphology.russian_forms import is_russian

SAME_FORM: Final = 0.95
"""Another form of the same word."""
PART: Final = 0.95
"""All that was asked is in the longer name: «Turing» for «Alan Turing»."""
SHORTER: Final = 0.85
"""The name that was said is shorter: «Turing», where «Alan Turing» was asked for."""
OTHER_SCRIPT: Final = 0.9
"""The same name in the other script."""
MISSPELT: Final = 0.8
"""A name that differs by one letter, or by two if it is long."""

_LEAST_LETTERS: Final = 5  # shorter names differ from others by one letter: Anna and Inna
_LONG: Final = 9
_RARE: Final = 5  # letters of the shortest word that counts as rare


@lru_cache(maxsize=1 << 12)
def like_word(asked: str, said: str) -> float:
    """Return how well the concept *said* stands for the concept *asked*."""
    if asked == said:
        return 1.0
    one, other = _plain(asked), _plain(said)
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if one[0] == other[0] and _stems(one) == _stems(other):
        return SAME_FORM
    found = meaning(asked.replace("ё", "е"), said.replace("ё", "е"))
    return found or (SYNONYM if are_a_pair(one, other) else 0.0)


@lru_cache(maxsize=1 << 12)
def like_misspelt(asked: str, said: str) -> float:
    """
    Return how well *said* stands for *asked*, which no dictionary knows and which is spelt much like it.

    A word that a dictionary knows is never taken for a slip: «form» is not «from». A word that no dictionary
    knows may be what was meant if it is long and differs by one letter only.

        >>> like_misspelt("confernece", "conference"), like_misspelt("form", "from")
        (0.8, 0.0)
        >>> like_misspelt("kubernetis", "kubernetes"), like_misspelt("kafkas", "kafkan")
        (0.8, 0.0)
    """
    one, other = _plain(asked), _plain(said)
    if not one or not other or one.isascii() != other.isascii() or is_known(one):
        return 0.0
    if not is_known(other) and (min(len(one), len(other)) < _LONG or OSA.distance(one, other) > 1):
        return 0.0
    return MISSPELT if _like_part(one, other, True) == MISSPELT else 0.0


@lru_cache(maxsize=1 << 12)
def is_known(word: str) -> bool:
    """Return whether a dictionary has *word*, or no dictionary here is of its language."""
    word = _plain(word)
    if word.isascii():
        return bool(english_words.tags(word) or english_words.lemmas(word))
    return not is_russian(word) or any(reading.is_known for reading in analyzer().parse(word))


def is_rare(concept: str | None) -> bool:
    """Return whether no dictionary knows a word: it tells as much as a name, and may be one, or a slip."""
    return concept is not None and len(concept) >= _RARE and concept.isalpha() and not is_known(concept)


@lru_cache(maxsize=1 << 12)
def like_name(asked: str, said: str, *, misspelt: bool = True) -> float:
    """
    Return how well the name *said* stands for the name *asked*, both without quotes.

    Args:
        misspelt: whether a slip of one letter is forgiven
    """
    mine, theirs = words(_plain(asked)), words(_plain(said))
    if mine == theirs:
        return 1.0
    if not mine or not theirs:
        return 0.0
    if len(mine) > 1 and len(mine) == len(theirs) and asked.isascii() != said.isascii():
        return _like_respelt(mine, theirs)
    if len(mine) == len(theirs):
        return min(_like_part(one, other, misspelt) for one, other in zip(mine, theirs, strict=True))
    short, long = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    found = min(max(_like_part(one, other, misspelt) for other in long) for one in short)
    if len(short) == 1 and len(short[0]) < 3:  # an initial tells too little
        return 0.0
    return found * (PART if short is mine else SHORTER)


def _like_respelt(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """Compare names of two scripts: given names may be another form, «Leo» and «Лев»."""
    *_, last = (_like_part(one, other, False) for one, other in zip(mine, theirs, strict=True))
    begin_alike = all(
        _skeleton(one)[:1] == _skeleton(other)[:1] for one, other in zip(mine, theirs, strict=True)
    )
    return last if begin_alike else 0.0


@lru_cache(maxsize=1 << 12)
def _like_part(one: str, other: str, misspelt: bool) -> float:
    if one == other:
        return 1.0
    if one[0] == other[0] and lemma(one) == lemma(other):
        return SAME_FORM
    if one.isascii() != other.isascii():
        same = OSA.normalized_similarity(_skeleton(one), _skeleton(other))
        return OTHER_SCRIPT if same == 1.0 or (same >= 0.8 and len(one) >= _LEAST_LETTERS) else 0.0
    if not misspelt or one[0] != other[0] or min(len(one), len(other)) < _LEAST_LETTERS:
        return 0.0
    if one.isdigit() or other.isdigit():
        return 0.0
    return MISSPELT if OSA.distance(one, other) <= (2 if len(one) >= _LONG else 1) else 0.0


@lru_cache(maxsize=1 << 12)
def _skeleton(word: str) -> str:
    """Return the Latin letters of *word* with what the ways to respell names disagree on made equal."""
    text = anyascii(word).lower().replace("'", "")
    for long, short in _RESPELT:
        text = text.replace(long, short)
    return "".join(letter for place, letter in enumerate(text) if not place or letter != text[place - 1])


_RESPELT: Final = (
    ("shch", "s"), ("kh", "h"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("ts", "c"), ("tz", "c"),
    ("x", "ks"), ("w", "v"),
    ("ya", "a"), ("ia", "a"), ("yu", "u"), ("iu", "u"), ("ye", "e"), ("ie", "e"), ("yo", "e"), ("io", "e"),
    ("y", "i"), ("j", "i"),
)  # fmt: skip


@lru_cache(maxsize=1 << 12)
def like_value(asked: str, said: str) -> float:
    """Return how well the constant *said* stands for the constant *asked*: a number, a date, a word."""
    one, other = unquote(asked), unquote(said)
    if one == other:
        return 1.0
    if not (one[:1].isdigit() or one[:1] == "X" or other[:1].isdigit() or other[:1] == "X"):
        return like_word(one, other)
    if "-" in one + other and len(one) >= 4 and len(other) >= 4:
        return _like_date(one, other)
    try:
        return float(float(one) == float(other))
    except ValueError:
        return 0.0


def _like_date(one: str, other: str) -> float:
    """A date that says more or less than another but nothing else: X stands for what is not said."""
    mine, theirs = one.split("-"), other.split("-")
    pairs = list(zip(mine, theirs, strict=False))
    agree = all(a == b or set(a) == {"X"} or set(b) == {"X"} for a, b in pairs)
    if not agree or not any(a == b for a, b in pairs):
        return 0.0
    return 0.95 if one.startswith(other) or other.startswith(one) else 0.9


@lru_cache(maxsize=1 << 12)
def _plain(literal: str) -> str:
    return unquote(literal).lower().replace("ё", "е")


@lru_cache(maxsize=1 << 12)
def _stems(word: str) -> tuple[str, ...]:
    return tuple(stems(" ".join(map(lemma, words(word)))))
