"""A sentence of a document with its place, and the kinds of what documents hold."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, final

Kind = Literal["text", "heading", "item", "quote", "label", "signature", "table", "code", "address", "marks"]
"""
What a piece of a document is.

To be read: `text`, `heading`, `item` (of a list), `quote`. Not sentences: `label` (who speaks in a chat, the
name of a field), `signature` (of a letter), `table` (one row), `code` (also data and binary), `address` (a
link or an e-mail address alone), `marks` (no letter and no digit).
"""

READABLE: Final[frozenset[Kind]] = frozenset({"text", "heading", "item", "quote"})
"""The kinds that a reader reads."""


@final
class Sentence(NamedTuple):
    """
    A sentence, or another piece of a document that is no sentence, as `kind` says.

    Attributes:
        text: its words on one line, without markup, one blank between them
        start: place of its first character in the document, in code points
        end: place after its last character
        paragraph: number of its paragraph, from 1
        kind: what it is
        note: what a reader should know of it; empty if nothing
    """

    text: str
    start: int
    end: int
    paragraph: int
    kind: Kind
    note: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether it is a sentence to be read."""
        return self.kind in READABLE
