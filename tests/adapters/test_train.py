"""Training runs: what they change and learn, and how long they take."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from adapters.tiny import (
    NAMES,
    TinyCarrier,
    filled,
    make_examples,
    make_tasks,
    tiny_model,
    train,
    weights_digest,
)
from peft import PeftModel

from scenograph.adapters import AdapterSet, GroupedLora, Recipe, Shape, TrainStep
from scenograph.adapters.contradictions import check_pairs
from scenograph.adapters.descent import schedule, shortened
from scenograph.adapters.encode import Encoded
from scenograph.adapters.objective import BatchLoss, Objective
from scenograph.adapters.trainer import Trainer
from scenograph.errors import TrainingError


def test_training_changes_adapters_only_and_learns(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    before = weights_digest(carrier.module)
    steps: list[TrainStep] = []
    recipe = Recipe(batch=300, learning_rate=1e-2)
    report = train(tmp_path, carrier=carrier, steps=60, recipe=recipe, on_step=steps.append)
    assert weights_digest(carrier.module) == before
    assert [step.number for step in steps] == list(range(1, 61))
    assert steps[-1].loss < 0.95 * steps[0].loss
    assert report.steps == 60
    assert report.curve == tuple(step.loss for step in steps)
    assert {name: len(curve) for name, curve in report.abilities.items()} == {"read": 60, "speak": 60}
    assert steps[-1].abilities == pytest.approx(
        {name: np.mean([loss for loss in curve[-10:] if loss]) for name, curve in report.abilities.items()}
    )
    assert not list(tmp_path.glob("checkpoint*"))
    assert AdapterSet.load(tmp_path, carrier).names == NAMES


def test_a_finished_run_is_not_done_again_unless_something_changed(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    steps: list[TrainStep] = []

    def again(seed: int = 0, count: int = 12) -> int:
        steps.clear()
        train(tmp_path, carrier=carrier, tasks=make_tasks(count), steps=2, seed=seed, on_step=steps.append)
        return len(steps)

    assert [again(), again(), again(seed=1), again(seed=1), again(seed=1, count=11)] == [2, 0, 2, 0, 2]


class Clock:
    """A machine that computes so many tokens in a second, whatever it really does."""

    def __init__(self, speed: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        learn = Objective.backward

        def backward(learner: Objective, examples: Sequence[Encoded], *, consistency: float) -> BatchLoss:
            found = learn(learner, examples, consistency=consistency)
            self.now += found.computed / speed
            return found

        monkeypatch.setattr(Objective, "backward", backward)
        monkeypatch.setattr("scenograph.adapters.trainer.time", self)

    def perf_counter(self) -> float:
        """Seconds that have passed."""
        return self.now


def test_a_time_budget_becomes_a_number_of_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(1000.0, monkeypatch)
    steps: list[TrainStep] = []
    report = train(tmp_path, seconds=3.0, on_step=steps.append)
    assert {step.steps for step in steps} == {report.steps}
    assert report.steps > 3


@pytest.mark.parametrize(("speed", "seconds"), [(20.0, 200.0), (20.0, 60.0), (400.0, 60.0)])
def test_a_slow_machine_measures_for_seconds_and_takes_small_steps(
    speed: float, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(speed, monkeypatch)
    ends: list[float] = []
    model = tiny_model()
    lora = GroupedLora.fresh(Shape(NAMES, 2, 2.0), model, 0)
    trainer = Trainer(model, lora, make_examples(60), recipe=Recipe(batch=4096), seed=0)
    done = trainer.train(tmp_path, seconds=seconds, on_step=lambda step: ends.append(step.seconds))
    took = [end - begin for begin, end in pairwise(ends)]
    assert max(took) <= 15
    assert ends[0] - max(took) <= max(10.0, 100 / speed)  # measured for ten seconds, or one small batch
    assert 0.4 * seconds <= clock.now <= 1.5 * seconds  # small batches have more padding than large ones
    assert done.batch <= 4096


def test_what_cannot_be_trained_is_refused_in_words(tmp_path: Path) -> None:
    carrier, short = TinyCarrier(tiny_model()), TinyCarrier(tiny_model(), max_length=17)
    tasks = make_tasks()

    def refused(**changed: object) -> None:
        train(tmp_path, **({"carrier": carrier, "tasks": tasks, "steps": 2} | changed))

    with pytest.raises(TrainingError, match=r"\d+ of 36 tasks are longer than the 17 tokens.*leave them out"):
        refused(carrier=short)
    with pytest.raises(TrainingError, match=r"for the adapter 'voice\.b', but only reader, voice\.a are"):
        refused(adapters=NAMES[:2])
    with pytest.raises(TrainingError, match=r"no example is for voice\.c"):
        refused(adapters=(*NAMES, "voice.c"))
    with pytest.raises(TrainingError, match="either steps or seconds"):
        refused(seconds=3.0)
    with pytest.raises(TrainingError, match="tiny has 2 layers; adapters cannot act in 3"):
        refused(layers=3)
    with pytest.raises(TrainingError, match=r"a rank is given for voice\.c, but only"):
        refused(ranks={"voice.c": 2})
    empty = [replace(task, answer=("text", " ")) if task.style == "a" else task for task in tasks]
    with pytest.raises(
        TrainingError,
        match=r"12 of 36 tasks have an empty answer \(the first: task 2, speak for 'voice\.a'\)",
    ):
        refused(tasks=empty)


def test_what_may_be_meant_is_told_and_trained(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tasks = make_tasks(12)
    first = tasks[0]
    tasks += [replace(first, answer=("scene", "( other)"))] + 3 * [
        task for task in tasks if task.style == "a"
    ]
    tasks = [task for task in tasks if task.style != "b"] + [task for task in tasks if task.style == "b"][:1]
    report = train(tmp_path, tasks=tasks, steps=1)
    assert len(report.notes) == 3
    assert report.notes[0].startswith(
        "1 prompt has different scenes as answers, such as 'word 0 0': ( other) and"
    )
    assert report.notes[1].startswith("only 26 of 62 tasks are different")
    assert report.notes[2].startswith("voice.b has 1 different task to learn from")
    for note in report.notes:
        assert note in caplog.text
    assert check_pairs(make_tasks(12)) == []


def test_ranks_of_single_adapters_and_upper_layers_alone(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    train(tmp_path, carrier=carrier, rank=4, ranks={"voice.a": 2, "reader": 6}, layers=1, steps=8)
    adapters = AdapterSet.load(tmp_path, carrier)
    shape = adapters.lora.shape
    assert (shape.rank, shape.ranks, shape.scale, shape.first) == (6, (6, 2, 4), 2.0, 1)
    assert all(".layers.1." in path for path in adapters.lora.pairs)
    for a, b in adapters.lora.pairs.values():
        for number, rank in enumerate(shape.ranks):
            assert a[number, :rank].any()
            assert b[number, :, :rank].any()
            assert not a[number, rank:].any()
            assert not b[number, :, rank:].any()
    ids = torch.tensor([[1, 5, 6, 91, 93, 7]])
    with torch.no_grad(), adapters.active(carrier.module, ["voice.a"], [3]):
        expected = carrier.module(ids).logits[0, 3:]
    config = json.loads((tmp_path / "voice.a" / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["layers_to_transform"]) == (2, 4.0, [1])
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # PEFT's own
        loaded = PeftModel.from_pretrained(tiny_model(), str(tmp_path / "voice.a"))
        theirs = loaded(ids).logits[0, 3:]
    torch.testing.assert_close(theirs, expected, atol=1e-5, rtol=1e-4)


def test_the_log_has_a_line_every_ten_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "scenograph.adapters")
    Clock(60.0, monkeypatch)
    model = tiny_model()
    lora = GroupedLora.fresh(Shape(NAMES, 2, 2.0), model, 0)
    trainer = Trainer(model, lora, make_examples(60), recipe=Recipe(batch=300), seed=0)
    trainer.train(tmp_path, steps=12)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 6
    assert re.fullmatch(
        r"step 2 of 12: loss \d\.\d{3}, \d\.\d examples/s, \d\d tokens/s, about \d:\d\d left", lines[0]
    )


def test_the_log_says_how_each_ability_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "scenograph.adapters")
    Clock(60.0, monkeypatch)
    train(tmp_path, steps=2)
    (line,) = [text for text in map(logging.LogRecord.getMessage, caplog.records) if "step 2" in text]
    assert re.search(r"left; read \d\.\d\d, speak \d\.\d\d$", line)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    rates = [schedule(i, 100, 0.1) for i in range(100)]
    assert max(rates) == 1.0 == rates[9]
    assert rates[:10] == sorted(rates[:10])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert 0 < rates[-1] < 0.02
    assert schedule(0, 1, 0.1) == 1.0


def test_every_adapters_gradient_is_shortened_by_its_own_length(tmp_path: Path) -> None:
    examples = make_examples(24)
    found: dict[float, list[torch.Tensor]] = {}
    for clip in (1e-3, 1e9):
        model = tiny_model()
        lora = filled(model)
        trainer = Trainer(model, lora, examples, recipe=Recipe(batch=300, clip=clip), seed=0)
        seen = found[clip] = list[torch.Tensor]()
        parameters = lora.parameters()
        trainer._optimiser.register_step_pre_hook(
            lambda *_, seen=seen, parameters=parameters: seen.extend(p.grad.clone() for p in parameters)
        )
        trainer.train(tmp_path / str(clip), steps=1)
    scales: list[float] = []
    for adapter in range(len(NAMES)):
        mine, whole = (torch.cat([g[adapter].flatten() for g in found[clip]]) for clip in (1e-3, 1e9))
        assert float(mine.norm()) == pytest.approx(1e-3, rel=1e-3)
        torch.testing.assert_close(mine / mine.norm(), whole / whole.norm(), atol=1e-6, rtol=1e-4)
        scales.append(float(mine.norm() / whole.norm()))
    assert max(scales) > 1.01 * min(scales)  # one factor for all adapters would be wrong


def test_a_small_gradient_is_left_alone_beside_a_large_one() -> None:
    model = tiny_model()
    lora = filled(model)
    generator = torch.Generator().manual_seed(0)
    before: list[torch.Tensor] = []
    for parameter in lora.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator) * 1e-5
        parameter.grad[1] *= 1e9
        before.append(parameter.grad.clone())
    assert shortened(lora.parameters(), 1.0)
    for parameter, old in zip(lora.parameters(), before, strict=True):
        assert parameter.grad is not None
        assert torch.equal(parameter.grad[[0, 2]], old[[0, 2]])
        assert not torch.equal(parameter.grad[1], old[1])
