"""Greedy generation for many prompts at once: prompts sorted by length into blocks (`carriers.rows`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from scenograph.carriers.row import Adapters, Row
from scenograph.carriers.rows import Block

if TYPE_CHECKING:
    from scenograph.carriers.protocol import TokenMask


@final
@dataclass(frozen=True, slots=True)
class Generated:
    """The answer to one prompt."""

    ids: list[int]  # the stop id included if it was reached
    logprobs: list[float]  # of each id, under the mask if there is one
    finished: bool  # whether the stop id was reached


def generate(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    stop: int,
    max_new: int,
    pad: int = 0,
    masks: Sequence[TokenMask | None] | None = None,
    adapters: Adapters | None = None,
    names: Sequence[str | None] | None = None,
    starts: Sequence[int] | None = None,
    batch_tokens: int = 16_384,
    batch_rows: int = 128,
    together: bool = True,
) -> list[Generated]:
    """
    Continue every prompt greedily.

    The answers do not depend on how rows are put together, nor on *together*.

    Args:
        model: a Hugging Face causal model in evaluation mode
        prompts: ids of each prompt; none may be empty
        stop: the id that ends an answer
        max_new: most ids to generate for one prompt
        pad: the id that fills short rows on the left; it is never attended to
        masks: what may come next, one for each prompt; None allows everything
        adapters: a set of adapters; *names* has the one of each row, *starts* the position of its invocation
            token in the prompt
        batch_tokens: most positions of one batch, answers included
        batch_rows: most rows of one batch
        together: whether forced tokens share a pass; False makes one for each, to compare
    Returns:
        One answer for each prompt, in the order of the prompts.
    Raises:
        ScenographError: if a mask allows nothing
    """
    rows = [
        Row(
            prompt,
            max_new,
            mask=masks[i] if masks is not None else None,
            adapter=names[i] if names is not None else None,
            start=starts[i] if starts is not None else 0,
        )
        for i, prompt in enumerate(prompts)
    ]
    for chosen in batches(prompts, max_new, batch_tokens, batch_rows) if max_new else ():
        block = Block(
            model, [rows[i] for i in chosen], pad=pad, stop=stop, adapters=adapters, together=together
        )
        while block.rows:
            block.drop(block.go_on())
    for row in rows:
        if row.error is not None:
            raise row.error
    return [Generated(row.made, row.logprobs, row.is_finished) for row in rows]


def batches(prompts: Sequence[Sequence[int]], max_new: int, tokens: int, most: int) -> Iterable[list[int]]:
    """Yield batches of row numbers, longest rows first, of at most *most* rows and *tokens* positions."""
    batch: list[int] = []
    for i in sorted(range(len(prompts)), key=lambda i: -len(prompts[i])):
        width = len(prompts[batch[0]]) + max_new if batch else 0
        if batch and (len(batch) == most or (len(batch) + 1) * width > tokens):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
