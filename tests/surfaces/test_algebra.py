"""Arithmetic as expressions of sympy: exact but for what sympy takes for the same."""

import sys

import pytest
from hypothesis import assume, given
from surfaces_arithmetic import OPERATIONS, RELATIONS, arithmetic

from scenograph.core import Scene
from scenograph.errors import MissingExtraError, SurfaceError
from scenograph.surfaces.algebra import from_sympy, to_sympy
from scenograph.surfaces.latex import format_latex

sympy = pytest.importorskip("sympy")


@given(arithmetic(OPERATIONS, numbers=("0", "1", "2", "7", "12")))
def test_law_from_undoes_to(scene: Scene) -> None:
    assume("brace" not in format_latex(scene))  # sympy does not tell equal expressions apart
    sums = [node for node, concept in enumerate(scene.concepts) if concept == "plus"]
    assume(
        not any(
            isinstance(target, int) and scene.concepts[target] == "negative"
            for node in sums
            for target in scene.targets(":op2", node)
        )
    )
    assert from_sympy(to_sympy(scene)) == scene


@pytest.mark.parametrize("concept", RELATIONS)
def test_relations_come_back(concept: str) -> None:
    scene = Scene.parse(f"(r / {concept} :op1 (p / plus :op1 3 :op2 4) :op2 ?x)")
    assert from_sympy(to_sympy(scene)) == scene
    said = scene.format(indent=None)
    implied = Scene.parse(f"(i / if :condition (n / not :op1 {said}) :consequence (z / less :op1 ?x :op2 0))")
    assert from_sympy(to_sympy(implied)) == implied


def test_nothing_is_computed() -> None:
    scene = Scene.parse("(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 7)")
    assert str(to_sympy(scene)) == "Eq(3 + 4, 7)"
    assert from_sympy(sympy.simplify(sympy.Symbol("x") * 2 + sympy.Symbol("x"))) == Scene.parse(
        "(t / times :op1 3 :op2 ?x)"
    )


@pytest.mark.parametrize(
    ("notation", "back"),
    [
        ("(t / times :op1 -1 :op2 ?x)", "(n / negative :op1 ?x)"),
        ("(p / plus :op1 ?x :op2 (n / negative :op1 ?y))", "(m / minus :op1 ?x :op2 ?y)"),
        ("(t / times :op1 ?x :op2 (p / power :op1 ?y :op2 -1))", "(d / divide :op1 ?x :op2 ?y)"),
        ("(p / plus :op1 2.5 :op2 +5)", "(p / plus :op1 (d / divide :op1 5 :op2 2) :op2 5)"),
        ("(r / root :op1 ?x :op2 ?n)", "(p / power :op1 ?x :op2 (q / power :op1 ?n :op2 -1))"),
        (
            "(a / and :op1 (l / less :op1 ?x :op2 7) :op2 (g / greater :op1 ?x :op2 1) :op3 g)",
            "(a / and :op1 (h / greater :op1 ?x :op2 1) :op2 (l / less :op1 ?x :op2 7))",
        ),
    ],
)
def test_what_sympy_takes_for_the_same(notation: str, back: str) -> None:
    assert from_sympy(to_sympy(Scene.parse(notation))) == Scene.parse(back)


@pytest.mark.parametrize(
    "notation",
    [
        "(s / sleep)",
        "(p / plus :op1 (n / not :op1 (g / greater :op1 ?x :op2 1)) :op2 2)",
        "(n / negative :op1 n)",
    ],
)
def test_what_is_no_expression_is_refused(notation: str) -> None:
    with pytest.raises(SurfaceError):
        to_sympy(Scene.parse(notation))


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(MissingExtraError, match=r"scenograph\[algebra\]"):
        to_sympy(Scene.parse("(p / plus :op1 ?x :op2 1)"))


def test_what_scenes_have_no_operation_for_is_refused() -> None:
    x = sympy.Symbol("x")
    for expression in (sympy.sin(x), sympy.pi + x, x, sympy.Symbol("a b") + 1, sympy.true):
        with pytest.raises(SurfaceError, match="sympy: "):
            from_sympy(expression)
