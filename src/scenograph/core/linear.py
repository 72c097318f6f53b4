"""
The linear form: a scene on one line, without variables, as a carrier reads and writes it.

    ( believe:agent( person:name"Marta"):content( build:agent( person:name"Oleg"):object bridge:time 1931))

    node    "(" concept (role target)* (label | mark)? ")"
    concept " " symbol | string
    target  node
            | " " symbol mark?              a leaf: a node with nothing but its concept
            | " " (number | sign | ?name)   a constant
            | "'" " " symbol                any other bare constant
            | string                        a quoted constant
            | " =" digits                   the node that carries this label
    label   "=" digits                      names a node that is mentioned again
    mark    "~" digits                      distinguishes nodes with equal descriptions: ~2, ~3

There are no other blanks. Every symbol brings its own blank along, as words do in the vocabularies of
carriers. `\\` escapes `=` and `\\` in symbols, `'` and `\\` in roles.

Instead of variables, *equal descriptions mean the same node*: where a node with a small closed description
(what forward links reach from it, as a tree of at most three nodes, without cycle) is mentioned again, it is
described again. So `( person:name"Oleg")` is one Oleg throughout, and another node with an equal description
carries a mark. Nodes with larger descriptions are mentioned again by label::

    ( and:op1( see:agent i):op2( hear:agent i))                    one i
    ( and:op1( see:agent i):op2( hear:agent i~2))                  two

The order is canonical (`scenograph.core.canonical.written_order`), so equal scenes have equal linear
forms; `delinearise` accepts any order. Both are loops: depth costs no stack.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from ..errors import NotationError
from .layout import layout
from .links import STRING, Link, forward, is_literal
from .scene import Scene

SMALL = 3  # nodes of the largest description that is repeated instead of labelled

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_IN_SYMBOL = re.compile(r"[=\\]")
_IN_ROLE = re.compile(r"['\\]")
_ESCAPED = re.compile(r"\\(.)")


def linearise(scene: Scene) -> str:
    """
    Return the linear form of *scene*.

    Laws: `delinearise(linearise(s)) == s`; equal scenes have equal linear forms.
    """
    scene = scene.canonical()
    concepts = scene.concepts
    children = layout(len(concepts), scene.links)
    hanging = {link.target for links in children for link in links if _is_turned(link)}
    small = _small(scene, hanging)
    marks = _marks(scene, small)
    mentions = [0] * len(concepts)
    mentions[0] = 1
    for links in children:
        for link in links:
            if isinstance(link.target, int):
                mentions[link.target] += 1
    labels: dict[int, int] = {}
    written = [False] * len(concepts)
    out: list[str] = []
    stack: list[tuple[int, Iterator[Link], Link | None]] = []

    def label(node: int) -> str:
        return f"={labels.setdefault(node, len(labels) + 1)}"

    def open_node(node: int) -> None:
        links = children[node]
        if written[node]:
            links = [link for link in links if not _is_turned(link)]
        written[node] = True
        out.append("(" + _symbol(concepts[node]))
        # A leaf right before its parent's mark is written with parentheses, or the mark would be its own.
        stack.append((node, iter(links), links[-1] if links and marks[node] else None))

    open_node(0)
    while stack:
        node, links, before_mark = stack[-1]
        for link in links:
            role, target = link.role, link.target
            out.append(_IN_ROLE.sub(r"\\\g<0>", role))
            if isinstance(target, str):
                out.append(_constant(target))
            elif target in small:
                is_leaf = not scene.out(target) and not is_constant(concepts[target])
                if is_leaf and link is not before_mark and (written[target] or not children[target]):
                    out.append(_symbol(concepts[target]) + marks[target])
                else:
                    open_node(target)
                    break
            elif written[target] or (target in hanging and not _is_turned(link)):
                out.append(" " + label(target))
            else:
                open_node(target)
                break
        else:
            stack.pop()
            out.append(marks[node] or (label(node) if mentions[node] > 1 and node not in small else ""))
            out.append(")")
    return "".join(out)


def is_constant(literal: str) -> bool:
    """True for the literals that are constants where a target stands: strings, numbers, signs, unknowns."""
    return literal[0] in '"?' or literal in {"+", "-"} or _NUMBER.fullmatch(literal) is not None


def _symbol(literal: str) -> str:
    return literal if literal[0] == '"' else " " + _IN_SYMBOL.sub(r"\\\g<0>", literal)


def _constant(literal: str) -> str:
    return _symbol(literal) if is_constant(literal) else "'" + _symbol(literal)


def _is_turned(link: Link) -> bool:
    """True for a link that its layout turned round."""
    return isinstance(link.target, int) and forward(link.role)[1]


def _small(scene: Scene, hanging: Container[int | str]) -> dict[int, int]:
    """
    Return the nodes with small closed descriptions, children first, with the sizes of these.

    Nodes *hanging* under inverse roles are never small: what they lead to stands outside their description.
    """
    count = len(scene.concepts)
    sources: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, _, target in scene.links:
        if isinstance(target, int):
            sources[target].append(source)
            waiting[source] += 1
    sizes = [1] * count
    small: dict[int, int] = {}
    ready = [node for node in range(count) if not waiting[node]]
    for node in ready:
        if sizes[node] > SMALL or node in hanging:
            continue
        small[node] = sizes[node]
        for source in sources[node]:
            sizes[source] += sizes[node]
            waiting[source] -= 1
            if not waiting[source]:
                ready.append(source)
    return small


def _marks(scene: Scene, small: Container[int]) -> list[str]:
    """Return each node's mark, empty unless an earlier node has an equal description."""
    known: Counter[tuple[object, ...]] = Counter()
    marks: list[str] = []
    for node, concept in enumerate(scene.concepts):
        if node not in small:
            marks.append("")
            continue
        description = (concept, *(link[1:] for link in scene.out(node)))
        known[description] += 1
        number = known[description]
        marks.append(f"~{number}" if number > 1 else "")
    return marks


