"""Lexicons: law 2 at any depth, law 4, escapes, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph import Lexicon
from scenograph.core import Scene
from scenograph.errors import NotationError, SceneError, UnknownLexemeError

OLD = Scene.parse("(b / build :object (c / bridge :mod ?1))")
NESTED = Scene.parse('(x / ⟁1 :1 (o / old) :agent (p / person :name "Oleg"))')

few = st.sampled_from(["a", "b", "⟁1", "⟁'⟁1", "⟁9", "Δ41", "🜂", '"⟁1"'])
busy_scenes = scenes(concepts=few, constants=st.sampled_from(["a", "?1", "⟁1"])) | symmetric_scenes()


@st.composite
def lexicons(draw: st.DrawFn) -> Lexicon:
    """Draw lexicons with patterns cut from small scenes, nested ones among them."""
    lexicon = Lexicon()
    for number in range(draw(st.integers(0, 3))):
        known = [*lexicon, "a", "b"]
        pattern = draw(
            scenes(max_nodes=3, concepts=st.sampled_from(known), constants=st.sampled_from(["?1", "?2", "a"]))
        )
        try:
            lexicon = lexicon.extended({f"⟁{number + 1}": pattern})
        except SceneError:
            continue  # no proper pattern
    return lexicon


@given(busy_scenes | scenes(), lexicons(), st.data())
def test_law_2_expanding_undoes_compressing(scene: Scene, lexicon: Lexicon, data: st.DataObject) -> None:
    packed = lexicon.compress(scene)
    assert lexicon.expand(packed) == scene
    assert lexicon.expand(lexicon.compress(packed)) == packed
    assert lexicon.compress(data.draw(redrawn(scene))) == packed
    opened = packed
    for _ in range(len(lexicon)):
        opened = lexicon.expand(opened, depth=1)
    assert lexicon.expand(opened) == scene
    assert lexicon.expand(packed, depth=0) == packed


@given(st.lists(symmetric_scenes(), min_size=1, max_size=6), lexicons(), busy_scenes)
def test_law_4_a_lexicon_only_grows(training: list[Scene], lexicon: Lexicon, scene: Scene) -> None:
    packed = lexicon.compress(scene)
    later = Lexicon.learn(training, size=5, least=1, base=lexicon)
    assert later.version >= lexicon.version
    assert dict(later.items() & lexicon.items()) == dict(lexicon)
    assert later.expand(packed) == scene
    assert later.expand(later.compress(scene)) == scene
    assert all(later.expand(later.compress(one)) == one for one in training)


def test_a_lexicon_without_lexemes_grows_too() -> None:
    first = Lexicon.learn([Scene.parse("(b / bridge)")])
    assert len(first) == 0  # an empty mapping, yet it has had a generation
    later = Lexicon.learn([Scene.parse("(h / house)")], base=first)
    assert later.generations[:1] == first.generations
    assert later.decode(first.encode(OLD)) == OLD


def test_a_pattern_becomes_one_node() -> None:
    lexicon = Lexicon({"⟁1": OLD, "⟁2": NESTED})
    scene = Scene.parse(
        '(b / build :time 1931 :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)))'
    )
    packed = lexicon.compress(scene)
    assert packed == Scene.parse("(x / ⟁2 :time 1931)")
    assert lexicon.expand(packed) == scene
    assert lexicon.expand(packed, depth=1) == Scene.parse(
        '(x / ⟁1 :time 1931 :1 (o / old) :agent (p / person :name "Oleg"))'
    )


def test_what_is_shared_with_the_rest_of_a_scene_is_left_in_place() -> None:
    lexicon = Lexicon({"⟁1": OLD})
    shared = Scene.parse(
        "(a / and :op1 (b / build :object (c / bridge :mod (o / old))) :op2 (s / see :object c))"
    )
    assert lexicon.compress(shared) == shared


def test_concepts_spelt_like_lexemes_are_escaped() -> None:
    lexicon = Lexicon({"⟁1": OLD})
    scene = Scene.parse("(a / and :op1 (x / ⟁1) :op2 (y / 🜂) :op3 (z / ⟁say))")
    packed = lexicon.compress(scene)
    assert set(packed.concepts) == {"and", "⟁'⟁1", "⟁'🜂", "⟁say"}
    assert lexicon.expand(packed) == scene


def test_learning_finds_what_recurs() -> None:
    scenes = [
        Scene.parse(f'(b / build :agent (p / person :name "N{n}") :object (c / bridge :mod (o / old)))')
        for n in range(20)
    ]
    lexicon = Lexicon.learn(scenes)
    assert [lexicon.expand(lexicon.compress(scene)) for scene in scenes] == scenes
    assert lexicon.compress(scenes[0]).format(indent=None).count("/") == 1
    assert Lexicon.learn(scenes) == lexicon
    assert len(Lexicon.learn(scenes, size=1)) == 1
    assert len(Lexicon.learn(scenes, least=21)) == 0


@given(lexicons())
def test_json_keeps_a_lexicon(lexicon: Lexicon) -> None:
    again = Lexicon.from_json(json.loads(json.dumps(lexicon.to_json())))
    assert list(again.items()) == list(lexicon.items())


@pytest.mark.parametrize(
    ("lexemes", "error", "said"),
    [
        ({"bridge": OLD}, SceneError, "'bridge' is no name for a lexeme"),
        ({"⟁1": Scene.parse("(x / ⟁1 :r 1)")}, SceneError, "lexeme ⟁1 is cyclic"),
        (
            {"⟁1": Scene.parse("(x / ⟁2 :r 1)"), "⟁2": OLD},
            UnknownLexemeError,
            "uses ⟁2, which is not defined before it",
        ),
        ({"⟁1": Scene.parse("(a / a :r ?2)")}, SceneError, "holes of lexeme ⟁1 must be ?1, ?2"),
        ({"⟁1": Scene.parse("(a / a :r ?1)")}, SceneError, "would save nothing"),
        (
            {"⟁1": Scene.parse("(a / a :r-of (b / b))")},
            SceneError,
            "forward links from its root must reach all",
        ),
    ],
)
def test_improper_lexemes_are_refused(lexemes: dict[str, Scene], error: type[SceneError], said: str) -> None:
    with pytest.raises(error, match=said.replace("?", r"\?")):
        Lexicon(lexemes)


@pytest.mark.parametrize(
    ("scene", "error", "said"),
    [
        ("(x / ⟁9)", UnknownLexemeError, "no ⟁9"),
        ("(x / ⟁1)", SceneError, "needs something for its hole :1"),
        ("(x / ⟁1 :1 a :1 b)", SceneError, "each filled once"),
        ("(x / ⟁1 :1 a :2 b)", SceneError, ":2 is too many"),
    ],
)
def test_expanding_what_cannot_be_expanded(scene: str, error: type[SceneError], said: str) -> None:
    with pytest.raises(error, match=said):
        Lexicon({"⟁1": OLD}).expand(Scene.parse(scene))


def test_unfolding_without_end_is_refused() -> None:
    lexemes = {"⟁1": Scene.parse("(a / a :x (b / b) :y (c / b))")}
    for n in range(2, 26):
        lexemes[f"⟁{n}"] = Scene.parse(f"(a / a :x (b / ⟁{n - 1}) :y (c / ⟁{n - 1}))")
    with pytest.raises(SceneError, match="unfolds to 67108863 nodes"):
        Lexicon(lexemes).expand(Scene.parse("(x / ⟁25)"))


def test_a_lexicon_is_never_redefined() -> None:
    with pytest.raises(SceneError, match="⟁1 is defined already"):
        Lexicon({"⟁1": OLD}).extended({"⟁1": NESTED})
    with pytest.raises(SceneError, match="a lexicon in JSON is"):
        Lexicon.from_json({"lexemes": [{"name": "⟁1"}]})
    with pytest.raises(NotationError):
        Lexicon.from_json({"lexemes": [{"name": "⟁1", "pattern": "(a"}]})


def test_equal_siblings_count_once() -> None:
    """A lexeme takes one of them along; counted each, they made thousands of lexemes that spare nothing."""
    wide = Scene.build(["and", *["x"] * 500], [(0, ":op", node) for node in range(1, 501)])
    lexicon = Lexicon.learn([wide, wide, wide])
    assert len(lexicon) <= 1
    assert lexicon.expand(lexicon.compress(wide)) == wide
