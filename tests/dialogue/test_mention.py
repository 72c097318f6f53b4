"""Whom «he» and «she» may mean: a guess, and marked as one."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.coreference import REFERENT
from scenograph.dialogue import Speech, spoken, unspoken
from scenograph.dialogue.mention import Mentions
from scenograph.readers.unsure import sure_part, whole

LIVES = '(l / live :agent (c / cousin :name "Marta" :poss (i / I)) :in (e / entity :name "Lisbon"))'
TEACHES = "(t / teach :agent (s / she) :at (u / university) :tense present)"


def meant(*turns: tuple[str, str, str, str]) -> list[Scene]:
    """Return the scenes of turns: who says it, to whom, a scene, its sentence."""
    mentions = Mentions()
    return [
        mentions.meant(spoken(Scene.parse(scene), Speech(who, to), text), text, who, to)
        for who, to, scene, text in turns
    ]


def meanings(scene: Scene) -> list[str]:
    """Return what pronouns of *scene* mean."""
    scene = whole(scene)
    return [
        f"{scene.concepts[link.source]} {scene.targets(':name', link.target)[0]}"
        for link in scene.links
        if link.role == REFERENT and isinstance(link.target, int)
    ]


def test_she_may_be_who_was_named_last_whoever_says_it() -> None:
    for who, to in (("Tom", "Rosa"), ("Rosa", "Tom")):
        _, found = meant(("Tom", "Rosa", LIVES, ""), (who, to, TEACHES, ""))
        assert meanings(found) == ['she "Marta"']
        assert unspoken(sure_part(found)) == Scene.parse(TEACHES)


def test_who_talks_a_place_and_another_gender_are_not_meant() -> None:
    asks = '(a / ask :agent (e / entity :name "Rosa") :object (e2 / entity :name "Tom"))'
    assert meanings(meant(("Tom", "Rosa", asks, ""), ("Tom", "Rosa", TEACHES, ""))[1]) == []
    brother = '(l / leave :agent (b / brother :name "Luca"))'
    assert meanings(meant(("Tom", "Rosa", brother, ""), ("Tom", "Rosa", TEACHES, ""))[1]) == []
    glavny = '(п / прийти :agent (e / entity :name "Глеб"))'
    she = "(у / уйти :agent (о / она))"
    assert meanings(meant(("Вера", "Паша", glavny, ""), ("Вера", "Паша", she, ""))[1]) == []


def test_a_name_is_forgotten_after_some_sentences() -> None:
    rains = ("Tom", "Rosa", "(r / rain :tense past)", "It rained.")
    *_, found = meant(("Tom", "Rosa", LIVES, ""), *[rains] * 4, ("Tom", "Rosa", TEACHES, ""))
    assert meanings(found) == []


@pytest.mark.parametrize(
    ("scene", "text", "link"),
    [
        (
            "(х / хотеть :content (о / открыть :object (п / пекарня)) :tense present)",
            "Хочу открыть пекарню.",
            ":agent",
        ),
        ("(н / найти :object (п / помещение) :tense past)", "Нашла помещение.", ":unsure-agent"),
        ("(т / темнеть :tense past)", "Темнело.", ""),
        ("(н / найти :agent (о / она) :object (п / помещение) :tense past)", "Она нашла помещение.", ""),
    ],
)
def test_a_russian_verb_without_a_subject_has_the_speaker(scene: str, text: str, link: str) -> None:
    [found] = meant(("Вера", "Паша", scene, text))
    roles = [it.role for it in found.out(0) if it.role in (":agent", ":unsure-agent")]
    own = [it.role for it in Scene.parse(scene).out(0) if it.role == ":agent"]
    assert roles == own + [link] * bool(link)
    assert unspoken(found) == Scene.parse(scene)


def test_a_russian_verb_in_the_first_person_plural_has_us() -> None:
    scene = Scene.parse("(с / собираться :at (ш / школа) :time 7 :tense present)")
    for speaker in ("", "Вера"):
        found = Mentions().meant(scene, "Собираемся у школы в семь.", speaker, "")
        assert Scene.parse("(м / мы)") in [
            found.sub(it) for it in found.targets(":agent") if isinstance(it, int)
        ]
    other = Mentions().meant(scene, "Собираются у школы в семь.", "", "")
    assert other == scene
