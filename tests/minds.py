"""A small mind to test with: on the nano carrier, trained for a few steps only, and not measured."""

from __future__ import annotations

from pathlib import Path

from scenograph.evaluate.step import STEPS
from scenograph.mind.config import MindConfig
from scenograph.mind.sections import AdapterConfig, CorpusConfig, EvaluationConfig, MemoryConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

SMALL = MindConfig(
    seed=3,
    corpus=CorpusConfig(world=200, styles=("plain", "poet")),
    adapters=AdapterConfig(steps=4, rank=2),
    memory=MemoryConfig(scenes=12),
    evaluation=EvaluationConfig(items=1),
)


def build_mind(folder: Path) -> Path:
    """Make the small mind in *folder* and return it."""
    workspace = Workspace.create(folder, SMALL)
    for _ in run_steps(workspace, STEPS, Silent(), last="memory"):
        pass
    return folder
