"""
Train all adapters of a mind together over one frozen carrier.

    report = train_adapters(carrier, tasks, adapters=names, folder=folder, seconds=120, on_step=print)
    adapters = AdapterSet.load(folder, carrier)

During a run *folder* has its checkpoint, and at the end the finished set instead. A finished set is not
trained again while carrier, tasks and settings are the same.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from scenograph.adapters.adapterset import AdapterSet
from scenograph.adapters.checkpoint import FILE as CHECKPOINT
from scenograph.adapters.contradictions import check_pairs
from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.layers import begin_as
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import FILE as MANIFEST
from scenograph.adapters.manifest import Fit, Manifest
from scenograph.adapters.precision import Precision, in_precision
from scenograph.adapters.shape import AdapterActivation, Shape
from scenograph.adapters.states import StateStore
from scenograph.adapters.trainer import OnStep, Recipe, Trainer, TrainStep
from scenograph.carriers.families import FAMILIES
from scenograph.carriers.protocol import Trainable
from scenograph.errors import AdapterError, TrainingError
from scenograph.files import locked, write_json

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task

_log = logging.getLogger(__name__)

REPORT = "report.json"


@final
@dataclass(frozen=True, slots=True)
class Report:
    """A finished run."""

    steps: int
    tokens: int
    """Tokens of prompts and answers, in all steps."""
    tokens_per_second: float
    """Speed in this call; 0 if there was nothing left to do."""
    curve: tuple[float, ...]
    """Mean loss of an answer token, by step."""
    notes: tuple[str, ...] = ()
    """What a person should know of the tasks, a line each."""
    abilities: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict[Any, Any])
    """The same of the tasks of each ability; None where a step had none."""


def train_adapters(
    carrier: Trainable,
    tasks: Iterable[Task],
    *,
    adapters: Sequence[str],
    folder: Path | str,
    rank: int = 16,
    alpha: float | None = None,
    targets: Sequence[str] | None = None,
    activation: AdapterActivation = "invocation",
    checkpointing: bool = False,
    layers: int | None = None,
    ranks: Mapping[str, int] | None = None,
    precision: Precision | None = None,
    states: Path | None = None,
    cache: int = 0,
    steps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    recipe: Recipe | None = None,
    start: Path | None = None,
    weigh: Callable[[Task], NDArray[np.float32]] | None = None,
    resume: bool = True,
    on_step: OnStep | None = None,
) -> Report:
    """
    Train *adapters* on *tasks*; the carrier's weights stay as they are (law 6).

    Args:
        carrier: the frozen base model with its vocabulary
        tasks: what to learn, finitely many; repeated as often as time allows
        adapters: names of the adapters; each needs tasks, and every task is for one of them
        folder: receives checkpoints, then the finished set
        rank: inner dimension of the adapters
        alpha: scales them by alpha / rank; None: twice the rank
        targets: last name parts of the linear layers to adapt, and `experts`; None: as the family has them
        activation: where adapters act: "invocation": from the invocation token on; "always": everywhere
        checkpointing: compute layers twice, to store less; that changes no result
        layers: adapters act in so many of the upper layers; None: in all
        ranks: ranks of single adapters that differ from *rank*
        precision: what the frozen core computes in, None: as it is; adapters are float32 always
        states: the file that keeps what the frozen core makes of texts (`StateStore`); None: prefixes are
            computed in every batch
        cache: most bytes of that file
        steps: how many steps; or
        seconds: how long, converted to steps after a measurement
        seed: of initial weights and order
        recipe: further settings
        start: a set of the same shape to begin with, which stays as it is; None: factors drawn by *seed*
        weigh: returns the weight of each token of a task's answer in the loss; None: all weigh the same
        resume: continue from the checkpoint in *folder*; False starts from scratch
        on_step: called after every step
    Raises:
        TrainingError: if there are no tasks for an adapter, empty answers, tasks too long, or a checkpoint of
            another run; if another process trains into *folder*; if a loss is not finite, or the disk full
        KeyboardInterrupt: on Ctrl-C, after a checkpoint was written
    """
    began = time.perf_counter()
    folder = Path(folder)
    recipe = recipe or Recipe()
    examples, notes = _encode(carrier, tasks, adapters, weigh)
    if targets is None:
        targets = FAMILIES[carrier.module.config.model_type].targets
    shape = _shape(carrier, adapters, rank, alpha, targets, activation, layers, ranks or {})
    fit = Fit.of(carrier)
    model = carrier.module if precision is None else in_precision(carrier.module, precision)
    identity: dict[str, Any] = asdict(fit)
    if model is not carrier.module:
        identity["precision"] = str(model.get_input_embeddings().weight.dtype)
    if states is not None:
        identity["texts"] = "alone"
    folder.mkdir(parents=True, exist_ok=True)
    busy = TrainingError(f"another process trains into {folder}; wait until it ends, or use another folder")
    with locked(folder, busy), ExitStack() as open_files:
        core = None
        lora = GroupedLora.fresh(shape, model, seed)
        if start is not None:
            identity["start"] = begin_as(lora, start, model)
        if states is not None:
            store = StateStore(states, cache)
            open_files.callback(store.close)
            core = FrozenCore(model, shape.first, store, fit.carrier)
        trainer = Trainer(
            model,
            lora,
            examples,
            recipe=recipe,
            seed=seed,
            core=core,
            identity=json.dumps(identity),
            checkpointing=checkpointing,
        )
        if resume and (done := _finished(folder, trainer.run, steps)) is not None:
            return done
        for note in notes:
            _log.warning("%s", note)
        (folder / MANIFEST).unlink(missing_ok=True)
        if seconds is not None:
            seconds = max(1.0, seconds - (time.perf_counter() - began))
        learned = 0

        def count(step: TrainStep) -> None:
            nonlocal learned
            learned += step.tokens
            if on_step is not None:
                on_step(step)

        state = trainer.train(folder, steps=steps, seconds=seconds, resume=resume, on_step=count)
        speed = learned / (time.perf_counter() - began)
        abilities = {name: tuple(curve) for name, curve in state.abilities.items()}
        report = Report(state.step, state.tokens, speed, tuple(state.curve), tuple(notes), abilities)
        facts: dict[str, int | str] = {"run": trainer.run, "steps": state.step, "tokens": state.tokens}
        facts |= {"examples": len(examples), "seed": seed}
        manifest = Manifest(carrier.name, fit, shape, {}, _invocations(examples, shape.names), facts)
        try:
            write_json(folder / REPORT, asdict(report))
            AdapterSet(lora, manifest).export(folder)
        except OSError as error:
            raise TrainingError(
                f"the adapters cannot be written to {folder} ({error.strerror or error}); "
                "make room and train again: all steps are done and kept in the checkpoint"
            ) from error
        (folder / CHECKPOINT).unlink(missing_ok=True)
    return report


def _shape(
    carrier: Trainable,
    adapters: Sequence[str],
    rank: int,
    alpha: float | None,
    targets: Sequence[str],
    activation: AdapterActivation,
    layers: int | None,
    ranks: Mapping[str, int],
) -> Shape:
    """Return the shape of the set; the stacks have the largest of the ranks."""
    depth = len(carrier.module.base_model.layers)
    if layers is not None and not 1 <= layers <= depth:
        raise TrainingError(f"{carrier.name} has {depth} layers; adapters cannot act in {layers} of them")
    if unknown := sorted(set(ranks) - set(adapters)):
        raise TrainingError(
            f"a rank is given for {', '.join(unknown)}, but only {', '.join(adapters)} are trained"
        )
    own = tuple(ranks.get(name, rank) for name in adapters)
    most = max(own, default=rank)
    scale = float(alpha or 2 * rank) / rank
    return Shape(
        tuple(adapters),
        most,
        scale * most,
        tuple(targets),
        activation,
        0 if layers is None else depth - layers,
        own if set(own) != {most} else (),
    )


def _encode(
    carrier: Trainable,
    tasks: Iterable[Task],
    adapters: Sequence[str],
    weigh: Callable[[Task], NDArray[np.float32]] | None,
) -> tuple[list[Encoded], list[str]]:
    """Return *tasks* as ids, with notes on them; refuse those that the carrier would cut."""
    tasks = list(tasks)
    notes = check_pairs(tasks)
    examples = [encode_task(task, carrier.vocabulary, adapters) for task in tasks]
    lengths = [len(example.ids) for example in examples]
    if long := sum(length > carrier.max_length for length in lengths):
        raise TrainingError(
            f"{long} of {len(examples)} tasks are longer than the {carrier.max_length} tokens that the "
            f"carrier {carrier.name!r} can take (the longest has {max(lengths)}) and would be cut; "
            "shorten them or leave them out"
        )
    if weigh is not None:
        examples = [it.weighed(weigh(task)) for it, task in zip(examples, tasks, strict=True)]
    return examples, notes


def _invocations(examples: Iterable[Encoded], names: Sequence[str]) -> dict[str, list[int]]:
    """Return the invocation tokens of each adapter, the most frequent one first."""
    counts = Counter((example.adapter, int(example.ids[example.start])) for example in examples)
    found: dict[str, list[int]] = {name: [] for name in names}
    for adapter, token in sorted(counts, key=lambda pair: (-counts[pair], pair)):
        found[names[adapter]].append(token)
    return found


def _finished(folder: Path, run: str, steps: int | None) -> Report | None:
    """Return the report of the finished set in *folder*; None if there is none, or one of another run."""
    try:
        training = Manifest.load(folder).training
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        lists = {"curve": tuple(report["curve"]), "notes": tuple(report.get("notes", ()))}
        abilities = {name: tuple(curve) for name, curve in report.get("abilities", {}).items()}
        found = Report(**(report | lists | {"abilities": abilities}))
    except (AdapterError, OSError, ValueError, KeyError, TypeError):
        return None
    return found if training.get("run") == run and steps in (None, training.get("steps")) else None
