"""
Quantities: numbers and times as constants, and what rules compute with them.

    >>> str_of(number('1.50') + number('2'))
    '3.5'
    >>> before(time('1931'), time('1931-05')), before(time('1931'), time('"1932-01-01"'))
    (False, True)

Numbers are exact: integers and decimals, never binary floats. A time is a year, a month, a day or a moment of
ISO 8601 without a zone, and stands for all of its span; one is before another if it is over when that begins.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

from ..links import unquote

Time: TypeAlias = "tuple[int, ...]"

LONGEST = 1000
"""Digits of the longest number."""

_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{LONGEST}}}(?:\.[0-9]{{1,{LONGEST}}})?")
_TIME = re.compile(
    r"(-?[0-9]{1,4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?)?)?"
)
_SPANS = ((1, 12), (1, 31), (0, 23), (0, 59), (0, 60))


def number(literal: str) -> Fraction | None:
    """Return the number that *literal* writes, bare or quoted; None if it writes none."""
    text = unquote(literal)
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def str_of(value: Fraction) -> str:
    """
    Return the shortest decimal of *value*, a sum, difference or product of decimals.

    Raises:
        OverflowError: if it has more than `LONGEST` digits
    """
    places = 0
    while value.denominator > 1:
        value *= 10
        places += 1
    if abs(value.numerator) >= 10**LONGEST or places > LONGEST:
        raise OverflowError(f"a number of more than {LONGEST} digits")
    digits = str(abs(value.numerator)).rjust(places + 1, "0")
    sign = "-" if value.numerator < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def time(literal: str) -> Time | None:
    """Return the time that *literal* writes, from the year down to what it says; None if it writes none."""
    written = _TIME.fullmatch(unquote(literal))
    if written is None:
        return None
    parts = tuple(int(part) for part in written.groups() if part is not None)
    fits = all(low <= part <= high for part, (low, high) in zip(parts[1:], _SPANS, strict=False))
    return parts if fits else None


def before(one: Time, other: Time) -> bool:
    """Return whether *one* is over when *other* begins."""
    shared = min(len(one), len(other))
    return one[:shared] < other[:shared]
