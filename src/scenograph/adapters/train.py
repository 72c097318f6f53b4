"""
Train all adapters of a mind together over one frozen carrier.

    report = train_adapters(carrier, tasks, adapters=names, folder=folder, seconds=120, on_step=print)
    adapters = AdapterSet.load(folder, carrier)

While a run is going on *folder* holds its checkpoint; at the end the checkpoint gives way to the finished
set. A finished set is not trained again as long as carrier, tasks and settings are the same.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

from scenograph.adapters.adapterset import AdapterSet
from scenograph.adapters.checkpoint import FILE as CHECKPOINT
from scenograph.adapters.encode import encode_task
from scenograph.adapters.examples import Encoded
from scenograph.adapters.lora import TARGETS, AdapterActivation, GroupedLora, Shape
from scenograph.adapters.manifest import FILE as MANIFEST
from scenograph.adapters.manifest import Fit, Manifest
from scenograph.adapters.trainer import OnStep, Recipe, Trainer, TrainStep
from scenograph.carriers.protocol import Trainable
from scenograph.errors import AdapterError, TrainingError
from scenograph.files import write_json

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task

REPORT = "report.json"


@final
@dataclass(frozen=True, slots=True)
class Report:
    """
    A finished run.

    Attributes:
        steps: steps of training
        examples: tasks learned from
        skipped: tasks left out because they are longer than the carrier can hold
        tokens: tokens of prompts and answers, in all steps
        seconds: time of this call; less than the run's if it was resumed
        tokens_per_second: speed in this call; 0 if there was nothing left to do
        curve: mean loss of an answer token, by step
    """

    steps: int
    examples: int
    skipped: int
    tokens: int
    seconds: float
    tokens_per_second: float
    curve: tuple[float, ...]


def train_adapters(
    carrier: Trainable,
    tasks: Iterable[Task],
    *,
    adapters: Sequence[str],
    folder: Path | str,
    rank: int = 16,
    alpha: float | None = None,
    targets: Sequence[str] = TARGETS,
    activation: AdapterActivation = "invocation",
    steps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    recipe: Recipe | None = None,
    resume: bool = True,
    skip: bool = False,
    on_step: OnStep | None = None,
) -> Report:
    """
    Train *adapters* on *tasks*; the carrier's weights stay as they are (law 6).

    Args:
        carrier: the frozen base model with its vocabulary
        tasks: what to learn, finitely many; gone through as often as time allows
        adapters: names of the adapters; each needs tasks, and each task one of them
        folder: receives checkpoints, then the finished set
        rank: inner dimension of the adapters
        alpha: scales them by alpha / rank; None: twice the rank
        targets: last name parts of the linear layers to adapt
        activation: "invocation": from the invocation token on; "always": on the prompt as well
        steps: how long to train; or
        seconds: the same as time, measured into steps before the first one
        seed: of initial weights and order
        recipe: further settings
        resume: go on from the checkpoint in *folder*; False starts from scratch
        skip: leave tasks out that are longer than the carrier can hold, instead of refusing
        on_step: called after every step
    Raises:
        TrainingError: if there are no tasks for an adapter, tasks too long, or a checkpoint of another run
        KeyboardInterrupt: on Ctrl-C, after a checkpoint was written
    """
    began = time.perf_counter()
    folder = Path(folder)
    recipe = recipe or Recipe()
    examples, skipped = _encode(carrier, tasks, tuple(adapters), skip=skip)
    shape = Shape(tuple(adapters), rank, float(alpha or 2 * rank), tuple(targets), activation)
    lora = GroupedLora.fresh(shape, carrier.module, seed)
    fit = Fit.of(carrier)
    trainer = Trainer(
        carrier.module, lora, examples, recipe=recipe, seed=seed, identity=json.dumps(asdict(fit))
    )
    if resume and (done := _finished(folder, trainer.run, steps)) is not None:
        return done
    (folder / MANIFEST).unlink(missing_ok=True)
    if seconds is not None:
        seconds = max(1.0, seconds - (time.perf_counter() - began))
    learned = 0

    def count(step: TrainStep) -> None:
        nonlocal learned
        learned += step.tokens
        if on_step is not None:
            on_step(step)

    progress = trainer.train(folder, steps=steps, seconds=seconds, resume=resume, on_step=count)
    elapsed = time.perf_counter() - began
    report = Report(
        progress.step,
        len(examples),
        skipped,
        progress.tokens,
        elapsed,
        learned / elapsed,
        tuple(progress.curve),
    )
    facts: dict[str, int | str] = {
        "run": trainer.run,
        "steps": progress.step,
        "tokens": progress.tokens,
        "examples": len(examples),
        "seed": seed,
    }
    manifest = Manifest(carrier.name, fit, shape, {}, _invocations(examples, shape.names), facts)
    write_json(folder / REPORT, asdict(report))
    AdapterSet(lora, manifest).export(folder)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return report


def _encode(
    carrier: Trainable, tasks: Iterable[Task], adapters: tuple[str, ...], *, skip: bool
) -> tuple[list[Encoded], int]:
    """Return the tasks that fit into the carrier as ids, and how many do not."""
    examples: list[Encoded] = []
    skipped = longest = 0
    for task in tasks:
        example = encode_task(task, carrier.vocabulary, adapters)
        if len(example.ids) <= carrier.max_length:
            examples.append(example)
        else:
            skipped += 1
            longest = max(longest, len(example.ids))
    if skipped and not skip:
        raise TrainingError(
            f"{skipped} of {skipped + len(examples)} tasks are longer than the {carrier.max_length} tokens "
            f"the carrier {carrier.name!r} can hold (the longest has {longest}) and would be cut; "
            "shorten them, or say that they may be skipped"
        )
    return examples, skipped


def _invocations(examples: Iterable[Encoded], names: Sequence[str]) -> dict[str, list[int]]:
    """Return the tokens each adapter acts from, the most frequent one first."""
    counts = [Counter[int]() for _ in names]
    for example in examples:
        counts[example.adapter][int(example.ids[example.start])] += 1
    return {
        name: sorted(count, key=lambda token: (-count[token], token))
        for name, count in zip(names, counts, strict=True)
    }


def _finished(folder: Path, run: str, steps: int | None) -> Report | None:
    """Return the report of the finished set in *folder* if it is of this very run."""
    try:
        training = Manifest.load(folder).training
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (AdapterError, OSError, ValueError):
        return None
    if training.get("run") != run or steps not in (None, training.get("steps")):
        return None
    return Report(**(report | {"curve": tuple(report["curve"])}))
