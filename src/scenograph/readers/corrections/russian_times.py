"""Rules for Russian trees about times, ages and ordinals: «по вторникам», «Анне шесть лет», «сорок пятый»."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles, values
from scenograph.readers.corrections.clauses import join_dates
from scenograph.readers.corrections.forms import cases, may_be, noun_in
from scenograph.readers.sentence import Word

_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_NAMED: Final = frozenset({"NOUN", "PROPN", "PRON"})
_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_WHEN: Final = frozenset({"зимой", "летом", "весной", "осенью", "утром", "днём", "днем", "вечером", "ночью"})
_DAYS: Final = frozenset(
    {"число", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"}
)
_AGES: Final = frozenset({"год", "месяц", "неделя"})
_OBJECTS: Final = frozenset({"obj", "obl", "nmod", "appos", "amod"})
_OF_NOUNS: Final = frozenset({"det", "amod", "nmod", "flat", "appos", "nummod", "case", "compound"})
"""Relations of what belongs to a noun, not to a clause."""


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
        if amount.lemma not in roles.PERIODS:
            continue
        heads = [words[head - 1] for head in (word.head, amount.head) if head and head != amount.id]
        verb = next((it for it in heads if it.upos == "VERB"), None)
        if verb is not None and (amount.head, amount.deprel) != (verb.id, "obl"):
            yield before, amount._replace(head=verb.id, deprel="obl")
        if word.head != amount.id and (verb is not None or amount.head != word.id):
            yield place, word._replace(head=amount.id, deprel="advmod")


def _repeat_times(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «по вторникам» say when something is done, and belong to no noun: «ходит в бассейн по вторникам».

        >>> words = [Word(1, "ходит", "ходить", "VERB"), Word(2, "бассейн", "бассейн", "NOUN", head=1),
        ...          Word(3, "по", "по", "ADP", head=4, deprel="case"),
        ...          Word(4, "вторникам", "вторник", "NOUN", feats="Number=Plur", head=2, deprel="nmod")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [3]
        >>> words[3].head, words[3].deprel
        (1, 'obl')
    """
    signs = {word.head: word.lemma for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        if signs.get(word.id) != "по" or word.lemma not in roles.REPEATED or word.deprel != "nmod":
            continue
        above = words[word.head - 1]
        while above.head and above.upos not in _PREDICATIVE:
            above = words[above.head - 1]
        if above.upos in _PREDICATIVE and "Number=Plur" in word.feats:
            yield place, word._replace(head=above.id, deprel="obl")


def _say_when(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «зимой», «вечером» say when something happens, and describe no noun: «Вишня зимой замёрзла».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Вишня", "вишня", "NOUN", head=3, deprel="nsubj"),
        ...          Word(2, "зимой", "зима", "NOUN", feats="Case=Ins|Number=Sing", head=1, deprel="nmod"),
        ...          Word(3, "замёрзла", "замерзнуть", "VERB")]
        >>> correct(words)
        [1]
        >>> words[1].head, words[1].deprel
        (3, 'obl')
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.deprel == "nmod" and word.head else None
        if above is None or word.form.lower() not in _WHEN or not above.head:
            continue
        if words[above.head - 1].upos in _PREDICATIVE:
            yield place, word._replace(head=above.head, deprel="obl")


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


def _span_hours(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang both ends of a time on the same word: «принимают по будням с девяти до шести».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "открыт", "открыть", "VERB"), Word(2, "утрам", "утро", "NOUN", head=1),
        ...          Word(3, "с", "с", "ADP", head=4, deprel="case"),
        ...          Word(4, "семи", "семь", "NUM", head=2, deprel="nmod"),
        ...          Word(5, "до", "до", "ADP", head=6, deprel="case"),
        ...          Word(6, "двух", "два", "NUM", head=1, deprel="obl")]
        >>> correct(words)
        [3, 5]
        >>> words[3].head, words[3].deprel
        (1, 'obl')
    """
    for place in range(len(words) - 3):
        since, first, until, last = words[place : place + 4]
        if (since.lemma, until.lemma) != ("с", "до") or {first.upos, last.upos} != {"NUM"} or not last.head:
            continue
        if (
            since.head != first.id
            or until.head != last.id
            or not {first.deprel, last.deprel} <= {"nmod", "obl"}
        ):
            continue
        yield place + 1, first._replace(head=last.head, deprel=last.deprel)
        yield place + 3, last


def _end_by(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «не позже пятницы» like «до пятницы».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "сдать", "сдать", "VERB"), Word(2, "не", "не", "PART", head=3, deprel="advmod"),
        ...          Word(3, "позже", "позже", "ADV", head=4, deprel="advmod"),
        ...          Word(4, "пятницы", "пятница", "NOUN", feats="Case=Gen", head=1, deprel="obj")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.lemma, word.head, word.deprel) for word in words[1:]]
        [('не', 3, 'goeswith'), ('до', 4, 'case'), ('пятница', 1, 'obl')]
    """
    for place, (no, later) in enumerate(pairwise(words)):
        if no.lemma != "не" or later.form.lower() not in ("позже", "позднее"):
            continue
        nouns = [it for it in words[later.id : later.id + 4] if it.upos in _NOUNS]
        if not nouns or not (
            values.month(nouns[0].lemma.lower()) or nouns[0].lemma in roles.TIME_NOUNS | _DAYS
        ):
            continue
        noun = nouns[0]
        top = noun if noun.head not in (later.id, no.id) else later
        if (
            not top.head
            or not may_be(noun, "Gen")
            or any(it.head == noun.id and it.deprel == "case" for it in words)
        ):
            continue
        yield place, no._replace(head=later.id, deprel="goeswith")
        yield place + 1, later._replace(lemma="до", upos="ADP", feats="_", head=noun.id, deprel="case")
        said = noun_in(noun.form, "Gen", number="Sing")
        feats = said.feats if said is not None else "Case=Gen"
        yield noun.id - 1, noun._replace(head=top.head, deprel="obl", feats=feats)


