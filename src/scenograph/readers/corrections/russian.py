"""Rules for Russian trees; that for dashes holds in English, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.readers import roles
from scenograph.readers.corrections.forms import (
    COUNTING,
    cases,
    is_intransitive,
    may_be,
    noun_in,
)
from scenograph.readers.dictionary import is_known
from scenograph.readers.sentence import Word

_DASHES: Final = frozenset({"—", "–", "-", "--"})
_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_NAMED: Final = frozenset({"NOUN", "PROPN", "PRON"})
_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_MUST: Final = frozenset({"должен", "обязан", "намерен"})
"""What is said of somebody with an infinitive, which is not its subject."""


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
        if word.deprel == "obj" and word.features.get("Case") == "Dat" and may_be(word, "Dat"):
            yield place, word._replace(deprel="iobj")


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


def _have_to_do(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an infinitive be what somebody has to do, and no subject of «должен»: «Где должен стоять стол?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "должен", "должен", "ADJ", feats="Gender=Masc|Variant=Short"),
        ...          Word(2, "стоять", "стоять", "VERB", feats="VerbForm=Inf", head=1, deprel="csubj"),
        ...          Word(3, "стол", "стол", "NOUN", feats="Case=Nom", head=2, deprel="nsubj")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(0, 'root'), (1, 'xcomp'), (1, 'nsubj')]
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.deprel == "csubj" and word.head else None
        if above is None or above.lemma not in _MUST or "VerbForm=Inf" not in word.feats:
            continue
        if above.features.get("Variant") == "Short" and not above.form.endswith("о"):
            yield place, word._replace(deprel="xcomp")


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
        if above and (has_object or not may_be(above[0], "Acc")):
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
        [0, 1, 2, 4]
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
        if not owner.head and thing.deprel == "nsubj":  # «Когда у Ани экзамен?» can be read in this way alone
            yield from ((it.id - 1, it) for it in (owner, thing, *below) if it.deprel != "nmod")
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
        ('xcomp', 'Case=Nom|Gender=Fem|Number=Sing')
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or word.upos != "PROPN" or above.lemma not in roles.NAMING:
            continue
        if word.deprel in ("obj", "iobj", "obl", "nmod", "nsubj", "vocative") and may_be(word, "Nom"):
            others = [it for it in words if it.head == above.id and it.deprel in ("obj", "iobj", "nsubj")]
            if any(it is not word for it in others):
                case = word.features.get("Case")
                feats = word.feats.replace(f"Case={case}", "Case=Nom") if case else word.feats
                yield place, word._replace(deprel="xcomp", feats=feats)


def _take_accusatives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what was taken for who receives be the object, if it is no dative: «Его зовут Иван», «Чего он боится?»

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
        found = cases(word)
        others = [it for it in words if it.head == word.head and it.deprel == "obj"]
        if others or "Dat" in found or any(it.head == word.id and it.deprel == "case" for it in words):
            continue
        case = word.features.get("Case")
        if "Acc" in found:
            feats = word.feats.replace(f"Case={case}", "Case=Acc") if case else word.feats
            it = noun_in(word.form, "Acc") if word.upos == "NOUN" and case != "Acc" else None
            yield place, word._replace(deprel="obj", feats=feats, lemma=it.lemma if it else word.lemma)
        elif case == "Gen" and words[word.head - 1].upos == "VERB":
            yield place, word._replace(deprel="obj")


def _act_by_infinitives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give an object to the infinitive, where the verb above it can have none beside: «Его обещали привезти».

    «Врач заставил его лечь» has both; verbs like «заставить» are listed (`roles.CAUSING`).

        >>> words = [Word(1, "Его", "он", "PRON", feats="Case=Acc", head=2, deprel="obj"),
        ...          Word(2, "обещали", "обещать", "VERB", feats="VerbForm=Fin"),
        ...          Word(3, "привезти", "привезти", "VERB", feats="VerbForm=Inf", head=2, deprel="xcomp")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0]
        >>> words[0].head
        3
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "obj" and word.head else None
        if verb is None or verb.upos != "VERB" or word.form.isascii() or verb.lemma in roles.CAUSING:
            continue
        below = [it for it in words if it.head == verb.id and it.deprel == "xcomp"]
        if len(below) != 1 or "VerbForm=Inf" not in below[0].feats or not may_be(word, "Acc"):
            continue
        if not any(it.head == below[0].id and it.deprel == "obj" for it in words):
            yield place, word._replace(head=below[0].id)


def _act_on_nothing(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give no object to a verb that takes none: what it has is a time, or who acts: «Борщ должен постоять ночь».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "должен", "должен", "ADJ"),
        ...          Word(2, "постоять", "постоять", "VERB", feats="VerbForm=Inf", head=1, deprel="xcomp"),
        ...          Word(3, "борщ", "борщ", "NOUN", feats="Case=Acc", head=2, deprel="obj"),
        ...          Word(4, "ночь", "ночь", "NOUN", feats="Case=Acc", head=2, deprel="obj")]
        >>> correct(words)
        [2, 3]
        >>> [(word.head, word.deprel) for word in words[2:]]
        [(1, 'nsubj'), (2, 'obl')]
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel == "obj" and word.head else None
        if verb is None or verb.upos != "VERB" or not is_intransitive(verb.lemma):
            continue
        if word.lemma in roles.PERIODS or word.lemma in roles.REPEATED:
            yield place, word._replace(deprel="obl")
            continue
        above = words[verb.head - 1] if verb.deprel == "xcomp" and verb.head else verb
        has_subject = any(it.head == above.id and it.deprel == "nsubj" for it in words)
        is_counted = any(it.head == word.id and it.deprel in COUNTING for it in words)
        if word.upos in _NAMED and (is_counted or may_be(word, "Nom")) and not has_subject:
            feats = word.feats.replace("Case=Acc", "Case=Nom")
            yield place, word._replace(head=above.id, deprel="nsubj", feats=feats)


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
    end = next((place for place, word in enumerate(words) if word.form in (":", ";")), len(words))
    if any(word.upos in _PREDICATIVE or word.deprel == "cop" for word in words[:end]):
        return
    dashes = [place for place, word in enumerate(words[:end]) if word.form in _DASHES]
    tops = [place for place, word in enumerate(words) if not word.head]
    if len(dashes) != 1 or len(tops) != 1 or not tops[0] < dashes[0] or words[tops[0]].upos not in _NOUNS:
        return
    [dash], [top] = dashes, tops
    behind = [
        (place, word)
        for place, word in enumerate(words)
        if dash < place < end and word.head == words[top].id and word.upos != "PUNCT"
    ]
    if len(behind) != 1 or behind[0][1].deprel.partition(":")[0] not in ("appos", "nmod", "parataxis"):
        return
    place, said = behind[0]
    yield place, said._replace(head=0, deprel="root")
    yield top, words[top]._replace(head=said.id, deprel="nsubj")
    for number, word in enumerate(words):
        if word.head == words[top].id and (word.upos == "PUNCT" or number > end):
            yield number, word._replace(head=said.id)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _give_to_datives,
    _compare_names,
    _have_to_do,
    _want_with_subjects,
    _have_with_prepositions,
    _call_by_name,
    _take_accusatives,
    _act_by_infinitives,
    _act_on_nothing,
    _say_with_dashes,
)
"""In the order in which they are tried."""
