"""What a style puts around a sentence comes off again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.distilled.candidates import Said
from scenograph.distilled.flourish import denies, split, tidied, turns, words_of

PLAIN = "The doctor told Peter that the wound was clean."
SAID = Said(Scene.parse('(t / tell :agent (d / doctor) :to (e / entity :name "Peter"))'), PLAIN, "en")
FLOURISHES = ("well", "my dear", "by the seven seas", "psst", "bless my soul", "ahoy there lads")


@given(st.lists(st.sampled_from(FLOURISHES), max_size=3), st.sampled_from([", ", "! ", " – ", ": "]))
def test_what_stands_before_a_sentence_comes_off(flourishes: list[str], pause: str) -> None:
    found = split("".join(it + pause for it in flourishes) + PLAIN, SAID)
    assert found.core == PLAIN
    assert found.words == [word for it in flourishes for word in words_of(it)]


@given(st.sampled_from(FLOURISHES), st.sampled_from("!."))
def test_what_stands_behind_it_leaves_its_stop(flourish: str, stop: str) -> None:
    found = split(f"{PLAIN[:-1]}, {flourish}{stop}", SAID)
    assert found.core == PLAIN[:-1] + stop


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("The doctor told Peter, aye, that it was clean!", "The doctor told Peter, that it was clean!"),
        ("The doctor told Peter that the wound was clean, which hurt.", None),
        ("The doctor told Peter that the wound was clean, and the stars twinkled.", None),
        ("The doctor told Peter. That the wound was clean.", None),
        ("", None),
    ],
)
def test_what_is_in_the_middle(text: str, core: str | None) -> None:
    assert split(text, SAID).core == (text if core is None else core)


def test_what_denies_or_doubts() -> None:
    assert denies(["it", "is", "not", "true"])
    assert denies(["неправда"])
    assert not denies(["true", "friend"])
    assert turns(["perhaps"])
    assert not turns(["well", "dear"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aye, The doctor told Peter", "Aye, the doctor told Peter"),
        ("Aye, The Hague", "Aye, the Hague"),
        ("Well. The doctor", "Well. The doctor"),
    ],
)
def test_capitals(text: str, expected: str) -> None:
    assert tidied(text, SAID) == expected


def test_a_name_keeps_its_capital() -> None:
    said = Said(Scene.parse('(s / sleep :agent (e / entity :name "Анна"))'), "Анна спит.", "ru")
    assert tidied("эх, Анна спит.", said) == "Эх, Анна спит."
