"""Rules for Russian trees about what is said: the root of a sentence, infinitives, and clauses behind «и»."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles
from scenograph.readers.conventions import is_judging
from scenograph.readers.corrections.forms import (
    agrees,
    cases,
    described,
    finite_forms,
    in_nominative,
    is_intransitive,
    may_be,
    nominatives,
)
from scenograph.readers.dictionary import is_known, readings
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_CLAUSES: Final = frozenset({"parataxis", "acl", "advcl", "ccomp", "conj"})
_NOTHING: Final = {"ничего": "ничто", "никого": "никто"}
_HOW_MUCH: Final = frozenset({"больше", "меньше", "дальше", "раньше", "позже", "более", "менее"})
"""Comparatives of how much or when one does something: «больше работать»."""
_BECAUSE: Final = frozenset({"потому", "оттого", "затем"})


def _stand_under_verbs(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what a predicate follows without a mark between belong to it, and be no root: «Крышу надо починить».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Крышу", "крыша", "NOUN", feats="Case=Acc|Gender=Fem|Number=Sing"),
        ...          Word(2, "чинили", "чинить", "VERB", feats="VerbForm=Fin", head=1, deprel="parataxis"),
        ...          Word(3, ".", ".", "PUNCT", head=1, deprel="punct")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'obj'), (0, 'root'), (2, 'punct')]
    """
    tops = [word for word in words if not word.head]
    if len(tops) != 1 or tops[0].form.isascii() or tops[0].upos not in _NOUNS | {"ADJ"}:
        return
    [top] = tops
    said = next((it for it in words if it.head == top.id and it.deprel in _CLAUSES and it.id > top.id), None)
    if said is None or any(it.upos == "PUNCT" for it in words[top.id : said.id]):
        return
    if not (said.upos == "VERB" or said.features.get("Variant") == "Short" or said.lemma == "надо"):
        return
    below = {it.deprel.partition(":")[0] for it in words if it.head == said.id}
    if top.upos == "ADJ":
        noun = words[top.id] if top.id < len(words) else top
        if noun.upos not in _NOUNS or not described(top.form) & cases(noun):
            return
        yield top.id - 1, top._replace(head=noun.id, deprel="amod")
    elif top.features.get("Case") == "Acc" and "obj" not in below and "Nom" not in cases(top):
        yield top.id - 1, top._replace(head=said.id, deprel="obj")
    elif top.features.get("Case") == "Nom" and not below & {"nsubj", "csubj"} and agrees(words, top, said):
        yield top.id - 1, top._replace(head=said.id, deprel="nsubj")
    else:
        return
    yield said.id - 1, said._replace(head=0, deprel="root")
    for word in words[said.id :]:
        if word.head == top.id:
            yield word.id - 1, word._replace(head=said.id)


