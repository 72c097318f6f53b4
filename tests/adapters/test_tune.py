"""A few examples are learned from where an adapter is, and it never ends worse than it began."""

from __future__ import annotations

import pytest
import torch
from adapters.tiny import filled, make_examples, tiny_model, weights_digest

from scenograph.adapters.encode import Encoded
from scenograph.adapters.layers import copies
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.tune import Tuning, tune
from scenograph.errors import TrainingError

FAST = Tuning(steps=20, learning_rate=5e-3)


def for_one(examples: list[Encoded]) -> list[Encoded]:
    """The examples of the first adapter alone."""
    return [example for example in examples if example.adapter == 0]


def values(lora: GroupedLora) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in lora.parameters()]


def test_the_loss_on_what_is_held_out_falls_and_the_model_stays() -> None:
    model = tiny_model()
    start = filled(model)
    lora = copies(start, {"reader": "reader"})
    before, untouched = weights_digest(model), values(start)
    seen: list[int] = []
    examples = for_one(make_examples(60))
    # A random model learns by heart only, so what it is measured on is among what it learns.
    done = tune(model, lora, examples, examples[:4], tuning=FAST, on_step=lambda n, of, _: seen.append(n))
    assert done.after < done.before
    assert 0 < done.steps <= 20
    assert seen == sorted(seen)
    assert weights_digest(model) == before
    assert all(map(torch.equal, values(start), untouched))


def test_equal_calls_end_in_the_same_bytes() -> None:
    model, examples = tiny_model(), for_one(make_examples(30))
    ends: list[list[torch.Tensor]] = []
    for _ in range(2):
        lora = copies(filled(model), {"reader": "reader"})
        tune(model, lora, examples, examples[:2], tuning=FAST, seed=4)
        ends.append(values(lora))
    assert all(map(torch.equal, *ends))


def test_what_does_not_help_is_taken_back() -> None:
    model, examples = tiny_model(), for_one(make_examples(30))
    lora = copies(filled(model), {"reader": "reader"})
    known, other = examples[:2], examples[2:]
    tune(model, lora, known, known, tuning=Tuning(steps=60, learning_rate=1e-2))
    before = values(lora)
    wild = Tuning(steps=6, learning_rate=50.0, looks=3)
    done = tune(model, lora, other, known, tuning=wild)
    assert (done.steps, done.after) == (0, done.before)
    assert all(map(torch.equal, values(lora), before))


def test_a_loss_that_is_not_finite_stops_it_and_the_last_good_state_stays() -> None:
    model, examples = tiny_model(), for_one(make_examples(30))
    lora = copies(filled(model), {"reader": "reader"})
    before = values(lora)

    def spoil(number: int, steps: int, loss: float) -> None:
        with torch.no_grad():
            lora.parameters()[0].fill_(float("nan"))

    with pytest.raises(TrainingError, match="not finite"):
        tune(
            model, lora, examples[2:], examples[:2], tuning=Tuning(steps=6, learning_rate=0.0), on_step=spoil
        )
    assert all(map(torch.equal, values(lora), before))


def test_nothing_to_learn_or_to_hold_out_is_refused() -> None:
    model, examples = tiny_model(), for_one(make_examples(6))
    lora = copies(filled(model), {"reader": "reader"})
    for learn, hold_out in (([], examples), (examples, [])):
        with pytest.raises(TrainingError, match="too few examples"):
            tune(model, lora, learn, hold_out)
