"""
Formula: a scene as a term of logic.

    believe(agent: Marta, content: build(agent: Oleg, object: bridge(mod: old), time: 1931))

A node is the function of its concept; roles name the arguments. What logic and arithmetic have signs for is
written with them::

    (3 + 4) = 7                     equal, plus, minus, times, greater
    ¬sleep(agent: Oleg)             not;  p ∧ q  and;  p ∨ q  or
    p → q,  q ∵ p                   if (:condition p :consequence q), because (:cause p :effect q)
    heavy(bridge),  Marta ∈ doctor  be with :object and :property, with :object and :class
    Marta                           person :name "Marta"
    bridge²,  build₁(...) ... ₁     the second of the same description; one node mentioned again

A concept or role that is no word of letters in lower case stands between slashes, `/Δ41/`; constants are
numbers, strings, `+`, `-`, unknowns and, after an apostrophe, symbols: `'imperative`.

Law: `parse_formula(format_formula(scene)) == scene` for every scene.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, NoReturn, final

from scenograph.core import Scene
from scenograph.core.links import STRING, SYMBOL
from scenograph.errors import SurfaceError
from scenograph.surfaces._tree import (
    HIGH,
    LOW,
    SMALL,
    LinkEnd,
    Node,
    draw,
    format_label,
    format_suffix,
    parse_label,
    parse_suffix,
    scene_of,
    tree_of,
)


class Operator(NamedTuple):
    """A sign between two terms: it stands for a node of *concept* with these two links."""

    concept: str
    left: str
    right: str


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "∧": Operator("and", ":op1", ":op2"),
        "∨": Operator("or", ":op1", ":op2"),
        "=": Operator("equal", ":op1", ":op2"),
        ">": Operator("greater", ":op1", ":op2"),
        "+": Operator("plus", ":op1", ":op2"),
        "−": Operator("minus", ":op1", ":op2"),
        "×": Operator("times", ":op1", ":op2"),
        "→": Operator("if", ":condition", ":consequence"),
        "∵": Operator("because", ":effect", ":cause"),
        "∈": Operator("be", ":object", ":class"),
    }
)
_SIGNS = {operator: sign for sign, operator in OPERATORS.items()}

_WORD = re.compile(rf"[^\W\d_{SMALL}](?:[^\W{SMALL}]|-)*")
_NUMBER_OR_UNKNOWN = rf"[+-]?[0-9]+(?:\.[0-9]+)?|\?[^\W{SMALL}]+"
_PLAIN_CONSTANT = re.compile(_NUMBER_OR_UNKNOWN)
_SLASHED = rf"/(?:{SYMBOL}|{STRING})/"
_ATOM = re.compile(
    rf"(?P<constant>{_NUMBER_OR_UNKNOWN}|{STRING}|[+-])|'(?P<symbol>{_WORD.pattern}|{_SLASHED})"
    rf"|(?P<concept>{_WORD.pattern}|{_SLASHED})(?P<figures>[{LOW}]+|[{HIGH}]+)?|(?P<label>[{LOW}]+)"
)
_ROLE = re.compile(rf"(?P<role>{_WORD.pattern}|/[^\s\"()/:~]+/)\s*:")
_OPERATOR = re.compile("|".join(map(re.escape, OPERATORS)))
_BLANK = re.compile(r"\s*")


def format_formula(scene: Scene) -> str:
    """
    Return *scene* as a formula on one line; undone by `parse_formula`.

    Example:
        >>> format_formula(Scene.parse("(n / not :op1 (s / sleep :agent (p / person :name \\"Oleg\\")))"))
        '¬sleep(agent: Oleg)'
    """
    tree = tree_of(scene)
    formula = draw(tree, _pieces)
    return formula[1:-1] if _operator(tree) else formula


def parse_formula(text: str) -> Scene:
    """
    Return the scene that the formula *text* says; undoes `format_formula`.

    Raises:
        SurfaceError: if *text* is no formula, with the place and what was expected
    """
    return scene_of(_Parser(text).read())


# --- writing -----------------------------------------------------------------------------------------------


def _pieces(node: Node) -> list[str | Node]:
    """Return what *node* is written as, with the nodes in it still to be written."""
    if operator := _operator(node):
        target = dict(node.items)
        left, right = _piece(target[operator.left]), _piece(target[operator.right])
        return ["(", left, f" {_SIGNS[operator]} ", right, ")"]
    match node:
        case Node("not", [(":op1", operand)], ""):
            return ["¬", _piece(operand)]
        case Node("be", [(":object", thing), (":property", Node(quality, [], ""))], "") if _is_word(quality):
            return [f"{quality}(", _piece(thing), ")"]
        case Node("person", [(":name", str(name))], "") if _is_name(name):
            return [name[1:-1]]
        case _:
            return _call(node)


def _call(node: Node) -> list[str | Node]:
    concept = node.concept if _is_word(node.concept) else f"/{node.concept}/"
    pieces: list[str | Node] = [concept + format_suffix(node.suffix)]
    before = "("
    for role, target in node.items:
        name = role[1:]
        pieces += [f"{before}{name if _WORD.fullmatch(name) else f'/{name}/'}: ", _piece(target)]
        before = ", "
    return [*pieces, ")"] if node.items else pieces


def _operator(node: Node) -> Operator | None:
    """The operator that says *node*, if one does."""
    if node.suffix or len(node.items) != 2:
        return None
    roles = {role for role, _ in node.items}
    return next((o for o in _SIGNS if o.concept == node.concept and roles == {o.left, o.right}), None)


def _piece(target: LinkEnd) -> str | Node:
    if isinstance(target, Node):
        return target
    if isinstance(target, int):
        return format_label(target)
    if target[0] == '"' or target in ("+", "-") or _PLAIN_CONSTANT.fullmatch(target):
        return target
    return f"'{target}" if _WORD.fullmatch(target) else f"'/{target}/"


def _is_word(concept: str) -> bool:
    return _WORD.fullmatch(concept) is not None and not concept[0].isupper()


def _is_name(literal: str) -> bool:
    name = literal[1:-1]
    return literal[0] == '"' and _WORD.fullmatch(name) is not None and name[0].isupper()


# --- reading -----------------------------------------------------------------------------------------------


class _Frame(ABC):
    """Something begun that waits for a term."""

    @abstractmethod
    def take(self, term: LinkEnd, parser: _Parser) -> LinkEnd | None:
        """Take the *term*; return what is complete with it, or None if another term must follow."""


@final
@dataclass(slots=True)
class _Negation(_Frame):
    def take(self, term: LinkEnd, parser: _Parser) -> LinkEnd | None:
        return Node("not", [(":op1", term)])


@final
@dataclass(slots=True)
class _Property(_Frame):
    quality: str

    def take(self, term: LinkEnd, parser: _Parser) -> LinkEnd | None:
        parser.expect(")")
        return Node("be", [(":object", term), (":property", Node(self.quality))])


@final
@dataclass(slots=True)
class _Call(_Frame):
    node: Node
    role: str

    def take(self, term: LinkEnd, parser: _Parser) -> LinkEnd | None:
        self.node.items.append((self.role, term))
        if not parser.passes(","):
            parser.expect(")", "',' or ')'")
            return self.node
        self.role = parser.role() or parser.fail("the name of a role and ':'")
        return None


@final
@dataclass(slots=True)
class _Operation(_Frame):
    """Two terms with an operator between them, in parentheses unless it is the whole text."""

    is_whole: bool = False
    operator: Operator | None = None
    left: LinkEnd = ""

    def take(self, term: LinkEnd, parser: _Parser) -> LinkEnd | None:
        if self.operator is None:
            sign = parser.operator()
            if sign is None:
                return term if self.is_whole else parser.fail(f"an operator ({' '.join(OPERATORS)})")
            self.operator, self.left = OPERATORS[sign], term
            return None
        if not self.is_whole:
            parser.expect(")")
        return Node(self.operator.concept, [(self.operator.left, self.left), (self.operator.right, term)])


@final
class _Parser:
    """Reads a formula from left to right; what is begun stands on a stack of its own, so depth costs none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.frames: list[_Frame] = []

    def read(self) -> Node:
        """Read the whole text."""
        self.frames.append(_Operation(is_whole=True))
        term: LinkEnd | None = None
        while self.frames:
            term = self._term()
            while term is not None and self.frames:
                frame = self.frames.pop()
                complete = frame.take(term, self)
                if complete is None:
                    self.frames.append(frame)
                term = complete
        self._skip()
        if self.at < len(self.text):
            self.fail("nothing behind the formula")
        if not isinstance(term, Node):
            raise SurfaceError("formula: a constant alone is no scene")
        return term

    def _term(self) -> LinkEnd | None:
        """Read a term, or begin one and return None."""
        if self.passes("("):
            self.frames.append(_Operation())
            return None
        if self.passes("¬"):
            self.frames.append(_Negation())
            return None
        atom = _ATOM.match(self.text, self.at)
        if atom is None:
            self.fail("a term")
        self.at = atom.end()
        if atom["constant"] or atom["symbol"]:
            return atom["constant"] or atom["symbol"].strip("/")
        if atom["label"]:
            return parse_label(atom["label"])
        return self._node(atom)

    def _node(self, atom: re.Match[str]) -> Node | None:
        concept = atom["concept"]
        node = Node(concept[1:-1] if concept[0] == "/" else concept, suffix=parse_suffix(atom["figures"]))
        if concept[0].isupper():
            if node.suffix or self.passes("("):
                self.fail(f"nothing behind the name {concept}; write a concept as /{concept}/")
            return Node("person", [(":name", f'"{concept}"')])
        if not self.passes("("):
            return node
        role = self.role()
        if role is None and (node.suffix or concept[0] == "/"):
            self.fail("the name of a role and ':'")
        self.frames.append(_Property(concept) if role is None else _Call(node, role))
        return None

    def role(self) -> str | None:
        """Step over the name of a role and its colon, if they are here."""
        self._skip()
        match = _ROLE.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return f":{match['role'].strip('/')}"

    def operator(self) -> str | None:
        """Step over an operator, if one is here."""
        self._skip()
        match = _OPERATOR.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def passes(self, mark: str) -> bool:
        """Step over *mark*, if it is here."""
        self._skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def expect(self, mark: str, expected: str = "") -> None:
        """Step over *mark*, which must be here."""
        if not self.passes(mark):
            self.fail(expected or repr(mark))

    def fail(self, expected: str) -> NoReturn:
        """Say what was expected here."""
        self._skip()
        found = repr(self.text[self.at : self.at + 10]) if self.at < len(self.text) else "the end"
        raise SurfaceError(f"formula, character {self.at + 1}: expected {expected}, found {found}")

    def _skip(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