def _be_years_old(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Анне было шесть лет» and «Сколько лет Анне?» as the same: years, and who has them.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Анне", "Анна", "PROPN", feats="Case=Dat"),
        ...          Word(2, "было", "быть", "AUX", head=4, deprel="cop"),
        ...          Word(3, "шесть", "шесть", "NUM", head=4, deprel="nummod:gov"),
        ...          Word(4, "лет", "год", "NOUN", feats="Case=Gen", head=1, deprel="nmod")]
        >>> correct(words)
        [0, 1, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(4, 'iobj'), (4, 'cop'), (4, 'nummod:gov'), (0, 'root')]
    """
    signs = {word.head for word in words if word.deprel == "case"}
    for year in words:
        counted = any(it.head == year.id and (it.upos == "NUM" or it.lemma == "сколько") for it in words)
        if year.lemma not in _AGES or not counted or year.id in signs:
            continue
        group = {year.id}
        for word in words:
            is_near = word.head in group or any(it.id in group and it.head == word.id for it in words)
            if is_near and word.lemma == "быть" and word.upos in _PREDICATIVE:
                group.add(word.id)
        whose = [
            it
            for it in words
            if it.upos in _NAMED
            and _is_dative(words, it)
            and it.id not in signs
            and (it.head in group or any(one.id in group and one.head == it.id for one in words))
            and it.deprel != "orphan"
        ]
        if len(whose) != 1:
            continue
        group.add(whose[0].id)
        tops = [it for it in words if it.id in group and it.head not in group]
        if len(tops) != 1 or (
            tops[0].head and words[tops[0].head - 1].lemma not in _AGES and tops[0].deprel in _OBJECTS
        ):
            continue
        for place, word in enumerate(words):
            if word is year:
                yield place, word._replace(head=tops[0].head, deprel=tops[0].deprel)
            elif word.id in group:
                yield place, word._replace(head=year.id, deprel="iobj" if word is whose[0] else "cop")
            elif word.head in group and word.head != year.id:
                is_own = word.head == whose[0].id and word.deprel.partition(":")[0] in _OF_NOUNS
                if not is_own:
                    deprel = "advcl" if word.deprel == "acl" else word.deprel
                    yield place, word._replace(head=year.id, deprel=deprel)


def _repeat_often(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «в день» behind «два раза» say how often, and not when: «Их пьют два раза в день».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "пьют", "пить", "VERB"), Word(2, "два", "два", "NUM", head=3),
        ...          Word(3, "раза", "раз", "NOUN", feats="Case=Gen", head=1, deprel="obl"),
        ...          Word(4, "в", "в", "ADP", head=5, deprel="case"),
        ...          Word(5, "день", "день", "NOUN", feats="Case=Acc", head=1, deprel="obl")]
        >>> correct(words)
        [2, 4]
        >>> [(word.head, word.deprel, word.feats) for word in (words[2], words[4])]
        [(1, 'obl', 'Case=Nom'), (3, 'nmod', 'Case=Acc')]
    """
    for place in range(len(words) - 2):
        times, sign, unit = words[place : place + 3]
        if (
            (times.lemma, times.upos) != ("раз", "NOUN")
            or sign.lemma not in ("в", "во")
            or unit.lemma not in roles.PERIODS
        ):
            continue
        if sign.head != unit.id or not unit.head or unit.features.get("Case") != "Acc":
            continue
        if times.deprel in ("obl", "obj", "nsubj", "advmod"):
            own = times.features.get("Case", "")
            feats = times.feats.replace(f"Case={own}", "Case=Nom") if own else "Case=Nom"
            yield place, times._replace(deprel="obl", feats=feats)
        if unit.head != times.id and times.head != unit.id:
            yield unit.id - 1, unit._replace(head=times.id, deprel="nmod")


