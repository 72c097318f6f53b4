"""
Signs that stand for others: entities of HTML, quotation marks made of two signs, stress marks.

    >>> plain("&#39;"), plain("&quot;"), plain("И́горь")
    ("'", '"', 'Игорь')
    >>> len(marked("He said &quot;yes&quot;")) == len("He said &quot;yes&quot;")
    True
"""

from __future__ import annotations

import html
import re
import unicodedata

FILLER = "\u2060"
"""Stands in `marked` texts for what belongs to the sign before it; it never begins a word."""

_SIGNS = re.compile(r"(?:&#?\w{1,8};){1,2}|``|''|,,(?=\w)")
_STRESS = re.compile("(?<=[а-яёА-ЯЁ])[\u0300\u0301]+")
_QUOTES = {"``", "''", ",,"}


def marked(text: str) -> str:
    """Return *text* with each such sign as one character, filled up to its length: places stay."""
    return _SIGNS.sub(_filled, text) if "&" in text or "`" in text or "'" in text or "," in text else text


def plain(form: str) -> str:
    """Return a word as it is meant: with the sign that an entity stands for, and without stress marks."""
    if form.isascii():
        return marked(form).replace(FILLER, "") if len(form) > 1 else form
    return _STRESS.sub("", unicodedata.normalize("NFC", form))


def _filled(found: re.Match[str]) -> str:
    sign = found.group()
    meant = html.unescape(sign)
    if meant in _QUOTES:
        meant = '"'
    if len(meant) != 1 or meant.isspace():
        return sign
    return meant.ljust(len(sign), FILLER)
