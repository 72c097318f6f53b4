"""
The loss of a batch and its gradient.

With adapters that act from the invocation token on, everything before it is the bare carrier's work: a
*prefix*, computed once per batch without gradients and kept as keys and values that the rows attend to as
constants. Only the *suffix* of a row, from the invocation token on, is trained through. The gradients are
those of the plain full forward pass (and a test shows it).

The loss is on answers only. Every adapter's loss is the mean over its own answer tokens in the batch, and
the batch's loss the sum over adapters: an adapter learns what it would learn if it were alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast, final

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn.functional import linear, log_softmax
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from scenograph.adapters.batches import slices
from scenograph.adapters.examples import Encoded
from scenograph.adapters.lora import TrainingRows

_LOGITS = 1 << 20
"""Logits computed at a time; 4 MB stay in the processor's cache, all at once would not."""


class BatchLoss(NamedTuple):
    """
    Outcome of a batch.

    Attributes:
        loss: mean loss of an answer token by adapter; nan for an adapter without rows
        tokens: tokens of prompts and answers, a shared prefix counted for every row it serves
        computed: tokens that went through the model, padding included
    """

    loss: list[float]
    tokens: int
    computed: int


@final
class Objective:
    """
    Computes losses and gradients of batches.

    Args:
        model: the frozen carrier
        rows: the open training block of the adapters
        adapters: number of adapters
        split: True if adapters act from the invocation token on
        width: tokens in one forward pass
    """

    def __init__(
        self, model: PreTrainedModel, rows: TrainingRows, *, adapters: int, split: bool, width: int = 2048
    ) -> None:
        self._body: nn.Module = model.base_model
        head = model.get_output_embeddings()
        if not isinstance(head, nn.Linear):
            raise TypeError(f"{type(model).__name__} has no linear output layer")
        self._head = head
        self._rows = rows
        self._adapters = adapters
        self._split = split
        self._width = width
        self._device = head.weight.device

    def backward(self, examples: Sequence[Encoded]) -> BatchLoss:
        """Add the gradients of the batch *examples* to those of the adapters; return the loss."""
        cuts = [example.start if self._split else 0 for example in examples]
        prefixes, place, computed = self._prefixes(examples, cuts)
        answers = torch.tensor([len(example.ids) - example.answer for example in examples])
        adapter = torch.tensor([example.adapter for example in examples])
        count = torch.zeros(self._adapters).index_add_(0, adapter, answers.float())
        total = torch.zeros(self._adapters)
        lengths = [len(example.ids) - cut for example, cut in zip(examples, cuts, strict=True)]
        for part in slices(lengths, self._width):
            part.sort(key=lambda i: examples[i].adapter)
            longest = max(lengths[i] for i in part)
            computed += longest * len(part)
            ids = torch.zeros(len(part), longest, dtype=torch.long)
            for row, i in enumerate(part):
                ids[row, : lengths[i]] = torch.from_numpy(examples[i].ids[cuts[i] :])
            self._rows.set(adapter[part].to(self._device))
            hidden = self._run(ids, [cuts[i] for i in part], prefixes, [place[i] for i in part])
            # The token at column c + 1 of a row is predicted from column c.
            spans = [(examples[i].answer - cuts[i], lengths[i]) for i in part]
            at = torch.cat([row * longest + torch.arange(a - 1, b - 1) for row, (a, b) in enumerate(spans)])
            wanted = torch.cat([ids[row, a:b] for row, (a, b) in enumerate(spans)])
            owner = torch.cat([adapter[i].expand(int(answers[i])) for i in part])
            losses = _answer_loss(
                hidden.flatten(0, 1).index_select(0, at.to(self._device)),
                self._head.weight,
                self._head.bias,
                wanted.to(self._device),
                (1 / count[owner]).to(self._device),
            )
            total.index_add_(0, owner, losses.cpu())
        return BatchLoss((total / count).tolist(), sum(len(e.ids) for e in examples), computed)

    def _prefixes(
        self, examples: Sequence[Encoded], cuts: Sequence[int]
    ) -> tuple[list[tuple[Tensor, Tensor]], list[int], int]:
        """
        Run the bare model over every distinct prefix.

        Returns:
            Keys and values of all prefix tokens by layer, each of shape (N, heads, d), for each example the
            place of its prefix's first token in them, and the number of tokens computed.
        """
        if not any(cuts):
            return [], [0] * len(cuts), 0
        distinct: dict[bytes, int] = {}
        which = [
            distinct.setdefault(example.ids[:cut].tobytes(), len(distinct))
            for example, cut in zip(examples, cuts, strict=True)
        ]
        first = dict(zip(reversed(which), reversed(range(len(which))), strict=True))
        lengths = [cuts[first[i]] for i in range(len(distinct))]
        self._rows.set(None)
        starts = [0] * len(distinct)
        layers: list[tuple[list[Tensor], list[Tensor]]] = []
        seen = 0
        for part in slices(lengths, self._width):
            longest = max(lengths[i] for i in part)
            ids = torch.zeros(len(part), longest, dtype=torch.long)
            for row, i in enumerate(part):
                ids[row, : lengths[i]] = torch.from_numpy(examples[first[i]].ids[: lengths[i]])
                starts[i] = seen + row * longest
            # Padding stands on the right, where causal attention does not see it.
            cache = DynamicCache()
            with torch.no_grad():
                self._body(input_ids=ids.to(self._device), past_key_values=cache, use_cache=True)
            layers = layers or [([], []) for _ in cache.layers]
            for (keys, values), layer in zip(layers, cast("list[DynamicLayer]", cache.layers), strict=True):
                keys.append(_flat(layer.keys))
                values.append(_flat(layer.values))
            seen += ids.numel()
        joined = [(torch.cat(keys), torch.cat(values)) for keys, values in layers]
        return joined, [starts[i] for i in which], seen

    def _run(
        self,
        ids: Tensor,
        cuts: Sequence[int],
        prefixes: Sequence[tuple[Tensor, Tensor]],
        place: Sequence[int],
    ) -> Tensor:
        """Return the last hidden states of rows *ids* that go on behind their prefixes; (R, S, D)."""
        depth = max(cuts)
        if not depth:
            return self._body(input_ids=ids.to(self._device), use_cache=False).last_hidden_state
        cut = torch.tensor(cuts)[:, None]
        column = torch.arange(depth)[None] - (depth - cut)  # prefixes end where suffixes begin
        gather = (torch.tensor(place)[:, None] + column).clamp(min=0).to(self._device)
        cache = DynamicCache()
        for number, (keys, values) in enumerate(prefixes):
            cache.update(_rows_of(keys, gather), _rows_of(values, gather), number)
        mask = torch.cat([(column >= 0).long(), torch.ones_like(ids)], 1)
        return self._body(
            input_ids=ids.to(self._device),
            attention_mask=mask.to(self._device),
            position_ids=(cut + torch.arange(ids.shape[1])[None]).to(self._device),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state


def _flat(states: Tensor | None) -> Tensor:
    """(U, heads, P, d) to (U * P, heads, d)."""
    assert states is not None
    return states.transpose(1, 2).flatten(0, 1)


def _rows_of(flat: Tensor, gather: Tensor) -> Tensor:
    """(N, heads, d) at positions (R, P) to (R, heads, P, d)."""
    return flat.index_select(0, gather.flatten()).unflatten(0, gather.shape).transpose(1, 2)


class _AnswerLoss(Function):
    """Cross entropy that computes its gradient on the way and never keeps all logits."""

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, wanted: Tensor, share: Tensor
    ) -> tuple[Tensor, Tensor]:
        grad = torch.empty_like(hidden)
        losses = torch.empty(len(wanted), device=hidden.device)
        step = max(1, _LOGITS // len(weight))
        for begin in range(0, len(wanted), step):
            part = slice(begin, begin + step)
            target = wanted[part, None]
            log = log_softmax(linear(hidden[part], weight, bias).float(), 1)
            losses[part] = -log.gather(1, target)[:, 0]
            error = log.exp_()
            error.scatter_add_(1, target, error.new_full((1, 1), -1.0).expand_as(target))
            error *= share[part, None]
            grad[part] = error.to(weight.dtype) @ weight
        ctx.save_for_backward(grad)
        ctx.mark_non_differentiable(losses)
        return (losses * share).sum(), losses

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = ctx.saved_tensors
        return grad * grads[0], None, None, None, None


def _answer_loss(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, wanted: Tensor, share: Tensor
) -> Tensor:
    """
    Backpropagate the weighted cross entropy of *wanted* tokens into *hidden*.

    Args:
        hidden: float, shape (N, D)
        weight: float, shape (V, D), the frozen output layer
        bias: float, shape (V,), or None
        wanted: int64, shape (N,)
        share: float32, shape (N,), weight of each token's loss
    Returns:
        float32, shape (N,), the losses, unweighted.
    """
    total, losses = _AnswerLoss.apply(hidden, weight, bias, wanted, share)  # pyright: ignore[reportGeneralTypeIssues]
    total.backward()
    return losses
