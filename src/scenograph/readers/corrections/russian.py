"""Rules for Russian trees; that for dashes holds in English, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import values
from scenograph.readers.dictionary import case_and_number, is_known, readings
from scenograph.readers.sentence import Word

_DASHES: Final = frozenset({"—", "–", "-", "--"})
_NAMING: Final = frozenset({"звать", "назвать", "называть", "прозвать", "прозывать", "окрестить", "наречь"})
_AMOUNTS_OF_TIME: Final = frozenset(
    {"секунда", "минута", "час", "день", "сутки", "неделя", "месяц", "год", "десятилетие", "век", "столетие"}
)
_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_NAMED: Final = frozenset({"NOUN", "PROPN", "PRON"})
_NOUNS: Final = frozenset({"NOUN", "PROPN"})


def _give_to_datives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what was taken for a direct object and stands in the dative be who receives: «Что Павел купил Соне?»

    In treebanks of Russian, 8 of 1,843 direct objects stand in the dative, and 399 indirect ones do.

        >>> sonya = Word(2, "Соне", "Соня", "PROPN", feats="Case=Dat", head=1, deprel="obj")
        >>> words = [Word(1, "помог", "помочь", "VERB"), sonya]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [1]
        >>> words[1].deprel
        'iobj'
    """
    for place, word in enumerate(words):
        if word.deprel == "obj" and word.features.get("Case") == "Dat" and _may_be(word, "Dat"):
            yield place, word._replace(deprel="iobj")


