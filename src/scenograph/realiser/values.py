"""
Numbers, dates and times of day as values, taken apart: what both languages need before they say them.

    >>> moment("1912-06-23"), moment("XXXX-03"), moment("18:00"), moment("25")
    (Moment(year=1912, month=6, day=23, clock=''), Moment(year=None, month=3, day=None, clock=''), \
Moment(year=None, month=None, day=None, clock='18:00'), None)
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, final

_DATE: Final = re.compile(r"([0-9]{4}|XXXX)-([0-9]{2}|XX)(?:-([0-9]{2}))?")
_CLOCK: Final = re.compile(r"[0-9]{2}:[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@final
class Moment(NamedTuple):
    """
    A date or a time of day.

    Attributes:
        year, month, day: what is said of the date
        clock: the time of day, '' if it is a date
    """

    year: int | None
    month: int | None
    day: int | None
    clock: str = ""


def moment(value: str) -> Moment | None:
    """Return *value* as a date or time of day; None if it is none. A year alone is a number."""
    if _CLOCK.fullmatch(value):
        return Moment(None, None, None, value)
    if found := _DATE.fullmatch(value):
        year, month, day = (int(part) if part and part[0] != "X" else None for part in found.groups())
        if month is None or 1 <= month <= 12:
            return Moment(year, month, day)
    return None


def is_number(value: str) -> bool:
    """Whether *value* is a number."""
    return _NUMBER.fullmatch(value) is not None


def grouped(number: str, mark: str) -> str:
    """
    Return a number with *mark* between its thousands, from five digits on: four may be a year. Else the text.

        >>> grouped("400000", ","), grouped("1234567.5", " "), grouped("2027", ",")
        ('400,000', '1 234 567.5', '2027')
    """
    whole, point, rest = number.partition(".")
    if not is_number(number) or len(whole) < 5 or whole.startswith("0"):
        return number
    return f"{int(whole):,}".replace(",", mark) + point + rest
