"""Formulas: exact for every scene."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from strategies import scenes

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.formula import format_formula, parse_formula
from scenograph.surfaces.penman import parse_penman
from scenograph.world import World

EXAMPLES = {
    "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 7)": "(3 + 4) = 7",
    '(n / not :op1 (s / sleep :agent (e / entity :name "Marta")))': "¬sleep(agent: Marta)",
    '(i / if :condition (s / sleep :agent (e / entity :name "Marta")) :consequence '
    "(k / kind :subject e))": "sleep(agent: Marta) → kind(Marta)",
    '(d / doctor :subject (e / entity :name "Marta") :tense present)': (
        "doctor(subject: Marta, tense: 'present)"
    ),
    "(b / because :cause (r / rain) :effect (n / not :op1 (a / and :op1 (d / dry) :op2 (w / warm))))": (
        "¬(dry ∧ warm) ∵ rain"
    ),
    "(h / have :agent ?who :object (b / boat :quant 3))": "have(agent: ?who, object: boat(quant: 3))",
    "(n / New_York :polarity - :mode imperative :mod (x / 7))": (
        "/New_York/(mod: /7/, mode: 'imperative, polarity: -)"
    ),
    "(s / see :agent (i / i) :object (i2 / i))": "see(agent: i, object: i²)",
    "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 (q / plus :op1 3 :op2 4))": (
        "(3 + 4) = plus²(op1: 3, op2: 4)"
    ),
    "(l / like :agent (c / cat :mod (b / big) :owner (m / me) :place (h / home)) :object c)": (
        "like(agent: cat₁(mod: big, owner: me, place: home), object: ₁)"
    ),
}


@pytest.mark.parametrize(("notation", "formula"), EXAMPLES.items())
def test_examples(notation: str, formula: str) -> None:
    scene = Scene.parse(notation)
    assert format_formula(scene) == formula
    assert parse_formula(formula) == scene


@given(scenes())
def test_law_parse_undoes_format(scene: Scene) -> None:
    assert parse_formula(format_formula(scene)) == scene


def test_law_holds_for_the_world_and_its_questions() -> None:
    world, rng = World(), random.Random(7)
    for scene in world.scenes(300, seed=7):
        assert parse_formula(format_formula(scene)) == scene
        for question in world.questions(scene, rng)[:2]:
            assert parse_formula(format_formula(question.scene)) == question.scene
            assert parse_formula(format_formula(question.answer)) == question.answer


def test_law_holds_for_little_prince(shared_data: Path) -> None:
    text = (shared_data / "amr" / "little_prince" / "dev.amr.txt").read_text(encoding="utf-8")
    for scene, _ in parse_penman(text):
        assert parse_formula(format_formula(scene)) == scene


def test_depth_costs_no_stack() -> None:
    deep = "¬" * 5000 + "sleep" + "(agent: know" * 5000 + ")" * 5000
    scene = parse_formula(deep)
    assert len(scene.concepts) == 10_001
    assert format_formula(scene) == deep


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: expected a term, found the end"),
        ("7", "a constant alone is no scene"),
        ("sleep(agent: )", "character 14: expected a term"),
        ("sleep(agent: Oleg", "expected ',' or '\\)', found the end"),
        ("sleep(agent: Oleg,)", "expected the name of a role"),
        ("Oleg(mod: old)", "after the name Oleg"),
        ("(rain)", "expected an operator"),
        ("rain ∧ snow ∧ hail", "expected nothing after the formula"),
        ("see(agent: ₁)", "label"),
        ("see(agent: 3²)", "expected ',' or"),
    ],
)
def test_malformed_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_formula(text)
