"""Rules for trees of Russian questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers.corrections.forms import (
    agrees,
    cases,
    in_nominative,
    is_intransitive,
    is_plural,
    may_be,
    noun_in,
)
from scenograph.readers.dictionary import is_known
from scenograph.readers.sentence import Word

_MEASURED: Final = frozenset({"часто", "долго", "далеко", "скоро", "быстро", "сильно", "редко"})
_WHAT: Final = frozenset({"каков", "какова", "каково", "каковы"})
_ADVERBS: Final = frozenset({"когда", "где", "куда", "откуда", "почему", "зачем"})
_COUNTING: Final = frozenset({"сколько", "столько", "много", "мало", "несколько"})


def _ask_how(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «как» ask for the degree of the adverb behind it: «Как часто ходит автобус?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Как", "как", "ADV", head=3, deprel="advmod"),
        ...          Word(2, "часто", "часто", "ADV", head=3, deprel="advmod"),
        ...          Word(3, "ходит", "ходить", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].head
        2
    """
    for place, (how, adverb) in enumerate(pairwise(words)):
        if (
            how.lemma == "как"
            and adverb.lemma in _MEASURED
            and how.head == adverb.head
            and how.deprel == "advmod"
        ):
            yield place, how._replace(head=adverb.id)


def _ask_how_things_are(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Как дела?» like «Как она?»: how they are, not «as things».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Как", "как", "ADV", head=2, deprel="case"),
        ...          Word(2, "дела", "дело", "NOUN", feats="Case=Nom", head=0, deprel="root"),
        ...          Word(3, "?", "?", "PUNCT", head=2, deprel="punct")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(0, 'root'), (1, 'nsubj'), (1, 'punct')]
    """
    if not words or words[-1].form != "?" or any(word.upos in ("VERB", "AUX") for word in words):
        return
    for how in words:
        is_first = how.id == 1 or words[how.id - 2].upos in ("PUNCT", "CCONJ", "PART")
        thing = words[how.head - 1] if how.head > how.id else None
        if how.form.lower() != "как" or not is_first or thing is None or how.deprel not in ("case", "mark"):
            continue
        if thing.upos != "NOUN" or not may_be(thing, "Nom") or thing.head > how.id:
            continue
        deprel = "parataxis" if thing.head else "root"
        yield how.id - 1, how._replace(upos="ADV", feats="PronType=Int", head=thing.head, deprel=deprel)
        yield thing.id - 1, thing._replace(head=how.id, deprel="nsubj", feats=_in(thing, "Nom"))
        for word in words:
            if word.head == thing.id and word.deprel == "punct":
                yield word.id - 1, word._replace(head=how.id)


def _count_genitives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what «сколько» counts be a genitive, where its form can be one: «Сколько яблонь посажено?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Сколько", "сколько", "NUM", head=2, deprel="nummod:gov"),
        ...          Word(2, "яблонь", "яблонь", "NOUN", feats="Case=Nom")]
        >>> correct(words)
        [1]
        >>> words[1].lemma, words[1].feats
        ('яблоня', 'Case=Gen|Gender=Fem|Number=Plur')
    """
    for word in words:
        if word.lemma not in _COUNTING or word.deprel != "nummod:gov" or not word.head:
            continue
        counted = words[word.head - 1]
        if counted.upos == "NOUN" and counted.id > word.id and counted.features.get("Case") != "Gen":
            found = noun_in(counted.form, "Gen", number="Plur")
            if found is not None:
                yield counted.id - 1, counted._replace(lemma=found.lemma, feats=found.feats)


