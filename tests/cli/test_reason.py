"""Reasoning from the command line: files and pipes in, answers and proofs out, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenograph.cli import app

runner = CliRunner()

ANNA, VERA, OLEG = (f'(p{n} / entity :name "{n}")' for n in ("Anna", "Vera", "Oleg"))
FAMILY = f"(m / mother :subject {ANNA} :poss {VERA})\n(s / son :subject {OLEG} :poss {VERA})\n"
ASK = "(g / grandparent :subject ?who :poss ?whom)"


@pytest.fixture
def family(tmp_path: Path) -> str:
    path = tmp_path / "family.penman"
    path.write_text(FAMILY, encoding="utf-8")
    return str(path)


def test_an_answer_comes_with_its_scenes_and_its_proof(family: str) -> None:
    result = runner.invoke(app, ["reason", family, "--match", ASK, "--why"])
    assert result.exit_code == 0
    first, *proof = result.stdout.splitlines()
    assert first == '?whom = (e / entity :name "Oleg"), ?who = (e / entity :name "Anna")  [0, 1]'
    assert "    by rule a parent's parent is a grandparent, from" in proof
    assert sum(line.endswith("stated in scene 0") for line in proof) == 1


def test_scenes_come_from_a_pipe_and_all_that_follows_is_printed() -> None:
    result = runner.invoke(app, ["reason", "-"], input=FAMILY)
    assert result.exit_code == 0
    child = '(c / child :poss (e / entity :name "Vera") :subject (e2 / entity :name "Oleg") :tense present)'
    assert child in result.stdout


def test_json_has_bindings_supports_and_steps(family: str) -> None:
    result = runner.invoke(app, ["reason", family, "--match", ASK, "--why", "--json"])
    [record] = [json.loads(line) for line in result.stdout.splitlines()]
    assert record["scenes"] == [0, 1]
    assert record["supports"] == {"?who": [0, 1], "?whom": [0, 1]}
    [proof] = record["why"]
    assert proof["steps"][0]["rule"] == "a parent's parent is a grandparent"
    assert all(0 < place < len(proof["steps"]) for step in proof["steps"] for place in step["premises"])
    derived = runner.invoke(app, ["reason", family, "--json"])
    assert {"derived", "scenes"} == set(json.loads(derived.stdout.splitlines()[0]))


def test_rules_of_ones_own_and_concepts_as_names(tmp_path: Path) -> None:
    rules, facts = tmp_path / "rules.penman", tmp_path / "facts.penman"
    rules.write_text(
        "(r / rule :name via :if (a / ?a :is ?x :mission (b / ?b :operator ?who))"
        " :then (c / ?c :is ?x :employer ?who))",
        encoding="utf-8",
    )
    facts.write_text(
        "(a / Alan_Bean :mission (b / Apollo_12))\n(b / Apollo_12 :operator (n / NASA))", encoding="utf-8"
    )
    asked = ["reason", str(facts), "--rules", str(rules), "--match", "(a / Alan_Bean :employer (w / ?who))"]
    assert runner.invoke(app, asked).exit_code == 1
    result = runner.invoke(app, [*asked, "--concepts"])
    assert (result.exit_code, result.stdout) == (0, "?who = NASA  [0, 1]\n")


def test_no_answer_is_exit_code_1_and_a_conflict_is_said(family: str, tmp_path: Path) -> None:
    other = tmp_path / "other.penman"
    other.write_text(f"(n / not :op1 {FAMILY.splitlines()[1]})", encoding="utf-8")
    result = runner.invoke(app, ["reason", family, str(other), "--match", "(c / cousin :agent ?who)"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "warning: conflict (denied): (s / son" in result.stderr
    assert "[1, 2]" in result.stderr


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("(r / rule :name x :if (p / person) :then (q / q :r ?z))", "error: rule x: it is unsafe"),
        ("(r / rule :name x :if (p / person", "error: line 1"),
        (
            "(r / rule :name x :if (p / entity :is ?p) :then (m / m :agent (q / entity) :object ?p))",
            "error: rule x: what it derives nests more than 8 deep",
        ),
        ("", "is empty"),
    ],
)
def test_bad_rules_are_one_error(rule: str, message: str, family: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.penman"
    path.write_text(rule, encoding="utf-8")
    result = runner.invoke(app, ["reason", family, "--rules", str(path)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr
