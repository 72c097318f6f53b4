"""Deltas: law 3, and that near scenes have small ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph import apply, diff
from scenograph.core import Delta, Scene
from scenograph.errors import SceneError


@given(scenes() | symmetric_scenes(), scenes() | symmetric_scenes(), st.data())
def test_law_3_applying_a_difference_gives_the_other_scene(a: Scene, b: Scene, data: st.DataObject) -> None:
    delta = diff(a, b)
    assert apply(delta, a) == b
    assert apply(delta, data.draw(redrawn(a))) == b
    assert (len(delta) == 0) == (a == b)
    assert Delta.from_scene(data.draw(redrawn(delta.to_scene()))) == delta


def test_near_scenes_have_small_deltas() -> None:
    a = Scene.parse(
        '(b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)) :time 1931)'
    )
    b = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (n / new)))')
    delta = diff(a, b)
    assert [concept for _, concept in delta.renamed] == ["new"]
    assert [(role, target) for _, role, target in delta.cut] == [(":time", "1931")]
    assert len(delta) == 2


def test_a_delta_fits_only_its_scene() -> None:
    a, b = Scene.parse("(a / a)"), Scene.parse("(b / b)")
    with pytest.raises(SceneError, match="the delta is for scene"):
        apply(diff(a, b), b)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(d / delta)", "does not say :from which scene"),
        ('(d / delta :from "zz")', "no delta"),
        ('(d / delta :from "00" :paint 7)', "it has a link :paint"),
        ('(d / delta :from "00" :edit (a / add :number 1 :concept x))', "no delta"),
        ('(d / delta :from "00" :edit (t / tie :node 0 :role ":r"))', "no delta"),
    ],
)
def test_what_is_no_delta_is_refused(text: str, said: str) -> None:
    with pytest.raises(SceneError, match=said):
        Delta.from_scene(Scene.parse(text))


@given(scenes(), st.integers(-3, 12), st.integers(-3, 12))
def test_a_delta_that_names_no_node_is_refused(a: Scene, node: int, other: int) -> None:
    text = f'(d / delta :from "{a.digest.hex()}" :edit (t / tie :node {node} :role ":r" :to {other}))'
    delta = Delta.from_scene(Scene.parse(text))
    count = len(a.concepts)
    if 0 <= node < count and 0 <= other < count:
        assert apply(delta, a) == a.canonical().with_links([(node, ":r", other)])
    else:
        with pytest.raises(SceneError, match="there is no node"):
            apply(delta, a)
