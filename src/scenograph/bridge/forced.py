"""
Forced: words are written as training spells them, and what leaves no choice needs no carrier.

A vocabulary can spell a word in many ways: `Vera`, `Ve` `ra`, `V` `e` `r` `a`. Training shows one of them
alone, so a carrier under a grammar may write no other. Once the beginning of a word leaves only one word, all
of its tokens are known::

    "  →  Ve | An           two names stand in the text: the carrier chooses
    Ve →  ra → "            nothing to choose: both tokens are forced
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, final

from scenograph.vocabulary import Vocabulary

Ids = tuple[int, ...]


@final
class Spelt:
    """
    The words that may be written at one place, as training spells them: a trie of tokens.

    Args:
        words: the tokens of each word
    """

    def __init__(self, words: Iterable[Sequence[int]]) -> None:
        self.whole: Final = frozenset(map(tuple, words))
        self._next: dict[Ids, list[int]] = {}
        for word in sorted(self.whole):
            for end, token in enumerate(word):
                found = self._next.setdefault(word[:end], [])
                if token not in found:
                    found.append(token)

    def next(self, written: Ids) -> list[int]:
        """Return the tokens that go on after *written*, the beginning of a word; none after other tokens."""
        return self._next.get(written, [])


def spelt_names(vocabulary: Vocabulary, names: Iterable[str]) -> Spelt:
    """Return *names* as they stand in quotes."""
    return Spelt(vocabulary.encode_text(name) for name in names)


def spelt_words(vocabulary: Vocabulary, words: Iterable[str]) -> Spelt:
    """Return *words*, each with a blank before it, as they stand in the linear form of a scene."""
    return Spelt(vocabulary.encode_scene(f"( {word})")[1:-1] for word in words)
