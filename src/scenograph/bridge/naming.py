"""
Names are copied, not invented.

A scene that is read may only hold names of its text, in their base form. A text that is spoken may only hold
names of its scene, in any of their forms. A carrier is constrained letter by letter, so it cannot misspell a
name that it never saw before. It can only confuse it with another name of the same text.

    >>> from scenograph.world import World
    >>> sorted(names_in("Because Oleg slept, Anna left.", "en", World().names))
    ['Anna', 'Oleg']
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import final

import numpy as np

from scenograph.bridge.spelling import (
    Mask,
    Pieces,
    Spelling,
    capital_in,
    capitalised_words,
    leading_word,
    may_be_no_letter,
    pieces_of,
    split_characters,
)
from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.domain import Names
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary


def names_in(text: str, language: str, names: Names) -> frozenset[str]:
    """Return every name that *text* may hold, as scenes spell it."""
    return frozenset(names.found(text, language))


def forms_of(scene: Scene, language: str, names: Names) -> frozenset[str]:
    """Return every form that the names of *scene* may take in a text."""
    literals = (link.target for link in scene.links if isinstance(link.target, str))
    called = [unquote(literal) for literal in literals if literal[0] == '"']
    return frozenset(form for name in called if name for form in names.forms(name, language))


@lru_cache(maxsize=16)
def _spelling_of(pieces: Pieces, words: frozenset[str]) -> Spelling:
    """Return the spelling of the common words of a language, made once for each vocabulary."""
    return Spelling(pieces, {word[:1].upper() + word[1:] for word in words})


@final
class NameSpeller:
    """
    Masks for a text whose capitalised words are names of a scene or common words.

    A *capitalised word* is a capital letter and all letters after it. It must be a whole word of the list, so
    the next character is no letter. All else may be written freely, in valid UTF-8. With the name `Zhenya`::

        Because Zhe     may continue with "nya", not with "n " or "nia"
        Because Zhenya  may continue with ", " or end, not with "ns"

    Args:
        vocabulary: its pieces are written
        scene: what is said
        language: in which language
        names: how the domain spells names
    """

    def __init__(self, vocabulary: Vocabulary, scene: Scene, language: str, names: Names) -> None:
        self._pieces = pieces_of(vocabulary)
        self._eos = vocabulary.eos
        self._spellings = (
            _spelling_of(self._pieces, names.common_words(language)),
            Spelling(self._pieces, capitalised_words(forms_of(scene, language, names))),
        )
        self._begun = b""  # the capitalised word and the part of a character at the end of the text
        self._masks: dict[bytes, Mask] = {}
        free = self._pieces.plain.copy()
        for spelling in self._spellings:
            free[spelling.capitalised] = True
        for word, ids in self._pieces.odd.items():
            if any(word in spelling.longer for spelling in self._spellings):
                free[self._following(b"", ids)] = True
        free[self._eos] = True
        self._masks[b""] = free

    def mask(self) -> Mask:
        """Return which ids may come next; do not change it."""
        begun = self._begun
        if begun not in self._masks:
            self._masks[begun] = self._after_word(begun)
        return self._masks[begun]

    def advance(self, token: int) -> None:
        """
        Record the piece that was written.

        Raises:
            BridgeError: if `mask` does not allow it
        """
        if not self.mask()[token]:
            raise BridgeError(f"token {token} cannot come next in a text; choose one that the mask allows")
        if token != self._eos:
            self._begun = self._rest(self._begun + self._pieces.bytes[token]) or b""

    def _after_word(self, begun: bytes) -> Mask:
        """Return which ids may follow a capitalised word, or part of a character."""
        mask = np.zeros_like(self._masks[b""])
        if split_characters(begun)[1]:
            mask[self._following(begun, self._pieces.inner)] = True
            return mask
        for spelling in self._spellings:
            within, across = spelling.next(begun)
            mask[within] = True
            mask[self._following(begun, across)] = True
        if self._is_word(begun):
            mask |= self._masks[b""] & self._pieces.breaks
            mask[self._eos] = True
        return mask

    def _following(self, begun: bytes, ids: Iterable[int]) -> list[int]:
        """Return those of *ids* that may follow *begun*, each tried."""
        return [i for i in ids if self._rest(begun + self._pieces.bytes[i]) is not None]

    def _rest(self, written: bytes) -> bytes | None:
        """Return the part of *written* that `_begun` holds; None if *written* is not allowed."""
        try:
            text, part = split_characters(written)
        except UnicodeDecodeError:
            return None
        while (begin := capital_in(text)) >= 0:
            word = leading_word(text[begin:])
            text = text[begin + len(word) :]
            is_word = self._is_word(word.encode())
            if not text:
                begun = word.encode() + part
                may = any(begun in spelling.longer for spelling in self._spellings)
                return begun if may or (part and is_word and may_be_no_letter(part)) else None
            if not is_word:
                return None
        return part

    def _is_word(self, word: bytes) -> bool:
        return any(word in spelling.words for spelling in self._spellings)