def _ask_whose(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Сколько у Ани кошек?», «Какая у Ани кошка?» and «Где у Ани кошка?» like «У Ани две кошки».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Сколько", "сколько", "NUM"), Word(2, "у", "у", "ADP", head=3, deprel="case"),
        ...          Word(3, "Ани", "Аня", "PROPN", feats="Case=Gen", head=1, deprel="obl"),
        ...          Word(4, "кошек", "кошка", "NOUN", feats="Case=Gen", head=3, deprel="nmod")]
        >>> correct(words)
        [0, 1, 2, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(4, 'nummod:gov'), (3, 'case'), (0, 'root'), (3, 'nsubj')]
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) < 4 or spoken[0].lemma not in _ADVERBS | {"сколько", "какой"} or spoken[1].lemma != "у":
        return
    if any(word.upos in ("VERB", "AUX") for word in words):
        return
    asked, sign, *others = spoken
    owner = next((word for word in others if word.id == sign.head), None)
    things = [
        word for word in others if word.upos == "NOUN" and word is not owner and not _has_sign(words, word)
    ]
    things = [word for word in things if owner is not None and word.id > owner.id]
    if owner is None or not things:
        return
    thing = things[0]
    counts, is_adverb = asked.lemma == "сколько", asked.lemma in _ADVERBS
    if is_adverb and not (may_be(thing, "Nom") and words[-1].form.startswith("?")):
        return
    for word in words:
        if word is asked and is_adverb:
            yield word.id - 1, word._replace(head=owner.id, deprel="advmod", upos="ADV")
        elif word is asked:
            yield word.id - 1, word._replace(head=thing.id, deprel="nummod:gov" if counts else "det")
        elif word is owner:
            yield word.id - 1, word._replace(head=0, deprel="root")
        elif word is thing:
            said = in_nominative(word) if is_adverb else word
            yield word.id - 1, said._replace(head=owner.id, deprel="nsubj")
        elif word is sign:
            yield word.id - 1, word
        elif word.head in (0, asked.id):
            yield word.id - 1, word._replace(head=owner.id, deprel="nmod" if not word.head else word.deprel)


def _ask_what_it_is(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Каков возраст дуба?» as what it asks: what the age is.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Каков", "каковой", "ADJ"),
        ...          Word(2, "возраст", "возраст", "NOUN", feats="Case=Nom", head=1, deprel="nsubj")]
        >>> correct(words)
        [0]
        >>> words[0].lemma, words[0].upos
        ('что', 'PRON')
    """
    for place, word in enumerate(words):
        has_subject = any(it.head == word.id and it.deprel == "nsubj" for it in words)
        if word.form.lower() in _WHAT and not word.head and has_subject:
            yield place, word._replace(lemma="что", upos="PRON", feats="Case=Nom|PronType=Int")


def _ask_for_objects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «что» be the object where the verb stands in the plural, and it cannot be the subject: «Что пекут?»

    Where an infinitive can have it, it is the object of that: «Что ей велели купить?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Что", "что", "PRON", feats="Case=Nom|PronType=Int", head=2, deprel="nsubj"),
        ...          Word(2, "пекут", "печь", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].deprel, words[0].feats
        ('obj', 'Case=Acc|PronType=Int')
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "nsubj" and word.head else None
        if verb is None or word.form.lower() != "что" or verb.upos != "VERB" or not is_plural(verb.form):
            continue
        beside = [it for it in words if it.head == verb.id and it.id != word.id]
        acts = [*(it for it in beside if it.deprel == "xcomp" and it.upos == "VERB"), verb]
        acts = [it for it in acts if not is_intransitive(it.lemma)]
        if acts and not any(it.head == acts[0].id and it.deprel == "obj" for it in words):
            feats = word.feats.replace("Case=Nom", "Case=Acc")
            yield place, word._replace(head=acts[0].id, deprel="obj", feats=feats)


def _ask_for_measures(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Какой глубины озеро?» like «Какая глубина озера?».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Какой", "какой", "DET", feats="Case=Nom|PronType=Int", head=2, deprel="det"),
        ...          Word(2, "глубины", "глубина", "NOUN", feats="Case=Gen", head=3, deprel="nsubj"),
        ...          Word(3, "озеро", "озеро", "NOUN", feats="Case=Nom", head=0, deprel="root")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel, word.feats) for word in words[1:]]
        [(0, 'root', 'Case=Nom|Gender=Fem|Number=Sing'), (2, 'nmod', 'Case=Gen')]
    """
    if len(words) < 3 or words[0].lemma != "какой" or any(word.upos in ("VERB", "AUX") for word in words):
        return
    asked, measure = words[:2]
    things = [word for word in words[2:] if word.upos in ("NOUN", "PROPN") and word.head in (0, measure.id)]
    if (
        measure.upos != "NOUN"
        or not is_known(measure.form)
        or len(things) != 1
        or _has_sign(words, things[0])
    ):
        return
    found = cases(measure)
    if (
        "Gen" not in found
        or not may_be(things[0], "Nom")
        or (measure.features.get("Case") not in ("Gen", None) and not _asks_of_one(asked, measure))
    ):
        return
    if {measure.head, things[0].head} != {0, measure.id} and {measure.head, things[0].head} != {
        0,
        things[0].id,
    }:
        return
    [thing] = things
    for place, word in enumerate(words):
        if word is asked:
            yield place, word._replace(head=measure.id, deprel="det", feats=_in(word, "Nom"))
        elif word is measure:
            one = noun_in(word.form, "Gen", number="Sing")
            feats = one.feats.replace("Case=Gen", "Case=Nom") if one else _in(word, "Nom")
            yield place, word._replace(head=0, deprel="root", feats=feats)
        elif word is thing:
            yield place, word._replace(head=measure.id, deprel="nmod", feats=_in(word, "Gen"))
        elif word.upos == "PUNCT" and word.head == thing.id:
            yield place, word._replace(head=measure.id)


