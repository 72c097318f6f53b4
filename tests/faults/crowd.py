"""Many threads of several processes at one memory, and one who looks on."""

from __future__ import annotations

import io
import json
import random
import threading
import time
from collections import Counter
from pathlib import Path

from faults.actor import open_memory

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note

BATCH = 3
"""Scenes that are told together, and bear the name of that."""


def common(number: int) -> Scene:
    """A scene that everybody tells."""
    return Scene.parse(f"(m / meet :place (c / city-{number}))")


class _Worker(threading.Thread):
    """
    One thread of a crowd.

    Attributes:
        own: its crystals, with the notation of each
        told: texts that it told of common scenes, by scene
        forgot: crystals of everybody's that it was the one to forget
        corrected: crystals of everybody's that it was the one to correct, with what it put in their place
        failure: what went wrong
    """

    def __init__(self, memory: Memory, name: str, work: dict[str, list[int]], turns: int) -> None:
        super().__init__(name=name)
        self.memory = memory
        self.work = work
        self.turns = turns
        self.own: dict[int, str] = {}
        self.told: dict[int, list[str]] = {}
        self.forgot: list[int] = []
        self.corrected: dict[int, int] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        rng = random.Random(self.name)
        try:
            for turn in range(self.turns):
                self._tell(turn, rng)
                self._tell_own(turn, rng)
                for crystal in rng.sample(self.work["forget"], 2):
                    if self.memory.forget(crystal).crystals:
                        self.forgot.append(crystal)
                self._correct(turn, rng.choice(self.work["correct"]))
        except BaseException as error:
            self.failure = error

    def _tell(self, turn: int, rng: random.Random) -> None:
        number = rng.randrange(4)
        text = f"{self.name} was there at {turn}"
        self.memory.remember(common(number), text=text, source=self.name)
        self.told.setdefault(number, []).append(text)

    def _tell_own(self, turn: int, rng: random.Random) -> None:
        scenes = [
            Scene.parse(f'(s / say :by "{self.name}" :batch "{self.name}-{turn}" :number {n})')
            for n in range(BATCH)
        ]
        ids = self.memory.remember_many(Note(scene, source=self.name) for scene in scenes)
        self.own |= zip(ids, map(str, scenes), strict=True)
        assert [self.memory.get(crystal).scene for crystal in ids] == scenes
        assert self.memory.recall(scenes[0], k=1)[0].id == ids[0]
        if rng.random() < 0.3:
            assert self.memory.forget(*ids).crystals == BATCH
            for crystal in ids:
                del self.own[crystal]

    def _correct(self, turn: int, crystal: int) -> None:
        right = Scene.parse(f'(r / right :by "{self.name}" :number {turn} :of {crystal})')
        try:
            new = self.memory.correct(crystal, right)
        except StoreError as error:
            if "not believed any more" not in str(error):
                raise
        else:
            self.corrected[crystal] = new
            self.own[new] = str(right)

    def answer(self) -> dict[str, object]:
        """What it did."""
        return {
            "own": self.own,
            "told": self.told,
            "forgot": self.forgot,
            "corrected": self.corrected,
        }


def crowd(folder: str, answer: str, name: str, work: dict[str, list[int]], threads: int, turns: int) -> None:
    """Let *threads* work at the memory in *folder*, and write what they did to *answer*."""
    with open_memory(Path(folder)) as memory:
        workers = [_Worker(memory, f"{name}{number}", work, turns) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for worker in workers:
            if worker.failure is not None:
                raise worker.failure
    Path(answer).write_text(json.dumps([worker.answer() for worker in workers]))


def look_on(folder: str, until: str) -> None:
    """Look at the memory until the file *until* is there: never is a part of a batch to be seen."""
    with open_memory(Path(folder)) as memory:
        last = -1
        ends = False
        while not ends:
            ends = Path(until).exists()
            file = io.StringIO()
            memory.export_to(file)
            batches = Counter(
                piece.split('\\"')[1] for piece in file.getvalue().split(":batch ") if piece.startswith('\\"')
            )
            assert set(batches.values()) <= {BATCH}, batches
            assert batches or not ends
            assert memory.history()[-1].seq >= last
            last = memory.history()[-1].seq
            for hit in memory.recall("say", k=5):
                assert "say" in str(hit.scene)


def hold(folder: str, until: str) -> None:
    """Keep writing until the file *until* is there."""
    with open_memory(Path(folder)) as memory, memory.transaction():
        memory.remember(common(1))
        Path(until + "-begun").touch()
        while not Path(until).exists():
            time.sleep(0.01)