def _count_objects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what «сколько» counts be what somebody acts on, where the only noun beside it may act.

    «Сколько коробок уничтожил пожар?»: a fire destroys boxes; «коробок» alone could not hang on the verb.

        >>> words = [Word(1, "Сколько", "сколько", "NUM", head=2, deprel="nummod:gov"),
        ...          Word(2, "коробок", "коробка", "NOUN", feats="Case=Gen", head=3, deprel="obl"),
        ...          Word(3, "уничтожил", "уничтожить", "VERB"),
        ...          Word(4, "пожар", "пожар", "NOUN", feats="Case=Acc", head=3, deprel="obj")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [1, 3]
        >>> [word.deprel for word in words if word.upos == "NOUN"]
        ['obj', 'nsubj']
    """
    for word in words:
        if word.lemma != "сколько" or not word.head:
            continue
        place, counted = word.head - 1, words[word.head - 1]
        beside = [(number, it) for number, it in enumerate(words) if it.head == counted.head and it.head]
        bare = not any(it.head == counted.id and it.deprel == "case" for it in words)
        if counted.deprel not in ("obl", "nmod") or not bare or any(it.deprel == "nsubj" for _, it in beside):
            continue
        actors = [(number, it) for number, it in beside if it.deprel == "obj" and _may_be(it, "Nom")]
        if len(actors) == 1:
            number, actor = actors[0]
            yield place, counted._replace(deprel="obj")
            yield number, actor._replace(deprel="nsubj", feats=actor.feats.replace("Case=Acc", "Case=Nom"))


def _count_only_genitives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «сколько» count no noun that is no genitive: «За сколько соседи продали дом?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "За", "за", "ADP", head=3, deprel="case"),
        ...          Word(2, "сколько", "сколько", "NUM", head=3, deprel="nummod:gov"),
        ...          Word(3, "соседи", "сосед", "NOUN", feats="Case=Nom", head=4, deprel="obl"),
        ...          Word(4, "продали", "продать", "VERB"),
        ...          Word(5, "дом", "дом", "NOUN", feats="Case=Acc", head=4, deprel="obj")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words[:3]]
        [(2, 'case'), (4, 'obl'), (4, 'nsubj')]
    """
    for place, word in enumerate(words):
        counted = words[word.head - 1] if word.lemma == "сколько" and word.head else None
        if counted is None or not counted.head or word.deprel.partition(":")[0] != "nummod":
            continue
        if (
            words[counted.head - 1].upos not in ("VERB", "ADJ", "ADV")
            or counted.id < word.id
            or _may_be(counted, "Gen")
        ):
            continue
        before = words[place - 1] if place else word
        if before.upos == "ADP" and before.head == counted.id:
            yield place - 1, before._replace(head=word.id)
        yield place, word._replace(head=counted.head, deprel="obl")
        if _may_be(counted, "Nom"):
            yield counted.id - 1, counted._replace(deprel="nsubj")


def _compare_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a comparative be said of the name before it, and be no part of it: «Андрей старше Бориса».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Андрей", "Андрей", "PROPN", feats="Case=Nom"),
        ...          Word(2, "старше", "старший", "ADJ", feats="Degree=Cmp", head=1, deprel="flat:name"),
        ...          Word(3, "Бориса", "Борис", "PROPN", feats="Case=Gen", head=1, deprel="obl")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'nsubj'), (0, 'root'), (2, 'obl')]
    """
    tops = [word for word in words if not word.head]
    if any(word.upos in _PREDICATIVE for word in words) or len(tops) != 1 or tops[0].upos not in _NAMED:
        return
    [top] = tops
    for place, word in enumerate(words):
        if word.head == top.id and word.id > top.id and word.features.get("Degree") == "Cmp":
            yield top.id - 1, top._replace(head=word.id, deprel="nsubj")
            yield place, word._replace(head=0, deprel="root")
            for number, other in enumerate(words):
                if other.head in (top.id, word.id) and other.id > word.id:
                    is_amount = other.deprel in ("nmod", "obl", "flat:name", "appos")
                    yield number, other._replace(head=word.id, deprel="obl" if is_amount else other.deprel)
            return


def _want_with_subjects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give the subject of an infinitive to the verb above it: «Какой язык хочет выучить Аня?»

    No infinitive has a subject in the nominative. What was taken for the subject above is the object, if it
    can be.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "язык", "язык", "NOUN", feats="Case=Nom", head=2, deprel="nsubj"),
        ...          Word(2, "хочет", "хотеть", "VERB", feats="VerbForm=Fin"),
        ...          Word(3, "выучить", "выучить", "VERB", feats="VerbForm=Inf", head=2, deprel="xcomp"),
        ...          Word(4, "Аня", "Аня", "PROPN", feats="Case=Nom", head=3, deprel="nsubj")]
        >>> correct(words)
        [0, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(3, 'obj'), (0, 'root'), (2, 'xcomp'), (2, 'nsubj')]
    """
    for place, subject in enumerate(words):
        verb = words[subject.head - 1] if subject.deprel == "nsubj" and subject.head else None
        if verb is None or "VerbForm=Inf" not in verb.feats or verb.deprel != "xcomp":
            continue
        if subject.form.isascii() or subject.features.get("Case") != "Nom":
            continue
        above = [it for it in words if it.head == verb.head and it.deprel == "nsubj"]
        has_object = any(it.head == verb.id and it.deprel == "obj" for it in words)
        if above and (has_object or not _may_be(above[0], "Acc")):
            continue
        yield place, subject._replace(head=verb.head)
        for it in above:
            feats = it.feats.replace("Case=Nom", "Case=Acc")
            yield it.id - 1, it._replace(head=verb.id, deprel="obj", feats=feats)


