"""
Preferences: of the answers drawn to one prompt, the best shall become likelier than the worst.

The loss of a pair is that of DPO (Rafailov et al. 2023, arXiv 2305.18290),

    -log σ(β · ((log p(best) - log q(best)) - (log p(worst) - log q(worst))))

where p is the carrier with the adapters as they are, and q the same carrier with the adapters that training
began with. Its gradient is that of two weighted answers. So the objective of joint training computes it, and
no second model is needed: before each step the answers are scored once with the factors of the beginning.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from scenograph.adapters.encode import Encoded
from scenograph.adapters.objective import Objective

_EQUAL: Final = 1e-6  # rewards that differ by no more say nothing


class Judged(NamedTuple):
    """An answer that was drawn: as an example, the prompt that it belongs to, and its reward."""

    example: Encoded
    group: int
    reward: float


class Preferred(NamedTuple):
    """Two answers to one prompt, of which the first is better."""

    best: Encoded
    worst: Encoded


def groups_that_differ(drawn: Sequence[Judged]) -> list[list[Judged]]:
    """Return *drawn* by prompt, in order of first appearance; without prompts to which all are as good."""
    groups: dict[int, list[Judged]] = defaultdict(list)
    for one in drawn:
        groups[one.group].append(one)
    rewards = {group: [one.reward for one in answers] for group, answers in groups.items()}
    return [groups[group] for group, own in rewards.items() if max(own) - min(own) > _EQUAL]


def preferred(groups: Sequence[Sequence[Judged]]) -> list[Preferred]:
    """Return the best and the worst answer of each group; the first of several that are equal."""
    return [
        Preferred(*(choose(group, key=lambda one: one.reward).example for choose in (max, min)))
        for group in groups
    ]


def weights_of(
    learner: Objective,
    parameters: Sequence[nn.Parameter],
    start: Sequence[Tensor],
    pairs: Sequence[Preferred],
    known: Sequence[Encoded],
    *,
    beta: float,
    hold: float,
) -> tuple[list[Encoded], list[float]]:
    """
    Return examples and the weights with which their gradient is that of the loss.

    The loss of an adapter is the mean of its pairs, and *hold* times the mean loss of a token of *known*.

    Args:
        learner: of the adapters that *parameters* are the factors of
        start: the factors that training began with
        beta: how much a difference of logarithms counts
    """
    answers = [answer for pair in pairs for answer in pair]
    now = learner.losses(answers)
    with _as(parameters, start):
        before = learner.losses(answers)
    gains = [then - loss for then, loss in zip(before, now, strict=True)]
    tokens: Counter[int] = Counter()  # of all answers of an adapter, by which the objective divides
    again: Counter[int] = Counter()  # of those that are known
    for example in (*answers, *known):
        tokens[example.adapter] += example.learned
    for example in known:
        again[example.adapter] += example.learned
    count = Counter(pair.best.adapter for pair in pairs)
    weights: list[float] = []
    for pair, best, worst in zip(pairs, gains[::2], gains[1::2], strict=True):
        pull = beta / (1 + math.exp(min(60.0, beta * (best - worst))))
        share = pull * tokens[pair.best.adapter] / count[pair.best.adapter]
        weights += [share, -share]
    weights += [hold * tokens[it.adapter] / again[it.adapter] for it in known]
    return [*answers, *known], weights


@contextmanager
def _as(parameters: Sequence[nn.Parameter], values: Sequence[Tensor]) -> Generator[None]:
    """Give *parameters* other *values* while the block runs."""
    own = [parameter.detach().clone() for parameter in parameters]
    try:
        _set(parameters, values)
        yield
    finally:
        _set(parameters, own)


@torch.no_grad()
def _set(parameters: Sequence[nn.Parameter], values: Sequence[Tensor]) -> None:
    for parameter, value in zip(parameters, values, strict=True):
        parameter.copy_(value)
