"""
Spelling: which pieces of a vocabulary may continue a word.

Words and pieces are compared as bytes, because a piece of a byte-level vocabulary may begin or end within a
character: `О` is one piece for one carrier and the two pieces `\\xd0`, `\\x9e` for another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache, cached_property, lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from scenograph.vocabulary import Vocabulary

Mask = NDArray[np.bool_]
"""Which ids may come next; shape (vocabulary size,)."""

_SHORT: Final = re.compile(rb"[ :]?[A-Za-z]+")
_IN_NUMBER: Final = re.compile(rb" ?[+-]?[0-9]*\.?[0-9]*")


@final
class Pieces:
    """
    The pieces of a vocabulary's base, grouped once by what they may follow.

    A *capitalised word* is a capital letter and all letters after it. It is open if the piece ends with it,
    since the next piece may continue it.

    Attributes:
        atoms: the ids of the atoms, which are no pieces
        ids: the id of each piece; of the last one, where several have the same bytes
        text: all pieces that are not empty, and ⟁eos
        plain: pieces without a capitalised word, perhaps with part of a character at the end
        capitalised: pieces with one capitalised word, which is open; by that word
        odd: other pieces with capitalised words; by the first of them
        blanks: pieces that begin with a blank
        breaks: pieces that begin with no letter, so that they may follow a whole word
        crossing: pieces that begin with letters and continue with something else; by these letters
        inner: pieces that begin within a character
        numbers: pieces of digits alone, by their digits
        numbered: pieces that begin with digits and continue with something else, by their digits
        others: pieces that do not begin with a digit
        atom_mask: the atoms, as a mask
        within_numbers: pieces that may stand in a number or be the blank before it, and the atoms
        colons: pieces that begin with a colon, and so with a role
        short_roles: those of them that go on with letters of English alone
        short_words: other pieces of such letters, perhaps after a blank
        role_atoms: the atoms that are roles
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary_size: Final = vocabulary.size
        self.bytes: Final = vocabulary.token_bytes
        self.ids: Final[dict[bytes, int]] = {}
        self.capitalised: Final[dict[bytes, list[int]]] = {}
        self.odd: Final[dict[bytes, list[int]]] = {}
        self.crossing: Final[dict[bytes, list[int]]] = {}
        self.inner: Final[list[int]] = []
        self.numbers: Final[dict[bytes, list[int]]] = {}
        self.numbered: Final[dict[bytes, list[int]]] = {}
        plain: list[int] = []
        breaks: list[int] = []
        self.atoms: Final = frozenset(vocabulary.atom_ids)
        base = [b"" if i in self.atoms else piece for i, piece in enumerate(self.bytes)]
        for i, piece in enumerate(base):
            if not piece:
                continue
            self.ids[piece] = i
            if 0x80 <= piece[0] < 0xC0:
                self.inner.append(i)
                continue
            try:
                text, part = split_characters(piece)
            except UnicodeDecodeError:
                continue  # no text holds these bytes
            if piece[:1].isdigit():
                self._add_number(piece, i)
            starts = text[:1].isalpha()
            if starts and (part or not text.isalpha()):
                self.crossing.setdefault(leading_word(text).encode(), []).append(i)
            elif not starts and (text or may_be_no_letter(part)):
                breaks.append(i)
            begin = capital_in(text)
            if begin < 0:
                plain.append(i)
                continue
            word = leading_word(text[begin:])
            is_open = begin + len(word) == len(text) and not part
            (self.capitalised if is_open else self.odd).setdefault(word.encode(), []).append(i)
        self.text: Final = self._mask([*(i for i, piece in enumerate(base) if piece), vocabulary.eos])
        self.blanks: Final = self._mask(i for i, piece in enumerate(base) if piece.startswith(b" "))
        self.plain: Final = self._mask(plain)
        self.breaks: Final = self._mask(breaks)
        self.colons: Final = self._mask(i for i, piece in enumerate(base) if piece.startswith(b":"))
        short = self._mask(i for i, piece in enumerate(base) if _SHORT.fullmatch(piece))
        self.short_roles: Final = short & self.colons
        self.short_words: Final = short & ~self.colons
        self.role_atoms: Final = self._mask(i for i in self.atoms if self.bytes[i].startswith(b":"))
        digits = [i for ids in (*self.numbers.values(), *self.numbered.values()) for i in ids]
        self.others: Final = ~self._mask(digits)
        numeric = (i for i, piece in enumerate(base) if piece and _IN_NUMBER.fullmatch(piece))
        self.atom_mask: Final = self._mask(self.atoms)
        self.within_numbers: Final = self._mask(numeric) | self.atom_mask

    def _add_number(self, piece: bytes, i: int) -> None:
        rest = piece.lstrip(b"0123456789")
        numbers = self.numbered if rest else self.numbers
        numbers.setdefault(piece[: len(piece) - len(rest)], []).append(i)

    def _mask(self, ids: Iterable[int]) -> Mask:
        mask = np.zeros(self.vocabulary_size, dtype=np.bool_)
        mask[list(ids)] = True
        return mask

    def of_numbers(self, written: bytes, numbers: Collection[int]) -> Mask:
        """
        Return the ids of the pieces that may come next while a number is written.

        Args:
            written: its digits so far
            numbers: what it may be; none is negative
        """
        mask = np.zeros(self.vocabulary_size, dtype=np.bool_)
        for number in numbers:
            digits = str(number).encode()
            if not digits.startswith(written):
                continue
            rest = digits[len(written) :]
            if not rest:
                mask |= self.others
            for end in range(1, len(rest) + 1):
                mask[self.numbers.get(rest[:end], [])] = True
            mask[self.numbered.get(rest, [])] = True
        return mask


