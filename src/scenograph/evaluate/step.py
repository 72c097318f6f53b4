"""Step `evaluation`, the last one, and the list of all steps."""

from __future__ import annotations

import contextlib
from typing import Final

from scenograph.files import new_folder, write_json
from scenograph.mind.steps import (
    Inputs,
    Outcome,
    Step,
    adapters,
    confidence,
    corpus,
    cycle,
    feedback,
    made,
    memory,
    rewards,
    styles,
    thinking,
    vocabulary,
)
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

HTML, JSON = "report.html", "report.json"


def _settings(workspace: Workspace) -> Inputs:
    config = workspace.config
    layers = {
        "styles": workspace.taught,
        "feedback": workspace.adapted,
        "rewards": workspace.rewarded,
        "cycle": workspace.cycled,
    }
    return {
        **{step: made(workspace, step) for step, layer in layers.items() if layer.exists()},
        "seed": config.seed,
        "evaluation": config.evaluation.model_dump(mode="json"),
        "bridge": config.bridge.model_dump(mode="json"),
    }


def _evaluate(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `report/`."""
    from scenograph.evaluate.measure import evaluate_mind, summary
    from scenograph.evaluate.page import write_page
    from scenograph.mind import Mind

    with contextlib.closing(Mind(workspace)) as mind:
        evaluation = evaluate_mind(mind, progress)
    with new_folder(workspace.report) as folder:
        write_json(folder / JSON, evaluation.details())
        write_page(folder / HTML, evaluation, workspace)
    return Outcome(summary(evaluation), evaluation.record())


def steps_of(workspace: Workspace) -> tuple[Step, ...]:
    """
    Return what `scenograph train` does for the mind in *workspace*, in order.

    A carrier on a server cannot be trained, and an evaluation would ask it some thousand times:
    `scenograph eval` does it where it is wanted.
    """
    return REMOTE_STEPS if workspace.config.is_remote else STEPS


REMOTE_STEPS: Final = (corpus.STEP, memory.STEP, confidence.STEP)
"""All that can be done for a carrier on a server."""

STEPS: Final = (
    corpus.STEP,
    vocabulary.STEP,
    adapters.STEP,
    styles.STEP,
    feedback.STEP,
    rewards.STEP,
    cycle.STEP,
    memory.STEP,
    confidence.STEP,
    thinking.STEP,
    Step("evaluation", "report", _settings, _evaluate, after=("adapters", "confidence")),
)
"""All that `scenograph train` does, in order."""
