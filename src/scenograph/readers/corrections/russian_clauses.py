"""Rules for Russian trees about what belongs to the verb: objects, and polite words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles
from scenograph.readers.conventions import is_judging, is_needing
from scenograph.readers.corrections.forms import (
    cases,
    finite_forms,
    is_impersonal,
    is_intransitive,
    may_be,
    noun_in,
    tense_of,
)
from scenograph.readers.sentence import Word

_BESIDE: Final = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "obl"})
_NAMED: Final = frozenset({"NOUN", "PROPN", "PRON"})
_MUST: Final = frozenset({"надо", "нужно", "можно", "нельзя", "необходимо"})
_PLEASE: Final = frozenset({"пожалуйста", "плиз", "спасибо"})


def _ask_politely(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «пожалуйста» be a remark, whatever it was taken for: «Передай, пожалуйста, соль».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Передай", "передать", "VERB", feats="Mood=Imp"),
        ...          Word(2, "пожалуйста", "пожалуйста", "SYM", head=1, deprel="conj")]
        >>> correct(words)
        [1]
        >>> words[1].upos, words[1].deprel
        ('PART', 'discourse')
    """
    for place, word in enumerate(words):
        if word.form.lower() in _PLEASE and word.deprel in ("conj", "parataxis", "obj", "obl", "vocative"):
            yield place, word._replace(upos="PART", deprel="discourse", feats="_")


def _call_nothing_lifeless(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a thing be what is acted on, not who is spoken to: «Передай, пожалуйста, сыр».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Передай", "передать", "VERB", feats="Mood=Imp"),
        ...          Word(2, "сыр", "сыр", "NOUN", feats="Animacy=Inan|Case=Nom", head=1, deprel="vocative")]
        >>> correct(words)
        [1]
        >>> words[1].deprel, words[1].feats
        ('obj', 'Animacy=Inan|Case=Acc')
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.deprel == "vocative" and word.head else None
        if above is None or above.upos != "VERB" or word.upos != "NOUN" or above.id > word.id:
            continue
        if "Animacy=Inan" not in word.feats or not may_be(word, "Acc") or word.form[:1].isupper():
            continue
        if not any(it.head == above.id and it.deprel in ("obj", "ccomp", "xcomp") for it in words):
            yield place, word._replace(deprel="obj", feats=word.feats.replace("Case=Nom", "Case=Acc"))


