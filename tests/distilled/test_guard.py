"""The guard keeps a text that says its scene, whatever a style puts around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import scenes

from scenograph.core import Scene
from scenograph.distilled.candidates import Said
from scenograph.distilled.guard import judge, look, missing, new_words
from scenograph.readers.graph_reader import bundled

SOLD = Said(
    Scene.parse('(s / sell :agent (e / entity :name "Anna") :object (h / house) :tense past)'),
    "Anna sold the house.",
    "en",
)


@settings(max_examples=60, deadline=None)
@given(scene=scenes())
def test_a_scene_stands_in_itself_and_under_a_remark(scene: Scene) -> None:
    assert missing(scene, scene) == []
    links = [
        (link.source + 1, link.role, link.target + 1 if isinstance(link.target, int) else link.target)
        for link in scene.links
    ]
    under = Scene.build(["zzz-say", *scene.concepts], [(0, ":zzz-content", 1), *links])
    assert missing(scene, under) == []


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "empty"),
        ("!!!", "empty"),
        ("Sentence: Anna sold the house.", "notation"),
        ("( sell:agent Anna)", "notation"),
        ("Анна продала дом.", "language"),
        ("Aye, Anna sold the house, хозяин.", "language"),
        ("Aye, Anna sold the house " + "and so on " * 9, "long"),
        ("anna sold THE house!", "copied"),
        ("Beep, Anna sold the house.", "borrowed"),
    ],
)
def test_what_is_refused_before_it_is_read(text: str, verdict: str) -> None:
    assert look(text, SOLD, (), {"beep"}) == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Aye, Anna sold the house.", "kept"),
        ("Aye, Anna sold it.", "lost"),
        ("Aye, Boris sold the house.", "lost"),
        ("Aye, Anna will sell the house.", "lost"),
        ("Aye, Anna did not sell the house.", "changed"),
        ("Aye, if it rains, Anna sold the house.", "changed"),
    ],
)
def test_what_is_refused_after_it_is_read(text: str, verdict: str) -> None:
    assert look(text, SOLD, (), ()) is None
    found, note = judge(SOLD, bundled().read_many([text], "en")[0].draft)
    assert (found, bool(note)) == (verdict, verdict != "kept"), note


def test_nothing_read_is_nothing_said() -> None:
    assert judge(SOLD, None) == ("unread", "")
    assert new_words("Aye, Anna sold the old house!", SOLD) == ["aye", "old"]
