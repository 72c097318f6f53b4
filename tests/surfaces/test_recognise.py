"""What is on an exact surface is recognised there; what people write is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.recognise import recognised
from scenograph.surfaces.registry import SURFACES
from scenograph.world import World

UD = Path(__file__).parents[3] / "shared" / "data" / "ud"


@given(scenes(), st.sampled_from(["penman", "logic", "svg"]))
def test_law_a_scene_is_recognised_on_its_surface(scene: Scene, surface: str) -> None:
    found = recognised(SURFACES[surface].say(scene))
    assert found == (surface, scene) if scene.links or surface == "svg" else found is None


@pytest.mark.parametrize("surface", ["emoji", "formula", "latex"])
def test_scenes_of_the_world_are_recognised(surface: str) -> None:
    count = 0
    for scene in World().scenes(400, seed=5):
        try:
            text = SURFACES[surface].say(scene)
        except SurfaceError:
            continue
        count += 1
        found = recognised(text)
        assert found is not None
        assert found[1] == scene
    assert count > 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "🎉 Party tonight!",
        "I love 🐱.",
        "(see below)",
        "(and / or)",
        "(a / b :c d) and more",
        "I paid $5 and $6.",
        "10:30 - 12:00",
        "555-1234",
        "2026-11-29",
        "3 > 2, and it rains.",
        "Call me (now): it is urgent.",
        "<svg>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_texts_of_people_are_on_none(text: str) -> None:
    assert recognised(text) is None


def test_sentences_of_treebanks_are_on_none() -> None:
    if not UD.is_dir():
        pytest.skip("the treebanks are not here")
    texts = [
        line.removeprefix("# text = ")
        for path in sorted(UD.glob("*/dev.conllu"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.startswith("# text = ")
    ]
    assert len(texts) > 5000
    assert [text for text in texts if recognised(text) is not None] == []
