"""Unsure links are kept with a mark; without them a scene is what was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.readers.graph_reader import bundled
from scenograph.readers.reading import LinkReading, Reading
from scenograph.readers.unsure import LEAST_KEPT, UNSURE, hanging_together, is_unsure, kept, sure_part, whole

TEXTS = [
    "Maria works at Siemens in Berlin, as far as the old postman's cousin from Ulm has always known.",
    "We might go to Ghent by the late bus tomorrow, Bert's aunt permitting.",
    "Они вчера с трудом доехали до дачи на старом велосипеде соседа, который живет у реки.",
    "Anna slept.",
    "Кошку Марины зовут Муся.",  # an unsure `:of`, which must not turn round
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_sure_part_of_what_is_kept_is_what_was_read(text: str) -> None:
    [reading] = bundled().read_many([text])
    scene = kept(reading)
    if reading.scene is None:
        assert scene is None
        return
    assert scene is not None
    assert sure_part(scene) == reading.scene
    unsure = [link for link in scene.links if is_unsure(link.role)]
    assert len(unsure) <= len(reading.unsure)
    dropped = any(link.probability < LEAST_KEPT for link in reading.unsure)
    assert dropped or whole(scene) == reading.draft


def test_a_clause_is_no_surer_than_the_link_that_it_hangs_on() -> None:
    hoped = Scene.parse(
        '(h / hope :agent (e / entity :name "Ann") :unsure-content (c / call :agent e '
        ":if (f / find :agent e :object (k / key) :tense future) :tense future) :tense present)"
    )
    assert sure_part(hoped) == Scene.parse('(h / hope :agent (e / entity :name "Ann") :tense present)')
    described = Scene.parse(
        "(m / man :agent-of (f / fall :op1-of (a / and :op2 (d / die :agent m))) :unsure-in (c / city))"
    )
    assert sure_part(described) == described.without_links(
        [link for link in described.links if link.role == ":unsure-in"]
    )


@given(scenes(), st.data())
def test_what_hangs_together_is_what_is_kept_and_reached(scene: Scene, data: st.DataObject) -> None:
    kept_links = data.draw(st.lists(st.booleans(), min_size=len(scene.links), max_size=len(scene.links)))
    hang = hanging_together(scene, kept_links)
    assert all(it <= is_kept for it, is_kept in zip(hang, kept_links, strict=True))
    assert hanging_together(scene, [True] * len(hang)) == [True] * len(hang)
    part = scene.without_links([link for link, it in zip(scene.links, hang, strict=True) if not it])
    assert len(part.links) == sum(hang)


def test_a_link_that_is_hardly_probable_is_not_kept() -> None:
    scene = Scene.parse("(w / work :agent (m / man) :in (c / city) :at (t / town) :tense past)")
    chances = [0.9, 0.4, 0.1, 0.9]
    links = [
        LinkReading("work", link.role, str(link.target), chance, chance >= 0.5)
        for link, chance in zip(scene.links, chances, strict=True)
    ]
    sure = Scene.parse("(w / work :agent (m / man) :tense past)")
    root = LinkReading("", ":root", "work", 0.9, True)
    reading = Reading("…", sure, 0.6, "en", scene, "graph", (root, *links))
    assert kept(reading) == Scene.parse("(w / work :agent (m / man) :unsure-in (c / city) :tense past)")
    assert kept(Reading("…", sure, 0.6, "en", sure)) == sure
    assert kept(Reading("…", None, 0.6, "en", scene)) is None


def test_an_unsure_of_in_an_old_memory_is_no_sure_link() -> None:
    scene = Scene.parse('(n / name :object (c / cat :unsure-of (e / entity :name "Nina")) :tense present)')
    assert sure_part(scene) == Scene.parse("(n / name :object (c / cat) :tense present)")
    assert whole(scene) == Scene.parse(
        '(n / name :object (c / cat :of (e / entity :name "Nina")) :tense present)'
    )


@given(scenes(), st.data())
def test_taking_the_marks_off_changes_nothing_else(scene: Scene, data: st.DataObject) -> None:
    marked = Scene.build(
        scene.concepts,
        [
            (source, UNSURE + role[1:] if role[-3:] != "-of" and data.draw(st.booleans()) else role, target)
            for source, role, target in scene.triples
        ],
    )
    assert whole(marked) == scene
    assert not any(is_unsure(link.role) for link in sure_part(marked).links)
