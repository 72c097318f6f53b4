"""Rules for Russian trees about phrases: what belongs to the noun beside it, and what to the verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles
from scenograph.readers.corrections.forms import (
    cases,
    described,
    in_nominative,
    is_intransitive,
    may_be,
)
from scenograph.readers.dictionary import is_known
from scenograph.readers.sentence import Word
from scenograph.readers.values import WEEKDAYS, clock

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_BESIDE: Final = frozenset({"xcomp", "advmod", "obl", "acl", "advcl", "dep", "nmod", "parataxis"})
_ALL: Final = {"всех": "obj", "всем": "iobj"}
_OF_GENITIVES: Final = frozenset({"из", "от", "до", "без", "для", "у", "около", "возле", "после", "вокруг"})
_PLACES: Final = frozenset({"в", "во", "на"})


def _place_behind_commas(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a phrase with a preposition behind a comma say where, and not be a second thing: «купил дом, в Твери».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "купил", "купить", "VERB"),
        ...          Word(2, "дом", "дом", "NOUN", feats="Case=Acc", head=1, deprel="obj"),
        ...          Word(3, ",", ",", "PUNCT", head=5, deprel="punct"),
        ...          Word(4, "в", "в", "ADP", head=5, deprel="case"),
        ...          Word(5, "Твери", "Тверь", "PROPN", feats="Case=Loc", head=2, deprel="conj")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (1, 'obl')
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.deprel in ("conj", "nmod") and word.head else None
        if above is None or word.id not in signs or above.id in signs or word.form.isascii():
            continue
        if above.upos not in _NOUNS or word.upos not in _NOUNS or not above.head:
            continue
        if word.deprel == "nmod" and not _is_place_behind_comma(words, word, above):
            continue
        joined = [it for it in words if it.head == above.id and it.deprel == word.deprel]
        if len(joined) > 1 or any(it.head == word.id and it.deprel == "cc" for it in words):
            continue
        verb = words[above.head - 1]
        if verb.upos == "VERB" and above.deprel in ("obj", "nsubj", "nsubj:pass"):
            yield place, word._replace(head=verb.id, deprel="obl")


def _is_place_behind_comma(words: list[Word], word: Word, above: Word) -> bool:
    """Whether «в» or «на» with a place stands right behind a comma: «построят школу, в Твери»."""
    signs = [it for it in words if it.head == word.id and it.deprel == "case"]
    if len(signs) != 1 or signs[0].lemma not in _PLACES or word.features.get("Case") != "Loc":
        return False
    commas = [it for it in words[above.id : word.id] if it.form == ","]
    return len(commas) == 1 and commas[0].id == signs[0].id - 1


def _describe_what_follows(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give an adjective to the noun behind it, if they agree: «Готовый суп должен постоять».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Готовый", "готовый", "ADJ", feats="Case=Nom|Gender=Masc|Number=Sing", head=3,
        ...               deprel="xcomp"),
        ...          Word(2, "суп", "суп", "NOUN", feats="Case=Nom|Gender=Masc|Number=Sing", head=3,
        ...               deprel="nsubj"),
        ...          Word(3, "стоит", "стоять", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].head, words[0].deprel
        (2, 'amod')
    """
    for place, (word, noun) in enumerate(pairwise(words)):
        if word.upos != "ADJ" or noun.upos not in _NOUNS or not word.head or word.head != noun.head:
            continue
        if word.deprel not in _BESIDE or word.form.isascii() or word.features.get("Degree") == "Cmp":
            continue
        mine, its = word.features, noun.features
        names = ("Case", "Number") if its.get("Number") == "Plur" else ("Case", "Number", "Gender")
        if described(word.form) and all(mine.get(name) == its.get(name) for name in names):
            yield place, word._replace(head=noun.id, deprel="amod")


