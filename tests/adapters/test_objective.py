"""Loss and gradients: prefixes computed once and reused change nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from adapters.tiny import FAMILIES, NAMES, filled, make_examples, tiny_model
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from scenograph.adapters.encode import Encoded
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import BatchLoss, objective
from scenograph.adapters.precision import TINY
from scenograph.adapters.row_size import RowSize
from scenograph.adapters.shape import AdapterActivation
from scenograph.carriers import load_carrier
from scenograph.carriers.need import Training, stored_bytes
from scenograph.carriers.shape import Shape
from scenograph.errors import TrainingError


def plain(model: PreTrainedModel, lora: GroupedLora, examples: list[Encoded]) -> list[float]:
    """The loss by its definition: one full forward pass for each example, nothing shared or padded."""
    sums = [torch.zeros(()) for _ in NAMES]
    counts = [0] * len(NAMES)
    for example in examples:
        ids = torch.from_numpy(example.ids).long()
        acts = torch.arange(len(ids)) >= (example.start if lora.shape.activation == "invocation" else 0)
        with lora.training(model) as rows:
            rows.set(torch.tensor([example.adapter]), acts.float()[None, :, None])
            logits = model(ids[None], use_cache=False).logits[0]
        loss = cross_entropy(logits[example.answer - 1 : -1], ids[example.answer :], reduction="sum")
        sums[example.adapter] = sums[example.adapter] + loss
        counts[example.adapter] += len(ids) - example.answer
    means = [total / count for total, count in zip(sums, counts, strict=True)]
    torch.stack(means).sum().backward()
    return [mean.item() for mean in means]


def ours(
    model: PreTrainedModel,
    lora: GroupedLora,
    examples: list[Encoded],
    width: int = 4096,
    workers: int = 1,
    memory: float = math.inf,
) -> BatchLoss:
    with objective(model, lora, width=width, workers=workers, memory=memory) as learner:
        return learner.backward(examples)


def gradients(lora: GroupedLora) -> list[Tensor]:
    grads = [parameter.grad.clone() for parameter in lora.parameters() if parameter.grad is not None]
    for parameter in lora.parameters():
        parameter.grad = None
    assert len(grads) == len(lora.parameters())
    return grads


@pytest.mark.parametrize("activation", ["invocation", "always"])
@pytest.mark.parametrize("family", FAMILIES)
def test_loss_and_gradients_are_those_of_the_plain_full_forward(
    family: str, activation: AdapterActivation, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model(family)
    lora = filled(model, activation)
    examples = make_examples(14)
    expected = plain(model, lora, examples)
    theirs = gradients(lora)
    for width, workers, tiny in ((40, 1, TINY), (4096, 1, TINY), (300, 3, TINY), (300, 1, 0)):
        monkeypatch.setattr("scenograph.adapters.objective.TINY", tiny)  # with 0 the model is not tiny
        found = ours(model, lora, examples, width, workers)
        assert found.loss == pytest.approx(expected, rel=1e-4)
        for mine, other in zip(gradients(lora), theirs, strict=True):
            torch.testing.assert_close(mine, other, atol=2e-5, rtol=2e-4)


def test_the_losses_of_rows_are_those_of_each_row_alone_and_sum_to_those_of_adapters() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(15)
    together = ours(model, lora, examples, width=60, workers=3)
    alone = [ours(model, lora, [example]).loss[example.adapter] * example.learned for example in examples]
    assert together.rows == pytest.approx(alone, rel=1e-4)
    for adapter, mean in enumerate(together.loss):
        own = [i for i, example in enumerate(examples) if example.adapter == adapter]
        tokens = sum(examples[i].learned for i in own)
        assert sum(together.rows[i] for i in own) / tokens == pytest.approx(mean, rel=1e-5)


def test_an_adapter_learns_what_it_would_learn_alone() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(15)
    ours(model, lora, examples, width=256)
    together = gradients(lora)
    ours(model, lora, [example for example in examples if example.adapter == 1], width=256)
    for mixed, alone in zip(together, gradients(lora), strict=True):
        torch.testing.assert_close(mixed[1], alone[1], atol=1e-5, rtol=1e-4)
        assert not alone[[0, 2]].any()


def test_what_one_row_says_does_not_leak_into_another() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(9)
    before = ours(model, lora, examples).loss
    changed = [
        e if e.adapter != 2 else e._replace(ids=np.where(e.ids < 40, (e.ids * 7) % 40, e.ids))
        for e in examples
    ]
    after = ours(model, lora, changed).loss
    assert after[:2] == pytest.approx(before[:2], rel=1e-5)
    assert after[2] != pytest.approx(before[2], rel=1e-3)


def test_the_order_in_which_workers_finish_changes_nothing() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(20)

    def once() -> tuple[list[float], list[Tensor]]:
        return ours(model, lora, examples, 60, 4).loss, gradients(lora)

    losses, grads = once()
    for _ in range(5):
        again, found = once()
        assert again == losses
        assert all(torch.equal(mine, other) for mine, other in zip(grads, found, strict=True))


def test_a_shared_prefix_is_computed_once() -> None:
    model = tiny_model()
    lora = filled(model)
    prefix = np.arange(2, 42, dtype=np.int32)
    examples = [
        Encoded(np.concatenate([prefix, np.array([91, 93, 5 + i, 0], np.int32)]), 40, 42, 1 + i % 2)
        for i in range(10)
    ]
    found = ours(model, lora, examples)
    assert found.tokens == 10 * 44
    assert found.computed == 40 + 10 * 4


def test_slices_keep_within_the_memory_given_and_change_no_gradient() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(24)
    ours(model, lora, examples)
    expected = gradients(lora)
    with objective(model, lora) as learner:
        size = learner.row_size()
    assert min(size) > 0
    limit = 2.5 * max(size.of(len(e.ids) - e.start, e.start) for e in examples)
    assert most_kept(model, lora, examples, limit) <= limit < most_kept(model, lora, examples, math.inf)
    ours(model, lora, examples, memory=limit)
    for mine, other in zip(gradients(lora), expected, strict=True):
        torch.testing.assert_close(mine, other, atol=2e-5, rtol=2e-4)


@given(st.builds(RowSize, *[st.integers(0, 1 << 20)] * 3))
def test_the_size_of_a_row_is_found_from_the_sizes_of_three(size: RowSize) -> None:
    assert RowSize.measured(size.of) == size


def most_kept(model: PreTrainedModel, lora: GroupedLora, examples: list[Encoded], memory: float) -> float:
    """The most bytes that one forward pass of a batch keeps for its backward pass."""
    frozen = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    passes: list[dict[int, int]] = [{}]

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in frozen:
            passes[-1][storage.data_ptr()] = storage.nbytes()
        return tensor

    def back(tensor: Tensor) -> Tensor:
        if passes[-1]:
            passes.append({})
        return tensor

    with objective(model, lora, width=4096, memory=memory) as learner:
        learner._pool = SameThread()  # type: ignore[assignment]
        with torch.autograd.graph.saved_tensors_hooks(note, back):
            learner.backward(examples)
    gradients(lora)
    return max(sum(kept.values()) for kept in passes)


class SameThread:
    """Works where it is asked, since hooks on saved tensors belong to a thread."""

    map = staticmethod(map)

    def shutdown(self) -> None:
        """Nothing to let go."""


def test_the_model_gets_no_gradients() -> None:
    model = tiny_model()
    ours(model, filled(model), make_examples(6))
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_stored_is_what_carriers_fit_foretells(family: str) -> None:
    model = tiny_model(family)
    with objective(model, filled(model)) as learner:
        measured = 25 * learner.row_size().of(40, 32)
    shape = Shape.of_config(model.config.to_dict(), family)
    training = Training(len(NAMES), 4, width=1000, prefix=32, suffix=40)
    assert stored_bytes(shape, training, 4) == pytest.approx(measured, rel=0.12)


@pytest.mark.parametrize("activation", ["invocation", "always"])
@pytest.mark.parametrize("family", ["qwen3", "mixtral", "gemma3_text", "nano"])
def test_layers_computed_twice_give_the_same_bits_and_store_less(
    family: str, activation: AdapterActivation
) -> None:
    model = load_carrier("nano").module if family == "nano" else tiny_model(family)
    lora = filled(model, activation)
    examples = make_examples(14)
    found: list[tuple[list[float], list[Tensor], float]] = []
    for checkpointing in (False, True):
        with objective(model, lora, width=300, workers=2, checkpointing=checkpointing) as learner:
            loss = learner.backward(examples).loss
            found.append((loss, gradients(lora), learner.row_size().token))
    (loss, grads, stored), (again, others, less) = found
    assert loss == again
    assert all(torch.equal(one, other) for one, other in zip(grads, others, strict=True))
    assert less < 0.3 * stored


def test_what_is_inserted_is_seen_and_not_learned() -> None:
    model = tiny_model()
    lora = filled(model)
    example = next(it for it in make_examples(24) if len(it.ids) - it.answer > 3)
    begin, middle, end = example.answer, example.answer + 2, len(example.ids)
    whole = ours(model, lora, [example])
    whole_gradient = gradients(lora)
    parts = [example._replace(inserted=((middle, end),)), example._replace(inserted=((begin, middle),))]
    assert [part.learned for part in parts] == [2, end - middle]
    found = [ours(model, lora, [part]).loss[example.adapter] * part.learned for part in parts]
    assert sum(found) == pytest.approx(whole.loss[example.adapter] * example.learned, rel=1e-5)
    gradients(lora)
    ours(model, lora, parts)  # both together are the example: the same mean, the same gradients
    for mine, other in zip(gradients(lora), whole_gradient, strict=True):
        torch.testing.assert_close(mine, other, atol=2e-5, rtol=2e-4)


WEIGHTS = st.lists(st.sampled_from([0.1, 0.5, 1.0, 2.0]), min_size=9, max_size=9)


def with_weights(examples: list[Encoded], weights: Sequence[float]) -> list[Encoded]:
    """The examples, with these weights of their answers' first tokens, and 1 for what is left."""
    found: list[Encoded] = []
    for number, example in enumerate(examples):
        own = np.ones(len(example.ids) - example.answer, np.float32)
        some = np.roll(np.array(weights, np.float32), number)[: len(own)]
        own[: len(some)] = some
        found.append(example.weighed(own))
    return found


