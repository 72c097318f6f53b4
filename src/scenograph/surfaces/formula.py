"""
Formula: a scene as a term of logic.

    believe(agent: Marta, content: build(agent: Oleg, object: bridge(mod: old), time: 1931))

A node is the function of its concept; roles name the arguments. What logic and arithmetic have signs for is
written with them::

    (3 + 4) = 7                     equal, plus, minus, times, greater
    ¬sleep(agent: Oleg)             not;  p ∧ q  and;  p ∨ q  or
    p → q,  q ∵ p                   if (:condition p :consequence q), because (:cause p :effect q)
    heavy(bridge)                   heavy with :subject bridge and nothing else
    Marta                           entity :name "Marta"
    bridge²,  build₁(...) ... ₁     the second of the same description; one node mentioned again

A concept or role that is no word of letters in lower case stands between slashes, `/Δ41/`; constants are
numbers, strings, `+`, `-`, unknowns and, after an apostrophe, symbols: `'imperative`.

Law: `parse_formula(format_formula(scene)) == scene` for every scene.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, final

from scenograph.core import Scene
from scenograph.core.links import STRING, SYMBOL
from scenograph.errors import SurfaceError
from scenograph.surfaces import _figures as figures
from scenograph.surfaces._scanner import Parse, Scanner, descend
from scenograph.surfaces._tree import LinkEnd, Node, draw, scene_of, tree_of


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
    }
)
_SIGNS = {operator: sign for sign, operator in OPERATORS.items()}

_WORD = re.compile(rf"[^\W\d_{figures.SMALL}](?:[^\W{figures.SMALL}]|-)*")
_NUMBER_OR_UNKNOWN = rf"[+-]?[0-9]+(?:\.[0-9]+)?|\?[^\W{figures.SMALL}]+"
_PLAIN_CONSTANT = re.compile(_NUMBER_OR_UNKNOWN)
_SLASHED = rf"/(?:{SYMBOL}|{STRING})/"
_ATOM = re.compile(
    rf"(?P<constant>{_NUMBER_OR_UNKNOWN}|{STRING}|[+-])|'(?P<symbol>{_WORD.pattern}|{_SLASHED})"
    rf"|(?P<concept>{_WORD.pattern}|{_SLASHED})(?P<figures>[{figures.LOW}]+|[{figures.HIGH}]+)?|(?P<label>[{figures.LOW}]+)"
)
_ROLE = re.compile(rf"(?P<role>{_WORD.pattern}|/[^\s\"()/:~]+/)\s*:")
_OPERATOR = re.compile("|".join(map(re.escape, OPERATORS)))


def format_formula(scene: Scene) -> str:
    """
    Return *scene* as a formula on one line; undone by `parse_formula`.

    Example:
        >>> format_formula(Scene.parse("(n / not :op1 (s / sleep :agent (e / entity :name \\"Oleg\\")))"))
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
    return scene_of(descend(_Parser(text).whole()))


def _pieces(node: Node) -> list[str | Node]:
    if operator := _operator(node):
        target = dict(node.items)
        left, right = _piece(target[operator.left]), _piece(target[operator.right])
        return ["(", left, f" {_SIGNS[operator]} ", right, ")"]
    match node:
        case Node("not", [(":op1", operand)], ""):
            return ["¬", _piece(operand)]
        case Node(concept, [(":subject", thing)], "") if _is_word(concept):
            return [f"{concept}(", _piece(thing), ")"]
        case Node("entity", [(":name", str(name))], "") if _is_name(name):
            return [name[1:-1]]
        case _:
            pass
    concept = node.concept if _is_word(node.concept) else f"/{node.concept}/"
    pieces: list[str | Node] = [concept + figures.format_suffix(node.suffix)]
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
        return figures.format_label(target)
    if target[0] == '"' or target in ("+", "-") or _PLAIN_CONSTANT.fullmatch(target):
        return target
    return f"'{target}" if _WORD.fullmatch(target) else f"'/{target}/"


def _is_word(concept: str) -> bool:
    return _WORD.fullmatch(concept) is not None and not concept[0].isupper()


def _is_name(literal: str) -> bool:
    name = literal[1:-1]
    return literal[0] == '"' and _WORD.fullmatch(name) is not None and name[0].isupper()


@final
class _Parser(Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text, "formula")

    def whole(self) -> Parse[Node]:
        term = yield self._operation(is_whole=True)
        if not self.ends():
            self.fail("nothing after the formula")
        if not isinstance(term, Node):
            raise SurfaceError("formula: a constant alone is no scene")
        return term

    def _operation(self, *, is_whole: bool = False) -> Parse[LinkEnd]:
        """Two terms with an operator between them; the whole text may also be one term."""
        left = yield self._term()
        sign = self.take(_OPERATOR)
        if sign is None:
            return left if is_whole else self.fail(f"an operator ({' '.join(OPERATORS)})")
        operator = OPERATORS[sign[0]]
        return Node(operator.concept, [(operator.left, left), (operator.right, (yield self._term()))])

    def _term(self) -> Parse[LinkEnd]:
        if self.passes("("):
            term = yield self._operation()
            self.expect(")")
            return term
        if self.passes("¬"):
            return Node("not", [(":op1", (yield self._term()))])
        atom = self.take(_ATOM) or self.fail("a term")
        if atom["constant"] or atom["symbol"]:
            return atom["constant"] or atom["symbol"].strip("/")
        if atom["label"]:
            return figures.parse_label(atom["label"])
        return (yield self._node(atom["concept"], figures.parse_suffix(atom["figures"])))

    def _node(self, concept: str, suffix: str) -> Parse[Node]:
        if concept[0].isupper():
            if suffix or self.passes("("):
                self.fail(f"nothing after the name {concept}; write a concept as /{concept}/")
            return Node("entity", [(":name", f'"{concept}"')])
        node = Node(concept[1:-1] if concept[0] == "/" else concept, suffix=suffix)
        if not self.passes("("):
            return node
        role = self.take(_ROLE)
        if role is None and not suffix and concept[0] != "/":  # heavy(bridge)
            thing = yield self._term()
            self.expect(")")
            node.items.append((":subject", thing))
            return node
        while role is not None:
            node.items.append((f":{role['role'].strip('/')}", (yield self._term())))
            if not self.passes(","):
                self.expect(")", "',' or ')'")
                return node
            role = self.take(_ROLE)
        self.fail("the name of a role and ':'")
