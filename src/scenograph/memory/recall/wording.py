"""
Wording: how much of a text each crystal answers, word by word.

A word counts by its rarity, and a crystal that has it answers more of it the more often it does and the fewer
other words there are beside it, as in BM25 (S. Robertson, H. Zaragoza, "The probabilistic relevance
framework", 2009), whose terms these are. Kept apart instead of summed, they tell which words of a question
are still open once a crystal has been found (`scenograph.memory.recall.spreading`).

    >>> postings = Postings()
    >>> nothing = Scene.parse("(_ / _)")
    >>> postings.add([1, 2], [nothing] * 2, [["Mogadishu is in Somalia."], ["Hassan leads it."]])
    >>> wording = Wording("Who leads Somalia?", postings)
    >>> wording.words
    ['lead', 'somalia']
    >>> wording.found(np.array([1, 2])).round(2).tolist()
    [[0.0, 0.21], [0.24, 0.0]]
"""

from __future__ import annotations

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.index.features import MOST_TIMES, numbers, word
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.segment import Ids, Scores
from scenograph.morphology.lemmas import STOP_WORDS, index_form, stems

__all__ = ["Scene", "Wording", "telling"]

_SATURATION = 1.2  # FTS5's own parameters of BM25
_LENGTH = 0.75
_BUDGET = 12_000  # entries of postings read to find crystals, those of rare words first
_TIMES = np.arange(1.0, MOST_TIMES + 1)


def telling(text: str) -> list[str]:
    """The stems of the words of *text* that tell anything, each once, in order."""
    spelt = " ".join(word for word in index_form(text).split() if word not in STOP_WORDS)
    return list(dict.fromkeys(stems(spelt)))


class Wording:
    """
    A text as a cue.

    Args:
        text: the text
        postings: of the crystals that are asked
    Attributes:
        words: the stems looked for, one for each part of the cue
        uses: how many crystals say each
    """

    def __init__(self, text: str, postings: Postings) -> None:
        self.words = telling(text)
        self._postings = postings
        self._features = numbers(
            [word(stem, times) for stem in self.words for times in range(1, MOST_TIMES + 1)]
        )
        self.uses: Ids = postings.uses(self._features[::MOST_TIMES])
        rarity = np.log1p((len(postings) - self.uses + 0.5) / (self.uses + 0.5))
        self._weights: Scores = rarity / max(rarity.sum(), 1e-9)

    def found(self, crystals: Ids) -> Scores:
        """How much of each word each of *crystals* answers, shape (crystals, words)."""
        shape = len(crystals), len(self.words), MOST_TIMES
        times = self._postings.have(crystals, self._features).reshape(shape).sum(2, dtype=np.float64)
        lengths = self._postings.words(crystals).astype(np.float64)
        return self._weights * _answered(times, self._beside(lengths)[:, None])

    def answering(self, limit: int) -> Ids:
        """
        Up to *limit* crystals that answer much of the text, the most likely first.

        Those are looked for that have one of the rare words, or if all are common, several of them.
        """
        usual = _answered(_TIMES, self._beside(self._postings.usual_words))
        gains = np.outer(self._weights, np.diff(usual, prepend=0.0)).ravel()
        found = self._postings.having_most(self._features, gains, limit, _BUDGET)
        return found if len(found) else self._together(limit)

    def _together(self, limit: int) -> Ids:
        """Up to *limit* crystals that have the rarest word, and of the others as many as any has with it."""
        rarest = np.argsort(self.uses, kind="stable")
        words = self._features[::MOST_TIMES][rarest[self.uses[rarest] > 0]]
        asked, found = words[:0], np.zeros(0, np.int64)
        for some in words:
            having = self._postings.having_all(np.append(asked, some), limit)
            if len(having):
                asked, found = np.append(asked, some), having
            if 0 < len(found) < limit:
                break
        return found

    def _beside(self, lengths: Scores | float) -> Scores:
        usual = max(self._postings.usual_words, 1.0)
        return np.asarray(_SATURATION * (1 - _LENGTH + _LENGTH * lengths / usual))


def _answered(times: Scores, beside: Scores) -> Scores:
    return times / (times + beside)
