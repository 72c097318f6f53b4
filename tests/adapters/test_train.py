"""Training runs: what they change, where they stop, and that stopping makes no difference."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from adapters.run_training import run
from adapters.tiny import NAMES, TinyCarrier, filled, make_examples, make_tasks, tiny_model, weights_digest

from scenograph.adapters import AdapterSet, GroupedLora, Recipe, Shape, TrainStep, train_adapters
from scenograph.adapters.encode import Encoded
from scenograph.adapters.objective import BatchLoss, Objective
from scenograph.adapters.trainer import Trainer, schedule
from scenograph.errors import TrainingError

SMALL = Recipe(batch=300)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The finished set, without the report, whose times differ."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "report.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums over threads are not always taken in one order; law 6 is about equal circumstances."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    run(folder)
    return folder


@pytest.mark.parametrize(
    ("stop", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)], ids=["kill", "ctrl-c"]
)
def test_a_stopped_and_resumed_run_ends_in_the_same_bytes(
    stop: signal.Signals, status: int, uninterrupted: Path, tmp_path: Path
) -> None:
    paths = [str(Path(__file__).parents[1]), *sys.path]
    command = [sys.executable, str(Path(__file__).with_name("run_training.py")), str(tmp_path)]
    process = subprocess.Popen(
        [*command, "0.3"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "17"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 4:
            process.send_signal(stop)
            break
    assert process.wait(timeout=60) == status
    process.stdout.close()
    assert not (tmp_path / "manifest.json").exists()

    seen: list[int] = []
    carrier = TinyCarrier(tiny_model())
    train_adapters(
        carrier,
        make_tasks(),
        adapters=NAMES,
        folder=tmp_path,
        rank=4,
        steps=12,
        recipe=Recipe(batch=300, checkpoint=0.0),
        on_step=lambda step: seen.append(step.number),
    )
    assert seen[0] in (4, 5)  # a kill may come before the checkpoint of step 4
    assert seen[-1] == 12
    assert bytes_of(tmp_path) == bytes_of(uninterrupted)


def test_training_changes_adapters_only_and_learns(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    before = weights_digest(carrier.module)
    steps: list[TrainStep] = []
    recipe = Recipe(batch=300, learning_rate=1e-2)
    report = train_adapters(
        carrier, make_tasks(), adapters=NAMES, folder=tmp_path, steps=60, recipe=recipe, on_step=steps.append
    )
    assert weights_digest(carrier.module) == before
    assert [step.number for step in steps] == list(range(1, 61))
    assert steps[-1].loss < 0.95 * steps[0].loss
    assert report.steps == 60
    assert report.curve == tuple(step.loss for step in steps)
    assert not list(tmp_path.glob("checkpoint*"))
    assert AdapterSet.load(tmp_path, carrier).names == NAMES


def test_a_finished_run_is_not_done_again_unless_something_changed(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    steps: list[TrainStep] = []

    def again(seed: int = 0, count: int = 12) -> int:
        steps.clear()
        train_adapters(
            carrier,
            make_tasks(count),
            adapters=NAMES,
            folder=tmp_path,
            steps=2,
            seed=seed,
            recipe=SMALL,
            on_step=steps.append,
        )
        return len(steps)

    assert [again(), again(), again(seed=1), again(seed=1), again(seed=1, count=11)] == [2, 0, 2, 0, 2]


def test_a_time_budget_becomes_a_number_of_steps(tmp_path: Path) -> None:
    steps: list[TrainStep] = []
    report = train_adapters(
        TinyCarrier(tiny_model()),
        make_tasks(),
        adapters=NAMES,
        folder=tmp_path,
        seconds=1.5,
        recipe=SMALL,
        on_step=steps.append,
    )
    assert {step.steps for step in steps} == {report.steps}
    assert report.steps > 3


class Clock:
    """A machine that computes so many tokens in a second, whatever it really does."""

    def __init__(self, speed: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        learn = Objective.backward

        def backward(learner: Objective, examples: Sequence[Encoded]) -> BatchLoss:
            found = learn(learner, examples)
            self.now += found.computed / speed
            return found

        monkeypatch.setattr(Objective, "backward", backward)
        monkeypatch.setattr("scenograph.adapters.trainer.time", self)

    def perf_counter(self) -> float:
        """Seconds that have passed."""
        return self.now


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
    assert 0.5 * seconds <= clock.now <= 1.5 * seconds
    assert done.batch <= 4096


def test_what_cannot_be_trained_is_refused_in_words(tmp_path: Path) -> None:
    carrier, short = TinyCarrier(tiny_model()), TinyCarrier(tiny_model(), max_length=17)
    tasks = make_tasks()

    def train(**changed: object) -> None:
        arguments = {"adapters": NAMES, "folder": tmp_path, "steps": 2, "recipe": SMALL}
        train_adapters(changed.pop("carrier", carrier), tasks, **(arguments | changed))  # type: ignore[arg-type]

    with pytest.raises(TrainingError, match=r"\d+ of 36 tasks are longer than the 17 tokens.*leave them out"):
        train(carrier=short)
    with pytest.raises(TrainingError, match=r"for the adapter 'voice\.b', but only reader, voice\.a are"):
        train(adapters=NAMES[:2])
    with pytest.raises(TrainingError, match=r"no example is for voice\.c"):
        train(adapters=(*NAMES, "voice.c"))
    with pytest.raises(TrainingError, match="either steps or seconds"):
        train(seconds=3.0)
    with pytest.raises(TrainingError, match="not finite"):
        train(recipe=Recipe(learning_rate=1e30), steps=6)


def test_a_checkpoint_of_another_run_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())

    def stop(step: TrainStep) -> None:
        raise RuntimeError("stop")

    def train(**changed: object) -> None:
        arguments = {"adapters": NAMES, "folder": tmp_path, "steps": 5, "recipe": SMALL}
        train_adapters(carrier, make_tasks(), **(arguments | changed))  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="stop"):
        train(on_step=stop)
    with pytest.raises(TrainingError, match="other data, carrier or settings"):
        train(seed=1)
    with pytest.raises(TrainingError, match="planned for 5 steps, not 6"):
        train(steps=6)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(TrainingError, match="is damaged"):
        train()
    train(seed=1, resume=False)


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
    trainer = Trainer(model, lora, make_examples(12), recipe=Recipe(clip=1.0), seed=0)
    generator = torch.Generator().manual_seed(0)
    before: list[torch.Tensor] = []
    for parameter in lora.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator) * 1e-5
        parameter.grad[1] *= 1e9
        before.append(parameter.grad.clone())
    trainer._clip()
    for parameter, old in zip(lora.parameters(), before, strict=True):
        assert parameter.grad is not None
        assert torch.equal(parameter.grad[[0, 2]], old[[0, 2]])
        assert not torch.equal(parameter.grad[1], old[1])
