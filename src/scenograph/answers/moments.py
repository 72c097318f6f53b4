"""
Moments: which day, month or year a time means that was said on a day.

    said on 2025-01-15 (a Wednesday)
    «yesterday» 2025-01-14 · «on Monday», of the past, 2025-01-13 · «in May», of the future, 2025-05
    «last month» 2024-12 · «14 March», of the future, 2025-03-14
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.readers.values import month

_DAYS: Final[Mapping[str, int]] = {
    "today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1,
    "сегодня": 0, "вчера": -1, "завтра": 1, "позавчера": -2, "послезавтра": 2,
}  # fmt: skip
_WEEK: Final[Mapping[str, int]] = {
    day: number
    for number, names in enumerate(
        (
            "monday понедельник", "tuesday вторник", "wednesday среда", "thursday четверг", "friday пятница",
            "saturday суббота", "sunday воскресенье",
        )
    )
    for day in names.split()
}  # fmt: skip
_TURNS: Final[Mapping[str, int]] = {
    "last": -1, "past": -1, "this": 0, "next": 1, "прошлый": -1, "этот": 0, "следующий": 1, "будущий": 1,
}  # fmt: skip
_YEARS: Final = frozenset({"year", "год"})
_MONTHS: Final = frozenset({"month", "месяц"})


def moment_of(scene: Scene, target: int | str, said: str, tense: str) -> str:
    """
    Return the day, month or year that *target* means, as ISO 8601 writes it; empty if that is not certain.

    Args:
        scene, target: a node or a constant that says when
        said: the day when it was said
        tense: of the clause: `past`, `present` or `future`
    """
    day = date.fromisoformat(said[:10])
    if isinstance(target, str):
        return _of_date(unquote(target), day, tense)
    word = unquote(scene.concepts[target]).lower()
    if word in _DAYS and not scene.targets(":before", target) and not scene.targets(":after", target):
        return (day + timedelta(_DAYS[word])).isoformat()
    turns = [
        _TURNS[said_so]
        for role in (":mod", ":quant")
        for it in scene.targets(role, target)
        if (said_so := unquote(it if isinstance(it, str) else scene.concepts[it]).lower()) in _TURNS
    ]
    turn = turns[0] if turns else None
    if word in _WEEK:
        return _weekday(_WEEK[word], day, tense, turn)
    if word in _YEARS and turn is not None:
        return f"{day.year + turn:04}"
    if word in _MONTHS and turn is not None:
        number = day.year * 12 + day.month - 1 + turn
        return f"{number // 12:04}-{number % 12 + 1:02}"
    if (number := month(word)) is not None and turn is None:
        return _of_date(f"XXXX-{number:02}", day, tense)
    return ""


def _weekday(number: int, day: date, tense: str, turn: int | None) -> str:
    """Return the last such day of the week before *day*, or the next one; «next Monday» is not certain."""
    if turn is not None and turn >= 0:
        return ""
    back = (day.weekday() - number) % 7 or 7
    is_past = tense == "past" or turn == -1
    return (day - timedelta(back) if is_past else day + timedelta(7 - back % 7)).isoformat()


def _of_date(text: str, day: date, tense: str) -> str:
    """Return a date that lacks its year with the one that it must have."""
    year, *rest = text.split("-")
    if year != "XXXX" or not rest or "X" in "".join(rest):
        return ""
    here = [f"{day.month:02}", f"{day.day:02}"][: len(rest)]
    if tense == "past":
        return "-".join([f"{day.year if rest <= here else day.year - 1:04}", *rest])
    return "-".join([f"{day.year if rest >= here else day.year + 1:04}", *rest])