@lru_cache(maxsize=4)
def pieces_of(vocabulary: Vocabulary) -> Pieces:
    """Return the pieces of *vocabulary*, grouped once."""
    return Pieces(vocabulary)


@final
class Spelling:
    """
    A trie of words, and the pieces of a vocabulary that spell them.

    Args:
        pieces: of the vocabulary
        words: what may be spelt
    """

    def __init__(self, pieces: Pieces, words: Iterable[str]) -> None:
        self._pieces = pieces
        self.words: Final = frozenset(word.encode() for word in words)
        self.longer: Final[dict[bytes, list[bytes]]] = {b"": []}
        """For each beginning of a word, the beginnings that are one byte longer."""
        self._next: dict[bytes, tuple[list[int], list[int]]] = {}
        for word in self.words:
            for end in range(1, len(word) + 1):
                if word[:end] not in self.longer:
                    self.longer[word[:end]] = []
                    self.longer[word[: end - 1]].append(word[:end])

    def next(self, written: bytes) -> tuple[list[int], list[int]]:
        """
        Return the ids of the pieces that may continue *written*, the beginning of a word.

        Returns:
            Pieces after which the text still begins one of the words, or is one; and pieces that complete a
            word and continue with something else, which the caller has to check.
        """
        if written not in self._next:
            within: list[int] = []
            across: list[int] = []
            waiting = list(self.longer.get(written, ()))
            for longer in waiting:
                rest = longer[len(written) :]
                if rest in self._pieces.ids:
                    within.append(self._pieces.ids[rest])
                if longer in self.words:
                    across += self._pieces.crossing.get(rest, ())
                waiting += self.longer[longer]
            self._next[written] = within, across
        return self._next[written]

    @cached_property
    def capitalised(self) -> list[int]:
        """The ids of the pieces with one capitalised word that is one of the words or begins one."""
        pieces = self._pieces.capitalised
        return [i for word in pieces.keys() & self.longer.keys() for i in pieces[word]]


def split_characters(data: bytes) -> tuple[str, bytes]:
    """
    Return the whole characters of *data*, and the bytes of an unfinished one at its end.

    Raises:
        UnicodeDecodeError: if *data* does not begin any text
    """
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            raise
        return data[: error.start].decode(), data[error.start :]


def leading_word(text: str) -> str:
    """Return the letters that *text* begins with."""
    end = 0
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[:end]


def capital_in(text: str) -> int:
    """Return the place of the first capital letter of *text*, -1 if there is none."""
    if not text.islower():
        for place, character in enumerate(text):
            if character.isupper() and character.isalpha():
                return place
    return -1


def capitalised_words(texts: Iterable[str]) -> frozenset[str]:
    """
    Return every capitalised word of *texts*: a capital letter and all letters after it.

    Example:
        >>> sorted(capitalised_words(["Jean-Luc McCoy", "van Gogh"]))
        ['Gogh', 'Jean', 'Luc', 'McCoy']
    """
    words: set[str] = set()
    for text in texts:
        while (begin := capital_in(text)) >= 0:
            word = leading_word(text[begin:])
            words.add(word)
            text = text[begin + len(word) :]
    return frozenset(words)


@cache
def may_be_no_letter(part: bytes) -> bool:
    """Return whether *part*, the beginning of a character's bytes, begins one that is no letter."""
    length, first = (2, part[0] & 0x1F) if part[0] < 0xE0 else (3, part[0] & 0xF)
    if part[0] >= 0xF0:
        length, first = 4, part[0] & 7
    for byte in part[1:]:
        first = first << 6 | byte & 0x3F
    count = 64 ** (length - len(part))
    least = {2: 0x80, 3: 0x800, 4: 0x10000}[length]  # smaller ones are spelt with fewer bytes
    codes = range(max(first * count, least), min((first + 1) * count, 0x110000))
    return any(not chr(code).isalpha() for code in codes if not 0xD800 <= code < 0xE000)
