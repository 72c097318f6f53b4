"""Plain text: the world's scenes in two languages, and back."""

import pytest

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.plain import format_plain, parse_plain
from scenograph.world import World


def test_one_scene_in_two_languages() -> None:
    scene = Scene.parse(
        '(b / believe :agent (m / entity :name "Marta") :content (c / build :agent (o / entity :name "Oleg") '
        ":object (d / bridge :mod (q / old)) :time 1931 :tense past) :tense past)"
    )
    assert format_plain(scene) == "Marta believed that Oleg built the old bridge in 1931."
    assert format_plain(scene, "ru") == "Марта верила, что Олег построил старый мост в 1931 году."


@pytest.mark.parametrize("language", ["en", "ru"])
def test_law_parse_undoes_format(language: str) -> None:
    for scene in World().scenes(100, seed=11):
        assert parse_plain(format_plain(scene, language), language) == scene


def test_what_the_world_cannot_say_is_refused() -> None:
    with pytest.raises(SurfaceError):
        format_plain(Scene.parse("(s / snorkel)"))
    with pytest.raises(SurfaceError):
        parse_plain("Nobody ever wrote this sentence, that is for sure.")
