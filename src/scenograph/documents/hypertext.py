"""HTML → blocks of visible text with their places: what a browser shows, no scripts, styles and comments."""

from __future__ import annotations

import html
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final, final

from scenograph.documents.plain import joins
from scenograph.documents.records import Kind
from scenograph.documents.visible import Block, Visible

_UNSEEN: Final = frozenset({"script", "style", "template", "head", "noscript", "svg", "object", "iframe"})
_TAGS: Final[dict[Kind, str]] = {
    "heading": "h1 h2 h3 h4 h5 h6 title dt legend caption summary",
    "item": "li dd option",
    "quote": "blockquote",
    "code": "pre textarea",
    "table": "tr",
}
_KINDS: Final[dict[str, Kind]] = {tag: kind for kind, tags in _TAGS.items() for tag in tags.split()}
_BLOCKS: Final = frozenset(_KINDS) | frozenset(
    {"address", "article", "aside", "body", "button", "center", "details", "div", "dl", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "header", "hr", "html", "label", "main", "menu", "nav", "ol"}
    | {"optgroup", "p", "section", "select", "summary", "table", "tbody", "tfoot", "thead", "ul"}
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
# HTML lets an end tag be left out: an open element of the first column ends where one of the second starts.
_ENDED_BY: Final = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "option": frozenset({"option", "optgroup"}),
    "p": _BLOCKS,
    "head": frozenset({"body"}),
}
_ENDING: Final[dict[str, frozenset[str]]] = {
    tag: frozenset(name for name, by in _ENDED_BY.items() if tag in by and name != "p")
    for tag in frozenset().union(*(by for name, by in _ENDED_BY.items() if name != "p"))
}
_DEEPEST: Final = 200  # open elements; what is opened inside is taken for text of the last
_LISTS: Final = frozenset({"ul", "ol", "dl", "table", "blockquote", "div", "section", "article"})


def blocks(text: str, start: int = 0, end: int | None = None, kind: Kind = "text") -> Iterator[Block]:
    """
    Return the blocks of the HTML in *text* from *start* to *end*, in order.

    Args:
        text: the document
        start, end: the part of it that is HTML
        kind: what text outside of headings, lists and quotes is
    """
    page = _Page(text, start, len(text) if end is None else end, kind)
    page.read()
    return iter(page.found)


@final
class _Page(HTMLParser):
    """Collects the blocks; tags that are not closed, or closed in a wrong order, do no harm."""

    def __init__(self, text: str, start: int, end: int, kind: Kind) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Block] = []
        self._text = text
        self._kind: Kind = kind
        self._part = text[start:end]
        self._lines = [start]
        at = self._part.find("\n")
        while at >= 0:
            self._lines.append(start + at + 1)
            at = self._part.find("\n", at + 1)
        self._open: list[str] = []
        self._unseen = 0  # how many of them are not shown
        self._visible = Visible()
        self._starts = True
        self._broken = ""  # the line before the last <br>

    def read(self) -> None:
        """Read the whole part."""
        self.feed(self._part)
        self.close()
        self._finish()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start a block, or go on with one."""
        while self._open and tag in _ENDED_BY.get(self._open[-1], ()):
            self._pop()
        self._end_item(tag)
        if tag == "br":
            self._break()
        elif tag in ("td", "th"):
            self._cell()
        elif tag in _BLOCKS:
            if not (self._is("tr") and tag != "tr"):
                self._finish()
            else:
                self._visible.blank()
        if tag in _UNSEEN or (tag not in _VOID and len(self._open) < _DEEPEST):
            self._open.append(tag)
            self._unseen += tag in _UNSEEN

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Treat `<p/>` as `<p>`, as browsers do."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End a block and what is open in it."""
        if tag in self._open:
            while self._pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take text that is written as it is shown."""
        if not self._is_unseen():
            if self._broken and data.strip():
                if self._kind_here() != "heading" and not joins(self._broken, data, 0):
                    self._finish(starts=False)
                self._broken = ""
            self._visible.add(data, self._place())

    def handle_entityref(self, name: str) -> None:
        """Take a character that is written by its name."""
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Take a character that is written by its number."""
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        start = self._place()
        if self._text.startswith(";", start + len(written)):
            written += ";"
        if not self._is_unseen():
            self._visible.add_written_as(html.unescape(written), start, start + len(written))

    def unknown_decl(self, data: str) -> None:
        """Show a CDATA section, which XHTML has."""
        if data.startswith("CDATA[") and not self._is_unseen():
            self._visible.add(data[6:], self._place() + len("<![CDATA["))

    def _place(self) -> int:
        """Return where in the document the parser is."""
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _is(self, tag: str) -> bool:
        return tag in self._open

    def _is_unseen(self) -> bool:
        return self._unseen > 0 and self._open[-1] != "title"

    def _end_item(self, tag: str) -> None:
        """Close an item whose end tag was left out, where the next one starts."""
        enders = _ENDING.get(tag)
        if not enders:
            return
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] in enders:
                while len(self._open) > at:
                    self._pop()
                return
            if self._open[at] in _LISTS:
                return

    def _pop(self) -> str:
        """Close the innermost element."""
        tag = self._open[-1]
        if tag in ("td", "th"):
            self._visible.blank()
        elif tag in _BLOCKS and not (self._is("tr") and tag != "tr"):
            self._finish()
        self._unseen -= self._open.pop() in _UNSEEN
        return tag

    def _cell(self) -> None:
        """Start a cell of a table."""
        self._visible.blank()

    def _break(self) -> None:
        """End a line, which is the end of a sentence if `joins` does not say otherwise of the next line."""
        self._visible.blank()
        self._broken = self._visible.text

    def _finish(self, *, starts: bool = True) -> None:
        """End a block."""
        if self._visible:
            self.found.append(Block(self._kind_here(), self._visible, self._starts))
            self._broken = ""
            self._visible = Visible()
            self._starts = starts
        else:
            self._starts = self._starts or starts

    def _kind_here(self) -> Kind:
        """Return the kind of the innermost element that has one."""
        for tag in reversed(self._open):
            if tag in _KINDS:
                return _KINDS[tag]
        return self._kind
