"""
Symbols as one number, and back: asymmetric numeral systems over integers of any size.

A symbol that owns 3 of 8 shares, from the second on, is the step `(3, 1, 8)`. Putting it in front of a
number makes that 8 / 3 times as large, which is what the symbol is worth: log2(8 / 3) bits. Taking it off
gives back both:

    >>> table = Table({"a": 1, "b": 3, "c": 3}, escape=1, scale=1)
    >>> coder = Folder()
    >>> coder.steps += [table.steps["b"], table.steps["c"]]
    >>> coder.finish()
    [10]
    >>> back = Unfolder([10])
    >>> back.take(table), back.take(table)
    ('b', 'c')

Numbers grow without bound, so no share is ever rounded, and a record needs no state but its number (Duda,
"Asymmetric numeral systems", arXiv 0902.0271; numbers of a machine's size would need renormalising). Long
scenes are cut into chunks of `CHUNK` ticks with a number each, because a step costs more on a larger
one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, final

from ...errors import CodecError

CodeStep = tuple[int, int, int]
"""The symbol's share, the shares before its own, and the whole."""

CHUNK = 256
"""Links and spelt letters of one chunk."""

ESCAPE: Any = object()
"""What a table returns for a symbol that it does not have."""


@final
class Table:
    """
    How a whole is shared among symbols and an escape for all others.

    Args:
        counts: how often each symbol was seen
        scale: share of a symbol for each time it was seen
        escape: share of the escape; 0 for none
    Attributes:
        steps: each symbol's step
        escape: the escape's step
        whole: the sum of all shares
        symbols, in_order, starts: the symbols, their steps, and where these start, in order; the escape last
    """

    __slots__ = ("escape", "in_order", "starts", "steps", "symbols", "whole")

    in_order: list[CodeStep]
    starts: list[int]
    symbols: list[Any]

    def __init__(self, counts: Mapping[Any, int], *, scale: int, escape: int) -> None:
        known = scale * sum(counts.values())
        self.whole = whole = known + escape
        self.escape: CodeStep = (escape, known, whole)
        steps: dict[Any, CodeStep] = {}
        start = 0
        for symbol, count in counts.items():
            steps[symbol] = (scale * count, start, whole)
            start += scale * count
        self.steps = steps

    def __getattr__(self, name: str) -> Any:
        """Make what only reading needs when it is first asked for; writers make thousands of tables."""
        if name not in ("in_order", "starts", "symbols"):
            raise AttributeError(name)
        escape = [self.escape] if self.escape[0] else []
        self.in_order = [*self.steps.values(), *escape]
        self.starts = [step[1] for step in self.in_order]
        self.symbols = [*self.steps, *([ESCAPE] if escape else [])]
        return getattr(self, name)


@final
class Folder:
    """
    Makes numbers of steps.

    Attributes:
        steps: those of the present chunk, in order; to be appended to
    """

    __slots__ = ("_numbers", "_ticks", "steps")

    def __init__(self) -> None:
        self.steps: list[CodeStep] = []
        self._numbers: list[int] = []
        self._ticks = CHUNK

    def tick(self) -> None:
        """Count one link or letter, and begin the next chunk where that is due."""
        if not self._ticks:
            self._ticks = CHUNK
            self._fold()
        self._ticks -= 1

    def finish(self) -> list[int]:
        """Return the numbers of all chunks."""
        self._fold()
        return self._numbers

    def _fold(self) -> None:
        number = 0
        for share, start, whole in reversed(self.steps):
            number += number // share * (whole - share) + start
        self._numbers.append(number)
        self.steps.clear()


@final
class Unfolder:
    """
    Takes symbols off numbers; undoes `Folder` where it is asked the same questions.

    Args:
        numbers: those of all chunks
    """

    __slots__ = ("_next", "_number", "_numbers", "_ticks")

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._number = numbers[0]
        self._next = 1
        self._ticks = CHUNK

    def take(self, table: Table) -> Any:
        """Take a symbol of *table* off, or its escape."""
        above, place = divmod(self._number, table.whole)
        owner = bisect_right(table.starts, place) - 1
        share, start, _ = table.in_order[owner]
        self._number = above * share + place - start
        return table.symbols[owner]

    def take_within(self, table: Table, escape: int) -> Any:
        """Take a symbol of *table* off, or its escape, which has the share *escape* now."""
        known = table.escape[1]
        above, place = divmod(self._number, known + escape)
        if place >= known:
            self._number = above * escape + place - known
            return ESCAPE
        owner = bisect_right(table.starts, place) - 1
        share, start, _ = table.in_order[owner]
        self._number = above * share + place - start
        return table.symbols[owner]

    def take_first(self, share: int, whole: int) -> bool:
        """Take off a choice of two; return whether it is the first one, which has *share* of *whole*."""
        above, place = divmod(self._number, whole)
        if place < share:
            self._number = above * share + place
            return True
        self._number = above * (whole - share) + place - share
        return False

    def take_one_of(self, count: int) -> int:
        """Take off a number below *count*, all being equally likely."""
        self._number, place = divmod(self._number, count)
        return place

    def tick(self) -> None:
        """
        Count one link or letter, and go to the next chunk where that is due.

        Raises:
            CodecError: if there is no next one, or something is left of this one
        """
        if not self._ticks:
            self._ticks = CHUNK
            if self._number or self._next == len(self._numbers):
                raise CodecError("the record is damaged: it does not end where its scene does")
            self._number = self._numbers[self._next]
            self._next += 1
        self._ticks -= 1

    def finish(self) -> None:
        """
        Make sure that nothing is left.

        Raises:
            CodecError: if something is
        """
        if self._number or self._next < len(self._numbers):
            raise CodecError("the record is damaged: it does not end where its scene does")
