"""Rules for trees of both languages: what is a clause of its own, and what one number or date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import values
from scenograph.readers.sentence import Word

_SUBORDINATE: Final = frozenset({"advcl", "ccomp", "conj", "acl", "obl", "nmod"})
_NUMERIC: Final = frozenset({"nummod", "compound", "flat", "nmod", "fixed"})
"""Relations of a part of a number to the other part."""
_THEREFORE: Final = frozenset({"поэтому", "therefore", "hence", "thus"})
_JOINING: Final = frozenset({"mark", "cc"})


def _part_at_semicolons(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what has a subject of its own behind a semicolon be a clause beside: «Anna sings; Tom sleeps».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Anna", "Anna", "PROPN", head=2, deprel="nsubj"),
        ...          Word(2, "sings", "sing", "VERB"),
        ...          Word(3, ";", ";", "PUNCT", head=5, deprel="punct"),
        ...          Word(4, "Tom", "Tom", "PROPN", head=5, deprel="nsubj"),
        ...          Word(5, "sleeps", "sleep", "VERB", head=2, deprel="advcl")]
        >>> correct(words)
        [4]
        >>> words[4].deprel
        'parataxis'
    """
    marks = [word.id for word in words if word.form == ";"]
    for place, word in enumerate(words):
        if not any(word.head < mark < word.id for mark in marks) or word.deprel not in _SUBORDINATE:
            continue
        below = {it.deprel.partition(":")[0] for it in words if it.head == word.id}
        if "nsubj" in below and not below & _JOINING and word.head:
            yield place, word._replace(deprel="parataxis")


def _part_predicates(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what has a subject be no adverbial of another verb: «Олег не придёт: у него экзамен».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "придёт", "прийти", "VERB"), Word(2, ":", ":", "PUNCT", head=4, deprel="punct"),
        ...          Word(3, "у", "у", "ADP", head=4, deprel="case"),
        ...          Word(4, "него", "он", "PRON", head=1, deprel="obl"),
        ...          Word(5, "экзамен", "экзамен", "NOUN", head=4, deprel="nsubj")]
        >>> correct(words)
        [3, 4]
        >>> words[3].deprel
        'parataxis'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or word.deprel not in ("obl", "nmod") or above.id > word.id:
            continue
        below = {it.deprel.partition(":")[0] for it in words if it.head == word.id}
        between = any(it.form in (":", ",", ";", "—") for it in words[above.id : place])
        if "nsubj" in below and between and not below & _JOINING:
            yield place, word._replace(deprel="parataxis")


def _nest_members(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang what follows a joined phrase at once on it: «from nine on weekdays and until two on Saturdays».

    Two members of a list are parted by a comma or a conjunction.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Monday", "Monday", "PROPN"),
        ...          Word(2, "and", "and", "CCONJ", head=4, deprel="cc"),
        ...          Word(3, "until", "until", "ADP", head=4, deprel="case"),
        ...          Word(4, "two", "two", "NUM", head=1, deprel="conj"),
        ...          Word(5, "on", "on", "ADP", head=6, deprel="case"),
        ...          Word(6, "Friday", "Friday", "PROPN", head=1, deprel="conj")]
        >>> correct(words)
        [5]
        >>> words[5].head, words[5].deprel
        (4, 'nmod')
    """
    for place, (before, sign, word) in enumerate(zip(words, words[1:], words[2:], strict=False), start=2):
        joined = before.deprel == word.deprel == "conj" and before.head == word.head
        if joined and sign.upos == "ADP" and sign.head == word.id and before.upos in ("NUM", "NOUN", "PROPN"):
            yield place, word._replace(head=before.id, deprel="nmod")


def _join_numerals(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let two numerals in words be one number: «двадцать три гостя».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "двадцать", "двадцать", "NUM", head=3, deprel="nummod:gov"),
        ...          Word(2, "три", "три", "NUM", head=3, deprel="nummod:gov"),
        ...          Word(3, "гостя", "гость", "NOUN")]
        >>> correct(words)
        [0]
        >>> words[0].head, words[0].deprel
        (2, 'compound')
    """
    for place, (one, other) in enumerate(pairwise(words)):
        if one.upos != "NUM" or other.upos != "NUM" or not (_amount(one) > 19 and _fits(one, other)):
            continue
        if one.head == other.head and one.head and other.deprel.startswith("nummod"):
            yield place, one._replace(head=other.id, deprel="compound")
        elif one.head == other.id and one.deprel.partition(":")[0] not in _NUMERIC:
            yield place, one._replace(deprel="compound")
        elif other.head == one.id and other.deprel.partition(":")[0] not in _NUMERIC:
            yield place + 1, other._replace(deprel="compound")
        elif one.head != other.id and other.head != one.id and one.deprel.startswith("nummod"):
            yield place, one._replace(head=other.id, deprel="compound")  # «шестьдесят пять тысяч»


