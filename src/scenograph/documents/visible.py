"""
The visible text of a part of a document, and where each character of it stands in the document.

    <p>Anna <b>sle</b>eps &amp; dreams.</p>   →   Anna sleeps & dreams.

White space of any kind and length becomes one blank; characters that nobody sees (soft hyphens, marks of
direction, control characters) are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, final

if TYPE_CHECKING:
    from scenograph.documents.records import Kind

UNSEEN: Final = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f"
"""Characters that are not shown, as a set of a regular expression."""

_RUN = re.compile(rf"[^\s{UNSEEN}]+(?: [^\s{UNSEEN}]+)*")
_SPACE = re.compile(r"\s")


@final
class Visible:
    """Collects the visible text of one part, in the order of the document."""

    __slots__ = ("_ends", "_exact", "_length", "_needs_blank", "_parts", "_places", "_starts")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._places: list[int] = []  # where each run starts in the visible text
        self._starts: list[int] = []  # and in the document
        self._ends: list[int] = []
        self._exact: list[bool] = []  # whether the document writes it character by character
        self._length = 0
        self._needs_blank = False

    def __bool__(self) -> bool:
        return bool(self._places)

    @property
    def text(self) -> str:
        """The text so far, without a blank at its end."""
        return "".join(self._parts)

    def blank(self) -> None:
        """Add white space."""
        self._needs_blank = True

    def add(self, text: str, start: int) -> None:
        """Add *text*, which stands in the document at *start*, character by character."""
        at = 0
        for run in _RUN.finditer(text):
            if run.start() > at and _SPACE.search(text, at, run.start()):
                self._needs_blank = True
            at = run.end()
            self._append(run.group(), start + run.start(), start + at, exact=True)
        if at < len(text) and _SPACE.search(text, at):
            self._needs_blank = True

    def add_written_as(self, text: str, start: int, end: int) -> None:
        """Add *text*, which the document writes in another way from *start* to *end*, such as `&amp;`."""
        words = text.split()
        if not words or text[:1].isspace():
            self._needs_blank = True
        if words:
            self._append(" ".join(words), start, end, exact=False)
            self._needs_blank = text[-1:].isspace()

    def _append(self, text: str, start: int, end: int, *, exact: bool) -> None:
        if self._needs_blank and self._places:
            self._parts.append(" ")
            self._length += 1
        self._needs_blank = False
        self._parts.append(text)
        self._note(self._length, start, end, exact=exact)
        self._length += len(text)

    def _note(self, at: int, start: int, end: int, *, exact: bool) -> None:
        self._places.append(at)
        self._starts.append(start)
        self._ends.append(end)
        self._exact.append(exact)

    def move(self, places: Sequence[tuple[int, int]]) -> None:
        """Take the places so far as those in a decoded text, whose characters stand at *places*."""
        exact, self._exact = self._exact, []
        starts, ends, self._starts, self._ends = self._starts, self._ends, [], []
        begins, self._places = self._places, []
        for begin, start, end, is_exact in zip(begins, starts, ends, exact, strict=True):
            if not is_exact:
                self._note(begin, places[start][0], places[end - 1][1], exact=False)
                continue
            for offset, place in enumerate(places[start:end]):
                self._note(begin + offset, *place, exact=False)

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """
        Return where the characters *begin* to *end* of the visible text stand in the document.

        Both must stand beside a character that is no blank, as the start and the end of a sentence do.
        """
        return self._origin(begin)[0], self._origin(end - 1)[1]

    def _origin(self, at: int) -> tuple[int, int]:
        """Return the start and end in the document of one visible character."""
        run = bisect_right(self._places, at) - 1
        if not self._exact[run]:
            return self._starts[run], self._ends[run]
        start = self._starts[run] + at - self._places[run]
        return start, start + 1


@final
class Block(NamedTuple):
    """
    A part of a document that holds whole sentences: a paragraph, a heading, an item of a list.

    Attributes:
        kind: what its sentences are
        visible: its text
        starts_paragraph: False if it goes on with the paragraph of the block before it
    """

    kind: Kind
    visible: Visible
    starts_paragraph: bool = True
