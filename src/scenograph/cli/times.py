"""Times as the command line takes them, and in words: when something was learned, is true, was believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from scenograph.memory import Validity


_FORMS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


def time_of(text: str) -> datetime:
    """
    Return the day or the moment that *text* is on the command line.

    Raises:
        typer.BadParameter: if it is neither
    """
    for form in _FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    raise typer.BadParameter(
        f"{text!r} is no date; write a day as 2025-06-01, or a moment as 2025-06-01T10:15:00"
    )


def moment(time: datetime) -> str:
    """*time* to the second, in the zone of this machine."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def times(learned: datetime | None, validity: Sequence[Validity]) -> Iterator[str]:
    """One line on when something was learned; one for each time at which something else was said of it."""
    if learned is not None:
        yield f"learned {moment(learned)}"
    for it in validity:
        yield _line(it)


def _line(it: Validity) -> str:
    ends = (("from", it.true_from), ("until", it.true_until))
    true = " ".join(f"{word} {moment(time)}" for word, time in ends if time is not None) or "always"
    line = f"true {true}; believed from {moment(it.known_from)}"
    if it.known_until is not None:
        line += f" until {moment(it.known_until)}"
    if it.replaced_by is not None:
        line += f", replaced by crystal {it.replaced_by}"
    return line
