"""Rules for English trees with «there is», and about when and how long a question asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
_AFTER_SUBJECTS: Final = frozenset({"last", "first", "next"})


def _ask_what_there_is(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «How many bikes are there?» as «There are bikes»: «there» is no place, where another may follow.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "How", "how", "ADV", head=2, deprel="advmod"),
        ...          Word(2, "many", "many", "ADJ", head=3, deprel="amod"),
        ...          Word(3, "bikes", "bike", "NOUN", head=5, deprel="nsubj"),
        ...          Word(4, "are", "be", "AUX", head=5, deprel="cop"), Word(5, "there", "there", "ADV"),
        ...          Word(6, "?", "?", "PUNCT", head=5, deprel="punct")]
        >>> correct(words)
        [2, 3, 4, 5]
        >>> [(word.head, word.deprel) for word in words[2:5]]
        [(4, 'nsubj'), (0, 'root'), (4, 'expl')]
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    pair = next(((be, it) for be, it in pairwise(spoken) if be.lemma == "be" and it.form == "there"), None)
    if pair is None or words[-1].form != "?":
        return
    be, there = pair
    asked = spoken[: spoken.index(be)]
    rest = spoken[spoken.index(there) + 1 :]
    counted = len(asked) > 2 and asked[0].lemma == "how" and asked[1].lemma in ("many", "much")
    which = len(asked) > 1 and asked[0].lemma in ("what", "which")
    placed = [it.lemma for it in asked] == ["what"] and bool(rest) and rest[0].upos == "ADP"
    if not (counted or which or placed) or any(it.upos == "VERB" and it is not be for it in spoken):
        return
    ring = {be.id, there.id}
    tops = [it for it in asked if it.head in {0, *ring} or (it.id in {be.head, there.head})]
    nouns = [it for it in tops if it.upos in _NOUNS]
    if len(nouns) != 1:
        return
    [subject] = nouns
    ring.add(subject.id)
    outside = [it for it in (be, there, subject) if it.head not in ring]
    if len(outside) != 1 or outside[0].head:
        return
    yield be.id - 1, be._replace(head=0, deprel="root", upos="VERB")
    yield there.id - 1, there._replace(head=be.id, deprel="expl", upos="PRON", feats="_")
    yield subject.id - 1, subject._replace(head=be.id, deprel="nsubj")
    for word in words:
        is_behind = word.id > there.id or word.upos == "PUNCT"
        if word.head in ring and word not in (be, there, subject) and is_behind:
            deprel = "obl" if word.deprel == "nmod" else word.deprel
            yield word.id - 1, word._replace(head=be.id, deprel=deprel)


def _do_it_last(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «last» between who did it and the verb say when: «When did Anna last win?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "did", "do", "AUX", head=4, deprel="aux"),
        ...          Word(2, "Anna", "Anna", "PROPN", head=4, deprel="nsubj"),
        ...          Word(3, "last", "last", "ADJ", head=2, deprel="amod"), Word(4, "win", "win", "VERB")]
        >>> correct(words)
        [2]
        >>> words[2].head, words[2].deprel, words[2].upos
        (4, 'advmod', 'ADV')
    """
    for before, word, verb in zip(words, words[1:], words[2:], strict=False):
        if word.form not in _AFTER_SUBJECTS or word.deprel != "amod" or word.head != before.id:
            continue
        if verb.upos in ("VERB", "AUX") and before.upos in _NOUNS and before.deprel.startswith("nsubj"):
            yield word.id - 1, word._replace(head=before.head, deprel="advmod", upos="ADV")


def _say_before(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «before» without a noun say when: «Who did she work for before?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "worked", "work", "VERB"),
        ...          Word(2, "before", "before", "ADV", head=1, deprel="obl")]
        >>> correct(words)
        [1]
        >>> words[1].deprel
        'advmod'
    """
    heads = {word.head for word in words}
    for place, word in enumerate(words):
        if word.form.lower() == "before" and word.deprel == "obl" and word.id not in heads:
            yield place, word._replace(deprel="advmod", upos="ADV")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _ask_what_there_is,
    _do_it_last,
    _say_before,
)
"""In the order in which they are tried."""
