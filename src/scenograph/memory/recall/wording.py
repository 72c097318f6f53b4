"""
Wording: how much of a text each crystal answers, word by word.

A word counts by its rarity, and a crystal that has it answers more of it the more often it does and the fewer
other words there are beside it, as in BM25 (S. Robertson, H. Zaragoza, "The probabilistic relevance
framework", 2009), whose terms these are. Kept apart instead of summed, they tell which words of a question
are still open once a crystal has been found (`scenograph.memory.recall.spreading`).

    >>> wording = Wording("Who leads Somalia?", {1: "Mogadishu is in Somalia.", 2: "Hassan leads it."}.get,
    ...                   counts={"lead": 1, "somalia": 1}, crystals=2, usual=4)
    >>> wording.words
    ['lead', 'somalia']
    >>> wording.found(np.array([1, 2])).round(2).tolist()
    [[0.0, 0.23], [0.25, 0.0]]
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping

import apsw
import numpy as np

from scenograph.memory.lemmas import STOP_WORDS, index_form
from scenograph.memory.recall.spreading import Ids, Numbers

_SATURATION = 1.2  # FTS5's own parameters of BM25
_LENGTH = 0.75
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")

_local = threading.local()


def stems(text: str) -> list[str]:
    """The words of *text* as the full-text index knows them: Russian in dictionary form, stems by Porter."""
    if not hasattr(_local, "stemmer"):
        # The index's own tokenizer. A connection of SQLite lends it, so that each thread needs one.
        _local.connection = apsw.Connection(":memory:")
        _local.stemmer = _local.connection.fts5_tokenizer("porter", ["unicode61", "remove_diacritics", "2"])
    spelt = text if text.isascii() or not _CYRILLIC.search(text) else index_form(text)
    found = _local.stemmer(
        spelt.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False
    )
    return [stem for stem in found if isinstance(stem, str)]


def telling(text: str) -> list[str]:
    """The stems of the words of *text* that tell anything, each once, in order."""
    return list(dict.fromkeys(stem for stem in stems(text) if stem not in _stop_stems()))


def _stop_stems() -> frozenset[str]:
    if not hasattr(_local, "stop"):
        _local.stop = frozenset(stem for word in STOP_WORDS for stem in stems(word))
    return _local.stop


class Wording:
    """
    A text as a cue.

    Args:
        text: the text
        said: what a crystal says: its texts and the names in it, None if it is not there
        counts: how many crystals have each of `telling` words; those that none has may be left out
        crystals: how many crystals there are
        usual: how many words a crystal says on average
    Attributes:
        words: the stems looked for, one for each part of the cue
    """

    def __init__(
        self,
        text: str,
        said: Callable[[int], str | None],
        *,
        counts: Mapping[str, int],
        crystals: int,
        usual: float,
    ) -> None:
        self.words = telling(text)
        self._said = said
        self._usual = max(usual, 1.0)
        self._column = {word: column for column, word in enumerate(self.words)}
        having = np.array([counts.get(word, 0) for word in self.words], dtype=np.float64)
        rarity = np.log1p((crystals - having + 0.5) / (having + 0.5))
        self._weights: Numbers = rarity / rarity.sum() if len(rarity) else rarity

    def found(self, crystals: Ids) -> Numbers:
        """How much of each word each of *crystals* answers, shape (crystals, words)."""
        times = np.zeros((len(crystals), len(self.words)))
        lengths = np.zeros((len(crystals), 1))
        for row, crystal in enumerate(crystals.tolist()):
            said = stems(self._said(crystal) or "")
            lengths[row] = len(said)
            for column in [self._column[stem] for stem in said if stem in self._column]:
                times[row, column] += 1
        beside = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / self._usual)
        return self._weights * times / (times + beside)
