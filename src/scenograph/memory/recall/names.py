"""
Names: the symbols of a memory that a word or a name may mean, if no symbol is spelt like it.

Candidates share trigrams of letters with it. The most similar ones are taken. For a word that is spelt right
nothing is searched here.

Names are compared word by word. Each word is paired with the most similar one, and rare words count more:

    >>> round(similarity("alan baen", "alan bean"), 2), round(similarity("alan baen", "alan shepard"), 2)
    (0.88, 0.5)
    >>> similarity("a bean", "alan bean") > 0.8, similarity("мосту", "мост") > 0.9
    (True, True)
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import accumulate
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import chunks, marks
from scenograph.memory.store.words import rows_matching
from scenograph.memory.symbols import name_of
from scenograph.morphology.lemmas import lemma

_SAME_LEMMA = 0.95  # another form of the same word
_SHORTENED = 0.6, 0.35  # a word cut short: what an initial counts, and what the share that is left adds
_LEAST_WORD = 0.6  # words less similar than this have nothing to do with each other

Weigh = Callable[[str], float]


@lru_cache(maxsize=1 << 13)
def word_similarity(one: str, other: str) -> float:
    """How similar two words are, 0 to 1: 1 if equal, 0 if they are different words."""
    if one == other:
        return 1.0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if one[0] == other[0] and lemma(one) == lemma(other):
        return _SAME_LEMMA
    if long.startswith(short):
        return _SHORTENED[0] + _SHORTENED[1] * len(short) / len(long)
    most = int((1 - _LEAST_WORD) * len(long) + 1e-9)
    # Letters changed, added, left out or swapped with their neighbour ("optimal string alignment"):
    # F. Damerau (1964), V. Levenshtein (1965).
    changes = OSA.distance(one, other, score_cutoff=most)
    return 1 - changes / len(long) if changes <= most else 0.0


def similarity(one: str, other: str, weigh: Weigh = lambda _: 1.0) -> float:
    """
    How similar two names are, 0 to 1.

    Args:
        one, other: their words, with spaces between
        weigh: how much a word counts
    """
    mine, theirs = one.split(), other.split()
    if len(mine) == len(theirs) == 1:  # what both count does not matter then; most names are one word
        return word_similarity(mine[0], theirs[0])
    whole = sum(map(weigh, mine)) + sum(map(weigh, theirs))
    if not whole:
        return 0.0
    pairs = sorted(
        ((word_similarity(word, its), i, j) for i, word in enumerate(mine) for j, its in enumerate(theirs)),
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


_LOOKED_AT = 24  # names compared with the one asked for, those that share most trigrams
_BEGINNING = 8  # names that begin like it
_TAKEN = 8  # symbols taken for one, at most
_LEAST = 0.5  # less similar ones mean something else
_NEAR = 0.75  # of the similarity of the best one, that the others have at least
_BUDGET = 5_000  # names that have one of the trigrams looked for, about; those of rare ones first
_SAMPLE = 2_000  # names that tell how common trigrams are
_SURE = 0.8  # a word this like another is taken for it, whatever stands beside
_AT_HAND = 2_000  # trigrams whose names are cached: of some thousand names each
_NONE = np.zeros(0, np.uint32)
_CONTROLS = 128  # words spelt backwards, which show what similarity comes by chance
_RISK = 0.05  # the probability that any word of a cue without meaning is taken for a name
_SPELT_ALIKE = 0.97  # how like a symbol one of the same name is

EntityIds = NDArray[np.uint32]
"""Numbers of entities; never given twice, so that those of names once found stay theirs."""


class Names:
    """The names of a memory's entities."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._execute = database.execute
        self._lock = Lock()
        self._common: Counter[str] = Counter()  # how many names have a trigram, computed from a sample
        self._sampled = 0  # the number of the latest entity when the sample was drawn
        self._controls = np.zeros(1)  # how like the nearest name each control is
        self._having: OrderedDict[str, tuple[int, EntityIds]] = OrderedDict()  # by trigram, up to an entity

    def drop(self) -> None:
        """Let go of what is cached: numbers that a transaction gave may be given again."""
        with self._lock:
            self._having.clear()

    def spelt(self, names: Iterable[str], limit: int = 20) -> dict[str, list[str]]:
        """By name, up to *limit* symbols spelt like each of *names*, those of most crystals first."""
        found: dict[str, list[str]] = {}
        for some in chunks(dict.fromkeys(names)):
            here = f"name IN ({marks(len(some))})"
            query = f"SELECT name, symbol FROM entities WHERE {here} ORDER BY uses DESC, id"
            for name, symbol in self._execute(query, some):
                found.setdefault(name, []).append(symbol)
        return {name: symbols[:limit] for name, symbols in found.items()}

    def meant(self, symbols: Iterable[str]) -> dict[str, dict[str, float]]:
        """
        The symbols that each of *symbols*, themselves unknown, may mean, with how like it they are.

        Best first; those that can mean none are left out.
        """
        names = {symbol: name for symbol in symbols if (name := name_of(symbol))}
        if not names:
            return {}
        spelt = self.spelt(names.values(), _TAKEN)  # with other quotes, signs between words or case
        near = self._near([name for name in names.values() if name not in spelt])
        found = {name: dict.fromkeys(same, _SPELT_ALIKE) for name, same in spelt.items()}
        for name, some in near.items():
            weigh = _rarity(some.values())
            found[name] = _best({symbol: similarity(name, theirs, weigh) for symbol, theirs in some.items()})
        return {symbol: found[name] for symbol, name in names.items() if found[name]}

    def chance(self, words: int) -> float:
        """
        The similarity to some name that one of so many *words* without meaning reaches in 1 of 20 cues only.

        It is measured with the memory's own words spelt backwards: they have its letters and lengths.
        """
        [(latest,)] = self._execute("SELECT coalesce(max(id), 0) FROM entities")
        self._sample(latest)
        return float(np.quantile(self._controls, 1 - _RISK / max(words, 1)))

    def words_like(self, word: str, among: str) -> dict[str, float]:
        """The words of names that an unknown *word*, which stands *among* others, may be, best first."""
        found = self._parts_like(word, word)
        if max(found.values(), default=0.0) < _SURE and among != word:
            found |= self._parts_like(word, among)
        return _best(found)

    def _parts_like(self, word: str, name: str) -> dict[str, float]:
        """The words of names like *name*, with how like *word* they are."""
        parts = {part for near in self._near([name])[name].values() for part in near.split()}
        return {part: word_similarity(word, part) for part in parts}

    def _near(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """For each of *names* symbols whose names share letters with it, with these."""
        [(latest,)] = self._execute("SELECT coalesce(max(id), 0) FROM entities")
        sharing = {name: self._sharing(name, latest) for name in names}
        known: dict[int, tuple[str, str]] = {}
        wanted = {one for entities in sharing.values() for one in entities}
        for some in chunks(wanted):
            query = f"SELECT id, symbol, name FROM entities WHERE id IN ({marks(len(some))})"
            known |= {one: (symbol, name) for one, symbol, name in self._execute(query, some)}
        if len(known) < len(wanted):  # some have been forgotten, and took the place of others
            self.drop()
        return {
            name: _nearest(name, dict(known[one] for one in entities if one in known)) | self._beginning(name)
            for name, entities in sharing.items()
        }

    def _sharing(self, name: str, latest: int) -> list[int]:
        """Entities, up to the *latest*, whose names share most of the telling trigrams of *name*."""
        having = [self._with(gram, latest) for gram in self._telling(_trigrams(name), latest)]
        entities, shared = np.unique(np.concatenate([_NONE, *having]), return_counts=True)
        return entities[np.argsort(-shared, kind="stable")[: 2 * _LOOKED_AT]].tolist()

    def _beginning(self, name: str) -> dict[str, str]:
        """Symbols whose names begin with *name*, with these."""
        query = "SELECT symbol, name FROM entities WHERE name >= ? AND name < ? LIMIT ?"
        return dict(self._execute(query, (name, name + "\U0010ffff", _BEGINNING)))

    def _with(self, gram: str, latest: int) -> EntityIds:
        """The entities, up to the *latest*, with a trigram in their names; and some perhaps that are gone."""
        if self._database.in_transaction:  # what may be taken back is not cached
            return rows_matching(self._execute, "names", f'"{gram}"').astype(np.uint32)
        with self._lock:
            known, having = self._having.get(gram, (0, _NONE))
        if known < latest:
            fresh = rows_matching(self._execute, "names", f'"{gram}"', after=known)
            known, having = latest, np.concatenate([having, fresh.astype(np.uint32)])
        with self._lock:
            self._having[gram] = known, having
            self._having.move_to_end(gram)
            if len(self._having) > _AT_HAND:
                self._having.popitem(last=False)
        return having

    def _telling(self, grams: Iterable[str], latest: int) -> list[str]:
        """The rarest of *grams*, as many as few enough names have; one at least."""
        self._sample(latest)
        rarest = sorted(grams, key=self._common.__getitem__)
        running = list(accumulate(self._common[gram] for gram in rarest))
        return rarest[: max(bisect_right(running, _BUDGET), 1)]

    def _sample(self, latest: int) -> None:
        """Compute how common trigrams are, and `chance`, from names all along the memory's history."""
        if self._sampled and latest <= 2 * self._sampled:
            return
        step = max(latest // _SAMPLE, 1)
        self._sampled, self._common = latest, Counter()
        words: set[str] = set()
        for some in chunks(range(1, latest + 1, step)):
            for (name,) in self._execute(f"SELECT name FROM entities WHERE id IN ({marks(len(some))})", some):
                self._common.update(dict.fromkeys(_trigrams(name), step))
                words.update(name.split())
        self._controls = _controls(sorted(words))


def _controls(words: Sequence[str]) -> NDArray[np.float64]:
    """How like the nearest of *words* some of them are when they are spelt backwards."""
    known = set(words)
    chosen = words[:: max(len(words) // _CONTROLS, 1)]
    controls = [word[::-1] for word in chosen if word[::-1] not in known]
    if not controls:
        return np.zeros(1)
    near = cdist(controls, words, scorer=OSA.normalized_similarity, score_cutoff=_LEAST)
    return near.max(axis=1).astype(np.float64)


def _trigrams(name: str) -> list[str]:
    return list(dict.fromkeys(name[at : at + 3] for at in range(len(name) - 2)))


def _nearest(name: str, names: Mapping[str, str]) -> dict[str, str]:
    """Of *names*, by symbol, those that have most in common with *name*."""
    wanted = set(_trigrams(name))
    overlap = {symbol: _overlap(wanted, theirs) for symbol, theirs in names.items()}
    nearest = sorted(names, key=lambda symbol: (-overlap[symbol], symbol))[:_LOOKED_AT]
    return {symbol: names[symbol] for symbol in nearest}


def _overlap(grams: AbstractSet[str], name: str) -> float:
    """Which share of the trigrams of both a name has in common with *grams* (Dice's coefficient)."""
    theirs = {name[at : at + 3] for at in range(len(name) - 2)}
    return 2 * len(theirs & grams) / (len(theirs) + len(grams))


def _rarity(names: Iterable[str]) -> Weigh:
    """How much a word tells among *names*: one that many of them have tells little."""
    having = Counter(word for name in names for word in set(name.split()))
    total = having.total() + 1
    return lambda word: math.log1p(total / (having[word] + 1))


def _best(scored: Mapping[str, float]) -> dict[str, float]:
    """The best of *scored*, best first."""
    best = max(scored.values(), default=0.0)
    least = max(_LEAST, _NEAR * best)
    kept = sorted(
        ((symbol, value) for symbol, value in scored.items() if value >= least),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return dict(kept[:_TAKEN])
