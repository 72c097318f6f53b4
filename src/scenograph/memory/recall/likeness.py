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

from rapidfuzz.distance import OSA

from scenograph.morphology.lemmas import lemma

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
    # Letters changed, added, left out or swapped with their neighbour ("optimal string alignment"):
    # F. Damerau (1964), V. Levenshtein (1965).
    changes = OSA.distance(one, other, score_cutoff=most)
    return 1 - changes / len(long) if changes <= most else 0.0


def likeness(one: str, other: str, weigh: Weigh = lambda _: 1.0) -> float:
    """
    How alike two names are, 0 to 1.

    Args:
        one, other: their words, with spaces between
        weigh: how much a word counts
    """
    mine, theirs = one.split(), other.split()
    if len(mine) == len(theirs) == 1:  # what both count does not matter then; most names are one word
        return alike(mine[0], theirs[0])
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
