"""
Cut short at any single event on its way to the disk, memory holds what it acknowledged and nothing by halves.

Each scenario is played once to list its events, and then again for each of them (by default for a few, drawn
by chance) with the process killed there, or the power gone.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from faults.actor import SCENARIOS
from faults.nursery import Nursery
from faults.stage import ALL, Stage

from scenograph.core.scene import Scene
from scenograph.memory import Memory
from scenograph.memory.index.vectors import encode

SAMPLE = 1  # events of a scenario, for each way to be cut short


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("most", [SAMPLE, pytest.param(ALL, marks=pytest.mark.slow)])
def test_cut_short_anywhere(nursery: Nursery, tmp_path: Path, scenario: str, most: int) -> None:
    stage = Stage(nursery, tmp_path, scenario)
    events = list(enumerate(stage.events, 1))
    end = len(events) + 1, "the end"
    ways = {
        "kill": events,
        "tear": [(at, event) for at, event in events if event.startswith("write")],
        "power": [*events, end],
        "mix": [*events, end],
    }
    chance = random.Random(scenario)
    for how, points in ways.items():
        for at, event in chance.sample(points, min(most, len(points))):
            with stage.named(f"{how} at event {at} of {len(events)}, {event}"):
                stage.assert_kept(at=at, how=how)


def test_forgetting_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    """A process killed once it had forgotten in SQLite leaves derived files that hold the forgotten still."""
    scenes = [Scene.parse(f"(s / see :object (b / boat-{number}))") for number in range(12)]
    with Memory.open(tmp_path) as memory:
        ids = memory.remember_many(scenes)
        memory.rebuild_index()
    derived = {path: path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".index"}
    gone = encode(scenes[:1])[0].tobytes()
    assert any(gone in data for data in derived.values())
    with Memory.open(tmp_path) as memory:
        memory.forget(ids[0])
    for path, data in derived.items():
        path.write_bytes(data)
    with Memory.open(tmp_path) as memory:
        assert memory.recall(scenes[1])[0].id == ids[1]
    assert not any(path.read_bytes() == data for path, data in derived.items())
    assert not any(gone in path.read_bytes() for path in tmp_path.iterdir())
