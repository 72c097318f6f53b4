"""An e-mail is said by who writes it, as its header says; what it quotes is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph import Mind
from scenograph.dialogue import Speech
from scenograph.dialogue.letters import writer
from scenograph.dialogue.transcript import transcript
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

HEADER = """From: Ingrid Holm <ingrid@example.com>
To: Karen Blake <karen@example.com>
Subject: Daniel
Date: Thu, 4 Sep 2025 09:12:00 +0200
"""
LETTER = f"""{HEADER}
Dear Karen,

I would hire Daniel again at once.

On Wed, 3 Sep 2025 at 17:45, Karen Blake wrote:
> I need an answer about Daniel.

I will call you on Monday.
"""
INGRID = Speech("Ingrid Holm", "Karen Blake", "2025-09-04T09:12")


def said(letter: str, speech: Speech = Speech()) -> dict[str, Speech]:  # noqa: B008  (a value)
    found = transcript(letter, markup="email", speech=speech)
    return {sentence.text: found.speech(sentence.start) for sentence in found.sentences}


def test_the_writer_says_what_is_not_quoted() -> None:
    by = said(LETTER)
    assert by["I would hire Daniel again at once."] == INGRID
    assert by["I will call you on Monday."] == INGRID
    assert by["I need an answer about Daniel."] == Speech()
    assert by["Daniel"] == Speech()  # the subject, which a reply keeps


def test_who_is_given_is_the_writer() -> None:
    by = said(LETTER, Speech("Anna"))
    assert by["I would hire Daniel again at once."] == Speech("Anna")
    assert by["I need an answer about Daniel."] == Speech()


@pytest.mark.parametrize("line", ["-----Original Message-----", "---------- Forwarded message ---------"])
def test_of_a_forwarded_letter_nobody_is_known(line: str) -> None:
    by = said(f"{HEADER}\nI agree with this.\n\n{line}\n\nI moved to Lisbon in May.\n")
    assert by["I agree with this."] == INGRID
    assert by["I moved to Lisbon in May."] == Speech()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("From: =?utf-8?B?0J7Qu9GPINCb0LjRgQ==?= <o@example.ru>\nTo: a@example.ru", Speech("Оля Лис")),
        ("From: =?utf-8?Q?Lis=2C_Olya?= <o@example.ru>", Speech("Lis, Olya")),
        ("From: ingrid@example.com\nTo: Karen Blake <k@example.com>", Speech("", "Karen Blake")),
        ("From: A <a@b.c>\nTo: B <b@b.c>, C <c@b.c>\nDate: yesterday", Speech("A")),
        ("From: A <a@b.c>\nTo: B <b@b.c>\nCc: C <c@b.c>", Speech("A")),
        ("From: =?nonsense?Q?A?= <a@b.c>\nDate: Thu, 99 Sep 2025", Speech("=?nonsense?Q?A?=")),
        ("Subject: x", Speech()),
    ],
)
def test_what_a_header_does_not_say_is_not_known(header: str, expected: Speech) -> None:
    assert writer(f"{header}\n\nI am here.\n") == expected


def test_a_question_about_the_writer_is_answered(tmp_path: Path) -> None:
    with Mind.open(Workspace.create(tmp_path / "mind", MindConfig()).folder) as mind:
        list(mind.remember_document(LETTER, "letter.eml", markup="email"))
        assert mind.ask("Who would hire Daniel again?").text == "Ingrid Holm."
