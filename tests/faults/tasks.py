"""What the processes of the nursery do."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import apsw
from faults.actor import SCENARIOS, Actor, open_memory, seed_of
from faults.crowd import crowd, hold, look_on
from faults.disk import Disk, Plan
from faults.ledger import Ledger, Step
from faults.version_1 import write_version_1

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note

_CHECKPOINT = 8  # pages in SQLite's log that are moved into the database: few, so that it happens


def warm_up() -> None:
    """Load everything that is loaded when it is first needed."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger")
        with open_memory(Path(folder) / "memory") as memory:
            actor = Actor(memory, ledger, 1)
            for name in (
                "remember many",
                "remember many",
                "remember many",
                "consolidate",
                "recall",
                "import",
            ):
                actor.act(name)


def write(folder: str, ledger: str, seed: int, steps: int | None = None) -> None:
    """Do anything by chance until killed, or *steps* times."""
    with open_memory(Path(folder)) as memory:
        actor = Actor(memory, Ledger(Path(ledger)), seed)
        for _ in range(steps) if steps is not None else count():
            actor.act_by_chance()
        actor.memory.close()


def do(folder: str, ledger: str, seed: int, names: list[str]) -> None:
    """Do one thing after the other."""
    with open_memory(Path(folder)) as memory:
        actor = Actor(memory, Ledger(Path(ledger)), seed)
        for name in names:
            actor.act(name)
        actor.memory.close()


def prepare(folder: str, ledger: str, scenario: str) -> None:
    """What comes before a scenario."""
    book = Ledger(Path(ledger))
    if scenario == "migrate":
        write_version_1(Path(folder), book, 20)
        return
    if not SCENARIOS[scenario][0]:
        Path(folder).mkdir()
        return
    with open_memory(Path(folder)) as memory:
        actor = Actor(memory, book, seed_of(scenario))
        for name in SCENARIOS[scenario][0]:
            actor.act(name)


def play(folder: str, ledger: str, scenario: str, plan: dict[str, Any]) -> None:
    """
    Play a scenario on a disk of which *plan* says what befalls it; all events are noted down in the end.

    Where the disk fails, memory may refuse, and must be as good as before when the disk is sound again.
    """
    disk = Disk(Path(folder), Plan(**plan))
    disk.install()
    apsw.connection_hooks.append(lambda connection: connection.wal_autocheckpoint(_CHECKPOINT))
    book = Ledger(Path(ledger))
    if disk.plan.how == "fail":
        _act_on_a_failing_disk(disk, book, scenario)
    else:
        with open_memory(disk.folder) as memory:
            actor = Actor(memory, book, seed_of(scenario) + 1)
            for name in SCENARIOS[scenario][1]:
                actor.act(name)
    book.write(events=disk.events)
    disk.finish()


def _act_on_a_failing_disk(disk: Disk, book: Ledger, scenario: str) -> None:
    try:
        with open_memory(disk.folder) as memory:
            actor = Actor(memory, book, seed_of(scenario) + 1)
            for name in SCENARIOS[scenario][1]:
                try:
                    actor.act(name)
                except StoreError as error:
                    book.write(refused=str(error))
                    account = book.read()
                    _is_as_it_was(memory, account.undecided[-1], str(error))
                    actor.mine = {one: mark for one, mark in actor.mine.items() if one in account.held}
            disk.failing = False
            assert memory.check() == []
            actor.act("remember")
    except StoreError as error:
        book.write(refused=str(error))
    disk.failing = False
    with open_memory(disk.folder) as memory:
        assert memory.check() == []
        Actor(memory, book, 0).act("remember")


def _is_as_it_was(memory: Memory, step: Step, error: str) -> None:
    """A step that was refused has left no trace, or, if it forgets and says no other, was done."""
    present = {crystal.id: crystal.scene.digest.hex() for crystal in memory}
    if not step.drop or "nothing of this write was kept" in error:
        assert step.add.isdisjoint(present.values()), error
        assert step.drop.keys() <= present.keys(), error


def visit(folder: str, answer: str, scene: str, said: list[str | None], forget: int) -> None:
    """Forget one crystal and remember a scene, and answer with all that the memory holds then."""
    file = io.StringIO(newline="")
    with open_memory(Path(folder)) as memory:
        memory.forget(forget)
        crystal = memory.remember_many([Note(Scene.parse(scene), *said)])[0]
        memory.export_to(file)
    Path(answer).write_text(json.dumps({"crystal": crystal, "export": file.getvalue()}))


TASKS: dict[str, Callable[..., None]] = {
    "write": write,
    "do": do,
    "prepare": prepare,
    "play": play,
    "crowd": crowd,
    "look_on": look_on,
    "hold": hold,
    "visit": visit,
}
