"""One answer while it is written: its prompt, its mask, its adapter, and the ids so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, final

if TYPE_CHECKING:
    from scenograph.carriers.protocol import TokenMask
    from scenograph.carriers.seen import Seen


class Adapters(Protocol):
    """Adapters that act on the rows of a block, each from its invocation token on."""

    @property
    def names(self) -> tuple[str, ...]:
        """The adapters of the set."""
        ...

    def active(
        self, model: Any, names: Sequence[str | None], starts: Sequence[int]
    ) -> AbstractContextManager[Any]:
        """Switch on the adapter of each row, from position *starts* of its prompt on."""
        ...

    def before(self, name: str | None) -> str:
        """Return the digest of what acts before the invocation token of *name*; empty if nothing does."""
        ...


@final
class Row:
    """
    One answer while it is written.

    Args:
        prompt: ids; not empty
        most: most ids to write
        mask: what may come next; None allows everything
        adapter: acts from *start* on; None: the bare model
        start: the place of the invocation token in *prompt*
        heard: called with each id, as soon as it is known
        dice: draws each id as often as it is likely; None: the likeliest id is taken
        guess: perhaps the first ids of the answer. They go through the model together with the prompt, and
            those that would have been written are kept: the answer is the same, in fewer passes
        ends: further ids that end the answer, as the stop id does
        seen: keys and values of the first ids of *prompt*, of which something is left; None: of none
        keeps: whether keys and values are kept when the row is over, so that another row can go on from it
    Attributes:
        made: the ids so far, the stop id included
        logprobs: of each id, under the mask
        is_finished: whether the stop id was reached, or one of *ends*
        passes: how often it went through the model
        kept: keys and values of the first ids of prompt and answer, if it is over and *keeps* them
        error: what was raised by its mask; the row has ended then
    """

    def __init__(
        self,
        prompt: Sequence[int],
        most: int,
        *,
        mask: TokenMask | None = None,
        adapter: str | None = None,
        start: int = 0,
        heard: Callable[[int], None] | None = None,
        dice: Random | None = None,
        guess: Sequence[int] = (),
        ends: frozenset[int] = frozenset(),
        seen: Seen | None = None,
        keeps: bool = False,
    ) -> None:
        self.dice, self.guess = dice, guess
        self.ends, self.seen, self.keeps = ends, seen, keeps
        self.kept: Seen | None = None
        self.passes = 0
        self.prompt, self.most = prompt, most
        self.mask, self.adapter, self.start, self.heard = mask, adapter, start, heard
        self.made: list[int] = []
        self.logprobs: list[float] = []
        self.is_finished = False
        self.error: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be written."""
        return self.is_finished or self.error is not None or len(self.made) >= self.most

    def take(self, token: int, logprob: float) -> None:
        """Add one id."""
        self.made.append(token)
        self.logprobs.append(logprob)
        if self.mask is not None:
            self.mask.advance(token)
        if self.heard is not None:
            self.heard(token)