@pytest.mark.parametrize("width", [60, 4096])
def test_weighed_tokens_pull_by_their_share_of_the_weight_of_their_adapter(width: int) -> None:
    model = tiny_model()
    lora = filled(model)
    plainly = make_examples(12)
    examples = with_weights(plainly, [0.1, 1.0, 0.5, 1.0, 0.1, 0.0, 1.0, 2.0, 1.0])
    total = torch.zeros(())
    for adapter in range(len(NAMES)):
        own = [example for example in examples if example.adapter == adapter]
        whole = sum(float(example.weights.sum()) for example in own if example.weights is not None)
        for example in own:
            ids = torch.from_numpy(example.ids).long()
            acts = torch.arange(len(ids)) >= example.start
            with lora.training(model) as rows:
                rows.set(torch.tensor([adapter]), acts.float()[None, :, None])
                logits = model(ids[None], use_cache=False).logits[0]
            each = cross_entropy(logits[example.answer - 1 : -1], ids[example.answer :], reduction="none")
            assert example.weights is not None
            total = total + (each * torch.from_numpy(example.weights)).sum() / whole
    total.backward()
    expected = gradients(lora)
    found = ours(model, lora, examples, width, 2)
    for mine, other in zip(gradients(lora), expected, strict=True):
        torch.testing.assert_close(mine, other, atol=2e-5, rtol=2e-4)
    even = ours(model, lora, plainly, width, 2)
    assert found.loss == even.loss  # what is reported counts all tokens alike
    assert found.rows == even.rows


