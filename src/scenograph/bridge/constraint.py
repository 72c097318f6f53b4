"""
Constraints: what a carrier may write next, so that what it writes is a scene.

A `SceneWriter` compiles a grammar once; each row of a batch gets its own `SceneConstraint`, a
cheap copy. The constraint knows two things that the grammar does not:

* *labels* are not context-free: every label is defined once, and every label referred to is defined. A
  reference is allowed while some node that is still open can carry the label, and the last such node must.
* *budget*: each constraint has a number of tokens, and when they run short it lets no more be said than
  closes what is open. So every string of allowed tokens ends in a well-formed scene within the budget; one
  that was cut short that way says so, since something may be missing from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scenograph.bridge._imports import llguidance
from scenograph.bridge.grammar import Grammar
from scenograph.bridge.naming import NameSpeller, Spelling, pieces_of
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary

Mask = NDArray[np.bool_]


@final
class SceneWriter:
    """
    Makes constraints for one grammar over one vocabulary.

    Args:
        vocabulary: whose ids are written
        grammar: an open or closed grammar of the same vocabulary
    Raises:
        BridgeError: if llguidance cannot compile the grammar
    """

    def __init__(self, vocabulary: Vocabulary, grammar: Grammar) -> None:
        self.vocabulary = vocabulary
        self.least_budget = grammar.least_budget
        library = llguidance()
        tokenizer = library.LLTokenizer(library.TokenizerWrapper(_Tokens(vocabulary)), slices=[])
        self._matcher: Any = library.LLMatcher(tokenizer, grammar.over(vocabulary), log_level=0)
        if self._matcher.is_error():
            raise BridgeError(f"the grammar of scenes cannot be compiled: {self._matcher.get_error()}")
        self._slack = grammar.slack
        base = vocabulary.token_bytes[: vocabulary.base_size]
        self._blank: Mask = np.array([token.startswith(b" ") for token in base])

    def constraint(self, budget: int, names: frozenset[str] = frozenset()) -> SceneConstraint:
        """
        Return a fresh constraint for one row.

        Args:
            budget: most tokens to write, with the ⟁eos at the end
            names: what may stand in quotes; if there are none, or the vocabulary cannot spell them, anything
        Raises:
            BridgeError: if no scene fits into the budget
        """
        if budget < self.least_budget:
            raise BridgeError(
                f"a scene needs room for {self.least_budget} tokens, and there is room for {budget}; "
                "read a shorter text or use a carrier that takes longer ones"
            )
        spelling = None
        if names and pieces_of(self.vocabulary).can_spell(names):
            spelling = Spelling(self.vocabulary, names)
        matcher = self._matcher.deep_copy()
        return SceneConstraint(self.vocabulary, matcher, budget, self._slack, self._blank, spelling)


@final
class SceneConstraint:
    """
    What one row may write next; made by `SceneWriter.constraint`.

    Attributes:
        budget: most tokens to write
        is_done: the scene is complete and its ⟁eos written
        was_cut: the budget ran short, and something may be missing
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        matcher: Any,
        budget: int,
        slack: int,
        blank: Mask,
        spelling: Spelling | None = None,
    ) -> None:
        self.budget = budget
        self.is_done = False
        self.was_cut = False
        self._vocabulary = vocabulary
        self._matcher = matcher
        self._left = budget
        self._slack = slack
        self._spelling = spelling
        self._open, self._close, self._quote, self._equals = map(vocabulary.id, '()"=')
        self._tilde = vocabulary.id("~")
        self._blank = blank
        self._labels = Labels()
        self._in_string = False
        self._after_open = False  # the last atom opened a node
        self._text = b""  # written since the last atom
        self._mask: Mask | None = None

    def mask(self) -> Tensor:
        """Return which tokens may come next: bool, shape (vocabulary size,); at least one may."""
        return torch.from_numpy(self._allowed())

    def forced(self) -> int | None:
        """Return the one token that may come next; None if there is a choice, or nothing more to come."""
        if self.is_done:
            return None
        allowed = np.flatnonzero(self._allowed())
        return int(allowed[0]) if len(allowed) == 1 else None

    def advance(self, token: int) -> None:
        """
        Take note that *token* was written.

        Raises:
            BridgeError: if `mask` does not allow it
        """
        if self.is_done or not self._allowed()[token] or not self._matcher.consume_token(token):
            written = self._vocabulary.token_bytes[token].decode(errors="replace")
            raise BridgeError(f"{written!r} cannot come next in a scene; choose a token that the mask allows")
        self._left -= 1
        self._mask = None
        labels = self._labels
        if token < self._vocabulary.base_size:
            self._text += self._vocabulary.token_bytes[token]
            if labels.naming and (number := _COMPLETE.match(self._text)):
                labels.name(int(number[0]))
            return
        if labels.naming:
            labels.name(int(self._text))
        if token == self._open:
            labels.open += 1
        elif token == self._close:
            labels.open -= 1
        elif token == self._quote:
            self._in_string = not self._in_string
        elif token == self._equals and not self._is_escaping:
            labels.naming = "reference" if self._is_symbol_begun else "definition"
        self._text = b""
        self._after_open = token == self._open
        self.is_done = token == self._vocabulary.eos

    def _allowed(self) -> Mask:
        if self._mask is not None:
            return self._mask
        mask: Mask = np.frombuffer(self._matcher.compute_logit_bias(), dtype=np.uint8) != 0
        self._restrict_labels(mask)
        if self._in_string and self._spelling is not None:
            self._restrict_to_names(mask, self._spelling)
        if self._left <= self._labels.tokens_to_close + self._slack:
            self._restrict_to_closing(mask)
        if not mask.any():
            raise BridgeError(f"no token can continue this scene: {self._matcher.get_error()}")
        self._mask = mask
        return mask

    @property
    def _is_symbol_begun(self) -> bool:
        """Nothing but the blank of a symbol was written: an equals sign would be a reference."""
        return self._text.endswith(b" ") and not self._in_string

    @property
    def _is_role_begun(self) -> bool:
        """A role is being spelt, and no blank of a target has followed it."""
        return self._text.rfind(b":") > self._text.rfind(b" ")

    @property
    def _is_leaf_written(self) -> bool:
        """A symbol was written where a target stands, so that a mark would be its own."""
        is_concept = self._after_open and b":" not in self._text
        return bool(self._text.strip()) and not is_concept

    @property
    def _is_escaping(self) -> bool:
        """A backslash waits for what it escapes."""
        return (len(self._text) - len(self._text.rstrip(b"\\"))) % 2 == 1

    def _restrict_labels(self, mask: Mask) -> None:
        """Take from *mask* what would leave a label undefined, or define it twice."""
        labels = self._labels
        if labels.naming:
            base = self._vocabulary.base_size
            for token in np.flatnonzero(mask[:base]):
                mask[token] = labels.may_begin(self._text + self._vocabulary.token_bytes[token])
            if not self._text or int(self._text) not in labels.numbers:
                mask[base:] = False
            elif not labels.may_close(int(self._text)):
                mask[self._close] = False
        elif self._is_symbol_begun:
            mask[self._equals] &= labels.may_refer
        elif not labels.may_close():
            mask[self._close] = False
            if not self._is_leaf_written:
                mask[self._tilde] = False  # nothing but an end may follow the mark of a node with parentheses

    def _restrict_to_names(self, mask: Mask, spelling: Spelling) -> None:
        """Leave in *mask* what goes on with a name, and the quote where one is whole."""
        written = self._text.decode()
        allowed = np.zeros_like(mask)
        allowed[spelling.next(written)] = True
        allowed[self._quote] = written in spelling.words
        mask &= allowed

    def _restrict_to_closing(self, mask: Mask) -> None:
        """Leave in *mask* what closes what is open."""
        self.was_cut |= int(mask.sum()) > 1
        ends = [self._vocabulary.eos, self._close]
        if self._in_string and self._spelling is not None and not mask[self._quote]:
            return  # a name is written out to its end
        if self._in_string:
            ends.append(self._quote)
        elif not self._is_symbol_begun and not self._is_escaping:
            ends.append(self._equals)  # where a node that is referred to has to carry its label
        for end in ends:
            if mask[end]:
                mask[:] = False
                mask[end] = True
                return
        mask[[self._open, self._quote]] = False
        if self._is_symbol_begun:
            mask[self._equals] = False
        elif self._is_role_begun and (begins := mask[: len(self._blank)] & self._blank).any():
            mask[:] = False  # a role that is spelt could go on without end
            mask[: len(begins)] = begins


