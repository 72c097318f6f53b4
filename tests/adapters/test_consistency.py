"""Consistency: readings of several texts of one scene are compared, and nothing else is changed by it."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice

import numpy as np
import pytest
import torch
from adapters.test_batches import LISTS
from adapters.test_objective import gradients
from adapters.tiny import filled, make_examples, tiny_model
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from scenograph.adapters.batches import batches, bundle, cost, voiced
from scenograph.adapters.encode import Encoded
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.loss import disagreement
from scenograph.adapters.objective import objective
from scenograph.adapters.states import StateStore

SHAPES = st.tuples(st.integers(2, 4), st.integers(1, 5), st.integers(0, 99))


def head(bias: bool = True) -> nn.Linear:
    torch.manual_seed(1)
    return nn.Linear(6, 11, bias=bias).requires_grad_(False)


def drawn(shape: tuple[int, int, int]) -> tuple[Tensor, Tensor]:
    """States of k predictions of n tokens, and weights of these tokens."""
    generator = torch.Generator().manual_seed(shape[2])
    states = 3 * torch.randn(shape[0], shape[1], 6, generator=generator)
    return states.requires_grad_(), torch.rand(shape[1], generator=generator) + 0.1


def defined(hidden: Tensor, layer: nn.Linear, share: Tensor) -> Tensor:
    """The Jensen-Shannon divergence of each token's predictions, by its definition, summed by weights."""
    probabilities = torch.softmax(layer(hidden), -1)
    mean = probabilities.mean(0)
    return ((probabilities * (probabilities.log() - mean.log())).sum(-1).mean(0) * share).sum()


@given(SHAPES, st.booleans(), st.sampled_from([1, 7, 1 << 20]))
@settings(max_examples=25)
def test_value_and_gradient_are_those_of_the_definition(
    shape: tuple[int, int, int], bias: bool, logits: int
) -> None:
    hidden, share = drawn(shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.adapters.loss._LOGITS", logits)
        patch.setattr("scenograph.adapters.loss._ROWS", 1)
        found = disagreement(hidden, head(bias), share)
    (mine,) = torch.autograd.grad(2 * found, hidden)
    expected = defined(hidden, head(bias), share)
    (theirs,) = torch.autograd.grad(2 * expected, hidden)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)


@given(SHAPES)
@settings(max_examples=25)
def test_it_is_nothing_just_where_predictions_are_equal_and_never_much(shape: tuple[int, int, int]) -> None:
    hidden, share = drawn(shape)
    layer = head()
    most = math.log(shape[0]) * share.sum().item()
    assert 0 < disagreement(hidden, layer, share).item() <= most * 1.001
    turned = disagreement(hidden.flip(0), layer, share)
    torch.testing.assert_close(turned, disagreement(hidden, layer, share))
    equal = hidden.detach()[:1].expand_as(hidden).clone().requires_grad_()
    same = disagreement(equal, layer, share)
    (gradient,) = torch.autograd.grad(same, equal)
    assert same.item() == pytest.approx(0, abs=1e-5)
    assert gradient.abs().max().item() == pytest.approx(0, abs=1e-5)


def voicings(count: int = 4) -> list[Encoded]:
    """Scenes, each read from two texts, from three, or from one; and other tasks beside them."""
    found: list[Encoded] = []
    for number in range(count):
        answer = [10 + number, 20, *[30 + number] * (number % 3), 0]
        for text in range(1 + number % 3):
            prefix = [1, 40 + number, *[50 + text] * (1 + 2 * text)]
            ids = np.array([*prefix, 90, *answer], np.int32)
            found.append(Encoded(ids, len(prefix), len(prefix) + 1, 0, ability="read"))
    return found + [it for it in make_examples(9) if it.adapter]


