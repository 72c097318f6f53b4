"""What memory acknowledged is there after the process was killed, and nothing else is broken (law 9)."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenograph.memory import Memory

WRITER = Path(__file__).with_name("writer.py")


def start(folder: Path, log: Path, seed: int, *limit: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", str(WRITER), str(folder), str(log), str(seed), *limit]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def acknowledged(log: Path) -> tuple[dict[int, str], set[int]]:
    """What must be there (id to digest), and the ids that may be gone or not."""
    held: dict[int, str] = {}
    open_ids: set[int] = set()
    for line in log.read_text().splitlines():
        kind, crystal, digest = line.split()
        if kind == "remember":
            held[int(crystal)] = digest
        elif kind == "forgetting":
            held.pop(int(crystal))
            open_ids.add(int(crystal))
        else:
            open_ids.discard(int(crystal))
    return held, open_ids


def survives(folder: Path, log: Path, before: set[int]) -> set[int]:
    """Hold the memory against the log; return what it holds."""
    held, undecided = acknowledged(log)
    with Memory.open(folder) as memory:
        assert memory.check() == []
        present = {crystal.id: crystal.scene for crystal in memory}
        assert {i: present[i].digest.hex() for i in held} == held
        # What was begun but not acknowledged may be there, wholly: at most the writer's last step.
        assert len(present.keys() - held.keys() - undecided - before) < 20
        for crystal in list(present)[-3:]:
            assert memory.recall(present[crystal], k=1)[0].parts["unified"] == 1.0
        assert memory.check() == []
        return set(present)


@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_every_acknowledged_scene_survives_kill_9(tmp_path: Path, rounds: int) -> None:
    rng = random.Random(rounds)
    folder, log = tmp_path / "memory", tmp_path / "log"
    log.touch()
    present: set[int] = set()
    for turn in range(rounds):
        before = log.stat().st_size
        writer = start(folder, log, turn)
        while writer.poll() is None and log.stat().st_size == before:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.4))
        writer.kill()
        _, errors = writer.communicate()
        assert errors == b""
        assert log.stat().st_size > before
        present = survives(folder, log, present)


def test_two_processes_writing_lose_nothing(tmp_path: Path) -> None:
    folder, log = tmp_path / "memory", tmp_path / "log"
    writers = [start(folder, log, seed, "60") for seed in (1, 2, 3)]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert (writer.returncode, errors) == (0, b"")
    held, undecided = acknowledged(log)
    assert not undecided
    with Memory.open(folder) as memory:
        assert {crystal.id: crystal.scene.digest.hex() for crystal in memory} == held
        assert memory.check() == []
