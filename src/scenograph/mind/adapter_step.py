"""Step `adapters`: all roles and styles trained together, over a carrier that stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.errors import TrainingError
from scenograph.files import publish_folder, value_digest
from scenograph.mind.corpus_step import training_tasks
from scenograph.mind.steps import Inputs, Outcome, made
from scenograph.mind.vocabulary_step import fitting_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.adapters import TrainStep

POINTS = 400
"""Points of the loss curve that the manifest keeps."""


class AdapterStep:
    """Trains the adapters. A stopped run goes on from its last checkpoint, in a folder of its own."""

    name = "adapters"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The `[adapters]` table, the seed, the corpus and the vocabulary."""
        config = workspace.config
        return {
            "adapters": config.adapters.model_dump(mode="json"),
            "seed": config.seed,
            "corpus": made(workspace, "corpus"),
            "vocabulary": made(workspace, "vocabulary"),
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `adapters/`."""
        return [workspace.adapters]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """
        Write `adapters/`.

        Raises:
            TrainingError: if the carrier's weights are not the same afterwards (law 6)
        """
        from scenograph.adapters import train_adapters
        from scenograph.mind.carrier import open_carrier

        config = workspace.config.adapters
        tasks = training_tasks(workspace, fitting_tasks(workspace))
        adapters = sorted({task.adapter for task in tasks}, key=_rank)
        running = self._run_folder(workspace)
        carrier = open_carrier(workspace)
        before = carrier.digest_now()
        reached = 0

        def show(step: TrainStep) -> None:
            nonlocal reached
            if not reached:
                progress.start(self.name, step.steps)
            progress.advance(step.number - reached, f"loss {step.loss:.3f}")
            reached = step.number

        report = train_adapters(
            carrier,
            tasks,
            adapters=adapters,
            folder=running,
            rank=config.rank,
            steps=config.steps,
            seconds=None if config.steps is not None else config.budget["seconds"],
            seed=workspace.config.seed,
            activation=config.activation,
            on_step=show,
        )
        if carrier.digest_now() != before:
            raise TrainingError(f"training changed the weights of carrier {carrier.name}; please report this")
        publish_folder(running, workspace.adapters)
        if not reached:
            progress.start(self.name)
        summary = f"{len(adapters)} adapters, {report.steps} steps, loss {_end(report.curve):.3f}"
        progress.finish(summary)
        return Outcome(
            summary,
            {
                "carrier": carrier.name,
                "adapters": adapters,
                "steps": report.steps,
                "tokens": report.tokens,
                "tokens_per_second": round(report.tokens_per_second, 1),
                "losses": _thin(report.curve),
            },
        )

    def _run_folder(self, workspace: Workspace) -> Path:
        """Where the run with the present inputs keeps its checkpoints; what other runs left is removed."""
        runs = workspace.folder / ".training"
        running = runs / value_digest(self.inputs(workspace))
        for left in runs.glob("*"):
            if left != running:
                shutil.rmtree(left)
        running.mkdir(parents=True, exist_ok=True)
        return running


def _rank(adapter: str) -> tuple[int, str]:
    """The interpreter first, then decoders, then synthesizers, each by style."""
    role = adapter.partition(".")[0]
    return ["scene_interpreter", "decoder", "response_synthesizer"].index(role), adapter


def _end(curve: Sequence[float]) -> float:
    last = curve[-10:]
    return sum(last) / len(last) if last else float("nan")


def _thin(curve: Sequence[float]) -> list[tuple[int, float]]:
    """At most `POINTS` points of *curve* with their steps, spread evenly, with the last."""
    stride = -(-len(curve) // POINTS) or 1
    return [(number, round(loss, 5)) for number, loss in enumerate(curve, 1) if number % stride == 0]
