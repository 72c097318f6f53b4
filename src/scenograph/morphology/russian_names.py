"""
Russian names in their case: people, places, organisations.

    >>> declined("Лев Толстой", "gen"), declined("Ясная Поляна", "prep"), declined("Siemens", "gen")
    ('Льва Толстого', 'Ясной Поляне', 'Siemens')
    >>> declined("А Н Майков", "dat"), declined("Тихий океан", "prep"), declined("Королева Анна", "gen")
    ('А. Н. Майкову', 'Тихом океане', 'Королевы Анны')

Cases and genders are those of `scenograph.morphology.russian_forms`. A word of which nothing says how it
is declined stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scenograph.morphology.russian import analyzer
from scenograph.morphology.russian_forms import CASE, GENDER, gender_by_ending, is_russian, plain, spelt

if TYPE_CHECKING:
    from pymorphy3.analyzer import Parse

_DECLINED: Final = ("NOUN", "ADJF", "PRTF")
_PERSONAL: Final = frozenset({"Name", "Surn", "Patr"})
_INITIAL: Final = re.compile(r"[А-ЯЁ]\.?")
_LAST_NAME: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:[оеё]в|[иы]н)")
_ENDINGS: Final = {"gen": "а", "dat": "у", "acc": "а", "ins": "ым", "prep": "е"}
_BARE: Final = frozenset(
    {
        "море", "океан", "озеро", "река", "остров", "полуостров", "залив", "пролив", "империя", "область",
        "край", "район", "республика", "королевство", "гора", "хребет", "город", "улица", "площадь",
        "проспект", "восток", "запад", "север", "юг", "земля", "берег", "страна", "федерация",
        "война", "революция", "университет", "институт", "академия", "министерство", "совет",
        "армия", "собрание",
    }
)  # fmt: skip
"""What names that stand without quotation marks are called."""
_OF_NOBLES: Final = frozenset({"де", "ди", "да", "дю", "фон", "ван", "аль", "ибн", "эль", "тер", "дер"})
"""What stands in a name of a person before the last name."""


@lru_cache(maxsize=1 << 13)
def declined(text: str, case: str) -> str:
    """Return a name in *case*; what is not written in Cyrillic stays, and initials get their full stop."""
    if not is_russian(text):
        return text
    words = text.split(" ")
    readings = _readings(tuple(words))
    plural = any(p is not None and "plur" in p.tag for p in readings)
    found: list[str] = []
    for place, (word, parse) in enumerate(zip(words, readings, strict=True)):
        if case != "nom" and (parse is None or not parse.is_known) and _is_last_name(words, readings, place):
            found.append(word + _ENDINGS[case])  # «Майков», which the dictionary takes for a form of «майка»
            continue
        if parse is None:
            is_initial = _is_initial(words, place)
            found.append(word.rstrip(".") + "." if is_initial else word)
            continue
        number = "plur" if "plur" in parse.tag else "sing"
        if number == "sing" and plural and parse.tag.POS == "NOUN":
            number = "plur"  # «Британские остров», as the words of a name stand in a scene
        if case == "nom" and number in parse.tag:
            found.append(word)
            continue
        grammemes = {CASE[case], number}
        if parse.tag.POS == "ADJF" and case == "acc":
            grammemes = {"accs"} if "femn" in parse.tag else {"gent" if _is_person(readings) else "nomn"}
            grammemes |= {number}
        if parse.tag.gender:
            grammemes |= {str(parse.tag.gender)} if number == "sing" else set()
        form = parse.inflect(grammemes)
        found.append(_like(form.word, word) if form else word)
    return " ".join(found)


@lru_cache(maxsize=1 << 13)
def gender(text: str) -> str:
    """Return the gender of a name, m, f, n, or pl."""
    readings = [p for p in _readings(tuple(text.split(" "))) if p is not None]
    nouns = [p for p in readings if p.tag.POS == "NOUN"] or readings
    if nouns and not nouns[0].is_known and text.endswith("о"):
        return "m"
    if not nouns:
        known = any(p.is_known for p in analyzer().parse(text))
        return gender_by_ending(text) if " " not in text and (known or not text.endswith("о")) else "m"
    if any("plur" in p.tag for p in readings):
        return "pl"
    return GENDER.get(str(nouns[0].tag.gender), "m")


@lru_cache(maxsize=1 << 13)
def is_person(text: str) -> bool:
    """Whether a name is a person's."""
    words = text.split(" ")
    return _is_initial(words, 0) or _is_person(_readings(tuple(words)))


@lru_cache(maxsize=1 << 13)
def stands_bare(text: str) -> bool:
    """Whether a name stands without quotation marks, as those of places and wars: «Римская империя»."""
    return any(
        p is not None and p.tag.POS == "NOUN" and ("Geox" in p.tag or p.normal_form in _BARE)
        for p in _readings(tuple(text.split(" ")))
    )


def _is_person(readings: Iterable[Parse | None]) -> bool:
    return any(p is not None and (_PERSONAL & p.tag.grammemes or "anim" in p.tag) for p in readings)


def _is_initial(words: list[str] | tuple[str, ...], place: int) -> bool:
    """Whether a word is a letter before a last name, as in «А Н Майков»."""
    after = next((word for word in words[place:] if not _INITIAL.fullmatch(word)), "")
    return bool(_INITIAL.fullmatch(words[place])) and len(after) > 1 and after[:1].isupper()


def _is_last_name(words: list[str], readings: tuple[Parse | None, ...], place: int) -> bool:
    """Whether a word ends as last names of men do and stands beside a first name or initials."""
    if not _LAST_NAME.fullmatch(words[place]):
        return False
    first = any(p is not None and {"Name", "masc"} <= p.tag.grammemes for p in readings)
    return first or (place > 0 and _is_initial(words, place - 1))


