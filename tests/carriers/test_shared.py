"""A carrier that threads share: each gets its own answer, what waits is done together, errors stay apart."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scenograph import Mind, Scene
from scenograph.carriers.protocol import Candidate, Job, Written
from scenograph.carriers.shared import SharedCarrier
from scenograph.errors import CarrierError

TEXTS = ["Oleg slept.", "Vera slept in the forest.", "Oleg built the old bridge.", "Panuza found the bag."]
SCENES = [
    Scene.parse(f'(s / sleep :agent (e / entity :name "{name}") :tense past)') for name in ("Oleg", "Vera")
]


class Slow:
    """A carrier that notes its batches, and takes a while for each."""

    name, adapters, atoms, max_length = "slow", ("reader",), frozenset[str](), 100

    def __init__(self) -> None:
        self.batches: list[int] = []

    def length(self, prompt: Any) -> int:
        return len(prompt)

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        self.batches.append(len(jobs))
        time.sleep(0.05)
        if any(job.adapter == "bad" for job in jobs):
            raise CarrierError("a bad job")
        return [Written(f"{job.prompt}", [], False) for job in jobs]

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        return [[0.0] for _ in candidates]


def job(number: int, adapter: str = "reader") -> Job:
    constraint: Any = None
    return Job((f"{number}",), adapter, constraint)


def test_what_waits_is_done_together_and_everybody_gets_his_own() -> None:
    slow = Slow()
    shared = SharedCarrier(slow)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: shared.write([job(n), job(-n)]), range(16)))
    assert [[it.text for it in pair] for pair in found] == [[f"('{n}',)", f"('{-n}',)"] for n in range(16)]
    assert sum(slow.batches) == 32
    assert len(slow.batches) <= 5


def test_only_who_is_at_fault_fails() -> None:
    shared = SharedCarrier(Slow())

    def ask(number: int) -> str:
        try:
            return shared.write([job(number, "bad" if number == 3 else "reader")])[0].text
        except CarrierError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert found == ["a bad job" if number == 3 else f"('{number}',)" for number in range(8)]


def test_nothing_to_do_is_nothing() -> None:
    assert SharedCarrier(Slow()).write([]) == []


@pytest.fixture(scope="module")
def mind(built_mind: Path) -> Any:
    with Mind.open(built_mind, read_only=True) as mind:
        mind.wake()
        yield mind


def test_many_threads_read_and_speak_as_one_would(mind: Mind) -> None:
    """Roles and voices share batches, and nothing differs from what one thread gets alone."""
    alone_read = [mind.read(text) for text in TEXTS]
    voices = [(scene, style) for scene in SCENES for style in ("plain", "poet")]
    alone_said = [mind.speak(scene, style) for scene, style in voices]
    begin = threading.Barrier(8)

    def read(text: str) -> Any:
        begin.wait()
        return mind.read(text)

    def speak(voice: tuple[Scene, str]) -> Any:
        begin.wait()
        return mind.speak(*voice)

    with ThreadPoolExecutor(8) as pool:
        reads = [pool.submit(read, text) for text in TEXTS]
        said = [pool.submit(speak, voice) for voice in voices]
        together = [it.result() for it in reads]
        assert [it.result().text for it in said] == [it.text for it in alone_said]
    assert [it.scene for it in together] == [it.scene for it in alone_read]
    assert [it.confidence for it in together] == pytest.approx([it.confidence for it in alone_read], abs=1e-4)
