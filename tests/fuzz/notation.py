"""
A fuzzer of everything that reads scenes from text: nothing but NotationError may come out of it.

    python tests/fuzz/notation.py [SEEDS] -runs=100000 -seed=1

Takes libFuzzer's options; needs atheris. Every input is read twice: as UTF-8 text, and as a row of the pieces
that the notations are made of, which gets deeper than chance does. What is read must come back from being
written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import atheris

with atheris.instrument_imports(include=["scenograph.core"]):
    from scenograph.core import Scene, delinearise, linearise, parse_many
    from scenograph.errors import NotationError

Read = TypeVar("Read")

PIECES = (
    "(", ")", "/", ":", "~", "#", '"', "\\", "'", "=", " ", "\n", "a", "b", "?x", "-", "1",
    "е", "⟁7", "\ud800", "\0",
    "(a / b", "(c / d)", ":r", ":r-of", ":consist-of", ":-of", "~e.1", "=1", "=2)", '"s"', "# ::id 1\n",
    "( a", ":r( b)", ":r b", ":r'", ":r =1", ":r b~2", ":r-of( c)", ":r( b=1)",
)  # fmt: skip


def check(data: bytes) -> None:
    """Read what *data* spells, in every notation."""
    read(data.decode("utf-8", "surrogateescape"))
    read("".join(PIECES[byte % len(PIECES)] for byte in data))


def read(text: str) -> None:
    """Read *text* in every notation; what is a scene has to come back from being written."""
    if scene := attempt(Scene.parse, text):
        assert Scene.parse(str(scene)) == scene
    for entry in attempt(lambda text: list(parse_many(text)), text) or ():
        assert text[entry.offset] == "("
    if scene := attempt(delinearise, text):
        assert delinearise(linearise(scene)) == scene


def attempt(reader: Callable[[str], Read], text: str) -> Read | None:
    """Return what *reader* makes of *text*; None if it refuses, naming a place in it."""
    try:
        return reader(text)
    except NotationError as error:
        place = error.offset
    assert 0 <= place <= len(text)
    return None


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
