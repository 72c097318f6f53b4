"""
Cut the linear form of a scene into structure, roles, lexemes and plain text.

The pieces of `scan` always join to the input again, whatever the input is, so that a vocabulary
built on it is lossless even for text that is not a well-formed linear form.

    >>> [piece for _, piece in scan('( person:name"Oleg")')]
    ['(', ' person', ':name', '"', 'Oleg', '"', ')']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<mark>[()'=~])
  | (?P<role>:[^\s()"':=~]+)
  | (?P<lexeme>(?<=[ ])(?:⟁\d+|Δ\d+|🜂)(?=[()"':=~ ]|$))
  | (?P<text>[ ](?=(?:⟁\d+|Δ\d+|🜂)(?:[()"':=~ ]|$))|[ ]?[^()"':=~ ]*[^()"':=~ ⟁Δ🜂]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def scan(linear: str) -> Iterator[tuple[bool, str]]:
    """
    Yield `(may_be_atom, piece)` for each piece of a scene's linear form, in order.

    Pieces that may not be atoms are plain text: symbols with their leading space, numbers and the inside
    of quoted strings. Law: the pieces join to *linear*.
    """
    text: list[str] = []
    for token in _TOKEN.finditer(linear):
        kind, piece = token.lastgroup, token.group()
        if kind == "text":
            text.append(piece)
            continue
        if text:
            yield False, "".join(text)
            text.clear()
        if kind == "string":
            yield True, '"'
            if len(piece) > 2:
                yield False, piece[1:-1]
            yield True, '"'
        else:
            yield True, piece
    if text:
        yield False, "".join(text)