def _join_what_agrees(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give an adjective at the end to the object that it agrees with: «Книгу она выбрала новую».

    What somebody is called or made stands in the instrumental, so that the accusative can be nothing else.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Книгу", "книга", "NOUN", feats="Case=Acc|Gender=Fem", head=2, deprel="obj"),
        ...          Word(2, "выбрала", "выбрать", "VERB"),
        ...          Word(3, "новую", "новый", "ADJ", feats="Case=Acc|Gender=Fem", head=2, deprel="xcomp")]
        >>> correct(words)
        [2]
        >>> words[2].head, words[2].deprel
        (1, 'amod')
    """
    for place, word in enumerate(words):
        if word.upos != "ADJ" or word.deprel != "xcomp" or word.features.get("Case") != "Acc":
            continue
        things = [it for it in words if it.head == word.head and it.deprel == "obj" and it.upos == "NOUN"]
        if len(things) == 1 and all(
            things[0].features.get(name) == word.features.get(name) for name in ("Case", "Gender", "Number")
        ):
            yield place, word._replace(head=things[0].id, deprel="amod")


def _be_with_owners(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what somebody has be the subject of «есть», not of the owner: «У кого есть кошка?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "У", "у", "ADP", head=2, deprel="case"),
        ...          Word(2, "кого", "кто", "PRON", feats="Case=Gen|PronType=Int", head=3, deprel="obl"),
        ...          Word(3, "есть", "быть", "VERB"),
        ...          Word(4, "кошка", "кошка", "NOUN", feats="Case=Nom", head=2, deprel="nsubj")]
        >>> correct(words)
        [3]
        >>> words[3].head
        3
    """
    signs = {word.head: word.lemma for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        owner = words[word.head - 1] if word.deprel == "nsubj" and word.head else None
        if owner is None or signs.get(owner.id) != "у" or not owner.head:
            continue
        verb = words[owner.head - 1]
        if verb.lemma == "быть" and verb.upos == "VERB":
            yield place, word._replace(head=verb.id)


def _act_on_what_comes_first(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a noun that stands in the nominative alone act on the thing before it: «Письма дети написали сами».

    A noun that describes another stands in another case.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Письма", "письмо", "NOUN", feats="Animacy=Inan", head=3, deprel="nsubj"),
        ...          Word(2, "дети", "ребенок", "NOUN", feats="Animacy=Anim", head=1, deprel="nmod"),
        ...          Word(3, "написали", "написать", "VERB")]
        >>> correct(words)
        [0, 1]
        >>> [(word.head, word.deprel) for word in words[:2]]
        [(3, 'obj'), (3, 'nsubj')]
    """
    for place, (thing, actor) in enumerate(pairwise(words)):
        if thing.deprel != "nsubj" or not thing.head or (actor.head, actor.deprel) != (thing.id, "nmod"):
            continue
        verb = words[thing.head - 1]
        if verb.upos != "VERB" or verb.id < actor.id or is_intransitive(verb.lemma):
            continue
        if "Animacy=Inan" not in thing.feats or not may_be(thing, "Acc") or "Animacy=Anim" not in actor.feats:
            continue
        if cases(actor) != {"Nom"} or any(it.head == verb.id and it.deprel == "obj" for it in words):
            continue
        yield place, thing._replace(deprel="obj", feats=thing.feats.replace("Case=Nom", "Case=Acc"))
        yield place + 1, actor._replace(head=verb.id, deprel="nsubj")


def _act_on_what_is_first(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what stands before «можно» be the object of the infinitive: «Пропуск можно получить здесь».

    Neither «можно» nor «запрещено» has a subject, and who must do something stands in the dative.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Пропуск", "пропуск", "NOUN", feats="Case=Nom", head=2, deprel="nsubj"),
        ...          Word(2, "можно", "можно", "VERB"),
        ...          Word(3, "получить", "получить", "VERB", feats="VerbForm=Inf", head=2, deprel="csubj")]
        >>> correct(words)
        [0, 2]
        >>> (words[0].head, words[0].deprel), words[0].feats
        ((3, 'obj'), 'Case=Acc')
    """
    phrases = {word.head for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        needing = words[word.head - 1] if word.deprel in _BESIDE and word.head else None
        if needing is None or word.upos not in _NAMED or word.id in phrases:
            continue
        if not is_needing(needing) and not is_judging(needing) and not _is_decided(needing):
            continue
        if not _is_acted_on(word):
            continue
        acts = [it for it in words if it.head == needing.id and it.deprel in ("csubj", "xcomp")]
        acts = [it for it in acts if "VerbForm=Inf" in it.feats and not is_intransitive(it.lemma)]
        if len(acts) == 1 and not any(it.head == acts[0].id and it.deprel == "obj" for it in words):
            feats = word.feats.replace("Case=Nom", "Case=Acc")
            yield place, word._replace(head=acts[0].id, deprel="obj", feats=feats)
            yield acts[0].id - 1, acts[0]


def _is_decided(word: Word) -> bool:
    """Whether *word* says of an infinitive what was done about it: «запрещено», «решено»."""
    feats = word.features
    return feats.get("VerbForm") == "Part" and (feats.get("Variant"), feats.get("Gender")) == (
        "Short",
        "Neut",
    )


def _is_acted_on(word: Word) -> bool:
    """Whether a noun beside «надо» can be what the infinitive acts on, and is no time."""
    if word.lemma in roles.PERIODS or word.lemma in roles.REPEATED or word.features.get("Case") == "Ins":
        return False
    return "Acc" in cases(word) if word.deprel == "obl" else may_be(word, "Acc") and not _is_dative(word)


def _is_dative(word: Word) -> bool:
    return word.features.get("Case") == "Dat" and may_be(word, "Dat")


def _say_that(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «что» begin what is said, where the speaker can be its subject: «Анна сказала, что придёт».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Анна", "Анна", "PROPN", feats="Gender=Fem|Number=Sing", head=2, deprel="nsubj"),
        ...          Word(2, "сказала", "сказать", "VERB"),
        ...          Word(3, ",", ",", "PUNCT", head=5, deprel="punct"),
        ...          Word(4, "что", "что", "PRON", feats="Case=Nom|PronType=Rel", head=5, deprel="nsubj"),
        ...          Word(5, "придёт", "прийти", "VERB", feats="VerbForm=Fin", head=2, deprel="ccomp")]
        >>> correct(words)
        [3]
        >>> words[3].upos, words[3].deprel
        ('SCONJ', 'mark')
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.form.lower() == "что" and word.head else None
        if verb is None or word.deprel not in ("mark", "nsubj") or verb.deprel != "ccomp" or not verb.head:
            continue
        said = words[verb.head - 1]
        speakers = [it for it in words if it.head == said.id and it.deprel == "nsubj"]
        others = [it for it in words if it.head == verb.id and it.deprel.startswith(("nsubj", "csubj"))]
        if others == [word] and _is_of_nobody(verb):  # «Олег заметил, что стемнело»
            yield place, word._replace(lemma="что", upos="SCONJ", feats="_", deprel="mark")
            continue
        if said.lemma not in roles.SPEAKING or len(speakers) != 1 or others not in ([], [word]):
            continue
        if _speaks_of_himself(speakers[0], said, verb):
            yield place, word._replace(lemma="что", upos="SCONJ", feats="_", deprel="mark")


def _is_of_nobody(verb: Word) -> bool:
    """Whether a verb is said without a subject: «стемнело»; «кажется» may have one."""
    return is_impersonal(verb.form) or (verb.lemma in roles.IMPERSONAL and not verb.lemma.endswith("ся"))


def _speaks_of_himself(speaker: Word, said: Word, verb: Word) -> bool:
    """Whether *speaker*, who *said* something, can be the subject of *verb* in the third person singular."""
    if speaker.features.get("Number") != "Sing" or is_impersonal(verb.form):
        return False
    genders = {it.gender for it in finite_forms(said.form)} - {""}
    return any(
        it.number == "sing"
        and it.person in ("", "3per")
        and it.gender != "neut"
        and it.gender in genders | {""}
        for it in finite_forms(verb.form)
    )


def _lack_one(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what there is none of be a genitive, and one thing if no genitive plural has its form: «Нет книги».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Нет", "нет", "VERB"),
        ...          Word(2, "книги", "книга", "NOUN", feats="Case=Nom|Number=Plur", head=1, deprel="nsubj")]
        >>> correct(words)
        [1]
        >>> words[1].feats
        'Case=Gen|Gender=Fem|Number=Sing'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.deprel in ("nsubj", "obj") and word.head else None
        if above is None or above.lemma.lower() != "нет" or "Number=Plur" not in word.feats:
            continue
        one = noun_in(word.form, "Gen", number="Sing")
        if word.upos == "NOUN" and one is not None and noun_in(word.form, "Gen", number="Plur") is None:
            yield place, word._replace(lemma=one.lemma, feats=one.feats)


def _need_to_do(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «надо» stand above the infinitive, wherever it stands: «Пить их надо утром».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Пить", "пить", "VERB", feats="VerbForm=Inf"),
        ...          Word(2, "надо", "надо", "ADV", head=1, deprel="advmod"),
        ...          Word(3, "утром", "утро", "NOUN", head=2, deprel="obl")]
        >>> correct(words)
        [0, 1]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'csubj'), (0, 'root'), (2, 'obl')]
    """
    for place, word in enumerate(words):
        act = words[word.head - 1] if word.head else None
        if act is None or word.form.lower() not in _MUST or "VerbForm=Inf" not in act.feats:
            continue
        if word.deprel not in ("advmod", "discourse", "mark", "aux", "xcomp"):
            continue
        yield place, word._replace(head=act.head, deprel=act.deprel, upos="VERB", lemma=word.form.lower())
        yield act.id - 1, act._replace(head=word.id, deprel="csubj")
        for number, other in enumerate(words):
            if other.head == act.id and other.upos == "PUNCT":
                yield number, other._replace(head=word.id)


def _be_in_time(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a form that can stand in one tense alone stand in it: «Ремонт начнётся», «Мы пили чай».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "начнётся", "начаться", "VERB", feats="Mood=Ind|Tense=Pres|VerbForm=Fin")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Mood=Ind|Tense=Fut|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        tense = word.features.get("Tense")
        if word.upos != "VERB" or tense is None or "VerbForm=Fin" not in word.feats or word.form.isascii():
            continue
        said = tense_of(word.form)
        if said is not None and said[0] not in ("", tense):
            feats = word.feats.replace(f"Tense={tense}", f"Tense={said[0]}")
            yield place, word._replace(lemma=said[1], feats=feats)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _ask_politely,
    _call_nothing_lifeless,
    _join_what_agrees,
    _be_with_owners,
    _act_on_what_comes_first,
    _act_on_what_is_first,
    _say_that,
    _lack_one,
    _need_to_do,
    _be_in_time,
)
"""In the order in which they are tried."""
