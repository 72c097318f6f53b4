"""Where the words of a sentence stand in its text; a text is spelt from the words where a file has none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scenograph.errors import CorpusError
from scenograph.readers.sentence import Token, Word, pairs


def placed(
    words: Sequence[Word], tokens: Sequence[Token], text: str | None, line: int
) -> tuple[list[Word], str]:
    """
    Return *words* with their offsets, and the text; without a *text*, one that the forms spell.

    Raises:
        CorpusError: if the text and the words differ; it names *line*, which has the text
    """
    spans: list[tuple[int, int]] = []  # (first word, last word) of each thing that is written as one
    at = 1
    starts = {token.first: token for token in tokens}
    while at <= len(words):
        last = starts[at].last if at in starts else at
        spans.append((at, last))
        at = last + 1
    forms = [starts[a].form if a in starts else words[a - 1].form for a, _ in spans]
    if text is None:
        pieces: list[str] = []
        for (first, last), form in zip(spans, forms, strict=True):
            notes = pairs(starts[first].misc) if first in starts else words[last - 1].notes
            pieces += form, "" if notes.get("SpaceAfter") == "No" else " "
        text = "".join(pieces).rstrip()
    found: list[Word] = []
    position = 0
    for (first, last), form in zip(spans, forms, strict=True):
        position = _after_blanks(text, position)
        end = _end(text, position, form)
        if end is None:
            rest = text[position : position + 20]
            raise CorpusError(
                f"line {line}: the text and the words differ: word {first} is {form!r}, "
                f"the text goes on with {rest!r}"
            )
        found += _inside(words[first - 1 : last], text, position, end)
        position = end
    if rest := text[_after_blanks(text, position) :]:
        raise CorpusError(
            f"line {line}: the text and the words differ: no word spells {rest[:20]!r} at the end of the text"
        )
    return found, text


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _end(text: str, position: int, form: str) -> int | None:
    """Return where *form* ends in *text* if it stands at *position*; blanks in it match any blanks."""
    if text.startswith(form, position):
        return position + len(form)
    if " " not in form and "\xa0" not in form:
        return None
    found = re.compile(r"\s*".join(map(re.escape, form.split()))).match(text, position)
    return found.end() if found else None


def _inside(words: Sequence[Word], text: str, start: int, end: int) -> list[Word]:
    """Return *words*, which are written together from *start* to *end*, with their offsets."""
    if len(words) == 1:
        return [Word(*words[0][:10], start, end)]
    if "".join(word.form for word in words) != text[start:end]:
        return [word._replace(start=start, end=end) for word in words]
    found: list[Word] = []
    for word in words:
        found.append(word._replace(start=start, end=start + len(word.form)))
        start += len(word.form)
    return found
