"""
Numbers, dates, times of day and money as values.

    >>> number(["twenty", "five"]), number(["1,500"]), number(["три"])
    ('25', '1500', '3')
    >>> date(year=1912, month=6, day=23), date(month=3, day=14), clock("6", "pm")
    ('1912-06-23', 'XXXX-03-14', '18:00')

A date is written as ISO 8601 writes it. What the text does not say is `X`, as in its extension for incomplete
dates (EDTF): «14 March» is `XXXX-03-14`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_UNITS_RU: Final = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
    "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать",
    "восемнадцать", "девятнадцать",
)  # fmt: skip
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TENS_RU: Final = (
    "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
_HUNDREDS_RU: Final = (
    "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_SMALL: Final[Mapping[str, int]] = {
    **{word: n for n, word in enumerate(_UNITS)},
    **{word: n for n, word in enumerate(_UNITS_RU)},
    **{word: 10 * n for n, word in enumerate(_TENS, 2)},
    **{word: 10 * n for n, word in enumerate(_TENS_RU, 2)},
    **{word: 100 * n for n, word in enumerate(_HUNDREDS_RU, 1)},
    "двое": 2, "трое": 3, "четверо": 4, "пятеро": 5,
}  # fmt: skip
_ORDINALS_RU: Final = (
    "первый", "второй", "третий", "четвертый", "пятый", "шестой", "седьмой", "восьмой", "девятый", "десятый",
)  # fmt: skip
_LARGE: Final[Mapping[str, int]] = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "тысяча": 1000, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12,
    "тыс.": 1000, "млн": 10**6, "млн.": 10**6, "млрд": 10**9, "млрд.": 10**9,
}  # fmt: skip
_GROUPED: Final = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?:[ \xa0\u202f][0-9]{3})+(?:,[0-9]+)?"
)
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COMMA: Final = re.compile(r"[0-9]+,[0-9]+")

_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan jan. январь янв.", "february feb feb. февраль фев.", "march mar mar. март",
            "april apr apr. апрель апр.", "may май", "june jun jun. июнь", "july jul jul. июль",
            "august aug aug. август авг.", "september sep sep. sept sept. сентябрь сент.",
            "october oct oct. октябрь окт.", "november nov nov. ноябрь нояб.",
            "december dec dec. декабрь дек.",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS: Final = frozenset((
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "понедельник", "вторник",
    "среда", "четверг", "пятница", "суббота", "воскресенье",
))  # fmt: skip
SIGNS: Final[Mapping[str, str]] = {
    "$": "dollar", "US$": "dollar", "€": "euro", "£": "pound", "₽": "рубль", "%": "percent", "°": "degree",
}  # fmt: skip
"""Signs of money and measure, as the word that a reader says."""

RUSSIAN_SIGNS: Final[Mapping[str, str]] = {
    "$": "доллар", "US$": "доллар", "€": "евро", "£": "фунт", "₽": "рубль", "%": "процент", "°": "градус",
}  # fmt: skip
"""The same in a Russian sentence."""

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])")


def is_large(word: str) -> bool:
    """Return whether a word counts hundreds, thousands or more, and may have a plural: «тысячи»."""
    return word in _LARGE


def number(words: Sequence[str]) -> str | None:
    """Return the number that *words* (lower case, dictionary forms) say, in digits; None if they say none."""
    figures = [word for word in words if word[:1].isdigit()]
    if len(figures) > 1:  # «20 000» is one number; «5 6» and «24 7» are not
        grouped = len(figures) == len(words) and _GROUPED.fullmatch(" ".join(words))
        return _digits(" ".join(words)) if grouped else None
    total = group = 0
    seen = False
    for word in words:
        if len(words) == 1 and (digits := _digits(word)):
            return digits
        pieces = word.split("-")
        if len(pieces) > 1 and any(piece[:1].isdigit() for piece in pieces):
            return None  # «2-3» is a range
        for piece in pieces:
            if piece in _SMALL:
                group += _SMALL[piece]
            elif piece in _LARGE:
                large = _LARGE[piece]
                if large == 100:
                    group = (group or 1) * 100
                else:
                    total, group = total + (group or 1) * large, 0
            elif (digits := _digits(piece)) and digits.isdigit():
                group += int(digits)
            elif (digits and len(words) == 2) and words[1] in _LARGE and word is words[0]:
                return _scaled(digits, _LARGE[words[1]])
            elif piece == "and" and seen:
                pass
            else:
                return None
            seen = True
    return str(total + group) if seen else None


def ordinal(word: str) -> int:
    """Return which place a Russian ordinal up to «десятый» (lower case, dictionary form) names; else 0."""
    plain = word.replace("ё", "е")
    return _ORDINALS_RU.index(plain) + 1 if plain in _ORDINALS_RU else 0


def _scaled(digits: str, large: int) -> str:
    whole, _, part = digits.partition(".")
    scaled = int(whole + part) * large
    divisor = 10 ** len(part)
    return str(scaled // divisor) if scaled % divisor == 0 else str(scaled / divisor)


def _digits(word: str) -> str | None:
    """Return *word* as a plain number: «1,500» → 1500, «3,5» → 3.5."""
    if not (word.isascii() or "\xa0" in word or "\u202f" in word) or len(word) > 40:
        return None
    if _PLAIN.fullmatch(word):
        return word
    if _GROUPED.fullmatch(word):
        if word.count(",") == 1 and re.search(r"[ \xa0\u202f]", word):
            word = word.replace(",", ".")
        return re.sub(r"[, \xa0\u202f]", "", word)
    if _COMMA.fullmatch(word):
        return word.replace(",", ".")
    return None


def month(word: str) -> int | None:
    """Return the number of the month that *word* names."""
    return _MONTHS.get(word.lower())


def year(word: str) -> int | None:
    """Return *word* as a year of four digits."""
    return int(word) if len(word) == 4 and word.isascii() and word.isdigit() and word >= "1000" else None


def day(word: str) -> int | None:
    """Return *word*, «23» or «23rd», as a day of a month."""
    found = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|-?го|-?е)?", word, re.ASCII)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None


def date(*, year: int | None = None, month: int | None = None, day: int | None = None) -> str:
    """Return a date as ISO 8601 writes it, `X` for what is not known."""
    written = f"{year:04}" if year is not None else "XXXX"
    if month is None and day is None:
        return written
    written += f"-{month:02}" if month is not None else "-XX"
    return written if day is None else f"{written}-{day:02}"


def clock(time: str, half: str = "") -> str | None:
    """Return a time of day in 24 hours: («6», «pm») → 18:00; None if it is none."""
    if found := _CLOCK.fullmatch(time):
        hour, minute = int(found[1]), int(found[2])
    elif half and time.isascii() and time.isdigit() and len(time) <= 4:
        hour, minute = divmod(int(time), 100) if len(time) > 2 else (int(time), 0)
        if minute > 59:
            return None
    else:
        return None
    half = half.replace(".", "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 or minute == 0 else None
