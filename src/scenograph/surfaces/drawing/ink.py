"""
Ink: a laid-out scene as one SVG file that loads nothing, for light and dark backgrounds.

`textLength` makes each line as long as it was measured, in any font. All names of styles and targets begin
with the drawing's own name, so that several drawings can stand on one page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .layout import CONCEPT, LINE, NUMBER, NUMBER_GAP, PAD, ROLE, VALUE, Box
from .marks import kind
from .measure import width

MARGIN = 20.0  # around everything

_LIGHT = {
    "paper": "#fbfaf8", "word": "#1b2133", "role": "#66708a", "even": "#ffffff", "odd": "#f0f3fd",
    "edge": "#c2cbee", "root": "#5b74dd", "leaf": "#e6ebfb", "unknown": "#fff3d1", "unknown-edge": "#cf9410",
    "unknown-word": "#8a5a00", "lexeme": "#f1e8fd", "lexeme-edge": "#9a6bdc", "lexeme-word": "#6b34b5",
    "string": "#0b6e66",
}  # fmt: skip
_DARK = {
    "paper": "#12151c", "word": "#eceef6", "role": "#9ba6c3", "even": "#1b202b", "odd": "#242b3b",
    "edge": "#3f4a70", "root": "#8098f5", "leaf": "#303a58", "unknown": "#3a2f14", "unknown-edge": "#d8a531",
    "unknown-word": "#ffd77a", "lexeme": "#33264a", "lexeme-edge": "#a680e6", "lexeme-word": "#d3b8ff",
    "string": "#62d2c4",
}  # fmt: skip
_BADGES = ("#c2413b", "#0f7a72", "#8646c4", "#9a6100", "#2566c4", "#b03a80")  # of numbers, which are white

_STYLE = f"""\
.N text{{font-family:system-ui,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif}}
.N text{{white-space:pre;fill:var(--word)}}
.N .paper{{fill:var(--paper)}}
.N .caption{{font-size:{VALUE + 1:g}px;font-style:italic;fill:var(--role)}}
.N .concept{{font-size:{CONCEPT:g}px;font-weight:600}}
.N .role{{font-size:{ROLE:g}px;fill:var(--role)}}
.N .value{{font-size:{VALUE:g}px}}
.N .string{{fill:var(--string)}}
.N .unknown{{fill:var(--unknown-word)}}
.N .lexeme{{fill:var(--lexeme-word)}}
.N .box{{fill:var(--even);stroke:var(--edge);stroke-width:1.2}}
.N .odd{{fill:var(--odd)}}
.N .leaf{{fill:var(--leaf);stroke:none}}
.N .first{{stroke:var(--root);stroke-width:1.8}}
.N .mention{{fill:none;stroke:var(--edge);stroke-dasharray:4 3}}
.N rect.unknown{{fill:var(--unknown);stroke:var(--unknown-edge);stroke-dasharray:5 3}}
.N rect.lexeme{{fill:var(--lexeme);stroke:var(--lexeme-edge)}}
.N .number{{font-size:{NUMBER:g}px;font-weight:700;text-anchor:middle;fill:#fff}}
"""


def paint(
    boxes: Sequence[Box],
    size: tuple[float, float],
    concepts: Sequence[str],
    *,
    name: str,
    title: str,
    description: str,
    caption: Sequence[str],
    theme: str,
    metadata: str,
) -> str:
    """
    Return the SVG text of laid-out *boxes*.

    Args:
        boxes: as `.layout.arrange` returns them
        size: width and height of them all
        concepts: the scene's concepts, as literals
        name: what the names inside the drawing begin with
        title, description: what a screen reader says
        caption: lines to stand above
        theme: "light", "dark" or "auto"
        metadata: an element that is not seen
    """
    line = (VALUE + 1) * LINE
    top = MARGIN + (len(caption) * line + 8 if caption else 0)
    across = max(size[0], *(width(words, VALUE + 1) for words in caption)) if caption else size[0]
    w, h = across + 2 * MARGIN, top + size[1] + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img"'
        f' viewBox="0 0 {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" style="max-width:100%;height:auto"'
        f' aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(title)}</title>',
        f'<desc id="{name}-d">{escape(description)}</desc>',
        f"<metadata>{metadata}</metadata>",
        f"<style>\n{_style(name, theme)}</style>",
        f'<rect class="paper" width="{w:.0f}" height="{h:.0f}" rx="14"/>',
    ]
    if caption:
        parts.append(_text("caption", MARGIN + 2, MARGIN + VALUE, caption, VALUE + 1))
    parts.append(f'<g transform="translate({MARGIN:g} {top:g})">')
    for box in boxes:
        parts += _box(box, concepts[box.node], name)
    return "\n".join((*parts, "</g>", "</svg>", ""))


def _style(name: str, theme: str) -> str:
    light, dark = (
        f".{name}{{{';'.join(f'--{key}:{value}' for key, value in colours.items())}}}"
        for colours in (_LIGHT, _DARK)
    )
    rules = [dark if theme == "dark" else light]
    if theme == "auto":
        rules.append(f"@media (prefers-color-scheme:dark){{{dark}}}")
    return "\n".join((*rules, _STYLE.replace(".N", f".{name}")))


def _box(box: Box, concept: str, name: str) -> Iterator[str]:
    """Draw a box, its role, its concept, its number and its facts; its parts are drawn for themselves."""
    leaf = not (box.facts or box.parts)
    looks = ["box", kind(concept)]
    looks += ["odd"] if box.level % 2 else []
    looks += ["mention"] if box.is_mention else ["leaf"] if leaf and box.role else []
    looks += [] if box.role else ["first"]
    round_ = min(box.h / 2, 16) if leaf else 10
    if box.role:
        yield _text("role", box.x + 2, box.y - ROLE * 0.45, [box.role], ROLE)
    own = f' id="{name}-{box.node}"' if box.number and not box.is_mention else ""
    yield (
        f'<rect class="{" ".join(looks)}"{own} x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" '
        f'height="{box.h:.1f}" rx="{round_:g}"/>'
    )
    first = box.y + PAD * 0.7 + CONCEPT
    yield _text(f"concept {kind(concept)}", box.x + PAD, first, box.lines, CONCEPT, bold=True)
    if box.number:
        yield _badge(box, first, name)
    for fact in box.facts:
        base = fact.y + VALUE
        yield _text("role", fact.x, base, [fact.role], ROLE)
        yield _text(f"value {kind(fact.literal)}", fact.x + fact.indent, base, fact.lines, VALUE)


def _badge(box: Box, first: float, name: str) -> str:
    """Draw the number of *box* after its concept; a mention links to the node itself."""
    w, h = box.badge
    x = box.x + PAD + width(box.lines[0], CONCEPT, bold=True) + NUMBER_GAP
    y = first - CONCEPT * 0.36
    drawn = (
        f'<rect class="badge" x="{x:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:g}" rx="{h / 2:g}" '
        f'fill="{_BADGES[(box.number - 1) % len(_BADGES)]}"/>'
        f'<text class="number" x="{x + w / 2:.1f}" y="{y + 4:.1f}">{box.number}</text>'
    )
    return f'<a href="#{name}-{box.node}">{drawn}</a>' if box.is_mention else drawn


def _text(looks: str, x: float, y: float, lines: Sequence[str], size: float, *, bold: bool = False) -> str:
    spans: list[tuple[str, str]] = []
    for number, line in enumerate(lines):
        length = f' textLength="{width(line, size, bold=bold):.1f}" lengthAdjust="spacingAndGlyphs"'
        where = f'x="{x:.1f}" ' + (f'y="{y:.1f}"' if not number else f'dy="{size * LINE:g}"')
        spans.append((where + length, escape(line, quote=False)))
    if len(spans) == 1:
        return f'<text class="{looks}" {spans[0][0]}>{spans[0][1]}</text>'
    inner = "".join(f"<tspan {where}>{line}</tspan>" for where, line in spans)
    return f'<text class="{looks}">{inner}</text>'
