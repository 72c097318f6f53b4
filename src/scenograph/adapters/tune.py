"""
Teach a few adapters a few examples, from where they are.

Joint training starts from nothing and has thousands of tasks. Here ten pairs may be all there is, so what
counts is to stop in time: the loss on examples that are held out is measured on the way, and the adapters
end as they were when it was lowest. If it never falls, they stay as they were.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, final

import torch
from torch.optim import AdamW

from scenograph.adapters.batches import batches, bundle
from scenograph.adapters.descent import schedule, shortened
from scenograph.adapters.encode import Encoded
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import Objective, objective
from scenograph.errors import TrainingError


@final
@dataclass(frozen=True, slots=True)
class Tuning:
    """How to teach."""

    steps: int = 80  # at most
    seconds: float | None = None  # at most; the learning rate falls towards what is reached first
    learning_rate: float = 1e-3  # of AdamW, at its highest
    warmup: float = 0.1  # share of the steps in which the learning rate rises
    weight_decay: float = 0.01  # of AdamW
    clip: float = 1.0  # longest gradient of one adapter
    batch: int = 2048  # most tokens in one step
    looks: int = 10  # how often the loss on what is held out is measured
    patience: int = 3  # it ends after so many looks without a lower loss


@final
@dataclass(frozen=True, slots=True)
class Tuned:
    """
    What came of it.

    Attributes:
        steps: after how many steps the loss was lowest; 0: the adapters are as they were
        before, after: mean loss of an answer token of the held-out examples, in nats
    """

    steps: int
    before: float
    after: float


def tune(
    model: Any,
    lora: GroupedLora,
    examples: Sequence[Encoded],
    held_out: Sequence[Encoded],
    *,
    tuning: Tuning | None = None,
    seed: int = 0,
    on_step: Callable[[int, int, float], None] | None = None,
) -> Tuned:
    """
    Train *lora* in place on *examples*; the model stays as it is (law 6).

    Args:
        model: the frozen carrier's model
        lora: the adapters, with the values to start from
        examples: what to learn
        held_out: what decides when to stop
        seed: of the order of examples
        on_step: called with the number of the step, how many there are, and the loss on what is held out
    Raises:
        TrainingError: if there is nothing to learn or nothing is held out, or a loss is not finite; *lora*
            is then as it was when the loss on what is held out was lowest
    """
    if not examples or not held_out:
        raise TrainingError("there are too few examples: some to learn from and one to hold out are needed")
    tuning = tuning or Tuning()
    parameters = lora.parameters()
    optimiser = AdamW(parameters, lr=tuning.learning_rate, weight_decay=tuning.weight_decay, fused=True)
    bundles = bundle(examples, tuning.batch, shared=lora.shape.activation == "invocation")
    tokens = sum(len(example.ids) for example in examples)
    stream = batches(examples, bundles, min(tuning.batch, tokens), seed)
    stride = max(1, tuning.steps // tuning.looks)
    began = time.perf_counter()
    with objective(model, lora, width=1024, workers=1) as learner:
        before = best = _loss(learner, held_out, lora)
        kept = [parameter.detach().clone() for parameter in parameters]
        reached = 0
        try:
            for number, batch in enumerate(islice(stream, tuning.steps), 1):
                spent = 0.0 if tuning.seconds is None else (time.perf_counter() - began) / tuning.seconds
                if spent >= 1:
                    break
                done = max(number - 1, int(spent * tuning.steps))
                rate = tuning.learning_rate * schedule(done, tuning.steps, tuning.warmup)
                for group in optimiser.param_groups:
                    group["lr"] = rate
                outcome = learner.backward([examples[i] for i in batch])
                if not all(math.isfinite(outcome.loss[examples[i].adapter]) for i in batch):
                    raise TrainingError(
                        f"the loss of step {number} is not finite; the adapters stay as they were before it"
                    )
                shortened(lora.parameters(), tuning.clip)
                optimiser.step()
                optimiser.zero_grad()
                if number % stride and number != tuning.steps:
                    continue
                loss = _loss(learner, held_out, lora)
                if loss < best:
                    best, reached = loss, number
                    kept = [parameter.detach().clone() for parameter in parameters]
                if on_step is not None:
                    on_step(number, tuning.steps, loss)
                if number - reached >= tuning.patience * stride:
                    break
        finally:
            with torch.no_grad():
                for parameter, value in zip(parameters, kept, strict=True):
                    parameter.copy_(value)
                    parameter.grad = None
    return Tuned(reached, before, best)


def _loss(learner: Objective, held_out: Sequence[Encoded], lora: GroupedLora) -> float:
    """Return the mean over adapters of the loss of an answer token; leave no gradients."""
    outcome = learner.backward(held_out)
    for parameter in lora.parameters():
        parameter.grad = None
    present = [outcome.loss[adapter] for adapter in sorted({example.adapter for example in held_out})]
    return sum(present) / len(present)
