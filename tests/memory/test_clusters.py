"""Clusters gather what is alike and say what it is about; the atlas draws them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core import Lexicon
from scenograph.core.match import match
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.index.vectors import encode
from scenograph.memory.learning.atlas import Atlas, name, place
from scenograph.memory.learning.clusters import cluster

KINDS = {
    "build": '(b / build :agent (p / person :name "{0}") :object (h / house :size {1}))',
    "eat": '(e / eat :eater (c / cat :name "{0}") :eaten (f / fish :weight {1}))',
    "сказать": '(s / сказать :кто (m / мать :имя "{0}") :что (w / слово :длина {1}))',
    "fly": "(f / fly :from (a / airport :code A{0}) :to (t / airport :code B{1}))",
}


def of_kinds(each: int) -> list[Scene]:
    return [Scene.parse(form.format(f"N{n}", n)) for n in range(each) for form in KINDS.values()]


@dear
@given(st.lists(scenes(max_nodes=5), max_size=20))
def test_every_scene_is_in_one_cluster(some: list[Scene]) -> None:
    clusters, of_scene = cluster(some, encode(some), Lexicon())
    assert [it.size for it in clusters] == [int((of_scene == n).sum()) for n in range(len(clusters))]
    assert sum(it.size for it in clusters) == len(some)
    assert [it.size for it in clusters] == sorted((it.size for it in clusters), reverse=True)
    assert all(it.size for it in clusters)


def test_kinds_come_apart_and_are_named() -> None:
    told = of_kinds(25)
    clusters, of_scene = cluster(told, encode(told), Lexicon.learn(told))
    for number, it in enumerate(clusters):
        [kind] = {told[i].concepts[0] for i in np.flatnonzero(of_scene == number)}
        assert it.archetype.concepts[0] == kind
        assert it.telling
        assert it.lexeme is not None
        assert all(any(match(it.archetype, s)) for s in told if s.concepts[0] == kind)
    assert {it.archetype.concepts[0] for it in clusters} == set(KINDS)


def test_the_atlas_is_drawn_with_every_name(tmp_path: Path) -> None:
    told = of_kinds(18)
    vectors = encode(told)
    clusters, of_scene = cluster(told, vectors, Lexicon())
    places = place(vectors)
    assert places.shape == (72, 2)
    assert np.abs(places).max() == pytest.approx(1)
    apart = [places[of_scene == n].mean(axis=0) for n in range(len(clusters))]
    for number, middle in enumerate(apart):
        inside = np.linalg.norm(places[of_scene == number] - middle, axis=1).mean()
        assert inside < min(np.linalg.norm(middle - o) for n, o in enumerate(apart) if n != number)
    atlas = Atlas(tuple(range(72)), places, of_scene, tuple(clusters), 72)
    atlas.draw(tmp_path / "map.svg", "Память ⟁ 🜂")
    atlas.draw(tmp_path / "map.png")
    texts = "".join(ElementTree.parse(tmp_path / "map.svg").getroot().itertext())
    assert all(name(it) in texts for it in clusters)
    assert "Память ⟁ 🜂" in texts
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(StoreError, match=r"map\.gif.*\.svg"):
        atlas.draw(tmp_path / "map.gif")


@pytest.mark.parametrize("count", [0, 1, 3, 5])
def test_a_few_crystals_have_places(count: int) -> None:
    told = of_kinds(2)[:count]
    assert place(encode(told)).shape == (count, 2)
