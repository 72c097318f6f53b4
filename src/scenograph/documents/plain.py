"""
Plain text as people type it → blocks: wrapped lines joined; lists, quotes, labels, tables, code found.

    Dear all,                        text     Dear all,
    the meeting has been moved       text     the meeting has been moved to Thursday.
    to Thursday.                     label    Anna:
    Anna: fine                       text     fine
    > Is the room free?              quote    Is the room free?

A line goes on with the line before it if that one is full (the next word would not have fitted), ends in the
middle of a phrase (with a comma), or if this one starts with a small letter. Otherwise its end is an end of a
sentence, with a full stop or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final, NamedTuple, final

from scenograph.documents.kinds import is_code, is_code_line, table_rows
from scenograph.documents.records import Kind
from scenograph.documents.visible import Block, Visible

_LINE = re.compile(r"[^\n]+")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_BULLET = re.compile(r"(?:[-*+•●◦▪▫‣⁃∙·✓✔]|\[[ xX✓]\])\s+(?:\[[ xX✓]\]\s+)?(?=\S)")
_NUMBER = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-zа-я]\)|#\d{1,3}[.)]?)\s+(?=\S)")
_DIALOGUE = re.compile(r"[—–―]\s")
_RULE = re.compile(r"[-=_*~#+–—\s]{2,}")
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_STARS = re.compile(r"\*{1,3}\s+(?=\w)")
_TIME = r"\[?(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?\s+)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AP]M)?\]?"
_NAME = r"<[^<>\n]{1,30}>|@?\w[\w.'’-]*(?: [\w.'’-]+){0,3}(?: \(\w+\))?\s?:"
_LABEL = re.compile(rf"(?:{_TIME}[\s,-]*(?:{_NAME})|{_TIME}|{_NAME})(?=\s+\S)")
_OPEN_ENDED = tuple(",;–—-(«“[/&")
_STOPS = tuple(".!?…:;")
_FENCE = re.compile(r"(```|~~~)[\w+.-]*$")
_LEAST_WIDTH, _MOST_WIDTH = 40, 140  # of wrapped text, in characters
_LONGEST_HEADING = 12  # words
_LONGEST_SIGNATURE = 8  # lines


@final
class _Line(NamedTuple):
    """A line that is not empty, from its first visible character; *depth* counts its marks of quotation."""

    start: int
    text: str
    depth: int
    indent: int

    @property
    def first(self) -> str:
        """Its first word."""
        return self.text.split(None, 1)[0]


def blocks(text: str, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """
    Yield the blocks of *text* from *start* to *end*, in order.

    A line `--` among the last lines starts a signature, as in letters.

    Args:
        text: the document
        start, end: the part of it that is plain text
    """
    end = len(text) if end is None else end
    paragraphs = list(_paragraphs(text, start, end))
    lines = [line for paragraph in paragraphs for line in paragraph]
    width = _width(paragraphs)
    labelled = sum(1 for line in lines if _LABEL.match(line.text)) * 2 >= len(lines) > 1
    signature = _signature(lines)
    for number, paragraph in enumerate(paragraphs):
        signed = [line for line in paragraph if line.start >= signature]
        said = paragraph[: len(paragraph) - len(signed)]
        if said:
            yield from _paragraph(said, width, labelled, is_last=number + 1 == len(paragraphs))
        if signed and signed[0].start == signature:
            yield _block("marks", signed[:1])
            signed = signed[1:]
        if signed:
            yield _block("signature", signed)


def _signature(lines: Sequence[_Line]) -> float:
    """Return where the signature starts, with a line of two dashes; infinity if there is none."""
    last = lines[-_LONGEST_SIGNATURE:]
    return next((line.start for line in last if line.text == "--" and not line.depth), float("inf"))


def _paragraphs(text: str, start: int, end: int) -> Iterator[list[_Line]]:
    """Yield the lines between empty lines; an empty line inside a fence of code does not end a paragraph."""
    found: list[_Line] = []
    last = start
    fence = ""
    for match in _LINE.finditer(text, start, end):
        begin, content = match.start(), match.group().rstrip()
        quote = _QUOTE.match(content)
        depth = quote.group().count(">") if quote else 0
        inner = content[quote.end() :] if quote else content
        bare = inner.lstrip()
        if not fence and found and (begin > last + 1 or not bare):
            yield found
            found = []
        last = match.end()
        if bare:
            at = begin + len(content) - len(bare)
            found.append(_Line(at, bare, depth, len(inner) - len(bare)))
            mark = _FENCE.match(bare)
            if mark:
                fence = "" if fence else mark.group(1)
    if found:
        yield found


def _width(paragraphs: Sequence[Sequence[_Line]]) -> int:
    """Return the length at which the lines of the document are wrapped; 0 if they are not."""
    lengths = sorted(len(line.text) + line.indent for lines in paragraphs for line in lines[:-1])
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if _LEAST_WIDTH <= width <= _MOST_WIDTH else 0


def _paragraph(lines: Sequence[_Line], width: int, labelled: bool, *, is_last: bool) -> Iterator[Block]:
    """Yield the blocks of the lines between two empty lines."""
    is_first = True
    for depth, group in groupby(lines, key=lambda line: line.depth):
        quoted = list(group)
        for block in _blocks(quoted, "quote" if depth else "text", width, labelled, is_last):
            yield block._replace(starts_paragraph=is_first or block.kind == "item")
            is_first = False


def _blocks(
    lines: Sequence[_Line], plain: Kind, width: int, labelled: bool, is_last: bool
) -> Iterator[Block]:
    """Yield the blocks of lines that are of one depth of quotation."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line.text):
            end = _after(lines, at, fence.group(1))
            yield _block("code", lines[at:end])
        elif (end := at + table_rows(line.text for line in islice(lines, at, None))) > at:
            for row in lines[at:end]:
                yield _block("table" if any(map(str.isalnum, row.text)) else "marks", [row])
        elif (end := _code(lines, at)) > at:
            yield _block("code", lines[at:end])
        else:
            end = at + 1
            kind, begin = _opening(lines, at, plain, labelled, is_last)
            if kind == "marks":
                yield _block("marks", [line])
            elif kind == "label":
                yield _block("label", [_Line(line.start, line.text[:begin], line.depth, 0)])
                kind = plain
            if kind != "marks":
                while end < len(lines) and kind != "heading" and _goes_on(lines, end, kind, width, labelled):
                    end += 1
                rest = line.text[begin:]
                skipped = begin + len(rest) - len(rest.lstrip())
                first = _Line(line.start + skipped, line.text[skipped:].rstrip(" #"), line.depth, 0)
                first = first if kind == "heading" else first._replace(text=line.text[skipped:])
                yield _block(kind, [first, *lines[at + 1 : end]])
        at = end


