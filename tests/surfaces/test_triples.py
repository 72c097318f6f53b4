"""Triples and scenes say the same: both ways, for every set and every scene."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.surfaces.triples import Triple, from_triples, to_triples

names = st.sampled_from(
    ["Alan_Bean", "field", "Δ41", "⟁7", "?x", "_", "-", "1931", '"1931"', "_:0", "_:1", ""]
)
odd = st.sampled_from(
    ['"1998"^^xsd:gYear', '"52.0"(minutes)', "a b", "a/b", "Warm  or cold", "~e.3", "#", "'", "\\"]
)
predicates = st.sampled_from(
    ["type", "rdf:type", "of", "part-of", "consist-of", "-of", "%", "%2F", "1", "scene", ""]
)
texts = names | odd | st.text(max_size=6)
triples = st.lists(st.builds(Triple, texts, predicates | texts, texts), max_size=6)


def _webnlg(folder: Path) -> list[list[Triple]]:
    """The triple sets of a folder, read without the package."""
    sets: list[list[Triple]] = []
    for file in sorted(folder.rglob("*.xml")):
        for entry in ElementTree.parse(file).getroot().iter("entry"):
            statements = [element.text or "" for element in entry.iter("mtriple")]
            sets.append([Triple(*statement.split(" | ")) for statement in statements])
    return sets


@pytest.mark.parametrize(
    ("part", "count"), [("en/train", 13211), ("en/dev", 1667), ("ru/train", 5573), ("ru/dev", 790)]
)
def test_every_webnlg_set_comes_back(shared_data: Path, part: str, count: int) -> None:
    sets = _webnlg(shared_data / "webnlg" / part)
    assert len(sets) == count
    for statements in sets:
        scene = from_triples(statements)
        assert Counter(to_triples(scene)) == Counter(statements)
        assert Counter(to_triples(Scene.parse(str(scene)))) == Counter(statements)


@given(triples)
@example([Triple("_:0", "rdf:type", "bridge")])
@example([Triple("_:0", "rdf:type", '"_:0"'), Triple("_:0", "rdf:type", "bridge")])
@example([Triple("field", "scene", "a"), Triple("b", "scene", "field")])
@example([Triple("a", "b", '"c"'), Triple("d", "e", '"c"'), Triple('"c"', "b", "a")])
@example([Triple("a", "b", "a"), Triple("a", "b", "a")])
def test_law_triples_come_back(statements: list[Triple]) -> None:
    scene = from_triples(statements)
    assert Counter(to_triples(scene)) == Counter(statements)
    assert from_triples(to_triples(scene)) == scene
    assert Scene.parse(str(scene)) == scene


@given(triples, st.randoms())
def test_law_order_does_not_matter(statements: list[Triple], random: object) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert from_triples(shuffled) == from_triples(statements)


@given(scenes())
def test_law_scenes_come_back(scene: Scene) -> None:
    assert from_triples(to_triples(scene)) == scene


def test_entities_are_nodes_and_properties_roles() -> None:
    statements = [
        ("Alan_Bean", "birthDate", '"1932-03-15"'),
        ("Alan_Bean", "mission", "Apollo_12"),
        ("Apollo_12", "operator", "NASA"),
    ]
    expected = '(a / Alan_Bean :birthDate "1932-03-15" :mission (b / Apollo_12 :operator (n / NASA)))'
    assert from_triples(statements) == Scene.parse(expected)


def test_a_set_in_several_parts_gets_a_collecting_root() -> None:
    scene = from_triples([("a", "p", "b"), ("c", "q", "d")])
    assert scene == Scene.parse("(f / field :scene (a / a :p (b / b)) :scene (c / c :q (d / d)))")


def test_the_root_is_no_object_and_has_most_triples() -> None:
    assert from_triples([("a", "p", "b"), ("c", "p", "b"), ("c", "q", "d")]).root_concept == "c"
    assert from_triples([("b", "p", "a"), ("a", "p", "b"), ("b", "p", "b")]).root_concept == "b"


def test_a_scene_whose_nodes_share_concepts_is_described_node_by_node() -> None:
    scene = Scene.parse('(s / see :agent (p / person :name "Anna") :object (q / person :name "Olga"))')
    described = to_triples(scene)
    assert described[0] == Triple("_:0", "rdf:type", "see")
    assert len(described) == len(scene.concepts) + len(scene.links)


def test_no_triples_are_an_empty_field() -> None:
    assert from_triples([]) == Scene.parse("(f / field)")
    assert to_triples(Scene.parse("(f / field)")) == []
