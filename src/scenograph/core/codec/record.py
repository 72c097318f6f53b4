"""
Records: scenes as a few bytes each, every one to be read on its own.

    ┌ 1 byte ──────────────────────────────┬ numbers ─┬ 2 bytes ┐
    │ format, 3 bits · long · lesson, 4 bits│ chunks   │ check   │
    └───────────────────────────────────────┴──────────┴─────────┘

* *format* is 1; another one is refused;
* *lesson* says whose statistics wrote the record; 15 says that a varint with the rest follows;
* a *long* record holds several chunks, each behind its size, else there is one, lowest byte first;
* the *check* is a CRC-16 (CCITT) over all before it, begun with the fingerprint of the statistics: a flipped
  bit is always found; so, but once in 65,536 times, are another lexicon, another lesson and a record cut
  short; and what the check lets pass has to end exactly where its scene does.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable
from typing import NamedTuple

from ...errors import CodecError
from ..scene import Scene
from .model import Model
from .varint import read_varint, varint

FORMAT = 1
_LONG = 0x10
_MORE = 0x0F


class Codebook(NamedTuple):
    """
    What records of one lesson are written and read with.

    Attributes:
        lesson: its number
        fingerprint: 16 bits that tell its statistics from others
        model: what it expects
    """

    lesson: int
    fingerprint: int
    model: Model


def write_record(scene: Scene, book: Codebook) -> bytes:
    """Return *scene* as a record, the same for every drawing of it; `read_record` undoes it."""
    numbers = book.model.write(scene)
    chunks = [number.to_bytes((number.bit_length() + 7) // 8, "little") for number in numbers]
    first = FORMAT << 5 | min(book.lesson, _MORE)
    head = varint(book.lesson - _MORE) if book.lesson >= _MORE else b""
    if len(chunks) == 1:
        body = bytes((first,)) + head + chunks[0]
    else:
        sized = b"".join(varint(len(chunk)) + chunk for chunk in chunks)
        body = bytes((first | _LONG,)) + head + sized
    return body + crc_hqx(body, book.fingerprint).to_bytes(2, "big")


def read_record(record: bytes, book: Callable[[int], Codebook]) -> Scene:
    """
    Return the scene of *record*.

    Args:
        book: gives the codebook of a lesson
    Raises:
        CodecError: if the record is of another format, damaged, cut short, or not of this lexicon
    """
    if len(record) < 3:
        raise CodecError(f"a record has at least 3 bytes, this one has {len(record)}: it was cut short")
    first = record[0]
    if first >> 5 != FORMAT:
        raise CodecError(f"the record is of format {first >> 5}, this version reads format {FORMAT}: upgrade")
    offset = 1
    lesson = first & _MORE
    end = len(record) - 2
    try:
        if lesson == _MORE:
            more, offset = read_varint(record[:end], offset)
            lesson += more
        it = book(lesson)
        if crc_hqx(record, it.fingerprint):
            raise CodecError("the check of the record fails: it is damaged, or of another lexicon")
        numbers = _numbers(record[offset:end], long=bool(first & _LONG))
    except (IndexError, ValueError) as error:
        raise CodecError(f"the record is damaged: {error}") from error
    return it.model.read(numbers)


def _numbers(body: bytes, *, long: bool) -> list[int]:
    if not long:
        return [int.from_bytes(body, "little")]
    numbers: list[int] = []
    offset = 0
    while offset < len(body):
        size, offset = read_varint(body, offset)
        numbers.append(int.from_bytes(body[offset : offset + size], "little"))
        offset += size
    if offset != len(body) or not numbers:
        raise ValueError("its chunks are of other sizes than they say")
    return numbers
