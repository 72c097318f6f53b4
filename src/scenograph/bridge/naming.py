"""
Names are copied, not invented.

A scene that is read may hold no name but those of its text, in their base form; a text that is spoken may
hold no name but those of its scene, in whatever case. What a carrier writes is held to that letter by
letter, so that a name never seen before cannot be misspelt, only taken for another of the same text.

    >>> sorted(names_in("Because Oleg slept, Anna left.", "en"))
    ['Anna', 'Oleg']
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, final

import torch
from torch import Tensor

from scenograph.core.scene import Scene
from scenograph.morphology.russian import CASES
from scenograph.vocabulary import Vocabulary
from scenograph.world.names import CYRILLIC_NAME, LATIN_NAME, bases, cyrillic, decline, latin
from scenograph.world.words import common_words


def names_in(text: str, language: str) -> frozenset[str]:
    """The scene's spelling of every name that *text* may hold: each base form of each capitalised word."""
    found: set[str] = set()
    for pattern in (LATIN_NAME, CYRILLIC_NAME):
        for word in pattern.findall(text):
            if word.lower() not in common_words(language):
                found |= {latin(base) for case in CASES for base in bases(word, case)}
    return frozenset(found)


def forms_of(scene: Scene, language: str) -> frozenset[str]:
    """Every form that the names of *scene* may take in a text."""
    names = [
        link.target[1:-1] for link in scene.links if isinstance(link.target, str) and link.target[0] == '"'
    ]
    if language != "ru":
        return frozenset(names)
    return frozenset(decline(cyrillic(name), case) for name in names if name for case in CASES)


@final
class Pieces:
    """
    The pieces of a vocabulary's base, as the characters they stand for.

    Attributes:
        ids: by the characters of each piece
        starts: marks pieces that do not begin with a letter, and so may follow a whole word; bool, (base,)
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.ids: Final[dict[str, int]] = {}
        self.characters: Final[dict[int, str]] = {}
        for i, piece in enumerate(vocabulary.token_bytes[: vocabulary.base_size]):
            try:
                characters = piece.decode()
            except UnicodeDecodeError:  # a byte of a character that has no piece of its own
                continue
            if characters:
                self.ids[characters] = i  # the last one: SentencePiece's byte pieces come first
                self.characters[i] = characters
        self.longest: Final = max(map(len, self.ids))
        self.starts: Final = torch.zeros(vocabulary.base_size, dtype=torch.bool)
        self.capitals: Final[list[tuple[int, str]]] = []
        for i, characters in self.characters.items():
            self.starts[i] = not characters[0].isalpha()
            word = last_word(characters)
            if word[:1].isupper():
                self.capitals.append((i, word))

    def can_spell(self, words: Iterable[str]) -> bool:
        """Whether each character of *words* is a piece."""
        return all(letter in self.ids for word in words for letter in word)

    def going_on(self, rest: str) -> list[int]:
        """The pieces that *rest* begins with."""
        return [
            self.ids[rest[:n]] for n in range(1, min(len(rest), self.longest) + 1) if rest[:n] in self.ids
        ]


def last_word(text: str) -> str:
    """The letters at the end of *text*."""
    start = len(text)
    while start and text[start - 1].isalpha():
        start -= 1
    return text[start:]


@cache
def pieces_of(vocabulary: Vocabulary) -> Pieces:
    """The pieces of *vocabulary*, made once."""
    return Pieces(vocabulary)


@final
class Spelling:
    """
    What may come next in a word that has to be one of *words*.

    Args:
        vocabulary: whose pieces are written
        words: how the word may be spelt
    """

    def __init__(self, vocabulary: Vocabulary, words: Iterable[str]) -> None:
        self.pieces: Final = pieces_of(vocabulary)
        self.words: Final = frozenset(words)
        self._next: dict[str, list[int]] = {}

    def next(self, written: str) -> list[int]:
        """The pieces with which *written* goes on to be one of the words."""
        if written not in self._next:
            rests = [word[len(written) :] for word in self.words if word.startswith(written)]
            self._next[written] = sorted({i for rest in rests for i in self.pieces.going_on(rest)})
        return self._next[written]

    def begins(self, written: str) -> bool:
        """Whether *written* is, or begins, one of the words."""
        return any(word.startswith(written) for word in self.words)


@cache
def common_spelling(vocabulary: Vocabulary, language: str) -> Spelling:
    """The common words of a language with a capital, as at the start of a sentence; made once."""
    return Spelling(vocabulary, {word[0].upper() + word[1:] for word in common_words(language)})


@final
class NameSpeller:
    """
    Which pieces may come next in a text whose capitalised words are common words or the names of a scene.

    Args:
        vocabulary: whose pieces are written
        scene: what is said
        language: in which language
    """

    def __init__(self, vocabulary: Vocabulary, scene: Scene, language: str) -> None:
        forms = forms_of(scene, language)
        self._common = common_spelling(vocabulary, language)
        self._names = Spelling(vocabulary, forms)
        self._pieces = pieces_of(vocabulary)
        self._free = not self._pieces.can_spell(forms)
        self._word = ""
        self._start = torch.ones(vocabulary.base_size, dtype=torch.bool)
        for i, word in self._pieces.capitals:
            self._start[i] = self._common.begins(word) or self._names.begins(word)

    def allowed(self) -> Tensor | None:
        """Which pieces of the base may come next, bool, shape (base,); None for all."""
        if self._free:
            return None
        word = self._word
        if not word[:1].isupper():
            return self._start
        is_whole = word in self._names.words or word in self._common.words
        mask = self._start & self._pieces.starts if is_whole else torch.zeros_like(self._start)
        mask[self._names.next(word) + self._common.next(word)] = True
        return mask

    def may_end(self) -> bool:
        """Whether the text may end here."""
        word = self._word
        return self._free or not word[:1].isupper() or word in self._names.words or word in self._common.words

    def advance(self, token: int) -> None:
        """Take note of the piece that was written."""
        piece = self._pieces.characters.get(token, "")
        longer = self._word + piece
        if self._word[:1].isupper() and (self._names.begins(longer) or self._common.begins(longer)):
            self._word = longer
        else:
            self._word = last_word(longer) if piece.isalpha() else last_word(piece)
