"""Training runs that stop: that it makes no difference, and what stops them."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from adapters.run_training import run
from adapters.tiny import EACH, TinyCarrier, tiny_model, train
from safetensors.torch import load

from scenograph.adapters import TrainStep
from scenograph.errors import TrainingError


def curves_of(folder: Path) -> list[Any]:
    """The losses that the finished set's report has."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return [report["curve"], report["abilities"]]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The finished set, without the report, whose times differ."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "report.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Runs that nobody disturbed; with kept states, if True, in a file that holds all of them."""
    folders = {kept: tmp_path_factory.mktemp("uninterrupted") for kept in (False, True)}
    run(folders[False])
    run(folders[True], 0.0, tmp_path_factory.mktemp("states") / "states.db")
    return folders


@pytest.mark.parametrize(
    ("stop", "status", "kept"),
    [
        # Its parts are in the two below: a kill, and no kept states.
        pytest.param(signal.SIGKILL, -signal.SIGKILL, False, marks=pytest.mark.slow),
        (signal.SIGINT, 130, False),
        (signal.SIGKILL, -signal.SIGKILL, True),
    ],
    ids=["kill", "ctrl-c", "kill-kept"],
)
def test_a_stopped_and_resumed_run_ends_in_the_same_bytes(
    stop: signal.Signals, status: int, kept: bool, uninterrupted: dict[bool, Path], tmp_path: Path
) -> None:
    paths = [str(Path(__file__).parents[1]), *sys.path]
    states = tmp_path / "other" / "states.db"
    tmp_path = tmp_path / "run"
    command = [sys.executable, str(Path(__file__).with_name("run_training.py")), str(tmp_path)]
    process = subprocess.Popen(
        [*command, "0.3", *([str(states)] if kept else [])],
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
    train(
        tmp_path,
        rank=4,
        layers=1 if kept else None,
        states=states if kept else None,
        cache=0,  # the file stays as small as it can be: most states are computed again
        steps=12,
        recipe=EACH,
        on_step=lambda step: seen.append(step.number),
    )
    assert seen[0] in (4, 5)  # a kill may come before the checkpoint of step 4
    assert seen[-1] == 12
    assert bytes_of(tmp_path) == bytes_of(uninterrupted[kept])
    assert curves_of(tmp_path) == curves_of(uninterrupted[kept])


def test_a_loss_that_is_not_finite_stops_the_run_names_the_tasks_and_keeps_the_last_state(
    tmp_path: Path,
) -> None:
    recipe = replace(EACH, learning_rate=1e30)
    with pytest.raises(
        TrainingError, match=r"of step (\d) is not finite: adapter .*, tasks \d+, .*kept"
    ) as caught:
        train(tmp_path, steps=6, recipe=recipe)
    kept = (tmp_path / "checkpoint.safetensors").read_bytes()
    weights = {name: tensor for name, tensor in load(kept).items() if name.startswith("weight")}
    assert all(bool(tensor.isfinite().all()) for tensor in weights.values())
    with pytest.raises(TrainingError, match=re.escape(str(caught.value).partition(":")[0])):
        train(tmp_path, steps=6, recipe=recipe)  # it goes on from there, and says the same
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == kept


def test_a_full_disk_stops_the_run_in_words_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    whole, small, states = tmp_path / "whole", tmp_path / "small", tmp_path / "states.db"
    settings: dict[str, Any] = {"layers": 1, "cache": 1 << 24, "steps": 4, "recipe": EACH}
    train(whole, states=states, **settings)

    def full(step: TrainStep) -> None:
        if step.number == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = r"checkpoint.*cannot be written \(File too large\).*Make room"
    try:
        with pytest.raises(TrainingError, match=said):
            train(small, states=tmp_path / "2.db", on_step=full, **settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    seen: list[int] = []
    train(small, states=tmp_path / "2.db", on_step=lambda step: seen.append(step.number), **settings)
    assert seen == [2, 3, 4]
    assert bytes_of(small) == bytes_of(whole)


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    def second(step: TrainStep) -> None:
        with pytest.raises(TrainingError, match="another process trains into"):
            train(tmp_path, steps=2)

    train(tmp_path, steps=2, on_step=second)


def test_a_checkpoint_of_another_run_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())

    def stop(step: TrainStep) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        train(tmp_path, carrier=carrier, steps=5, on_step=stop)
    with pytest.raises(TrainingError, match="other data, carrier or settings"):
        train(tmp_path, carrier=carrier, steps=5, seed=1)
    with pytest.raises(TrainingError, match="planned for 5 steps, not 6"):
        train(tmp_path, carrier=carrier, steps=6)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(TrainingError, match="is damaged"):
        train(tmp_path, carrier=carrier, steps=5)
    train(tmp_path, carrier=carrier, steps=5, seed=1, resume=False)
