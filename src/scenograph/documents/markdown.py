"""
Markdown → blocks of visible text with their places.

The parser (markdown-it-py, CommonMark with tables and strikethrough) gives the lines of each block. What
stands where in a line it does not tell, so each of its inline rules is wrapped to note what it took.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple, final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import (
    StateInline,
    autolink,
    backtick,
    emphasis,
    entity,
    escape,
    html_inline,
    image,
    link,
    newline,
    strikethrough,
    text,
)
from markdown_it.token import Token

from scenograph.documents.records import Kind
from scenograph.documents.visible import Block, Visible

_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_LONGEST_FRONT = 200  # lines
_MOST_BRACKETS = 500  # of one paragraph; the parser's time for links grows with their square
_BOX = re.compile(r"\[[ xX]\]\s+")  # of a list of things to do
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

_Rule = Callable[[StateInline, bool], bool]


@final
class _Taken(NamedTuple):
    """What one rule took: its name, its characters in the inline text, and the tokens that it made."""

    rule: str
    start: int
    end: int
    tokens: list[Token]


@final
@dataclass
class _Notes:
    """What the rules took of one inline text, in order, and the state in which they did."""

    taken: list[_Taken] = field(default_factory=list)
    state: StateInline | None = None


_NOTES = "scenograph"  # the name of the notes in the environment of the parser


def blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of the Markdown document *source*, in order."""
    written = source.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")
    front = _FRONT.match(written)
    if front and written.count("\n", 0, front.end()) <= _LONGEST_FRONT:
        yield _lines("code", source, front.start(), front.end())
        written = re.sub(r"[^\n]", " ", front.group()) + written[front.end() :]
    starts = [0, *(found.end() for found in re.finditer("\n", written))]
    starts.append(len(written) + 1)
    environment: dict[str, object] = {}
    inside: list[Kind] = []
    row: _Row | None = None
    for token in _parser().parse(written, environment):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _KINDS and token.nesting:
            if token.nesting > 0:
                inside.append(_KINDS[name])
            else:
                inside.pop()
        elif token.type == "tr_close" and row:
            yield Block("table", row.visible)
            row = None
        if not token.map:
            continue
        first, last = token.map
        start, end = starts[first], min(starts[last], len(written))
        own = inside[-1] if inside else "text"
        if token.type == "tr_open":
            row = _Row(Visible(), start, end)
        elif token.type in ("fence", "code_block"):
            yield _code(token, written, starts)
        elif token.type == "html_block":
            from scenograph.documents import hypertext

            yield from hypertext.blocks(source, start, end, own)
        elif token.type == "inline" and row:
            row = _cell(token.content, row, written, environment)
        elif token.type == "inline":
            places = _places(token, written, starts)
            for number, visible in enumerate(_shown_lines(token.content, places, environment)):
                yield Block(own, visible, starts_paragraph=number == 0)


_KINDS: Final[dict[str, Kind]] = {"blockquote": "quote", "list_item": "item", "heading": "heading"}


@final
class _Row(NamedTuple):
    """A row of a table: what is shown of it, where its next cell may start, and its end in the document."""

    visible: Visible
    at: int
    end: int


def _cell(content: str, row: _Row, written: str, environment: dict[str, object]) -> _Row:
    """Add a cell to *row*. A `|` inside of it is written with a backslash, which the parser took away."""
    spelled = content if written.find(content, row.at, row.end) >= 0 else content.replace("|", "\\|")
    at = written.find(spelled, row.at, row.end)
    row.visible.blank()
    if at >= 0 and spelled == content:
        for _ in _shown_lines(content, [(0, at)], environment, row.visible):
            pass
    elif at >= 0:
        row.visible.add_written_as(content, at, at + len(spelled))
    return row._replace(at=at + len(spelled) if at >= 0 else row.at)


