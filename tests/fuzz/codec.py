"""
A fuzzer of everything that reads scenes from bytes: nothing but CodecError may come out of it.

    python tests/fuzz/codec.py [SEEDS] -runs=100000 -seed=1

Takes libFuzzer's options; needs atheris. Every input is read as a record, as a record behind a right check,
as statistics and as an archive. What is a scene must come back from being written.
"""

from __future__ import annotations

import sys
from binascii import crc_hqx
from collections.abc import Callable
from typing import TypeVar

import atheris

with atheris.instrument_imports(include=["scenograph.core"]):
    from scenograph.core import Archive, Lexicon, Scene
    from scenograph.core.codec import pack, unpack
    from scenograph.errors import CodecError

Read = TypeVar("Read")

LEXICON = Lexicon.learn(
    Scene.parse(
        f'(b / {verb} :agent (p / person :name "{name}") :object (c / bridge :mod (o / old)) :time {n})'
    )
    for n, verb in enumerate(("build", "see", "believe"))
    for name in ("Marta", "Oleg", "Вера")
)


def check(data: bytes) -> None:
    """Read what *data* says, in every way."""
    read(data)
    for first in (b"\x21", b"\x41"):  # formats 1 and 2, after the first generation
        body = first + data
        read(body + crc_hqx(body, LEXICON.codebook(1).fingerprint).to_bytes(2, "big"))
    statistics = attempt(unpack, data)
    if statistics is not None:
        assert unpack(pack(statistics)) == statistics
    attempt(lambda data: list(Archive(data)), data)


def read(record: bytes) -> None:
    """Read *record*; what is a scene has to come back from being written."""
    scene = attempt(LEXICON.decode, record)
    if scene is not None:
        assert LEXICON.decode(LEXICON.encode(scene)) == scene


def attempt(reader: Callable[[bytes], Read], data: bytes) -> Read | None:
    """Return what *reader* makes of *data*; None if it refuses."""
    try:
        return reader(data)
    except CodecError:
        return None


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
