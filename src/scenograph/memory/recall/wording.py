"""
Wording: how much of a text each crystal answers, word by word.

A word counts by its rarity, and a crystal that has it answers more of it the more often it does and the fewer
other words there are beside it, as in BM25 (S. Robertson, H. Zaragoza, "The probabilistic relevance
framework", 2009), whose terms these are. Kept apart instead of summed, they tell which words of a question
are still open once a crystal has been found (`scenograph.memory.recall.spreading`).

    >>> said = {1: stems("mogadishu is in somalia"), 2: stems("hassan leads it")}
    >>> once = lambda words: dict.fromkeys(words, 1)
    >>> wording = Wording("Who leads Somalia?", lambda ids: said, once, crystals=2, usual=3.5)
    >>> wording.words
    ['lead', 'somalia']
    >>> wording.found(np.array([1, 2])).round(2).tolist()
    [[0.0, 0.21], [0.24, 0.0]]
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Self, cast

import apsw
import numpy as np

from scenograph.memory.lemmas import STOP_WORDS, index_form
from scenograph.memory.recall.spreading import Ids, Numbers
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.words import symbol_words
from scenograph.memory.symbols import symbols_of

_SATURATION = 1.2  # FTS5's own parameters of BM25
_LENGTH = 0.75
_KEPT = 10_000  # crystals whose words are kept at hand, about 1 KB for each that says 100

_local = threading.local()


def stems(spelt: str) -> list[str]:
    """The words of *spelt*, a text in `index_form`, as the full-text index knows them: Porter's stems."""
    if not hasattr(_local, "stemmer"):
        # The index's own tokenizer. A connection of SQLite lends it, so that each thread needs one.
        _local.connection = apsw.Connection(":memory:")
        _local.stemmer = _local.connection.fts5_tokenizer("porter", ["unicode61", "remove_diacritics", "2"])
    found = _local.stemmer(
        spelt.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False
    )
    return cast("list[str]", found)  # what it gives where neither offsets nor synonyms are asked for


@lru_cache(maxsize=1 << 15)
def _stems_of(symbol: str) -> tuple[str, ...]:
    return tuple(map(intern, stems(symbol_words(symbol))))


def telling(text: str) -> list[str]:
    """The stems of the words of *text* that tell anything, each once, in order."""
    spelt = " ".join(word for word in index_form(text).split() if word not in STOP_WORDS)
    return list(dict.fromkeys(stems(spelt)))


class Wording:
    """
    A text as a cue.

    Args:
        text: the text
        said: gives the stems of all that crystals say, texts and names; nothing for one that is not there
        counts: gives how many crystals have each of some stems; those that none has may be left out
        crystals: how many crystals there are
        usual: how many words a crystal says on average
    Attributes:
        words: the stems looked for, one for each part of the cue
        most: what the BM25 of a crystal that answers all of the text would be at most
    """

    def __init__(
        self,
        text: str,
        said: Callable[[Sequence[int]], Mapping[int, Sequence[str]]],
        counts: Callable[[Sequence[str]], Mapping[str, int]],
        crystals: int,
        usual: float,
    ) -> None:
        self.words = telling(text)
        self._said = said
        self._usual = max(usual, 1.0)
        self._column = {word: column for column, word in enumerate(self.words)}
        self._rows: dict[int, list[int]] = {}  # of crystals looked at
        counted = counts(self.words)
        having = np.array([counted.get(word, 0) for word in self.words], np.float64)
        rarity = np.log1p((max(crystals, 1) - having + 0.5) / (having + 0.5))
        self.most = (_SATURATION + 1) * max(float(rarity.sum()), 1e-9)
        self._weights: Numbers = rarity / rarity.sum() if len(rarity) else rarity

    @classmethod
    def of(cls, text: str, sayings: Sayings) -> Self:
        """*text* as a cue for the crystals of a memory."""
        words = sayings.crystals.words
        indexed, said = words.size()
        return cls(text, sayings, sayings.counts, indexed, said / max(indexed, 1))

    def found(self, crystals: Ids) -> Numbers:
        """How much of each word each of *crystals* answers, shape (crystals, words)."""
        ids = crystals.tolist()
        new = [crystal for crystal in ids if crystal not in self._rows]
        for crystal, said in self._said(new).items():
            self._rows[crystal] = self._row(said)
        nothing = [0] * (len(self.words) + 1)
        counts = np.array([self._rows.get(crystal, nothing) for crystal in ids], np.float64)
        times, lengths = np.split(counts.reshape(len(ids), len(nothing)), [len(self.words)], axis=1)
        beside = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / self._usual)
        return self._weights * times / (times + beside)

    def _row(self, said: Sequence[str]) -> list[int]:
        """How often each word is among *said*, and behind that, how many these are."""
        row = [0] * len(self.words)
        for stem in said:
            if stem in self._column:
                row[self._column[stem]] += 1
        return [*row, len(said)]


class Sayings:
    """
    What the crystals of a memory say, word by word; kept at hand until the memory changes.

    Args:
        crystals: the memory's
    """

    def __init__(self, crystals: Crystals) -> None:
        self.crystals = crystals
        self._watermark = crystals.changes.watermark()
        self._kept: OrderedDict[int, list[str]] = OrderedDict()
        self._counts: dict[str, int] = {}

    def __call__(self, ids: Sequence[int]) -> dict[int, list[str]]:
        """The stems of the texts and names of each of *ids* that is there and not damaged."""
        self._let_go_of_what_changed()
        unknown = [crystal for crystal in ids if crystal not in self._kept]
        scenes = self.crystals.sound(unknown)
        texts = self.crystals.sources.texts([*scenes], damaged="pass")
        for crystal, scene in scenes.items():
            said = map(_stems_of, symbols_of(scene))
            told = (map(intern, stems(index_form(text))) for text in texts.get(crystal, ()))
            self._kept[crystal] = [*chain.from_iterable(told), *chain.from_iterable(said)]
        found = {crystal: self._kept[crystal] for crystal in ids if crystal in self._kept}
        for crystal in found:
            self._kept.move_to_end(crystal)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def counts(self, words: Sequence[str]) -> Mapping[str, int]:
        """How many crystals have each of some stems."""
        self._let_go_of_what_changed()
        unknown = [word for word in words if word not in self._counts]
        if unknown:
            found = self.crystals.words.counts(unknown)
            self._counts |= {word: found.get(word, 0) for word in unknown}
        return self._counts

    def _let_go_of_what_changed(self) -> None:
        watermark = self.crystals.changes.watermark()
        if watermark != self._watermark:
            self._watermark = watermark
            self._kept.clear()
            self._counts.clear()
