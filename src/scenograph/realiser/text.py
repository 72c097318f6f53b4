"""
Words in order → a line of text: spaces, commas, the capital at the start, the mark at the end.

    >>> line([",", "Anna", ",", ",", "the", "builder", ",", "sleeps", ","], ".")
    'Anna, the builder, sleeps.'
    >>> line(["he", "came", "(", "at", "last", ")"], "?")
    'He came (at last)?'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

Words: TypeAlias = list[str]
"""Words and marks in text order. A comma may stand where none is needed; `line` drops it."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of *text* as a set."""
    return frozenset(text.split())


_OPENING = "("
_CLOSING = ")"
_MARKS = frozenset(".,:;!?…()«»\"'—-")
_LEFT = frozenset({",", ")", ":", ";"})  # marks that follow a word without a space


_ENTRY = re.compile(r"[0-9]+\. (?=[^\W\d])")  # «3. Satisfied customers»


def is_sign(word: str) -> bool:
    """Whether *word* is a sign such as «:)», without letters and digits."""
    return bool(word) and not any(map(str.isalnum, word))


def aside(words: Iterable[str]) -> Words:
    """Return *words* between commas."""
    found = list(words)
    return [",", *found, ","] if found else []


def flat(words: Iterable[str], end: str = "") -> str:
    """Return *words* as one phrase, without a capital."""
    found: list[str] = []
    for word in words:
        if not word:
            continue
        if word == ",":
            if found and found[-1] not in (",", _OPENING):
                found.append(word)
            continue
        if word == _CLOSING and found and found[-1] == ",":
            found.pop()
        if word in (":", ";") and found and found[-1] == ",":
            found.pop()
        found.append(word)
    while found and found[-1] == ",":
        found.pop()
    text = ""
    for word in found:
        glued = word in _LEFT or not text or text.endswith(_OPENING)
        text += word if glued else f" {word}"
    return text + end


def line(words: Iterable[str], end: str = ".", *, keep: bool = False) -> str:
    """
    Return *words* as a sentence that ends with *end*, unless they end with such a mark already.

    Args:
        keep: whether the first word keeps a small letter: «iPhone»
    """
    text = flat(words)
    if entry := _ENTRY.match(text):
        return entry[0] + line([text[entry.end() :]], end)
    before, _, last = text.rpartition(" ")
    is_smiley = is_sign(last) and (len(last) > 1 or last not in _MARKS) and last[-1] not in ".!?…"
    if is_smiley and before:  # «I love her :)»
        text = f"{before}{end} {last}" if end == "?" else text
        return (text[:1] if keep else text[:1].upper()) + text[1:]
    is_address = end == "." and ("/" in last or "@" in last)
    mark = "" if is_address or text.endswith((end, "!", "?", "…")) else end
    return (text[:1] if keep else text[:1].upper()) + text[1:] + mark
