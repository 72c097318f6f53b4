"""Names are copied: what is read holds no name but the text's, what is said none but the scene's."""

from __future__ import annotations

import random

import pytest

from scenograph.bridge.constraint import SceneWriter, TextConstraint
from scenograph.bridge.grammar import domain_grammar
from scenograph.bridge.naming import NameSpeller, forms_of, names_in
from scenograph.carriers import NANO
from scenograph.core import Scene, linearise
from scenograph.corpus import language_of
from scenograph.vocabulary import Vocabulary
from scenograph.world import World

WORLD = World()
VOCABULARY = Vocabulary.load(NANO / "vocabulary")
WRITER = SceneWriter(VOCABULARY, domain_grammar(World()))
PAIRS = [(voice, language) for voice in WORLD.styles for language in WORLD.languages]


@pytest.mark.parametrize(("voice", "language"), PAIRS)
def test_every_text_of_the_world_may_be_spoken_and_its_scene_be_read(voice: str, language: str) -> None:
    rng = random.Random(0)
    for scene in WORLD.scenes(40, seed=12, split="test"):
        text = WORLD.say(scene, voice, language, rng)
        ids = [*VOCABULARY.encode_text(text), VOCABULARY.eos]
        spoken = TextConstraint(VOCABULARY, len(ids) + 1, NameSpeller(VOCABULARY, scene, language))
        for token in ids:
            assert spoken.mask()[token], (text, VOCABULARY.decode([token]))
            spoken.advance(token)
        written = VOCABULARY.encode_answer(("scene", linearise(scene)))
        read = WRITER.constraint(len(written) + 60, names_in(text, language_of(text)))
        for token in written:
            assert read.mask()[token], (text, VOCABULARY.decode([token]))
            read.advance(token)


def test_a_name_that_is_not_there_cannot_be_written() -> None:
    scene = Scene.parse('(s / sleep :agent (p / person :name "Marta"))')
    spoken = TextConstraint(VOCABULARY, 40, NameSpeller(VOCABULARY, scene, "en"))
    for token in VOCABULARY.encode_text("Mart"):
        spoken.advance(token)
    allowed = {VOCABULARY.decode([i]) for i, may in enumerate(spoken.mask().tolist()) if may}
    assert allowed == {"a"}

    read = WRITER.constraint(80, names_in("Marta slept.", "en"))
    for token in VOCABULARY.encode_scene('( sleep:agent( person:name"Mart"')[:-1]:
        read.advance(token)
    allowed = {VOCABULARY.decode([i]) for i, may in enumerate(read.mask().tolist()) if may}
    assert allowed == {"a"}


def test_names_and_their_forms() -> None:
    assert names_in("Because Oleg slept, Marta's bridge fell.", "en") == {"Oleg", "Marta"}
    assert {"Oleg", "Marta"} <= names_in("Марта дала мост Олегу.", "ru")
    assert names_in("If it rained, then it rained.", "en") == frozenset()
    scene = Scene.parse('(s / sleep :agent (p / person :name "Marta"))')
    assert forms_of(scene, "en") == {"Marta"}
    assert {"Марта", "Марты", "Марте", "Марту", "Мартой"} == forms_of(scene, "ru")
