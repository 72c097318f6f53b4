"""
Records: scenes as a few bytes each, every one to be read on its own.

    ┌ 1 byte ──────────────────────────────┬ numbers ─┬ 2 bytes ┐
    │ format, 3 bits · long · generation, 4 bits│ chunks   │ check   │
    └───────────────────────────────────────┴──────────┴─────────┘

* *format* is 1, or 2 for a scene with words that the statistics do not know; another one is refused;
* *generation* says whose statistics wrote the record; 15 says that a varint with the rest follows;
* a *long* record holds several chunks, each after its size, else there is one, lowest byte first;
* the *check* is a CRC-16 (CCITT) over all before it, begun with the fingerprint of the statistics. It finds
  each flipped bit. It misses one in 65,536 records that were cut short or are of another lexicon.
  What passes the check has to end exactly where its scene does.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable
from typing import NamedTuple

from ...errors import CodecError
from ..scene import Scene
from .events import events
from .model import read, write, write_open
from .tables import Tables
from .varint import read_varint, varint

FORMATS = (1, 2)
_LONG = 0x10
_MORE = 0x0F


class Codebook(NamedTuple):
    """
    What records of one generation are written and read with.

    Attributes:
        generation: its number
        fingerprint: 16 bits that identify its statistics
        tables: what it expects
    """

    generation: int
    fingerprint: int
    tables: Tables


def write_record(scene: Scene, book: Codebook) -> bytes:
    """Return *scene* as a record, the same for every drawing of it; `read_record` undoes it."""
    root, taken = scene.concepts[0], list(events(scene))
    numbers, number = write(book.tables, root, taken), 1
    if numbers is None:
        numbers, number = write_open(book.tables, root, taken), 2
    chunks = [number.to_bytes((number.bit_length() + 7) // 8, "little") for number in numbers]
    first = number << 5 | min(book.generation, _MORE)
    head = varint(book.generation - _MORE) if book.generation >= _MORE else b""
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
        book: gives the codebook of a generation
    Raises:
        CodecError: if the record is of another format, damaged, cut short, or not of this lexicon
    """
    if len(record) < 3:
        raise CodecError(f"a record has at least 3 bytes, this one has {len(record)}: it was cut short")
    first = record[0]
    if first >> 5 not in FORMATS:
        raise CodecError(f"the record is of format {first >> 5}, this version reads formats 1 and 2: upgrade")
    offset = 1
    generation = first & _MORE
    end = len(record) - 2
    try:
        if generation == _MORE:
            more, offset = read_varint(record[:end], offset)
            generation += more
        it = book(generation)
        if crc_hqx(record, it.fingerprint):
            raise CodecError("the check of the record fails: it is damaged, or of another lexicon")
        numbers = _numbers(record[offset:end], long=bool(first & _LONG))
    except (IndexError, ValueError) as error:
        raise CodecError(f"the record is damaged: {error}") from error
    return read(it.tables, numbers, is_open=first >> 5 == 2)


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
