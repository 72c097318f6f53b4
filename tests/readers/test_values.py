"""Numbers, dates and times of day: what is said, and nothing that is not."""

from __future__ import annotations

import pytest

from scenograph.readers.values import clock, date, day, number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two", "2"),
        ("twenty-five", "25"),
        ("two hundred and five", "205"),
        ("three thousand two hundred", "3200"),
        ("1,500", "1500"),
        ("3,5", "3.5"),
        ("3.5 million", "3500000"),
        ("двадцать один", "21"),
        ("два миллион", "2000000"),
        ("20\xa0000", "20000"),
        ("20 000", "20000"),
        ("5 6", None),
        ("24 7", None),
        ("2-3", None),
        ("1999-2001", None),
        ("xiv", None),
        ("1/2", None),
    ],
)
def test_numbers(words: str, value: str | None) -> None:
    assert number(words.split(" ")) == value


def test_dates_and_times() -> None:
    assert date(year=1912, month=6) == "1912-06"
    assert date(month=3, day=14) == "XXXX-03-14"
    assert (day("23rd"), day("32"), day("14-го")) == (23, None, 14)
    assert (clock("12", "am"), clock("12", "p.m."), clock("934", "pm")) == ("00:00", "12:00", "21:34")
    assert (clock("18:30"), clock("25:00"), clock("13", "pm"), clock("6")) == ("18:30", None, None, None)
