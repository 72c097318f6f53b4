"""Many threads in several processes write to one memory: nothing is lost, doubled or seen by halves."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from faults.actor import open_memory
from faults.crowd import common
from faults.nursery import Nursery

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory

PROCESSES = ("Ann", "Ben")


@pytest.mark.parametrize(("threads", "turns"), [(8, 3), pytest.param(8, 60, marks=pytest.mark.slow)])
def test_no_update_is_lost(nursery: Nursery, tmp_path: Path, threads: int, turns: int) -> None:
    folder, done = tmp_path / "memory", tmp_path / "done"
    with open_memory(folder) as memory:
        work = {
            kind: memory.remember_many(
                Scene.parse(f"({kind[0]} / {kind} :number {number})") for number in range(2 * threads)
            )
            for kind in ("forget", "correct")
        }
        memory.rebuild_index()
    onlooker = nursery.start("look_on", folder=str(folder), until=str(done))
    workers = [
        nursery.start(
            "crowd",
            folder=str(folder),
            answer=str(tmp_path / name),
            name=name,
            work=work,
            threads=threads,
            turns=turns,
        )
        for name in PROCESSES
    ]
    statuses = [nursery.wait(worker) for worker in workers]
    done.touch()
    assert [*statuses, nursery.wait(onlooker)] == [0, 0, 0], nursery.errors()

    answers: list[dict[str, Any]] = [
        answer for name in PROCESSES for answer in json.loads((tmp_path / name).read_text())
    ]
    with Memory.open(folder) as memory:
        assert memory.check() == []
        present = {crystal.id: crystal for crystal in memory}
        own = [(int(crystal), scene) for answer in answers for crystal, scene in answer["own"].items()]
        assert len(own) == len(dict(own))
        assert {crystal: str(present[crystal].scene) for crystal, _ in own} == dict(own)

        for number in range(4):
            told = sorted(text for answer in answers for text in answer["told"].get(str(number), []))
            crystal = memory.find(common(number))
            held = [] if crystal is None else sorted(source.text or "" for source in present[crystal].sources)
            assert held == told

        forgot = [crystal for answer in answers for crystal in answer["forgot"]]
        assert len(forgot) == len(set(forgot))
        assert set(forgot) == set(work["forget"]) - present.keys()

        corrected = [(int(old), new) for answer in answers for old, new in answer["corrected"].items()]
        assert len(corrected) == len(dict(corrected))
        assert {old: present[old].validity[-1].replaced_by for old, _ in corrected} == dict(corrected)
        assert all(not present[old].validity for old in set(work["correct"]) - dict(corrected).keys())

        rest = set(work["forget"]) - set(forgot) | set(work["correct"])
        everybodys = {memory.find(common(number)) for number in range(4)} - {None}
        assert present.keys() == dict(own).keys() | rest | everybodys


def test_a_writer_of_another_process_waits_then_is_told(nursery: Nursery, tmp_path: Path) -> None:
    folder, done = tmp_path / "memory", tmp_path / "done"
    Memory.open(folder).close()
    holder = nursery.start("hold", folder=str(folder), until=str(done))
    while not Path(f"{done}-begun").exists():
        time.sleep(0.01)
    with Memory.open(folder, wait=0.1) as memory:
        with pytest.raises(StoreError, match=r"written by another process .* 0\.1 s"):
            memory.remember(common(2))
        assert memory.find(common(1)) is None
        done.touch()
        assert nursery.wait(holder) == 0, nursery.errors()
        assert memory.remember(common(2)) != memory.find(common(1))
        assert memory.check() == []
