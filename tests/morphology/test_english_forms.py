"""Forms of English words that follow from how a word sounds."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.morphology.english_forms import compared, syllables
from scenograph.realiser import say


@pytest.mark.parametrize(
    ("word", "count"),
    [("old", 1), ("young", 1), ("odd", 1), ("easy", 2), ("eager", 2), ("able", 2), ("high", 1)],
)
def test_a_vowel_at_the_start_is_a_syllable(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "more", "most"),
    [
        ("old", "older", "oldest"),
        ("young", "younger", "youngest"),
        ("ugly", "uglier", "ugliest"),
        ("eager", "more eager", "most eager"),
        ("good", "better", "best"),
    ],
)
def test_short_adjectives_are_compared_by_an_ending(word: str, more: str, most: str) -> None:
    assert (compared(word, "more"), compared(word, "most")) == (more, most)


def test_the_oldest_copy_is_said_so() -> None:
    scene = Scene.parse(
        "(d / delete :agent (s / script) :object (c / copy :mod (o / old :degree most)) :tense present)"
    )
    assert say(scene, "en") == "The script deletes the oldest copy."