def plain(examples: list[Encoded], weight: float) -> list[Tensor]:
    """The gradients by definition: one full pass for each example; those of one scene are compared."""
    model = tiny_model()
    lora = filled(model)
    total = torch.zeros(())
    tokens = Counter[int]()
    for example in examples:
        tokens[example.adapter] += example.learned
    said: dict[bytes, list[Tensor]] = {}
    for example in examples:
        ids = torch.from_numpy(example.ids).long()
        acts = torch.arange(len(ids)) >= example.start
        with lora.training(model) as rows:
            rows.set(torch.tensor([example.adapter]), acts.float()[None, :, None])
            logits = model(ids[None], use_cache=False).logits[0][example.answer - 1 : -1]
        whole = tokens[example.adapter]
        total = total + cross_entropy(logits, ids[example.answer :], reduction="sum") / whole
        if (scene := voiced(example)) is not None:
            said.setdefault(scene, []).append(log_softmax(logits, -1))
    for group in said.values():
        predictions = torch.stack(group)
        mean = predictions.exp().mean(0).log()
        differ = (predictions.exp() * (predictions - mean)).sum(-1).mean(0)  # of each token
        total = total + weight * len(group) * differ.sum() / tokens[0]
    total.backward()
    return gradients(lora)


@pytest.mark.parametrize(("width", "workers", "cached"), [(4096, 1, False), (30, 3, False), (60, 2, True)])
def test_gradients_are_those_of_the_definition(
    width: int, workers: int, cached: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    examples = voicings()
    model = tiny_model()
    lora = filled(model)
    core = None
    if cached:
        store = StateStore(tmp_path_factory.mktemp("states") / "states.db", 0)
        core = FrozenCore(model, 0, store, "tiny")
    with objective(model, lora, width=width, workers=workers, core=core) as learner:
        alone = learner.backward(examples)
        gradients(lora)
        found = learner.backward(examples, consistency=0.7)
    for mine, other in zip(gradients(lora), plain(examples, 0.7), strict=True):
        torch.testing.assert_close(mine, other, atol=2e-5, rtol=2e-4)
    assert found.loss == pytest.approx(alone.loss, rel=1e-5)  # what is reported is as without
    assert found.rows == pytest.approx(alone.rows, rel=1e-5)


def test_without_two_texts_of_a_scene_nothing_changes() -> None:
    examples = [it for number, it in enumerate(voicings()) if number in (0, 1, 3, 6, 7, 8, 9)]
    said = [it for it in map(voiced, examples) if it is not None]
    assert len(said) == len(set(said)) > 2
    model = tiny_model()
    lora = filled(model)
    with objective(model, lora) as learner:
        learner.backward(examples)
        usual = gradients(lora)
        learner.backward(examples, consistency=5.0)
    assert all(torch.equal(mine, its) for mine, its in zip(gradients(lora), usual, strict=True))


@given(LISTS, st.integers(5, 80), st.booleans(), st.data())
def test_texts_of_one_scene_come_together(
    examples: list[Encoded], budget: int, shared: bool, data: st.DataObject
) -> None:
    kind = st.sampled_from(["read", "speak"])
    examples = [it._replace(ability=data.draw(kind)) for it in examples]
    bundles = bundle(examples, budget, shared=shared, voicings=True)
    assert sorted(i for group in bundles for i in group) == list(range(len(examples)))
    for group in bundles:
        assert len({voiced(examples[i]) for i in group}) == 1
        assert len(group) == 1 or cost(examples, group) <= budget
    whole = bundle(examples, 10_000, shared=shared, voicings=True)
    found = [voiced(examples[group[0]]) for group in whole]
    scenes = [scene for scene in found if scene is not None]
    assert len(scenes) == len(set(scenes))
    stream = batches(examples, whole, 1, 0)
    turns = Counter(i for batch in islice(stream, len(whole)) for i in batch)
    assert turns == Counter(range(len(examples)))


def test_readers_of_other_adapters_are_not_compared() -> None:
    one = voicings()[1]
    longer = np.concatenate([np.array([7], np.int32), one.ids])
    assert voiced(one) == voiced(one._replace(ids=longer, start=one.start + 1, answer=one.answer + 1))
    assert voiced(one) != voiced(one._replace(adapter=1))
    assert voiced(one._replace(ability="restore")) is None
