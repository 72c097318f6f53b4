"""The examples of docs/scenes.md: hand-written trees, and the very scenes that the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.readers.conllu import parse
from scenograph.readers.convert import Converted, convert

_TREES = {
    sentence.text: sentence
    for sentence in parse((Path(__file__).parent / "scenes.conllu").read_text(encoding="utf-8").split("\n"))
}
_PAGE = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
_EXAMPLES = _PAGE.partition("## Examples")[2].partition("\n## ")[0]
_SHOWN = {
    text: Scene.parse(block) for text, block in re.findall(r"^([^\n`]+)\n\n```\n([^`]+)```$", _EXAMPLES, re.M)
}


def test_the_page_shows_twenty_examples_of_both_languages() -> None:
    assert _SHOWN.keys() == _TREES.keys()
    russian = sum(bool(re.search("[а-я]", text)) for text in _SHOWN)
    assert russian >= 10
    assert len(_SHOWN) - russian >= 10


@pytest.mark.parametrize("text", _TREES)
def test_the_page_shows_the_scene_of_the_tree(text: str) -> None:
    assert convert(_TREES[text]).scene == _SHOWN[text]


def _arcs(converted: Converted, role: str) -> list[set[int]]:
    links = zip(converted.scene.links, converted.origins, strict=True)
    return [set(origin.arcs) for link, origin in links if link.role == role]


def test_a_link_rests_on_the_arcs_that_lead_to_it() -> None:
    converted = convert(_TREES["Anna wants to sleep."])
    assert _arcs(converted, ":agent") == [{1}, {1, 4}]  # Anna wants; Anna sleeps, by «wants to sleep»
    converted = convert(_TREES["Мария работает в Сбербанке."])
    assert _arcs(converted, ":in") == [{3, 4}]  # the noun and its preposition


def test_statements_and_questions_have_one_shape() -> None:
    stated = convert(_TREES["Paris is the capital of France."]).scene
    asked = convert(_TREES["What is the capital of France?"]).scene
    answer = '(e / entity :name "Paris")'
    assert str(asked).replace("?what", answer.replace("e /", "p /")) != str(asked)
    assert stated == Scene.parse(str(asked).replace("?what", answer.replace("e /", "p /")))