# --- reading -----------------------------------------------------------------------------------------------

_SYMBOL = r" (?:[^\s\"()/:~=\\]|\\[=\\])++"
_ROLE = r":(?:[^\s\"()/:~'\\]|\\['\\])++"
_OPEN = re.compile(rf"\(({_SYMBOL}|{STRING})")
_ITEM = re.compile(rf"({_ROLE})(?:(?=(\())| =([0-9]+)|({STRING})|'({_SYMBOL})|({_SYMBOL})(~[0-9]+)?)")
_END = re.compile(r"(?:=([0-9]+)|(~[0-9]+))?\)")


@dataclass(slots=True)
class _Mention:
    """A node as one place of the text describes it."""

    concept: str
    mark: str = ""
    items: list[tuple[str, int | str]] = field(default_factory=list)  # roles with mentions or constants
    is_open: bool = False  # named by a label, or leading to what is not described within


def delinearise(text: str) -> Scene:
    """
    Return the scene whose linear form is *text*; undoes `linearise`.

    Siblings may come in any order.

    Raises:
        NotationError: with the place and what was expected
    """
    parser = _Parser(text)
    mentions = parser.mentions
    stands_for = _merged(mentions)
    number: dict[int, int] = {}
    for mention in stands_for:
        number.setdefault(mention, len(number))
    links: list[tuple[int, str, int | str]] = []
    for here in number:
        for role, target in mentions[here].items:
            links.append(
                (number[here], role, number[stands_for[target]] if isinstance(target, int) else target)
            )
    for here, role, target in parser.turned:
        links.append((number[here], role, number[stands_for[target]]))
    return Scene.build([mentions[here].concept for here in number], links)


def _merged(mentions: list[_Mention]) -> list[int]:
    """Return for each mention the first one that describes the same node."""
    stands_for = list(range(len(mentions)))
    size = [1] * len(mentions)
    known: dict[tuple[object, ...], int] = {}
    for here in range(len(mentions) - 1, -1, -1):  # what is within a description comes after its beginning
        mention = mentions[here]
        if not mention.is_open:
            size[here] += sum(size[target] for _, target in mention.items if isinstance(target, int))
        if mention.is_open or size[here] > SMALL:
            size[here] = SMALL + 1
            continue
        items = [(role, stands_for[t]) if isinstance(t, int) else (role, t) for role, t in mention.items]
        description = (mention.concept, mention.mark, *sorted(items, key=repr))
        stands_for[here] = known.setdefault(description, here)
    return stands_for


