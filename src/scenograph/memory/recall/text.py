"""
Recall by a text: its words are looked for in the texts and names of crystals, and the symbols that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.index.features import name, numbers, symbol, word
from scenograph.memory.index.segment import Ids, Scores
from scenograph.memory.index.vectors import encode_symbols
from scenograph.memory.recall.candidates import Candidates, compared_exactly, rarity, symbols_wanted
from scenograph.memory.recall.resonance import heard
from scenograph.memory.recall.searched import Searched
from scenograph.memory.recall.spreading import NONE, Activations
from scenograph.memory.recall.wording import Wording, telling
from scenograph.memory.records import Hit
from scenograph.memory.symbols import names_in
from scenograph.morphology.lemmas import STOP_WORDS, lemma, stems, words

_WIDE = 64  # crystals from each search, at least
_COMPARED = 256  # crystals compared with the text word by word, at least
_BUDGET = 10_000  # entries of postings read for symbols
_UNKNOWN = 8  # words not in the index; similar spellings are searched instead
_READINGS = 2  # ways to read the unknown words together
_NAMED = 0.2  # how much naming a crystal's symbols counts beside its words, where chains begin


class TextRecall:
    """Recall by one text."""

    def __init__(self, text: str, searched: Searched) -> None:
        self._searched = searched
        self._near: dict[str, float] = {}  # words of names that unknown words may mean, with their similarity
        self._spelt = list(self._readings(words(text)))
        meant = text if len(self._spelt) == 1 else " ".join(self._spelt[1][0])
        self.wording = Wording(meant, searched.postings)
        self.symbols = self._named()
        self._wanted = symbols_wanted(self.symbols)
        self._vector = encode_symbols(self.symbols, searched.items)
        self._activated = NONE

    def best(self, found: Candidates, k: int) -> list[Hit]:
        """The *k* best hits of all that were *found*, without their chains."""
        resonance = self._resonance(found.parts) * self._is_meant(found.ids)
        order = np.lexsort((found.ids, -resonance))[:k]
        order = order[resonance[order] > 0].tolist()
        scenes = self._searched.crystals.scenes(found.ids[order].tolist())
        hits = [
            Hit(crystal, scene, float(resonance[place]), MappingProxyType(found.of(place)))
            for place, (crystal, scene) in zip(order, scenes.items(), strict=True)
        ]
        return compared_exactly(hits, self._vector, self._searched, self._resonance)

    def _is_meant(self, ids: Ids) -> NDArray[np.bool_]:
        """
        Whether each of *ids* has more of the text than chance gives, or is joined to one that has.

        That is a word or symbol that the text spells as the memory does, or that is more like it than a word
        without meaning would be.
        """
        least = self._searched.names.chance(len(self._near)) if self._near else 0.0
        if all(like > least for like in self._near.values()):
            return np.ones(len(ids), bool)
        near = [one for one, like in self._near.items() if like > least]
        features = [word(stem) for stem in telling(" ".join([*self._spelt[0][0], *near]))]
        features += [name(run) for run in names_in(self._spelt[0][0]) if " " in run]
        have = self._searched.postings.have(ids, numbers(features)).any(axis=1)
        known = set(ids[have].tolist())
        led = [one for one in ids[~have].tolist() if one in self._activated]
        joined = [one for one in led if not known.isdisjoint(self._activated[one].crystals)]
        return have | np.isin(ids, joined)

    def candidates(self, k: int) -> Candidates:
        """Crystals found by words, by symbols and by vectors, and what these are associated with."""
        near = self.near(k)
        [activated] = _activated([self], [near], self._searched)
        return self.joined(near, activated)

    def near(self, k: int) -> Candidates:
        """Crystals found by words, by symbols and by vectors."""
        wide = max(_WIDE, 4 * k)
        found = np.concatenate([self._by_words(wide), self._by_symbols(wide), self._by_vectors(wide)])
        ids = np.array(self._searched.admits(np.unique(found).tolist()), np.int64)
        return Candidates(ids, self._parts(ids))

    def joined(self, near: Candidates, activated: Activations) -> Candidates:
        """Those *near* and all that they have *activated*."""
        self._activated = activated
        led = np.setdiff1d(activated.crystals, near.ids)
        far = self._parts(led)
        ids = np.concatenate([near.ids, led])
        parts = {name: np.concatenate([near.parts[name], far[name]]) for name in far}
        return Candidates(ids, parts | {"association": activated.of(ids)})

    def _parts(self, ids: Ids) -> dict[str, Scores]:
        """What the crystals are by themselves, without association."""
        return {
            "text": self.wording.found(ids).sum(1).clip(max=1.0),
            "symbols": self._wanted.shares(ids, self._searched.postings),
            "vector": self._likeness(ids),
        }

    def _by_words(self, limit: int) -> Ids:
        """Up to *limit* crystals that share most words with the text."""
        every = self.wording
        if len(self._spelt) > 1:
            spelt = dict.fromkeys(word for some, _ in self._spelt for word in some)
            every = Wording(" ".join(spelt), self._searched.postings)
        ids = np.sort(every.answering(max(_COMPARED, 2 * limit)))
        return ids[np.argsort(-self.wording.found(ids).sum(1), kind="stable")[:limit]]

    def _by_symbols(self, limit: int) -> Ids:
        weights = np.array([*self.symbols.values()])
        return self._searched.postings.having_most(self._wanted.features, weights, limit, _BUDGET)

    def _by_vectors(self, limit: int) -> Ids:
        return self._searched.similar(self._vector, limit)

    def _likeness(self, ids: Ids) -> Scores:
        read = self._searched.crystals.with_scene(ids.tolist())
        similar = self._searched.vectors.similarities(self._vector, read)
        return heard(np.array([similar.get(one, 0.0) for one in ids.tolist()], np.float64))

    def _resonance(self, parts: Mapping[str, Scores]) -> Scores:
        return self._searched.weights.text.fuse(parts)

    def _readings(self, spelt: list[str]) -> Iterator[tuple[list[str], float]]:
        """The words as they are spelt, then with unknown ones taken for similar known ones."""
        yield spelt, 1.0
        unknown = self._unknown(spelt)
        meant = {
            spelt[place]: self._like(spelt[place], " ".join(spelt[max(place - 1, 0) : place + 2]))
            for place in unknown[:_UNKNOWN]
        }
        for place in range(_READINGS):
            chosen = {word: words[place] for word, words in meant.items() if place < len(words)}
            if chosen:
                self._near |= chosen.values()
                similarity = min(like for _, like in chosen.values())
                yield [chosen[word][0] if word in chosen else word for word in spelt], similarity

    def _like(self, one: str, around: str) -> list[tuple[str, float]]:
        """The words of names that are similar to *one*, without those of crystals that are hidden."""
        found = self._searched.names.words_like(one, around)
        return [
            (other, like)
            for other, like in found.items()
            if not self._searched.hidden or self._uses(stems(lemma(other)))
        ]

    def _uses(self, some: Iterable[str]) -> int:
        return int(self._searched.postings.uses(numbers([word(stem) for stem in some])).sum())

    def _named(self) -> dict[str, float]:
        """The symbols that the text names, spelt right or nearly, with how much each tells."""
        postings = self._searched.postings
        found: dict[str, float] = {}
        for spelt, similarity in self._spelt:
            names = list(dict.fromkeys([*names_in(spelt), *map(lemma, spelt)]))
            known = postings.uses(numbers([*map(name, names)])) > 0
            for symbols in self._searched.names.spelt(compress(names, known)).values():
                for one in symbols:
                    found.setdefault(one, similarity)
        uses = postings.uses(numbers([symbol(one) for one in found]))
        telling = rarity(uses, len(postings)).tolist()
        return {
            one: similarity * much for (one, similarity), much in zip(found.items(), telling, strict=True)
        }

    def _unknown(self, spelt: list[str]) -> list[int]:
        """The places of words that tell something and that no crystal has."""
        telling = [place for place, one in enumerate(spelt) if len(one) > 1 and lemma(one) not in STOP_WORDS]
        meant = [stems(lemma(spelt[place])) for place in telling]
        uses = iter(self._searched.postings.uses(numbers([word(stem) for some in meant for stem in some])))
        return [
            place for place, some in zip(telling, meant, strict=True) if not sum(next(uses) for _ in some)
        ]


def recall_by_texts(texts: Sequence[str], k: int, searched: Searched) -> list[list[Hit]]:
    """For each of *texts* the *k* crystals that answer it best, best first."""
    asked = [TextRecall(text, searched) for text in texts]
    near = [one.near(k) for one in asked]
    activated = _activated(asked, near, searched)
    found = [
        one.best(one.joined(some, active), k)
        for one, some, active in zip(asked, near, activated, strict=True)
    ]
    return searched.with_chains(found, activated)


def _activated(
    asked: Sequence[TextRecall], near: Sequence[Candidates], searched: Searched
) -> Sequence[Activations]:
    """For each text what those *near* activate, and themselves."""
    if searched.associations is None:
        return [NONE for _ in asked]
    # Chains begin with what the words find; weights say how chains count, not where they begin.
    strength = [some.parts["text"] + _NAMED * some.parts["symbols"] for some in near]
    begun = [
        dict(zip(some.ids.tolist(), how.tolist(), strict=True))
        for some, how in zip(near, strength, strict=True)
    ]
    return searched.associations.activated([one.wording for one in asked], begun, searched.admits)