def _have_with_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang what follows a thing that somebody has on the thing: «У мамы аллергия на кошек», «На кого у мамы …?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "У", "у", "ADP", head=2, deprel="case"),
        ...          Word(2, "мамы", "мама", "NOUN", feats="Case=Gen"),
        ...          Word(3, "аллергия", "аллергия", "NOUN", feats="Case=Nom", head=2, deprel="nsubj"),
        ...          Word(4, "на", "на", "ADP", head=5, deprel="case"),
        ...          Word(5, "кошек", "кошка", "NOUN", feats="Case=Acc", head=2, deprel="nmod")]
        >>> correct(words)
        [4]
        >>> words[4].head
        3
    """
    if any(word.upos in _PREDICATIVE for word in words):
        return
    signs = {word.head: word.lemma for word in words if word.deprel == "case"}
    for owner in words:
        if signs.get(owner.id) != "у":
            continue
        below = [word for word in words if word.head == owner.id]
        things = [it for it in below if it.features.get("Case") == "Nom" and it.id not in signs]
        if len(things) != 1 or things[0].upos not in _NOUNS:
            continue
        [thing] = things
        top = words[owner.head - 1] if owner.head else owner
        if top is not owner and not top.head and top.upos == "PRON" and top.id in signs:  # «на кого»
            yield owner.id - 1, owner._replace(head=0, deprel="root")
            yield thing.id - 1, thing._replace(deprel="nsubj")
            yield top.id - 1, top._replace(head=thing.id, deprel="nmod")
            for word in words:
                if word.head == top.id and word.upos == "PUNCT":
                    yield word.id - 1, word._replace(head=owner.id)
        for word in below:
            if word.deprel in ("nmod", "obl") and word.id in signs and word.id > thing.id:
                yield word.id - 1, word._replace(head=thing.id, deprel="nmod")


def _join_dates(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang the name of a month on the number before it, where both hang on the same word: «родился 14 марта».

        >>> day = Word(2, "14", "14", "ADJ", head=1, deprel="obl")
        >>> words = [Word(1, "уехал", "уехать", "VERB"), day, Word(3, "марта", "март", "NOUN", head=1)]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [2]
        >>> words[2].head, words[2].deprel
        (2, 'flat')
    """
    for place, (day, month) in enumerate(pairwise(words), start=1):
        if day.head == month.head and day.form.isdecimal() and values.month(month.lemma.lower()):
            yield place, month._replace(head=day.id, deprel="flat")


