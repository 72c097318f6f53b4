"""
Letters: who writes an e-mail, to whom and when, as its header says.

    From: Ingrid Holm <ingrid@example.com>        the speaker
    To: Karen Blake <karen@example.com>           the hearer, if there is one alone
    Date: Thu, 4 Sep 2025 09:12:00 +0200          the day and minute there

    I would hire Daniel again.                    Ingrid says so
    On Wed, 3 Sep 2025, Karen Blake wrote:        the words of somebody else follow
    > Did Daniel manage people?

Of what a letter quotes or forwards it is not known who says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from scenograph.dialogue.speech import Speech
from scenograph.documents import Sentence, sentences

_OTHERS: Final = re.compile(r"(?i)(?:\bwrote|\bпис(?:ал|ала|али)|\bпишет)\s*:$")
"""The line above words of somebody else; the writer goes on after them."""

_FORWARDED: Final = re.compile(
    r"(?i)^\W*(?:original message|forwarded message|begin forwarded message|исходное сообщение|"
    r"пересылаемое сообщение|переадресованное сообщение|конец пересылаемого сообщения)\b"
)
"""The line above a whole letter of somebody else."""


def writer(text: str) -> Speech:
    """Return who writes the letter *text*, to whom and when; what its header does not say is empty."""
    header = message_from_string(text.partition("\n\n")[0] + "\n\n")
    authors, hearers = _names(header.get_all("From", [])), _names(header.get_all("To", []))
    try:
        moment = parsedate_to_datetime(str(header["Date"])) if header["Date"] else None
    except ValueError:
        moment = None
    alone = hearers[0] if len(hearers) == 1 and not header["Cc"] else ""
    return Speech.of(authors[0] if len(authors) == 1 else "", alone, moment)


def _names(fields: list[str]) -> list[str]:
    """Return the names in address fields, an empty one for an address without."""
    return [_decoded(name).strip() for name, _ in getaddresses([str(field) for field in fields])]


def _decoded(name: str) -> str:
    """Return *name* without the encoding of headers; as it stands if that is unknown or wrong."""
    try:
        return str(make_header(decode_header(name)))
    except (MessageError, LookupError, ValueError):
        return name


def of_letter(
    text: str, language: str | None, speech: Speech, found: dict[int, Speech]
) -> Iterator[Sentence]:
    """
    Yield the sentences of the letter *text*, and note in *found* who says each.

    Args:
        language: as in `scenograph.documents.sentences`
        speech: who says what the writer does not; if it has a speaker, that one is the writer
    """
    own = speech if speech.speaker else writer(text)
    nobody = Speech() if speech.speaker else speech
    others = forwarded = False
    for sentence in sentences(text, markup="email", language=language):
        forwarded = forwarded or bool(_FORWARDED.match(sentence.text))
        is_introduction = bool(_OTHERS.search(sentence.text))
        if sentence.kind == "quote":
            others = False
        is_own = sentence.kind in ("text", "item") and not (others or forwarded or is_introduction)
        found[sentence.start] = own if is_own else nobody
        others = others or is_introduction
        yield sentence
