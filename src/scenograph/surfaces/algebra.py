"""
Algebra: the arithmetic of `scenograph.surfaces.latex` as expressions of sympy, to be solved and
transformed.

    >>> from scenograph.core import Scene
    >>> equation = to_sympy(Scene.parse("(e / equal :op1 (p / plus :op1 ?x :op2 3) :op2 7)"))
    >>> import sympy
    >>> sympy.solve(equation)
    [4]
    >>> from_sympy(sympy.Eq(sympy.Symbol("x"), 4)).format(indent=None)
    '(e / equal :op1 ?x :op2 4)'

Nothing is computed on the way. What sympy has no form for comes back as the form that it uses instead:

* `times :op1 -1` of two operands as `negative`, `plus` of something and a `negative` as `minus`, `times` of
  something and a `power :op2 -1` as `divide`, and `root` of a degree that is no whole number as `power`;
* decimals as exact fractions (`2.5` as `divide :op1 5 :op2 2`), and `+5` and `007` as `5` and `7`;
* operands of `and` and `or` as a set: in sympy's order, and equal ones once;
* equal expressions as one node where they are small, and as several where they are large.

Law: `from_sympy(to_sympy(scene)) == scene` for every scene of arithmetic in which none of these occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from scenograph.core import Scene
from scenograph.core.links import is_literal, is_unknown
from scenograph.errors import MissingExtraError, SurfaceError
from scenograph.surfaces._operations import operands, operation
from scenograph.surfaces._tree import LinkEnd, Node, scene_of, tree_of
from scenograph.surfaces.latex import check_arithmetic

if TYPE_CHECKING:
    from sympy import Basic


def to_sympy(scene: Scene) -> Basic:
    """
    Return *scene* as an expression, relation or proposition of sympy, not evaluated.

    Raises:
        SurfaceError: if something in *scene* is no operation, number or unknown, or sympy refuses it, as it
            does a comparison where it wants a number
        MissingExtraError: if sympy is not installed
    """
    makers = _makers()
    check_arithmetic(scene)
    try:
        return _expression(tree_of(scene), makers, {})
    except TypeError as error:
        raise SurfaceError(f"sympy does not take this: {error}") from error
    except RecursionError as error:
        raise SurfaceError("sympy does not take expressions as deep as this") from error


def from_sympy(expression: Basic) -> Scene:
    """
    Return the scene that *expression* says; undoes `to_sympy`, but for what this module's text lists.

    Raises:
        SurfaceError: if a part of it is none of the operations covered, naming it
        MissingExtraError: if sympy is not installed
    """
    try:
        tree = _target(expression, _library())
    except RecursionError as error:
        raise SurfaceError("this expression is too deep") from error
    if not isinstance(tree, Node):
        raise SurfaceError("sympy: a number or a symbol alone is no scene")
    return scene_of(tree)


def _library() -> Any:
    try:
        import sympy
    except ImportError as error:
        raise MissingExtraError("sympy", "algebra", error) from error
    return sympy


@cache
def _makers() -> Mapping[str, Callable[..., Any]]:
    sp = _library()

    def raw(kind: Any) -> Callable[..., Any]:
        return lambda *args: kind(*args, evaluate=False)

    add, mul, power = raw(sp.Add), raw(sp.Mul), raw(sp.Pow)

    def root(radicand: Any, degree: Any = None) -> Any:
        if degree is None:
            return power(radicand, sp.Rational(1, 2))
        is_whole = isinstance(degree, sp.Integer) and degree > 2
        return power(radicand, sp.Rational(1, degree) if is_whole else power(degree, sp.S.NegativeOne))

    return {
        "plus": add,
        "minus": lambda a, b: add(a, mul(sp.S.NegativeOne, b)),
        "times": mul,
        "divide": lambda a, b: mul(a, power(b, sp.S.NegativeOne)),
        "power": power,
        "root": root,
        "negative": lambda a: mul(sp.S.NegativeOne, a),
        "if": raw(sp.Implies),
        **{concept: raw(getattr(sp, kind)) for concept, kind in _KINDS.items()},
    }


_OF_NUMBERS = frozenset(["plus", "minus", "times", "divide", "power", "root", "negative"])
_KINDS = dict(
    zip(
        ("equal", "unequal", "greater", "less", "at-least", "at-most", "and", "or", "not"),
        ("Eq", "Ne", "Gt", "Lt", "Ge", "Le", "And", "Or", "Not"),
        strict=True,
    )
)


def _expression(target: LinkEnd, makers: Mapping[str, Callable[..., Any]], labelled: dict[str, Any]) -> Any:
    """Return what *target* is; *labelled* are those mentioned again."""
    sp = _library()
    if isinstance(target, str):
        return sp.Symbol(target[1:]) if is_unknown(target) else sp.Rational(target)
    if isinstance(target, int):
        if f"={target}" not in labelled:
            raise SurfaceError("sympy: expressions end somewhere, but this scene goes in a circle")
        return labelled[f"={target}"]
    parts = [_expression(part, makers, labelled) for part in operands(target) or ()]
    if target.concept in _OF_NUMBERS and not all(isinstance(part, sp.Expr) for part in parts):
        raise SurfaceError(f"sympy: {target.concept} joins numbers, and a proposition is none")
    made = makers[target.concept](*parts)
    if target.suffix.startswith("="):
        labelled[target.suffix] = made
    return made


def _target(expression: Any, sp: Any) -> LinkEnd:
    if isinstance(expression, sp.Symbol):
        unknown = f"?{expression.name}"
        if not is_literal(unknown):
            raise SurfaceError(f"sympy: the symbol {expression.name!r} cannot be the name of an unknown")
        return unknown
    if isinstance(expression, sp.Integer):
        return str(expression)
    if isinstance(expression, sp.Rational):
        return operation("divide", str(expression.p), str(expression.q))
    concept, args = _take_apart(expression, sp)
    return operation(concept, *(_target(arg, sp) for arg in args))


def _take_apart(expression: Any, sp: Any) -> tuple[str, tuple[Any, ...]]:
    """Return the operation that *expression* is, and its operands."""
    args: tuple[Any, ...] = expression.args
    minus_one = sp.S.NegativeOne
    match expression:
        case sp.Add() if len(args) == 2 and _is_negative(args[1], sp):
            return "minus", (args[0], args[1].args[1])
        case sp.Add():
            return "plus", args
        case sp.Mul() if _is_negative(expression, sp):
            return "negative", args[1:]
        case sp.Mul() if len(args) == 2 and isinstance(args[1], sp.Pow) and args[1].exp == minus_one:
            return "divide", (args[0], args[1].base)
        case sp.Mul():
            return "times", args
        case sp.Pow() if isinstance(args[1], sp.Rational) and args[1].p == 1 and args[1].q > 1:
            return "root", args[:1] if args[1].q == 2 else (args[0], sp.Integer(args[1].q))
        case sp.Pow():
            return "power", args
        case sp.Implies():
            return "if", args
        case _:
            for concept, kind in _KINDS.items():
                if isinstance(expression, getattr(sp, kind)):
                    return concept, args
    raise SurfaceError(f"sympy: {str(expression)[:60]} is none of the operations that scenes have")


def _is_negative(expression: Any, sp: Any) -> bool:
    return (
        isinstance(expression, sp.Mul)
        and len(expression.args) == 2
        and expression.args[0] == sp.S.NegativeOne
    )
