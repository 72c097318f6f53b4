"""Answers that are better than their group become likelier, and adapters never end worse than they began."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from adapters.tiny import filled, make_examples, tiny_model, weights_digest
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy, logsigmoid

from scenograph.adapters.encode import Encoded
from scenograph.adapters.layers import copies
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.preference import Judged, Preferred, groups_that_differ, preferred, weights_of
from scenograph.adapters.reward import By, Rewarding, reinforce
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


@pytest.mark.parametrize("by", ["policy", "preference"])
def test_what_is_rewarded_becomes_likelier_than_the_rest_and_the_model_stays(by: By) -> None:
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
    done = reinforce(model, lora, draw, gap, good[:2], rewarding=replace(FAST, by=by))
    assert (done.before, done.after) == (pytest.approx(start), pytest.approx(gap()))
    assert gap() > start + 0.1
    assert 0 < done.steps <= 12
    assert done.drawn == pytest.approx([1 / 3] * 12)
    assert weights_digest(model) == before


@pytest.mark.parametrize("by", ["policy", "preference"])
def test_groups_without_a_difference_teach_nothing(by: By) -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    before = [parameter.detach().clone() for parameter in lora.parameters()]
    groups = answers(3, 2)
    drawn = [Judged(one, number, 0.7) for number, group in enumerate(groups) for one in group]
    done = reinforce(model, lora, lambda _: drawn, lambda: 0.5, groups[0], rewarding=replace(FAST, by=by))
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


REWARDS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.25, 1.0])), max_size=20)


@given(REWARDS)
def test_the_best_answer_of_each_prompt_that_has_a_worse_one_is_preferred(
    drawn: list[tuple[int, float]],
) -> None:
    answer = make_examples(1)[0]
    judged = [Judged(answer._replace(start=n), group, reward) for n, (group, reward) in enumerate(drawn)]
    pairs = preferred(groups_that_differ(judged))
    found = {judged[best.start].group: (best.start, worst.start) for best, worst in pairs}
    rewards = {group: [it.reward for it in judged if it.group == group] for group, _ in drawn}
    assert set(found) == {group for group, own in rewards.items() if len(set(own)) > 1}
    for group, (best, worst) in found.items():
        assert (judged[best].group, judged[worst].group) == (group, group)
        assert (judged[best].reward, judged[worst].reward) == (max(rewards[group]), min(rewards[group]))


def test_losses_alone_are_those_of_training_and_leave_gradients_as_they_are() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(9)
    with objective(model, lora, workers=2) as learner:
        alone = learner.losses(examples)
        assert all(parameter.grad is None for parameter in lora.parameters())
        assert learner.backward(examples).rows == alone


def test_the_gradient_of_preferences_is_that_of_the_loss_by_its_definition() -> None:
    model = tiny_model()
    lora = copies(filled(model), {"reader": "reader"})
    start = [parameter.detach().clone() for parameter in lora.parameters()]
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():  # a few steps away from where it began
        for parameter in lora.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=chance) * 0.05)
    groups = answers(3, 2)
    longer = groups[0][1]
    groups[0][1] = longer._replace(ids=np.append(longer.ids, np.int32(7)))
    pairs = [Preferred(*group) for group in groups]
    known = [it for it in make_examples(30) if it.adapter == 0][-2:]
    now = [parameter.detach().clone() for parameter in lora.parameters()]

    with objective(model, lora) as learner:
        examples, weights = weights_of(learner, lora.parameters(), start, pairs, known, beta=0.7, hold=0.3)
        assert all(map(torch.equal, now, lora.parameters()))
        learner.backward(examples, weights)
    mine = [parameter.grad for parameter in lora.parameters() if parameter.grad is not None]

    def likely(example: Encoded) -> torch.Tensor:
        ids = torch.from_numpy(example.ids).long()
        acts = (torch.arange(len(ids)) >= example.start).float()[None, :, None]
        with lora.training(model) as rows:
            rows.set(torch.tensor([0]), acts)
            logits = model(ids[None], use_cache=False).logits[0]
        return -cross_entropy(logits[example.answer - 1 : -1], ids[example.answer :], reduction="sum")

    def put(values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(lora.parameters(), values, strict=True):
                parameter.copy_(value)

    put(start)
    with torch.no_grad():
        begun = [likely(best) - likely(worst) for best, worst in pairs]
    put(now)
    for parameter in lora.parameters():
        parameter.grad = None
    gaps = torch.stack([likely(best) - likely(worst) for best, worst in pairs]) - torch.stack(begun)
    tokens = sum(it.learned for it in known)
    loss = -logsigmoid(0.7 * gaps).mean() - 0.3 * torch.stack([likely(it) for it in known]).sum() / tokens
    loss.backward()
    theirs = [parameter.grad for parameter in lora.parameters() if parameter.grad is not None]
    assert len(mine) == len(theirs) == len(lora.parameters())
    for own, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(own, other, atol=2e-5, rtol=2e-4)
