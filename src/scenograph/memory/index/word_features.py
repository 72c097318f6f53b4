"""
The words of crystals as features: those of their texts, and those of the symbols of their scenes.

    >>> bridge = Scene.parse('(b / build :object (c / bridge :name "Old Bridge"))')
    >>> positions, found, lengths = word_features([bridge], [["They built the bridge."]])
    >>> lengths.tolist()  # they build the bridge; build bridge old bridge object name
    [10]
    >>> set(numbers([word("old"), word("build", 2), word("bridg", 3)]).tolist()) <= set(found.tolist())
    True
    >>> numbers([word("old", 2)])[0] in found
    False

How often a word is said is told up to six times: more often tells hardly more
(`scenograph.memory.recall.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.index.features import (
    Numbers,
    Positions,
    hashed,
    numbers,
    word,
    words,
)
from scenograph.memory.store.words import derivation, symbol_words
from scenograph.memory.symbols import symbols_of
from scenograph.morphology.lemmas import index_form, stems

__all__ = ["MOST_TIMES", "fingerprint", "numbers", "said", "word", "word_features"]

MOST_TIMES = 6
"""A word said more often is as if it were said so many times."""

_FORM = "features 2"  # how crystals become features; raised whenever that changes


def fingerprint() -> bytes:
    """Names this way of making features; postings of another fingerprint cannot be searched with these."""
    return blake2b(f"{_FORM} {derivation()}".encode(), digest_size=32).digest()


def said(scene: Scene, texts: Iterable[str]) -> list[str]:
    """The stems of all words of a crystal: of its texts, then of its symbols."""
    told = [stem for text in texts for stem in stems(index_form(text))]
    return told + [stem for symbol in symbols_of(scene) for stem in stems(symbol_words(symbol))]


def word_features(
    scenes: Sequence[Scene], texts: Sequence[Sequence[str]]
) -> tuple[Positions, Numbers, NDArray[np.uint32]]:
    """
    The words of crystals, given by their *scenes* and the *texts* of each.

    Returns:
        pairs of position and feature, each once, in no order; and how many words each crystal says.
    """
    found: list[int] = []
    lengths: list[int] = []
    for scene, told in zip(scenes, texts, strict=True):
        before = len(found)
        for symbol in symbols_of(scene):
            found += _stems_of(symbol)
        for text in told:
            found += map(hashed, stems(index_form(text)))
        lengths.append(len(found) - before)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    stem = np.array(found, np.uint64)
    order = np.lexsort((owners, stem))
    owners, stem = owners[order], stem[order]
    fresh = np.ones(len(stem), bool)
    fresh[1:] = (stem[1:] != stem[:-1]) | (owners[1:] != owners[:-1])
    first = np.flatnonzero(fresh)
    times = np.diff(np.append(first, len(stem)))
    often = [first[times >= least] for least in range(1, MOST_TIMES + 1)]
    features = [words(stem[some], least) for least, some in enumerate(often, 1)]
    return owners[np.concatenate(often)], np.concatenate(features), np.array(lengths, np.uint32)


@lru_cache(maxsize=1 << 15)
def _stems_of(symbol: str) -> tuple[int, ...]:
    return tuple(map(hashed, stems(symbol_words(symbol))))
