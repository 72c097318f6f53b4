"""
Greedy generation for many prompts at once.

Our own loop over a Hugging Face model: prompts sorted by length into batches, left padding, a key-value
cache, rows removed from the batch as soon as they end. A row may have a mask, which says before each token
what may come next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import torch
from torch import Tensor

if TYPE_CHECKING:
    from scenograph.carriers.local import Adapters
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
) -> list[Generated]:
    """
    Continue every prompt greedily.

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
    Returns:
        One answer for each prompt, in the order of the prompts.
    """
    answers: list[Generated | None] = [None] * len(prompts)
    for rows in batches(prompts, max_new, batch_tokens, batch_rows):
        width = len(prompts[rows[0]])
        switch: AbstractContextManager[Any] = nullcontext()
        if adapters is not None and names is not None and starts is not None:
            columns = [width - len(prompts[i]) + starts[i] for i in rows]
            switch = adapters.active(model, [names[i] for i in rows], columns)
        chosen = [masks[i] if masks is not None else None for i in rows]
        with torch.inference_mode(), switch as active:
            batch = _Batch(model, [prompts[i] for i in rows], pad, chosen, active)
            for i, answer in zip(rows, batch.run(stop, max_new), strict=True):
                answers[i] = answer
    return [answer for answer in answers if answer is not None]


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


@final
class _Batch:
    """Rows that are generated together."""

    def __init__(
        self,
        model: Any,
        prompts: Sequence[Sequence[int]],
        pad: int,
        masks: list[TokenMask | None],
        active: Any,
    ) -> None:
        self.model, self.active, self.masks = model, active, masks
        device = model.device
        width = max(map(len, prompts))
        rows = [[pad] * (width - len(prompt)) + list(prompt) for prompt in prompts]
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=device)
        columns = torch.arange(width, device=device)
        self.ids = torch.tensor(rows, device=device)
        self.mask = (columns >= (width - lengths)[:, None]).long()
        self.positions = (columns - (width - lengths)[:, None]).clamp(min=0)
        self.live = list(range(len(prompts)))
        self.made: list[list[int]] = [[] for _ in prompts]
        self.logprobs: list[list[float]] = [[] for _ in prompts]
        self.finished = [False] * len(prompts)

    def run(self, stop: int, max_new: int) -> list[Generated]:
        """Generate until every row has ended or has *max_new* ids."""
        cache = None
        for _ in range(max_new):
            out = self.model(
                input_ids=self.ids,
                attention_mask=self.mask,
                position_ids=self.positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            cache = out.past_key_values
            chosen = self._choose(out.logits[:, -1].float())
            going = [row for row, token in enumerate(chosen) if token != stop]
            for row, token in enumerate(chosen):
                self.finished[self.live[row]] = token == stop
            if not going:
                break
            self._step(chosen, going, cache)
        return list(map(Generated, self.made, self.logprobs, self.finished))

    def _choose(self, logits: Tensor) -> list[int]:
        """Choose the most probable id that the mask of each live row allows."""
        for row, i in enumerate(self.live):
            if (mask := self.masks[i]) is not None:
                allowed = torch.as_tensor(mask.mask(), device=logits.device)
                logits[row, : len(allowed)].masked_fill_(~allowed, -torch.inf)
                logits[row, len(allowed) :] = -torch.inf
        best, chosen = logits.max(-1)
        logprobs = (best - logits.logsumexp(-1)).tolist()
        ids: list[int] = chosen.tolist()
        for row, i in enumerate(self.live):
            self.made[i].append(ids[row])
            self.logprobs[i].append(logprobs[row])
            if (mask := self.masks[i]) is not None:
                mask.advance(ids[row])
        return ids

    def _step(self, chosen: list[int], going: list[int], cache: Any) -> None:
        """Make the chosen ids the next input, and remove rows that have ended."""
        device = self.ids.device
        self.ids = torch.tensor([[chosen[row]] for row in going], device=device)
        if len(going) < len(self.live):
            rows = torch.tensor(going, device=device)
            cache.batch_select_indices(rows)
            self.mask, self.positions = self.mask[rows], self.positions[rows]
            self.live = [self.live[row] for row in going]
            if self.active is not None:
                self.active.keep(rows)
        self.positions = self.positions[:, -1:] + 1
        self.mask = torch.cat((self.mask, torch.ones_like(self.mask[:, :1])), 1)
