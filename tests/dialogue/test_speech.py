"""What a speaker adds to a scene can be taken away again, and is understood by others."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.dialogue import Speech, heard, speech_of, spoken, unspoken
from scenograph.dialogue.speech import ROLES

_names = st.sampled_from(["", "Anna", "Tom Barker", 'O"Neil', "Вера"])
speeches = st.builds(Speech, _names, _names, st.sampled_from(["", "2025-01-12", "2025-01-12T10:15"]))


def with_pronouns(scene: Scene) -> Scene:
    pronouns = {"build": "I", "person": "you", "old": "me", "река": "я", "мост": "ты"}
    return scene.with_concepts(lambda concept: pronouns.get(concept, concept))


@given(scenes().map(with_pronouns), speeches)
def test_taking_the_speech_away_gives_the_scene_back(scene: Scene, speech: Speech) -> None:
    made = spoken(scene, speech)
    assert unspoken(made) == scene
    assert speech_of(made).speaker == speech.speaker
    assert speech_of(made).date == speech.date
    assert (made == scene) == (speech._replace(hearer="") == Speech() and made == scene)


@given(scenes().map(with_pronouns), speeches)
def test_what_is_heard_has_no_speech_and_every_other_link(scene: Scene, speech: Speech) -> None:
    found = heard(spoken(scene, speech))
    assert not any(link.role in ROLES for link in found.scene.out(0))
    assert len(found.nodes) == len(found.scene.concepts)
    if not speech.speaker and not speech.hearer:
        assert found.scene == heard(scene).scene
    roles = {link.role for link in scene.links if link.role not in (":same", *ROLES)}
    assert roles <= {link.role for link in found.scene.links}


@pytest.mark.parametrize(
    ("scene", "text", "understood"),
    [
        (
            '(m / move :agent (i / I) :to (e / entity :name "Lisbon") :tense past)',
            "I moved to Lisbon.",
            '(m / move :agent (a / entity :name "Anna") :to (e / entity :name "Lisbon") :tense past)',
        ),
        (
            "(g / give :agent (i / I) :object (b / book :poss i) :recipient (y / you))",
            "I gave you my book.",
            '(g / give :agent (a / entity :name "Anna") :object (b / book :poss a)'
            ' :recipient (t / entity :name "Tom"))',
        ),
        (
            "(з / звонить :agent (с / сестра :poss (т / ты)) :recipient (я / я))",
            "Твоя сестра звонила мне.",
            '(з / звонить :agent (с / сестра :poss (т / entity :name "Tom"))'
            ' :recipient (я / entity :name "Anna"))',
        ),
        (
            "(s / say :agent (m / man :mod (o / old)) :content (w / wait :agent (i / I) :modal can))",
            "“I can wait,” said the old man.",
            "(s / say :agent (m / man :mod (o / old)) :content (w / wait :agent m :modal can))",
        ),
        ("(f / full :subject (d / database))", "The database is full.", "(f / full :subject (d / database))"),
    ],
)
def test_pronouns_mean_the_speaker_and_the_hearer(scene: str, text: str, understood: str) -> None:
    made = spoken(Scene.parse(scene), Speech("Anna", "Tom", "2025-01-12"), text)
    assert heard(made, text, {"say"}).scene == Scene.parse(understood)


def test_a_quotation_without_a_speaker_is_understood_by_its_marks() -> None:
    scene = Scene.parse('(s / say :agent (e / entity :name "Anna") :content (t / tired :subject (i / I)))')
    named = Scene.parse('(s / say :agent (e / entity :name "Anna") :content (t / tired :subject e))')
    assert heard(scene, "“I am tired,” said Anna.", {"say"}).scene == named
    assert heard(scene, "Anna said I am tired.", {"say"}).scene == scene


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (date(2025, 1, 12), "2025-01-12"),
        (datetime(2025, 1, 12), "2025-01-12"),
        (datetime(2025, 1, 12, 10, 15, 30), "2025-01-12T10:15"),
        (None, ""),
    ],
)
def test_a_date_is_a_day_or_a_minute(moment: date | None, written: str) -> None:
    assert Speech.of("  Anna \n Smith ", None, moment) == Speech("Anna Smith", "", written)
