r"""
LaTeX: arithmetic and equations.

    (e / equal :op1 (p / plus :op1 3 :op2 ?x) :op2 (d / divide :op1 7 :op2 2))        3 + x = \frac{7}{2}

What is covered, beyond the world's `plus`, `minus`, `times`, `equal` and `greater`: `divide`,
`power`, `root`, `negative`, `less`, `at-least`, `at-most`, `unequal`, and `and`, `or`,
`not`, `if` over them; `plus`, `times`, `and` and `or` take any number of operands. Numbers are
constants. Unknowns are symbols: `?x` is x, `?x_1` is x_{1}, `?alpha` is \alpha and `?speed` is
\mathit{speed}. Signs decide no meaning that parentheses do not: `(1 + 2) + 3` and `1 + 2 + 3` are
different scenes.

Equal operands are one node, as elsewhere (docs/decisions/003). A further node of the same description is
written `\overbrace{3 + 4}^{2}`, a larger one that is mentioned again `\underbrace{...}_{1}` and then
`\boxed{1}`.

Law: `parse_latex(format_latex(scene)) == scene` for every scene of these operations, numbers and unknowns;
all other scenes are refused. Much of what people write is read too: `$`, `\times`, `/`, `2x`,
`\left` left out. sympy's own readers do not fit here: the one built on lark computes what it reads (`3 + 4 =
7` becomes `True`), the one built on ANTLR needs an outdated runtime.
"""

from __future__ import annotations

import re

from scenograph.core import Scene
from scenograph.core.links import is_unknown
from scenograph.errors import SurfaceError
from scenograph.surfaces._latex_parser import LatexParser
from scenograph.surfaces._operations import (
    BASE,
    BY_CONCEPT,
    CLOSED,
    GREEK,
    NEGATIVE,
    NOT,
    POWER,
    PRODUCT,
    SUM,
    operands,
)
from scenograph.surfaces._scanner import descend
from scenograph.surfaces._tree import LinkEnd, Node, draw, scene_of, tree_of

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_INDEXED = re.compile(r"([A-Za-z])_([A-Za-z0-9]+)")
_NAME = re.compile(r"[^\W_]\w*")
_FENCES = re.compile(r"\s*(?:\$\$?|\\\[|\\\()(.*?)(?:\$\$?|\\\]|\\\))\s*", re.DOTALL)


def format_latex(scene: Scene) -> str:
    r"""
    Return *scene* in LaTeX, for use in math mode; undone by `parse_latex`.

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


def _pieces(node: Node) -> list[str | Node]:
    pieces = _inner(node)
    if node.suffix.startswith("="):
        return [r"\underbrace{", *pieces, f"}}_{{{node.suffix[1:]}}}"]
    return [r"\overbrace{", *pieces, f"}}^{{{node.suffix[1:]}}}"] if node.suffix else pieces


def _inner(node: Node) -> list[str | Node]:
    joined = operands(node)
    infix = BY_CONCEPT.get(node.concept)
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
            least = PRODUCT if infix.binding == SUM else infix.binding + 1  # no sign right after a sign
            for operand in rest:
                pieces += [f" {infix.sign} ", *_operand(operand, least)]
            return pieces
        case _:
            raise SurfaceError(
                f"latex: {node.concept} with {len(node.items)} links is no operation of arithmetic"
            )


def _operand(target: LinkEnd, least: int) -> list[str | Node]:
    """Return *target*, in parentheses if it binds less strongly than *least*."""
    return [_bare(target)] if _binding(target) >= least else [r"\left(", _bare(target), r"\right)"]


def _binding(target: LinkEnd) -> int:
    if isinstance(target, Node):
        if target.suffix or target.concept == "divide":
            return CLOSED
        if infix := BY_CONCEPT.get(target.concept):
            return infix.binding
        return {"power": POWER, "not": NOT, "negative": NEGATIVE}.get(target.concept, BASE)
    if isinstance(target, str) and target[0] in "+-":
        return NEGATIVE
    return BASE


def _bare(target: LinkEnd) -> str | Node:
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
    if name in GREEK:
        return f"\\{name}"
    if match := _INDEXED.fullmatch(name):
        return f"{match[1]}_{{{match[2]}}}"
    if _NAME.fullmatch(name):
        return rf"\mathit{{{name.replace('_', chr(92) + '_')}}}"
    raise SurfaceError(f"latex: the name of ?{name} is no word, so that no symbol can stand for it")


def parse_latex(text: str) -> Scene:
    """
    Return the scene that the formula *text* says; undoes `format_latex`.

    Raises:
        SurfaceError: if *text* is no such formula, with the place and what was expected
    """
    fenced = _FENCES.fullmatch(text)
    tree = descend(LatexParser(fenced[1] if fenced else text).whole())
    if not isinstance(tree, Node):
        raise SurfaceError("latex: a number or a symbol alone is no scene")
    return scene_of(tree)
