"""
Parsing by hand: a place that moves through a text, and recursion of any depth.

A parser function is a generator. It yields another one to call it, and is sent what that one returns:

    >>> def depth(text: str, at: int = 0) -> Parse[int]:
    ...     if not text.startswith("(", at):
    ...         return 0
    ...     return 1 + (yield depth(text, at + 1))
    >>> descend(depth("(" * 100_000))
    100000
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, NoReturn, TypeAlias, TypeVar

from scenograph.errors import SurfaceError

T = TypeVar("T")

Parse: TypeAlias = Generator[Any, Any, T]
"""A parser function: it yields the parser functions that it calls, and returns what it has read."""


def descend(parse: Parse[T]) -> T:
    """Return what *parse* reads. The calls stand on a list, so no depth overflows the stack."""
    calls: list[Parse[Any]] = [parse]
    result: Any = None
    while calls:
        try:
            call = calls[-1].send(result)
        except StopIteration as ended:
            calls.pop()
            result = ended.value
        else:
            calls.append(call)
            result = None
    return result


class Scanner:
    """
    A place in a text. Blanks before what is read are passed over.

    Args:
        text: the text
        surface: what errors call it
        blank: a pattern of blanks
        at, stop: where to read from and up to; by default the whole text
    """

    def __init__(
        self,
        text: str,
        surface: str,
        blank: re.Pattern[str] = re.compile(r"\s*"),
        at: int = 0,
        stop: int | None = None,
    ) -> None:
        self.text, self.surface, self.blank = text, surface, blank
        self.at, self.stop = at, len(text) if stop is None else stop

    def ends(self) -> bool:
        """Return whether nothing but blanks is left."""
        return self.skip() >= self.stop

    def skip(self) -> int:
        """Step over blanks; return the place."""
        if match := self.blank.match(self.text, self.at, self.stop):
            self.at = match.end()
        return self.at

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what *pattern* matches here, if it does."""
        match = pattern.match(self.text, self.skip(), self.stop)
        self.at = match.end() if match else self.at
        return match

    def passes(self, mark: str) -> bool:
        """Step over *mark*, if it is here."""
        found = self.text.startswith(mark, self.skip())
        self.at += len(mark) * found
        return found

    def expect(self, mark: str, expected: str = "") -> None:
        """Step over *mark*, which must be here."""
        if not self.passes(mark):
            self.fail(expected or f"'{mark}'")

    def fail(self, expected: str, at: int | None = None) -> NoReturn:
        """Raise a `SurfaceError` that says what was *expected* at the place *at*, by default here."""
        at = self.skip() if at is None else at
        line = self.text.count("\n", 0, at)
        where = f"line {line + 1}, " if line else ""
        column = at - self.text.rfind("\n", 0, at)
        found = repr(self.text[at : at + 10].partition("\n")[0]) if at < self.stop else "the end"
        raise SurfaceError(f"{self.surface}, {where}character {column}: expected {expected}, found {found}")
