"""
A letter as a mail program stores it (.eml) → blocks of visible text with their places.

The subject is a heading; the other fields of the header that people see are labels. Each text among the parts
of the body is read, but of the same text as plain text and as HTML only the first: the other one comes out as
code, like attachments. Transfer encodings (quoted-printable, base64) are undone; places are of the file.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message
from itertools import pairwise
from typing import Final

from scenograph.documents import hypertext, plain
from scenograph.documents.visible import Block, Visible

_FIELD = re.compile(r"^([!-9;-~]+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_SEEN: Final = frozenset({"from", "to", "cc", "date", "reply-to", "sender"})
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=")
_QUOTED = re.compile(r"=([0-9A-Fa-f]{2})|=[ \t]*\r?\n|.", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/]")

_Decoded = tuple[str, list[tuple[int, int]]]
"""A text, and for each of its characters where that starts and ends in the document."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of the letter *text*, in order."""
    letter = message_from_string(text)
    body = _header_end(text)
    yield from _header(text, body)
    at = body
    for part, is_alternative in _parts(letter):
        payload = part.get_payload()
        if not isinstance(payload, str) or not payload.strip():
            continue
        start = text.find(payload, at)
        if start < 0:  # the parser changed it; what is left is shown as it is
            start, payload = at, text[at:]
        at = start + len(payload)
        yield from _part(text, part, start, at, is_alternative)


def _header_end(text: str) -> int:
    """Return where the body starts: after the first empty line."""
    found = re.search(r"\r?\n[ \t]*\r?\n", text)
    return found.end() if found else len(text)


def _header(text: str, end: int) -> Iterator[Block]:
    for field in _FIELD.finditer(text, 0, end):
        name, value = field.group(1).lower(), field.group(2).rstrip()
        if name != "subject" and name not in _SEEN:
            continue
        visible = Visible()
        if name != "subject":
            visible.add(field.group(0)[: field.start(2) - field.start()], field.start())
        if _ENCODED_WORD.search(value):
            said = str(make_header(decode_header(re.sub(r"\s*\n\s*", " ", value))))
            visible.add_written_as(said, field.start(2), field.start(2) + len(value))
        else:
            visible.add(value, field.start(2))
        yield Block("heading" if name == "subject" else "label", visible)


def _parts(letter: Message) -> Iterator[tuple[Message, bool]]:
    """Yield the parts that hold no parts, and whether each says again what another part says."""
    if not letter.is_multipart():
        yield letter, False
        return
    is_alternative = letter.get_content_type() == "multipart/alternative"
    has_text = False
    for part in letter.get_payload():
        assert isinstance(part, Message)
        for inner, again in _parts(part):
            yield inner, again or (is_alternative and has_text)
        has_text = has_text or part.get_content_maintype() in ("text", "multipart")


def _part(text: str, part: Message, start: int, end: int, again: bool) -> Iterator[Block]:
    """Yield the blocks of one part of the body."""
    kind = part.get_content_type()
    is_text = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
    if again or not is_text:
        visible = Visible()
        visible.add(text[start:end], start)
        yield Block("code", visible)
        return
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    charset = part.get_content_charset() or "utf-8"
    try:
        codecs.getincrementaldecoder(charset)
    except LookupError:
        charset = "utf-8"
    reader = hypertext.blocks if kind == "text/html" else plain.blocks
    if encoding not in ("quoted-printable", "base64"):
        yield from reader(text, start, end)
        return
    decode = _from_quoted if encoding == "quoted-printable" else _from_base64
    inner, places = decode(text[start:end], start, charset)
    for block in reader(inner):
        block.visible.move(places)
        yield block


def _from_quoted(text: str, start: int, charset: str) -> _Decoded:
    """Undo quoted-printable."""
    data = bytearray()
    spans: list[tuple[int, int]] = []
    for piece in _QUOTED.finditer(text):
        if piece.group(1):
            data.append(int(piece.group(1), 16))
            spans.append(piece.span())
        elif not piece.group().endswith("\n") or not piece.group().startswith("="):
            coded = piece.group().encode("ascii" if piece.group().isascii() else charset, errors="replace")
            data += coded
            spans += [piece.span()] * len(coded)
    return _decode(bytes(data), spans, charset, start)


def _from_base64(text: str, start: int, charset: str) -> _Decoded:
    """Undo base64; a byte starts at the first digit that holds nothing of the byte before it."""
    digits = [found.start() for found in _BASE64.finditer(text)]
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    coded = "".join(text[at] for at in digits)
    data = base64.b64decode(coded + "=" * (-len(coded) % 4))
    ends = [*digits, digits[-1] + 1] if digits else []
    places = [ends[min(-(-8 * byte // 6), len(digits))] for byte in range(len(data) + 1)]
    return _decode(data, list(pairwise(places)), charset, start)


def _decode(data: bytes, spans: list[tuple[int, int]], charset: str, start: int) -> _Decoded:
    """Return the characters of *data*; bytes that are none become U+FFFD."""
    decoder = codecs.getincrementaldecoder(charset)(errors="replace")
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    begin = 0
    for number in range(len(data)):
        said = decoder.decode(data[number : number + 1], final=number + 1 == len(data))
        for character in said:
            characters.append(character)
            places.append((start + spans[begin][0], start + spans[number][1]))
        if said:
            begin = number + 1
    return "".join(characters), places
