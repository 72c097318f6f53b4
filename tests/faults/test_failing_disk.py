"""
A disk that fails is named in one line, nothing is kept by halves, and memory goes on when the disk is sound.

Any single write, sync, truncation, rename or removal is made to fail, once or from then on, for want of
space, of a sound disk or of permission. Nothing that was acknowledged is lost by it, and memory stays usable.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from faults.actor import SCENARIOS
from faults.nursery import TESTS, Nursery
from faults.stage import ALL, Stage

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory

SAMPLE = 2  # failures of a scenario
ERRORS = ("ENOSPC", "EIO", "EROFS")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("most", [SAMPLE, pytest.param(ALL, marks=pytest.mark.slow)])
def test_a_failure_anywhere_is_told_and_survived(
    nursery: Nursery, tmp_path: Path, scenario: str, most: int
) -> None:
    stage = Stage(nursery, tmp_path, scenario)
    chance = random.Random(scenario)
    failures = [
        (at, chance.choice(ERRORS), forever)
        for at in range(1, len(stage.events) + 1)
        for forever in (False, True)
    ]
    refused: list[str] = []
    for at, error, forever in chance.sample(failures, min(most, len(failures))):
        with stage.named(f"{error} at event {at}, {stage.events[at - 1]}, {'and on' if forever else 'once'}"):
            refused += stage.assert_kept(at=at, how="fail", error=error, forever=forever).refused
    for line in refused:
        assert "\n" not in line
        assert any(said in line for said in ("memory.db", "vectors", "postings")), line
    if most == ALL:
        assert refused


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is not there to mount a small disk with")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A file system of 600 kB is filled until memory refuses; some space is made, and it goes on."""
    ledger, disk = tmp_path / "ledger", tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=600k tmpfs {disk}"
    script = f"{mount} && exec {sys.executable} -m faults.full_disk {disk} {ledger}"
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        check=False,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.splitlines()[0]}")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write anywhere")
    with Memory.open(tmp_path) as memory:
        memory.remember(Scene.parse("(a / kept)"))
    for mode, file in ((0o500, tmp_path), (0o400, tmp_path / "memory.db")):
        file.chmod(mode)
        try:
            with (
                pytest.raises(StoreError, match=r"cannot be (written|opened)"),
                Memory.open(tmp_path) as memory,
            ):
                memory.remember(Scene.parse("(b / new)"))
        finally:
            file.chmod(0o700)
    with Memory.open(tmp_path) as memory:
        assert [str(crystal.scene) for crystal in memory] == ["(a / kept)"]
