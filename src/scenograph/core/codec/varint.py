"""Whole numbers as bytes of seven bits, lowest first; the highest bit says that another follows (LEB128)."""

from __future__ import annotations


def varint(value: int) -> bytes:
    """Return *value*, which is not negative, as bytes; `read_varint` undoes it."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data: bytes, offset: int) -> tuple[int, int]:
    """
    Return the number at *offset* of *data*, and the offset after it.

    Raises:
        IndexError: if *data* ends within the number
        ValueError: if it has more than 63 bits
    """
    value = shift = 0
    while True:
        byte = data[offset]
        offset += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, offset
        shift += 7
        if shift > 56:
            raise ValueError("a number has more than 63 bits")