def _say_by_the_way(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a word before a comma be said by the way, and be no root: «Возможно, Анна придёт».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Возможно", "возможно", "ADV"),
        ...          Word(2, ",", ",", "PUNCT", head=4, deprel="punct"),
        ...          Word(3, "Анна", "Анна", "PROPN", feats="Case=Nom", head=4, deprel="nsubj"),
        ...          Word(4, "придёт", "прийти", "VERB", feats="VerbForm=Fin", head=1, deprel="parataxis")]
        >>> correct(words)
        [0, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(4, 'parataxis:discourse'), (4, 'punct'), (4, 'nsubj'), (0, 'root')]
    """
    tops = [word for word in words if not word.head]
    if len(tops) != 1 or tops[0].id != 1 or tops[0].upos not in ("ADV", "PART") or tops[0].form.isascii():
        return
    [top] = tops
    below = [it for it in words if it.head == top.id and it.upos != "PUNCT"]
    if len(words) < 3 or words[1].form != "," or len(below) != 1 or below[0].upos != "VERB":
        return
    if below[0].deprel in _CLAUSES and "VerbForm=Fin" in below[0].feats:
        yield 0, top._replace(head=below[0].id, deprel="parataxis:discourse")
        yield below[0].id - 1, below[0]._replace(head=0, deprel="root")
        for it in words:
            if it.head == top.id and it.upos == "PUNCT":
                yield it.id - 1, it._replace(head=below[0].id)


def _do_to_nothing(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «ничего» and «никого» be no part of a name: «Анна ничего не купила».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Анна", "Анна", "PROPN", feats="Case=Nom", head=3, deprel="nsubj"),
        ...          Word(2, "ничего", "ничто", "PROPN", feats="Case=Gen", head=1, deprel="flat:name"),
        ...          Word(3, "купила", "купить", "VERB")]
        >>> correct(words)
        [1]
        >>> words[1].upos, words[1].head, words[1].deprel
        ('PRON', 3, 'obj')
    """
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.head else None
        lemma = _NOTHING.get(word.form.lower(), "")
        if noun is None or not lemma or noun.upos not in _NOUNS or not noun.head:
            continue
        verb = words[noun.head - 1]
        if verb.upos == "VERB" and not any(it.head == verb.id and it.deprel == "obj" for it in words):
            yield place, word._replace(lemma=lemma, upos="PRON", feats="Case=Gen", head=verb.id, deprel="obj")


def _do_to_what_follows(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an infinitive act on the thing behind it, and describe none: «Отец научил сына колоть дрова».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "научил", "научить", "VERB"),
        ...          Word(2, "сына", "сын", "NOUN", feats="Animacy=Anim|Case=Acc", head=1, deprel="iobj"),
        ...          Word(3, "колоть", "колоть", "VERB", feats="VerbForm=Inf", head=4, deprel="acl"),
        ...          Word(4, "дрова", "дрова", "NOUN", feats="Case=Acc", head=1, deprel="obj")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(1, 'obj'), (1, 'xcomp'), (3, 'obj')]
    """
    for place, act in enumerate(words):
        thing = words[act.head - 1] if act.deprel in ("acl", "amod") and act.head > act.id else None
        if thing is None or "VerbForm=Inf" not in act.feats or thing.upos not in _NOUNS or not thing.head:
            continue
        verb = words[thing.head - 1]
        if verb.upos != "VERB" or thing.deprel not in ("obj", "iobj", "obl", "nsubj"):
            continue
        if any(it.head == thing.id and it.deprel == "case" for it in words):
            continue
        if may_be(thing, "Acc") and not is_intransitive(act.lemma):
            yield place, act._replace(head=verb.id, deprel="xcomp")
            yield thing.id - 1, thing._replace(head=act.id, deprel="obj")


def _describe_what_agrees(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give a participle behind a comma to the noun that it agrees with: «Забор, сломанный ветром, починят».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Забор", "забор", "NOUN", feats="Case=Nom|Gender=Masc|Number=Sing", head=5,
        ...               deprel="nsubj"),
        ...          Word(2, ",", ",", "PUNCT", head=3, deprel="punct"),
        ...          Word(3, "сломанный", "сломать", "VERB", feats="Case=Nom|VerbForm=Part", head=4,
        ...               deprel="amod"),
        ...          Word(4, "ветром", "ветер", "NOUN", feats="Case=Ins", head=1, deprel="nmod"),
        ...          Word(5, "стоит", "стоять", "VERB")]
        >>> correct(words)
        [2, 3]
        >>> [(word.head, word.deprel) for word in words[2:4]]
        [(1, 'acl'), (3, 'obl')]
    """
    for place in range(2, len(words) - 1):
        noun, mark, said, by = words[place - 2 : place + 2]
        if mark.form != "," or "VerbForm=Part" not in said.feats or said.head != by.id:
            continue
        if noun.upos not in _NOUNS or by.head != noun.id or by.features.get("Case") != "Ins":
            continue
        if "Ins" in described(said.form) or not described(said.form) & cases(noun):
            continue
        yield place, said._replace(head=noun.id, deprel="acl")
        yield place + 1, by._replace(head=said.id, deprel="obl")


