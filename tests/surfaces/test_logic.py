"""First-order formulas and Prolog facts: exact for every scene, and accepted by provers and Prolog."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes, texts

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.logic import format_logic, parse_logic
from scenograph.surfaces.penman import parse_penman
from scenograph.surfaces.prolog import HEAD, format_prolog, parse_prolog
from scenograph.surfaces.tptp import format_tptp, parse_tptp
from scenograph.world import World

SURFACES = {
    "logic": (format_logic, parse_logic),
    "tptp": (format_tptp, parse_tptp),
    "prolog": (format_prolog, parse_prolog),
}
EXAMPLES = {
    '(b / build :agent (p / person :name "Oleg") :time 1931)': (
        '∃b∃p(build(b) ∧ agent(b, p) ∧ time(b, 1931) ∧ person(p) ∧ name(p, "Oleg"))'
    ),
    '(n / not :op1 (s / sleep :agent (p / person :name "Marta")))': (
        '¬∃s∃p(sleep(s) ∧ agent(s, p) ∧ person(p) ∧ name(p, "Marta"))'
    ),
    '(i / if :condition (s / sleep :agent (p / person :name "Marta")) :consequence (d / dream :agent p))': (
        '∃p(person(p) ∧ name(p, "Marta") ∧ (∃s(sleep(s) ∧ agent(s, p)) → ∃d(dream(d) ∧ agent(d, p))))'
    ),
    "(o / or :op1 (n / not :op1 (a / and :op1 (d / dry) :op2 (w / warm))) :op2 (r / rain))": (
        "(¬(∃d(dry(d)) ∧ ∃w(warm(w))) ∨ ∃r(rain(r)))"
    ),
    # A connective in a belief is a thing that is believed, and so is one that is mentioned twice.
    "(b / believe :content (n / not :op1 (s / sleep)))": (
        "∃b∃n∃s(believe(b) ∧ content(b, n) ∧ not(n) ∧ op1(n, s) ∧ sleep(s))"
    ),
    "(n / not :op1 (s / say :content n))": "∃n∃s(not(n) ∧ op1(n, s) ∧ say(s) ∧ content(s, n))",
    "(a / and :op1 (n / not :op1 (s / sleep)) :op2 s)": (
        "∃a∃n∃s(and(a) ∧ op1(a, n) ∧ op2(a, s) ∧ not(n) ∧ op1(n, s) ∧ sleep(s))"
    ),
    # What describes the sleeper from behind stays under the negation.
    "(n / not :op1 (s / sleep :agent (p / person :agent-of (w / work))))": (
        "¬∃s∃p∃w(sleep(s) ∧ agent(s, p) ∧ person(p) ∧ work(w) ∧ agent(w, p))"
    ),
    "(f / found :agent ?who :object (w / ?what))": (
        "λ?what. λ?who. ∃f∃x(found(f) ∧ agent(f, ?who) ∧ object(f, x) ∧ x = ?what)"
    ),
    '(s / see-01 :polarity - :mode imperative :ARG1 (x / "101_Helena"))': (
        "∃s∃x(see-01(s) ∧ ARG1(s, x) ∧ mode(s, imperative) ∧ polarity(s, '-') ∧ \"101_Helena\"(x))"
    ),
}
connected = st.sampled_from(["not", "and", "or", "if", "sleep", "person", "?who"])


@st.composite
def logical(draw: st.DrawFn) -> Scene:
    """Draw a scene of nested connectives over things that they may share, now and then with a flaw."""
    concepts: list[str] = []
    links: list[tuple[int, str, int | str]] = []

    def tell(depth: int) -> int:
        node = len(concepts)
        concept = draw(st.sampled_from(["not", "and", "or", "if", "sleep"])) if depth else "sleep"
        concepts.append(concept)
        count = {"not": 1, "if": 2, "sleep": 0}.get(concept) or draw(st.integers(2, 3))
        roles = [":condition", ":consequence"] if concept == "if" else [f":op{i + 1}" for i in range(count)]
        if concept != "sleep":
            links.extend([(node, role, tell(depth - 1)) for role in roles])
        if concept == "sleep" or draw(st.integers(0, 9)) == 0:
            other = draw(st.integers(0, len(concepts)))
            if other == len(concepts):
                concepts.append("person")
            links.append((node, ":agent", other))
        return node

    tell(draw(st.integers(0, 3)))
    return Scene.build(concepts, links)


@pytest.mark.parametrize(("notation", "formula"), EXAMPLES.items())
def test_examples(notation: str, formula: str) -> None:
    scene = Scene.parse(notation)
    assert format_logic(scene) == formula
    assert parse_logic(formula) == scene


@pytest.mark.parametrize("name", SURFACES)
@given(scene=scenes() | symmetric_scenes() | scenes(concepts=connected) | logical())
def test_law_parse_undoes_format(name: str, scene: Scene) -> None:
    write, read = SURFACES[name]
    text = write(scene)
    assert read(text) == scene
    if name == "tptp":
        assert text.isascii()


@given(st.data())
def test_law_equal_scenes_have_equal_texts(data: st.DataObject) -> None:
    scene = data.draw(scenes() | logical())
    other = data.draw(redrawn(scene))
    for write, _ in SURFACES.values():
        assert write(scene) == write(other)


def test_laws_hold_for_the_world_and_its_questions() -> None:
    world, rng = World(), random.Random(7)
    for scene in world.scenes(200, seed=7):
        for write, read in SURFACES.values():
            assert read(write(scene)) == scene
            for question in world.questions(scene, rng)[:1]:
                assert read(write(question.scene)) == question.scene


def test_laws_hold_for_little_prince(shared_data: Path) -> None:
    text = (shared_data / "amr" / "little_prince" / "dev.amr.txt").read_text(encoding="utf-8")
    for scene, _ in parse_penman(text):
        for write, read in SURFACES.values():
            assert read(write(scene)) == scene


def test_depth_costs_no_stack() -> None:
    deep = "¬" * 5000 + "∃s(sleep(s))"
    scene = parse_logic(deep)
    assert len(scene.concepts) == 5001
    assert format_logic(scene) == deep
    assert parse_tptp(format_tptp(scene)) == scene


def test_names_order_and_nesting_of_what_others_wrote_do_not_matter() -> None:
    scene = Scene.parse('(b / build :agent (p / person :name "Oleg"))')
    assert parse_logic('∃x₁(∃y(name(y, "Oleg") ∧ person(y) ∧ agent(x₁, y)) ∧ build(x₁))') == scene
    assert (
        parse_tptp(
            '% A.\nfof(7, axiom, (?[X1]:(?[Y1]:(person(Y1)&r_name(Y1,"Oleg")&r_agent(X1,Y1))&build(X1)))).'
        )
        == scene
    )
    facts = ':- dynamic link/3.\nvalue(o, name, "Oleg"). link(b, agent, o). % who\n'
    facts += "node(o,person).\nnode(b, build).\nroot(b)."
    assert parse_prolog(facts) == scene


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: expected a quantifier, a negation or '\\(', found the end"),
        ("sleep(s)", "character 1: expected a quantifier"),
        ("∃s", "'\\(' after a quantifier, found the end"),
        ("∃s(sleep(s)", "a connective or '\\)', found the end"),
        ("∃s(sleep(t))", "a quantifier that binds t"),
        ("∃s∃s(sleep(s))", "another variable than s"),
        ("∃s(sleep(s) ∧ run(s))", "one concept for each variable"),
        ("∃s(mod(s, 7))", "no concept is said of the variable s"),
        ("∃s∃t(sleep(s) ∧ run(t))", "not connected"),
        ("∃s(sleep(s) ∨ run(s))", "one concept|one quantifier"),
        ("(∃s(sleep(s)) → ∃r(rain(r)) → ∃d(dry(d)))", "two sides of an implication"),
        ("(∃s(sleep(s)) ∧ ∃r(rain(r)) ∨ ∃d(dry(d)))", "parentheses around what another sign joins"),
        ("∃s(s = 7)", "expected an unknown"),
        ("∃s(sleep(s)) ∃", "expected the end"),
        ("∀s(sleep(s))", "expected a quantifier"),
    ],
)
def test_malformed_formulas_are_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_logic(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fof(a, axiom, p).", "expected a quantifier"),
        ("cnf(a, axiom, p).", "expected one formula"),
        ("fof(a, axiom, ? [X] : (p(X))).", "character 15: expected"),
        ("fof(a, axiom, ? [X1] : (p(X1) & agent(X1, 7))).", "begins with r_"),
        ("fof(a, axiom, ? [X1] : (p(X1) & r_agent(X1, oleg))).", "begins with c_"),
    ],
)
def test_malformed_tptp_is_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_tptp(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected one root"),
        ("root(a).", "no fact node\\(a, ...\\)"),
        ("root(a).\nnode(a, b)", "line 2, character 1: expected a fact"),
        ("root(a). node(a, b). node(a, c).", "one concept for the node a"),
        ("root(a). node(a, b). node(c, d).", "not connected"),
        ("root(a, b).", "expected a fact"),
        ("p :- q.", "expected a fact"),
    ],
)
def test_malformed_facts_are_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_prolog(text)


@given(texts | st.text("∃∃λ¬∧∨→()sx₁,= \"'\\?.1", max_size=30), st.sampled_from(sorted(SURFACES)))
def test_nothing_but_scenes_or_our_error_comes_of_any_text(text: str, name: str) -> None:
    wrapped = f"fof(a, axiom, {text})." if name == "tptp" else text
    try:
        scene = SURFACES[name][1](wrapped)
    except SurfaceError:
        return
    assert SURFACES[name][1](SURFACES[name][0](scene)) == scene


# --- others read it too ------------------------------------------------------------------------------------


def _varied(count: int) -> list[Scene]:
    """Scenes of the world, its questions, and what is hard to spell."""
    world, rng = World(), random.Random(3)
    found = list(world.scenes(count, seed=3))
    found += [question.scene for scene in found[:20] for question in world.questions(scene, rng)[:1]]
    odd = [
        '(a / я :роль (b / ⟁7 :\'s "q\\"\\\\\\n"))',
        '(a / "it\'s" :x (p / place :place place :n 007 :m -1.5))',
    ]
    return [*found, *map(Scene.parse, odd)]


@pytest.mark.skipif(shutil.which("swipl") is None, reason="SWI-Prolog is not installed")
def test_prolog_consults_the_facts_and_answers(tmp_path: Path) -> None:
    for number, scene in enumerate(_varied(10)):
        (tmp_path / f"{number}.pl").write_text(HEAD + format_prolog(scene) + "\n", encoding="utf-8")
    scene = Scene.parse('(b / build :agent (p / person :name "Oleg"))')
    (tmp_path / "asked.pl").write_text(HEAD + format_prolog(scene) + "\n", encoding="utf-8")
    count = "aggregate_all(count, (node(_, _) ; link(_, _, _) ; value(_, _, _)), N)"
    goal = (
        "forall(member(F, Files), (load_files(F, [if(true)]), "
        f"{count}, writeln(N), unload_file(F))), consult(asked), "
        "node(E, build), link(E, agent, W), value(W, name, Name), string(Name), writeln(Name), halt"
    )
    files = sorted(path.stem for path in tmp_path.glob("[0-9]*.pl"))
    listed = "[" + ",".join(f"'{stem}.pl'" for stem in files) + "]"
    done = subprocess.run(
        ["swipl", "-q", "-g", f"Files = {listed}, {goal}", "-t", "halt(1)"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    *counts, name = done.stdout.split()
    scenes_ = _varied(10)
    assert [int(n) for n in counts] == [
        len(scenes_[int(i)].concepts) + len(scenes_[int(i)].links) for i in files
    ]
    assert name == "Oleg"


@pytest.mark.skipif(shutil.which("eprover") is None, reason="the prover E is not installed")
def test_a_prover_reads_the_formulas_and_draws_the_conclusion(tmp_path: Path) -> None:
    file = tmp_path / "scenes.p"
    file.write_text("".join(format_tptp(scene) + "\n" for scene in _varied(50)), encoding="utf-8")
    command = ["eprover", "--tstp-format", "--cnf", "scenes.p"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = [
        "(i / if :condition (r / rain :place (c / city)) :consequence (s / snow))",
        "(r / rain :place (c / city))",
    ]
    lines = [format_tptp(Scene.parse(premise)) for premise in said]
    lines.append(format_tptp(Scene.parse("(s / snow)")).replace("axiom", "conjecture"))
    (tmp_path / "proof.p").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        ["eprover", "--auto", "-s", "proof.p"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "SZS status Theorem" in done.stdout
