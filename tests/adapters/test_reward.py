"""Answers that are better than their group become likelier, and adapters never end worse than they began."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from adapters.tiny import filled, make_examples, tiny_model, weights_digest

from scenograph.adapters.encode import Encoded
from scenograph.adapters.layers import copies
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.reward import Judged, Rewarding, reinforce
from scenograph.errors import TrainingError

FAST = Rewarding(steps=12, learning_rate=5e-3, looks=4, known=2)


def answers(prompts: int, each: int) -> list[list[Encoded]]:
    """For each prompt several answers of the first adapter."""
    rng = np.random.default_rng(0)
    groups: list[list[Encoded]] = []
    for example in [it for it in make_examples(60) if it.adapter == 0][:prompts]:
        prompt = example.ids[: example.answer]
        groups.append(
            [
                example._replace(ids=np.concatenate([prompt, rng.integers(1, 40, 4).astype(np.int32)]))
                for _ in range(each)
            ]
        )
    return groups


def losses(model: torch.nn.Module, lora: GroupedLora, examples: list[Encoded]) -> list[float]:
    found: list[float] = []
    with objective(model, lora) as learner:
        for example in examples:
            found.append(learner.backward([example]).loss[example.adapter])
    for parameter in lora.parameters():
        parameter.grad = None
    return found


def test_what_is_rewarded_becomes_likelier_than_the_rest_and_the_model_stays() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    before = weights_digest(model)
    groups = answers(4, 3)
    good, bad = [group[0] for group in groups], [one for group in groups for one in group[1:]]

    def gap() -> float:
        return float(np.mean(losses(model, lora, bad)) - np.mean(losses(model, lora, good)))

    def draw(step: int) -> list[Judged]:
        return [
            Judged(one, number, float(place == 0))
            for number, group in enumerate(groups)
            for place, one in enumerate(group)
        ]

    start = gap()
    done = reinforce(model, lora, draw, gap, good[:2], rewarding=FAST)
    assert (done.before, done.after) == (pytest.approx(start), pytest.approx(gap()))
    assert gap() > start + 0.1
    assert 0 < done.steps <= 12
    assert done.drawn == pytest.approx([1 / 3] * 12)
    assert weights_digest(model) == before


def test_groups_without_a_difference_teach_nothing() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    before = [parameter.detach().clone() for parameter in lora.parameters()]
    groups = answers(3, 2)
    drawn = [Judged(one, number, 0.7) for number, group in enumerate(groups) for one in group]
    done = reinforce(model, lora, lambda _: drawn, lambda: 0.5, groups[0], rewarding=FAST)
    assert (done.steps, done.before, done.after) == (0, 0.5, 0.5)
    assert all(map(torch.equal, before, lora.parameters()))


def test_what_lowers_the_reward_is_taken_back() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    before = [parameter.detach().clone() for parameter in lora.parameters()]
    groups = answers(3, 2)
    drawn = [Judged(one, n, float(i)) for n, group in enumerate(groups) for i, one in enumerate(group)]
    rewards = iter([0.9, *[0.1] * 20])
    done = reinforce(model, lora, lambda _: drawn, lambda: next(rewards), groups[0], rewarding=FAST)
    assert (done.steps, done.after) == (0, 0.9)
    assert all(map(torch.equal, before, lora.parameters()))


def test_a_loss_that_is_not_finite_ends_it_with_the_best_state() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    groups = answers(2, 2)

    def draw(step: int) -> list[Judged]:
        if step == 3:
            with torch.no_grad():
                lora.parameters()[0].fill_(math.nan)
        return [Judged(one, n, float(i)) for n, group in enumerate(groups) for i, one in enumerate(group)]

    with pytest.raises(TrainingError, match="step 3 is not finite"):
        reinforce(model, lora, draw, lambda: 0.0, groups[0], rewarding=FAST)
    assert all(bool(parameter.isfinite().all()) for parameter in lora.parameters())


def test_weights_scale_gradients_and_leave_the_loss() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    examples = [it for it in make_examples(30) if it.adapter == 0][:4]

    def gradients(weights: list[float] | None) -> tuple[float, list[torch.Tensor]]:
        with objective(model, lora) as learner:
            loss = learner.backward(examples, weights).loss[0]
        found = [parameter.grad for parameter in lora.parameters() if parameter.grad is not None]
        for parameter in lora.parameters():
            parameter.grad = None
        return loss, found

    loss, plain = gradients(None)
    again, ones = gradients([1.0] * 4)
    turned, negative = gradients([-2.0] * 4)
    assert loss == again == turned
    assert all(map(torch.equal, plain, ones))
    assert all(torch.allclose(-2 * a, b, rtol=1e-5, atol=1e-7) for a, b in zip(plain, negative, strict=True))
