"""
Archive: many scenes as bytes, with the lexicon that reads them, each to be had on its own.

    "scna" · format, 1 byte · head: size and check, 4 bytes each · head · records

The head is packed with LZMA and holds the lexicon and the size of every record; it is read once, and a record
when it is asked for. The head has a check of its own (CRC-32), as each record has (`..codec.record`).

    >>> scenes = [Scene.parse(f"(s / sleep :time {hour})") for hour in range(100)]
    >>> archive = Archive(write_archive(scenes, Lexicon.learn(scenes)))
    >>> len(archive), archive[7] == scenes[7]
    (100, True)
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import final, overload
from zlib import crc32

from ...errors import CodecError, NotationError, SceneError
from ..codec.varint import read_varint, varint
from ..scene import Scene
from .lexicon import Lexicon

MAGIC = b"scna"
FORMAT = 1
_FIXED = len(MAGIC) + 1 + 8
_FILTERS = [{"id": lzma.FILTER_LZMA1, "preset": 9, "dict_size": 1 << 22}]
_LARGEST = 1 << 30  # bytes that a head may unpack to


def write_archive(scenes: Iterable[Scene], lexicon: Lexicon) -> bytes:
    """Return *scenes* and *lexicon* as an archive; `Archive` reads it."""
    records = [lexicon.encode(scene) for scene in scenes]
    lexemes = json.dumps(
        [[name, pattern.format(indent=None)] for name, pattern in lexicon.items()], ensure_ascii=False
    ).encode()
    sizes = b"".join(varint(len(record)) for record in records)
    parts = (lexemes, sizes, *lexicon.generations)
    body = b"".join(varint(len(part)) + part for part in parts)
    head = lzma.compress(body, lzma.FORMAT_ALONE, filters=_FILTERS)
    check = crc32(head).to_bytes(4, "big")
    return b"".join((MAGIC, bytes((FORMAT,)), len(head).to_bytes(4, "big"), check, head, *records))


@final
class Archive(Sequence[Scene]):
    """
    Scenes as `write_archive` wrote them.

    Args:
        data: the bytes, which may be a mapped file
    Attributes:
        lexicon: what the records are read with
    Raises:
        CodecError: if *data* is no archive, of another format, damaged or cut short
    """

    def __init__(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        if bytes(view[: len(MAGIC)]) != MAGIC or len(view) < _FIXED:
            raise CodecError("this is no archive of scenes: it does not begin like one")
        if view[len(MAGIC)] != FORMAT:
            raise CodecError(
                f"the archive is of format {view[len(MAGIC)]}, this version reads format {FORMAT}: upgrade"
            )
        size = int.from_bytes(view[5:9], "big")
        head = bytes(view[_FIXED : _FIXED + size])
        if crc32(head) != int.from_bytes(view[9:13], "big"):
            raise CodecError("the archive is damaged: the check of its head fails")
        try:
            self.lexicon, sizes = _read_head(head)
        except (lzma.LZMAError, EOFError, IndexError, ValueError, SceneError, NotationError) as error:
            raise CodecError(f"the archive is damaged: {error}") from error
        self._records = view[_FIXED + size :]
        self._ends = list(accumulate(sizes))
        if len(self._records) != (self._ends[-1] if self._ends else 0):
            raise CodecError("the archive is damaged: its records are not as long as its head says")

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> Scene: ...

    @overload
    def __getitem__(self, index: slice) -> list[Scene]: ...

    def __getitem__(self, index: int | slice) -> Scene | list[Scene]:
        """
        Return the scene at *index*, or those of a slice.

        Raises:
            CodecError: if a record is damaged
        """
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        start = self._ends[place - 1] if place else 0
        try:
            return self.lexicon.decode(bytes(self._records[start : self._ends[place]]))
        except CodecError as error:
            raise CodecError(f"scene {place} of the archive: {error}") from error


def _read_head(head: bytes) -> tuple[Lexicon, list[int]]:
    body = lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(head, _LARGEST)
    parts: list[bytes] = []
    offset = 0
    while offset < len(body):
        size, offset = read_varint(body, offset)
        parts.append(body[offset : offset + size])
        offset += size
    if len(parts) < 2 or offset != len(body):
        raise ValueError("its head is not as long as it says")
    sizes: list[int] = []
    offset = 0
    while offset < len(parts[1]):
        size, offset = read_varint(parts[1], offset)
        sizes.append(size)
    lexemes = {str(name): Scene.parse(pattern) for name, pattern in json.loads(parts[0])}
    return Lexicon(lexemes, parts[2:]), sizes
