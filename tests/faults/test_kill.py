"""What memory acknowledged is there after the process was killed, and nothing is by halves (law 9)."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest
from faults.ledger import Ledger, examine
from faults.nursery import Nursery
from faults.version_1 import version_of, write_version_1

from scenograph.memory.store.schema import VERSION


@pytest.mark.parametrize(("memories", "rounds"), [(1, 6), pytest.param(15, 20, marks=pytest.mark.slow)])
def test_every_acknowledged_scene_survives_kill_9(
    nursery: Nursery, tmp_path: Path, memories: int, rounds: int
) -> None:
    """A memory is killed again and again by whoever does anything to it (`faults.actor.ACTIONS`)."""
    chance = random.Random(rounds)
    for number in range(memories):
        folder, ledger = tmp_path / f"memory {number}", Ledger(tmp_path / f"ledger {number}")
        for turn in range(rounds):
            before = ledger.path.stat().st_size
            seed = number * rounds + turn
            writer = nursery.start("write", folder=str(folder), ledger=str(ledger.path), seed=seed)
            while ledger.path.stat().st_size == before:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.6))
            assert nursery.kill(writer), nursery.errors()
            examine(folder, ledger)
        assert ledger.read().held


@pytest.mark.parametrize("action", ["remember many", "forget", "rebuild", "consolidate", "correct", "import"])
@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_in_the_midst_of(nursery: Nursery, tmp_path: Path, action: str, rounds: int) -> None:
    """The same with one thing done all the time, so that it is that which is cut short."""
    chance = random.Random(action)
    folder, ledger = tmp_path / "memory", Ledger(tmp_path / "ledger")
    where = {"folder": str(folder), "ledger": str(ledger.path)}
    for turn in range(rounds):
        assert nursery.run("do", **where, seed=2 * turn, names=["remember many"] * 6 + ["recall"]) == 0
        before = ledger.path.stat().st_size
        writer = nursery.start("do", **where, seed=2 * turn + 1, names=[action] * 1000)
        while ledger.path.stat().st_size == before:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.15))
        nursery.kill(writer)
        examine(folder, ledger)


@pytest.mark.parametrize(("rounds", "crystals"), [(4, 400), pytest.param(60, 3000, marks=pytest.mark.slow)])
def test_killed_in_the_midst_of_a_migration(
    nursery: Nursery, tmp_path: Path, rounds: int, crystals: int
) -> None:
    """A memory of version 1 is of version 1 afterwards, or of the present one, and holds what it held."""
    old, ledger = tmp_path / "old", Ledger(tmp_path / "ledger")
    write_version_1(old, ledger, crystals)
    chance = random.Random(rounds)
    begun = time.monotonic()
    folder = shutil.copytree(old, tmp_path / "whole")
    assert nursery.run("do", folder=str(folder), ledger=str(ledger.path), seed=0, names=[]) == 0
    longest = time.monotonic() - begun
    found = set[int]()
    for turn in range(rounds):
        folder = shutil.copytree(old, tmp_path / str(turn))
        process = nursery.start("do", folder=str(folder), ledger=str(ledger.path), seed=0, names=[])
        time.sleep(chance.uniform(0, longest))
        nursery.kill(process)
        found.add(version_of(folder))
        examine(folder, Ledger(Path(shutil.copy(ledger.path, tmp_path / "copy"))))
        shutil.rmtree(folder)
    assert found <= {1, VERSION}
    if rounds > 50:
        assert found == {1, VERSION}
