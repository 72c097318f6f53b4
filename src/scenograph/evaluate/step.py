"""Step `evaluation`, the last one, and the list of all steps."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scenograph.files import new_folder, write_json
from scenograph.mind.adapter_step import AdapterStep
from scenograph.mind.confidence_step import ConfidenceStep
from scenograph.mind.corpus_step import CorpusStep
from scenograph.mind.memory_step import MemoryStep
from scenograph.mind.steps import Inputs, Outcome, Step, made
from scenograph.mind.vocabulary_step import VocabularyStep
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

HTML, JSON = "report.html", "report.json"


class EvaluationStep:
    """Measures the mind and writes the report."""

    name = "evaluation"
    living = False

    def inputs(self, workspace: Workspace) -> Inputs:
        """The `[evaluation]` and `[bridge]` tables and what was trained."""
        config = workspace.config
        return {
            "seed": config.seed,
            "evaluation": config.evaluation.model_dump(mode="json"),
            "bridge": config.bridge.model_dump(mode="json"),
            "adapters": made(workspace, "adapters"),
            "confidence": made(workspace, "confidence"),
        }

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The folder `report/`."""
        return [workspace.report]

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
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


STEPS: Final[tuple[Step, ...]] = (
    CorpusStep(),
    VocabularyStep(),
    AdapterStep(),
    MemoryStep(),
    ConfidenceStep(),
    EvaluationStep(),
)
"""Everything `scenograph train` does, in order."""
