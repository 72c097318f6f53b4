"""Rules for Russian trees about the subject, a nominative, and the object, which is an accusative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.readers import roles
from scenograph.readers.corrections.forms import (
    COUNTING,
    agrees,
    cases,
    described,
    is_intransitive,
    is_plural,
    may_be,
    noun_in,
)
from scenograph.readers.dictionary import is_known
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_REFLEXIVE: Final = ("ся", "сь")
_WHICH: Final = frozenset({"который", "которое"})
"""Forms of «который» that are a nominative and an accusative of one thing."""
_NUMBERED: Final = frozenset({"номер", "№"})


def _act_in_nominative(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let subject and object change places if only the object can act: «Читателей принимает филиал».

    The subject is no nominative, nor a number of things, and the verb agrees with the object. So it is where
    the object can be no accusative: «Какой язык учит Маша?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Гостей", "гость", "NOUN", feats="Case=Gen|Number=Plur", head=2, deprel="nsubj"),
        ...          Word(2, "встречает", "встречать", "VERB"),
        ...          Word(3, "хор", "хор", "NOUN", feats="Case=Acc|Number=Sing", head=2, deprel="obj")]
        >>> correct(words)
        [0, 2]
        >>> [(word.deprel, word.feats) for word in words]  # doctest: +NORMALIZE_WHITESPACE
        [('obj', 'Case=Acc|Number=Plur'), ('root', '_'), ('nsubj', 'Case=Nom|Number=Sing')]
    """
    for place, actor in enumerate(words):
        verb = words[actor.head - 1] if actor.deprel in ("nsubj", "iobj") and actor.head else None
        if verb is None or verb.upos != "VERB" or is_intransitive(verb.lemma):
            continue
        if actor.deprel == "iobj" and cases(actor) & {"Nom", "Dat"}:
            continue
        if actor.upos not in _NOUNS or not is_known(actor.form) or _is_counted(words, actor):
            continue
        found = cases(actor)
        things = [
            it for it in words if it.head == verb.id and it.deprel in ("obj", "nsubj") and it is not actor
        ]
        if not things and verb.lemma not in roles.NAMING:  # «Протокол вёл Пётр»
            things = [
                it for it in words if it.head == verb.id and it.deprel == "xcomp" and it.upos == "PROPN"
            ]
        if "Acc" not in found or len(things) != 1 or things[0].deprel == "nsubj":
            continue
        if "Nom" in found and (things[0].features.get("Case") != "Nom" or may_be(things[0], "Acc")):
            continue
        if agrees(words, things[0], verb):
            yield place, _in(actor, "Acc")._replace(deprel="obj")
            yield things[0].id - 1, _in(things[0], "Nom")._replace(deprel="nsubj")


def _is_counted(words: list[Word], word: Word) -> bool:
    """Whether a number stands with *word*, or before it: «порядка 40 депутатов»."""
    kids = [it for it in words if it.head == word.id]
    return any(it.upos == "NUM" or it.deprel in COUNTING for it in kids) or (
        word.id > 1 and words[word.id - 2].upos == "NUM"
    )


def _in(word: Word, case: str) -> Word:
    """Return *word* with *case* instead of its own."""
    own = word.features.get("Case")
    return word._replace(feats=word.feats.replace(f"Case={own}", f"Case={case}")) if own else word


