"""
Features: what a crystal can be found by, as numbers.

A feature is a symbol of its scene, or a link with one or both of its ends left open:

    symbol    bridge
    role      ? :object ?
    whose     build :object ?
    what      ? :object bridge
    link      build :object bridge
    name      the symbol as a text would spell it: "Old_Bridge" and old-bridge are both "old bridge"
    word      bridg, said at least once, twice … six times

Whatever holds all of a cue has all the features of the cue, so that the crystals worth comparing with it link
by link are found by intersecting a few lists of numbers (`scenograph.memory.index.postings`):

    >>> from scenograph.core.scene import Scene
    >>> scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
    >>> found = features_of([scene]).features
    >>> asked = [link("build", ":agent", None), link(None, ":object", "bridge"), symbol("person")]
    >>> set(numbers(asked).tolist()) <= set(found.tolist())
    True

Features are 64-bit hashes: the same on every machine, and two different ones are taken for one with a chance
of one in 10^19 for each pair. What is then compared is the scene itself, so that a collision costs time only.

The words are those of the texts and of the symbols of the scene:

    >>> bridge = Scene.parse('(b / build :object (c / bridge :name "Old Bridge"))')
    >>> positions, found, lengths = word_features([bridge], [["They built the bridge."]])
    >>> lengths.tolist()  # they build the bridge; build bridge old bridge object name
    [10]
    >>> set(numbers([word("old"), word("build", 2), word("bridg", 3)]).tolist()) <= set(found.tolist())
    True
    >>> numbers([word("old", 2)])[0] in found
    False

Repetitions of a word count up to six times: more say hardly more
(`scenograph.memory.recall.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.store.words import derivation, symbol_words
from scenograph.memory.symbols import is_open, name_of, symbols_of
from scenograph.morphology.lemmas import index_form, stems

Numbers = NDArray[np.uint64]
Positions = NDArray[np.int64]

_SYMBOL, _ROLE, _WHOSE, _WHAT, _LINK, _NAME, _WORD = range(1, 8)
_KIND_OF_LINK = {
    (False, False): _ROLE,
    (True, False): _WHOSE,
    (False, True): _WHAT,
    (True, True): _LINK,
}


class Feature(NamedTuple):
    """A feature before it is a number: its kind, and hashes of what it is made of; 0 for what is open."""

    kind: int
    source: int
    role: int
    target: int


class Features(NamedTuple):
    """
    The features of some scenes, each given by its position.

    Attributes:
        positions, features: pairs of scene and feature, sorted by feature and then by scene, each once
        namers, names: pairs of scene and name, likewise
    """

    positions: Positions
    features: Numbers
    namers: Positions
    names: Numbers


def symbol(literal: str) -> Feature:
    """The feature of a concept or constant."""
    return Feature(_SYMBOL, hashed(literal), 0, 0)


def name(spelt: str) -> Feature:
    """The feature of a concept or constant by its name, as `name_of` gives it."""
    return Feature(_NAME, hashed(spelt), 0, 0)


def word(stem: str, times: int = 1) -> Feature:
    """The feature of a word, given by its stem, that is said at least so many times, 1 to 6."""
    return Feature(_WORD, hashed(stem), times, 0)


def link(source: str | None, role: str, target: str | None) -> Feature:
    """The feature of a link between two symbols. None stands for any symbol."""
    kind = _KIND_OF_LINK[source is not None, target is not None]
    return Feature(
        kind, hashed(source) if source else 0, hashed(role), hashed(target) if target is not None else 0
    )


def any_symbol(one: str) -> Feature:
    """The feature of a role, a concept or a constant."""
    return link(None, one, None) if one[0] == ":" else symbol(one)


def numbers(features: Sequence[Feature]) -> Numbers:
    """The numbers of *features*, in their order."""
    if not features:
        return np.zeros(0, np.uint64)
    kind, source, role, target = np.array(features, np.uint64).T
    return _mixed(kind, source, role, target)


def words(stems: Numbers, times: int) -> Numbers:
    """The numbers of the features `word` of many stems, given as `hashed`."""
    return _mixed(_WORD, stems, times)


def features_of(scenes: Iterable[Scene]) -> Features:
    """The features of *scenes*, but for their words."""
    fillers: list[int] = []
    named: list[int] = []
    owners: list[int] = []  # the scene of a filler
    edges: list[tuple[int, int, int, int]] = []  # scene, source, role, target
    for number, scene in enumerate(scenes):
        start = len(fillers)
        for literal in scene.concepts:
            filler, spelt = _filler(literal)
            fillers.append(filler)
            named.append(spelt)
        for source, role, target in scene.triples:
            if isinstance(target, int):
                end = fillers[start + target]
            else:
                end, spelt = _filler(target)
                fillers.append(end)
                named.append(spelt)
            edges.append((number, fillers[start + source], hashed(role), end))
        owners += [number] * (len(fillers) - len(owners))
    owner, filler, spelt = np.array(owners, np.int64), _array(fillers), _array(named)
    names = sorted_pairs(owner[spelt != 0], _mixed(_NAME, spelt[spelt != 0]))
    positions = [owner[filler != 0], names[0]]
    found = [_mixed(_SYMBOL, filler[filler != 0]), names[1]]
    if edges:
        number, source, role, target = np.array(edges, np.uint64).T
        number = number.astype(np.int64)
        whose, what = source != 0, target != 0
        both = whose & what
        positions += [number, number[whose], number[what], number[both]]
        found += [
            _mixed(_ROLE, 0, role),
            _mixed(_WHOSE, source[whose], role[whose]),
            _mixed(_WHAT, 0, role[what], target[what]),
            _mixed(_LINK, source[both], role[both], target[both]),
        ]
    return Features(*sorted_pairs(np.concatenate(positions), np.concatenate(found)), *names)


def sorted_pairs(positions: Positions, found: Numbers) -> tuple[Positions, Numbers]:
    """The pairs sorted by feature and then by position, each once."""
    positions, found, fresh = _in_order(positions, found)
    return positions[fresh], found[fresh]


def _in_order(positions: Positions, found: Numbers) -> tuple[Positions, Numbers, NDArray[np.bool_]]:
    """The pairs sorted by feature and then by position, and whether each is the first of its kind."""
    order = np.lexsort((positions, found))
    positions, found = positions[order], found[order]
    fresh = np.ones(len(found), bool)
    fresh[1:] = (found[1:] != found[:-1]) | (positions[1:] != positions[:-1])
    return positions, found, fresh


@lru_cache(maxsize=1 << 13)
def hashed(text: str) -> int:
    """A hash of *text*, never 0."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


