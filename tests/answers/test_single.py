"""Another value of what there is one of answers *no*; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph import realiser
from scenograph.answers import answer_text, find
from scenograph.answers.similarity import like_misspelt
from scenograph.core import Scene, only_one
from scenograph.memory import Memory

SAID = (
    '(c / capital :subject (p / entity :name "Paris") :of (f / entity :name "France") :tense present)',
    '(b / bear :object (t / entity :name "Alan Turing") :in (l / entity :name "London")'
    " :time 1912-06-23 :tense past)",
    '(с / столица :subject (м / entity :name "Москва") :of (р / entity :name "Россия") :tense present)',
    '(v / visit :agent (a / entity :name "Anna") :object (p / entity :name "Rome") :tense past)',
    '(l / lead :agent (a / entity :name "Anna") :object (c / conference) :tense past)',
    '(t / Turing_Award :firstYear "1966")',
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path) as memory:
        for text in SAID:
            memory.remember(Scene.parse(text))
        yield memory


def capital(city: str, country: str, tense: str = "present") -> str:
    return (
        f'(c / capital :subject (p / entity :name "{city}") :of (f / entity :name "{country}")'
        f" :tense {tense})"
    )


def born(rest: str) -> str:
    return f'(b / bear :object (t / entity :name "Turing") {rest} :tense past)'


@pytest.mark.parametrize(
    ("asked", "language", "answer"),
    [
        (capital("Berlin", "France"), "en", "No, Paris is the capital of France."),
        (capital("Paris", "France"), "en", "Yes, Paris is the capital of France."),
        (born(":time 1911"), "en", "No, Alan Turing was born in London on 23 June 1912."),
        (born(":time 1912"), "en", "Yes, Alan Turing was born in London on 23 June 1912."),
        (capital("Казань", "Россия").replace("capital", "столица"), "ru", "Нет, Москва — столица России."),
        # What does not follow: another tense, another country, a place inside another, what may be several.
        (capital("Berlin", "France", "past"), "en", ""),
        (capital("Berlin", "Germany"), "en", ""),
        (capital("Pariss", "France"), "en", ""),
        (born(':in (e / entity :name "England")'), "en", ""),
        (
            '(v / visit :agent (a / entity :name "Anna") :object (p / entity :name "Oslo") :tense past)',
            "en",
            "",
        ),
    ],
)
def test_another_value_of_what_there_is_one_of_answers_no(
    memory: Memory, asked: str, language: str, answer: str
) -> None:
    findings = find(Scene.parse(f"(w / whether :content {asked})"), memory)
    assert answer_text(findings, language, realiser) == answer


def test_a_no_names_its_crystal_its_grade_and_its_reason(memory: Memory) -> None:
    [finding] = find(Scene.parse(f"(w / whether :content {capital('Berlin', 'France')})"), memory)
    assert finding.crystals == (1,)
    assert finding.grade == pytest.approx(0.9)
    assert finding.parts[-1] == ("one capital: Berlin", "Paris", 0.9)


@pytest.mark.parametrize(("year", "value"), [("1967", "no"), ("1966", "yes")])
def test_a_rule_says_which_role_takes_one_value(memory: Memory, year: str, value: str) -> None:
    question = Scene.parse(f'(w / whether :content (t / Turing_Award :firstYear "{year}"))')
    [finding] = find(question, memory, [only_one(":firstYear")])
    assert (finding.value, finding.crystals) == (value, (6,))
    if value == "no":
        assert find(question, memory) == []


def test_memory_has_seen_which_role_takes_one_value(memory: Memory) -> None:
    for number in range(20):
        for kind in "ab":
            memory.remember(
                Scene.parse(f'(t / Thing_{number} :birthDate "{1900 + number}" :kind "{kind}{number}")')
            )
    for asked, value in (("1903", "yes"), ("1950", "no")):
        question = Scene.parse(f'(w / whether :content (t / Thing_3 :birthDate "{asked}"))')
        assert find(question, memory)[0].value == value
    assert find(Scene.parse('(w / whether :content (t / Thing_3 :kind "c"))'), memory) == []


def test_a_misspelt_word_is_found_unless_it_is_a_word(memory: Memory) -> None:
    [finding] = find(Scene.parse("(l / lead :agent ?who :object (c / confernece) :tense past)"), memory)
    assert (finding.crystals, finding.grade) == ((5,), pytest.approx(0.8))
    assert like_misspelt("form", "from") == like_misspelt("", "from") == 0.0
    assert like_misspelt("конферення", "конференция") == 0.8
    assert like_misspelt("форма", "фирма") == 0.0
