"""Streams: what is written in legs, with insertions between them, is what one prompt of all of it gives."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch
from carriers.tiny import random_carrier
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear

from scenograph.adapters.lora import GroupedLora, Shape
from scenograph.bridge.choices import Choosing
from scenograph.bridge.forms import TextForm
from scenograph.carriers import LocalCarrier
from scenograph.carriers.generate import generate
from scenograph.carriers.protocol import Job
from scenograph.carriers.stream import Leg, Stream
from scenograph.errors import CarrierError
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.vocabulary import Segment, Vocabulary, standard_atoms, train_base
from scenograph.world import World

NAMES = ("one", "two")
WORLD = World()
SCENES = list(WORLD.scenes(6, seed=2))
SLEEP: Segment = ("scene", "( sleep)")


class Loras:
    """Adapters that do something, without files."""

    def __init__(self, lora: GroupedLora) -> None:
        self.lora, self.names = lora, lora.shape.names
        self.active, self.before = lora.active, lora.before


ADAPTERS: dict[LocalCarrier, Loras] = {}


class Pieces:
    """A mask that allows every piece of text, and no end."""

    was_cut = False

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._mask = torch.zeros(vocabulary.size, dtype=torch.bool)
        self._mask[: vocabulary.base_size] = True

    def mask(self) -> torch.Tensor:
        return self._mask

    def forced(self) -> None: ...

    def advance(self, token: int) -> None: ...


@pytest.fixture(scope="module")
def carrier() -> LocalCarrier:
    vocabulary = Vocabulary(train_base([WORLD.say(it) for it in SCENES], size=400), standard_atoms(WORLD))
    carrier = random_carrier(vocabulary, 512)
    lora = GroupedLora.fresh(Shape(NAMES, 4, 8.0), carrier.module, seed=2)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for _, b in lora.pairs.values():
            b.normal_(std=0.05, generator=generator)
    able = carrier.with_adapters(Loras(lora))
    ADAPTERS[able] = Loras(lora)
    return able


def anew(carrier: LocalCarrier, stream: Stream, budget: int) -> list[int]:
    """Return what would be written behind all that the adapter of *stream* sees, as one prompt."""
    [made] = generate(
        carrier.module,
        [stream.visible],
        stop=carrier.vocabulary.eos,
        max_new=budget,
        masks=[Pieces(carrier.vocabulary)],
        adapters=ADAPTERS[carrier],
        names=[stream.adapter],
        starts=[stream.start],
    )
    return made.ids


def written(carrier: LocalCarrier, stream: Stream, budget: int) -> list[int]:
    [leg] = carrier.go_on([Leg(stream, Pieces(carrier.vocabulary), budget)])
    return list(leg.ids)


inserted = st.lists(
    st.sampled_from(SCENES).map(lambda it: speak_prompt(it, "plain", "en").prompt[0]), max_size=2
)


@dear
@given(
    legs=st.lists(st.tuples(st.integers(1, 5), inserted), min_size=1, max_size=4),
    turns=st.booleans(),
    adapter=st.sampled_from(NAMES),
)
def test_a_leg_is_what_the_whole_sequence_gives(
    carrier: LocalCarrier, legs: list[tuple[int, list[Segment]]], turns: bool, adapter: str
) -> None:
    stream = carrier.stream(read_prompt("Oleg slept.").prompt, adapter)
    for budget, segments in legs:
        expected = anew(carrier, stream, budget)
        assert written(carrier, stream, budget) == expected
        before = len(stream.ids)
        assert stream.insert(segments) == carrier.vocabulary.decode(stream.ids[before:])
    if turns:
        prompt = speak_prompt(SCENES[0], "plain", "en").prompt
        stream.turn(prompt, "two")
        alone = carrier.stream(prompt, "two")
        assert written(carrier, stream, 6) == written(carrier, alone, 6)


def test_nothing_is_seen_twice(carrier: LocalCarrier) -> None:
    seen: list[int] = []
    handle = carrier.module.base_model.register_forward_pre_hook(
        lambda _, args, kwargs: seen.append(kwargs["input_ids"].shape[1]), with_kwargs=True
    )
    try:
        stream = carrier.stream(read_prompt("Oleg slept in the forest.").prompt, "one")
        length = len(stream.ids)
        written(carrier, stream, 3)
        stream.insert([SLEEP])
        added = len(stream.ids) - length - 3
        written(carrier, stream, 2)
    finally:
        handle.remove()
    # The last id of a leg is not seen before the next leg begins.
    assert seen == [length, 1, 1, added + 1, 1]
    assert (stream.passes, stream.written) == (5, 5)


def test_what_is_forced_to_its_end_needs_no_model(carrier: LocalCarrier) -> None:
    stream = carrier.stream(read_prompt("Oleg slept.").prompt, "one")
    vocabulary = carrier.vocabulary
    only = [vocabulary.id("("), vocabulary.id(")"), vocabulary.id("⟁recall")]
    expected = [*stream.ids, *only]
    [leg] = carrier.go_on([Leg(stream, Choosing(vocabulary.size, [only]), 3, frozenset(only[-1:]))])
    assert (list(leg.ids), leg.is_finished, stream.passes) == (only, True, 0)
    assert stream.ids == expected
    again = anew(carrier, stream, 4)
    assert written(carrier, stream, 4) == again


def test_streams_do_not_depend_on_what_is_beside_them(carrier: LocalCarrier) -> None:
    texts = ["Oleg slept.", "Vera slept in the forest.", "Panuza found the bag."]

    def run(texts: list[str]) -> list[list[int]]:
        streams = [carrier.stream(read_prompt(text).prompt, NAMES[len(text) % 2]) for text in texts]
        for budget in (4, 1, 6):
            legs = [Leg(it, Pieces(carrier.vocabulary), budget + i) for i, it in enumerate(streams)]
            carrier.go_on(legs)
            for it in streams:
                it.insert([SLEEP] * (len(it.ids) % 3))
        return [it.ids for it in streams]

    def speak() -> None:
        asked = speak_prompt(SCENES[1], "plain", "en")
        carrier.write([Job(asked.prompt, "two", TextForm(30))] * 3)

    alone = run(texts)
    others = [threading.Thread(target=speak) for _ in range(3)]
    for other in others:
        other.start()
    together = run(texts)
    for other in others:
        other.join()
    assert together == alone


def test_a_stream_of_an_adapter_that_is_not_there(carrier: LocalCarrier) -> None:
    with pytest.raises(CarrierError, match="no adapter 'three'"):
        carrier.stream(read_prompt("Oleg slept.").prompt, "three")


def test_choices_are_written_whole_and_never_mixed(carrier: LocalCarrier) -> None:
    choices: list[list[int]] = [[5, 6, 7], [5, 8], [9]]

    @given(picks=st.lists(st.integers(0, 9), min_size=3, max_size=3))
    def check(picks: list[int]) -> None:
        mask: Any = Choosing(20, choices)
        made: list[int] = []
        for pick in picks:
            allowed = [i for i, may in enumerate(mask.mask().tolist()) if may]
            if not allowed:
                break
            assert mask.forced() == (allowed[0] if len(allowed) == 1 else None)
            made.append(allowed[pick % len(allowed)])
            mask.advance(made[-1])
        assert made in choices

    check()
