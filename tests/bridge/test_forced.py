"""Forced tokens: a reading is the same with and without them, and they cost no pass of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenograph.carriers.engine as engine
from scenograph.bridge.constraint import SceneWriter
from scenograph.bridge.forced import Spelt
from scenograph.bridge.forms import SceneForm
from scenograph.bridge.grammar import closed_grammar, domain_grammar
from scenograph.bridge.naming import names_in
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.carriers.protocol import Job, Written
from scenograph.carriers.rows import Block
from scenograph.core import delinearise, linearise
from scenograph.prompts import read_prompt
from scenograph.vocabulary import Vocabulary
from scenograph.world import World

WORLD = World()
GRAMMAR = domain_grammar(WORLD)
TEXTS = [
    (text, language)
    for language in WORLD.languages
    for scene in WORLD.scenes(6, 3, "test")
    for text in WORLD.texts(scene, "plain", language)[:1]
]


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


@contextmanager
def passes(carrier: LocalCarrier) -> Iterator[list[int]]:
    """Count the passes of a carrier, by the number of their rows."""
    found: list[int] = []

    def count(_module: Any, _given: Any, out: Any) -> None:
        found.append(len(out.logits))

    hook = carrier.module.register_forward_hook(count)
    try:
        yield found
    finally:
        hook.remove()


def jobs(texts: Sequence[tuple[str, str]]) -> list[Job]:
    return [
        Job(read_prompt(text).prompt, None, SceneForm(GRAMMAR, 90, names_in(text, language, WORLD.names)))
        for text, language in texts
    ]


def written(
    carrier: LocalCarrier,
    texts: Sequence[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    rows: int = 128,
    together: bool = True,
) -> list[Written]:
    with monkeypatch.context() as context:
        context.setattr(engine, "Block", partial(Block, together=together))
        context.setattr(carrier.engine, "_most", rows)
        return carrier.write(jobs(texts))


def test_readings_are_the_same_whether_or_not_forced_tokens_share_a_pass(
    nano: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = written(nano, TEXTS, monkeypatch, together=False)
    for rows in (128, 1, 3):
        found = written(nano, TEXTS, monkeypatch, rows=rows)
        assert [it.text for it in found] == [it.text for it in alone]
        assert [it.was_cut for it in found] == [it.was_cut for it in alone]
        for one, other in zip(found, alone, strict=True):
            assert one.logprobs == pytest.approx(other.logprobs, abs=1e-3)
    for it in alone:
        delinearise(it.text)


def test_a_row_has_one_pass_for_each_token_that_is_chosen(
    nano: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in TEXTS[:3]:
        with passes(nano) as asked:
            [found] = written(nano, [text], monkeypatch)
        constraint, chosen = jobs([text])[0].constraint.over(nano.vocabulary), 0
        ids = nano.vocabulary.encode_answer(("scene", found.text))
        for token in ids[: len(found.logprobs)]:
            chosen += constraint.forced() is None
            constraint.advance(token)
        assert len(asked) == chosen < len(found.logprobs)


@pytest.mark.parametrize("language", WORLD.languages)
def test_what_is_forced_is_what_training_has_there(language: str, vocabulary: Vocabulary) -> None:
    writer, rng, forced, total = SceneWriter(vocabulary, GRAMMAR), random.Random(2), 0, 0
    for scene in WORLD.scenes(40, 4, "test"):
        text = WORLD.say(scene, "plain", language, rng)
        ids = vocabulary.encode_answer(("scene", linearise(scene)))
        constraint = writer.constraint(len(ids) + 80, names_in(text, language, WORLD.names))
        for token in ids:
            known = constraint.forced()
            assert known in (None, token)
            forced, total = forced + (known is not None), total + 1
            constraint.advance(token)
        assert constraint.is_done
    assert forced / total > 0.3


def test_what_a_domain_says_of_its_roles_leaves_no_choice(vocabulary: Vocabulary) -> None:
    def after(linear: str, **more: Any) -> set[str]:
        grammar = closed_grammar(
            roles=[":name", ":agent", ":tense"], concepts=["entity", "sleep"], constants=["past"], **more
        )
        constraint = SceneWriter(vocabulary, grammar).constraint(200)
        for token in vocabulary.encode_scene(linear):
            constraint.advance(token)
        return {vocabulary.decode([int(i)]) for i in constraint.mask().nonzero()[:, 0]}

    values = {":name": "name", ":tense": "constant"}
    assert {"(", '"', "'"} <= after("( sleep:tense")
    assert after("( sleep:tense", values=values) == {"'"}
    assert after("( sleep:agent( entity:name", values=values) == {'"'}
    assert {")", ":agent", ":tense"} <= after("( sleep:agent( entity", values=values)
    assert after("( sleep:agent( entity", values=values, named=["entity"]) == {":name"}
    assert {")", ":agent"} <= after("( sleep", values=values, named=["entity"])


@given(words=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple), max_size=5))
def test_the_trie_leads_to_its_words_and_to_nothing_else(words: list[tuple[int, ...]]) -> None:
    spelt = Spelt(words)
    found: set[tuple[int, ...]] = set()
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        begun = waiting.pop()
        if begun in spelt.whole:
            found.add(begun)
        waiting += [(*begun, token) for token in spelt.next(begun)]
    assert found == set(words)
