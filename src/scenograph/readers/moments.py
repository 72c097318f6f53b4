"""Dates, times of day and numbers of a tree, each as one value with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from scenograph.readers import values
from scenograph.readers.tree import Tree

_YEARS: Final = frozenset({"год", "г.", "г", "year"})
_HALVES: Final = frozenset({"am", "pm", "a.m.", "p.m.", "a.m", "p.m"})
_DAYTIMES: Final = {"утра": "am", "дня": "pm", "вечера": "pm", "ночи": "night"}
_NUMERIC: Final = frozenset({"nummod", "compound", "flat", "nmod", "fixed"})
_ORDINALS: Final = {
    name: number
    for number, names in enumerate(
        (
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
            "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
            "eighteenth", "nineteenth", "twentieth",
        ),
        1,
    )
    for name in names.split()
} | {"thirtieth": 30}  # fmt: skip
_RUSSIAN: Final = (
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат "
    "пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат тридцат"
)
"""Stems of the ordinals that name days."""
_ORDINALS_OF_DAYS: Final = {
    stem + ending: number if number < 21 else 30
    for number, stem in enumerate(_RUSSIAN.split(), 1)
    for ending in (("ье", "ьего", "ьему") if stem == "трет" else ("ое", "ого", "ому"))
}
"""«Первого сентября», «к третьему мая»."""
_TENS: Final = {"twenty": 20, "thirty": 30, "двадцать": 20, "тридцать": 30}


@final
@dataclass(frozen=True, slots=True)
class Value:
    """
    A value in a sentence.

    Attributes:
        text: the value: `1912-06-23`, `18:00`, `25`
        parts: the numbers of the words that say it
        is_time: whether it is a date or a time of day
    """

    text: str
    parts: tuple[int, ...]
    is_time: bool


def moments(tree: Tree) -> dict[int, Value]:
    """Return the values of *tree* by the number of the word that stands for the whole in the tree."""
    found: dict[int, Value] = {}
    taken: set[int] = set()
    for number in tree:
        if number in taken:
            continue
        word = tree.word(number)
        lemma = tree.lemmas[number].lower()
        value = None
        if values.month(lemma) and word.upos in ("PROPN", "NOUN"):
            value = _date(tree, number)
        elif lemma in _YEARS:
            value = _year(tree, number, taken)
        elif word.form.lower() in _DAYTIMES:
            value = _daytime(tree, number)
        elif lemma in _HALVES or values.clock(word.form):
            value = _clock(tree, number)
        if value and not taken.intersection(value.parts):
            taken.update(value.parts)
            found[_top(tree, value.parts)] = value
    for number in tree:
        if number in taken or not _is_numeral(tree, number) or _in_number(tree, number):
            continue
        if value := _number(tree, number, taken):
            taken.update(value.parts)
            found[number] = value
    return found


def _top(tree: Tree, parts: tuple[int, ...]) -> int:
    return next(n for n in parts if tree.heads[n] not in parts)


def _is_joined(tree: Tree, parts: set[int]) -> bool:
    return sum(tree.heads[n] not in parts for n in parts) == 1


def _near(tree: Tree, number: int) -> list[int]:
    head = tree.heads[number]
    return [*tree.kids[number], *([head] if head else [])]


def _date(tree: Tree, number: int) -> Value | None:
    """Return the date around the month *number*: its day and year hang on it, or it hangs on them."""
    year = day = None
    parts = {number}
    queue = [number]
    for here in queue:
        for other in _near(tree, here):
            if other in parts or abs(other - number) > 6:
                continue
            word, lemma = tree.word(other), tree.lemmas[other].lower()
            if (
                day is None
                and (said := _day(tree, other))
                and word.upos in ("NUM", "ADJ", "NOUN", "PROPN", "X")
            ):
                if not said[1].isdisjoint(parts):
                    continue
                day = said[0]
                parts |= said[1]
            elif year is None and values.year(word.form):
                year = values.year(word.form)
                parts.add(other)
            elif lemma not in _YEARS or tree.russian is False:
                continue
            else:
                parts.add(other)
            queue.append(other)
    month = values.month(tree.lemmas[number].lower())
    if len(parts) == 1 or not _is_joined(tree, parts) or (day is None and year is None):
        return None
    return Value(values.date(year=year, month=month, day=day), tuple(sorted(parts)), True)


def _day(tree: Tree, number: int) -> tuple[int, set[int]] | None:
    """Return the day of a month that *number* says, alone or with the word before or after it."""
    form = tree.word(number).form.lower()
    for tens in (number - 1, number):
        said = _TENS.get(tree.word(tens).form.lower(), 0) if 0 < tens < len(tree.words) else 0
        unit = _ordinal(tree.word(tens + 1).form) if said else 0
        if 0 < unit < 10:
            return said + unit, {tens, tens + 1}
    if day := values.day(form) or _ordinal(form):
        return day, {number}
    return None


def _ordinal(form: str) -> int:
    """Return the day that an ordinal names, 0 if it is none."""
    plain = form.lower().replace("ё", "е")
    return _ORDINALS.get(plain) or _ORDINALS_OF_DAYS.get(plain, 0)


def _year(tree: Tree, number: int, taken: set[int]) -> Value | None:
    """Return the year around the word *number*: «1828 год»."""
    if not tree.russian:
        return None
    for kid in tree.kids[number]:
        year = values.year(tree.word(kid).form)
        if year and kid not in taken and not tree.kids[kid] and kid < number:
            return Value(values.date(year=year), (kid, number), True)
    return None


def _clock(tree: Tree, number: int) -> Value | None:
    """Return the time of day at *number*: «6 pm», «18:30»."""
    form = tree.word(number).form
    if tree.lemmas[number].lower() not in _HALVES:
        half = [n for n in _near(tree, number) if tree.lemmas[n].lower() in _HALVES and n > number]
        value = values.clock(form, tree.word(half[0]).form if half else "")
        if value and (":" in form or half):
            return Value(value, (number, *half[:1]), True)
        return None
    for other in _near(tree, number):
        value = values.clock(tree.word(other).form, form)
        if value and other < number:
            return Value(value, (other, number), True)
    return None


def _is_numeral(tree: Tree, number: int) -> bool:
    """Whether a word is a number: also «один», where it chooses one: «один из нас»."""
    if tree.word(number).upos == "NUM":
        return True
    chooses = tree.russian and tree.lemmas[number] == "один" and tree.word(number).upos == "DET"
    return chooses and any(
        tree.lemmas[case] == "из" for kid in tree.kids[number] for case in tree.of(kid, "case")
    )


def _daytime(tree: Tree, number: int) -> Value | None:
    """Return the time of day that ends with the word *number*: «в 6 вечера», «к трем часам дня»."""
    hours = number - 1 if number > 1 and tree.lemmas[number - 1].lower() == "час" else 0
    count = (hours or number) - 1
    if count < 1 or tree.word(count).upos != "NUM":
        return None
    is_placed = count > 1 and tree.word(count - 1).upos == "ADP"
    if not hours and not (is_placed and tree.word(number).form.lower() != "дня"):
        return None  # «три вечера» are evenings
    parts = {number, count, *([hours] if hours else [])}
    said = values.number([_spelt(tree, count)])
    half = _DAYTIMES[tree.word(number).form.lower()]
    if half == "night":
        half = "pm" if said and said.isdigit() and 9 <= int(said) <= 11 else "am"
    value = values.clock(said, half) if said else None
    return Value(value, tuple(sorted(parts)), True) if value and _is_joined(tree, parts) else None


def _in_number(tree: Tree, number: int) -> bool:
    """Whether a numeral is a part of the number that its head says: «two hundred»."""
    head = tree.heads[number]
    return (
        bool(head)
        and tree.word(head).upos == "NUM"
        and tree.rel[number] in _NUMERIC
        and not tree.of(number, "case", "cc", "conj")
        and all(tree.word(n).upos != "ADP" for n in range(number + 1, head))  # «from seven to ten»
    )


def _number(tree: Tree, number: int, taken: set[int]) -> Value | None:
    parts = [number]
    for here in parts:
        parts += [
            k
            for k in tree.kids[here]
            if k not in taken and tree.word(k).upos == "NUM" and _in_number(tree, k)
        ]
    parts.sort()
    if len(parts) == 1 and tree.feature(number, "Number") == "Plur" and values.is_large(_spelt(tree, number)):
        return None  # «тысячи туристов» are not 1,000
    said = values.number([_spelt(tree, n) for n in parts])
    return Value(said, tuple(parts), False) if said else None


def _spelt(tree: Tree, number: int) -> str:
    """Return a numeral as `values.number` knows it."""
    form, lemma = tree.word(number).form.lower(), tree.lemmas[number].lower()
    return form if form[:1].isdigit() else lemma