@lru_cache(maxsize=1 << 13)
def _readings(words: tuple[str, ...]) -> tuple[Parse | None, ...]:
    """Return for each word of a name the reading that is declined; None for a word that stays."""
    options = [_nominatives(word) for word in words]
    if len(words) == 1:
        return (options[0][0] if options[0] else None,)
    persons = [[p for p in option if _PERSONAL & p.tag.grammemes] for option in options]
    start = next((n for n in range(len(words)) if not _is_initial(words, n)), len(words) - 1)
    first = persons[start]
    if start or (first and "Name" in first[0].tag):
        return _of_person(words, options, persons, start)
    return _of_thing(words, options)


def _of_person(
    words: tuple[str, ...], options: list[list[Parse]], persons: list[list[Parse]], start: int
) -> tuple[Parse | None, ...]:
    """Return the readings of a person's name; *start* is its first word that is no initial."""
    found: list[Parse | None] = [None] * start
    leading = persons[start] or [p for p in options[start] if "inan" not in p.tag] or options[start]
    if start and words[-1][-1:] not in "ая":  # «А. Майков» is a man; of a woman the last name says so
        leading = [p for p in leading if p.tag.gender != "femn"]
    found += leading[:1] or [None]
    of = leading[0].tag.gender if leading else "masc"
    for place in range(start + 1, len(words)):
        option, person = options[place], persons[place]
        fitting = [p for p in person or option if p.tag.gender == of]
        after_noble = words[place - 1] in _OF_NOBLES
        may = bool(person) or not option or place == start + 1 or after_noble
        found.append(fitting[0] if fitting and may else None)
    return tuple(found)


def _of_thing(words: tuple[str, ...], options: list[list[Parse]]) -> tuple[Parse | None, ...]:
    """Return the readings of any other name: a noun and the adjectives before it."""
    small = [option or _nominatives(word, small=True) for word, option in zip(words, options, strict=True)]
    for head in range(len(words) - 1, 0, -1):
        for noun in small[head]:
            if noun.tag.POS != "NOUN":
                continue
            before = [_agreeing(option, noun) for option in small[:head]]
            if all(before):
                rest = [None] * (len(words) - head - 1)
                return (*before, noun, *rest)
    nouns = [p for p in options[0] if p.tag.POS == "NOUN"]
    if not nouns:
        only = len(words) == 1 or not options[1]
        return tuple(option[0] if option and n == 0 and only else None for n, option in enumerate(options))
    after: list[Parse | None] = [None] * (len(words) - 1)
    living = [p for p in nouns if "anim" in p.tag and not _PERSONAL & p.tag.grammemes]
    if living:  # «Королева Анна»
        nouns = living
        named = [p for p in options[1] if "Name" in p.tag and p.tag.gender == nouns[0].tag.gender]
        after[0] = named[0] if named else None
    return (nouns[0], *after)


def _agreeing(option: list[Parse], noun: Parse) -> Parse | None:
    """Return the reading of an adjective before *noun*, which may be plural where the noun is not."""
    adjectives = [p for p in option if p.tag.POS in ("ADJF", "PRTF")]
    same = [p for p in adjectives if p.tag.number == noun.tag.number]
    agreeing = [p for p in same if "plur" in p.tag or p.tag.gender == noun.tag.gender]
    if agreeing:
        return agreeing[0]
    many = [p for p in adjectives if "plur" in p.tag and "sing" in noun.tag]
    return many[0] if many else None


def _nominatives(word: str, *, small: bool = False) -> list[Parse]:
    """
    Return the readings of one word of a name as a nominative, the likeliest first.

    Args:
        small: whether the word may begin with a small letter
    """
    if not is_russian(word) or (word.isupper() and len(word) > 1) or "." in word:
        return []
    if not word[:1].isupper() and not small:
        return []
    piece = word.strip("«»\"'()")
    if "-" in piece and not piece.replace("-", "").isalpha():
        return []
    parses = analyzer().parse(piece)
    readings = [
        p for p in parses if "nomn" in p.tag and p.tag.POS in _DECLINED and "Fixd" not in p.tag
        and plain(p.word) == plain(piece)
    ]  # fmt: skip
    exact = [p for p in readings if p.word == piece.lower()]  # «Королева», not «Королёва»
    readings = exact or readings
    fixed = [p for p in parses if "nomn" in p.tag and "Fixd" in p.tag and p.is_known]
    if fixed and (not any(p.is_known for p in readings) or "Geox" in fixed[0].tag):
        return []
    readings = [p for p in readings if p.is_known or p.tag.POS != "NOUN" or "plur" not in p.tag]
    names = [
        p
        for p in readings
        if {"Name", "Surn", "Patr", "Geox", "Orgn"} & p.tag.grammemes and "plur" not in p.tag
    ]
    rest = [p for p in readings if p not in names]
    return [*names, *[p for p in rest if "sing" in p.tag], *[p for p in rest if "sing" not in p.tag]]


def _like(word: str, pattern: str) -> str:
    """Return *word* with the capitals and the ё of *pattern*: also after a hyphen."""
    word = spelt(word, pattern)
    pieces, models = word.split("-"), pattern.split("-")
    if len(pieces) != len(models):
        return word[:1].upper() + word[1:] if pattern[:1].isupper() else word
    return "-".join(
        p[:1].upper() + p[1:] if m[:1].isupper() else p for p, m in zip(pieces, models, strict=True)
    )
