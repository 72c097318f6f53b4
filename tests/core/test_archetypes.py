"""Archetypes: generalisation is least, archetypes with edits keep law 2, learning finds clusters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, redrawn, scenes, symmetric_scenes

from scenograph import Lexicon
from scenograph.core import Scene
from scenograph.core.lexicon.edits import EDITS, edited, folded_with_edits
from scenograph.core.lexicon.generalise import generalise
from scenograph.core.lexicon.length import length
from scenograph.core.lexicon.lexeme import Lexeme, is_hole
from scenograph.core.lexicon.mutable import MutableScene
from scenograph.errors import SceneError

GIFT = Scene.parse(
    "(g / give :agent (p / person :name ?1) :object (b / book :mod (r / red))"
    " :recipient (q / person :name ?2))"
)
words = st.sampled_from(["build", "bridge", "old", "река", "_", "?x", "1931", "-"])
few = st.sampled_from(["a", "b", "c"])
plain_scenes = scenes(concepts=few, constants=few) | symmetric_scenes() | scenes(concepts=words)


def archetype(pattern: Scene) -> Lexeme | None:
    """Return *pattern* as an archetype, if it can be one."""
    try:
        return Lexeme("Δ1", pattern)
    except SceneError:
        return None


@given(plain_scenes, plain_scenes)
def test_law_2_holds_for_archetypes_of_any_two_scenes(a: Scene, b: Scene) -> None:
    pattern = generalise(a.canonical(), b.canonical())
    if archetype(pattern) is None:
        return
    lexicon = Lexicon({"Δ1": pattern})
    for scene in (a, b):
        assert lexicon.expand(lexicon.compress(scene)) == scene
        assert lexicon.decode(lexicon.encode(lexicon.compress(scene))) == lexicon.compress(scene)


@given(plain_scenes, plain_scenes, plain_scenes)
def test_edits_turn_an_archetype_into_the_right_scene(a: Scene, b: Scene, other: Scene) -> None:
    lexeme = archetype(generalise(a.canonical(), b.canonical()))
    if lexeme is None:
        return
    for scene in (a, b, other):
        plain = scene.canonical()
        packed = folded_with_edits(plain, lexeme, 1_000_000)
        if packed is not None:
            draft = MutableScene(packed)
            draft.unfold(0, lexeme)
            assert edited(draft.scene()) == plain


@given(plain_scenes, st.data())
def test_a_scene_generalised_with_itself_is_itself(scene: Scene, data: st.DataObject) -> None:
    again = data.draw(redrawn(scene))
    pattern = generalise(scene.canonical(), again.canonical())
    reached = len(scene.sub(0).concepts) == len(scene.concepts)
    if reached and not any(map(is_hole, [*scene.concepts, *(str(link.target) for link in scene.links)])):
        assert pattern == scene


def test_the_least_general_generalisation_keeps_re_entrancies() -> None:
    a = Scene.parse(
        '(b / believe :agent (p / person :name "Marta") :content (s / sleep :agent p :place home))'
    )
    b = Scene.parse('(b / believe :agent (p / person :name "Oleg") :content (e / eat :agent p :place home))')
    assert generalise(a.canonical(), b.canonical()) == Scene.parse(
        "(b / believe :agent (p / person :name ?2) :content (x / ?1 :agent p :place home))"
    ) or generalise(a.canonical(), b.canonical()) == Scene.parse(
        "(b / believe :agent (p / person :name ?1) :content (x / ?2 :agent p :place home))"
    )


def test_the_same_difference_is_the_same_hole() -> None:
    a, b = (
        Scene.parse(f'(s / see :agent "{name}" :object "{name}" :time 1931)') for name in ("Vera", "Oleg")
    )
    assert generalise(a.canonical(), b.canonical()) == Scene.parse(
        "(s / see :agent ?1 :object ?1 :time 1931)"
    )


def test_a_near_scene_is_its_archetype_with_edits() -> None:
    lexicon = Lexicon({"Δ1": Scene.parse(
        "(g / give :agent (p / person :name ?1) :recipient (q / person :name ?2)"
        " :object (b / book :mod (r / red) :owner (u / university :place (c / city :mod (o / old)"
        " :country (f / federation :mod (n / northern))) :class (i / institution :mod (k / knowledgeable)))))"
    )})  # fmt: skip
    near = Scene.parse(
        '(g / give :agent (p / person :name "Anna") :recipient (q / person :name "Oleg") :time 1931'
        " :object (b / book :mod (r / blue) :owner (u / university :place (c / city :mod (o / old)"
        " :country (f / federation :mod (n / northern))) :class (i / institution :mod (k / knowledgeable)))))"
    )
    packed = lexicon.compress(near)
    assert packed.concepts[0] == "Δ1"
    assert EDITS in packed.concepts
    assert length(packed) < length(near)
    assert lexicon.expand(packed) == near
    assert lexicon.expand(lexicon.decode(lexicon.encode(packed))) == near


def test_a_hole_of_an_archetype_may_stay_empty() -> None:
    lexicon = Lexicon({"Δ1": GIFT})
    scene = Scene.parse(
        '(g / give :agent (p / person :name "Anna") :object (b / book :mod (r / red))'
        " :recipient (q / person))"
    )
    packed = lexicon.compress(scene)
    assert packed == Scene.parse('(x / Δ1 :1 "Anna")')
    assert lexicon.expand(packed) == scene


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(x / ?1 :r ?1)", "stands for a concept and for a target"),
        ("(x / ?1)", "would save nothing"),
        ("(x / ?2 :r (b / b))", "without a gap"),
    ],
)
def test_improper_archetypes_are_refused(pattern: str, said: str) -> None:
    with pytest.raises(SceneError, match=said):
        Lexicon({"Δ1": Scene.parse(pattern)})


@pytest.mark.parametrize(
    ("crystal", "said"),
    [
        ("(x / Δ1)", "needs a concept for its hole :1"),
        ("(x / Δ1 :1 (b / b))", "needs a concept for its hole :1"),
        ("(x / Δ1 :1 Δ1)", "needs a concept for its hole :1"),
        ("(x / Δ1 :1 a :edit (e / ⟁edits :edit (r / rename :node 9 :concept b)))", "no node 9"),
        ("(x / Δ1 :1 a :edit (e / ⟁edits :edit (r / paint :node 0 :concept b)))", "no delta"),
        ("(x / Δ1 :1 a :edit (e / ⟁edits :edit (r / remove :node 0)))", "no node 0"),
    ],
)
def test_crystals_that_cannot_be_expanded(crystal: str, said: str) -> None:
    lexicon = Lexicon({"Δ1": Scene.parse("(x / ?1 :country (u / United_States))")})
    with pytest.raises(SceneError, match=said):
        lexicon.expand(Scene.parse(crystal))


def test_learning_finds_clusters_of_whole_scenes() -> None:
    names = ["Anna", "Oleg", "Vera", "Marta", "Ivan", "Lena"]
    told = [
        Scene.parse(
            f'(g / {verb} :agent (p / person :name "{one}") :recipient (q / person :name "{other}")'
            " :place (u / university :class (i / institution :mod (k / knowledgeable))) :time yesterday)"
        )
        for verb in ("give", "lend", "sell", "send", "show")
        for one in names
        for other in names
        if one != other
    ]
    lexicon = Lexicon.learn(told)
    assert Lexicon.learn(reversed(told)).keys() == lexicon.keys()
    assert [lexicon.expand(lexicon.compress(scene)) for scene in told] == told
    assert sum(length(lexicon.compress(scene)) for scene in told) < sum(map(length, told)) / 2
    new = Scene.parse(str(told[0]).replace("give", "throw").replace("Anna", "Pyotr"))
    assert lexicon.expand(lexicon.compress(new)) == new
    assert length(lexicon.compress(new)) < length(new) / 2


@given(st.lists(plain_scenes, min_size=1, max_size=8))
@dear
def test_learning_keeps_law_2_and_is_deterministic(told: list[Scene]) -> None:
    lexicon = Lexicon.learn(told * 8)
    assert lexicon.to_json() == Lexicon.learn(told * 8).to_json()
    for scene in told:
        assert lexicon.expand(lexicon.compress(scene)) == scene
        assert lexicon.decode(lexicon.encode(lexicon.compress(scene))) == lexicon.compress(scene)
