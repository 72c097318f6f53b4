"""
The linear form of a scene as a tree: what the surfaces emoji and formula write.

The linear form (`scenograph.core.linear`) turns a graph into a tree and back: it repeats small descriptions,
labels larger ones and refers to them, and marks nodes with equal descriptions. So a surface that writes such
a tree exactly is exact for scenes. Loops replace recursion: deep scenes need no stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, final

from scenograph.core import Scene
from scenograph.core.linear import delinearise, is_constant, linearise
from scenograph.core.links import STRING
from scenograph.errors import NotationError, SceneError, SurfaceError

LinkEnd: TypeAlias = "Node | str | int"
"""What a role leads to: a node, a constant's literal, or the label number of a node described elsewhere."""


@final
@dataclass(slots=True)
class Node:
    """
    A node as one place describes it.

    Attributes:
        concept: its literal
        items: roles with their targets, in order
        suffix: `=1` for a label, `~2` for a mark, or nothing
    """

    concept: str
    items: list[tuple[str, LinkEnd]] = field(default_factory=list["tuple[str, LinkEnd]"])
    suffix: str = ""


_SYMBOL = r" (?:[^\s\"()/:~=\\]|\\[=\\])+"
_ROLE = r":(?:[^\s\"()/:~'\\]|\\['\\])+"
_TOKEN = re.compile(
    rf"\((?P<open>{_SYMBOL}|{STRING})|(?P<role>{_ROLE})| =(?P<label>[0-9]+)|'(?P<bare>{_SYMBOL})"
    rf"|(?P<string>{STRING})|(?P<symbol>{_SYMBOL})(?P<mark>~[0-9]+)?|(?P<suffix>[=~][0-9]+)|(?P<close>\))"
)
_ESCAPED = re.compile(r"\\(.)")


def tree_of(scene: Scene) -> Node:
    """Return the tree of *scene*; undone by `scene_of`."""
    opened: list[Node] = []
    node = Node("")
    role = ""
    for token in _TOKEN.finditer(linearise(scene)):
        kind = token.lastgroup
        if kind == "role":
            role = _ESCAPED.sub(r"\1", token["role"])
        elif kind == "open":
            node = Node(_literal(token["open"]))
            if opened:
                opened[-1].items.append((role, node))
            opened.append(node)
        elif kind == "suffix":
            opened[-1].suffix = token["suffix"]
        elif kind == "close":
            node = opened.pop()
        else:
            target = _simple(token)
            opened[-1].items.append((role, target))
            if token["mark"] and isinstance(target, str):  # of the node that ends here: constants take none
                opened[-1].suffix = token["mark"]
    return node


def _simple(token: re.Match[str]) -> LinkEnd:
    if token["label"]:
        return int(token["label"])
    if token["string"]:
        return token["string"]
    literal = _literal(token["bare"] or token["symbol"])
    if token["bare"] or is_constant(literal):
        return literal
    return Node(literal, suffix=token["mark"] or "")


def _literal(written: str) -> str:
    return written if written[0] == '"' else _ESCAPED.sub(r"\1", written[1:])


def scene_of(tree: Node) -> Scene:
    """
    Return the scene whose tree is *tree*; undoes `tree_of`.

    Raises:
        SurfaceError: if a label is missing or given twice, or a literal or role cannot be
    """
    out: list[str] = []
    stack: list[tuple[Node, Iterator[tuple[str, LinkEnd]]]] = []

    def begin(node: Node) -> None:
        out.append("(" + _written(node.concept))
        stack.append((node, iter(node.items)))

    begin(tree)
    while stack:
        node, items = stack[-1]
        for role, target in items:
            out.append(re.sub(r"['\\]", r"\\\g<0>", role))
            if isinstance(target, Node):
                begin(target)
                break
            if isinstance(target, int):
                out.append(f" ={target}")
            else:
                out.append(_written(target) if is_constant(target) else "'" + _written(target))
        else:
            out.append(node.suffix + ")")
            stack.pop()
    try:
        return delinearise("".join(out))
    except NotationError as error:
        raise SurfaceError(f"this says no scene: {error.message}") from error
    except SceneError as error:
        raise SurfaceError(f"this says no scene: {error}") from error


def draw(tree: Node, pieces: Callable[[Node], Sequence[str | Node]]) -> str:
    """Write *tree*: *pieces* gives what a node is written as, with the nodes in it still to be written."""
    out: list[str] = []
    pending: list[str | Node] = [tree]
    while pending:
        piece = pending.pop()
        if isinstance(piece, str):
            out.append(piece)
        else:
            pending.extend(reversed(pieces(piece)))
    return "".join(out)


def _written(literal: str) -> str:
    return literal if literal[0] == '"' else " " + re.sub(r"[=\\]", r"\\\g<0>", literal)