def _asks_of_one(asked: Word, measure: Word) -> bool:
    """Whether «какой» or «какого» stands before a noun that is a genitive of one thing, and else a plural."""
    is_plural = measure.features.get("Number") == "Plur"
    return (
        is_plural
        and asked.form.lower() in ("какой", "какого")
        and bool(noun_in(measure.form, "Gen", number="Sing"))
    )


def _ask_behind_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition on the question word behind it: «Во сколько мне обошёлся билет?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Во", "в", "ADP", head=3, deprel="case"),
        ...          Word(2, "сколько", "сколько", "NUM", head=4, deprel="obl"),
        ...          Word(3, "мне", "я", "PRON", head=4, deprel="iobj"), Word(4, "стал", "стать", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].head
        2
    """
    for place, (sign, word) in enumerate(pairwise(words)):
        if sign.upos != "ADP" or sign.deprel != "case" or word.lemma not in ("сколько", "кто", "что"):
            continue
        if sign.head > word.id and word.head != sign.head and "PronType=Rel" not in word.feats:
            yield place, sign._replace(head=word.id)


def _ask_by_adverbs(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «когда» and its like ask, and be no preposition or conjunction: «Когда у Ани экзамен?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Когда", "когда", "ADP", head=3, deprel="case"),
        ...          Word(2, "у", "у", "ADP", head=3, deprel="case"),
        ...          Word(3, "Ани", "Аня", "PROPN", feats="Case=Gen"),
        ...          Word(4, "экзамен", "экзамен", "NOUN", feats="Case=Nom", head=3, deprel="nsubj"),
        ...          Word(5, "?", "?", "PUNCT", head=3, deprel="punct")]
        >>> correct(words)
        [0, 1, 2, 3, 4]
        >>> words[0].upos, words[0].deprel
        ('ADV', 'advmod')
    """
    first = next((word for word in words if word.upos != "PUNCT"), None)
    if first is None or first.lemma not in _ADVERBS or first.deprel not in ("case", "cc", "fixed", "det"):
        return
    above = words[first.head - 1] if first.head else first
    while above.head and above.upos not in ("VERB", "AUX"):
        above = words[above.head - 1]
    if above is not first and words[-1].form.startswith("?"):
        yield first.id - 1, first._replace(head=above.id, deprel="advmod", upos="ADV")


def _ask_whom(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «кого» be who is acted on, and what may be the subject act: «Кого лечила Петрова?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Кого", "кто", "PRON", feats="Case=Gen", head=2, deprel="nsubj"),
        ...          Word(2, "лечила", "лечить", "VERB"),
        ...          Word(3, "Петрова", "Петров", "PROPN", feats="Case=Acc", head=2, deprel="obj")]
        >>> correct(words)
        [0, 2]
        >>> [(word.lemma, word.deprel) for word in words]
        [('кто', 'obj'), ('лечить', 'root'), ('Петрова', 'nsubj')]
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "nsubj" and word.head else None
        if verb is None or verb.upos != "VERB" or word.form.lower() != "кого" or is_intransitive(verb.lemma):
            continue
        actors = [it for it in words if it.head == verb.id and it.deprel == "obj" and may_be(it, "Nom")]
        if len(actors) == 1 and (not is_known(actors[0].form) or agrees(words, actors[0], verb)):
            yield place, word._replace(deprel="obj", feats=_in(word, "Acc"))
            yield actors[0].id - 1, in_nominative(actors[0])._replace(deprel="nsubj")


def _in(word: Word, case: str) -> str:
    """Return the features of *word* with *case* instead of its own."""
    return word.feats.replace(f"Case={word.features.get('Case')}", f"Case={case}")


def _has_sign(words: list[Word], word: Word) -> bool:
    """Whether a preposition stands before *word*."""
    return any(it.head == word.id and it.deprel == "case" for it in words)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _ask_how,
    _ask_how_things_are,
    _count_genitives,
    _ask_whose,
    _ask_what_it_is,
    _ask_for_objects,
    _ask_for_measures,
    _ask_behind_prepositions,
    _ask_by_adverbs,
    _ask_whom,
)
"""In the order in which they are tried."""
