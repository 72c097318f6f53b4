"""Rules for Russian trees about amounts: «сколько коробок», «около ста гостей», «сорок миллионов рублей»."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles
from scenograph.readers.corrections.forms import agrees, in_nominative, is_intransitive, may_be
from scenograph.readers.dictionary import is_known
from scenograph.readers.sentence import Word

_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_FIXED: Final = frozenset({
    "пять", "шесть", "семь", "восемь", "девять", "десять", "двенадцать", "пятнадцать", "двадцать", "тридцать",
    "сорок", "сто",
})  # fmt: skip
"""Numbers whose form says that they are no genitive."""
_NAMED: Final = frozenset({"NOUN", "PROPN", "PRON"})
_SIZES: Final = frozenset({
    "высота", "длина", "ширина", "глубина", "толщина", "площадь", "объем", "вес", "масса", "диаметр", "рост",
    "стоимость", "мощность", "размер",
})  # fmt: skip
_MEASURES: Final = frozenset(
    {"процент", "%", "метр", "сантиметр", "миллиметр", "километр", "литр", "градус", "балл"}
)


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
        actors = [(number, it) for number, it in beside if it.deprel == "obj" and may_be(it, "Nom")]
        if counted.lemma in roles.PERIODS:
            continue  # «Сколько лет Анна писала письма?»
        if len(actors) == 1:
            number, actor = actors[0]
            if is_known(actor.form) and not agrees(words, actor, words[counted.head - 1]):
                continue
            yield place, counted._replace(deprel="obj")
            yield number, actor._replace(deprel="nsubj", feats=actor.feats.replace("Case=Acc", "Case=Nom"))


def _act_on_counted(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what is counted be acted on, where its number is no genitive: «Поставили у двери двадцать стульев».

    «Двадцать» cannot describe a door, as «двадцати» could. So it is with «сколько»: «Сколько роз они купили?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Поставили", "поставить", "VERB"),
        ...          Word(2, "у", "у", "ADP", head=3, deprel="case"),
        ...          Word(3, "двери", "дверь", "NOUN", feats="Case=Gen", head=1, deprel="obl"),
        ...          Word(4, "двадцать", "двадцать", "NUM", feats="Case=Acc", head=5, deprel="nummod:gov"),
        ...          Word(5, "стульев", "стул", "NOUN", feats="Case=Gen", head=3, deprel="nmod"),
        ...          Word(6, "дети", "ребенок", "NOUN", feats="Case=Nom", head=1, deprel="nsubj")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (1, 'obj')
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for number in words:
        noun = words[number.head - 1] if number.deprel == "nummod:gov" and number.head else None
        if noun is None or not noun.head or noun.id in signs or noun.id < number.id:
            continue
        if number.form.isdecimal() or noun.upos != "NOUN" or noun.lemma in roles.PERIODS | roles.UNITS:
            continue
        above = words[noun.head - 1]
        asks = number.lemma == "сколько" and noun.deprel == "obl" and above.upos == "VERB"
        is_beside = noun.deprel == "nmod" and above.id in signs and above.deprel == "obl" and above.head
        is_fixed = number.lemma in _FIXED and not may_be(number, "Gen")
        verb = above if asks else words[above.head - 1] if is_beside and is_fixed else None
        if verb is None or verb.upos != "VERB" or is_intransitive(verb.lemma):
            continue
        below = {it.deprel for it in words if it.head == verb.id}
        if "nsubj" in below and "obj" not in below:
            yield noun.id - 1, noun._replace(head=verb.id, deprel="obj")


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
            or may_be(counted, "Gen")
        ):
            continue
        before = words[place - 1] if place else word
        if before.upos == "ADP" and before.head == counted.id:
            yield place - 1, before._replace(head=word.id)
        yield place, word._replace(head=counted.head, deprel="obl")
        if may_be(counted, "Nom"):
            yield counted.id - 1, counted._replace(deprel="nsubj")


def _measure_subjects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what may be the subject of a verb of measure be it: «Сколько стоит билет?»

        >>> words = [Word(1, "Сколько", "сколько", "ADV", head=2, deprel="advmod"),
        ...          Word(2, "стоит", "стоить", "VERB"),
        ...          Word(3, "билет", "билет", "NOUN", feats="Case=Acc", head=2, deprel="obj")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [2]
        >>> words[2].deprel, words[2].feats
        ('nsubj', 'Case=Nom')
    """
    for asking in words:
        verb = words[asking.head - 1] if asking.lemma == "сколько" and asking.head else None
        if verb is None or verb.lemma not in roles.MEASURING:
            continue
        below = [it for it in words if it.head == verb.id]
        measured = [it for it in below if it.deprel == "obj" and it.upos in _NAMED and may_be(it, "Nom")]
        if len(measured) == 1 and not any(it.deprel == "nsubj" for it in below):
            [it] = measured
            feats = it.feats.replace("Case=Acc", "Case=Nom")
            yield it.id - 1, it._replace(deprel="nsubj", feats=feats)