@lru_cache(maxsize=1 << 13)
def _filler(literal: str) -> tuple[int, int]:
    """The hashes of a concept or constant and of its name; 0 for what is open, and for no name."""
    if is_open(literal):
        return 0, 0
    spelt = name_of(literal)
    return hashed(literal), hashed(spelt) if spelt else 0


def _array(values: list[int]) -> Numbers:
    return np.array(values, np.uint64)


def _mixed(
    kind: Numbers | int, source: Numbers | int, role: Numbers | int = 0, target: Numbers | int = 0
) -> Numbers:
    """Mix four numbers into one; each bit depends on every bit of them (the finaliser of SplitMix64)."""
    found = np.zeros(1, np.uint64)  # an array, since scalars warn where they overflow
    for part in (kind, source, role, target):
        found = (found ^ np.atleast_1d(np.asarray(part, np.uint64))) + np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found = found ^ (found >> np.uint64(31))
    return found


MOST_TIMES = 6
"""A word said more often is as if it were said so many times."""

_FORM = "features 2"  # how crystals become features; raised whenever that changes


def fingerprint() -> bytes:
    """Names this way of making features; postings of another fingerprint cannot be searched with these."""
    return blake2b(f"{_FORM} {derivation()}".encode(), digest_size=32).digest()


def said(scene: Scene, texts: Iterable[str]) -> list[str]:
    """The stems of all words of a crystal: of its texts, then of its symbols."""
    stated = [stem for text in texts for stem in stems(index_form(text))]
    return stated + [stem for symbol in symbols_of(scene) for stem in stems(symbol_words(symbol))]


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
    for scene, stated in zip(scenes, texts, strict=True):
        before = len(found)
        for symbol in symbols_of(scene):
            found += _stems_of(symbol)
        for text in stated:
            found += map(hashed, stems(index_form(text)))
        lengths.append(len(found) - before)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    owners, stem, fresh = _in_order(owners, np.array(found, np.uint64))
    first = np.flatnonzero(fresh)
    times = np.diff(np.append(first, len(stem)))
    often = [first[times >= least] for least in range(1, MOST_TIMES + 1)]
    features = [words(stem[some], least) for least, some in enumerate(often, 1)]
    return owners[np.concatenate(often)], np.concatenate(features), np.array(lengths, np.uint32)


@lru_cache(maxsize=1 << 13)
def _stems_of(symbol: str) -> tuple[int, ...]:
    return tuple(map(hashed, stems(symbol_words(symbol))))
