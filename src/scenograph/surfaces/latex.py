r"""
LaTeX: arithmetic and equations.

    (e / equal :op1 (p / plus :op1 3 :op2 ?x) :op2 (d / divide :op1 7 :op2 2))        3 + x = \frac{7}{2}

What is covered, beyond the world's ``plus``, ``minus``, ``times``, ``equal`` and ``greater``: ``divide``,
``power``, ``root``, ``negative``, ``less``, ``at-least``, ``at-most``, ``unequal``, and ``and``, ``or``,
``not``, ``if`` over them; ``plus``, ``times``, ``and`` and ``or`` take any number of operands. Numbers are
constants. Unknowns are symbols: ``?x`` is x, ``?x_1`` is x_{1}, ``?alpha`` is \alpha and ``?speed`` is
\mathit{speed}. Signs decide no meaning that parentheses do not: ``(1 + 2) + 3`` and ``1 + 2 + 3`` are
different scenes.

Equal operands are one node, as elsewhere (docs/decisions/003). A further node of the same description is
written ``\overbrace{3 + 4}^{2}``, a larger one that is mentioned again ``\underbrace{...}_{1}`` and then
``\boxed{1}``.

Law: ``parse_latex(format_latex(scene)) == scene`` for every scene of these operations, numbers and unknowns;
all other scenes are refused. Much of what people write is read too: ``$``, ``\times``, ``/``, ``2x``,
``\left`` left out. sympy's own readers do not fit here: the one built on lark computes what it reads (``3 + 4
= 7`` becomes ``True``), the one built on ANTLR needs an outdated runtime.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeAlias, final

from scenograph.core import Scene
from scenograph.core.links import is_unknown
from scenograph.errors import SurfaceError
from scenograph.surfaces._tree import Node, Target, draw, scene_of, tree_of


class Infix(NamedTuple):
    """An operation that is written between its operands."""

    concept: str
    sign: str
    binding: int
    is_chain: bool = False  # takes any number of operands


INFIX = (
    Infix("if", r"\implies", 1),
    Infix("or", r"\lor", 2, True),
    Infix("and", r"\land", 3, True),
    Infix("equal", "=", 5),
    Infix("unequal", r"\neq", 5),
    Infix("greater", ">", 5),
    Infix("less", "<", 5),
    Infix("at-least", r"\geq", 5),
    Infix("at-most", r"\leq", 5),
    Infix("plus", "+", 6, True),
    Infix("minus", "-", 6),
    Infix("times", r"\cdot", 8, True),
)
NOT, NEGATIVE = 4, 7
"""How strongly ``not`` and a sign bind."""
SUM, PRODUCT, POWER = 6, 8, 9
CLOSED, BASE = 10, 11  # a fraction is closed, but needs parentheses as the base of a power

_BY_CONCEPT = {operation.concept: operation for operation in INFIX}
_SIGNS = {operation.sign: operation for operation in INFIX}
_OTHER_SIGNS = {
    r"\cdot": (r"\times", "*"),
    r"\geq": (r"\ge",),
    r"\leq": (r"\le",),
    r"\neq": (r"\ne",),
    r"\land": (r"\wedge",),
    r"\lor": (r"\vee",),
    r"\implies": (r"\Rightarrow", r"\to"),
}
_BY_SIGN = _SIGNS | {other: _SIGNS[sign] for sign, others in _OTHER_SIGNS.items() for other in others}
_BY_SIGN["/"] = _BY_SIGN[r"\div"] = Infix("divide", "/", PRODUCT)

_NUMBER = re.compile(r"(?P<sign>[+-]?)[0-9]+(?:\.[0-9]+)?")
_GREEK = frozenset(
    re.findall(
        r"\w+",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
        "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega",
    )
)
_INDEXED = re.compile(r"([A-Za-z])_([A-Za-z0-9]+)")
_NAME = re.compile(r"[^\W_]\w*")


def operands(node: Node) -> list[Target] | None:
    """Return what the operation *node* joins, in order; None if its links are not those of an operation."""
    by_role = dict(node.items)
    if node.concept == "if":
        roles = [":condition", ":consequence"]
    else:
        roles = [f":op{number}" for number in range(1, len(node.items) + 1)]
    found = [by_role[role] for role in roles if role in by_role]
    return found if len(found) == len(node.items) == len(roles) else None


def operation(concept: str, *targets: Target) -> Node:
    """Return the node of an operation; undone by :func:`operands`."""
    roles = (
        [":condition", ":consequence"] if concept == "if" else [f":op{n}" for n in range(1, len(targets) + 1)]
    )
    return Node(concept, list(zip(roles, targets, strict=True)))


# --- writing -----------------------------------------------------------------------------------------------


def format_latex(scene: Scene) -> str:
    r"""
    Return *scene* in LaTeX, for use in math mode; undone by :func:`parse_latex`.

    Raises:
        SurfaceError: if something in *scene* is no operation, number or unknown

    Example:
        >>> print(format_latex(Scene.parse("(t / times :op1 (p / plus :op1 ?x :op2 1) :op2 -2)")))
        \left(x + 1\right) \cdot \left(-2\right)
    """
    return draw(tree_of(scene), _pieces)


def check_arithmetic(scene: Scene) -> None:
    """
    Pass if *scene* consists of operations, numbers and unknowns.

    Raises:
        SurfaceError: if it does not, naming what is something else
    """
    format_latex(scene)


_Pieces: TypeAlias = "list[str | Node]"


def _pieces(node: Node) -> _Pieces:
    """Return what *node* is written as, with the nodes in it still to be written."""
    pieces = _inner(node)
    if node.suffix.startswith("="):
        return [r"\underbrace{", *pieces, f"}}_{{{node.suffix[1:]}}}"]
    return [r"\overbrace{", *pieces, f"}}^{{{node.suffix[1:]}}}"] if node.suffix else pieces


def _inner(node: Node) -> _Pieces:
    joined = operands(node)
    infix = _BY_CONCEPT.get(node.concept)
    match node.concept, joined:
        case "divide", [above, below]:
            return [r"\frac{", _bare(above), "}{", _bare(below), "}"]
        case "power", [base, exponent]:
            return [*_operand(base, BASE), "^{", _bare(exponent), "}"]
        case "root", [radicand]:
            return [r"\sqrt{", _bare(radicand), "}"]
        case "root", [radicand, degree]:
            return [r"\sqrt[", _bare(degree), "]{", _bare(radicand), "}"]
        case "not", [denied]:
            return [r"\lnot ", *_operand(denied, NOT)]
        case "negative", [number]:
            # Minus five is a number, and the negative of five an operation.
            is_number = isinstance(number, str) and not is_unknown(number)
            return ["-", *_operand(number, BASE + 1 if is_number else PRODUCT)]
        case _, [first, *rest] if infix and rest and (infix.is_chain or len(rest) == 1):
            pieces = _operand(first, infix.binding + 1)
            least = PRODUCT if infix.binding == SUM else infix.binding + 1  # no sign right behind a sign
            for operand in rest:
                pieces += [f" {infix.sign} ", *_operand(operand, least)]
            return pieces
        case _:
            raise SurfaceError(
                f"latex: {node.concept} with {len(node.items)} links is no operation of arithmetic"
            )


def _operand(target: Target, least: int) -> _Pieces:
    """Return *target*, in parentheses if it binds less strongly than *least*."""
    return [_bare(target)] if _binding(target) >= least else [r"\left(", _bare(target), r"\right)"]


def _binding(target: Target) -> int:
    if isinstance(target, Node):
        if target.suffix or target.concept == "divide":
            return CLOSED
        infix = _BY_CONCEPT.get(target.concept)
        return (
            infix.binding
            if infix
            else {"power": POWER, "not": NOT, "negative": NEGATIVE}.get(target.concept, BASE)
        )
    if isinstance(target, str) and target[0] in "+-":
        return NEGATIVE
    return BASE


def _bare(target: Target) -> str | Node:
    if isinstance(target, Node):
        return target
    if isinstance(target, int):
        return rf"\boxed{{{target}}}"
    if is_unknown(target):
        return _symbol(target[1:])
    if _NUMBER.fullmatch(target):
        return target
    raise SurfaceError(f"latex: {target} is neither a number nor an unknown such as ?x")


def _symbol(name: str) -> str:
    if re.fullmatch("[A-Za-z]", name):
        return name
    if name in _GREEK:
        return f"\\{name}"
    if match := _INDEXED.fullmatch(name):
        return f"{match[1]}_{{{match[2]}}}"
    if _NAME.fullmatch(name):
        return rf"\mathit{{{name.replace('_', chr(92) + '_')}}}"
    raise SurfaceError(f"latex: the name of ?{name} is no word, so that no symbol can stand for it")


# --- reading -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>\\(?:mathit|mathrm|text)\{(?:[^{}\\]|\\_)+\})|(?P<letter>[A-Za-z])"
    r"|(?P<left>\\left\s*)?(?P<open>[(\[])|(?P<right>\\right\s*)?(?P<close>[)\]])|(?P<brace>[{}])"
    r"|(?P<command>\\[A-Za-z]+)|(?P<sign>[-+*/=<>^])"
)
_BLANK = re.compile(r"(?:\s|\\[ ,;:!]|\\q?quad(?![A-Za-z])|~)*")
_FENCES = re.compile(r"\s*(?:\$\$?|\\\[|\\\()(.*?)(?:\$\$?|\\\]|\\\))\s*", re.DOTALL)
_INDEX = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]))")
_FIGURE = re.compile(r"\s*[_^]\s*\{([0-9]{1,6})\}")
_NEGATION = Infix("not", r"\lnot", NOT)
_MINUS = Infix("negative", "-", NEGATIVE)
_PLUS = Infix("", "+", NEGATIVE)
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac")
_CLOSING = {"(": ")", "[": "]"}


def parse_latex(text: str) -> Scene:
    """
    Return the scene that the formula *text* says; undoes :func:`format_latex`.

    Raises:
        SurfaceError: if *text* is no such formula, with the place and what was expected
    """
    fenced = _FENCES.fullmatch(text)
    tree = _Reader(fenced[1] if fenced else text).read()
    if not isinstance(tree, Node):
        raise SurfaceError("latex: a number or a symbol alone is no scene")
    return scene_of(tree)


@final
@dataclass(slots=True)
class _Value:
    """Something read, the operation whose chain it may go on with, and whether it is a number as written."""

    target: Target
    chain: str = ""
    is_plain_number: bool = False


@final
@dataclass(slots=True)
class _Frame:
    """Something between brackets, as far as it was read, and what to do with it when they close."""

    closing: str
    finish: Callable[[Target], None]
    values: list[_Value] = field(default_factory=list[_Value])
    signs: list[Infix] = field(default_factory=list[Infix])
    needs_operand: bool = True


@final
class _Reader:
    """Reads from left to right; what is begun stands on a stack of its own, so depth costs none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.frames: list[_Frame] = []

    def read(self) -> Target:
        """Read the whole text."""
        found: list[Target] = []
        self.open("", found.append)
        while self.frames:
            self.skip()
            frame = self.frames[-1]
            token = _TOKEN.match(self.text, self.at)
            if token is None:
                if self.at < len(self.text) or frame.closing:
                    self.fail(
                        f"'{frame.closing}'"
                        if frame.closing and not frame.needs_operand
                        else "a number, a symbol or a sign"
                    )
                self.close("")
            else:
                self.take(token)
        return found[0]

    def take(self, token: re.Match[str]) -> None:
        """Read what begins with *token*."""
        start, self.at = self.at, token.end()
        frame = self.frames[-1]
        if token["close"] or token["brace"] == "}":
            self.close(token["close"] or "}", start)
        elif token["sign"] == "^":
            self.power(start)
        elif (sign := _BY_SIGN.get(token[0])) is not None and not frame.needs_operand:
            self.sign(sign, start)
        elif token[0] in ("-", "+", r"\lnot", r"\neg"):
            if not frame.needs_operand:
                self.fail("a sign between two operands", start)
            frame.signs.append({"-": _MINUS, "+": _PLUS}.get(token[0], _NEGATION))
        else:
            if not frame.needs_operand:  # 2x, and the like
                if token["number"]:
                    self.fail("a sign between two operands", start)
                self.sign(_BY_SIGN[r"\cdot"], start)
            self.operand(token, start)

    def operand(self, token: re.Match[str], start: int) -> None:
        """Read a number, a symbol, or what begins in brackets or with a command."""
        if token["number"]:
            self.push(_Value(token[0], is_plain_number=True))
        elif token["letter"]:
            index = _INDEX.match(self.text, self.at)
            self.at = index.end() if index else self.at
            self.push(_Value(f"?{token[0]}_{index[1] or index[2]}" if index else f"?{token[0]}"))
        elif token["word"]:
            self.push(_Value("?" + token[0].partition("{")[2][:-1].replace(r"\_", "_")))
        elif token["open"]:
            self.open(_CLOSING[token["open"]], lambda target: self.push(_Value(target)))
        elif token["brace"]:
            self.open("}", lambda target: self.push(_Value(target)))
        else:
            self.command(token[0], start)

    def command(self, name: str, start: int) -> None:
        """Read what the command *name* begins."""
        if name in _FRACTIONS:
            self.argument(lambda above: self.argument(lambda below: self.give("divide", above, below)))
        elif name == r"\sqrt" and self.passes("["):
            self.open("]", lambda degree: self.argument(lambda radicand: self.give("root", radicand, degree)))
        elif name == r"\sqrt":
            self.argument(lambda radicand: self.give("root", radicand))
        elif name in (r"\underbrace", r"\overbrace"):
            self.argument(lambda target: self.mark(target, "=" if name == r"\underbrace" else "~"))
        elif name == r"\boxed":
            figures = re.compile(r"\{([0-9]{1,6})\}").match(self.text, self.at)
            if figures is None:
                self.fail("the number of a brace, as in \\boxed{1}")
            self.at = figures.end()
            self.push(_Value(int(figures[1])))
        elif name[1:] in _GREEK:
            self.push(_Value(f"?{name[1:]}"))
        else:
            self.fail("a number, a symbol or a sign", start)

    def mark(self, target: Target, kind: str) -> None:
        """Read the figure at a brace over or under *target*."""
        figure = _FIGURE.match(self.text, self.at)
        if figure is None or not isinstance(target, Node) or target.suffix:
            self.fail("a brace around an operation, with a number, as in \\underbrace{x + 1}_{1}")
        self.at = figure.end()
        target.suffix = kind + figure[1]
        self.push(_Value(target))

    def power(self, start: int) -> None:
        """Read an exponent."""
        frame = self.frames[-1]
        if frame.needs_operand:
            self.fail("a base before '^'", start)
        base = frame.values.pop().target
        frame.needs_operand = True
        self.skip()
        if self.passes("{"):
            self.open("}", lambda exponent: self.give("power", base, exponent))
            return
        token = re.compile("[0-9A-Za-z]").match(self.text, self.at)
        if token is None:
            self.fail("an exponent in braces")
        self.at = token.end()
        self.give("power", base, token[0] if token[0].isdigit() else f"?{token[0]}")

    # --- values and signs -----------------------------------------------------------------------------------

    def open(self, closing: str, finish: Callable[[Target], None]) -> None:
        """Begin something that *closing* ends."""
        self.frames.append(_Frame(closing, finish))

    def argument(self, finish: Callable[[Target], None]) -> None:
        """Begin an argument in braces."""
        self.skip()
        if not self.passes("{"):
            self.fail("'{'")
        self.open("}", finish)

    def close(self, mark: str, start: int | None = None) -> None:
        """End what was begun last."""
        frame = self.frames[-1]
        if frame.needs_operand:
            self.fail("a number, a symbol or a sign", start)
        if mark != frame.closing:
            self.fail(f"'{frame.closing}'" if frame.closing else "nothing behind the formula", start)
        while frame.signs:
            self.settle(frame)
        self.frames.pop()
        frame.finish(frame.values[0].target)

    def give(self, concept: str, *targets: Target) -> None:
        """Push the operation of *concept*."""
        self.push(_Value(operation(concept, *targets)))

    def push(self, value: _Value) -> None:
        """Put *value* where an operand is needed."""
        frame = self.frames[-1]
        frame.values.append(value)
        frame.needs_operand = False

    def sign(self, sign: Infix, start: int) -> None:
        """Note a sign between operands, after settling those that bind at least as strongly."""
        frame = self.frames[-1]
        while frame.signs and frame.signs[-1].binding >= sign.binding:
            if frame.signs[-1].binding == sign.binding in (1, 5):
                self.fail(f"parentheses, to say what {frame.signs[-1].sign} and {sign.sign} join", start)
            self.settle(frame)
        frame.signs.append(sign)
        frame.needs_operand = True

    def settle(self, frame: _Frame) -> None:
        """Join the last values by the last sign."""
        sign = frame.signs.pop()
        last = frame.values.pop()
        if sign in (_MINUS, _PLUS) and last.is_plain_number:
            frame.values.append(_Value(f"{sign.sign}{last.target}"))
        elif sign is _PLUS:
            frame.values.append(_Value(last.target))
        elif sign in (_MINUS, _NEGATION):
            frame.values.append(_Value(operation(sign.concept, last.target)))
        else:
            first = frame.values.pop()
            if sign.is_chain and first.chain == sign.concept and isinstance(first.target, Node):
                first.target.items.append((f":op{len(first.target.items) + 1}", last.target))
                frame.values.append(first)
            else:
                frame.values.append(
                    _Value(operation(sign.concept, first.target, last.target), chain=sign.concept)
                )

    def passes(self, mark: str) -> bool:
        """Step over *mark*, if it is here."""
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def skip(self) -> None:
        """Step over blanks."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def fail(self, expected: str, start: int | None = None) -> NoReturn:
        """Say what was expected, and where."""
        at = self.at if start is None else start
        found = repr(self.text[at : at + 10]) if at < len(self.text) else "the end"
        raise SurfaceError(f"latex, character {at + 1}: expected {expected}, found {found}")
