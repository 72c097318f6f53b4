"""
Recall: from a cue to the crystals that answer it.

Three cheap searches name candidates (similar vectors, shared symbols, words of the source texts); each
candidate is then compared with the cue link by link, and the parts are fused (`.resonance`).
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from scenograph.core.scene import Scene
from scenograph.memory.index.items import HASHED, Items
from scenograph.memory.index.vector_index import VectorIndex
from scenograph.memory.index.vectors import Vectors, encode, encode_symbols
from scenograph.memory.lemmas import index_form, lemma, search_expression, words
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.resonance import SCENE_WEIGHTS, TEXT_WEIGHTS, Parts, fuse
from scenograph.memory.records import Hit
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.words import symbol_words
from scenograph.memory.symbols import name_of, names_in, symbols_of

_CANDIDATES = 64  # from each search, at least
_NOISE = 0.1  # unlike vectors of 1,024 numbers have an inner product of 0 ± 0.03


Believed = Callable[[Iterable[int]], list[int]]
"""Says which of some crystals are believed."""


def recall(
    cue: Scene | str,
    k: int,
    crystals: Crystals,
    index: VectorIndex,
    items: Items = HASHED,
    *,
    believed: Believed = list,
) -> list[Hit]:
    """The *k* crystals that answer *cue* best and are *believed*; *index* is up to date with *crystals*."""
    return _Recall(crystals, index, items, k, believed).by(cue) if k > 0 else []


class _Candidate(NamedTuple):
    id: int
    scene: Scene
    symbols: frozenset[str]
    parts: dict[str, float]

    def hit(self, weights: Parts) -> Hit:
        """This candidate with its parts fused."""
        return Hit(self.id, self.scene, fuse(self.parts, weights), MappingProxyType(self.parts))

    def compared(self, cue: Cue, found: int) -> Hit:
        """This candidate where it holds *found* of the links and concepts of *cue*."""
        share = found / cue.size if cue.size else 1.0
        parts = {"unified": float(share == 1.0), "structure": share, **self.parts}
        return self._replace(parts=parts).hit(SCENE_WEIGHTS)


class _Recall:
    def __init__(
        self, crystals: Crystals, index: VectorIndex, items: Items, k: int, believed: Believed
    ) -> None:
        self.items = items
        self.believed = believed
        self.crystals = crystals
        self.execute = crystals.database.execute
        self.index = index
        self.k = k
        self.wide = max(_CANDIDATES, 4 * k)

    def by(self, cue: Scene | str) -> list[Hit]:
        """The k crystals that answer *cue* best."""
        if isinstance(cue, str):
            weights = self._weights(self._named(cue))
            found = self._candidates(encode_symbols(weights, self.items), weights, index_form(cue).split())
            hits = [one.hit(TEXT_WEIGHTS) for one in found]
            return sorted((hit for hit in hits if hit.resonance > 0), key=_best_first)[: self.k]
        weights = self._weights(symbols_of(cue))
        vector = encode([cue], self.items)
        lemmas = [lemma(word) for symbol in weights for word in name_of(symbol).split()]
        itself = self.crystals.find(cue)
        return self._compared(Cue(cue), self._candidates(vector, weights, lemmas, itself), itself)

    def _candidates(
        self, vector: Vectors, weights: Mapping[str, float], lemmas: Iterable[str], itself: int | None = None
    ) -> list[_Candidate]:
        """What the three searches name, each with the parts that need no comparison link by link."""
        texts = self._by_text(lemmas)
        similar = self.index.search(vector, self.wide)
        equal = [] if itself is None else [itself]
        ids = self.believed(dict.fromkeys([*equal, *similar, *self._by_symbols(weights), *texts]))
        similar |= self.index.similarities(vector, [crystal for crystal in ids if crystal not in similar])
        whole = sum(weights.values())
        found: list[_Candidate] = []
        for crystal, scene in self.crystals.scenes(ids).items():
            symbols = frozenset(symbols_of(scene))
            shared = sum(weight for symbol, weight in weights.items() if symbol in symbols)
            parts = {
                "vector": similar[crystal] if similar[crystal] > _NOISE else 0.0,
                "symbols": shared / whole if whole else 0.0,
                "text": texts.get(crystal, 0.0),
            }
            found.append(_Candidate(crystal, scene, symbols, parts))
        return found

    def _compared(self, cue: Cue, candidates: Iterable[_Candidate], itself: int | None) -> list[Hit]:
        """The k best of *candidates*; one that cannot be among them any more is not compared."""
        hopes = [(one.compared(cue, cue.possible(one.symbols)), one) for one in candidates]
        best: list[Hit] = []
        for hope, one in sorted(hopes, key=lambda pair: _best_first(pair[0])):
            if hope.resonance <= 0 or (len(best) >= self.k and _best_first(hope) > _best_first(best[-1])):
                break
            found = cue.size if one.id == itself else cue.found_in(one.scene)
            insort(best, one.compared(cue, found), key=_best_first)
            del best[self.k :]
        return [hit for hit in best if hit.resonance > 0]

    def _weights(self, symbols: Iterable[str]) -> dict[str, float]:
        """How much each of *symbols* tells: 1 for one that no crystal has, 0.05 for one that all have."""
        many = max(self.crystals.count(), 1)
        symbols = list(symbols)
        known = self.crystals.entities.uses(symbols)
        weights: dict[str, float] = {}
        for symbol in symbols:
            uses = min(known.get(symbol, 0), many)
            weights[symbol] = 0.05 + 0.95 * math.log((many + 1) / (uses + 1)) / math.log(many + 1)
        return weights

    def _named(self, text: str) -> list[str]:
        """The symbols that *text* names, word by word or as longer names; also in their dictionary form."""
        spelt = words(text)
        names = dict.fromkeys([*names_in(spelt), *map(lemma, spelt)])
        found: list[str] = []
        for name in names:
            found += (
                row[0] for row in self.execute("SELECT symbol FROM entities WHERE name = ? LIMIT 20", (name,))
            )
        return found

    def _by_symbols(self, weights: Mapping[str, float]) -> list[int]:
        """The crystals whose symbols share words with those of the cue, best first."""
        rarest = sorted(weights, key=lambda symbol: -weights[symbol])
        return list(self._by_words("names", (word for one in rarest for word in symbol_words(one).split())))

    def _by_text(self, lemmas: Iterable[str]) -> dict[int, float]:
        """The crystals whose source texts share words with the cue: BM25 relative to the best."""
        return self._by_words("text", lemmas)

    def _by_words(self, column: str, lemmas: Iterable[str]) -> dict[int, float]:
        expression = search_expression(lemmas)
        if not expression:
            return {}
        rows = self.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (f"{column} : ({expression})", 2 * self.wide),
        )
        best = rows[0][1] if rows else 0.0
        return {crystal: rank / best if best < 0 else 0.0 for crystal, rank in rows}


def _best_first(hit: Hit) -> tuple[float, int]:
    return -hit.resonance, hit.id
