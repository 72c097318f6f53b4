"""Match: what it binds, compared with trying every way, and that symmetry does not blow it up."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph.core import Bindings, Link, Scene, match
from scenograph.core.links import is_unknown

BUILT = Scene.parse(
    '(b / build :agent (o / person :name "Oleg") :object (d / bridge :mod (e / old) :owner o) :time 1931)'
)


def test_unknowns_bind_scenes_constants_and_concepts() -> None:
    pattern = Scene.parse("(b / build :agent ?who :object (x / ?what) :time ?when)")
    assert match(pattern, BUILT) == [
        {"?who": Scene.parse('(p / person :name "Oleg")'), "?what": "bridge", "?when": "1931"}
    ]


def test_an_unknown_that_occurs_twice_stands_for_equal_things() -> None:
    assert match(Scene.parse("(b / build :agent ?x :object (d / bridge :owner ?x))"), BUILT) == [
        {"?x": Scene.parse('(p / person :name "Oleg")')}
    ]
    assert match(Scene.parse("(b / build :agent ?x :object ?x)"), BUILT) == []
    twins = Scene.parse("(a / and :op1 (x / old) :op2 (y / old))")
    assert match(Scene.parse("(a / and :op1 ?x :op2 ?x)"), twins) == [{"?x": Scene.parse("(o / old)")}]
    assert match(Scene.parse("(a / and :op1 (b / ?x) :op2 (c / ?x))"), twins) == [{"?x": "old"}]


def test_anywhere_lays_the_root_on_any_node() -> None:
    pattern = Scene.parse("(p / ?what :name ?name)")
    assert match(pattern, BUILT) == []
    assert match(pattern, BUILT, anywhere=True) == [{"?what": "person", "?name": '"Oleg"'}]


def test_links_of_a_pattern_lie_on_links_of_their_own() -> None:
    assert match(Scene.parse("(a / a :r 1 :r 1)"), Scene.parse("(a / a :r 1 :s 1)")) == []
    assert match(Scene.parse("(a / a :r ?x :r ?y)"), Scene.parse("(a / a :r 1 :r 2)")) == [
        {"?x": "1", "?y": "2"},
        {"?x": "2", "?y": "1"},
    ]
    assert match(
        Scene.parse("(a / a :r-of (b / ?b))"), Scene.parse("(a / a :r-of (b / b) :r-of (c / c))")
    ) == [
        {"?b": "b"},
        {"?b": "c"},
    ]


@given(scenes() | symmetric_scenes(), st.data())
def test_every_scene_matches_itself_and_what_it_was_cut_from(scene: Scene, data: st.DataObject) -> None:
    known = scene.with_concepts(lambda concept: concept.replace("?", "q"))
    known = Scene.build(
        known.concepts, [(s, r, t.replace("?", "q") if isinstance(t, str) else t) for s, r, t in known.links]
    )
    assert match(known, data.draw(redrawn(known))) == [{}]
    if known.links:
        part = known.without_links([data.draw(st.sampled_from(known.links))])
        assert match(part, known) == [{}]


def every_match(pattern: Scene, scene: Scene) -> set[frozenset[tuple[str, object]]]:
    """Bindings found by trying every way to lay the nodes of *pattern* and the links that hold unknowns."""
    found: set[frozenset[tuple[str, object]]] = set()
    for rest in permutations(range(1, len(scene.concepts)), len(pattern.concepts) - 1):
        place = (0, *rest)
        for chosen in permutations(range(len(scene.links)), len(pattern.links)):
            bound: Bindings = {}

            def agree(name: str, value: Scene | str, bound: Bindings = bound) -> bool:
                return bound.setdefault(name, value) == value

            def fits(link: Link, index: int, place: tuple[int, ...] = place, agree=agree) -> bool:  # type: ignore[no-untyped-def]
                other = scene.links[index]
                if other.source != place[link.source] or other.role != link.role:
                    return False
                if isinstance(link.target, int):
                    return other.target == place[link.target] and isinstance(other.target, int)
                if is_unknown(link.target):
                    target = other.target
                    return agree(link.target, scene.sub(target) if isinstance(target, int) else target)
                return other.target == link.target

            concepts = all(
                agree(concept, scene.concepts[place[node]])
                if is_unknown(concept)
                else concept == scene.concepts[place[node]]
                for node, concept in enumerate(pattern.concepts)
            )
            if concepts and all(map(fits, pattern.links, chosen)):
                found.add(frozenset(bound.items()))
    return found


def tiny(count: int, literals: list[str]) -> st.SearchStrategy[Scene]:
    """Scenes of few nodes and at most four links along one role."""
    some = st.sampled_from(literals)
    drawn = scenes(max_nodes=count, concepts=some, constants=some).filter(lambda scene: len(scene.links) < 5)
    return drawn.map(lambda scene: Scene.build(scene.concepts, [(s, ":r", t) for s, _, t in scene.links]))


@given(tiny(2, ["a", "b", "?x", "?y"]), tiny(3, ["a", "b"]))
def test_match_finds_what_trying_every_way_finds(pattern: Scene, scene: Scene) -> None:
    ours = match(pattern, scene)
    assert {frozenset(bindings.items()) for bindings in ours} == every_match(pattern, scene)
    assert len(ours) == len({frozenset(bindings.items()) for bindings in ours})


@pytest.mark.timeout(10)
def test_symmetry_does_not_blow_up() -> None:
    def star(leaves: int, concept: str = "leaf") -> Scene:
        return Scene.build(["and", *[concept] * leaves], [(0, ":op", n + 1) for n in range(leaves)])

    assert match(star(40), star(64)) == [{}]
    assert match(star(41), star(40)) == []
    assert match(star(1, "?x"), star(64)) == [{"?x": "leaf"}]
    wide = star(20_000)
    assert match(wide, wide) == [{}]
    mixed = Scene.build(
        ["and", *(f"leaf{n % 50}" for n in range(5_000))], [(0, ":op", n + 1) for n in range(5_000)]
    )
    assert match(mixed, mixed) == [{}]
    deep = Scene.build(["say"] * 5_000, [(n, ":content", n + 1) for n in range(4_999)])
    assert match(deep, deep) == [{}]
