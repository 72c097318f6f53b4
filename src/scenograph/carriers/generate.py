"""
Greedy generation for many prompts at once.

Our own loop over a Hugging Face model: prompts sorted by length into batches, left padding, a key-value
cache, rows removed from the batch as soon as they end. A row may have a mask, which says before each token
what may come next.

Where the mask leaves one token, the model is not asked: the token is *forced*. It goes into the next pass
together with the token that was chosen before it, and no pass is made for what is forced at the end. Rows
that have fewer new tokens than others are filled up on the left, and the filling is never attended to::

    chosen   Ve             :object     (
    forced   ra "
    pass     Ve ra "    ·  · :object    ·  · (
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
            batch = _Batch(model, [prompts[i] for i in rows], pad, chosen, active, together)
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
        together: bool,
    ) -> None:
        self.model, self.active, self.masks = model, active, masks
        self.pad, self.together = pad, together
        self.window: int | None = getattr(model.config, "sliding_window", None)
        self.live = list(range(len(prompts)))
        self.waiting = [
            list(prompt) for prompt in prompts
        ]  # of each live row: ids that the model has not seen
        self.made: list[list[int]] = [[] for _ in prompts]
        self.logprobs: list[list[float]] = [[] for _ in prompts]
        self.finished = [False] * len(prompts)
        self.mask = torch.zeros((len(prompts), 0), dtype=torch.long, device=model.device)

    def run(self, stop: int, max_new: int) -> list[Generated]:
        """Generate until every row has ended or has *max_new* ids."""
        cache = None
        while self.live and max_new:
            out = self.model(**self._input(), past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache = out.past_key_values
            asked = [row for row, ids in enumerate(self.waiting) if not ids]
            self._choose(out.logits[:, -1].float(), asked)
            for row in asked:
                self._force(self.live[row], self.waiting[row], stop, max_new)
            ended = [self.finished[i] or len(self.made[i]) >= max_new for i in self.live]
            self._keep([row for row, is_over in enumerate(ended) if not is_over], cache)
        return list(map(Generated, self.made, self.logprobs, self.finished))

    def _input(self) -> dict[str, Tensor]:
        """Take what waits into the next pass: all of it, or where that would fill a window, one id a row."""
        width = max(map(len, self.waiting))
        if self.mask.shape[1] and self.window is not None and self.mask.shape[1] + width > self.window:
            width = 1
        fed = [ids[:width] for ids in self.waiting]
        self.waiting = [ids[width:] for ids in self.waiting]
        device = self.model.device
        rows = [[self.pad] * (width - len(ids)) + ids for ids in fed]
        seen = [[0] * (width - len(ids)) + [1] * len(ids) for ids in fed]
        new = torch.tensor(seen, device=device)
        positions = self.mask.sum(1, keepdim=True) + new.cumsum(1) - 1
        self.mask = torch.cat((self.mask, new), 1)
        return {
            "input_ids": torch.tensor(rows, device=device),
            "attention_mask": self.mask,
            "position_ids": positions.clamp(min=0),
        }

    def _choose(self, logits: Tensor, asked: Sequence[int]) -> None:
        """Choose the most probable id that the mask of each row of *asked* allows."""
        for row in asked:
            if (mask := self.masks[self.live[row]]) is not None:
                allowed = torch.as_tensor(mask.mask(), device=logits.device)
                logits[row, : len(allowed)].masked_fill_(~allowed, -torch.inf)
                logits[row, len(allowed) :] = -torch.inf
        best, chosen = logits.max(-1)
        logprobs: list[float] = (best - logits.logsumexp(-1)).tolist()
        ids: list[int] = chosen.tolist()
        for row in asked:
            self._take(self.live[row], self.waiting[row], ids[row], logprobs[row])

    def _force(self, i: int, waiting: list[int], stop: int, max_new: int) -> None:
        """Take what leaves no choice after the id that was chosen for answer *i*."""
        mask = self.masks[i]
        while self.made[i][-1] != stop and len(self.made[i]) < max_new:
            token = mask.forced() if mask is not None and self.together else None
            if token is None:
                return
            self._take(i, waiting, token, 0.0)
        self.finished[i] = self.made[i][-1] == stop

    def _take(self, i: int, waiting: list[int], token: int, logprob: float) -> None:
        self.made[i].append(token)
        self.logprobs[i].append(logprob)
        waiting.append(token)
        if (mask := self.masks[i]) is not None:
            mask.advance(token)

    def _keep(self, going: list[int], cache: Any) -> None:
        """Remove rows that have ended."""
        if not going or len(going) == len(self.live):
            self.live = [self.live[row] for row in going]
            return
        rows = torch.tensor(going, device=self.mask.device)
        cache.batch_select_indices(rows)
        self.mask = self.mask[rows]
        self.live = [self.live[row] for row in going]
        self.waiting = [self.waiting[row] for row in going]
        if self.active is not None:
            self.active.keep(rows)
