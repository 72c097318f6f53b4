"""Step `adapters`: all roles and styles trained together, over a carrier that stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from scenograph.carriers.cache import cache_folder
from scenograph.errors import TrainingError
from scenograph.files import new_folder, publish_folder, value_digest
from scenograph.mind.steps import Inputs, Outcome, Step, made
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.adapters import TrainStep

_CHECKED = 500  # tasks that go through the gates; the lengths of all were checked with the vocabulary
_POINTS = 400  # of the loss curve that the manifest keeps, at most
_ROLES = ("scene_interpreter", "decoder", "response_synthesizer")


def _settings(workspace: Workspace) -> Inputs:
    config = workspace.config
    training = config.training.model_dump(
        mode="json", exclude_defaults=True, exclude={"mixture", "cache", "reward", "reward_by", "cycle"}
    )
    return {
        "adapters": config.adapters.model_dump(mode="json"),
        "seed": config.seed,
        **(
            {"training": training} if training else {}
        ),  # minds made before there was a choice stay up to date
        **({} if workspace.is_first else {"remembered": made(workspace, "remembered")}),
        **_start_of(workspace),
    }


def _start_of(workspace: Workspace) -> Inputs:
    """Return the digests of the adapters that training begins with; nothing in the first round."""
    from scenograph.adapters.manifest import Manifest

    start = _start(workspace)
    return {"start": dict(Manifest.load(start).files)} if start.exists() else {}


def _start(workspace: Workspace) -> Path:
    """Return the folder of the adapters that training begins with, if this is not the first round."""
    return workspace.home / "start"


def begin_round(workspace: Workspace) -> None:
    """Let the next training begin with the adapters as they are now."""
    with new_folder(_start(workspace)) as folder:
        shutil.copytree(workspace.adapters, folder, dirs_exist_ok=True)


def _train(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `adapters/`. A stopped run continues from its last checkpoint, in a folder of its own."""
    from scenograph.adapters import train_adapters
    from scenograph.adapters.curves import in_short, thinned
    from scenograph.adapters.defaults import defaults
    from scenograph.adapters.gates import check_before_training
    from scenograph.adapters.schedule import Point, Schedule
    from scenograph.adapters.trainer import Recipe
    from scenograph.bridge.weights import TokenWeights
    from scenograph.mind.carrier import check_training_room, open_carrier

    adapters = sorted({task.adapter for task in fitting_tasks(workspace)}, key=_order)
    check_training_room(workspace, len(adapters))
    running = _run_folder(workspace)
    carrier = open_carrier(workspace)
    before = carrier.digest_now()
    check_before_training(carrier, list(islice(fitting_tasks(workspace), _CHECKED)))
    asked, states = workspace.config.training, cache_folder("states") / "states.db"
    usual = defaults(carrier.module, states.parent)
    points = tuple(Point(point.at, point.mixture) for point in asked.schedule)
    cache = usual.cache if asked.cache is None else int(asked.cache * 2**30)
    weights = None
    if asked.weights != "even":
        tasks, of_texts = fitting_tasks(workspace), asked.weights == "links"
        weights = TokenWeights(tasks, carrier.vocabulary, workspace.domain, of_texts=of_texts)
    reached, pace = 0, _Pace()

    def show(step: TrainStep) -> None:
        nonlocal reached
        if not reached:
            progress.start(STEP.name, step.steps)
        note = f"loss {step.loss:.3f}{pace.after(step)}"
        progress.advance(step.number - reached, f"{note}; {in_short(step.abilities)}")
        reached = step.number

    report = train_adapters(
        carrier,
        fitting_tasks(workspace),
        adapters=adapters,
        folder=running,
        seed=workspace.config.seed,
        checkpointing=workspace.config.carrier.checkpointing,
        recipe=Recipe(
            learning_rate=asked.learning_rate or usual.learning_rate,
            batch=asked.batch or usual.batch,
            consistency=asked.consistency,
            schedule=Schedule(points) if points else None,
        ),
        layers=asked.layers,
        ranks=asked.ranks,
        precision=asked.precision,
        states=states if cache else None,
        cache=cache,
        start=_start(workspace) if _start(workspace).exists() else None,
        weigh=weights.of if weights is not None else None,
        on_step=show,
        **workspace.config.adapters.model_dump(),
    )
    if carrier.digest_now() != before:
        raise TrainingError(f"training changed the weights of carrier {carrier.name}; please report this")
    publish_folder(running, workspace.adapters)
    if not reached:
        progress.start(STEP.name)
    facts = {
        "carrier": carrier.name,
        "adapters": adapters,
        "steps": report.steps,
        "tokens": report.tokens,
        "tokens_per_second": round(report.tokens_per_second, 1),
        "losses": _thin(report.curve),
        "losses_by_ability": {name: thinned(curve, _POINTS) for name, curve in report.abilities.items()},
    }
    if report.notes:
        facts["notes"] = list(report.notes)
    loss = fmean(report.curve[-10:])
    return Outcome(f"{len(adapters)} adapters, {report.steps} steps, loss {loss:.3f}", facts)


class _Pace:
    """How fast training is, for the line of progress."""

    def __init__(self) -> None:
        self._examples = 0
        self._began = 0.0

    def after(self, step: TrainStep) -> str:
        """Return the examples per second since the first step, and nothing at that one."""
        if not self._began:
            self._began = step.seconds
            return ""
        self._examples += step.examples
        return f", {self._examples / max(1e-9, step.seconds - self._began):.1f} examples/s"


def _run_folder(workspace: Workspace) -> Path:
    """Return where the run with the present inputs keeps its checkpoints; remove what other runs left."""
    runs = workspace.home / ".training"
    running = runs / value_digest(STEP.inputs(workspace))
    for left in runs.glob("*"):
        if left != running:
            shutil.rmtree(left)
    running.mkdir(parents=True, exist_ok=True)
    return running


def _order(adapter: str) -> tuple[int, str]:
    """The interpreter first, then decoders, then synthesizers, each by style."""
    return _ROLES.index(adapter.partition(".")[0]), adapter


def _thin(curve: Sequence[float]) -> list[tuple[int, float]]:
    """Return at most `_POINTS` points of *curve* with the numbers of their steps, evenly spread."""
    stride = -(-len(curve) // _POINTS) or 1
    return [(number, round(loss, 5)) for number, loss in enumerate(curve, 1) if number % stride == 0]


STEP = Step("adapters", "adapters", _settings, _train, after=("corpus", "vocabulary"))
