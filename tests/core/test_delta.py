"""Deltas: law 3, and that near scenes have small ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph import apply, diff
from scenograph.core import Scene
from scenograph.errors import SceneError


@given(scenes() | symmetric_scenes(), scenes() | symmetric_scenes(), st.data())
def test_law_3_applying_a_difference_gives_the_other_scene(a: Scene, b: Scene, data: st.DataObject) -> None:
    delta = diff(a, b)
    assert apply(delta, a) == b
    assert apply(delta, data.draw(redrawn(a))) == b
    assert (len(delta) == 0) == (a == b)


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
