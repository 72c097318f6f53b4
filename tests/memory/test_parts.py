"""The pieces that recall is made of, each against what it promises."""

from __future__ import annotations

from itertools import compress, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph.core.scene import Scene
from scenograph.memory.index.features import features_of, numbers
from scenograph.memory.index.vectors import DIMENSIONS, HASHED, encode, encode_symbols
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.resonance import structure
from scenograph.memory.symbols import is_open, names_in, symbols_of
from scenograph.morphology.lemmas import index_form

OLEG = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)))')


def found_by_trying_all(cue: Scene, scene: Scene) -> int:
    """What `Cue.found_in` promises, by trying every placement."""
    present = set(scene.links)
    with_role = {(link.source, link.role) for link in scene.links}
    best = 0
    places = [*range(len(scene.concepts)), *[None] * len(cue.concepts)]
    for placed in set(permutations(places, len(cue.concepts))):
        found = 0
        fits = list(placed)
        for node, place in enumerate(placed):
            if place is not None and not is_open(cue.concepts[node]):
                if cue.concepts[node] == scene.concepts[place]:
                    found += 1
                else:
                    fits[node] = None
        for source, role, target in cue.links:
            if isinstance(target, int):
                found += (fits[source], role, fits[target]) in present
            elif is_open(target):
                found += (fits[source], role) in with_role
            else:
                found += (fits[source], role, target) in present
        best = max(best, found)
    return best


few = st.sampled_from(["a", "b", "?x", "_"])
small = scenes(max_nodes=3, concepts=few, constants=few) | symmetric_scenes(max_nodes=3)


@given(small, small)
def test_an_alignment_finds_what_trying_all_finds(cue: Scene, scene: Scene) -> None:
    assert Cue(cue).found_in(scene) == found_by_trying_all(cue, scene)


@given(scenes(), scenes())
def test_features_bound_what_can_be_found(cue: Scene, scene: Scene) -> None:
    similar = {
        symbol: {other: 0.5} for symbol, other in zip(symbols_of(cue), symbols_of(scene), strict=False)
    }
    for wanted in (Cue(cue), Cue(cue, similar)):
        features = set(features_of([scene])[1].tolist())
        possible = sum(
            max(gain for gain in (0.0, *compress(need.gains, map(features.__contains__, found))))
            for need in wanted.needs
            for found in [numbers(need.features).tolist()]
        )
        assert 0 <= wanted.found_in(scene) <= possible <= wanted.size == len(wanted.needs)


@given(scenes(), st.data())
def test_every_part_of_a_scene_is_found_in_it(scene: Scene, data: st.DataObject) -> None:
    again = data.draw(redrawn(scene))
    assert structure(scene, again) == 1.0
    part = scene.sub(data.draw(st.integers(0, len(scene.concepts) - 1)))
    assert structure(part, again) == 1.0


def test_deep_scenes_are_aligned_without_a_deep_stack() -> None:
    deep = Scene.build(["a"] * 2000, [(i, ":in", i + 1) for i in range(1999)])
    assert structure(deep, deep) == 1.0


@given(scenes(), st.data())
def test_a_vector_depends_on_the_meaning_alone(scene: Scene, data: st.DataObject) -> None:
    other = data.draw(redrawn(scene))
    one, two = encode([scene, other])
    assert np.allclose(one, two, atol=1e-5)
    fillers = [*scene.concepts, *(link.target for link in scene.links if isinstance(link.target, str))]
    known = not all(map(is_open, fillers))
    assert np.linalg.norm(one) == pytest.approx(float(known), abs=1e-5)
    assert one.dtype == np.float32


def test_vectors_do_not_depend_on_what_else_is_encoded_with_them() -> None:
    many = [Scene.parse(f"(a / word-{i} :of (b / thing-{i % 7} :mod x))") for i in range(900)]
    assert np.allclose(
        encode(many)[::100], np.concatenate([encode([scene]) for scene in many[::100]]), atol=1e-6
    )
    assert encode([]).shape == (0, DIMENSIONS)


def test_a_part_is_more_like_its_scene_than_another_scene_of_the_same_words() -> None:
    swapped = Scene.parse('(b / build :agent (c / bridge :mod (o / old)) :object (p / person :name "Oleg"))')
    other = Scene.parse('(s / see :agent (p / person :name "Marta") :object (h / house))')
    cue = Scene.parse('(b / build :agent (p / person :name "Oleg") :object ?what)')
    like = encode([OLEG, swapped, other]) @ encode([cue])[0]
    assert like[0] > like[1] + 0.05
    assert like[1] > like[2] + 0.2
    asked = encode_symbols({'"Oleg"': 1.0, "bridge": 1.0})[0]
    assert encode([OLEG])[0] @ asked > 0.2


def test_item_vectors_are_the_same_on_every_machine() -> None:
    phases = np.round(np.angle(HASHED(["bridge"])[0, :6]) / (2 * np.pi) * 256) % 256
    assert phases.tolist() == [146, 182, 91, 210, 182, 44]
    assert np.allclose(np.abs(HASHED(["мост"])), 1)
    assert not HASHED(["?who", "_"]).any()
    assert abs(np.vdot(HASHED(["bridge"]), HASHED(["мост"]))) / 512 < 0.15


def test_words_are_indexed_in_their_dictionary_form() -> None:
    assert index_form("Ёлки! В 1931-м; построила_мосты") == "елка в 1931 м построить мост"
    assert list(names_in(["a", "b", "c"])) == ["a", "a b", "a b c", "b", "b c", "c"]
