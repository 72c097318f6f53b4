"""The engine: answers are the same whoever else asks, and whenever; turns are fair; who leaves is dropped."""

from __future__ import annotations

import copy
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scenograph import Mind, Scene
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.shape import Shape
from scenograph.bridge.forms import SceneForm, TextForm
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.carriers.asker import Asker, Turns
from scenograph.carriers.engine import Engine
from scenograph.carriers.generate import generate
from scenograph.carriers.prefixes import Prefixes, PrefixKey
from scenograph.carriers.protocol import Candidate, Job, Written
from scenograph.carriers.rows import Seen
from scenograph.core.linear import linearise
from scenograph.errors import BridgeError, CarrierError, LeftError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.world import World

NAMES = ("scene_interpreter", "decoder.plain", "decoder.poet", "decoder.bodily")
TEXTS = ["Oleg slept.", "Vera slept in the forest.", "Oleg built the old bridge.", "Panuza found the bag."]
SCENES = [
    Scene.parse(f'(s / sleep :agent (e / entity :name "{name}") :tense past)') for name in ("Oleg", "Vera")
]


class Loras:
    """A set of adapters that does something, without files."""

    def __init__(self, lora: GroupedLora) -> None:
        self.lora, self.names = lora, lora.shape.names
        self.active, self.before = lora.active, lora.before


