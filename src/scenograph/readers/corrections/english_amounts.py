"""Rules for English trees about amounts and times: «from 20 to 30 dollars», «until ten on the terrace»."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles, values
from scenograph.readers.sentence import Word
from scenograph.readers.values import WEEKDAYS

_TIME_CASES: Final = frozenset({"on", "at", "in", "before", "after", "until", "since", "during", "from"})
LASTING: Final = frozenset(
    {"last", "take", "cost", "weigh", "measure", "run", "wait", "spend", "walk", "drive"}
)
AMOUNTS: Final = roles.TIME_NOUNS | {
    "metre",
    "meter",
    "mile",
    "kilometre",
    "dollar",
    "euro",
    "pound",
    "kilo",
    "ton",
}
_UNTIL: Final = frozenset({"to", "till", "until"})


def _range_amounts(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Part the two ends of «from 20 to 30 dollars»: the noun is counted once, by the second.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "rose", "rise", "VERB"), Word(2, "from", "from", "ADP", head=6, deprel="case"),
        ...          Word(3, "20", "20", "NUM", head=6, deprel="nummod"),
        ...          Word(4, "to", "to", "ADP", head=5, deprel="case"),
        ...          Word(5, "30", "30", "NUM", head=6, deprel="nummod"),
        ...          Word(6, "dollars", "dollar", "NOUN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:4]]
        [(3, 'case'), (1, 'obl'), (6, 'case')]
    """
    for place, (sign, low, to, high) in enumerate(zip(words, words[1:], words[2:], words[3:], strict=False)):
        counts = high.deprel == "nummod" and high.head > high.id
        noun = words[high.head - 1] if counts else high  # «from seven to ten»
        if sign.form.lower() != "from" or to.form not in _UNTIL or {low.upos, high.upos} != {"NUM"}:
            continue
        is_across = low.head > high.id and low.deprel in (
            "nummod",
            "compound",
        )  # «from eight to five on weekdays»
        if (low.head in (noun.id, high.id) or is_across) and noun.head:
            yield place, sign._replace(head=low.id, deprel="case")
            yield place + 1, low._replace(head=noun.head, deprel="obl")
            yield place + 2, to._replace(head=noun.id, deprel="case", upos="ADP")


def _count_across_nothing(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a number count no noun behind another preposition: «from nine to six on weekdays».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "works", "work", "VERB"), Word(2, "to", "to", "ADP", head=5, deprel="case"),
        ...          Word(3, "six", "six", "NUM", head=5, deprel="nummod"),
        ...          Word(4, "on", "on", "ADP", head=5, deprel="case"),
        ...          Word(5, "weekdays", "weekday", "NOUN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:3]]
        [(3, 'case'), (1, 'obl')]
    """
    for place, (sign, number, other) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        noun = words[number.head - 1] if number.deprel == "nummod" and number.head else None
        if noun is None or not noun.head or number.upos != "NUM" or not number.form.isascii():
            continue
        if sign.upos == other.upos == "ADP" and sign.head == other.head == noun.id and noun.id > other.id:
            yield place, sign._replace(head=number.id, deprel="case")
            yield place + 1, number._replace(head=noun.head, deprel="obl")


def _date_clauses(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a day after «be» say when the clause holds, not when its noun does: «He is in the office on Tuesdays».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "is", "be", "AUX", head=2, deprel="cop"), Word(2, "office", "office", "NOUN"),
        ...          Word(3, "on", "on", "ADP", head=4, deprel="case"),
        ...          Word(4, "Tuesdays", "tuesday", "PROPN", head=2, deprel="nmod")]
        >>> correct(words)
        [3]
        >>> words[3].deprel
        'obl'
    """
    links = {(it.head, it.deprel) for it in words}
    for place, word in enumerate(words):
        is_time = word.lemma.lower() in WEEKDAYS or word.lemma in roles.TIME_NOUNS
        is_time = is_time or bool(values.month(word.lemma))
        if not is_time or word.deprel != "nmod" or not 0 < word.head < word.id:
            continue
        cases = {it.lemma for it in words if it.head == word.id and it.deprel == "case"}
        if (word.head, "cop") in links and cases & _TIME_CASES:
            yield place, word._replace(deprel="obl")


def _be_sure_of_dates(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a day and a month behind a preposition be one date, of which there is no doubt: «until 10 March».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "ill", "ill", "ADJ"), Word(2, "until", "until", "ADP", head=4, deprel="case"),
        ...          Word(3, "10", "10", "NUM", head=4, deprel="nummod"),
        ...          Word(4, "March", "March", "PROPN", head=1, deprel="obl")]
        >>> correct(words)
        [2, 3]
    """
    for sign, day, month in zip(words, words[1:], words[2:], strict=False):
        is_date = bool(values.month(month.lemma)) and month.upos == "PROPN" and 0 < _day(day) < 32
        if not is_date or sign.upos != "ADP" or sign.lemma not in _TIME_CASES:
            continue
        if day.head == month.id and month.deprel == "obl":
            yield day.id - 1, day
            yield month.id - 1, month


def _day(word: Word) -> int:
    return int(word.form) if word.form.isascii() and word.form.isdecimal() and len(word.form) < 3 else 0


def _place_beside_hours(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a place behind an hour belong to the verb: «Dinner is served until ten on the terrace».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "served", "serve", "VERB"),
        ...          Word(2, "until", "until", "ADP", head=3, deprel="case"),
        ...          Word(3, "ten", "ten", "NUM", head=1, deprel="obl"),
        ...          Word(4, "in", "in", "ADP", head=5, deprel="case"),
        ...          Word(5, "bar", "bar", "NOUN", head=3, deprel="nmod")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (1, 'obl')
    """
    signs = {word.head: word.form.lower() for word in words if word.deprel == "case"}
    for place, word in enumerate(words):
        hour = words[word.head - 1] if word.deprel == "nmod" and word.head else None
        if hour is None or hour.upos != "NUM" or hour.deprel != "obl" or word.upos != "NOUN":
            continue
        if signs.get(hour.id) not in ("from", "to", "until", "till", "at") or word.lemma in roles.TIME_NOUNS:
            continue
        if signs.get(word.id) in ("in", "on", "at") and words[hour.head - 1].upos in ("VERB", "ADJ"):
            yield place, word._replace(head=hour.head, deprel="obl")


def _last_about(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «about» before an amount say that it is not exact: «The walk takes about an hour».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "takes", "take", "VERB"),
        ...          Word(2, "about", "about", "ADP", head=4, deprel="case"),
        ...          Word(3, "an", "a", "DET", head=4, deprel="det"),
        ...          Word(4, "hour", "hour", "NOUN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(4, 'advmod'), (4, 'det'), (1, 'obj')]
    """
    for place, (about, article) in enumerate(pairwise(words)):
        noun = words[about.head - 1] if about.head and about.form == "about" else None
        if noun is None or article.lemma != "a" or article.head != noun.id or about.deprel != "case":
            continue
        verb = words[noun.head - 1] if noun.head and noun.deprel == "obl" else None
        if verb is not None and verb.lemma in LASTING and noun.lemma in AMOUNTS:
            yield place, about._replace(deprel="advmod", upos="ADV")
            yield noun.id - 1, noun._replace(deprel="obj")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _range_amounts,
    _count_across_nothing,
    _date_clauses,
    _place_beside_hours,
    _last_about,
    _be_sure_of_dates,
)
"""In the order in which they are tried."""
