"""What rows of all tables have in common: times, texts that SQLite can keep, ids some at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from scenograph.errors import StoreError

_Value = TypeVar("_Value")

CHUNK = 500
"""Values in one SQL statement."""


def now() -> int:
    """The present time, in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def is_storable(text: str) -> bool:
    """Whether SQLite can keep *text*: not if it holds half of a surrogate pair, which no encoding can."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def storable(text: str) -> str:
    """
    *text*, if `is_storable`.

    Raises:
        StoreError: if it is not
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise StoreError(
                f"text holds a lone surrogate at character {error.start}; decode it properly"
            ) from error
    return text


def chunks(values: Iterable[_Value], size: int = CHUNK) -> Iterator[list[_Value]]:
    """*values*, at most *size* at a time."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def marks(count: int) -> str:
    """Question marks for *count* values of an SQL statement."""
    return ",".join("?" * count)