@cache
def _parser() -> MarkdownIt:
    """Return a parser whose inline rules take notes."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.inline.ruler2.disable("fragments_join")
    rules: dict[str, _Rule] = {
        "text": text,
        "newline": newline,
        "escape": escape,
        "backticks": backtick,
        "strikethrough": strikethrough.tokenize,
        "emphasis": emphasis.tokenize,
        "link": link,
        "image": image,
        "autolink": autolink,
        "html_inline": html_inline,
        "entity": entity,
    }
    for name, rule in rules.items():
        parser.inline.ruler.at(name, _noting(name, rule))
    parser.inline.ruler.push("other", _noting("text", _other))
    return parser


def _other(state: StateInline, silent: bool) -> bool:
    """Take one character that no other rule takes."""
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _noting(name: str, rule: _Rule) -> _Rule:
    """Return *rule*, which also notes what it takes."""

    def noting(state: StateInline, silent: bool) -> bool:
        notes: _Notes | None = state.env.get(_NOTES)
        if notes and notes.state is None:
            notes.state = state
        start, count = state.pos, len(state.tokens)
        took = rule(state, silent)
        if took and not silent and notes and notes.state is state:  # not inside of the words of an image
            notes.taken.append(_Taken(name, start, state.pos, state.tokens[count:]))
        return took

    return noting


def _shown_lines(
    content: str,
    places: list[tuple[int, int]],
    environment: dict[str, object],
    visible: Visible | None = None,
) -> Iterator[Visible]:
    """
    Yield what is shown of the text of a paragraph, a heading or an item, up to each break of the line.

    Args:
        content: the text with its marks
        places: where its lines start, in it and in the document
        environment: what the parser knows of the document
        visible: what the first line is added to
    """
    visible = Visible() if visible is None else visible
    box = found.end() if (found := _BOX.match(content)) else 0
    if content.count("[") > _MOST_BRACKETS:  # no Markdown that somebody wrote: shown as it is
        for line, place in places:
            visible.add(content[line:].split("\n", 1)[0] + "\n", place)
        yield visible
        return
    notes = _Notes()
    environment[_NOTES] = notes
    parser = _parser()
    parser.inline.parse(content, parser, environment, [])
    for taken in notes.taken:
        breaks = False
        if taken.rule in ("text", "backticks", "strikethrough", "emphasis", "autolink"):
            for start, end in _shown(taken):
                for line_start, line_end, place in _spans(max(start, box), end, places):
                    visible.add(content[line_start:line_end], place)
        elif taken.rule == "newline" or (taken.rule == "escape" and taken.tokens[-1].type == "hardbreak"):
            breaks = taken.tokens[-1].type == "hardbreak"
            visible.blank()
        elif taken.rule in ("escape", "entity"):
            at = _at(taken.start, places)
            visible.add_written_as(taken.tokens[-1].content, at, at + taken.end - taken.start)
        elif taken.rule == "html_inline":
            breaks = bool(_BREAK.fullmatch(content, taken.start, taken.end))
        if breaks and visible:
            yield visible
            visible = Visible()
    if visible:
        yield visible


def _shown(taken: _Taken) -> Iterator[tuple[int, int]]:
    """Yield the parts of what a rule took that are shown as they are written."""
    if taken.rule == "text":
        yield taken.start, taken.end
    elif taken.rule == "autolink":
        yield taken.start + 1, taken.end - 1
    elif taken.rule == "backticks":
        code = next((token for token in taken.tokens if token.type == "code_inline"), None)
        marks = len(code.markup) if code else 0
        yield taken.start + marks, taken.end - marks
    else:  # a mark of emphasis that stands alone, as in "2 * 3", is shown
        length = (taken.end - taken.start) // max(1, len(_marks(taken)))
        for number, token in enumerate(_marks(taken)):
            if token.type == "text" and token.content:
                yield taken.start + number * length, taken.start + number * length + len(token.content)


def _marks(taken: _Taken) -> list[Token]:
    """Return the tokens of the marks; a token before them is the text that was waiting."""
    size = taken.end - taken.start
    return taken.tokens[-size:] if taken.rule == "emphasis" else taken.tokens[-max(1, size // 2) :]


def _places(token: Token, written: str, starts: list[int]) -> list[tuple[int, int]]:
    """Return for each line of the content of *token* where it starts, there and in the document."""
    found: list[tuple[int, int]] = []
    first, _ = token.map or (0, 0)
    at = 0
    for number, line in enumerate(token.content.split("\n")):
        start, end = starts[first + number], starts[first + number + 1] - 1
        bare = line.strip()
        place = written.rfind(bare, start, end) if bare else start
        found.append((at, place - (len(line) - len(line.lstrip()))))
        at += len(line) + 1
    return found


def _at(offset: int, places: list[tuple[int, int]]) -> int:
    """Return where in the document the character *offset* of the content stands."""
    line, place = next(found for found in reversed(places) if found[0] <= offset)
    return place + offset - line


def _spans(start: int, end: int, places: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield the part of each line from *start* to *end* of the content, with its place in the document."""
    for number, (line, place) in enumerate(places):
        after = places[number + 1][0] if number + 1 < len(places) else end
        left, right = max(start, line), min(end, after)
        if left < right:
            yield left, right, place + left - line


def _code(token: Token, written: str, starts: list[int]) -> Block:
    """Return a block of code without its fences."""
    first, last = token.map or (0, 0)
    begin = starts[first + 1] if token.type == "fence" else starts[first]
    end = min(starts[last], len(written))
    if token.type == "fence":
        closing = written[:end].rstrip().rfind("\n") + 1
        if closing >= begin and written[closing:end].strip(" >\n").startswith(token.markup):
            end = closing
    return _lines("code", written, begin, max(begin, end))


def _lines(kind: Kind, source: str, start: int, end: int) -> Block:
    visible = Visible()
    visible.add(source[start:end], start)
    return Block(kind, visible)