class _Parser:
    """
    Reads the tree that a linear form is.

    For `( hear:agent i:object( dog:owner i))` the mentions are 0 `hear`, 1 `i`, 2 `dog` and 3 `i`. The only
    item of `dog` is `(":owner", 3)`. That both `i` are one node is found later (`_merged`).

    Attributes:
        mentions: the mentions of nodes, in the order of their beginnings
        turned: the links that stand under inverse roles, in forward direction
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions: list[_Mention] = []
        self.turned: list[tuple[int, str, int]] = []
        self._offset = 0
        self._open: list[int] = []  # the mentions that are not closed yet
        self._labels: dict[str, int] = {}
        self._references: list[tuple[int, int, str, int]] = []  # mention, its item, label, offset
        self._begin()
        while self._open:
            item = _ITEM.match(text, self._offset)
            if item is None:
                self._close()
            else:
                self._offset = item.end()
                self._add(item)
        if self._offset < len(text):
            raise NotationError("expected nothing after the scene", text, self._offset)
        self._resolve()

    def _begin(self) -> None:
        """Read `(` and a concept."""
        match = _OPEN.match(self.text, self._offset)
        if match is None:
            raise NotationError("expected '(' and a concept, as in '( build'", self.text, self._offset)
        self._open.append(len(self.mentions))
        self.mentions.append(_Mention(_literal(match[1], self.text, match.start(1))))
        self._offset = match.end()

    def _close(self) -> None:
        """Read the label or mark, if there is one, and `)`."""
        end = _END.match(self.text, self._offset)
        if end is None:
            raise NotationError(_expectation(self.text, self._offset), self.text, self._offset)
        here = self._open.pop()
        label, mark = end.groups()
        if label:
            if label in self._labels:
                raise NotationError(f"label ={label} already names another node", self.text, self._offset)
            self._labels[label] = here
            self.mentions[here].is_open = True
        self.mentions[here].mark = mark or ""
        self._offset = end.end()

    def _add(self, item: re.Match[str]) -> None:
        """Add a role and its target to the innermost open mention."""
        role, node, reference, string, constant, symbol, mark = item.groups()
        role = _ESCAPED.sub(r"\1", role)
        here = self._open[-1]
        items = self.mentions[here].items
        if string or constant:
            items.append((role, string or _literal(constant, self.text, item.start(5))))
            return
        if reference:  # the label may come later, so its node is put in by `_resolve`
            self._references.append((here, len(items), reference, item.start(3) - 1))
            items.append((role, here))
            self.mentions[here].is_open = True
            return
        target = len(self.mentions)
        if node:
            self._begin()
        else:
            literal = _literal(symbol, self.text, item.start(6))
            if is_constant(literal):
                if mark:  # constants take none, so it is the mark of the node that ends here
                    self._offset = item.start(7)
                items.append((role, literal))
                return
            self.mentions.append(_Mention(literal, mark or ""))
        forward_role, is_turned = forward(role)
        if is_turned:
            self.turned.append((target, forward_role, here))
            self.mentions[target].is_open = True
        else:
            items.append((role, target))

    def _resolve(self) -> None:
        """Put the nodes that labels name where they are referred to."""
        for here, position, label, start in self._references:
            if label not in self._labels:
                raise NotationError(
                    f"label ={label} names no node: no description ends in ={label})", self.text, start
                )
            items = self.mentions[here].items
            items[position] = (items[position][0], self._labels[label])


def _literal(written: str, text: str, offset: int) -> str:
    """Return the literal that *written* stands for."""
    literal = written if written[0] == '"' else _ESCAPED.sub(r"\1", written[1:])
    if not is_literal(literal):
        raise NotationError(f"{literal!r} cannot be a symbol: quote it", text, offset)
    return literal


def _expectation(text: str, offset: int) -> str:
    """Say what was expected at *offset*, inside a description."""
    role = re.compile(_ROLE).match(text, offset)
    if role is not None:
        return f"expected a target right after {role[0]}: '(', ' symbol', '\"string\"' or ' =label'"
    found = repr(text[offset]) if offset < len(text) else "the end of the text"
    return f"expected a role such as ':agent', or ')', found {found}"
