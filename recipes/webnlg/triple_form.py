"""
What a reader may write: triples as words (`triple_words`), of properties and names that are known or copied.

    subject | property | object | property | object
    subject | property | object

A property is one of the training's. A name is one of the training's, or some whole words of the text that is
read: a name never seen before can be read as it stands there, and none is invented. Without known names, any
text may be a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor
from triple_words import BAR, LINE, name_words

from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary

Branch: TypeAlias = dict[int, Any]
"""What may follow, by token; a key of `Spelt.end` means that the word may end here."""

_SUBJECT, _PROPERTY, _OBJECT = range(3)


class Known(NamedTuple):
    """The properties and names of a training, in words; no names: any may be written."""

    properties: frozenset[str]
    names: frozenset[str] = frozenset()


class Spelt:
    """What is known, as tokens of one vocabulary."""

    end = -1

    def __init__(self, vocabulary: Vocabulary, known: Known) -> None:
        self.bar, self.line = (_single(vocabulary, mark) for mark in (BAR, LINE))
        self.eos = vocabulary.eos
        self.properties = _tree(vocabulary, known.properties)
        self.names = _tree(vocabulary, known.names)
        self.bytes = vocabulary.token_bytes
        atoms = set(vocabulary.atom_ids)
        marks = (BAR.strip().encode(), LINE.encode())
        free = [
            i not in atoms and bool(piece) and not any(mark in piece for mark in marks)
            for i, piece in enumerate(self.bytes)
        ]
        self.free = torch.tensor(free)
        self.blanks = {i for i, piece in enumerate(self.bytes) if not piece.strip(b" ")}

    def begins_word(self, token: int) -> bool:
        """Whether a name may begin with *token*, or end before it: it goes on with no letter or digit."""
        return not self.bytes[token].decode(errors="replace")[:1].isalnum()


def _tree(vocabulary: Vocabulary, names: Iterable[str]) -> Branch:
    tree: Branch = {}
    for name in sorted(names):
        branch = tree
        for token in vocabulary.encode_text(f" {name}"):
            branch = branch.setdefault(token, {})
        branch[Spelt.end] = {}
    return tree


def _single(vocabulary: Vocabulary, mark: str) -> int:
    ids = vocabulary.encode_text(mark)
    if len(ids) != 1:
        raise BridgeError(f"this carrier spells {mark!r} with {len(ids)} tokens; the recipe needs one")
    return ids[0]


class TripleForm:
    """
    Triples as words: a `scenograph.carriers.protocol.Constraint`.

    Args:
        known: what may be written
        budget: most tokens, the end included
        text: what is read; names may be copied from it
    """

    lark: str | None = None
    schema: Mapping[str, Any] | None = None

    def __init__(self, known: Known, budget: int, text: str = "") -> None:
        self.known, self.budget, self.text = known, budget, text

    def lark_over(self, vocabulary: Vocabulary) -> None:
        """There is no grammar as text."""

    def over(self, vocabulary: Vocabulary) -> TripleMask:
        """Return the masks of one row."""
        spelt = _spelt(vocabulary, self.known)
        copied = vocabulary.encode_text(f" {name_words(self.text)}") if self.text else []
        return TripleMask(spelt, self.budget, copied)


@lru_cache(maxsize=4)
def _spelt(vocabulary: Vocabulary, known: Known) -> Spelt:
    return Spelt(vocabulary, known)


class TripleMask:
    """
    What one row may write next.

    Attributes:
        was_cut: the budget was too small, so something may be missing
    """

    def __init__(self, spelt: Spelt, budget: int, text: list[int]) -> None:
        self.was_cut = False
        self._spelt, self._left = spelt, budget
        self._text = text if spelt.names else []
        self._starts = [i for i, token in enumerate(self._text) if spelt.bytes[token].startswith(b" ")]
        self._begin(_SUBJECT)

    def _begin(self, place: int) -> None:
        self._place, self._begun = place, False
        self._branch: Branch = self._spelt.properties if place == _PROPERTY else self._spelt.names
        self._copied = [] if place == _PROPERTY else self._starts  # where in the text a copy may go on

    def mask(self) -> Tensor:
        """Return which tokens may come next: bool, shape (vocabulary,)."""
        allowed = self._allowed()
        if allowed is None:
            mask = self._spelt.free.clone()
            mask[self._ends() if self._begun else []] = True
            return mask
        mask = torch.zeros(len(self._spelt.free), dtype=torch.bool)
        mask[sorted(allowed)] = True
        return mask

    def forced(self) -> int | None:
        """Return the only token that may come next; None if there is a choice."""
        allowed = self._allowed()
        return next(iter(allowed)) if allowed is not None and len(allowed) == 1 else None

    def _allowed(self) -> set[int] | None:
        """Return the tokens that may come next; None: any of a text, and what may end it."""
        if self._left <= 1:
            return {self._spelt.eos}
        if self._place != _PROPERTY and not self._spelt.names:
            return None
        allowed = self._branch.keys() | {self._text[i] for i in self._copied if i < len(self._text)}
        if self._begun and (Spelt.end in allowed or any(map(self._ends_word, self._copied))):
            allowed |= set(self._ends())
        return allowed - {Spelt.end}

    def _ends(self) -> list[int]:
        spelt = self._spelt
        return [spelt.bar, spelt.line, spelt.eos] if self._place == _OBJECT else [spelt.bar]

    def _ends_word(self, place: int) -> bool:
        """Whether the text's words before *place* are whole."""
        return place >= len(self._text) or self._spelt.begins_word(self._text[place])

    def advance(self, token: int) -> None:
        """Note that *token* was written."""
        spelt = self._spelt
        self._left -= 1
        if token == spelt.eos:
            self.was_cut = self._left == 0
        elif token == spelt.line:
            self._begin(_SUBJECT)
        elif token == spelt.bar:
            self._begin(_OBJECT if self._place == _PROPERTY else _PROPERTY)
        else:
            self._begun |= token not in spelt.blanks
            self._branch = self._branch.get(token, {})
            self._copied = [i + 1 for i in self._copied if i < len(self._text) and self._text[i] == token]