def scaled_by(factor: float, example: Encoded, first: int = 0) -> Encoded:
    """The example with its weights times *factor*; those before the *first* are 0."""
    assert example.weights is not None
    counts = np.arange(len(example.weights)) >= first
    return example._replace(weights=example.weights * np.float32(factor) * counts)


@given(WEIGHTS, st.sampled_from([0.25, 4.0]))
@settings(max_examples=6)
def test_only_the_relation_of_weights_counts(weights: list[float], factor: float) -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(9)
    ours(model, lora, with_weights(examples, weights))
    once = gradients(lora)
    ours(model, lora, with_weights(examples, [weight * factor for weight in weights[:3]] + weights[3:]))
    other = gradients(lora)
    scaled = [scaled_by(factor, it) for it in with_weights(examples, weights)]
    ours(model, lora, scaled)
    assert all(torch.equal(mine, its) for mine, its in zip(gradients(lora), once, strict=True))
    assert not all(torch.equal(mine, its) for mine, its in zip(other, once, strict=True))


def test_weights_of_one_are_as_none_and_weights_of_nothing_as_what_is_inserted() -> None:
    model = tiny_model()
    lora = filled(model)
    examples = make_examples(9)
    ours(model, lora, examples)
    plainly = gradients(lora)
    ours(model, lora, with_weights(examples, []))
    assert all(torch.equal(mine, its) for mine, its in zip(gradients(lora), plainly, strict=True))
    without = [it._replace(inserted=((it.answer, it.answer + 2),)) for it in examples]
    ours(model, lora, without)
    expected = gradients(lora)
    for some in (with_weights(examples, []), with_weights(without, [])):
        zero = [scaled_by(1.0, it, first=2) for it in some]
        ours(model, lora, zero)
        for mine, other in zip(gradients(lora), expected, strict=True):
            torch.testing.assert_close(mine, other, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("wrong", [[1.0], [-1.0, 1.0], [math.nan, 1.0], [0.0, 0.0]])
def test_weights_that_make_no_sense_are_refused(wrong: list[float]) -> None:
    example = Encoded(np.array([1, 90, 5, 0], np.int32), 1, 2, 0)
    with pytest.raises(TrainingError, match=r"as many weights|nothing is learned"):
        example.weighed(np.array(wrong, np.float32))