def loras(carrier: LocalCarrier, seed: int, activation: Any = "invocation", strength: float = 0.02) -> Loras:
    lora = GroupedLora.fresh(Shape(NAMES, 4, 8.0, activation=activation), carrier.module, seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, b in lora.pairs.values():
            b.normal_(std=strength, generator=generator)
    return Loras(lora)


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


@pytest.fixture(scope="module")
def carrier(nano: LocalCarrier) -> LocalCarrier:
    return nano.with_adapters(loras(nano, 1))


def jobs(count: int, budget: int = 14) -> list[Job]:
    """Return jobs of all voices about few scenes, some of them readings."""
    found: list[Job] = []
    scenes = list(World().scenes(max(count // 3, 1), 5))
    for number in range(count):
        scene = scenes[number % len(scenes)]
        if number % 4 == 3:
            found.append(Job(read_prompt(TEXTS[number % 3]).prompt, NAMES[0], TextForm(budget)))
            continue
        asked = speak_prompt(scene, ("plain", "poet", "bodily")[number % 3], ("en", "ru")[number % 2])
        found.append(Job(asked.prompt, asked.adapter, TextForm(budget - number % 5)))
    return found


def one_by_one(carrier: LocalCarrier, some: Sequence[Job]) -> list[list[int]]:
    """Return what each job gives alone, without engine, cache or anything kept."""
    found: list[list[int]] = []
    for job in some:
        ids, start = carrier._spell(job.prompt)
        [answer] = generate(
            carrier.module,
            [ids],
            stop=carrier.vocabulary.eos,
            max_new=job.constraint.budget,
            masks=[job.constraint.over(carrier.vocabulary)],
            adapters=carrier._adapters,
            names=[job.adapter],
            starts=[start],
        )
        found.append(answer.ids)
    return found


def said(carrier: LocalCarrier, ids: Sequence[list[int]]) -> list[str]:
    end = carrier.vocabulary.eos
    return [carrier.vocabulary.decode([token for token in row if token != end]) for row in ids]


COUNT = 12
"""Jobs that are compared with what each gives alone."""


@pytest.fixture(scope="module")
def alone(carrier: LocalCarrier) -> list[str]:
    return said(carrier, one_by_one(carrier, jobs(COUNT)))


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


def test_one_scene_is_seen_once_for_all_voices(nano: LocalCarrier) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    carrier._prefixes = prefixes = Prefixes()
    [scene] = World().scenes(1, 8)
    voices = [speak_prompt(scene, style, "en") for style in ("plain", "poet", "bodily")]
    some = [Job(it.prompt, it.adapter, TextForm(6)) for it in voices]
    fed: list[tuple[int, int]] = []
    hook = carrier.module.register_forward_pre_hook(
        lambda _, args, given: fed.append(tuple(given["input_ids"].shape)), with_kwargs=True
    )
    try:
        together = carrier.write(some)
        first = list(fed)
        fed.clear()
        again = carrier.write(some)
    finally:
        hook.remove()
    whole = carrier.length(voices[0].prompt)
    assert first[:2] == [(1, whole), (2, 2)]  # the whole prompt once; the commands of the other two
    assert fed[0] == (3, 2)  # nothing of the scene
    assert len(prefixes) == 1
    assert (
        [it.text for it in again] == [it.text for it in together] == said(carrier, one_by_one(carrier, some))
    )


@pytest.mark.parametrize("activation", ["always", "invocation"])
def test_an_adapter_that_is_loaded_again_under_its_name_serves_no_stale_prefix(
    nano: LocalCarrier, activation: Any
) -> None:
    [scene] = World().scenes(1, 9)
    asked = speak_prompt(scene, "poet", "en")
    job = Job(asked.prompt, asked.adapter, TextForm(12))
    first, second = (nano.with_adapters(loras(nano, seed, activation, 0.2)) for seed in (1, 2))
    assert first._prefixes is second._prefixes  # kept over the reload

    def check(reloaded: LocalCarrier, before: Written) -> Written:
        """Compare with what a carrier writes that has seen nothing yet."""
        fresh = copy.copy(reloaded)
        fresh._prefixes = Prefixes()
        fresh.__dict__.pop("engine", None)
        [expected], [found] = fresh.write([job]), reloaded.write([job])
        assert found.text == expected.text
        assert found.logprobs[0] == pytest.approx(expected.logprobs[0], abs=1e-3)
        assert found.logprobs[0] != pytest.approx(before.logprobs[0], abs=1e-2)
        return found

    [before] = first.write([job])
    after = check(second, before)
    with torch.no_grad():  # changed in place, it is another one, too
        for factor in second._adapters.lora.parameters():  # type: ignore[union-attr]
            factor.mul_(1.7)
    check(second, after)


def test_prefixes_keep_what_was_used_last() -> None:
    def seen() -> Seen:
        return Seen([torch.zeros(1, 4, 8)], [torch.zeros(1, 4, 8)])

    prefixes = Prefixes(3 * seen().bytes)
    keys = [PrefixKey("", (number,)) for number in range(4)]
    for key in keys[:3]:
        prefixes.keep(key, seen())
    assert prefixes.get(keys[0]) is not None
    prefixes.keep(keys[3], seen())
    assert [prefixes.get(key) is not None for key in keys] == [True, False, True, True]
    prefixes.keep(PrefixKey("", (9,)), Seen([torch.zeros(9, 40, 8)], [torch.zeros(9, 40, 8)]))
    assert len(prefixes) == 3


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30))
def test_turns_lose_nothing_and_go_round(things: list[tuple[str, int]]) -> None:
    turns = Turns[tuple[str, int]]()
    for name, number in things:
        turns.add(name, [(name, number)])
    taken = [turns.take() for _ in range(len(turns))]
    assert not len(turns)
    for name in "abc":
        assert [it for it in taken if it[0] == name] == [it for it in things if it[0] == name]
    left = {name: sum(it[0] == name for it in things) for name in "abc"}
    for first, second in pairwise(taken):
        left[first[0]] -= 1
        if first[0] == second[0]:  # only where nobody else waits
            assert not any(count for name, count in left.items() if name != first[0])


def test_a_large_batch_does_not_make_others_wait_for_its_end(nano: LocalCarrier) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    carrier.engine._most = 4
    order: list[str] = []

    def ask(name: str, some: Sequence[Job]) -> None:
        with Asker(name).asking():
            carrier.write(some)
        order.append(name)

    with ThreadPoolExecutor(2) as pool:
        large = pool.submit(ask, "large", jobs(40))
        until(lambda: carrier.engine._block is not None)
        small = pool.submit(ask, "small", jobs(2))
        small.result()
        large.result()
    assert order == ["small", "large"]


def test_who_leaves_is_dropped_and_others_go_on(nano: LocalCarrier, alone: list[str]) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    gone = Asker("gone")
    heard = threading.Event()
    gone.heard = lambda adapter, piece: heard.set()

    def leave() -> None:
        with gone.asking():
            carrier.write(jobs(12, budget=600))

    with ThreadPoolExecutor(2) as pool:
        leaving = pool.submit(leave)
        assert heard.wait(60)
        staying = pool.submit(carrier.write, jobs(COUNT))
        gone.leave()
        with pytest.raises(LeftError):
            leaving.result(30)
        assert [it.text for it in staying.result()] == alone
    until(lambda: carrier.engine._block is None)
    assert not carrier.engine._request


def test_pieces_are_heard_as_they_come(carrier: LocalCarrier) -> None:
    pieces: list[tuple[str, str]] = []
    asker = Asker(heard=lambda adapter, piece: pieces.append((adapter, piece)))
    [job] = jobs(1)
    with asker.asking():
        [written] = carrier.write([job])
    assert "".join(piece for _, piece in pieces).strip() == written.text.strip()
    assert len(pieces) > 1
    assert {adapter for adapter, _ in pieces} == {job.adapter}


class Faulty:
    """A constraint whose mask fails after some tokens."""

    budget, lark, schema = 12, None, None

    def __init__(self, after: int) -> None:
        self.left, self.was_cut = after, False

    def over(self, vocabulary: Any) -> Any:
        self.allowed = torch.ones(vocabulary.size, dtype=torch.bool)
        self.allowed[vocabulary.eos] = False
        return self

    def lark_over(self, vocabulary: Any) -> None: ...

    def forced(self) -> None: ...

    def mask(self) -> Any:
        if not self.left:
            raise BridgeError("no token can continue this scene")
        return self.allowed

    def advance(self, token: int) -> None:
        self.left -= 1


@pytest.mark.parametrize("after", [0, 3])
def test_only_who_is_at_fault_fails(carrier: LocalCarrier, alone: list[str], after: int) -> None:
    faulty = Job(jobs(1)[0].prompt, NAMES[1], Faulty(after))
    with ThreadPoolExecutor(2) as pool:
        good, bad = pool.submit(carrier.write, jobs(COUNT)), pool.submit(carrier.write, [faulty])
        with pytest.raises(BridgeError, match="no token can continue"):
            bad.result()
        assert [it.text for it in good.result()] == alone
    with pytest.raises(
        CarrierError, match=r"nano has no adapter 'decoder\.nobody'; it has scene_interpreter"
    ):
        carrier.write([Job(jobs(1)[0].prompt, "decoder.nobody", TextForm(9))])


def test_a_model_that_fails_fails_those_who_asked_and_then_goes_on(
    nano: LocalCarrier, alone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    is_broken = True

    def fail(_module: Any, _args: Any) -> None:
        if is_broken:
            raise RuntimeError("out of memory")

    hook = carrier.module.register_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="out of memory"):
            carrier.write(jobs(3))
        is_broken = False
        assert [it.text for it in carrier.write(jobs(COUNT))] == alone
    finally:
        hook.remove()


def test_the_thread_ends_when_there_is_nothing_more(
    nano: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenograph.carriers.engine._LINGER", 0.01)
    carrier = nano.with_adapters(loras(nano, 1))
    carrier.write(jobs(2))
    until(lambda: carrier.engine._thread is None)
    assert len(carrier.write(jobs(2))) == 2
    assert carrier.write([]) == [] == carrier.score([])


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture(scope="module")
def mind(built_mind: Path) -> Iterator[Mind]:
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


def test_an_engine_that_is_ended_refuses_who_waits_and_begins_again(carrier: LocalCarrier) -> None:
    own = carrier.with_adapters(loras(carrier, 1))  # an engine of its own
    job = Job(speak_prompt(SCENES[0], "plain", "en").prompt, NAMES[1], TextForm(6))
    whole = own.write([job] * 40)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            own.write([job] * 400)
        except LeftError as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.05)
    own.engine.end()
    thread.join(20)
    assert not thread.is_alive()
    assert "was ended" in str(failed[0])
    own.engine.end()  # nothing to end
    assert [it.text for it in own.write([job] * 40)] == [it.text for it in whole]


SCRIPT = """
import atexit, threading
atexit.register(lambda: print([it.name for it in threading.enumerate()]))  # the last to be called
from scenograph.bridge.forms import TextForm
from scenograph.carriers import load_carrier
from scenograph.carriers.protocol import Job
from scenograph.core import Scene
from scenograph.prompts import speak_prompt

scene = Scene.parse("(s / sleep :agent (d / dog))")
carrier = load_carrier("nano")
carrier.write([Job(speak_prompt(scene, "plain", "en").prompt, None, TextForm(6))])
"""


def test_a_process_that_has_written_ends_its_engine_first() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "['MainThread']", "")
