"""Which place «there» means; hand-checked scenes."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import scenes

from scenograph import realiser
from scenograph.answers import answer_text, find
from scenograph.answers.classes import THERE
from scenograph.answers.there import with_places
from scenograph.core import Scene
from scenograph.memory import Memory

OSLO = '(e / entity :name "Oslo")'


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            f"(a / and :op1 (m / move :to {OSLO}) :op2 (w / work :place (t / there)))",
            f"(a / and :op1 (m / move :to {OSLO}) :op2 (w / work :in e))",
        ),
        (
            "(e / ехать :agent (я / я) :on (д / дача) :because (ж / жить :place (т / там)))",
            "(e / ехать :agent (я / я) :on (д / дача) :because (ж / жить :on д))",
        ),
        (  # not what was left
            f"(a / and :op1 (m / move :from {OSLO} :to (r / Rome)) :op2 (l / live :place (t / there)))",
            f"(a / and :op1 (m / move :from {OSLO} :to (r / Rome)) :op2 (l / live :in r))",
        ),
        (  # the nearest clause before it
            f"(a / and :op1 (l / live :in {OSLO}) :op2 (b / be :at (f / fa)) :op3 (g / go :to (t / there)))",
            f"(a / and :op1 (l / live :in {OSLO}) :op2 (b / be :at (f / fa)) :op3 (g / go :to f))",
        ),
    ],
)  # fmt: skip
def test_there_is_the_place_that_was_named(said: str, meant: str) -> None:
    assert with_places(Scene.parse(said)) == Scene.parse(meant)


@pytest.mark.parametrize(
    "said",
    [
        "(w / work :agent (i / I) :place (t / there))",  # nothing before
        f"(a / and :op1 (m / meet :in {OSLO} :at (s / station)) :op2 (l / live :place (t / there)))",
        f"(a / and :op1 (l / live :place (t / there)) :op2 (m / move :to {OSLO}))",  # it comes after
        "(a / and :op1 (m / move :in 2019) :op2 (l / live :place (t / there)))",  # a time
        f"(a / and :op1 (m / move :to {OSLO}) :op2 (l / live :place (t / there :mod (o / over))))",
    ],
)
def test_there_stays_where_it_is_not_sure(said: str) -> None:
    scene = Scene.parse(said)
    assert with_places(scene) == scene


@given(scene=scenes())
def test_a_scene_without_there_stays_as_it_is(scene: Scene) -> None:
    assert with_places(scene) == scene or not THERE.isdisjoint(scene.concepts)


def test_a_question_finds_the_place(memory: Memory) -> None:
    memory.remember(
        Scene.parse(
            '(a / and :op1 (п / переехать :agent (к / entity :name "Катя") :to (о / entity :name "Осло")) '
            ":op2 (р / работать :agent к :as (м / медсестра) :place (т / там) :tense present))"
        ),
        text="Катя переехала в Осло и работает там медсестрой.",
    )
    where = Scene.parse('(р / работать :agent (к / entity :name "Катя") :place ?where :tense present)')
    assert answer_text(find(where, memory), "ru", realiser) == "В Осло."
    whom = Scene.parse('(р / работать :agent (к / entity :name "Катя") :as ?who :tense present)')
    assert answer_text(find(whom, memory), "ru", realiser) == "Медсестрой."
