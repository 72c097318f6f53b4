"""
Constraints: what a carrier may write next, so that what it writes is a scene.

A `SceneWriter` compiles a grammar once; each row of a batch gets its own `SceneConstraint`, a cheap copy. The
constraint adds rules that a context-free grammar cannot express:

* *labels*: every label is defined once, and every label that is referred to is defined. The root may end only
  where no label is owed (`scenograph.bridge.labels`).
* *spelling*: a symbol of a closed grammar, or a name of the text, is written with the tokens that training
  spells it with, so that most of them leave no choice (`scenograph.bridge.forced`).
* *budget*: when the tokens run short, only what closes the scene is allowed. So every sequence of allowed
  tokens ends in a well-formed scene within the budget. A scene that was closed early is marked `was_cut`,
  since something may be missing from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from scenograph.bridge.forced import Spelt, spelt_names, spelt_words
from scenograph.bridge.grammar import Grammar
from scenograph.bridge.labels import Labels
from scenograph.bridge.naming import NameSpeller
from scenograph.bridge.spelling import Mask, Pieces, pieces_of
from scenograph.bridge.written import Written
from scenograph.errors import BridgeError
from scenograph.optional import optional
from scenograph.vocabulary import Vocabulary

_WHOLE_NUMBER = re.compile(rb"[0-9]+(?=[^0-9])")


@final
class SceneWriter:
    """
    Makes constraints for one grammar over one vocabulary.

    Args:
        vocabulary: its ids are written
        grammar: an open or closed grammar of the same vocabulary
    Raises:
        BridgeError: if llguidance cannot compile the grammar
    """

    def __init__(self, vocabulary: Vocabulary, grammar: Grammar) -> None:
        self.vocabulary = vocabulary
        self.least_budget = grammar.least_budget
        library = optional("llguidance", "train")
        tokenizer = library.LLTokenizer(library.TokenizerWrapper(_Tokens(vocabulary)), slices=[])
        self._matcher: Any = library.LLMatcher(tokenizer, grammar.over(vocabulary), log_level=0)
        if self._matcher.is_error():
            raise BridgeError(f"the grammar of scenes cannot be compiled: {self._matcher.get_error()}")
        self._slack = grammar.slack
        words = grammar.words if grammar.concepts else {}
        self._words = {after: spelt_words(vocabulary, some) for after, some in words.items()}

    def constraint(self, budget: int, names: frozenset[str] = frozenset()) -> SceneConstraint:
        """
        Return a fresh constraint for one row.

        Args:
            budget: most tokens to write, with the ⟁eos at the end
            names: what may stand in quotes; anything, if there are none
        Raises:
            BridgeError: if no scene fits into the budget
        """
        if budget < self.least_budget:
            raise BridgeError(
                f"a scene needs room for {self.least_budget} tokens, and there is room for {budget}; "
                "read a shorter text or use a carrier that takes longer ones"
            )
        spelt = spelt_names(self.vocabulary, names) if names else None
        longest = max(map(len, spelt.whole)) if spelt is not None else 0
        return SceneConstraint(
            self.vocabulary, self._matcher.deep_copy(), budget, self._slack + longest, self._words, spelt
        )


@final
class SceneConstraint:
    """
    What one row may write next; made by `SceneWriter.constraint`.

    Attributes:
        budget: most tokens to write
        is_done: the scene is complete and its ⟁eos written
        was_cut: the budget ran short, so something may be missing
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        matcher: Any,
        budget: int,
        slack: int,
        words: Mapping[str, Spelt] = MappingProxyType({}),
        names: Spelt | None = None,
    ) -> None:
        self.budget = budget
        self.is_done = False
        self.was_cut = False
        self._vocabulary = vocabulary
        self._pieces: Pieces = pieces_of(vocabulary)
        self._matcher = matcher
        self._left = budget
        self._slack = slack
        self._words, self._names = words, names
        self._since: tuple[int, ...] = ()  # the tokens since the last atom
        self._after = ""  # what that atom is: `(`, `'`, or the colon of a role
        self._open, self._close, self._quote, self._equals = map(vocabulary.id, '()"=')
        self._tilde = vocabulary.id("~")
        self._labels = Labels()
        self._written = Written()
        self._mask: Mask | None = None

    def mask(self) -> Tensor:
        """Return which tokens may come next: bool, shape (vocabulary size,); at least one may."""
        return torch.from_numpy(self._allowed())

    def forced(self) -> int | None:
        """Return the one token that may come next; None if there is a choice, or nothing more to come."""
        if self.is_done or np.count_nonzero(self._allowed()) != 1:
            return None
        return int(self._allowed().argmax())

    def advance(self, token: int) -> None:
        """
        Record that *token* was written.

        Raises:
            BridgeError: if `mask` does not allow it
        """
        if self.is_done or not self._allowed()[token] or not self._matcher.consume_token(token):
            said = self._vocabulary.token_bytes[token].decode(errors="replace")
            raise BridgeError(f"{said!r} cannot come next in a scene; choose a token that the mask allows")
        self._left -= 1
        self._mask = None
        labels, written, piece = self._labels, self._written, self._vocabulary.token_bytes[token]
        if token not in self._pieces.atoms:
            self._since += (token,)
            written.add_text(piece)
            if labels.naming and (number := _WHOLE_NUMBER.match(written.text)):
                labels.name(int(number[0]))
            return
        self._since, self._after = (), piece[:1].decode(errors="replace")
        if labels.naming:
            labels.name(int(written.text))
        if token == self._open:
            labels.open += 1
        elif token == self._close:
            labels.open -= 1
        elif token == self._equals and not written.is_escaping:
            labels.naming = "reference" if written.is_symbol_begun else "definition"
        written.add_atom(piece)
        self.is_done = token == self._vocabulary.eos

    def _allowed(self) -> Mask:
        if self._mask is not None:
            return self._mask
        if self._written.in_string and self._names is not None:
            mask = self._of_names(self._names)
        else:
            mask = np.frombuffer(self._matcher.compute_logit_bias(), dtype=np.uint8) != 0
            if self._after in self._words:
                mask = self._of_words(self._words[self._after], mask)
            self._restrict_labels(mask)
        if self._left <= self._labels.tokens_to_close + self._slack:
            self._restrict_to_closing(mask)
        if not np.count_nonzero(mask):  # much faster than `any`
            raise BridgeError(f"no token can continue this scene: {self._matcher.get_error()}")
        self._mask = mask
        return mask

    def _of_names(self, names: Spelt) -> Mask:
        """Return what continues a name, and the quote if the name is complete."""
        mask = np.zeros(self._vocabulary.size, dtype=np.bool_)
        mask[names.next(self._since)] = True
        mask[self._quote] = self._since in names.whole
        return mask

    def _of_words(self, words: Spelt, mask: Mask) -> Mask:
        """Return *mask* with symbols spelt in one way; numbers and atoms stay as they are."""
        kept = mask & (self._pieces.within_numbers if self._after == ":" else self._pieces.atom_mask)
        after = words.next(self._since)
        kept[after] = mask[after]
        return kept

    def _restrict_labels(self, mask: Mask) -> None:
        """
        Remove from *mask* what would leave a label undefined, or define it twice.

        A number that is being written must become one of `Labels.numbers`. The end of the root, or the mark
        `~` that only its end may follow, must wait until no label is owed; its label must be the last one::

            ( see:agent =1                  label 1 is owed: the root may not end, and may take it
            ( see:agent =1:object =2        it may not even take one: a further node must take the other
        """
        labels, written = self._labels, self._written
        if labels.naming:
            mask &= self._pieces.of_numbers(written.text, labels.numbers)
        elif written.is_symbol_begun or written.is_escaping:
            return  # an equals sign would be a reference, or part of a symbol
        number = self._number
        if not labels.may_define(number):
            mask[self._equals] = False
        if not labels.may_close(number):
            mask[self._close] = False
            if not written.is_leaf:
                mask[self._tilde] = False

    @property
    def _number(self) -> int:
        """The number that is being written for a label; 0 if there is none."""
        return int(self._written.text or b"0") if self._labels.naming else 0

    def _restrict_to_closing(self, mask: Mask) -> None:
        """
        Leave in *mask* only what brings the scene nearer to its end.

        If a token can end something, it is the only one: ⟁eos, `)`, a quote, or the `=` of an owed label. If
        not, something is unfinished, such as a symbol. Then nothing may begin that needs an end of its own,
        and a role that is spelt out gets the blank before its target. Where more labels are owed than nodes
        are open, a further node is written for each of them.
        """
        self.was_cut |= bool(np.count_nonzero(mask) > 1)
        written, labels, pieces = self._written, self._labels, self._pieces
        if written.in_string and self._names is not None and not mask[self._quote]:
            return  # a name is written out to its end
        if labels.naming and labels.known:
            _narrow(mask, pieces.of_numbers(written.text, labels.known))
        ends = [self._vocabulary.eos, self._close]
        free = 1
        if written.in_string:
            ends.append(self._quote)
        elif not written.is_symbol_begun and not written.is_escaping:
            ends.append(self._equals)
            free = 1 if labels.naming == "definition" else labels.free(self._number)
        if free == 0:
            ends.reverse()  # the innermost node takes a label before it ends
        elif free < 0:
            ends = [self._open, *ends]
            if _narrow(mask, pieces.role_atoms, pieces.short_roles, pieces.colons):
                return
        for end in ends:
            if mask[end]:
                mask[:] = False
                mask[end] = True
                return
        others = mask.copy()
        others[[self._open, self._quote]] = False
        if others.any():  # not after a role that takes nothing but a name
            mask &= others
        if written.is_symbol_begun:
            mask[self._equals] = False
        elif written.is_role_begun and free >= 0:
            _narrow(mask, pieces.blanks)  # the role could go on without end
        if free < 0 or written.is_concept:
            _narrow(mask, pieces.short_words)