def _cost_amounts(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an amount behind a verb of measure be what something costs or weighs: «Сыр вкусный и стоит 90 рублей».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "стоит", "стоить", "VERB"),
        ...          Word(2, "90", "90", "NUM", head=3, deprel="nummod:gov"),
        ...          Word(3, "рублей", "рубль", "NOUN", feats="Case=Gen", head=1, deprel="nsubj")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'obj'
    """
    for place, word in enumerate(words):
        verb = words[word.head - 1] if word.deprel in ("nsubj", "obl") and word.head else None
        if verb is None or verb.lemma not in roles.MEASURING or verb.id > word.id:
            continue
        below = [it for it in words if it.head == word.id]
        counted = any(it.deprel.startswith("nummod") for it in below)
        if counted and word.lemma in roles.UNITS and not any(it.deprel == "case" for it in below):
            yield place, word._replace(deprel="obj")


def _count_about(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «около» before a number say how many, where nothing can be near: «Пришло около ста гостей».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Пришло", "прийти", "VERB", feats="Gender=Neut|Number=Sing"),
        ...          Word(2, "около", "около", "ADP", head=4, deprel="case"),
        ...          Word(3, "ста", "сто", "NUM", feats="Case=Gen", head=4, deprel="nummod"),
        ...          Word(4, "гостей", "гость", "NOUN", feats="Animacy=Anim|Case=Gen", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(3, 'advmod'), (4, 'nummod:gov'), (1, 'nsubj')]
    """
    for place, (about, number) in enumerate(pairwise(words)):
        noun = words[about.head - 1] if about.head and about.lemma == "около" else None
        if noun is None or noun.upos != "NOUN" or number.upos != "NUM" or number.head != noun.id:
            continue
        above = words[noun.head - 1] if noun.head else None
        if above is None or about.deprel != "case":
            continue
        has_subject = any(it.head == above.id and it.deprel == "nsubj" for it in words)
        if noun.deprel == "conj":
            role = "conj" if above.features.get("Case") == "Nom" else ""
        elif above.lemma in roles.MEASURING and noun.lemma in roles.UNITS:
            role = "obj"
        else:
            is_alone = above.upos == "VERB" and "Gender=Neut" in above.feats and not has_subject
            role = "nsubj" if is_alone and noun.deprel == "obl" and "Animacy=Anim" in noun.feats else ""
        if role:
            yield place, about._replace(head=number.id, deprel="advmod", upos="ADV")
            yield place + 1, number._replace(deprel="nummod:gov")
            yield noun.id - 1, noun._replace(deprel=role)