_COMPLETE = re.compile(rb"[0-9]+(?=[^0-9])")


@final
class Labels:
    """
    Which labels a scene that is being written has defined, and which it still owes.

    Attributes:
        open: nodes that are begun and not ended
        naming: whether the number of a reference or of a definition is being written, or neither
    """

    def __init__(self) -> None:
        self.open = 0
        self.naming: Literal["", "reference", "definition"] = ""
        self._defined: set[int] = set()
        self._owed: set[int] = set()

    @property
    def tokens_to_close(self) -> int:
        """Tokens that end the scene after whatever is being written: labels, parentheses and ⟁eos."""
        return self.open + 3 * len(self._owed) + 1

    @property
    def may_refer(self) -> bool:
        """Whether there is a label to refer to, or a node left to carry a new one."""
        return bool(self._defined or self._owed) or len(self._owed) < self.open

    @property
    def numbers(self) -> set[int]:
        """The numbers that the label being named may have."""
        new = {len(self._defined) + len(self._owed) + 1}
        if self.naming == "definition":
            return self._owed | (new if self.may_close() else set())
        return self._defined | self._owed | (new if len(self._owed) < self.open else set())

    def may_begin(self, written: bytes) -> bool:
        """Whether *written*, digits and perhaps more, begins one of `numbers`."""
        digits = written[: len(written) - len(written.lstrip(b"0123456789"))]
        if len(digits) < len(written):
            return bool(digits) and int(digits) in self.numbers
        return any(str(number).encode().startswith(digits) for number in self.numbers)

    def may_close(self, number: int = 0) -> bool:
        """Whether the innermost node may end, after the label *number* if one is being named."""
        owed = self._owed | {number} - self._defined - {0}
        if self.naming == "definition":
            owed = self._owed - {number}
        return len(owed) < self.open

    def name(self, number: int) -> None:
        """Take note of the label that was being named."""
        if self.naming == "definition":
            self._owed.discard(number)
            self._defined.add(number)
        elif number not in self._defined:
            self._owed.add(number)
        self.naming = ""