def _narrow(mask: Mask, *choices: Mask) -> bool:
    """Leave in *mask* only what is in the first of *choices* that has any of it; False if none has."""
    for choice in choices:
        if (mask & choice).any():
            mask &= choice
            return True
    return False


@final
class TextConstraint:
    """
    What a row that speaks may write: any text of the base vocabulary, then ⟁eos; no atoms.

    Args:
        vocabulary: its ids are written
        budget: most tokens to write, with the ⟁eos at the end
        names: restricts capitalised words; None allows any
    Attributes:
        budget: as given
        is_done, was_cut: as in `SceneConstraint`
    """

    def __init__(self, vocabulary: Vocabulary, budget: int, names: NameSpeller | None = None) -> None:
        self.is_done = False
        self.was_cut = False
        self.budget = budget
        self._eos = vocabulary.eos
        self._left = budget
        self._names = names
        self._text = pieces_of(vocabulary).text

    def mask(self) -> Tensor:
        """Return which tokens may come next, as bool, shape (vocabulary size,)."""
        if self._left > 1:
            return torch.from_numpy(self._text if self._names is None else self._names.mask())
        mask = torch.zeros(len(self._text), dtype=torch.bool)
        mask[self._eos] = True
        return mask

    def forced(self) -> int | None:
        """Return ⟁eos when the budget has room for nothing else."""
        return self._eos if self._left == 1 else None

    def advance(self, token: int) -> None:
        """Record that *token* was written."""
        self._left -= 1
        self.is_done = token == self._eos
        if self._names is not None and not self.is_done:
            self._names.advance(token)
        self.was_cut |= self.is_done and self._left == 0


@final
class _Tokens:
    """A vocabulary in the form that llguidance takes: the bytes of every id, with atoms marked as special."""

    bos_token_id = None

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.tokens = list(vocabulary.token_bytes)
        for i in vocabulary.atom_ids:
            self.tokens[i] = b"\xff" + self.tokens[i]
        self.eos_token_id = vocabulary.eos
        self.special_token_ids = list(vocabulary.atom_ids)
        self._encode = vocabulary.encode_text

    def __call__(self, text: str) -> Sequence[int]:
        return self._encode(text)
