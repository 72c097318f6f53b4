"""How long a step of training is: the learning rate of each step, and the longest gradient of an adapter."""

from __future__ import annotations

from collections.abc import Iterable

import torch


def schedule(step: int, steps: int, warmup: float) -> float:
    """
    Return the factor of the learning rate: it rises during *warmup* (a share of *steps*), then falls to 0.

    Example:
        >>> [schedule(i, 4, 0.25) for i in range(4)]
        [1.0, 1.0, 0.6666666666666666, 0.3333333333333333]
    """
    rising = max(1, round(warmup * steps))
    return (step + 1) / rising if step < rising else (steps - step) / max(1, steps - rising)


def shortened(parameters: Iterable[torch.nn.Parameter], longest: float) -> bool:
    """
    Shorten the gradient of each adapter to *longest*, each by its own length: a long one slows no other down.

    Args:
        parameters: each of shape (adapters, …); those without a gradient do not count
    Returns:
        Whether all gradients are finite.
    """
    grads = [parameter.grad for parameter in parameters if parameter.grad is not None]
    squares = torch.stack([grad.flatten(1).square().sum(1) for grad in grads])  # (tensors, adapters)
    lengths = squares.sum(0).sqrt()
    factor = (longest / lengths.clamp(min=1e-12)).clamp(max=1)
    if bool((factor < 1).any()):
        for grad in grads:
            grad *= factor[:, None, None]
    return bool(lengths.isfinite().all())
