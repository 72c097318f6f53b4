"""
Train adapters by a reward: what they write is drawn by chance, judged, and made more or less likely.

Several answers are drawn to one prompt. Each counts by how much better it is than the mean of its group, as
in GRPO (Shao et al. 2024, arXiv 2402.03300), without a division by the spread of the group (Liu et al. 2025,
arXiv 2503.20783). A group whose answers are all equally good says nothing and is left out. Nothing else holds
the adapters near to where they were than examples of what they knew before, learned again in each step.

Or the best answer of a group is preferred to its worst, as in DPO (`adapters.preference`).

The judged reward on prompts that are held out is measured on the way. The adapters end as they were when it
was highest; if it never rises, they stay as they were.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal, TypeAlias, final

import torch
from torch.optim import AdamW

from scenograph.adapters.descent import schedule, shortened
from scenograph.adapters.encode import Encoded
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.preference import Judged, groups_that_differ, preferred, weights_of
from scenograph.errors import TrainingError

By: TypeAlias = Literal["policy", "preference"]
"""How rewards teach: each answer by how much better it is than its group, or the best against the worst."""


@final
@dataclass(frozen=True, slots=True)
class Rewarding:
    """How to train by a reward."""

    by: By = "policy"
    beta: float = 0.1  # of preferences: how much a difference of logarithms counts
    steps: int = 60
    learning_rate: float = 1e-3  # of AdamW, at its highest
    warmup: float = 0.1  # share of the steps in which the learning rate rises
    clip: float = 1.0  # longest gradient of one adapter
    known: int = 8  # examples of before in each step
    hold: float = 0.1  # their weight beside the answers
    looks: int = 5  # how often what is held out is judged


@final
@dataclass(frozen=True, slots=True)
class Rewarded:
    """
    What came of it.

    Attributes:
        steps: after how many steps the reward was highest; 0: the adapters are as they were
        before, after: the reward on what is held out
        drawn: the mean reward of what was drawn, by step
    """

    steps: int
    before: float
    after: float
    drawn: tuple[float, ...]


def reinforce(
    model: Any,
    lora: GroupedLora,
    draw: Callable[[int], Sequence[Judged]],
    judge: Callable[[], float],
    known: Sequence[Encoded],
    *,
    rewarding: Rewarding | None = None,
    seed: int = 0,
    on_step: Callable[[int, int, float], None] | None = None,
) -> Rewarded:
    """
    Train *lora* in place by the rewards of what it writes; the model stays as it is (law 6).

    Args:
        model: the frozen carrier's model
        lora: the adapters, with the values to start from
        draw: given the number of a step, draws answers with *lora* as it is then; where there are none, only
            *known* is learned
        judge: returns the reward on what is held out, with *lora* as it is then
        known: examples of what the adapters knew before
        seed: of the order of *known*
        on_step: called with the number of the step, how many there are, and the mean reward of what was drawn
    Raises:
        TrainingError: if a loss is not finite; *lora* is then as it was when the reward was highest
    """
    rewarding = rewarding or Rewarding()
    parameters = lora.parameters()
    optimiser = AdamW(parameters, lr=rewarding.learning_rate, weight_decay=0.0, fused=True)
    chance = random.Random(f"known:{seed}")
    stride = max(1, rewarding.steps // rewarding.looks)
    before = best = judge()
    start = kept = [parameter.detach().clone() for parameter in parameters]
    reached = 0
    means: list[float] = []
    try:
        for number in range(1, rewarding.steps + 1):
            drawn = draw(number)
            means.append(fmean(it.reward for it in drawn) if drawn else 0.0)
            groups = groups_that_differ(drawn)
            if groups or (known and not drawn):
                again = chance.sample(list(known), min(rewarding.known, len(known)))
                rate = rewarding.learning_rate * schedule(number - 1, rewarding.steps, rewarding.warmup)
                for group in optimiser.param_groups:
                    group["lr"] = rate
                with objective(model, lora, width=1024, workers=1) as learner:
                    if rewarding.by == "preference":
                        examples, weights = weights_of(
                            learner,
                            parameters,
                            start,
                            preferred(groups),
                            again,
                            beta=rewarding.beta,
                            hold=rewarding.hold,
                        )
                    else:
                        examples, weights = _weighed(groups)
                        examples, weights = [*examples, *again], [*weights, *[rewarding.hold] * len(again)]
                    outcome = learner.backward(examples, weights)
                if not all(math.isfinite(outcome.loss[it.adapter]) for it in examples):
                    raise TrainingError(
                        f"the loss of step {number} is not finite; the adapters stay as they were before it"
                    )
                shortened(parameters, rewarding.clip)
                optimiser.step()
                optimiser.zero_grad()
            if on_step is not None:
                on_step(number, rewarding.steps, means[-1])
            if number % stride == 0 or number == rewarding.steps:
                reward = judge()
                if reward > best:
                    best, reached = reward, number
                    kept = [parameter.detach().clone() for parameter in parameters]
    finally:
        with torch.no_grad():
            for parameter, value in zip(parameters, kept, strict=True):
                parameter.copy_(value)
                parameter.grad = None
    return Rewarded(reached, before, best, tuple(means))


def _weighed(groups: Sequence[Sequence[Judged]]) -> tuple[list[Encoded], list[float]]:
    """Return the answers that are not as good as the mean of their group, and how much better each is."""
    examples: list[Encoded] = []
    weights: list[float] = []
    for group in groups:
        mean = fmean(one.reward for one in group)
        for one in group:
            if abs(one.reward - mean) > 1e-6:
                examples.append(one.example)
                weights.append(one.reward - mean)
    return examples, weights
