"""Every surface of the registry brings back what it wrote, files of several scenes included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.registry import SURFACES
from scenograph.world import World

FOR_ALL = {
    "penman",
    "formula",
    "logic",
    "tptp",
    "prolog",
    "triples",
    "turtle",
    "ntriples",
    "jsonld",
    "graphml",
}
"""Surfaces that can express every scene (triples, all that have any)."""
TWO_WAY = [name for name, surface in SURFACES.items() if surface.read]


def test_names_and_order() -> None:
    assert set(SURFACES) >= FOR_ALL | {"plain", "emoji", "latex"}
    assert all(surface.name == name and surface.about for name, surface in SURFACES.items())


@pytest.mark.parametrize("name", TWO_WAY)
@given(st.lists(scenes(), min_size=1, max_size=3))
@dear
def test_law_read_undoes_write(name: str, drawn: list[Scene]) -> None:
    surface = SURFACES[name]
    assert surface.read is not None
    try:
        text = surface.write(drawn, "en")
    except SurfaceError:
        assert name not in FOR_ALL or (name == "triples" and Scene.parse("(f / field)") in drawn)
        return
    assert surface.read(text, "en") == drawn
    assert [surface.read(surface.say(scene), "en") for scene in drawn] == [[scene] for scene in drawn]


@pytest.mark.parametrize("name", [name for name in TWO_WAY if name not in ("latex", "svg")])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_law_holds_for_the_world(name: str, language: str) -> None:
    surface = SURFACES[name]
    assert surface.read is not None
    drawn = list(World().scenes(60, seed=11))
    assert surface.read(surface.write(drawn, language), language) == drawn


@pytest.mark.parametrize("name", ["plain", "emoji", "latex"])
def test_what_a_surface_has_no_words_for_is_an_error(name: str) -> None:
    with pytest.raises(SurfaceError):
        SURFACES[name].say(Scene.parse("(q / quibble :wherefore (z / zyzzyva))"))


def test_errors_name_the_line() -> None:
    read = SURFACES["formula"].read
    assert read is not None
    with pytest.raises(SurfaceError, match="line 3: formula, character 7"):
        read("rain\n\nsnow ∧", "en")
    read = SURFACES["prolog"].read
    assert read is not None
    with pytest.raises(SurfaceError, match="line 4: prolog, line 2"):
        read("root(a).\nnode(a, b).\n\nroot(a).\nnode(", "en")
