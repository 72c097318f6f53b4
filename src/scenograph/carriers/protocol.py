"""
What the rest of the package may ask of a carrier.

    Carrier      writes under a constraint and scores given text; all that HyperBridge needs
    Embeds       has vectors for names
    HasStates    has hidden states of a text
    Trainable    has a frozen module, over which adapters can be trained

A prompt stays a sequence of segments until a carrier spells it, and an answer is text. Nothing here mentions
token ids, so a server can be a `Carrier`: it gets the prompt, the name of an adapter, a grammar as text and
a budget. `LocalCarrier` is the carrier in this process; it is all four.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from scenograph.vocabulary import Prompt, Segment, Vocabulary


class TokenMask(Protocol):
    """A constraint on one row: which token may come next."""

    was_cut: bool  # whether the budget was too small, so that something may be missing

    def mask(self) -> Tensor:
        """Return which ids may come next: bool, shape (vocabulary,)."""
        ...

    def forced(self) -> int | None:
        """Return the only id that may come next; None if there is a choice or the answer has ended."""
        ...

    def advance(self, token: int) -> None:
        """Note that *token* was written."""
        ...


class Constraint(Protocol):
    """
    What may be written, in four forms.

    `lark` is for a carrier that takes text only. It cannot count, so an answer may still be cut at the
    budget, or use a label that it does not define. `lark_over` is the same for one whose tokens are known.
    `schema` is for one that takes JSON alone; it may allow more than `lark`. `over` is exact, for a carrier
    in this process.
    """

    @property
    def budget(self) -> int:
        """Most tokens to write, the end included."""
        ...

    @property
    def lark(self) -> str | None:
        """A Lark grammar over characters, as llguidance and llama.cpp read it; None allows every text."""
        ...

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """A JSON schema of what `core.linear_tree` reads; None allows every text."""
        ...

    def lark_over(self, vocabulary: Vocabulary) -> str | None:
        """Return `lark` with atoms and the end as ids of *vocabulary*, `<[17]>`; None allows every text."""
        ...

    def over(self, vocabulary: Vocabulary) -> TokenMask:
        """Return the constraint over the ids of *vocabulary*, for one row."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Job:
    """Something to write: what follows *prompt*, within *constraint*."""

    prompt: Prompt
    adapter: str | None  # acts from the first command on; None: the bare carrier
    constraint: Constraint
    guess: Segment | None = None  # perhaps the answer; a carrier may check it in one pass, to the same result
    draw: int = 0  # 0: the likeliest token each time; another number: one of many drafts, drawn by chance


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to score, not to write: *answer* after *prompt*."""

    prompt: Prompt
    adapter: str | None  # as in `Job`
    answer: Segment


@final
@dataclass(frozen=True, slots=True)
class Written:
    """
    What a carrier wrote.

    Attributes:
        text: the answer; a scene is in linear form
        logprobs: natural logarithm of the probability of each token and of the end, under the constraint (of
            a server, before it)
        was_cut: whether the budget was too small, so that something may be missing
    """

    text: str
    logprobs: list[float]
    was_cut: bool


class Carrier(Protocol):
    """A frozen base model with its adapters, here or elsewhere."""

    @property
    def name(self) -> str:
        """What it was loaded as."""
        ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters that it can use."""
        ...

    @property
    def atoms(self) -> frozenset[str]:
        """The texts that are one token to it: roles, commands, lexemes. A server has the roles alone."""
        ...

    @property
    def max_length(self) -> int:
        """The longest prompt and answer together, in tokens."""
        ...

    def length(self, prompt: Prompt) -> int:
        """Return the number of tokens of *prompt*."""
        ...

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Do all *jobs*, as many at a time as fit."""
        ...

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """
        Return the natural logarithm of the probability of each token of each answer, its end included.

        Nothing for an answer where the carrier cannot tell, as most servers cannot.
        """
        ...


class Embeds(Protocol):
    """A carrier that has vectors for names."""

    def embed(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of *names*: float32, shape (n, d), rows of unit length."""
        ...


class TextStates(NamedTuple):
    """
    The hidden states of one text.

    Attributes:
        ends: int64, shape (tokens,), where each token ends, in bytes of the UTF-8 of the text
        states: float32, shape (tokens, d)
    """

    ends: NDArray[np.int64]
    states: NDArray[np.float32]


class HasStates(Protocol):
    """A carrier with hidden states for a text."""

    def states(self, texts: Sequence[str], layer: int = -1) -> list[TextStates]:
        """
        Return the states of *texts* after *layer*; no adapter acts.

        Args:
            layer: 0 for the embeddings, 1 for the first layer, -1 for the last one, normalised
        """
        ...


class Speller(Protocol):
    """What training asks of a vocabulary."""

    @property
    def digest(self) -> str:
        """Hex digest; vocabularies with one digest spell everything in the same way."""
        ...

    def grew_from(self, digest: str, /) -> bool:
        """Return whether it is the vocabulary of this *digest*, or a later version of it."""
        ...

    def encode_prompt(self, prompt: Prompt, /) -> list[int]:
        """Spell a whole prompt."""
        ...

    def encode_answer(self, answer: Segment, /) -> list[int]:
        """Spell an answer with its end."""
        ...


class Trainable(Protocol):
    """A carrier in this process that adapters can be trained over."""

    @property
    def name(self) -> str:
        """What it was loaded as."""
        ...

    @property
    def module(self) -> Any:
        """The frozen causal model, with the modules and the call of one of transformers."""
        ...

    @property
    def vocabulary(self) -> Speller:
        """How its prompts are spelt."""
        ...

    @property
    def digest(self) -> str:
        """Hex digest of its weights."""
        ...

    @property
    def max_length(self) -> int:
        """The longest sequence in tokens."""
        ...
