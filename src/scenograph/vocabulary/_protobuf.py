"""As much of protobuf's wire format as is needed to remove a setting from a SentencePiece model."""

from __future__ import annotations

from collections.abc import Iterator

_TRAINER_SPEC = 2  # number of the settings in sentencepiece_model.proto


def without_text(model: bytes, text: str) -> bytes:
    """Return the serialised *model* without the settings that equal *text*."""
    kept = bytearray()
    for number, start, end, content in _fields(model):
        if number == _TRAINER_SPEC:
            settings = model[content:end]
            inner = b"".join(
                settings[a:b] for _, a, b, c in _fields(settings) if settings[c:b] != text.encode()
            )
            kept += bytes([number << 3 | 2]) + _as_varint(len(inner)) + inner
        else:
            kept += model[start:end]
    return bytes(kept)


def _fields(message: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, start, end and start of the content of each field of a protobuf message."""
    start = 0
    while start < len(message):
        key, content = _varint(message, start)
        kind = key & 7
        if kind == 2:
            length, content = _varint(message, content)
            end = content + length
        else:
            assert kind in (0, 5), "SentencePiece models hold messages, strings, numbers and 32-bit floats"
            end = _varint(message, content)[1] if kind == 0 else content + 4
        yield key >> 3, start, end, content
        start = end


def _varint(data: bytes, start: int) -> tuple[int, int]:
    """Return the protobuf number at *start*, and where it ends."""
    value = shift = 0
    while True:
        byte = data[start]
        value |= (byte & 0x7F) << shift
        start, shift = start + 1, shift + 7
        if byte < 0x80:
            return value, start


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