def _share_subjects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a verb behind «и» without a comma share the subject: «Мы жили у моря и каждый день ели хачапури».

    A clause with a subject of its own has a comma before «и».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Мы", "мы", "PRON", feats="Case=Nom|Number=Plur", head=2, deprel="nsubj"),
        ...          Word(2, "гуляли", "гулять", "VERB", feats="Number=Plur"),
        ...          Word(3, "и", "и", "CCONJ", head=4, deprel="cc"),
        ...          Word(4, "ели", "есть", "VERB", feats="Number=Plur", head=2, deprel="conj"),
        ...          Word(5, "хачапури", "хачапури", "NOUN", feats="Animacy=Inan", head=4, deprel="nsubj")]
        >>> correct(words)
        [4]
        >>> words[4].deprel
        'obj'
    """
    for place, thing in enumerate(words):
        verb = words[thing.head - 1] if thing.deprel == "nsubj" and thing.head else None
        if verb is None or verb.upos != "VERB" or verb.deprel != "conj" or thing.id < verb.id:
            continue
        first = words[verb.head - 1]
        below = [it for it in words if it.head == verb.id]
        joins = [it for it in below if it.deprel == "cc" and it.form.lower() == "и"]
        others = [it for it in below if it.deprel == "obj" and it.lemma not in roles.PERIODS | roles.REPEATED]
        if len(joins) != 1 or words[joins[0].id - 2].form == "," or others:
            continue
        if not any(it.head == first.id and it.deprel == "nsubj" for it in words):
            continue
        same = {it.number for it in finite_forms(first.form)} == {it.number for it in finite_forms(verb.form)}
        is_someone = any(is_animate for _, _, is_animate in nominatives(thing.form))
        if not same or is_intransitive(verb.lemma) or is_someone:
            continue
        if may_be(thing, "Acc") and not thing.form[:1].isupper():
            feats = thing.feats.replace("Case=Nom", "Case=Acc")
            lemma = thing.lemma.lower()
            yield place, thing._replace(deprel="obj", upos="NOUN", lemma=lemma, feats=feats)


def _join_because(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take «потому что» for one conjunction.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "спит", "спать", "VERB"), Word(2, ",", ",", "PUNCT", head=5, deprel="punct"),
        ...          Word(3, "потому", "потому", "ADV", head=5, deprel="mark"),
        ...          Word(4, "что", "что", "PRON", head=5, deprel="mark"),
        ...          Word(5, "устал", "устать", "VERB", head=1, deprel="advcl")]
        >>> correct(words)
        [2, 3]
        >>> words[3].head, words[3].deprel
        (3, 'fixed')
    """
    for place, (because, that) in enumerate(pairwise(words)):
        if because.form.lower() not in _BECAUSE or that.form.lower() != "что" or that.head == because.id:
            continue
        verb = words[that.head - 1] if that.head else None
        if verb is not None and that.deprel in ("mark", "nsubj", "obj") and because.head == verb.id:
            yield place, because._replace(deprel="mark", upos="SCONJ")
            yield place + 1, that._replace(head=because.id, deprel="fixed", upos="SCONJ", feats="_")


