"""The line between readings to trust and others."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.bridge import Bridge
from scenograph.bridge.confidence import ConfidenceScorer, exact_wordings, likelihood, threshold_between
from scenograph.bridge.read import tidied
from scenograph.core.linear import delinearise
from scenograph.core.scene import Scene
from scenograph.world import World

shares = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(good=shares, bad=shares)
def test_the_line_lies_between_and_separates_what_can_be_separated(
    good: list[float], bad: list[float]
) -> None:
    line = threshold_between(good, bad)
    assert 0 <= line <= 1
    if max(bad) < min(good):
        assert max(bad) <= line <= min(good)


def test_a_single_doubtful_token_spoils_a_reading() -> None:
    sure, doubtful = [-0.01] * 40, [-0.01] * 39 + [-9.0]
    assert likelihood(sure) > 0.98
    assert likelihood(doubtful) < 0.06
    assert likelihood([]) == 1.0
    assert likelihood([-1.0]) == pytest.approx(math.exp(-1))


@pytest.mark.parametrize("style", World.styles)
@pytest.mark.parametrize("language", World.languages)
def test_exact_surfaces_recognise_their_own_words(style: str, language: str) -> None:
    for scene in World().scenes(3, seed=6):
        wordings = exact_wordings(World(), scene, language)
        for text in World().texts(scene, style, language):
            assert text in wordings
            assert f"{text} Really?" not in wordings


def test_what_the_world_does_not_know_has_no_wordings() -> None:
    assert exact_wordings(World(), delinearise("( Alan_Bean:birthDate 1932)"), "en") == frozenset()


def test_the_exact_words_of_questions_are_final_and_those_of_statements_only_help(bridge: Bridge) -> None:
    world, judge = World(), ConfidenceScorer(bridge.runner, World())
    scene = delinearise('( build:agent( entity:name"Oleg"):object( bridge):tense\' past)')
    question = next(it for it in world.questions(scene, random.Random(1)) if it.scene.unknowns)
    asked, said = question.texts["en"][0], world.say(scene)
    unsure = [-1.0]

    def judged(text: str, scene: Scene, *, exactly: bool = True) -> float:
        [confidence] = judge.confidences([text], [scene], [unsure], ["en"], exactly=exactly)
        return confidence

    assert [judged(asked, question.scene, exactly=exactly) for exactly in (True, False)] == [1.0, 1.0]
    assert [judged("Who on earth?", question.scene, exactly=exactly) for exactly in (True, False)] == [
        0.0,
        0.0,
    ]
    assert judged(said, scene) == 1.0
    assert 0 < judged(said, scene, exactly=False) < 1
    assert 0 < judged("Oleg did build a bridge.", scene) < 1
    foreign = delinearise("( Alan_Bean:birthDate ?when)")
    assert 0 < judged("When was Alan Bean born?", foreign) < 1  # the world has no words for it


def test_texts_are_tidied_word_for_word() -> None:
    assert tidied(" oleg\tbuilt  the bridge\n") == "Oleg built the bridge."
    assert tidied("кто спал", "?") == "Кто спал?"
    assert tidied("Who slept?", "?") == "Who slept?"
    assert tidied("«Да», сказал он…") == "«Да», сказал он…"
    assert tidied(" \n") == ""
