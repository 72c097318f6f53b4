"""
What rows of all tables have in common: times, texts that SQLite can keep, ids some at a time.

A *seal* is a short checksum in every row that is the truth, so that a damaged row is found when it is read.

    >>> seal("a", "b") != seal("ab", "") != seal("ab", None)
    True
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import TypeVar

from scenograph.errors import RefusedError

_Value = TypeVar("_Value")

CHUNK = 500
"""Values in one SQL statement."""


def now() -> int:
    """The present time, in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def is_storable(text: str) -> bool:
    """Whether SQLite can keep *text*. Half of a surrogate pair cannot be kept: no encoding has it."""
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
            raise RefusedError(
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


Value = str | bytes | int | float | None
"""What a column can hold."""

SEAL_BYTES = 8


def seal(*fields: Value) -> bytes:
    """
    A checksum over the columns of one row, 8 bytes (BLAKE2b).

    It is taken over the fields as Python writes them in ASCII, which tells them apart from each other and
    `None` from an empty text, and is the same in every version of Python.
    """
    return blake2b(ascii(fields).encode("ascii"), digest_size=SEAL_BYTES).digest()


def hashed(*fields: Value) -> int:
    """The `seal` of *fields* as a signed number, by which a row is looked up."""
    return int.from_bytes(seal(*fields), "big", signed=True)
