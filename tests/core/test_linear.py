"""The linear form: exact, deterministic, and clear about what it cannot read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph.core import Scene, delinearise, linearise, parse_many
from scenograph.errors import NotationError


@given(scenes() | symmetric_scenes(max_nodes=8))
def test_delinearising_undoes_linearising(scene: Scene) -> None:
    assert delinearise(linearise(scene)) == scene


twins = scenes(concepts=st.sampled_from("ab"), constants=st.sampled_from(["7", "-", "?x", '"q"', "o"]))


@given(twins)
def test_the_law_holds_for_twins_with_constants(scene: Scene) -> None:
    assert delinearise(linearise(scene)) == scene


@given(st.data())
def test_equal_scenes_have_equal_linear_forms(data: st.DataObject) -> None:
    scene = data.draw(scenes() | symmetric_scenes())
    assert linearise(data.draw(redrawn(scene))) == linearise(scene)


FORMS = [
    (
        '(b / believe :agent (p / person :name "Marta") :content (c / build :agent (o / person :name "Oleg")'
        " :object (d / bridge :mod (e / old)) :time 1931))",
        '( believe:agent( person:name"Marta"):content( build:agent( person:name"Oleg")'
        ":object( bridge:mod old):time 1931))",
    ),
    (
        "(a / and :op1 (s / see :agent (i / i)) :op2 (h / hear :agent i))",
        "( and:op1( see:agent i):op2( hear:agent i))",
    ),
    (
        "(a / and :op1 (s / see :agent (i / i)) :op2 (h / hear :agent (j / i)))",
        "( and:op1( see:agent i):op2( hear:agent i~2))",
    ),
    (
        "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 (q / plus :op1 3 :op2 4))",
        "( equal:op1( plus:op1 3:op2 4):op2( plus:op1 3:op2 4~2))",
    ),
    (
        "(a / and :op1 (b / bridge :mod (o / old)) :op2 (c / bridge :mod o))",
        "( and:op1( bridge:mod old):op2( bridge:mod( old)~2))",
    ),
    (
        "(t / think :agent (i / i) :object t :time (y / year :quant 3 :mod (l / light :mod (d / dim"
        " :mod (q / quite)))) :place y)",
        "( think:agent i:object =1:place( year:mod( light:mod( dim:mod quite)):quant 3=2):time =2=1)",
    ),
    ("(b / boa :agent-of (s / swallow :object (a / animal)))", "( boa:agent-of( swallow:object animal))"),
    ("(e / equal :op1 3 :op2 -4.5 :mode plain :p - :q ?x)", "( equal:op1 3:op2 -4.5:mode' plain:p -:q ?x)"),
    (
        '(a / "two words" :r (b / "x") :r (n / 1931) :r (u / ?who))',
        '("two words":r("x"):r( 1931):r( ?who))',
    ),
    ("(a / x=1 :'s' y=2 :r (b / \\))", "( x\\=1:\\'s\\'' y\\=2:r \\\\)"),
    ("(l / ⟁7 :1 (m / _) :2 _)", "( ⟁7:1 _:2' _)"),
]


@pytest.mark.parametrize(("notation", "linear"), FORMS)
def test_the_form(notation: str, linear: str) -> None:
    scene = Scene.parse(notation)
    assert linearise(scene) == linear
    assert delinearise(linear) == scene


def test_siblings_may_come_in_any_order() -> None:
    assert delinearise("( a:time 3:agent( p:q r):object r)") == delinearise(
        "( a:object r:agent( p:q r):time 3)"
    )


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "expected '(' and a concept"),
        ("(build)", 1, "expected '(' and a concept"),
        ("( build :agent x)", 8, "expected a role such as ':agent', or ')', found ' '"),
        ("( build:agent)", 8, "expected a target right after :agent"),
        ("( build:agent x", 16, "found the end of the text"),
        ("( build:agent x))", 17, "expected nothing after the scene"),
        ("( build:agent =1)", 15, "label =1 names no node"),
        ("( build:agent( x=1):object( y=1))", 30, "label =1 already names another node"),
        ("( build:agent 3~2:time 4)", 16, "expected a role"),
        ("( build:agent #x)", 14, "'#x' cannot be a symbol"),
    ],
)
def test_errors_point_at_the_place(text: str, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        delinearise(text)
    assert message in caught.value.message
    assert caught.value.column == column


@given(st.text(st.sampled_from("( a:r)\"'=~12\\#?"), max_size=14).map(lambda s: "( a:r" + s))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        scene = delinearise(text)
    except NotationError as error:
        where = error.offset
    else:
        assert delinearise(linearise(scene)) == scene
        return
    assert 0 <= where <= len(text)


def test_depth_and_size_do_not_matter() -> None:
    depth = 10_000
    scene = Scene.build(["say"] * (depth + 1), [(n, ":content", n + 1) for n in range(depth)])
    assert delinearise(linearise(scene)) == scene
    star = Scene.build(["and", *["leaf"] * 5_000], [(0, ":op", n + 1) for n in range(5_000)])
    assert delinearise(linearise(star)) == star


def test_every_graph_of_the_little_prince(shared_data: Path) -> None:
    text = (shared_data / "amr/little_prince/dev.amr.txt").read_text(encoding="utf-8")
    for entry in parse_many(text):
        assert delinearise(linearise(entry.scene)) == entry.scene
