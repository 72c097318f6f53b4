"""Which markup a document is written in."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal

Markup = Literal["plain", "markdown", "html", "email"]
"""How a document marks its headings, lists and quotes."""

_ENDINGS: Final[dict[str, Markup]] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".eml": "email",
}
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(
    r"(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To):\s", re.IGNORECASE
)
_FIELD = re.compile(r"[!-9;-~]+:(?:\s|$)|[ \t]+\S")
_MARKS = (
    re.compile(r"^#{1,6} +\S", re.MULTILINE),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"\[[^\]\n]+\]\([^)\s]+\)"),
    re.compile(r"(?<![\w*])\*\*[^*\n]+\*\*(?!\w)"),
    re.compile(r"^(?:={4,}|-{4,})$", re.MULTILINE),
    re.compile(r"^\|?(?: *:?-{3,}:? *\|)+", re.MULTILINE),
    re.compile(r"(?<![`\w])`[^`\n]+`(?!\w)"),
)
_LEAST_MARKS = 2  # kinds of them that tell Markdown from plain text


def markup_of(name: str | None, text: str) -> Markup:
    """
    Return the markup of a document, by the ending of its *name* or else by its *text*.

    Args:
        name: name of the file; None or a name without a known ending: the text decides
        text: the document
    """
    ending = PurePath(name).suffix.lower() if name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if _PAGE.match(text, 0, 4096):
        return "html"
    if ending == ".txt":
        return "email" if _is_letter(text) else "plain"
    if _is_letter(text):
        return "email"
    some = text[:65536]
    return "markdown" if sum(1 for mark in _MARKS if mark.search(some)) >= _LEAST_MARKS else "plain"


def _is_letter(text: str) -> bool:
    """Tell whether *text* starts with the header of a letter: fields, two of them well known."""
    known = 0
    for line in text[:65536].splitlines():
        if not line.strip():
            return known > 1
        if not _FIELD.match(line):
            return False
        known += bool(_HEADER.match(line))
    return False
