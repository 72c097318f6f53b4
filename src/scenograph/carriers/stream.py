"""
Streams: one sequence that is written in legs, with what is inserted between them.

    stream = carrier.stream(prompt, "thinker")
    [first] = carrier.go_on([Leg(stream, mask, 60, ends)])      # writes, up to a command
    stream.insert(segments)                                     # what the command gave
    [second] = carrier.go_on([Leg(stream, other, 80, ends)])    # goes on behind it

The keys and values of the sequence stay between legs, so that nothing is seen twice: a leg goes through the
model with what was inserted before it, and with the last ids of the leg before, which the model has not seen.

Law: a leg writes what would be written after the whole sequence as a prompt.

A stream may also *turn* to another prompt: its adapter sees that prompt alone, and nothing of the sequence
before it. So it writes what it would write by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, final

if TYPE_CHECKING:
    from scenograph.carriers.protocol import TokenMask
    from scenograph.carriers.row import Row
    from scenograph.carriers.seen import Seen
    from scenograph.vocabulary import Prompt, Segment, Vocabulary


@final
class Stream:
    """
    One sequence; made by `LocalCarrier.stream`.

    Args:
        vocabulary: how it is spelt
        prompt: what it begins with
        adapter: acts from the first command on
    Attributes:
        ids: all of it so far
        written: how many of them were written; the others are the prompt's, or were inserted
        passes: how often a pass through the model had a part of it
    """

    def __init__(self, vocabulary: Vocabulary, prompt: Prompt, adapter: str) -> None:
        self._vocabulary = vocabulary
        self.ids: list[int] = []
        self.written = self.passes = 0
        self.turn(prompt, adapter)

    @property
    def seen(self) -> Seen | None:
        """Keys and values of what was seen of it since it last turned."""
        return self._seen

    @property
    def visible(self) -> list[int]:
        """What its adapter sees: all since it last turned."""
        return self.ids[self._since :]

    def insert(self, segments: Iterable[Segment]) -> str:
        """
        Add *segments*, each with a ⟁sep behind it, or a ⟁sep if there are none.

        Returns:
            The characters of what was added.
        """
        before = len(self.ids)
        for segment in segments:
            self.ids += [*self._vocabulary.encode(segment), self._vocabulary.sep]
        if len(self.ids) == before:
            self.ids.append(self._vocabulary.sep)
        return self._vocabulary.decode(self.ids[before:])

    def turn(self, prompt: Prompt, adapter: str) -> None:
        """Go on behind *prompt*, by *adapter*, which sees nothing else."""
        from scenograph.vocabulary import command_tokens

        spelt = self._vocabulary.encode_prompt(prompt)
        self._since = len(self.ids)
        self.adapter, self.start = (
            adapter,
            len(spelt) - command_tokens(prompt, self._vocabulary.encode_prompt),
        )
        self.ids += spelt
        self._seen = None

    def take(self, row: Row) -> None:
        """Add what *row* wrote."""
        self.ids += row.made
        self.written += len(row.made)
        self.passes += row.passes
        self._seen = row.kept


class Leg(NamedTuple):
    """
    What a stream is to write.

    Attributes:
        stream: where
        mask: what may come next
        budget: most ids
        ends: ids that end it, besides ⟁eos
    """

    stream: Stream
    mask: TokenMask
    budget: int
    ends: frozenset[int] = frozenset()


class LegWritten(NamedTuple):
    """
    What was written.

    Attributes:
        ids: with the id that ended it
        logprobs: natural logarithm of the probability of each, under the mask
        is_finished: whether an id ended it, not the budget
    """

    ids: tuple[int, ...]
    logprobs: list[float]
    is_finished: bool
