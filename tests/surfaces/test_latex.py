"""Arithmetic in LaTeX and in sympy: exact for what it covers, refused beyond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes, texts
from surfaces_arithmetic import arithmetic

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.latex import format_latex, parse_latex
from scenograph.world import World

EXAMPLES = {
    "(e / equal :op1 (p / plus :op1 3 :op2 ?x) :op2 (d / divide :op1 7 :op2 2))": r"3 + x = \frac{7}{2}",
    "(t / times :op1 (p / plus :op1 ?x :op2 1) :op2 -2)": r"\left(x + 1\right) \cdot \left(-2\right)",
    "(p / plus :op1 1 :op2 2 :op3 3)": "1 + 2 + 3",
    "(p / plus :op1 (q / plus :op1 1 :op2 2) :op2 3)": r"\left(1 + 2\right) + 3",
    "(m / minus :op1 -5 :op2 (m2 / minus :op1 ?alpha :op2 ?x_1))": r"-5 - \left(\alpha - x_{1}\right)",
    "(n / negative :op1 (p / power :op1 ?x :op2 2))": "-x^{2}",
    "(n / negative :op1 5)": r"-\left(5\right)",
    "(p / power :op1 (d / divide :op1 1 :op2 ?x) :op2 (q / plus :op1 ?n :op2 1))": (
        r"\left(\frac{1}{x}\right)^{n + 1}"
    ),
    "(r / root :op1 (p / plus :op1 ?x :op2 1) :op2 3)": r"\sqrt[3]{x + 1}",
    "(i / if :condition (g / less :op1 ?x :op2 0) :consequence (n / not :op1 (e / equal :op1 ?x :op2 0)))": (
        r"x < 0 \implies \lnot x = 0"
    ),
    "(a / and :op1 (l / less :op1 ?x :op2 ?speed) :op2 (m / at-most :op1 ?x :op2 7))": (
        r"x < \mathit{speed} \land x \leq 7"
    ),
    "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 p)": "3 + 4 = 3 + 4",
    "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 (q / plus :op1 3 :op2 4))": (
        r"3 + 4 = \overbrace{3 + 4}^{2}"
    ),
}


@pytest.mark.parametrize(("notation", "formula"), EXAMPLES.items())
def test_examples(notation: str, formula: str) -> None:
    scene = Scene.parse(notation)
    assert format_latex(scene) == formula
    assert parse_latex(formula) == scene


@given(arithmetic())
def test_law_parse_undoes_format(scene: Scene) -> None:
    assert parse_latex(format_latex(scene)) == scene


def test_law_holds_for_the_arithmetic_of_the_world() -> None:
    found = 0
    for scene in World().scenes(3000, seed=7):
        if scene.root_concept in ("equal", "greater"):
            found += 1
            assert parse_latex(format_latex(scene)) == scene
    assert found > 20


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("$$2x(y+1) / 3 = 4$$", r"\frac{2 \cdot x \cdot \left(y + 1\right)}{3} = 4"),
        (r"\[ x^2 \times y_1 \ge \dfrac ab \]", None),
        (r"x^2 \times y_1 \ge \dfrac{a}{b}", r"x^{2} \cdot y_{1} \geq \frac{a}{b}"),
        (r"a - b - c + d", r"\left(\left(a - b\right) - c\right) + d"),
        (r"-2 x^2", r"-2 \cdot x^{2}"),
        (r"\{x\}", None),
        (r"{x} + \left[ y \right]", "x + y"),
        (r"+3 + \mathrm{rate}\,t", r"+3 + \mathit{rate} \cdot t"),
        (r"a \to b \land \neg (c = d)", r"a \implies b \land \lnot c = d"),
    ],
)
def test_what_people_write(text: str, formula: str | None) -> None:
    if formula is None:
        with pytest.raises(SurfaceError):
            parse_latex(text)
    else:
        assert format_latex(parse_latex(text)) == formula


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: expected a number, a symbol or a sign, found the end"),
        ("7", "alone is no scene"),
        ("3 +", "found the end"),
        ("3 4", "a sign between two operands"),
        ("(3 + 4", "expected '\\)', found the end"),
        ("3 + 4)", "nothing after the formula"),
        ("a < b < c", "parentheses, to say what"),
        ("\\frac{1}", "expected '\\{', found the end"),
        ("\\int x", "character 1: expected a number"),
        ("^2", "a base before"),
        ("x + \\boxed{1}", "label"),
        ("\\underbrace{x}_{1} + 2", "a brace around an operation"),
    ],
)
def test_malformed_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_latex(text)


@pytest.mark.parametrize(
    "notation",
    [
        '(p / plus :op1 "3" :op2 4)',
        "(p / plus :op1 3 :op2 4 :time 1931)",
        "(p / plus :op1 3 :op1 4)",
        "(p / plus :op1 3)",
        "(p / plus :op1 3 :op2 (b / bridge))",
        "(p / plus :op1 3 :op2 (x / ?x))",
        "(p / plus :op1 3 :op2 ?!)",
    ],
)
def test_what_is_no_arithmetic_is_refused(notation: str) -> None:
    with pytest.raises(SurfaceError, match="latex: "):
        format_latex(Scene.parse(notation))


@given(texts | st.text("3x+-^{}()\\ =_1", max_size=20))
def test_nothing_but_scenes_or_our_error_comes_of_any_text(text: str) -> None:
    try:
        scene = parse_latex(text)
    except SurfaceError:
        return
    assert parse_latex(format_latex(scene)) == scene


@given(scenes())
def test_any_scene_is_said_exactly_or_refused(scene: Scene) -> None:
    try:
        text = format_latex(scene)
    except SurfaceError:
        return
    assert parse_latex(text) == scene


def test_depth_costs_no_stack() -> None:
    deep = r"\sqrt{\left(1 + " * 3000 + "x" + r"\right)}" * 3000
    scene = parse_latex(deep.replace(r"\left(", "{").replace(r"\right)", "}"))
    assert len(scene.concepts) == 6000
    assert parse_latex(format_latex(scene)) == scene
