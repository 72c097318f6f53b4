"""HyperBridge over a carrier that has no token ids: a server that is given text."""

from __future__ import annotations

from collections.abc import Iterator

import llguidance
import pytest
from carriers.served import ServedCarrier, Server, Tokens, serve
from hypothesis import given
from strategies import scenes

from scenograph.bridge import Bridge
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.carriers.protocol import Carrier
from scenograph.core import Scene, linearise
from scenograph.world import World

TEXTS = ("Oleg built the old bridge.", "Анна нашла сумку.", "Because Oleg slept, Anna sang.")


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


@pytest.fixture(scope="module")
def served(nano: LocalCarrier) -> Iterator[Carrier]:
    with serve(Server(nano)) as address:
        yield ServedCarrier(address)


def test_texts_are_read(served: Carrier) -> None:
    readings = Bridge(served, domain=World()).read_many(TEXTS)
    world = World()
    for text, reading in zip(TEXTS, readings, strict=True):
        assert reading.scene is not None, reading
        assert text in {
            t for style in world.styles for t in world.texts(reading.scene, style, reading.language)
        }
        assert reading.confidence == 1.0


def test_what_no_wording_says_is_scored_by_the_server(served: Carrier) -> None:
    [reading] = Bridge(served, domain=World()).read_many(["Oleg built the old old bridge zzz."])
    assert 0 < reading.confidence < 1


def test_scenes_are_spoken(served: Carrier) -> None:
    scenes = [
        Scene.parse(f'(b / build :agent (e / entity :name "{name}") :object (c / bridge) :tense past)')
        for name in ("Vera", "Oleg")
    ]
    said = Bridge(served, domain=World()).speak_many(scenes)
    for name, utterance in zip(("Vera", "Oleg"), said, strict=True):
        assert (utterance.retention, utterance.fallback) == (1.0, False)
        assert name in utterance.text


def test_names_are_copied_through_the_grammar(served: Carrier) -> None:
    [reading] = Bridge(served, domain=World()).read_many(["Zulgrad built the bridge."])
    assert {t for _, _, t in reading.draft.links if isinstance(t, str)} == {'"Zulgrad"', "past"}


def test_an_answer_that_stops_in_the_middle_is_unread(nano: LocalCarrier) -> None:
    with serve(Server(nano, stop_after=4)) as address:
        bridge = Bridge(ServedCarrier(address), domain=World())
        for reading in bridge.read_many(TEXTS):
            assert (reading.scene, reading.draft, reading.confidence) == (None, None, 0.0)
        [said] = bridge.speak_many([Scene.parse("(s / sleep)")])
        assert said.fallback


def accepts(lark: str, linear: str, nano: LocalCarrier) -> bool:
    """Whether *linear* is a text of the grammar *lark*, whatever tokens spell it."""
    tokens = Tokens(nano.vocabulary)
    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(tokens), slices=[])
    matcher = llguidance.LLMatcher(tokenizer, lark)
    assert not matcher.is_error(), matcher.get_error()
    ids = tokens(linear)
    return matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()


@given(scene=scenes())
def test_the_open_grammar_as_text_takes_every_scene(scene: Scene, nano: LocalCarrier) -> None:
    linear = linearise(scene)
    taken = not any(character in link.role for link in scene.links for character in "'\\=")
    assert accepts(open_grammar(lexemes=True).text(), linear, nano) == taken


def test_the_closed_grammar_as_text_takes_its_world_only(nano: LocalCarrier) -> None:
    lark = domain_grammar(World()).text()
    for scene in World().scenes(30, seed=3):
        assert accepts(lark, linearise(scene), nano)
    assert not accepts(lark, "( teleport:agent( person))", nano)
    assert not accepts(lark, "( build:wingspan 3)", nano)
    named = domain_grammar(World()).text({"Oleg"})
    assert accepts(named, '( entity:name"Oleg")', nano)
    assert not accepts(named, '( entity:name"Olga")', nano)
