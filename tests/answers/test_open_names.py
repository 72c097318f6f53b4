"""Names and words that were asked for in another form than they were said in."""

from __future__ import annotations

import pytest
from open_scenes import asked, texts

from scenograph.memory import Memory

LOOKS = (
    "(l / look :agent (i / I) :into (v / valley) :from (s / summit) :tense present)",
    "(l / look :agent (i / I) :at (r / row :of (b / bottle)) :tense present)",
)


@pytest.mark.parametrize(
    ("name", "said", "grade"),
    [
        ("Turing", "Alan Turing", 0.95),  # a part
        ("Alan Turing", "Turing", 0.85),  # less than was asked
        ("Alan Turnig", "Alan Turing", 0.8),  # misspelt
        ("Tolstoy", "Толстой", 0.9),  # the other script
        ("Пётр", "Петр", 1.0),
    ],
)
def test_names_match_by_their_text(memory: Memory, name: str, said: str, grade: float) -> None:
    question = f'(s / sleep :agent (e / entity :name "{name}") :place ?where)'
    [found] = asked(
        memory, question, f'(s / sleep :agent (p / president :name "{said}") :in (h / house) :tense past)'
    )
    assert found.grade == pytest.approx(grade)


def test_a_misspelt_name_is_forgiven_only_where_none_is_spelt_so(memory: Memory) -> None:
    said = '(w / work :agent (e / entity :name "{}") :in (h / {}) :tense present)'
    question = "(w / work :agent @Marina :place ?where)"
    found = asked(memory, question, said.format("Maria", "shop"))
    assert [it.grade for it in found] == [0.8]
    assert texts(asked(memory, question, said.format("Marina", "hotel"))) == ["(h / hotel)"]


def test_short_names_are_not_taken_for_each_other(memory: Memory) -> None:
    assert (
        asked(
            memory,
            "(w / work :agent @Inna :place ?where)",
            "(w / work :agent @Anna :in (h / shop) :tense present)",
        )
        == []
    )


@pytest.mark.parametrize("word", ["glrxxtor", "церковнославянофильствующий"])
def test_a_word_that_no_dictionary_knows_tells_as_much_as_a_name(memory: Memory, word: str) -> None:
    assert asked(memory, f"(l / look :agent (i / I) :place ?where :from (x / {word}))", *LOOKS) == []
    common = asked(memory, "(l / look :agent (i / I) :place ?where :from (x / window))")
    assert [it.grade for it in common] == [0.6]


def test_a_word_of_some_trade_may_be_misspelt(memory: Memory) -> None:
    said = "(r / run :agent (t / team) :object (k / kubernetes) :in (c / cloud))"
    [found] = asked(memory, "(r / run :agent ?who :object (k / kubernetis) :tense present)", said)
    assert texts([found]) == ["(t / team)"]
    assert asked(memory, "(r / run :agent ?who :object (k / kuberto))") == []