def _come_in_numbers(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what is counted beside a verb without an object act: «На праздник пришли тридцать два гостя».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "пришли", "прийти", "VERB"),
        ...          Word(2, "два", "два", "NUM", head=3, deprel="nummod"),
        ...          Word(3, "гостя", "гость", "NOUN", feats="Case=Gen", head=1, deprel="obl")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'nsubj'
    """
    for number in words:
        counted = words[number.head - 1] if number.deprel.startswith("nummod") and number.head else None
        if counted is None or counted.deprel != "obl" or counted.upos != "NOUN" or not counted.head:
            continue
        verb = words[counted.head - 1]
        if verb.upos != "VERB" or not is_intransitive(verb.lemma) or "VerbForm=Inf" in verb.feats:
            continue
        if counted.lemma in roles.PERIODS | roles.REPEATED | roles.UNITS | _MEASURES | {"раз"}:
            continue
        bare = not any(it.head == counted.id and it.deprel == "case" for it in words)
        if bare and not any(it.head == verb.id and it.deprel.startswith("nsubj") for it in words):
            yield counted.id - 1, counted._replace(deprel="nsubj")


def _measure_objects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an amount behind an object say how much of it there is: «Школьники получают скидку 20 процентов».

    How long something lasts, and how often, the verb says: «лечила людей десять лет».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "получают", "получать", "VERB"),
        ...          Word(2, "скидку", "скидка", "NOUN", feats="Case=Acc", head=1, deprel="obj"),
        ...          Word(3, "20", "20", "NUM", head=4, deprel="nummod:gov"),
        ...          Word(4, "процентов", "процент", "NOUN", feats="Case=Gen", head=1, deprel="obl")]
        >>> correct(words)
        [3]
        >>> words[3].head, words[3].deprel
        (2, 'nmod')
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for thing, number, unit in zip(words, words[1:], words[2:], strict=False):
        if thing.deprel != "obj" or thing.upos != "NOUN" or number.upos != "NUM" or number.head != unit.id:
            continue
        is_amount = unit.lemma in (_MEASURES | roles.UNITS) - roles.PERIODS and unit.id not in signs
        if is_amount and unit.head == thing.head and unit.deprel in ("obl", "iobj", "nsubj"):
            yield unit.id - 1, unit._replace(head=thing.id, deprel="nmod")


def _measure_by_size(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «высотой» before an amount describe the noun before it: «Качели высотой три метра подарил завод».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Качели", "качели", "NOUN", feats="Case=Gen|Number=Plur", head=2, deprel="nmod"),
        ...          Word(2, "высотой", "высота", "NOUN", feats="Case=Ins", head=5, deprel="iobj"),
        ...          Word(3, "три", "три", "NUM", head=4, deprel="nummod:gov"),
        ...          Word(4, "метра", "метр", "NOUN", feats="Case=Gen", head=2, deprel="nmod"),
        ...          Word(5, "подарил", "подарить", "VERB"),
        ...          Word(6, "завод", "завод", "NOUN", feats="Case=Nom", head=5, deprel="nsubj")]
        >>> correct(words)
        [0, 1, 5]
        >>> [(word.head, word.deprel) for word in words[:2]]
        [(5, 'obj'), (1, 'nmod')]
    """
    for thing, size, amount in zip(words, words[1:], words[2:], strict=False):
        if size.lemma not in _SIZES or "Case=Ins" not in size.feats or amount.upos != "NUM":
            continue
        if thing.upos != "NOUN" or thing.head != size.id or not size.head:
            continue
        verb = words[size.head - 1]
        beside = [it for it in words if it.head == verb.id and it.id != size.id]
        actors = [it for it in beside if it.deprel in ("nsubj", "obj") and agrees(words, it, verb)]
        if verb.upos != "VERB":
            continue
        if agrees(words, thing, verb) and not any(it.deprel == "nsubj" for it in beside):
            yield thing.id - 1, in_nominative(thing)._replace(head=verb.id, deprel="nsubj")
        elif len(actors) == 1 and may_be(thing, "Acc") and not is_intransitive(verb.lemma):
            yield actors[0].id - 1, in_nominative(actors[0])._replace(deprel="nsubj")
            feats = thing.feats.replace("Case=Gen", "Case=Acc")
            yield thing.id - 1, thing._replace(head=verb.id, deprel="obj", feats=feats)
        else:
            continue
        yield size.id - 1, size._replace(head=thing.id, deprel="nmod")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _count_objects,
    _act_on_counted,
    _count_only_genitives,
    _measure_subjects,
    _cost_amounts,
    _count_about,
    _come_in_numbers,
    _measure_objects,
    _measure_by_size,
)
"""In the order in which they are tried."""
