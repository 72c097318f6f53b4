"""
Written: what was written last of a scene, and what it leaves unfinished.

A carrier writes atoms, such as `(` and `:agent`, and pieces of text between them, which may hold the end of
one symbol, a role that is spelt out and the beginning of the next symbol: `dge:part-of o`.
"""

from __future__ import annotations

import re
from typing import Final, final

_LEAF: Final = re.compile(rb":[^ '\"()]* (?![=?])(?![+-]?[0-9]+(?:\.[0-9]+)?$|[+-]$)[^~]+", re.DOTALL)
"""A role and a symbol: no constant, no reference, no string, and no mark yet."""


@final
class Written:
    """
    The end of what was written.

    Attributes:
        text: the text since the last atom
        in_string: whether a string was begun and not ended
    """

    def __init__(self) -> None:
        self.text = b""
        self.in_string = False
        self._item = b""  # the last concept with its `(`, or the last role with what follows

    def add_text(self, piece: bytes) -> None:
        """Record a piece of text."""
        self.text += piece
        begin = -1 if self.in_string else piece.rfind(b":")
        self._item = self._item + piece if begin < 0 else piece[begin:]

    def add_atom(self, atom: bytes) -> None:
        """Record an atom."""
        if atom == b'"':
            self.in_string = not self.in_string
        self.text = b""
        if atom in (b"(", b")"):
            self._item = atom
        else:  # a role of the vocabulary; its name does not matter
            self._item = b":" if atom.startswith(b":") else self._item + atom

    @property
    def is_symbol_begun(self) -> bool:
        """Only the blank before a symbol was written: an equals sign would be a reference."""
        return self.text.endswith(b" ") and not self.in_string

    @property
    def is_role_begun(self) -> bool:
        """A role is being spelt, without the blank before its target."""
        return self.text.rfind(b":") > self.text.rfind(b" ")

    @property
    def is_concept(self) -> bool:
        """The innermost node was begun, and has no role yet."""
        return self._item.startswith(b"(")

    @property
    def is_leaf(self) -> bool:
        """A symbol was written as a target, so that a mark would belong to it."""
        return _LEAF.fullmatch(self._item) is not None

    @property
    def is_escaping(self) -> bool:
        """The last character is a backslash that escapes the next one."""
        return (len(self.text) - len(self.text.rstrip(b"\\"))) % 2 == 1