def _speak_about(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «о» behind a thing say what the thing is about: «Анна купила книгу о кошках».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "купила", "купить", "VERB"),
        ...          Word(2, "книгу", "книга", "NOUN", feats="Animacy=Inan|Case=Acc", head=1, deprel="obj"),
        ...          Word(3, "о", "о", "ADP", head=4, deprel="case"),
        ...          Word(4, "кошках", "кошка", "NOUN", feats="Case=Loc", head=1, deprel="obl")]
        >>> correct(words)
        [3]
        >>> words[3].head, words[3].deprel
        (2, 'nmod')
    """
    for thing, sign in pairwise(words):
        if thing.deprel not in ("obj", "nsubj", "nsubj:pass") or thing.upos != "NOUN" or not thing.head:
            continue
        if sign.form.lower() not in ("о", "об", "обо") or sign.deprel != "case" or sign.head < sign.id:
            continue
        topic = words[sign.head - 1]
        is_thing = "Animacy=Inan" in thing.feats and thing.lemma not in roles.PERIODS
        if is_thing and topic.head == thing.head and topic.deprel == "obl" and topic.id > thing.id:
            yield topic.id - 1, topic._replace(head=thing.id, deprel="nmod")


def _part_all(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give «всех» and «всем» to the verb, if the noun behind is no plural in that case: «угостила всех чаем».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "угостила", "угостить", "VERB"),
        ...          Word(2, "всех", "весь", "DET", feats="Case=Gen|Number=Plur", head=3, deprel="det"),
        ...          Word(3, "чаем", "чай", "NOUN", feats="Case=Ins|Number=Sing", head=1, deprel="obl")]
        >>> correct(words)
        [1]
        >>> words[1].head, words[1].deprel
        (1, 'obj')
    """
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.deprel in ("det", "amod", "nmod") and word.head else None
        relation = _ALL.get(word.form.lower(), "")
        if noun is None or not relation or not noun.head or not is_known(noun.form):
            continue
        fitting = {"Gen", "Acc", "Loc"} if relation == "obj" else {"Dat", "Ins", "Loc"}
        if cases(noun) & fitting and not (relation == "obj" and noun.features.get("Number") == "Sing"):
            continue
        verb = words[noun.head - 1]
        others = [it for it in words if it.head == verb.id and it.deprel == relation]
        if verb.upos == "VERB" and not any(it.features.get("Case") != "Ins" for it in others):
            case = "Acc" if relation == "obj" else "Dat"
            yield place, word._replace(head=verb.id, deprel=relation, feats=f"Case={case}|Number=Plur")


def _go_with_verbs(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the verb say with whom, not the time beside: «Анна готовилась полгода вместе с учителем».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "готовилась", "готовиться", "VERB"),
        ...          Word(2, "полгода", "полгода", "NOUN", feats="Case=Acc", head=1, deprel="obl"),
        ...          Word(3, "вместе", "вместе", "ADV", head=2, deprel="advmod"),
        ...          Word(4, "с", "с", "ADP", head=5, deprel="case"),
        ...          Word(5, "учителем", "учитель", "NOUN", feats="Case=Ins", head=2, deprel="nmod")]
        >>> correct(words)
        [2, 4]
        >>> [(word.head, word.deprel) for word in words[2:]]
        [(1, 'advmod'), (5, 'case'), (1, 'obl')]
    """
    signs = {word.head: word.lemma for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        time = words[word.head - 1] if word.head and word.head < word.id else None
        if time is None or time.deprel not in ("obl", "obj") or time.id in signs or not time.head:
            continue
        if time.lemma not in roles.PERIODS and not _is_half(time.lemma):
            continue
        verb = words[time.head - 1]
        if verb.upos != "VERB":
            continue
        if word.lemma == "вместе" and word.deprel == "advmod":
            yield place, word._replace(head=verb.id)
        elif signs.get(word.id) in ("с", "со") and word.deprel == "nmod" and "Case=Ins" in word.feats:
            yield place, word._replace(head=verb.id, deprel="obl")


def _govern_what_agrees(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition on the noun behind it, if its own cannot have it: «Анна испекла из яблок пирог».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "испекла", "испечь", "VERB"), Word(2, "из", "из", "ADP", head=4, deprel="case"),
        ...          Word(3, "яблок", "яблоко", "NOUN", feats="Case=Gen", head=4, deprel="nmod"),
        ...          Word(4, "пирог", "пирог", "NOUN", feats="Case=Acc", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(3, 'case'), (1, 'obl'), (1, 'obj')]
    """
    for place, (sign, noun, thing) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        if sign.deprel != "case" or sign.head != thing.id or noun.head != thing.id or not thing.head:
            continue
        verb = words[thing.head - 1]
        if sign.form.lower() not in _OF_GENITIVES or verb.upos != "VERB" or thing.upos != "NOUN":
            continue
        if noun.upos not in _NOUNS:
            continue
        if noun.features.get("Case") != "Gen" or any(
            it.head == verb.id and it.deprel == "obj" for it in words
        ):
            continue
        if thing.features.get("Case") == "Acc" and not is_intransitive(verb.lemma):
            yield place, sign._replace(head=noun.id)
            yield place + 1, noun._replace(head=verb.id, deprel="obl")
            yield place + 2, thing._replace(deprel="obj")


