"""The line between readings to trust and others."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.bridge.confidence import exact_wordings, likelihood, threshold_between
from scenograph.bridge.read import tidied
from scenograph.core.linear import delinearise
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


@pytest.mark.parametrize("voice", World.styles)
@pytest.mark.parametrize("language", World.languages)
def test_exact_surfaces_recognise_their_own_words(voice: str, language: str) -> None:
    for scene in World().scenes(3, seed=6):
        wordings = exact_wordings(World(), scene, language)
        for text in World().texts(scene, voice, language):
            assert text in wordings
            assert f"{text} Really?" not in wordings


def test_what_the_world_does_not_know_has_no_wordings() -> None:
    assert exact_wordings(World(), delinearise("( Alan_Bean:birthDate 1932)"), "en") == frozenset()


def test_texts_are_tidied_word_for_word() -> None:
    assert tidied(" oleg\tbuilt  the bridge\n") == "Oleg built the bridge."
    assert tidied("кто спал", "?") == "Кто спал?"
    assert tidied("Who slept?", "?") == "Who slept?"
    assert tidied("«Да», сказал он…") == "«Да», сказал он…"
    assert tidied(" \n") == ""
