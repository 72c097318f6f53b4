"""
Which crystals say most of a text, by the full-text index.

FTS5 ranks by BM25, but takes a microsecond for each crystal that has any of the words, and counts all that
have each of them. So it ranks where these are few. Where they are many, crystals that have one of the rare
words are looked at alone, or if all are common, those that have several of them; of these the ones that have
most of the text are chosen, and compared word by word (`scenograph.memory.recall.wording`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.lemmas import STOP_WORDS, lemma, search_expression
from scenograph.memory.recall.wording import Sayings, Wording, stems
from scenograph.memory.store.fulltext import rows_matching

_RANKED = 5_000  # crystals that FTS5 ranks, together for all words
_LOOKED_AT = 2_000  # crystals of which is looked up which of the words they have
_WORDS = 48  # of a text that are looked for

Ids = NDArray[np.int64]


def by_words(wording: Wording, spelt: Mapping[str, None], sayings: Sayings, limit: int) -> dict[int, float]:
    """
    The crystals that share most words with a text, and how much of it each answers.

    That is their BM25 as a share of the most that any crystal could have. Set against the best one that was
    found it would say as much of a poor answer as of a good one, and drown what chains answer.

    Args:
        wording: the text, word by word
        spelt: its words, and others that unknown ones may be
        sayings: what the crystals say
        limit: how many at most
    """
    uses = _uses(spelt, sayings)
    if not uses:
        return {}
    execute = sayings.crystals.database.execute
    if sum(uses.values()) <= _RANKED:
        rows = execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (search_expression(uses), limit),
        )
        return {crystal: min(max(-rank / wording.most, 0.0), 1.0) for crystal, rank in rows}
    ids = _telling_most(uses, sayings, limit)
    return dict(zip(ids.tolist(), wording.found(ids).sum(1).tolist(), strict=True))


def _uses(spelt: Mapping[str, None], sayings: Sayings) -> dict[str, int]:
    """How many crystals have each telling word, the rarest first."""
    telling = [word for word in dict.fromkeys(map(lemma, spelt)) if word not in STOP_WORDS][:_WORDS]
    stem = {word: " ".join(stems(word)) for word in telling}
    counts = sayings.counts([*stem.values()])
    uses = {word: counts.get(stem[word], 0) for word in telling}
    return {word: uses[word] for word in sorted(telling, key=uses.__getitem__) if uses[word]}


def _telling_most(uses: Mapping[str, int], sayings: Sayings, limit: int) -> Ids:
    """Crystals that have the words of *uses* that together are rarest."""
    execute = sayings.crystals.database.execute
    begin, count = _beginning(uses, sayings)
    if count > _LOOKED_AT:  # they all have the same of the words
        return rows_matching(execute, "words", begin, limit)
    found = rows_matching(execute, "words", begin)
    if len(found) <= limit:
        return found
    total, _ = sayings.crystals.words.size()
    scores = np.zeros(len(found))
    for word, used in uses.items():
        having = rows_matching(execute, "words", f'({begin}) AND "{word}"')
        scores += np.isin(found, having) * np.log1p(total / used)
    return np.sort(found[np.argsort(-scores, kind="stable")[:limit]])


def _beginning(uses: Mapping[str, int], sayings: Sayings) -> tuple[str, int]:
    """
    An expression that few crystals match, and how many at most.

    It asks for any of the rare words, or if there are none, for the rarest and with it more and more others.
    """
    words = [*uses]
    together = np.cumsum([*uses.values()])
    rare = words[: int(np.searchsorted(together, _LOOKED_AT, "right"))]
    if rare:
        return " OR ".join(f'"{word}"' for word in rare), int(together[len(rare) - 1])
    begin, count = f'"{words[0]}"', uses[words[0]]
    for word in words[1:]:
        if count <= _LOOKED_AT:
            break
        narrower = f'{begin} AND "{word}"'
        [(having,)] = sayings.crystals.database.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (narrower,)
        )
        if having:
            begin, count = narrower, having
    return begin, count
