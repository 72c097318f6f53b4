"""Rules for Russian trees about two words for one thing, «Анна, врач», and about names that act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.readers.corrections.forms import (
    agrees,
    finite_forms,
    in_nominative,
    is_impersonal,
    name_in,
    nominatives,
)
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_NAMES: Final = frozenset({"appos", "flat:name", "flat", "nmod"})


def _say_who_it_is(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a noun behind a comma say who somebody is, where the verb is said of one: «Пришла Анна, врач, и …».

    Two people without «и» between them would have a plural.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Пришла", "прийти", "VERB"),
        ...          Word(2, "Анна", "Анна", "PROPN", feats="Animacy=Anim|Case=Nom", head=1, deprel="nsubj"),
        ...          Word(3, ",", ",", "PUNCT", head=4, deprel="punct"),
        ...          Word(4, "врач", "врач", "NOUN", feats="Animacy=Anim|Case=Nom", head=2, deprel="conj")]
        >>> correct(words)
        [3]
        >>> words[3].deprel
        'appos'
    """
    for place, word in enumerate(words):
        who = words[word.head - 1] if word.deprel == "conj" and word.head else None
        if who is None or who.deprel != "nsubj" or not {who.upos, word.upos} <= _NOUNS:
            continue
        if who.id > word.id or word.form.isascii() or "Number=Plur" in who.feats + word.feats:
            continue
        if any(it.head == who.id and it.deprel == "conj" and it is not word for it in words):
            continue
        if not all("Animacy=Anim" in it.feats or _is_someone(it) for it in (who, word)):
            continue
        if any(it.head == word.id and it.deprel in ("cc", "case") for it in words):
            continue
        if not any(it.form == "," for it in words[who.id : place]):
            continue
        said = finite_forms(words[who.head - 1].form) if who.head else set()
        if said and all(it.number == "sing" for it in said):
            yield place, word._replace(deprel="appos")


def _act_by_name(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a name in the nominative be the subject, and no name of a noun in another case: «Из какой школы Анна?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Из", "из", "ADP", head=3, deprel="case"),
        ...          Word(2, "какой", "какой", "DET", head=3, deprel="det"),
        ...          Word(3, "школы", "школа", "NOUN", feats="Case=Gen|Number=Sing"),
        ...          Word(4, "Анна", "Анна", "PROPN", feats="Animacy=Anim|Case=Nom", head=3, deprel="appos")]
        >>> correct(words)
        [3]
        >>> words[3].deprel
        'nsubj'
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for place, name in enumerate(words):
        noun = words[name.head - 1] if name.head and name.head < name.id else None
        if noun is None or name.upos != "PROPN" or name.deprel not in _NAMES or noun.id not in signs:
            continue
        case = noun.features.get("Case", "Nom")
        if noun.upos != "NOUN" or case == "Nom" or name.form.isascii():
            continue
        whole = [name, *(it for it in words if it.head == name.id and it.deprel.startswith("flat"))]
        if "Animacy=Anim" not in name.feats or not all(name_in(it.form, "Nom") for it in whole):
            continue
        if all(any(name_in(it.form, other) for other in ("Gen", case)) for it in whole):
            continue
        if any(word.form in ("«", '"', "“") and word.head in (name.id, noun.id) for word in words):
            continue
        top = noun
        while top.head and top.upos not in ("VERB", "AUX"):
            top = words[top.head - 1]
        if not any(it.head == top.id and it.deprel.startswith("nsubj") for it in words):
            yield place, name._replace(head=top.id, deprel="nsubj")


def _act_before_verbs(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a name right before a verb in its gender act, and own nothing: «С какого года Петрова работала там?»

    So does a noun behind a comma: a genitive stands right behind what it describes.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Сколько", "сколько", "NUM", head=2, deprel="nummod:gov"),
        ...          Word(2, "лет", "год", "NOUN", feats="Case=Gen|Number=Plur", head=4, deprel="obl"),
        ...          Word(3, "Петрова", "Петров", "PROPN", feats="Case=Gen", head=2, deprel="nmod"),
        ...          Word(4, "работала", "работать", "VERB", feats="Gender=Fem")]
        >>> correct(words)
        [2]
        >>> (words[2].lemma, words[2].head, words[2].deprel)
        ('Петрова', 4, 'nsubj')
    """
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.deprel == "nmod" and word.head else None
        if noun is None or noun.id > word.id or noun.upos not in _NOUNS or word.upos not in _NOUNS:
            continue
        parts = [it for it in words[place + 1 :] if it.head == word.id and it.deprel.startswith("flat")]
        last = parts[-1].id if parts else word.id
        while last < len(words) and words[last].upos in ("PART", "ADV"):
            last += 1
        verb = words[last] if last < len(words) else word
        below = [it for it in words if it.head in (word.id, verb.id)]
        if verb.upos != "VERB" or is_impersonal(verb.form) or not agrees(words, word, verb):
            continue
        if any(it.deprel.startswith(("nsubj", "csubj")) for it in below if it.head == verb.id):
            continue
        if any(it.head == word.id and it.deprel in ("case", "cc", "conj") for it in below):
            continue
        is_name = word.upos == "PROPN" and all(name_in(it.form, "Nom") for it in (word, *parts))
        behind = words[place - 1].form == "," and not any(it.deprel == "conj" for it in below)
        is_one = all(it.number == "sing" for it in finite_forms(verb.form))
        if (is_name and is_one) or behind:
            for it in (word, *parts):
                yield it.id - 1, in_nominative(it)
            yield place, in_nominative(word)._replace(head=verb.id, deprel="nsubj")


def _act_in_own_name(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the name of who acts stand in the nominative: «Петрова живёт в Омске» says nothing of a Petrov.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Петрова", "Петров", "PROPN", feats="Case=Gen", head=2, deprel="nsubj"),
        ...          Word(2, "живёт", "жить", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].lemma, words[0].feats
        ('Петрова', 'Case=Nom|Gender=Fem|Number=Sing')
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "nsubj" and word.head else None
        if verb is None or word.upos != "PROPN" or word.features.get("Case") not in ("Gen", "Acc"):
            continue
        if name_in(word.form, "Nom") and agrees(words, word, verb) and not is_impersonal(verb.form):
            yield place, in_nominative(word)
            parts = (it for it in words if it.head == word.id and it.deprel.startswith("flat"))
            yield from ((it.id - 1, in_nominative(it)) for it in parts if it.upos == "PROPN")


def _is_someone(word: Word) -> bool:
    """Whether the dictionary has a noun as somebody who may be the subject."""
    return any(is_animate for _, _, is_animate in nominatives(word.form))


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _say_who_it_is,
    _act_by_name,
    _act_before_verbs,
    _act_in_own_name,
)
"""In the order in which they are tried."""
