"""
Recall by a text: its words are looked for in the texts and names of crystals, and the symbols that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.index.features import numbers, symbol, word
from scenograph.memory.index.vectors import encode_symbols
from scenograph.memory.lemmas import STOP_WORDS, lemma, stems, words
from scenograph.memory.recall.asked import rarity, shares_of
from scenograph.memory.recall.exact import best_first, compared_exactly
from scenograph.memory.recall.resonance import heard
from scenograph.memory.recall.searched import Activated, Searched
from scenograph.memory.recall.weights import TEXT_PARTS
from scenograph.memory.recall.wording import Wording
from scenograph.memory.records import Hit
from scenograph.memory.symbols import names_in

_WIDE = 64  # crystals from each search, at least
_COMPARED = 256  # crystals compared with the text word by word, at least
_BUDGET = 20_000  # entries of postings read for symbols
_UNKNOWN = 8  # words that the memory does not know, whose likes are looked for
_READINGS = 2  # ways to read the unknown words together
_NAMED = 0.2  # how much naming a crystal's symbols counts beside its words, where chains begin
_UNREAD = Scene.build(["_"])  # stands for the scene of a candidate that was not read yet


class TextRecall:
    """Recall by one text."""

    def __init__(self, text: str, searched: Searched) -> None:
        self._text = text
        self._searched = searched
        self._spelt = list(self._readings(words(text)))
        self._meant = text if len(self._spelt) == 1 else " ".join(self._spelt[1][0])
        self._wording = Wording(self._meant, searched.postings)
        self.symbols = self._named()
        self._vector = encode_symbols(self.symbols, searched.items)
        self._activated: Mapping[int, Activated] = {}

    def best(self, k: int) -> list[Hit]:
        """The *k* best hits."""
        hits = self.hits(k)
        hits = sorted((hit for hit in hits if hit.resonance > 0), key=best_first)[:k]
        scenes = self._searched.crystals.scenes([hit.id for hit in hits])
        read = [replace(hit, scene=scenes[hit.id]) for hit in hits]
        found = compared_exactly(read, self._vector, self._searched, self._resonance)
        return self._searched.with_chains(found, self._activated)

    def hits(self, k: int) -> list[Hit]:
        """Candidates with their parts, scenes not read: by words, by symbols, by vectors."""
        wide = max(_WIDE, 4 * k)
        texts = self._by_words(wide)
        similar = self._searched.vectors.search(self._vector, wide)
        features = numbers([symbol(one) for one in self.symbols])
        weights = np.array([*self.symbols.values()])
        named = self._searched.postings.having_most(features, weights, wide, _BUDGET).tolist()
        ids = list(self._searched.admits(list(dict.fromkeys([*texts, *named, *similar]))))
        similar |= self._searched.vectors.similarities(
            self._vector, [one for one in ids if one not in similar]
        )
        shares = shares_of(self.symbols, np.array(ids, np.int64), self._searched.postings).tolist()
        likeness = heard(np.array([similar[one] for one in ids], np.float64)).tolist()
        found = {
            one: {"text": texts.get(one, 0.0), "symbols": share if self.symbols else 0.0, "vector": like}
            for one, share, like in zip(ids, shares, likeness, strict=True)
        }
        self._associate(found)
        return [self._hit(one, parts) for one, parts in found.items()]

    def _by_words(self, limit: int) -> dict[int, float]:
        """Up to *limit* crystals that share most words with the text, and how much of it each answers."""
        every = " ".join(dict.fromkeys(word for some, _ in self._spelt for word in some))
        ids = np.sort(Wording(every, self._searched.postings).answering(max(_COMPARED, 2 * limit)))
        answered = self._wording.found(ids).sum(1)
        best = np.argsort(-answered, kind="stable")[:limit]
        return dict(zip(ids[best].tolist(), answered[best].tolist(), strict=True))

    def _associate(self, found: dict[int, dict[str, float]]) -> None:
        """Add the part association, and what has it alone."""
        associations = self._searched.associations
        if associations is None:
            return
        # Chains begin with what the words find; weights say how chains count, not where they begin.
        strength = {one: parts["text"] + _NAMED * parts["symbols"] for one, parts in found.items()}
        self._activated = associations.activated(self._meant, strength, self._searched.admits)
        for one, activated in self._activated.items():
            found.setdefault(one, dict.fromkeys(TEXT_PARTS, 0.0))["association"] = min(activated.value, 1.0)

    def _hit(self, crystal: int, parts: dict[str, float]) -> Hit:
        return Hit(crystal, _UNREAD, self._resonance(parts), MappingProxyType(parts))

    def _resonance(self, parts: Mapping[str, float]) -> float:
        return float(self._searched.weights.text.fuse(parts))

    def _readings(self, spelt: list[str]) -> Iterator[tuple[list[str], float]]:
        """The words as they are spelt, and with unknown ones taken for known ones, each with its likeness."""
        yield spelt, 1.0
        unknown = [place for place, word in enumerate(spelt) if self._is_unknown(word)]
        like = self._searched.names.words_like
        meant = {
            spelt[place]: [*like(spelt[place], " ".join(spelt[max(place - 1, 0) : place + 2])).items()]
            for place in unknown[:_UNKNOWN]
        }
        for place in range(_READINGS):
            chosen = {word: words[place] for word, words in meant.items() if place < len(words)}
            if chosen:
                likeness = min(like for _, like in chosen.values())
                yield [chosen[word][0] if word in chosen else word for word in spelt], likeness

    def _named(self) -> dict[str, float]:
        """The symbols that the text names, spelt right or nearly, with how much each tells."""
        found: dict[str, float] = {}
        for spelt, likeness in self._spelt:
            for name in dict.fromkeys([*names_in(spelt), *map(lemma, spelt)]):
                for one in self._searched.names.spelt(name):
                    found.setdefault(one, likeness)
        postings = self._searched.postings
        uses = postings.uses(numbers([symbol(one) for one in found]))
        telling = rarity(uses, len(postings)).tolist()
        return {one: likeness * much for (one, likeness), much in zip(found.items(), telling, strict=True)}

    def _is_unknown(self, spelt: str) -> bool:
        meant = lemma(spelt)
        if len(spelt) < 2 or meant in STOP_WORDS:
            return False
        return not self._searched.postings.uses(numbers([*map(word, stems(meant))])).any()


def recall_by_text(text: str, k: int, searched: Searched) -> list[Hit]:
    """The *k* crystals that answer *text* best, best first."""
    return TextRecall(text, searched).best(k)
