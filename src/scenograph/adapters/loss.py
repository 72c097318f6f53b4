"""Cross entropy of answer tokens and how far predictions differ; gradients a part of the tokens at a time."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn.functional import linear, log_softmax

_LOGITS = 1 << 20
"""Logits computed at a time: 4 MB fit into a processor's cache, a whole batch does not."""

_ROWS = 64
"""Fewest tokens computed at a time: each time the whole output matrix is read, and it may be big."""


class _AnswerLoss(Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, wanted: Tensor, share: Tensor
    ) -> tuple[Tensor, Tensor]:
        grad = torch.empty_like(hidden)
        losses = torch.empty(len(wanted), device=hidden.device)
        step = max(_ROWS, _LOGITS // len(weight))
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


def answer_loss(hidden: Tensor, head: nn.Linear, wanted: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """
    Return the weighted sum of the losses of *wanted* tokens, differentiable in *hidden*, and the losses.

    Args:
        hidden: float, shape (N, D), what each token is predicted from
        head: the frozen output layer, D to vocabulary
        wanted: int64, shape (N,)
        share: float32, shape (N,), weight of each token
    Returns:
        float32, shape (), and float32, shape (N,), not weighted.
    """
    return _AnswerLoss.apply(hidden, head.weight, head.bias, wanted, share)  # pyright: ignore[reportReturnType]


class _Disagreement(Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, share: Tensor) -> Tensor:
        grad = torch.empty_like(hidden)
        total = torch.zeros((), device=hidden.device)
        step = max(1, max(_ROWS, _LOGITS // len(weight)) // len(hidden))
        for begin in range(0, hidden.shape[1], step):
            part = slice(begin, begin + step)
            log = log_softmax(linear(hidden[:, part], weight, bias).float(), -1)  # (k, n, vocabulary)
            beyond = log - (log.logsumexp(0) - math.log(len(hidden)))
            probability = log.exp_()
            own = (probability * beyond).sum(-1, keepdim=True)  # of each prediction, from the mean of all
            total += (own[..., 0].mean(0) * share[part]).sum()
            error = probability * (beyond - own) * (share[part, None] / len(hidden))
            grad[:, part] = error.to(weight.dtype) @ weight
        ctx.save_for_backward(grad)
        return total

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = ctx.saved_tensors
        return grad * grads[0], None, None, None


def disagreement(hidden: Tensor, head: nn.Linear, share: Tensor) -> Tensor:
    """
    Return how far k predictions of each token differ, summed by weights; differentiable in *hidden*.

    At each place it is their Jensen-Shannon divergence, the mean of KL(p, m) over the predictions p, where m
    is the mean of all of them: 0 if and only if they are equal, and never more than log k.

    Args:
        hidden: float, shape (k, N, D), what each token is predicted from, k times
        head: the frozen output layer, D to vocabulary
        share: float32, shape (N,), weight of each place
    Returns:
        float32, shape ().
    """
    return _Disagreement.apply(hidden, head.weight, head.bias, share)  # pyright: ignore[reportReturnType]
