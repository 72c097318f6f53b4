"""
Where everything of a drawing stands: a scene as boxes within boxes, measured and placed.

A node is a box. What it leads to stands inside it, each box under its role. A constant is a line: `role
value`. Where a node is mentioned again, or lies too deep, a *mention* stands: a small box with the number of
the node's own box. A node that lies too deep has its box in a panel of its own.

Boxes are measured from the leaves up and placed from the root down, both in loops: depth costs no stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import final

from scenograph.core import Link, Scene
from scenograph.core.layout import layout

from .marks import shown
from .measure import width, wrap

DEEPEST = 7  # boxes within each other in one panel; below that, eyes lose count
CONCEPT, ROLE, VALUE = 15.0, 12.0, 14.0  # font sizes
LINE = 1.3  # height of a line, in font sizes
PAD, GAP = 12.0, 12.0  # between a box and what it holds, and between the things it holds
NUMBER, NUMBER_GAP = 11.0, 6.0  # font size of the number after a concept, and the gap before it
LISTED, FACT_GAP = 4, 10.0  # as many constants stand in a list; more stand in rows, with this gap
LONGEST = 300.0  # the longest line of text
WIDER = 1.7  # how much wider than high a box should become where it can choose
STRETCHES = (0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.8)  # widths to try, times what the area suggests

Size = tuple[float, float]


@final
@dataclass(slots=True)
class Fact:
    """A constant under its role: `time 1931`."""

    role: str
    literal: str
    lines: list[str]
    x: float = 0
    y: float = 0

    @property
    def indent(self) -> float:
        return width(self.role, ROLE) + 7

    @property
    def size(self) -> Size:
        longest = max(width(line, VALUE) for line in self.lines)
        return self.indent + longest, len(self.lines) * VALUE * LINE


@final
@dataclass(slots=True)
class Box:
    """
    A node where it is described, or a mention of it; measured and placed bit by bit.

    Attributes:
        node: its index in the scene
        role: the role it stands under; empty for the first box of a panel
        level: the number of boxes around it
        is_mention: True if the node is described elsewhere
        lines: the concept, broken into lines
        number: what mentions of the node and the node itself are marked with; 0 for most
        x, y, w, h: its rectangle
    """

    node: int
    role: str
    level: int
    is_mention: bool
    lines: list[str]
    number: int = 0
    facts: list[Fact] = field(default_factory=list["Fact"])
    parts: list[Box] = field(default_factory=list["Box"])
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0

    @property
    def badge(self) -> Size:
        """Width and height of the number after the concept; nothing if there is none."""
        return (max(width(str(self.number), NUMBER, bold=True) + 9, 17), 17) if self.number else (0, 0)

    @property
    def label(self) -> Size:
        """Width and height of the role above the box."""
        return (width(self.role, ROLE) + 4, ROLE * 1.5) if self.role else (0, 0)


def arrange(scene: Scene) -> tuple[list[Box], float, float]:
    """
    Lay *scene* out.

    Returns:
        all boxes, each after the one it stands in; width and height of the whole
    """
    boxes = _boxes(scene)
    for box in reversed(boxes):
        _measure(box)
    panels = [box for box in boxes if not box.role]
    placed, across, down = _flow([(panel.w, panel.h) for panel in panels], 2 * GAP)
    for panel, (x, y) in zip(panels, placed, strict=True):
        panel.x, panel.y = x, y
    for box in boxes:  # what a box holds was placed relative to it
        for held in (*box.facts, *box.parts):
            held.x += box.x
            held.y += box.y
    return boxes, across, down


def _boxes(scene: Scene) -> list[Box]:
    """Return all boxes in the order in which the notation names them, not yet placed."""
    children = layout(len(scene.concepts), scene.links)
    drawn = [False] * len(children)
    numbers: dict[int, int] = {}
    boxes: list[Box] = []
    own: dict[int, Box] = {}
    panels = deque([0])
    while panels:
        opened: list[tuple[int, str, Box | None]] = [(panels.popleft(), "", None)]
        while opened:
            node, role, around = opened.pop()
            level = around.level + 1 if around else 0
            again = drawn[node] and around is not None
            later = not again and level >= DEEPEST and _holds_boxes(children, node)
            lines = wrap(shown(scene.concepts[node]), CONCEPT, limit=LONGEST, bold=True)
            box = Box(node, role, level, again or later, lines)
            boxes.append(box)
            if around:
                around.parts.append(box)
            drawn[node] = True
            if box.is_mention:
                box.number = numbers.setdefault(node, len(numbers) + 1)
                if later:
                    panels.append(node)
                continue
            own[node] = box
            inner: list[tuple[int, str, Box | None]] = []
            for link in children[node]:
                if isinstance(link.target, int):
                    inner.append((link.target, shown(link.role[1:]), box))
                else:
                    lines = wrap(shown(link.target), VALUE, limit=LONGEST)
                    box.facts.append(Fact(shown(link.role[1:]), link.target, lines))
            opened += reversed(inner)
    for node, number in numbers.items():
        own[node].number = number
    return boxes


def _holds_boxes(children: Sequence[Sequence[Link]], node: int) -> bool:
    """True if something *node* leads to leads on: what does not may stand at any depth."""
    return any(children[link.target] for link in children[node] if isinstance(link.target, int))


def _measure(box: Box) -> None:
    """Give *box* its size, and its facts and parts their places relative to it; its parts are measured."""
    head = max(width(line, CONCEPT, bold=True) for line in box.lines)
    if box.number:
        head += NUMBER_GAP + box.badge[0]
    top = PAD * 0.7
    height = top + len(box.lines) * CONCEPT * LINE
    across = head
    if box.facts:
        sizes = [fact.size for fact in box.facts]
        places, wide, high = _flow(sizes, FACT_GAP, least=head) if len(sizes) > LISTED else _rows(sizes, 4, 0)
        for fact, (x, y) in zip(box.facts, places, strict=True):
            fact.x, fact.y = PAD + x, height + y + 2
        across = max(across, wide)
        height += high + 4
    if box.parts:
        height += PAD * 0.3
        sizes = [(max(part.w, part.label[0]), part.h + part.label[1]) for part in box.parts]
        places, wide, high = _flow(sizes, GAP, least=head)
        for part, (x, y) in zip(box.parts, places, strict=True):
            part.x, part.y = PAD + x, height + y + part.label[1]
        across = max(across, wide)
        height += high + PAD * 0.3
    box.w, box.h = across + 2 * PAD, height + top


def _flow(sizes: Sequence[Size], gap: float, *, least: float = 0) -> tuple[list[Size], float, float]:
    """
    Place things of these *sizes* in rows with *gap* between them, in a rectangle of a pleasant shape.

    The rectangle may be as wide as *least* in any case. Returns their places, its width and its height.
    """
    widest = max(w for w, _ in sizes)
    ideal = sqrt(WIDER * sum((w + gap) * (h + gap) for w, h in sizes))
    limits = {max(least, widest, ideal * stretch) for stretch in STRETCHES}
    tries = [_rows(sizes, gap, limit) for limit in sorted(limits)]
    return min(tries, key=lambda flow: flow[1] * flow[2] + (flow[1] / WIDER - flow[2]) ** 2 / 2)


def _rows(sizes: Sequence[Size], gap: float, limit: float) -> tuple[list[Size], float, float]:
    """Place things in rows not longer than *limit*; returns what `_flow` does."""
    places: list[Size] = []
    x = y = row = across = 0.0
    for w, h in sizes:
        if x and x + w > limit:
            x, y, row = 0.0, y + row + gap, 0.0
        places.append((x, y))
        across = max(across, x + w)
        x += w + gap
        row = max(row, h)
    return places, across, y + row