def _fits(one: Word, other: Word) -> bool:
    """Whether a number goes on with a smaller one: «сорок два», «сто сорок»; not «сорок двадцать»."""
    large = str(_amount(one))
    return 0 < _amount(other) < 10 ** (len(large) - len(large.rstrip("0")))


def _amount(word: Word) -> int:
    """Return the number that a word says; 0 for digits and for what is no whole number."""
    said = None if word.form[:1].isdigit() else values.number([word.lemma.lower()])
    return int(said) if said and said.isdigit() else 0


def _join_consequences(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a clause with «поэтому» stand beside what it follows from: «Свет отключали, поэтому Анна уехала».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "отключали", "отключать", "VERB"),
        ...          Word(2, ",", ",", "PUNCT", head=5, deprel="punct"),
        ...          Word(3, "поэтому", "поэтому", "ADV", head=5, deprel="advmod"),
        ...          Word(4, "Анна", "Анна", "PROPN", head=5, deprel="nsubj"),
        ...          Word(5, "уехала", "уехать", "VERB", head=1, deprel="advcl")]
        >>> correct(words)
        [4]
        >>> words[4].deprel
        'conj'
    """
    for place, word in enumerate(words):
        if word.deprel != "advcl" or word.head > word.id:
            continue
        below = [it for it in words if it.head == word.id]
        follows = any(it.lemma.lower() in _THEREFORE for it in below)
        if follows and not any(it.deprel == "mark" for it in below):
            yield place, word._replace(deprel="conj")


def _act_behind_semicolons(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a noun behind a semicolon be who acts there: «Anna sings; dogs without a lead will be caught».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "sings", "sing", "VERB"), Word(2, ";", ";", "PUNCT", head=3, deprel="punct"),
        ...          Word(3, "dogs", "dog", "NOUN", head=1, deprel="parataxis"),
        ...          Word(4, "bark", "bark", "VERB", head=1, deprel="advcl")]
        >>> correct(words)
        [2, 3]
        >>> [(word.head, word.deprel) for word in words[2:]]
        [(4, 'nsubj'), (1, 'parataxis')]
    """
    for sign, noun in pairwise(words):
        if sign.form != ";" or noun.upos not in ("NOUN", "PROPN") or not noun.head or noun.head > sign.id:
            continue
        verb = next((it for it in words[noun.id :] if it.upos == "VERB" and 0 < it.head < sign.id), None)
        below = [] if verb is None else [it for it in words if it.head == verb.id]
        found = {it.deprel for it in below}
        if verb is None or verb.deprel not in _SUBORDINATE or found & {"nsubj", "nsubj:pass", "mark"}:
            continue
        passive = "nsubj:pass" if "aux:pass" in found else "nsubj"
        yield noun.id - 1, noun._replace(head=verb.id, deprel=passive)
        yield verb.id - 1, verb._replace(deprel="parataxis")


def join_dates(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang the name of a month on the number before it, where both hang on the same word: «родился 14 марта».

    It runs where Russian times are read, and last of the English rules.

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


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _act_behind_semicolons,
    _part_at_semicolons,
    _part_predicates,
    _nest_members,
    _join_numerals,
    _join_consequences,
)
"""In the order in which they are tried."""
