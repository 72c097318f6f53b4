"""
Literals spelt letter by letter: what a codec does with words that its statistics do not have.

A letter is expected from the two before it, failing that from the one before, failing that from letters in
general, as in known words (prediction by partial matching, Cleary and Witten 1984). An empty letter ends the
word. The two formats differ in what the known words are and in what happens to a character that none of them
has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import final

from .basics import WORDS
from .coder import ESCAPE, CodeStep, Folder, Table, Unfolder

_BEFORE = "\n\n"  # stands before each word, and in none
_CHARACTERS = 0x110000
_BLOCK = 128  # characters that mostly occur together: a script
PIECE = 16  # letters of a tick
_REMEMBERED = 10_000  # words whose steps are remembered
_WEIGHT = 4  # of the basic words


@final
class Speller:
    """
    Spells words as format 2 does.

    Args:
        words: what letters are expected from, besides the basic words
    """

    def __init__(self, words: Iterable[str]) -> None:
        # Two line ends stand between words, so that one pass over the text counts all contexts of all words.
        basic = "".join([f"{_BEFORE}{word}" for word in WORDS]) * _WEIGHT
        text = "".join([f"{_BEFORE}{word}" for word in words]) + basic + _BEFORE
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._seen[""] = Counter(text)
        self._seen[""]["\n"] //= 2  # only the first of two line ends is the end of a word
        for (first, second, letter), count in Counter(zip(text, text[1:], text[2:], strict=False)).items():
            if second != "\n" or first == "\n":
                self._seen[first + second][letter] = count
                if second != "\n" or letter != "\n":
                    self._seen[second][letter] += count
        self._tables: dict[str, Table] = {}
        self._steps: dict[str, list[list[CodeStep]]] = {}

    def _table(self, context: str) -> Table | None:
        table = self._tables.get(context)
        if table is None and (counts := self._seen.get(context)):
            table = self._tables[context] = Table(dict(sorted(counts.items())), scale=1, escape=len(counts))
        return table

    def spell(self, coder: Folder, word: str) -> None:
        """Put each letter of *word*, and its end, on *coder*; `read` undoes it."""
        pieces = self._steps.get(word)
        if pieces is None:
            if len(self._steps) == _REMEMBERED:
                self._steps.clear()
            pieces = self._steps[word] = self._pieces(word + "\n")
        for piece in pieces:
            coder.tick()
            coder.steps += piece

    def _pieces(self, word: str) -> list[list[CodeStep]]:
        """Return the steps of *word*, `PIECE` letters in each part."""
        pieces: list[list[CodeStep]] = []
        steps: list[CodeStep] = []
        general = self._table("")
        assert general is not None, "there are basic words"
        before, block = _BEFORE, -1
        for place, letter in enumerate(word):
            if place % PIECE == 0:
                steps = []
                pieces.append(steps)
            is_strange = before[1] not in general.steps  # strange letters come together
            if is_strange:
                steps.append((1, int(letter not in general.steps), 2))
            for context in () if is_strange and letter not in general.steps else (before, before[1], ""):
                table = self._table(context)
                if table is not None:
                    step = table.steps.get(letter)
                    steps.append(step or table.escape)
                    if step is not None:
                        break
            else:
                code = ord(letter)
                if block >= 0:
                    steps.append((3, 0, 4) if code // _BLOCK == block else (1, 3, 4))
                if code // _BLOCK == block:
                    steps.append((1, code % _BLOCK, _BLOCK))
                else:
                    steps.append((1, code, _CHARACTERS))
                block = code // _BLOCK
            before = before[1] + letter
        return pieces

    def read(self, coder: Unfolder) -> str:
        """Take a word off *coder*."""
        letters: list[str] = []
        general = self._table("")
        assert general is not None, "there are basic words"
        before, block = _BEFORE, -1
        while True:
            if len(letters) % PIECE == 0:
                coder.tick()
            letter = ESCAPE
            is_strange = before[1] not in general.steps
            if not is_strange or coder.take_first(1, 2):
                for context in (before, before[1], ""):
                    table = self._table(context)
                    if table is not None and (letter := coder.take(table)) is not ESCAPE:
                        break
            if letter is ESCAPE:
                if block >= 0 and coder.take_first(3, 4):
                    letter = chr(block * _BLOCK + coder.take_one_of(_BLOCK))
                else:
                    letter = chr(coder.take_one_of(_CHARACTERS))
                block = ord(letter) // _BLOCK
            if letter == "\n":
                return "".join(letters)
            letters.append(letter)
            before = before[1] + letter


@final
class FirstSpeller:
    """
    Reads words that format 1 spelt; nothing writes them any more.

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
            context: Table(counts, scale=4, escape=2 * len(counts)) for context, counts in seen.items()
        }

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