@final
class TextConstraint:
    """
    What a row that speaks may write: any text of the base vocabulary, then ⟁eos; no atom can be said.

    Args:
        vocabulary: whose ids are written
        budget: most tokens to write, with the ⟁eos at the end
        names: holds capitalised words to what may be said; None lets any be said
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
        self._base = vocabulary.base_size
        self._text = torch.tensor([len(token) > 0 for token in vocabulary.token_bytes])
        self._text[vocabulary.base_size :] = False
        self._text[self._eos] = True
        self._end = torch.arange(vocabulary.size) == self._eos

    def mask(self) -> Tensor:
        """Return which tokens may come next, as bool, shape (vocabulary size,)."""
        if self._left <= 1:
            return self._end
        allowed = None if self._names is None else self._names.allowed()
        if self._names is None or allowed is None:
            return self._text
        mask = self._text.clone()
        mask[: self._base] &= allowed
        mask[self._eos] = self._names.may_end()
        return mask

    def forced(self) -> int | None:
        """Return ⟁eos when the budget has room for nothing else."""
        return self._eos if self._left == 1 else None

    def advance(self, token: int) -> None:
        """Take note that *token* was written."""
        self._left -= 1
        if self._names is not None:
            self._names.advance(token)
        self.is_done = token == self._eos
        self.was_cut |= self.is_done and self._left == 0


@final
class _Tokens:
    """A vocabulary as llguidance wants to see it: the bytes of every id, with atoms marked as special."""

    bos_token_id = None

    def __init__(self, vocabulary: Vocabulary) -> None:
        base = vocabulary.token_bytes[: vocabulary.base_size]
        atoms = vocabulary.token_bytes[vocabulary.base_size :]
        self.tokens = [*base, *(b"\xff" + atom for atom in atoms)]
        self.eos_token_id = vocabulary.eos
        self.special_token_ids = list(range(vocabulary.base_size, vocabulary.size))
        self._encode = vocabulary.encode_text

    def __call__(self, text: str) -> Sequence[int]:
        return self._encode(text)