def _opening(lines: Sequence[_Line], at: int, plain: Kind, labelled: bool, is_last: bool) -> tuple[Kind, int]:
    """Return what the line *at* starts, and the length of the mark or label at its start."""
    text = lines[at].text
    if _RULE.fullmatch(text):
        return "marks", 0
    if found := _HASHES.match(text):
        return "heading", found.end()
    if found := _BULLET.match(text) or _NUMBER.match(text):
        return "item", found.end()
    if (found := _STARS.match(text)) and not text.rstrip().endswith("*"):
        return "item", found.end()
    if labelled and (found := _LABEL.match(text)):
        return "label", found.end()
    if at + 1 < len(lines) and len(set(lines[at + 1].text)) == 1 and _RULE.fullmatch(lines[at + 1].text):
        return "heading", 0
    words = len(text.split())
    if at == 0 and words <= _LONGEST_HEADING and plain == "text":
        if text.endswith(":") or (text.isupper() and words > 1 and not text.endswith(_STOPS)):
            return "heading", 0
        alone = len(lines) == 1 and not is_last
        if alone and not text.endswith((*_STOPS, *_OPEN_ENDED, ")")) and words > 1 and text[:1].isupper():
            return "heading", 0
    return plain, 0


def _goes_on(lines: Sequence[_Line], at: int, kind: Kind, width: int, labelled: bool) -> bool:
    """Tell whether the line *at* goes on with the sentence of the line before it."""
    before, line = lines[at - 1], lines[at]
    if _RULE.fullmatch(line.text) or _FENCE.match(line.text) or is_code_line(line.text):
        return False
    if _HASHES.match(line.text) or _BULLET.match(line.text) or _DIALOGUE.match(line.text):
        return False
    if labelled and _LABEL.match(line.text):
        return False
    if _NUMBER.match(line.text) and (kind == "item" or before.text.endswith(_STOPS)):
        return False
    if kind == "item" and line.indent > lines[at - 1].indent and _BULLET.match(before.text):
        return True  # below the text of its item
    return joins(before.text, line.text, width, before.indent)


def joins(before: str, line: str, width: int, indent: int = 0) -> bool:
    """
    Tell whether *line* goes on with the phrase of the line *before* it.

    Args:
        before, line: two lines, one after the other
        width: where the lines of the text are wrapped; 0 if that is not known
        indent: blanks at the start of *before*
    """
    if before.endswith(_OPEN_ENDED):
        return True
    first = line.split(None, 1)[0]
    is_full = 0 < width <= indent + len(before) + len(first)
    if is_full:
        return True
    least = max(width, _LEAST_WIDTH) / 2 if width else _LEAST_WIDTH / 2
    return first[:1].islower() and len(before) >= least


def _code(lines: Sequence[_Line], at: int) -> int:
    """Return where the code ends that starts with the line *at*; *at* if none does."""
    end = at
    while end < len(lines):
        if not is_code_line(lines[end].text) and (end == at or lines[end].indent <= lines[at].indent):
            break
        end += 1
    return end if is_code([line.text for line in lines[at:end]]) else at


def _after(lines: Sequence[_Line], at: int, mark: str) -> int:
    """Return the number of the line after the fence that the line *at* opens."""
    closing = (number + 1 for number in range(at + 1, len(lines)) if lines[number].text.startswith(mark))
    return next(closing, len(lines))


def _block(kind: Kind, lines: Sequence[_Line]) -> Block:
    visible: Final = Visible()
    for line in lines:
        visible.add(line.text, line.start)
        if not line.text.endswith("-") or not line.text[-2:-1].isalpha():
            visible.blank()
    return Block(kind, visible)
