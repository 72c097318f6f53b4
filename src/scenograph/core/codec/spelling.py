"""
Literals spelt letter by letter: what a codec does with words that its statistics do not hold.

A letter is expected from the two before it, failing that from the one before, failing that from letters in
general, as in the words that are known; a character never seen is written as its number (prediction by
partial matching, Cleary and Witten 1984). An empty letter ends the word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import final

from .coder import ESCAPE, Folder, Table, Unfolder

_BEFORE = "\n\n"  # stands before each word, and in none
_CHARACTERS = 0x110000
_SEEN, _NEW = 4, 2  # shares of a letter for each time it was seen, and of the escape for each letter


@final
class Speller:
    """
    Spells words.

    Args:
        words: what letters are expected from
    """

    def __init__(self, words: Iterable[str]) -> None:
        seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word in words:
            before = _BEFORE
            for letter in (*word, ""):
                for context in (before, before[1], ""):
                    seen[context][letter] += 1
                before = before[1] + letter
        self._tables = {
            context: Table(counts, scale=_SEEN, escape=_NEW * len(counts)) for context, counts in seen.items()
        }

    def spell(self, coder: Folder, word: str) -> None:
        """Put each letter of *word*, and its end, on *coder*; `read` undoes it."""
        before = _BEFORE
        steps = coder.steps
        for letter in (*word, ""):
            coder.tick()
            for context in (before, before[1], ""):
                table = self._tables.get(context)
                if table is not None:
                    step = table.steps.get(letter)
                    if step is not None:
                        steps.append(step)
                        break
                    steps.append(table.escape)
            else:
                steps.append((1, ord(letter) if letter else _CHARACTERS, _CHARACTERS + 1))
            before = before[1] + letter

    def read(self, coder: Unfolder) -> str:
        """Take a word off *coder*."""
        letters: list[str] = []
        before = _BEFORE
        while True:
            coder.tick()
            letter = self._letter(coder, before)
            if not letter:
                return "".join(letters)
            letters.append(letter)
            before = before[1] + letter

    def _letter(self, coder: Unfolder, before: str) -> str:
        for context in (before, before[1], ""):
            table = self._tables.get(context)
            if table is not None:
                letter = coder.take(table)
                if letter is not ESCAPE:
                    return letter
        number = coder.take_one_of(_CHARACTERS + 1)
        return "" if number == _CHARACTERS else chr(number)
