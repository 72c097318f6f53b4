"""Questions about everyday texts: what a new mind answers of two of them."""

from __future__ import annotations

import pytest
from bench.scripts import script


@pytest.mark.parametrize(("name", "least"), [("en-notes", 17), ("ru-mail", 18)])
def test_most_questions_are_answered_and_none_wrongly(name: str, least: int) -> None:
    bench = script("everyday")
    counts = bench.measured(bench.TEXTS / f"{name}.md")
    assert counts["wrong"] == 0
    assert counts["right"] >= least


def test_every_text_has_questions_with_words_that_count() -> None:
    bench = script("everyday")
    for file in bench.TEXTS.glob("*.md"):
        text, questions = bench.parts_of(file)
        assert len(text.split()) > 80
        assert questions
        assert all(question.text.endswith("?") and all(question.words) for question in questions)


def test_an_answer_is_right_by_its_words() -> None:
    judged = script("everyday").judged
    assert judged("For 300\N{NO-BREAK SPACE}000 euros.", (1,), ("300 000",)) == "right"
    assert judged("In Oslo.", (1,), ("Rome", "Riga")) == "wrong"
    assert judged("I do not know.", (), ("Rome",)) == "none"