def _act_behind_phrases(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a thing in the accusative on the verb, not on the phrase before it: «Бабушка сварила из грибов суп».

    What describes a noun stands in another case.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Бабушка", "бабушка", "NOUN", feats="Case=Nom", head=2, deprel="nsubj"),
        ...          Word(2, "сварила", "сварить", "VERB"), Word(3, "из", "из", "ADP", head=4, deprel="case"),
        ...          Word(4, "грибов", "гриб", "NOUN", feats="Case=Gen", head=2, deprel="obl"),
        ...          Word(5, "суп", "суп", "NOUN", feats="Case=Acc", head=4, deprel="nmod")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (2, 'obj')
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        noun = words[word.head - 1] if word.deprel == "nmod" and word.head else None
        if noun is None or noun.deprel != "obl" or noun.id not in signs or noun.id > word.id or not noun.head:
            continue
        verb = words[noun.head - 1]
        if verb.upos != "VERB" or verb.id > noun.id or is_intransitive(verb.lemma) or word.id in signs:
            continue
        if word.upos != "NOUN" or word.form[:1].isupper() or not is_known(word.form):
            continue
        if word.features.get("Case") != "Acc" or not {"Acc"} <= cases(word) <= {"Nom", "Acc"}:
            continue
        if word.lemma in roles.PERIODS or word.lemma in roles.REPEATED:
            continue
        below = {it.deprel for it in words if it.head == verb.id}
        if any(it.startswith("nsubj") for it in below) and "obj" not in below:
            yield place, word._replace(head=verb.id, deprel="obj")


def _have_behind_marks(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «у неё экзамен» behind a colon or a comma be a clause: «Аня не придёт: у неё экзамен в среду».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "придёт", "прийти", "VERB"), Word(2, ":", ":", "PUNCT", head=5, deprel="punct"),
        ...          Word(3, "у", "у", "ADP", head=4, deprel="case"),
        ...          Word(4, "неё", "она", "PRON", feats="Case=Gen", head=1, deprel="obl"),
        ...          Word(5, "экзамен", "экзамен", "NOUN", feats="Case=Acc", head=1, deprel="obj")]
        >>> correct(words)
        [3, 4]
        >>> [(word.head, word.deprel) for word in words[3:]]
        [(1, 'parataxis'), (4, 'nsubj')]
    """
    for mark, sign in pairwise(words):
        if mark.form not in (":", ";", ",") or sign.form.lower() != "у" or sign.deprel != "case":
            continue
        rest = words[mark.id :]
        if mark.form == ",":
            rest = rest[: next((n for n, it in enumerate(rest) if it.form in (",", ":", ";")), len(rest))]
        owner = next((it for it in rest if it.id == sign.head), None)
        if owner is None or not owner.head or any(it.upos in ("VERB", "AUX") for it in rest):
            continue
        above = words[owner.head - 1]
        verb = above
        while verb.upos != "VERB" and verb.head:
            verb = words[verb.head - 1]
        signs = {it.head for it in words if it.deprel == "case"}
        things = [
            it
            for it in rest
            if it.upos in _NOUNS
            and it.id > owner.id
            and it.id not in signs
            and it.head in (verb.id, owner.id)
            and (may_be(it, "Nom") if it.deprel != "nmod" else cases(it) <= {"Nom", "Acc"})
        ]
        if verb.id > mark.id or verb.upos != "VERB" or not things or above.id in range(mark.id, owner.id):
            continue
        if mark.form == "," and things[0].deprel == "obj" and not is_intransitive(verb.lemma):
            continue  # «Взял, у соседа, лопату»
        yield owner.id - 1, owner._replace(head=verb.id, deprel="parataxis")
        yield things[0].id - 1, in_nominative(things[0])._replace(head=owner.id, deprel="nsubj")
        for it in rest:
            if it.head == verb.id and it not in (owner, things[0]) and it.upos != "PUNCT":
                yield it.id - 1, it._replace(head=owner.id)


def _stand_beside_days(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang an hour behind a day on the same word as the day: «Поезд в пятницу в 18:40».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Поезд", "поезд", "NOUN"), Word(2, "в", "в", "ADP", head=3, deprel="case"),
        ...          Word(3, "пятницу", "пятница", "NOUN", feats="Case=Acc", head=1, deprel="nmod"),
        ...          Word(4, "в", "в", "ADP", head=5, deprel="case"),
        ...          Word(5, "18:40", "18:40", "NUM", head=3, deprel="nmod")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (1, 'nmod')
    """
    for place, word in enumerate(words):
        day = words[word.head - 1] if word.deprel in ("nmod", "nummod", "appos") and word.head else None
        if (
            day is None
            or day.id > word.id
            or day.lemma not in WEEKDAYS
            or not day.head
            or not clock(word.form)
        ):
            continue
        if any(it.head == word.id and it.lemma in _PLACES for it in words) and day.deprel in ("nmod", "obl"):
            yield place, word._replace(head=day.head, deprel=day.deprel)


def _is_half(lemma: str) -> bool:
    """Whether a word says half of a time: «полгода», «полчаса»."""
    return lemma.startswith("пол") and any(lemma[3:].startswith(it[:3]) for it in roles.PERIODS)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _place_behind_commas,
    _describe_what_follows,
    _speak_about,
    _part_all,
    _go_with_verbs,
    _govern_what_agrees,
    _act_behind_phrases,
    _have_behind_marks,
    _stand_beside_days,
)
"""In the order in which they are tried."""
