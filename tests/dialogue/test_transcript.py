"""Chats as text and as JSON: who says each sentence, to whom and when."""

from __future__ import annotations

import json

import pytest

from scenograph.dialogue import Speech
from scenograph.dialogue.transcript import Transcript, transcript
from scenograph.errors import CorpusError

CHAT = """2025-01-12
Anna: I moved to Lisbon. It is warm here.
Tom: Since when?
13.01.2025
Anna: Since May.
"""


def said(given: Transcript) -> list[tuple[str, Speech]]:
    return [(it.text, given.speech(it.start)) for it in given.sentences]


def test_lines_with_names_are_turns() -> None:
    assert said(transcript(CHAT)) == [
        ("I moved to Lisbon.", Speech("Anna", "Tom", "2025-01-12")),
        ("It is warm here.", Speech("Anna", "Tom", "2025-01-12")),
        ("Since when?", Speech("Tom", "Anna", "2025-01-12")),
        ("Since May.", Speech("Anna", "Tom", "2025-01-13")),
    ]


@pytest.mark.parametrize(
    ("lines", "speeches"),
    [
        ("Anna: I left.\nTom: Why?", [("Anna", "Tom", ""), ("Tom", "Anna", "")]),
        ("Вера: Я ушла.\nПаша: Куда?", [("Вера", "Паша", ""), ("Паша", "Вера", "")]),
        (
            "[13.01.2025, 10:15] Anna: I left.\n[13.01.2025, 10:16] Tom Barker: Why?",
            [("Anna", "Tom Barker", "2025-01-13T10:15"), ("Tom Barker", "Anna", "2025-01-13T10:16")],
        ),
        (
            "1/13/2025, 9:15 PM - Anna: I left.\n1/13/2025, 9:16 PM - Tom: Why?",
            [("Anna", "Tom", "2025-01-13T21:15"), ("Tom", "Anna", "2025-01-13T21:16")],
        ),
        ("A: Hello there.\nB: Hello.\nC: Hello.\nA: Bye.", [(who, "", "") for who in "ABCA"]),
        ("<anna> I left.\n<tom> Why?", [("anna", "tom", ""), ("tom", "anna", "")]),
    ],
)
def test_labels_are_written_in_many_ways(lines: str, speeches: list[tuple[str, str, str]]) -> None:
    assert [tuple(speech) for _, speech in said(transcript(lines))] == speeches


def test_a_day_that_could_be_two_is_left_out() -> None:
    given = transcript("1/2/2025, 9:15 - Anna: I left.\n1/2/2025, 9:16 - Tom: Why?")
    assert [speech.date for _, speech in said(given)] == ["", ""]


@pytest.mark.parametrize("form", ["City: Kazan\nStreet: Long Road", "Город: Казань\nУлица: Садовая"])
def test_the_fields_of_a_form_are_no_turns(form: str) -> None:
    assert {speech for _, speech in said(transcript(form))} == {Speech()}


def test_a_document_without_turns_is_said_by_whom_the_caller_says() -> None:
    assert said(transcript("I left. It rained.", speech=Speech("Anna", "", "2025-01-12"))) == [
        ("I left.", Speech("Anna", "", "2025-01-12")),
        ("It rained.", Speech("Anna", "", "2025-01-12")),
    ]


@pytest.mark.parametrize("as_list", [True, False])
def test_turns_in_json(as_list: bool) -> None:
    turns = [
        {"speaker": "Anna", "text": "I left. It rained.", "date": "2025-01-12"},
        {"role": "ignored", "author": "Tom", "message": "Why?", "timestamp": "2025-01-12T10:15:30Z"},
    ]
    text = json.dumps(turns, indent=1) if as_list else "\n".join(map(json.dumps, turns))
    given = transcript(text)
    found = [
        (it.text, text[it.start : it.end], it.paragraph, given.speech(it.start)) for it in given.sentences
    ]
    assert [(sentence, number, speech) for sentence, _, number, speech in found] == [
        ("I left.", 1, Speech("Anna", "Tom", "2025-01-12")),
        ("It rained.", 1, Speech("Anna", "Tom", "2025-01-12")),
        ("Why?", 2, Speech("Tom", "Anna", "2025-01-12T10:15")),
    ]
    assert [json.loads(place) for _, place, _, _ in found] == [turns[0], turns[0], turns[1]]


def test_a_turn_without_its_text_is_one_error_with_its_line() -> None:
    with pytest.raises(CorpusError, match=r"turn 2 \(line 3\) has no text"):
        transcript('{"speaker": "Anna", "text": "I left."}\n\n{"speaker": "Tom"}')


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "[1, 2]", "{broken", "[]", '[{"speaker": "A", "text": "B"}, 3]']
)
def test_other_json_is_a_document(text: str) -> None:
    assert {speech for _, speech in said(transcript(text))} <= {Speech()}
