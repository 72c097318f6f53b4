"""The dialogues that memory is measured on say what their questions ask."""

from __future__ import annotations

import pytest
from bench.scripts import script

turns = script("turns")
FILES = sorted(turns.FOLDER.glob("*.txt"))


def test_there_are_dialogues_in_both_languages() -> None:
    assert [path.stem for path in FILES] == ["en-held-out", "en", "ru-held-out", "ru"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_two_people_write_and_every_turn_has_a_day(path: object) -> None:
    said, _ = turns.load(path)
    assert len({turn.speaker for turn in said}) == 2
    assert all(turn.speaker != turn.hearer and turn.date and turn.text for turn in said)
    assert [turn.name.partition(":")[2] for turn in said] == [str(n + 1) for n in range(len(said))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_turns_that_answer_a_question_have_a_word_that_counts(path: object) -> None:
    said, asked = turns.load(path)
    text = {turn.name: f"{turn.speaker} {turn.text}".lower() for turn in said}
    for question in asked:
        if question.kind == "none":
            assert not question.answers
            assert not question.turns
            continue
        assert question.answers
        assert question.turns <= text.keys(), question
        if question.kind == "single":
            words = " ".join(text[name] for name in question.turns)
            assert any(answer.lower() in words for answer in question.answers), question