def _act_behind_commas(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a noun between a comma and a verb belong to the verb: «Вела встречу Анна, протокол писал Иван».

    What says the same of a noun again is closed by a second comma: «Иван, врач, ушёл».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "пела", "петь", "VERB"),
        ...          Word(2, "Анна", "Анна", "PROPN", feats="Case=Nom", head=1, deprel="nsubj"),
        ...          Word(3, ",", ",", "PUNCT", head=5, deprel="punct"),
        ...          Word(4, "протокол", "протокол", "NOUN", feats="Case=Nom", head=2, deprel="appos"),
        ...          Word(5, "писал", "писать", "VERB", feats="VerbForm=Fin", head=1, deprel="conj"),
        ...          Word(6, "Иван", "Иван", "PROPN", feats="Case=Nom", head=5, deprel="nsubj")]
        >>> correct(words)
        [3]
        >>> words[3].head, words[3].deprel
        (5, 'obj')
    """
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.deprel in ("appos", "nmod", "conj") and word.head else None
        if noun is None or noun.id > word.id or word.upos != "NOUN" or not is_known(word.form):
            continue
        own = [it for it in words if it.head == word.id and it.upos != "PUNCT"]
        if any(it.deprel in ("cc", "case") or it.id > word.id for it in own) or place + 1 == len(words):
            continue
        first, verb = min([word.id, *(it.id for it in own)]), words[place + 1]
        if verb.upos != "VERB" or "VerbForm=Fin" not in verb.feats or first < 2:
            continue
        if words[first - 2].form != "," or verb.head == word.id:
            continue
        below = {it.deprel.partition(":")[0] for it in words if it.head == verb.id}
        if not below & {"nsubj", "csubj"} and agrees(words, word, verb):
            yield place, in_nominative(word)._replace(head=verb.id, deprel="nsubj")
        elif (
            "nsubj" in below
            and "obj" not in below
            and not is_intransitive(verb.lemma)
            and may_be(word, "Acc")
        ):
            feats = word.feats.replace("Case=Nom", "Case=Acc").replace("Case=Gen", "Case=Acc")
            yield place, word._replace(head=verb.id, deprel="obj", feats=feats)


def _judge_infinitives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an adjective be said of the infinitive that stands above it: «На трамвае ехать удобнее».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Ехать", "ехать", "VERB", feats="VerbForm=Inf"),
        ...          Word(2, "удобнее", "удобный", "ADJ", feats="Degree=Cmp", head=1, deprel="xcomp")]
        >>> correct(words)
        [0, 1]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'csubj'), (0, 'root')]
    """
    acts = [word for word in words if not word.head and word.features.get("VerbForm") == "Inf"]
    if len(acts) != 1 or acts[0].form.isascii():
        return
    [act] = acts
    below = [word for word in words if word.head == act.id]
    judging = [it for it in below if it.deprel in ("xcomp", "advmod") and _compares(it)]
    if len(judging) != 1 or any(it.deprel in ("nsubj", "aux", "cop", "mark", "conj") for it in below):
        return
    yield act.id - 1, act._replace(head=judging[0].id, deprel="csubj")
    feats = "Degree=Cmp" if judging[0].upos == "ADV" else judging[0].feats
    yield judging[0].id - 1, judging[0]._replace(upos="ADJ", feats=feats, head=0, deprel="root")
    for word in below:
        if word.upos == "PUNCT" and word.id > max(act.id, judging[0].id):
            yield word.id - 1, word._replace(head=judging[0].id)


def _compares(word: Word) -> bool:
    """Whether a word says how an infinitive is: «удобнее», «трудно»; of adverbs only those that compare."""
    if word.form.lower() in _HOW_MUCH:
        return False
    if word.upos == "ADV":
        return any(it.tag.POS == "COMP" for it in readings(word.form, "ADJ"))
    return word.upos == "ADJ" and is_judging(word)


def _be_more(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a form that can only compare do so: «Легче доехать на автобусе».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Легче", "легкий", "ADJ", feats="Degree=Pos|Number=Sing|Variant=Short")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Degree=Cmp'
    """
    for place, word in enumerate(words):
        if word.upos not in ("ADJ", "ADV") or word.features.get("Degree") != "Pos" or word.form.isascii():
            continue
        found = readings(word.form, word.upos)
        if found and all(it.tag.POS == "COMP" and it.is_known for it in found):
            yield place, word._replace(feats="Degree=Cmp")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _stand_under_verbs,
    _say_by_the_way,
    _do_to_nothing,
    _do_to_what_follows,
    _describe_what_agrees,
    _share_subjects,
    _join_because,
    _act_behind_commas,
    _be_more,
    _judge_infinitives,
)
"""In the order in which they are tried."""
