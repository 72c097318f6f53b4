"""What the world says and an open reader reads of the same sentence is one scene; on hand-written trees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.core.links import quote, unquote
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.world import World
from scenograph.world.lexicon import load_lexicon

WORLD = World()
TREES = {
    sentence.text: sentence
    for sentence in parse((Path(__file__).parent / "open.conllu").read_text(encoding="utf-8").split("\n"))
}
LEMMAS = {"в саду": "сад"}
"""The noun of each place of the Russian sentences; the lexicon has the whole phrase."""


def in_the_worlds_words(scene: Scene) -> Scene:
    """Return a Russian *scene* with the world's concepts and spellings of names, which are English."""
    concepts = {
        LEMMAS.get(concept.ru, concept.ru).replace("ё", "е"): concept.name
        for concept in load_lexicon().by_name.values()
    }
    spellings = WORLD.names.spellings
    links = [
        (source, role, quote(spellings.latin(unquote(target))) if role == ":name" else target)
        for source, role, target in scene.links
        if isinstance(target, str)
    ]
    links += [link for link in scene.links if isinstance(link.target, int)]
    return Scene.build([concepts.get(concept, concept) for concept in scene.concepts], links)


@pytest.mark.parametrize("text", TREES)
def test_the_world_and_an_open_reader_say_one_scene(text: str) -> None:
    language = "ru" if re.search("[а-яё]", text) else "en"
    read = convert(TREES[text]).scene
    scene = in_the_worlds_words(read) if language == "ru" else read
    assert WORLD.parse(text, language=language) == scene
    assert text in WORLD.texts(scene, "plain", language)