def _is_dative(words: list[Word], word: Word) -> bool:
    """Whether *word* is a dative, or what describes it is: «вашему дому»."""
    said = [word, *(it for it in words if it.head == word.id and it.deprel in ("det", "amod"))]
    return any(it.features.get("Case") == "Dat" for it in said) and "Dat" in cases(word)


def _order_with_tens(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a number before an ordinal be a part of it, and count nothing: «в сорок пятой школе».

    Days and years are values (`scenograph.readers.moments`).

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "сорок", "сорок", "NUM", head=3, deprel="nummod:gov"),
        ...          Word(2, "пятой", "пятый", "ADJ", feats="Case=Loc", head=3, deprel="amod"),
        ...          Word(3, "школе", "школа", "NOUN", feats="Case=Loc")]
        >>> correct(words)
        [0, 1]
        >>> [(word.head, word.deprel, word.feats) for word in words[:2]]
        [(3, 'amod', 'Case=Loc'), (1, 'fixed', '_')]
    """
    for place, (tens, unit) in enumerate(pairwise(words)):
        if tens.upos != "NUM" or unit.upos != "ADJ" or not unit.deprel.startswith("amod") or not unit.head:
            continue
        of = words[unit.head - 1]
        large = values.number([tens.lemma.lower()]) or ""
        small = values.ordinal(unit.lemma.lower())
        if tens.form[:1].isdigit() or not large.isdigit() or not 0 < small < 10 or int(large) % 10:
            continue
        if not 20 <= int(large) <= 900 or of.lemma == "год" or values.month(of.lemma.lower()):
            continue
        if any(it.head in (tens.id, unit.id) and it is not tens for it in words):
            continue
        yield place, tens._replace(upos="ADJ", feats=unit.feats, head=unit.head, deprel="amod")
        yield place + 1, unit._replace(head=tens.id, deprel="fixed", feats="_")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _measure_back,
    _repeat_times,
    _say_when,
    join_dates,
    _keep_birthdays,
    _span_hours,
    _end_by,
    _be_years_old,
    _order_with_tens,
    _repeat_often,
)
"""In the order in which they are tried."""
