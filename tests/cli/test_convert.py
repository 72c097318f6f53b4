"""The command that translates between surfaces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.core import Scene, parse_many
from scenograph.surfaces.registry import SURFACES

runner = CliRunner()

NOT = "(n / not :op1 (s / sleep))"
SUM = "(e / equal :op1 (p / plus :op1 3 :op2 4) :op2 7)"


@pytest.mark.parametrize("name", [name for name, surface in SURFACES.items() if surface.read])
def test_there_and_back_through_pipes(name: str) -> None:
    given = [SUM] if name == "svg" else [SUM, SUM]  # a drawing holds one scene
    there = runner.invoke(app, ["convert", *given, "--to", name])
    assert there.exit_code == 0, there.stderr
    back = runner.invoke(app, ["convert", "--from", name], input=there.stdout)
    assert back.exit_code == 0, back.stderr
    assert [entry.scene for entry in parse_many(back.stdout)] == [Scene.parse(SUM)] * len(given)


def test_files_and_languages(tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    path.write_text("Олег построил мост.\n", encoding="utf-8")
    result = runner.invoke(
        app, ["convert", "-f", str(path), "--from", "plain", "-l", "ru", "--to", "formula"]
    )
    assert result.stdout == "build(agent: Oleg, object: bridge, tense: 'past)\n"


def test_trees_become_scenes() -> None:
    tree = "1\tOleg\tOleg\tPROPN\t_\t_\t2\tnsubj\t_\t_\n2\tsleeps\tsleep\tVERB\t_\t_\t0\troot\t_\t_\n"
    result = runner.invoke(app, ["convert", "--from", "conllu"], input=tree)
    assert result.exit_code == 0, result.stderr
    assert Scene.parse(result.stdout) == Scene.parse('(s / sleep :agent (e / entity :name "Oleg"))')
    result = runner.invoke(app, ["convert", "--from", "conllu"], input=tree.replace("\t0\t", "\t9\t"))
    assert result.exit_code == 1
    assert result.stderr.startswith("error: stdin: line 2: the head of word 2 is 9")


def test_objects_for_programs() -> None:
    result = runner.invoke(app, ["convert", NOT, "--to", "logic", "--json"])
    assert json.loads(result.stdout) == {"scene": NOT, "surface": "logic", "text": "¬∃s(sleep(s))"}
    result = runner.invoke(app, ["convert", "--list", "--json"])
    rows = {row["surface"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert list(rows) == [*SURFACES, "conllu"]
    assert not rows["conllu"]["write"]
    assert all(rows[name]["read"] == (surface.read is not None) for name, surface in SURFACES.items())


@pytest.mark.parametrize("way", ["--from", "--to"])
def test_who_names_no_surface_is_told_which_there_are(way: str) -> None:
    said = runner.invoke(app, ["convert", NOT, way, "nothing"]).stderr
    assert said.startswith("error: there is no surface 'nothing'; choose from ")
    assert set(said.split("choose from ")[1].strip().split(", ")) == {
        *SURFACES,
        *(["conllu"] if way == "--from" else []),
    }
    assert "conllu is read, and not written" in runner.invoke(app, ["convert", NOT, "--to", "conllu"]).stderr


def test_a_surface_may_go_one_way_only() -> None:
    said = runner.invoke(app, ["convert", NOT, "--to", "sentence"])
    assert said.exit_code == 0
    assert "open scenes (cannot be read back)" in runner.invoke(app, ["convert", "--list"]).stdout


def test_the_list_names_every_surface() -> None:
    lines = runner.invoke(app, ["convert", "--list"]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [*SURFACES, "conllu"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["(s / sleep"], "expected"),
        ([NOT, "--to", "smoke"], "there is no surface 'smoke'; choose from penman, plain,"),
        ([NOT, "--from", "logic"], "the argument: line 1: logic, character 2"),
        ([NOT, "--to", "latex"], "latex: sleep with 0 links is no operation"),
        ([NOT, "--language", "de"], "language 'de' is not spoken here"),
        (["% nothing", "--from", "turtle"], "the argument: turtle: Parser error at line 1"),
        (["Anna sleeps.", "--from", "sentence"], "cannot be read from sentence; it goes one way only"),
        ([NOT, NOT, "--to", "svg"], "svg: a drawing holds one scene, not 2"),
        (["# nothing", "--from", "turtle"], "there is no scene in this input"),
    ],
)
def test_what_cannot_be_converted_is_one_error(arguments: list[str], message: str) -> None:
    result = runner.invoke(app, ["convert", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert sum(line.startswith("error: ") for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


LOCAL = '{"@context": {"@vocab": "http://v.example/", "knows": {"@type": "@id"}}}'
KINDS = {
    "relative addresses": ("turtle", "<one> <#p> <../two> .", "(o / one :p (t / two))"),
    "an empty address": ("turtle", "<> <p> 'x' .", '(d / doc :p "x")'),
    "a base of its own": (
        "turtle",
        "@base <http://b.example/> . <one> <p> <two> .",
        "(o / one :p (t / two))",
    ),
    "a named graph": ("trig", "<g> { <one> <p> 7 }", "(o / one :p 7)"),
    "JSON-LD": ("jsonld", '{"@id": "one", "http://v.example/p": {"@id": "two"}}', "(o / one :p (t / two))"),
    "schema.org": (
        "jsonld",
        '{"@context": "https://schema.org", "@type": "Person", "name": "Oleg"}',
        '(p / Person :name "Oleg")',
    ),
    "a local context": (
        "jsonld",
        '{"@context": "http://c.example/local", "@id": "one", "knows": "two"}',
        "(o / one :knows (t / two))",
    ),
    "graphs in JSON-LD": (
        "jsonld",
        '{"@context": {"@vocab": "http://v.example/"}, "@id": "g", "@graph": [{"@id": "one", "p": 7}]}',
        "(o / one :p 7)",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rdf_as_others_write_it(kind: str, tmp_path: Path) -> None:
    syntax, text, notation = KINDS[kind]
    (tmp_path / "local.jsonld").write_text(LOCAL, encoding="utf-8")
    options = [
        "--base",
        "http://a.example/b/doc",
        "--context",
        f"http://c.example/local={tmp_path}/local.jsonld",
    ]
    result = runner.invoke(app, ["convert", "--from", syntax, *options], input=text)
    assert result.exit_code == 0, result.stderr
    assert [entry.scene for entry in parse_many(result.stdout)] == [Scene.parse(notation)]


@pytest.mark.parametrize("kind", ["relative addresses", "an empty address", "a named graph", "JSON-LD"])
def test_what_is_relative_to_nothing_is_refused(kind: str) -> None:
    syntax, text, _ = KINDS[kind]
    result = runner.invoke(app, ["convert", "--from", syntax], input=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is relative; say to what: --base URL" in result.stderr
