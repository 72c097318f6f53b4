"""The engine: what is written is the same whoever else asks, and whenever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from carriers.engines import COUNT, SCENES, TEXTS, jobs
from hypothesis import given, settings
from hypothesis import strategies as st

from scenograph import Mind, Scene
from scenograph.bridge.forms import SceneForm
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.carriers import LocalCarrier
from scenograph.carriers.engine import Engine
from scenograph.carriers.protocol import Candidate, Job, Written
from scenograph.core.linear import linearise
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.world import World


@settings(max_examples=6)
@given(
    order=st.permutations(range(COUNT)),
    cuts=st.lists(st.integers(1, COUNT - 1), max_size=6, unique=True),
    most=st.sampled_from([1, 3, 8, 128]),
    delay=st.sampled_from([0.0, 0.004]),
)
def test_what_is_written_is_what_each_job_gives_alone(
    carrier: LocalCarrier, alone: list[str], order: list[int], cuts: list[int], most: int, delay: float
) -> None:
    """The law of the engine: in any order, in any parts, beside whatever else, and at any time."""
    every = jobs(COUNT)
    ends = [*sorted(cuts), len(order)]
    parts = [order[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
    carrier.engine._most = most

    def ask(number: int, part: list[int]) -> list[Written]:
        time.sleep(delay * number)
        return carrier.write([every[i] for i in part])

    with ThreadPoolExecutor(len(parts)) as pool:
        written = [pool.submit(ask, number, part) for number, part in enumerate(parts)]
        for part, it in zip(parts, written, strict=True):
            assert [one.text for one in it.result()] == [alone[i] for i in part]


@settings(max_examples=10)
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4, unique=True),
    kind=st.sampled_from(["right", "begun", "other", "nonsense", "none"]),
    open_=st.booleans(),
)
def test_a_guess_changes_nothing_but_the_number_of_passes(
    nano: LocalCarrier, texts: list[str], kind: str, open_: bool
) -> None:
    """Whatever is guessed, what is written is the same, to the probability of each token."""
    grammar = open_grammar(nano.atoms) if open_ else domain_grammar(World())

    def asked(guesses: Sequence[Any]) -> list[Job]:
        return [
            Job(read_prompt(text).prompt, None, SceneForm(grammar, 70), guess)
            for text, guess in zip(texts, guesses, strict=True)
        ]

    passes: list[int] = []
    hook = nano.module.register_forward_hook(lambda *_: passes.append(1))
    try:
        alone = nano.write(asked([None] * len(texts)))
        without = len(passes)
        right = [it.text for it in alone]
        guesses = {
            "right": [("scene", it) for it in right],
            "begun": [("scene", it[: len(it) // 2]) for it in right],
            "other": [("scene", linearise(SCENES[0]))] * len(texts),
            "nonsense": [("text", "Nobody knows.")] * len(texts),
            "none": [None] * len(texts),
        }[kind]
        passes.clear()
        found = nano.write(asked(guesses))
    finally:
        hook.remove()
    assert [it.text for it in found] == right
    assert [it.was_cut for it in found] == [it.was_cut for it in alone]
    for one, other in zip(found, alone, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-3)
    if kind == "right":
        assert len(passes) <= len(texts) < without


def test_scores_are_those_of_one_thread(carrier: LocalCarrier) -> None:
    prompts = [speak_prompt(scene, "poet", "en") for scene in SCENES]
    asked = [Candidate(it.prompt, it.adapter, ("text", text)) for it in prompts for text in TEXTS]
    alone = [carrier._score([it])[0] for it in asked]
    with ThreadPoolExecutor(9) as pool:
        writing = pool.submit(carrier.write, jobs(8))
        together = list(pool.map(lambda it: carrier.score([it])[0], asked))
        writing.result()
    for one, other in zip(alone, together, strict=True):
        assert other == pytest.approx(one, abs=1e-3)


@pytest.fixture(scope="module")
def mind(few_drafts: None, built_mind: Path) -> Iterator[Mind]:
    with Mind.open(built_mind, read_only=True) as mind:
        mind.wake()
        yield mind


def test_many_threads_read_and_speak_as_one_would(mind: Mind) -> None:
    """Roles and voices share passes, and nothing differs from what one thread gets alone."""
    assert isinstance(mind.bridge.carrier, LocalCarrier)
    assert isinstance(mind.bridge.carrier.engine, Engine)
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