def _keep_birthdays(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a date and an owner behind «день рождения» belong to the day: «У Петра день рождения 14 марта».

        >>> words = [Word(1, "День", "день", "NOUN"),
        ...          Word(2, "рождения", "рождение", "NOUN", head=1, deprel="nmod"),
        ...          Word(3, "мамы", "мама", "NOUN", feats="Case=Gen", head=2, deprel="nmod"),
        ...          Word(4, "4", "4", "NUM", head=5, deprel="nummod"),
        ...          Word(5, "мая", "май", "NOUN", feats="Case=Gen", head=3, deprel="nmod")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [2, 4]
        >>> words[2].head, words[4].head
        (1, 1)
    """
    for place, (day, birth) in enumerate(pairwise(words), start=1):
        if (day.lemma, birth.lemma) != ("день", "рождение") or birth.head != day.id:
            continue
        inside = {birth.id}
        for number, word in enumerate(words[place + 1 :], place + 1):
            if word.head not in inside or any(it.head == word.id and it.deprel == "case" for it in words):
                continue
            if word.upos in _NOUNS or word.form.isdecimal():
                inside.add(word.id)
                if word.deprel.partition(":")[0] in ("nmod", "obl", "appos"):
                    yield number, word._replace(head=day.id, deprel="nmod")


def _call_by_name(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a name in the nominative after «зовут» be what somebody is called: «Кошку зовут Муся».

        >>> words = [Word(1, "Кошку", "кошка", "NOUN", feats="Case=Acc", head=2, deprel="obj"),
        ...          Word(2, "зовут", "звать", "VERB"),
        ...          Word(3, "Муся", "Муся", "PROPN", feats="Case=Dat", head=2, deprel="iobj")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [2]
        >>> words[2].deprel, words[2].feats
        ('xcomp', 'Case=Nom')
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or word.upos != "PROPN" or above.lemma not in _NAMING:
            continue
        if word.deprel in ("obj", "iobj", "obl", "nmod", "nsubj", "vocative") and _may_be(word, "Nom"):
            others = [it for it in words if it.head == above.id and it.deprel in ("obj", "iobj", "nsubj")]
            if any(it is not word for it in others):
                case = word.features.get("Case")
                feats = word.feats.replace(f"Case={case}", "Case=Nom") if case else word.feats
                yield place, word._replace(deprel="xcomp", feats=feats)


def _take_accusatives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what was taken for who receives be the object, if it can be that alone: «Его зовут Иван».

        >>> words = [Word(1, "Его", "он", "PRON", head=2, deprel="iobj"), Word(2, "зовут", "звать", "VERB")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0]
        >>> words[0].deprel
        'obj'
    """
    for place, word in enumerate(words):
        if word.deprel != "iobj" or not is_known(word.form) or word.form.isascii():
            continue
        cases = _cases(word)
        others = [it for it in words if it.head == word.head and it.deprel == "obj"]
        if "Acc" in cases and "Dat" not in cases and not others:
            case = word.features.get("Case")
            feats = word.feats.replace(f"Case={case}", "Case=Acc") if case else word.feats
            yield place, word._replace(deprel="obj", feats=feats)


def _measure_back(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an amount of time before «назад» say when something is: «купили в кредит три года назад».

        >>> words = [Word(1, "уехал", "уехать", "VERB"), Word(2, "час", "час", "NOUN", head=1, deprel="obj"),
        ...          Word(3, "назад", "назад", "ADV", head=1, deprel="advmod")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(1, 'obl'), (2, 'advmod')]
    """
    for place, word in enumerate(words):
        if word.lemma != "назад" or not place:
            continue
        before = place - 2 if words[place - 1].form.lower() == "тому" and place > 1 else place - 1
        amount = words[before]
        if amount.lemma not in _AMOUNTS_OF_TIME:
            continue
        heads = [words[head - 1] for head in (word.head, amount.head) if head and head != amount.id]
        verb = next((it for it in heads if it.upos == "VERB"), None)
        if verb is not None and (amount.head, amount.deprel) != (verb.id, "obl"):
            yield before, amount._replace(head=verb.id, deprel="obl")
        if word.head != amount.id and (verb is not None or amount.head != word.id):
            yield place, word._replace(head=amount.id, deprel="advmod")


def _say_with_dashes(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what stands behind a dash be said of what stands before it, where nothing else is said.

        >>> words = [Word(1, "Столица", "столица", "NOUN"),
        ...          Word(2, "—", "—", "PUNCT", head=3, deprel="punct"),
        ...          Word(3, "Москва", "Москва", "PROPN", head=1, deprel="appos")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(3, 'nsubj'), (3, 'punct'), (0, 'root')]
    """
    if any(word.upos in _PREDICATIVE or word.deprel == "cop" for word in words):
        return
    dashes = [place for place, word in enumerate(words) if word.form in _DASHES and word.upos == "PUNCT"]
    tops = [place for place, word in enumerate(words) if not word.head]
    if len(dashes) != 1 or len(tops) != 1 or not tops[0] < dashes[0] or words[tops[0]].upos not in _NOUNS:
        return
    [dash], [top] = dashes, tops
    behind = [
        (place, word)
        for place, word in enumerate(words)
        if place > dash and word.head == words[top].id and word.upos != "PUNCT"
    ]
    if len(behind) != 1 or behind[0][1].deprel.partition(":")[0] not in ("appos", "nmod", "parataxis"):
        return
    place, said = behind[0]
    yield place, said._replace(head=0, deprel="root")
    yield top, words[top]._replace(head=said.id, deprel="nsubj")
    for number, word in enumerate(words):
        if word.head == words[top].id and word.upos == "PUNCT":
            yield number, word._replace(head=said.id)


def _may_be(word: Word, case: str) -> bool:
    """Whether the dictionary lets a form stand in *case*; it does not rule out what it does not know."""
    return not is_known(word.form) or case in _cases(word)


def _cases(word: Word) -> set[str]:
    """Return the cases that a form can stand in; of «его» those of «он», not of «his»."""
    found = readings(word.form, word.upos)
    if word.upos == "PRON":
        found = [it for it in found if it.tag.POS == "NPRO"] or found
    return {case_and_number(it)[0] for it in found}


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _give_to_datives,
    _count_objects,
    _count_only_genitives,
    _compare_names,
    _want_with_subjects,
    _have_with_prepositions,
    _join_dates,
    _keep_birthdays,
    _call_by_name,
    _take_accusatives,
    _measure_back,
    _say_with_dashes,
)
"""In the order in which they are tried."""
