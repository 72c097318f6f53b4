"""
Recall: from a cue to the crystals that answer it.

Three cheap searches name candidates (similar vectors, shared symbols, words of the source texts); each
candidate is then compared with the cue link by link, and the parts are fused (`scenograph.memory.resonance`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from scenograph.core.scene import Scene
from scenograph.memory.crystals import Crystals
from scenograph.memory.index import VectorIndex
from scenograph.memory.lemmas import index_form, lemma, search_expression, words
from scenograph.memory.records import Hit
from scenograph.memory.resonance import SCENE_WEIGHTS, TEXT_WEIGHTS, fuse, structure
from scenograph.memory.symbols import name_of, names_in, symbols_of
from scenograph.memory.vectors import Vectors, encode, encode_symbols

_CANDIDATES = 64  # from each search, at least
_POSTINGS = 4000  # rows of the symbol table looked at per cue, rarest symbols first
_OF_SYMBOL = "symbol = (SELECT id FROM symbols WHERE symbol = ?)"
_NOISE = 0.1  # unlike vectors of 1,024 numbers have an inner product of 0 ± 0.03


def recall(cue: Scene | str, k: int, crystals: Crystals, index: VectorIndex) -> list[Hit]:
    """The *k* crystals that answer *cue* best; *index* is up to date with *crystals*."""
    return _Recall(crystals, index, max(_CANDIDATES, 4 * k)).by(cue)[:k] if k > 0 else []


class _Recall:
    def __init__(self, crystals: Crystals, index: VectorIndex, candidates: int) -> None:
        self.crystals = crystals
        self.execute = crystals.database.execute
        self.index = index
        self.candidates = candidates

    def by(self, cue: Scene | str) -> list[Hit]:
        """All candidates that have anything in common with *cue*, best first."""
        if isinstance(cue, str):
            weights = self._weights(self._named(cue))
            vector = encode_symbols(weights)
            lemmas = index_form(cue).split()
            return self._hits(vector, weights, lemmas, TEXT_WEIGHTS, None)
        weights = self._weights(symbols_of(cue))
        vector = encode([cue], lambda symbol: weights.get(symbol, 1.0))
        lemmas = [lemma(word) for symbol in weights for word in name_of(symbol).split()]
        return self._hits(vector, weights, lemmas, SCENE_WEIGHTS, cue)

    def _hits(
        self,
        vector: Vectors,
        weights: Mapping[str, float],
        lemmas: Iterable[str],
        fusion: Mapping[str, float],
        cue: Scene | None,
    ) -> list[Hit]:
        texts = self._by_text(lemmas)
        similar = self.index.search(vector, self.candidates)
        ids = list(dict.fromkeys([*similar, *self._by_symbols(weights), *texts]))
        scenes = self.crystals.scenes(ids)
        missing = [crystal for crystal in ids if crystal not in similar]
        similar |= self.index.similarities(vector, missing)
        whole = sum(weights.values())

        hits: list[Hit] = []
        for crystal in ids:
            scene = scenes[crystal]
            shared = sum(weights.get(symbol, 0.0) for symbol in symbols_of(scene))
            parts = {
                "vector": similar[crystal] if similar[crystal] > _NOISE else 0.0,
                "symbols": shared / whole if whole else 0.0,
                "text": texts.get(crystal, 0.0),
            }
            if cue is not None:
                found = structure(cue, scene)
                parts = {"unified": float(found == 1.0), "structure": found, **parts}
            resonance = fuse(parts, fusion)
            if resonance > 0:
                hits.append(Hit(crystal, scene, resonance, MappingProxyType(parts)))
        hits.sort(key=lambda hit: (-hit.resonance, hit.id))
        return hits

    def _weights(self, symbols: Iterable[str]) -> dict[str, float]:
        """How much each of *symbols* tells: 1 for one that no crystal has, 0.05 for one that all have."""
        many = max(self.crystals.count(), 1)
        weights: dict[str, float] = {}
        for symbol in symbols:
            uses = self.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM mentions WHERE {_OF_SYMBOL} LIMIT ?)",
                (symbol, _POSTINGS),
            )[0][0]
            weights[symbol] = 0.05 + 0.95 * math.log((many + 1) / (min(uses, many) + 1)) / math.log(many + 1)
        return weights

    def _named(self, text: str) -> list[str]:
        """The symbols that *text* names, word by word or as longer names; also in their dictionary form."""
        spelt = words(text)
        names = dict.fromkeys([*names_in(spelt), *map(lemma, spelt)])
        found: list[str] = []
        for name in names:
            found += (
                row[0] for row in self.execute("SELECT symbol FROM symbols WHERE name = ? LIMIT 20", (name,))
            )
        return found

    def _by_symbols(self, weights: Mapping[str, float]) -> list[int]:
        """The crystals that share most with the cue, counting its rarest symbols first."""
        shared: dict[int, float] = {}
        budget = _POSTINGS
        for symbol, weight in sorted(weights.items(), key=lambda pair: -pair[1]):
            rows = self.execute(
                f"SELECT crystal FROM mentions WHERE {_OF_SYMBOL} LIMIT ?",
                (symbol, budget),
            )
            for (crystal,) in rows:
                shared[crystal] = shared.get(crystal, 0.0) + weight
            budget -= len(rows)
            if budget <= 0:
                break
        return sorted(shared, key=_best_first(shared))[: self.candidates]

    def _by_text(self, lemmas: Iterable[str]) -> dict[int, float]:
        """The crystals whose source texts share words with the cue: BM25 relative to the best."""
        expression = search_expression(lemmas)
        if not expression:
            return {}
        rows = self.execute(
            """SELECT crystal, rank
               FROM (SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS found
               JOIN sources ON sources.id = found.rowid
               WHERE crystal IS NOT NULL ORDER BY rank""",
            (expression, 2 * self.candidates),
        )
        best = rows[0][1] if rows else 0.0
        texts: dict[int, float] = {}
        for crystal, rank in rows:
            texts.setdefault(crystal, rank / best if best < 0 else 0.0)
        return texts


def _best_first(scores: Mapping[int, float]) -> Callable[[int], tuple[float, int]]:
    return lambda key: (-scores[key], key)