def _act_on_accusatives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a noun that is an accusative alone on the verb: «Закрыли на ремонт библиотеку».

    What describes a noun stands in another case, or has a preposition.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Закрыли", "закрыть", "VERB"), Word(2, "на", "на", "ADP", head=3, deprel="case"),
        ...          Word(3, "ремонт", "ремонт", "NOUN", feats="Case=Acc", head=1, deprel="obl"),
        ...          Word(4, "библиотеку", "библиотека", "NOUN", feats="Case=Acc", head=3, deprel="nmod")]
        >>> correct(words)
        [3]
        >>> words[3].head, words[3].deprel
        (1, 'obj')
    """
    phrases = {word.head for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.deprel == "nmod" and word.head else None
        if noun is None or noun.upos not in _NOUNS or noun.deprel not in ("obl", "iobj") or not noun.head:
            continue
        verb = words[noun.head - 1]
        if verb.upos != "VERB" or is_intransitive(verb.lemma) or word.upos not in _NOUNS:
            continue
        if word.id in phrases or not is_known(word.form) or cases(word) != {"Acc"}:
            continue
        if (
            word.lemma in roles.PERIODS
            or word.lemma in roles.REPEATED
            or verb.form.lower().endswith(_REFLEXIVE)
        ):
            continue
        if not any(it.head == verb.id and it.deprel == "obj" for it in words):
            yield place, word._replace(head=verb.id, deprel="obj")


def _act_on_which(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «который» be the object where the verb stands in the plural: «письмо, которое написали дома».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "письмо", "письмо", "NOUN", feats="Number=Sing"),
        ...          Word(2, "которое", "который", "PRON", feats="Case=Nom|Number=Sing", head=3,
        ...               deprel="nsubj"),
        ...          Word(3, "написали", "написать", "VERB", head=1, deprel="acl:relcl")]
        >>> correct(words)
        [1]
        >>> words[1].deprel, words[1].feats
        ('obj', 'Case=Acc|Number=Sing')
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "nsubj" and word.head else None
        if verb is None or word.lemma != "который" or word.form.lower() not in _WHICH:
            continue
        if verb.upos != "VERB" or not is_plural(verb.form) or is_intransitive(verb.lemma):
            continue
        if not any(it.head == verb.id and it.deprel in ("obj", "conj") for it in words):
            yield place, _in(word, "Acc")._replace(deprel="obj")


def _act_as_described(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what a participle in the nominative describes act: «Сад хранит внучка, живущая рядом».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Сад", "сад", "NOUN", feats="Case=Nom|Number=Sing", head=2, deprel="nsubj"),
        ...          Word(2, "хранит", "хранить", "VERB"),
        ...          Word(3, "внучка", "внучок", "NOUN", feats="Case=Acc|Gender=Masc", head=2, deprel="obj"),
        ...          Word(4, "живущая", "жить", "VERB", feats="VerbForm=Part", head=3, deprel="acl")]
        >>> correct(words)
        [0, 2]
        >>> [(word.lemma, word.deprel) for word in words]
        [('сад', 'obj'), ('хранить', 'root'), ('внучка', 'nsubj'), ('жить', 'acl')]
    """
    for place, thing in enumerate(words):
        verb = words[thing.head - 1] if thing.deprel == "obj" and thing.head else None
        if verb is None or verb.upos != "VERB" or thing.upos not in _NOUNS:
            continue
        said = [it for it in words if it.head == thing.id and it.deprel in ("acl", "amod", "det")]
        if not any(described(it.form) == {"Nom"} for it in said):
            continue
        subjects = [it for it in words if it.head == verb.id and it.deprel == "nsubj"]
        actor = noun_in(thing.form, "Nom", number="Sing")
        if len(subjects) != 1 or actor is None or not may_be(subjects[0], "Acc"):
            continue
        if subjects[0].upos in _NOUNS and agrees(words, thing, verb):
            yield subjects[0].id - 1, _in(subjects[0], "Acc")._replace(deprel="obj")
            yield place, thing._replace(deprel="nsubj", lemma=actor.lemma, feats=actor.feats)


def _pass_times(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «каждый день» say when something happens, and not be who acts: «Лифт ломается каждый месяц».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "ломается", "ломаться", "VERB"),
        ...          Word(2, "каждый", "каждый", "DET", feats="Case=Nom", head=3, deprel="det"),
        ...          Word(3, "месяц", "месяц", "NOUN", feats="Case=Nom", head=1, deprel="nsubj")]
        >>> correct(words)
        [2]
        >>> words[2].deprel, words[2].feats
        ('obl', 'Case=Acc')
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel in ("nsubj", "obj") and word.head else None
        if verb is None or verb.upos != "VERB" or word.lemma not in roles.PERIODS | roles.REPEATED:
            continue
        if not any(it.head == word.id and it.lemma == "каждый" for it in words) or not may_be(word, "Acc"):
            continue
        if word.deprel == "nsubj" and word.id < verb.id and agrees(words, word, verb):
            continue  # «Каждый день приносит новости»
        yield place, _in(word, "Acc")._replace(deprel="obl")


def _number_what_is_before(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «номер семь» belong to the noun before it, which takes its place: «Автобусы номер семь ходят реже».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Из-за", "из-за", "ADP", head=2, deprel="case"),
        ...          Word(2, "снега", "снег", "NOUN", feats="Case=Gen|Number=Sing", head=6, deprel="obl"),
        ...          Word(3, "трамваи", "трамвай", "NOUN", feats="Case=Acc", head=2, deprel="nmod"),
        ...          Word(4, "номер", "номер", "NOUN", feats="Case=Nom|Number=Sing", head=6, deprel="nsubj"),
        ...          Word(5, "шесть", "шесть", "NUM", head=4, deprel="nummod:gov"),
        ...          Word(6, "стоят", "стоять", "VERB")]
        >>> correct(words)
        [2, 3]
        >>> [(word.head, word.deprel) for word in words[2:4]]
        [(6, 'nsubj'), (3, 'nmod')]
    """
    for place in range(1, len(words) - 1):
        noun, sign, number = words[place - 1 : place + 2]
        if sign.lemma.lower() not in _NUMBERED or number.upos != "NUM" or noun.upos != "NOUN":
            continue
        if not sign.head or sign.head == noun.id or number.head not in (sign.id, noun.id):
            continue
        yield place, sign._replace(head=noun.id, deprel="nmod")
        is_placed = noun.head == sign.head and noun.deprel in ("nsubj", "obj", "obl")
        case = {"nsubj": "Nom", "obj": "Acc"}.get(sign.deprel, "")
        if case and not is_placed and may_be(noun, case):
            yield place - 1, _in(noun, case)._replace(head=sign.head, deprel=sign.deprel)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _number_what_is_before,
    _act_in_nominative,
    _act_on_accusatives,
    _act_on_which,
    _act_as_described,
    _pass_times,
)
"""In the order in which they are tried."""
