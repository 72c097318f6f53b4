"""
How alike two names are: misspelt, inflected and abbreviated words are still like what they stand for.

Names are compared word by word; each word goes to the one it is most like, and rare words count more:

    >>> round(likeness("alan baen", "alan bean"), 2), round(likeness("alan baen", "alan shepard"), 2)
    (0.88, 0.5)
    >>> likeness("a bean", "alan bean") > 0.8, likeness("мосту", "мост") > 0.9
    (True, True)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from scenograph.memory.lemmas import lemma

_SAME_LEMMA = 0.95  # another form of the same word
_SHORTENED = 0.6, 0.35  # a word cut short: what an initial counts, and what the share that is left adds
_LEAST = 0.6  # words less alike than this have nothing to do with each other

Weigh = Callable[[str], float]


@lru_cache(maxsize=1 << 16)
def alike(one: str, other: str) -> float:
    """How alike two words are, 0 to 1: 1 if equal, 0 if they are different words."""
    if one == other:
        return 1.0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if one[0] == other[0] and lemma(one) == lemma(other):
        return _SAME_LEMMA
    if long.startswith(short):
        return _SHORTENED[0] + _SHORTENED[1] * len(short) / len(long)
    most = int((1 - _LEAST) * len(long) + 1e-9)
    if max(len(_letters(long) - _letters(short)), len(_letters(short) - _letters(long))) > most:
        return 0.0  # each letter that only one of them has is changed or left out
    changes = distance(one, other, most)
    return 1 - changes / len(long) if changes <= most else 0.0


_letters = lru_cache(maxsize=1 << 15)(frozenset[str])


def distance(one: str, other: str, most: int) -> int:
    """
    How many letters must be changed, added, left out or swapped with their neighbour; beyond *most*, more.

    The "optimal string alignment" distance: F. Damerau (1964), V. Levenshtein (1965).

    >>> distance("bridge", "brigde", 3), distance("bridge", "brig", 3)
    (1, 2)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def likeness(one: str, other: str, weigh: Weigh = lambda _: 1.0) -> float:
    """
    How alike two names are, 0 to 1.

    Args:
        one, other: their words, with spaces between
        weigh: how much a word counts
    """
    mine, theirs = one.split(), other.split()
    whole = sum(map(weigh, mine)) + sum(map(weigh, theirs))
    if not whole:
        return 0.0
    pairs = sorted(
        ((alike(word, its), i, j) for i, word in enumerate(mine) for j, its in enumerate(theirs)),
        key=lambda pair: (-pair[0], abs(pair[1] - pair[2])),
    )
    shared = 0.0
    free, open_ = set(range(len(mine))), set(range(len(theirs)))
    for value, i, j in pairs:
        if value > 0 and i in free and j in open_:
            free.discard(i)
            open_.discard(j)
            shared += value * (weigh(mine[i]) + weigh(theirs[j]))
    return shared / whole
