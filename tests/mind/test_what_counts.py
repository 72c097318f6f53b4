"""A mind trained with a schedule and weighed tokens, as its `mind.toml` says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scenograph.evaluate.step import STEPS
from scenograph.mind.config import MindConfig
from scenograph.mind.config_file import render_config
from scenograph.mind.sections import AdapterConfig, CorpusConfig, SchedulePoint, TrainingConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.tasks import read_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent

READ, ALL = {"read": 1.0}, {"read": 0.5, "speak": 0.4, "answer": 0.1}
POINTS = ((0.0, READ), (0.5, READ), (0.5, ALL))
SCHEDULE = tuple(SchedulePoint(at=at, mixture=mixture) for at, mixture in POINTS)


@pytest.fixture(scope="module")
def mind(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A mind that was trained as usual, and the report of that."""
    folder = tmp_path_factory.mktemp("counts") / "mind"
    return folder, trained(folder, {})


def trained(folder: Path, training: Mapping[str, Any]) -> dict[str, Any]:
    """Train the mind in *folder* with these settings; return the report, and what was done again."""
    config = MindConfig(
        corpus=CorpusConfig(world=120, styles=("plain",)),
        adapters=AdapterConfig(steps=4, rank=2),
        training=TrainingConfig(batch=300, **training),
    )
    workspace = Workspace.create(folder, config) if not folder.exists() else Workspace(folder)
    (folder / "mind.toml").write_text(render_config(config), encoding="utf-8")
    workspace = Workspace(folder)
    states = {it.step: it.state for it in run_steps(workspace, STEPS, Silent(), last="adapters")}
    report = json.loads((workspace.adapters / "report.json").read_text(encoding="utf-8"))
    return report | {"states": states}


def test_a_schedule_orders_the_same_tasks_and_only_adapters_are_trained_again(
    mind: tuple[Path, dict[str, Any]],
) -> None:
    report = trained(mind[0], {"schedule": SCHEDULE})
    assert report["states"]["corpus"] == report["states"]["vocabulary"] == "up to date"
    assert [loss is None for loss in report["abilities"]["speak"]] == [True, True, False, False]
    assert "hold" not in report["abilities"]


def test_weighed_tokens_train_other_adapters_with_the_same_losses_at_first(
    mind: tuple[Path, dict[str, Any]],
) -> None:
    folder, even = mind
    weighed = trained(folder, {"weights": "links"})
    assert weighed["states"]["corpus"] == "up to date"
    assert weighed["curve"][0] == even["curve"][0]
    assert weighed["curve"][1:] != even["curve"][1:]


def test_with_consistency_two_texts_of_a_scene_are_drawn(
    mind: tuple[Path, dict[str, Any]],
) -> None:
    folder, _ = mind
    report = trained(folder, {"consistency": 0.5})
    assert report["states"]["corpus"] == report["states"]["adapters"] == "done"
    tasks = [task for task in read_tasks(Workspace(folder).corpus / TASKS) if task.ability == "read"]
    counts = Counter(task.answer for task in tasks)
    assert sum(count > 1 for count in counts.values()) > 0.6 * len(counts)
