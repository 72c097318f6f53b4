"""Emoji: exact for the world, refused in words beyond it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Link, Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.emoji import ROLE_SIGNS, format_emoji, parse_emoji
from scenograph.world import World
from scenograph.world.lexicon import load_lexicon

BELIEF = """
(b / believe :agent (p / entity :name "Marta") :tense past
   :content (c / build :agent (q / entity :name "Oleg") :object (d / bridge :mod (o / old)) :time 1931
      :tense past))
"""
CONCEPTS = [*World().concepts[::12], "entity", "plus", "?who", "_"]
CONSTANTS = ["1931", "+5", "-", "+", "?x", '"Oleg"', '"a] [b"', r'"\"q\""', '""', "imperative", "₁"]


@st.composite
def world_graphs(draw: st.DrawFn) -> Scene:
    """Any graph over the world's concepts and roles, sensible or not."""
    concepts = draw(st.lists(st.sampled_from(CONCEPTS), min_size=1, max_size=6))
    nodes = st.integers(0, len(concepts) - 1)
    roles = st.sampled_from([":agent", ":object", ":name", ":op1", ":time"])
    tree = [Link(draw(st.integers(0, i - 1)), draw(roles), i) for i in range(1, len(concepts))]
    more = draw(st.lists(st.builds(Link, nodes, roles, nodes | st.sampled_from(CONSTANTS)), max_size=4))
    return Scene.build(concepts, [*tree, *more])


def test_one_scene_in_signs() -> None:
    text = format_emoji(Scene.parse(BELIEF))
    assert text == "🛐 🙋👤[Marta] 💌(🏗️ 🙋👤[Oleg] ➡️(🌉 ✨🏺) 🕰️1931 ⌛⟨past⟩) ⌛⟨past⟩"
    assert parse_emoji(text) == Scene.parse(BELIEF)


def test_variation_selectors_and_blanks_do_not_count() -> None:
    text = format_emoji(Scene.parse(BELIEF))
    bare = text.replace("\ufe0f", "").replace(" ", "")
    assert parse_emoji(bare) == Scene.parse(BELIEF)


def test_signs_differ() -> None:
    signs = [concept.emoji for concept in load_lexicon().by_name.values()] + list(ROLE_SIGNS.values())
    bare = [sign.replace("\ufe0f", "") for sign in signs]
    assert len(set(bare)) == len(bare)
    assert set(ROLE_SIGNS) == {*World().roles, ":definite"}


def test_an_article_has_a_sign() -> None:
    scene = Scene.parse('(b / buy :agent (e / entity :name "Maria") :object (h / house :definite no))')
    assert format_emoji(scene) == "🛍️ 🙋👤[Maria] ➡️(🏠 📌⟨no⟩)"
    assert parse_emoji(format_emoji(scene)) == scene


@given(world_graphs())
def test_law_parse_undoes_format(scene: Scene) -> None:
    assert parse_emoji(format_emoji(scene)) == scene


def test_law_holds_for_the_world_and_its_questions() -> None:
    world, rng = World(), random.Random(7)
    for scene in world.scenes(300, seed=7):
        assert parse_emoji(format_emoji(scene)) == scene
        for question in world.questions(scene, rng)[:2]:
            assert parse_emoji(format_emoji(question.scene)) == question.scene
            assert parse_emoji(format_emoji(question.answer)) == question.answer


@pytest.mark.parametrize(
    "notation", ["(s / snorkel)", "(b / build :manner (o / old))", "(b / build :mod (l / ⟁7))"]
)
def test_what_is_not_of_the_world_is_refused(notation: str) -> None:
    with pytest.raises(SurfaceError, match="has no sign for"):
        format_emoji(Scene.parse(notation))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: expected the sign of a concept, found the end"),
        ("hello", "character 1: expected the sign of a concept"),
        ("🌉 old", "character 3: expected the sign of a role"),
        ("🌉 ✨", "character 4: expected the sign of a concept, found the end"),
        ("🌉 ✨(🏺", "1 parentheses are not closed"),
        ("🌉)", "character 2: expected the sign of a role"),
        ("🌉 ✨₁", "label"),
    ],
)
def test_malformed_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_emoji(text)
