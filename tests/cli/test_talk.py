"""The command line with a small mind: data on stdout, words on stderr, exit codes, JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenograph import Scene
from scenograph.answers import Passage
from scenograph.cli import app
from scenograph.cli.talk import _quoted

pytestmark = pytest.mark.usefixtures("short_answers", "few_drafts")

runner = CliRunner()
SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'


@pytest.fixture(scope="module")
def mind(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(shutil.copytree(built_mind, tmp_path_factory.mktemp("talked") / "mind"))


def test_speaking_prints_text_and_nothing_else(mind: str) -> None:
    result = runner.invoke(app, ["speak", mind, SCENE, "--surface", "plain", "--language", "ru"])
    assert (result.exit_code, result.stdout) == (0, "Олег спал в лесу.\n")


def test_speaking_takes_scenes_from_a_pipe_and_gives_json(mind: str) -> None:
    result = runner.invoke(
        app, ["speak", mind, "--json"], input=f"{SCENE}\n\n(h / heavy :subject (k / key) :tense present)\n"
    )
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [record["retention"] for record in records] == [1.0, 1.0]
    assert set(records[0]) == {
        "scene", "text", "retention", "style", "language", "surface", "fallback", "note",
        "attempts",
    }  # fmt: skip
    assert records[0]["attempts"] == (0 if records[0]["fallback"] else 1)


def test_reading_gives_a_scene_or_says_that_it_could_not(mind: str) -> None:
    result = runner.invoke(app, ["read", mind, "--json", "Oleg slept.", "жжж ⟁say:poet Δ41 xyzzy"])
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert records[1]["scene"] is None
    assert records[1]["text"] == "жжж ⟁say:poet Δ41 xyzzy"
    assert "not read" in result.stderr


def test_remembering_and_recalling_scenes(mind: str) -> None:
    stored = runner.invoke(app, ["remember", mind, SCENE, "--scenes", "--source", "a letter"])
    assert stored.exit_code == 0
    found = runner.invoke(
        app, ["recall", mind, "(s / sleep :agent ?who :place (f / forest))", "--scenes", "--json", "-k", "1"]
    )
    record = json.loads(found.stdout)
    assert record["id"] == int(stored.stdout)
    assert Scene.parse(record["scene"]) == Scene.parse(SCENE)
    assert [source["source"] for source in record["sources"]] == ["a letter"]
    shown = runner.invoke(app, ["recall", mind, "Oleg", "-k", "1"])
    assert "[a letter]" in shown.stdout


def test_a_question_that_cannot_be_read_is_said_to_be(mind: str) -> None:
    result = runner.invoke(app, ["ask", mind, "жжж ⟁say:poet Δ41 xyzzy?"])
    assert result.exit_code == 1
    assert "не удалось" in result.stdout or "could not" in result.stdout
    assert "not read" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["speak", "(s / sleep"],
        ["speak", SCENE, "--style", "pirate"],
        ["speak", SCENE, "--surface", "smoke"],
        ["speak", "(q / quibble :wherefore (z / zyzzyva))", "--surface", "plain"],
    ],
)
def test_what_cannot_be_spoken_is_one_error(mind: str, arguments: list[str]) -> None:
    result = runner.invoke(app, [arguments[0], mind, *arguments[1:]])
    assert (result.exit_code, result.stdout) == (1, "")
    assert sum(line.startswith("error: ") for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_evaluation_prints_the_agreed_object(mind: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = runner.invoke(app, ["eval", mind, "--json", "--seed", "5", "--items", "1", "--html", str(page)])
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert set(record) == {"exact_read", "retention", "abilities", "questions", "speed", "n", "seed"}
    assert (record["n"], record["seed"]) == (1, 5)
    assert set(record["retention"]) == set(record["exact_read"]) == {"plain", "poet"}
    assert all(
        it["guarded"] == 1.0 for languages in record["retention"].values() for it in languages.values()
    )
    assert set(record["abilities"]) == {"restore", "recall", "hold", "expand", "compress"}
    assert "<svg" in page.read_text(encoding="utf-8")


def test_the_doctor_finds_a_mind_unfinished_and_a_damaged_one(mind: str, tmp_path: Path) -> None:
    result = runner.invoke(app, ["doctor", mind])
    assert result.exit_code == 1
    assert f"BAD step evaluation: missing: not made yet; run: scenograph train {mind}" in result.stdout
    damaged = tmp_path / "damaged"
    shutil.copytree(mind, damaged)
    (damaged / "mind.toml").write_text("version = 99\n", encoding="utf-8")
    result = runner.invoke(app, ["doctor", str(damaged)])
    assert result.exit_code == 1
    assert "reads version 1" in result.stdout


@pytest.fixture
def unwritable(mind: str, tmp_path: Path) -> Iterator[str]:
    """The mind where nobody can write, root included."""
    place = tmp_path / "unwritable"
    place.mkdir()
    for command in (["mount", "--bind", mind, place], ["mount", "-o", "remount,ro,bind", place]):
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("needs the right to mount a folder read-only")
    yield str(place)
    subprocess.run(["umount", place], check=True)


def test_a_quoted_text_that_was_not_read_is_marked() -> None:
    quoted = [
        _quoted(Passage("Harold frobnicated it.", 7, unread, "a diary", 0.5)) for unread in (True, False)
    ]
    assert quoted[0] == "“Harold frobnicated it.”  [a diary], crystal 7, unread"
    assert quoted[1] == "“Harold frobnicated it.”  [a diary], crystal 7"


def test_a_mind_that_nobody_can_write_is_read_and_not_changed(unwritable: str) -> None:
    found = runner.invoke(app, ["recall", unwritable, "(e / entity)", "--scenes"])
    assert "crystal" in found.stdout, found.stderr
    assert runner.invoke(app, ["speak", unwritable, SCENE, "--surface", "plain"]).exit_code == 0
    assert runner.invoke(app, ["lexicon", "show", unwritable]).exit_code == 0
    for command in (["show", "1"], ["history"], ["stats"], ["check"], ["export"], ["contradictions"]):
        looked = runner.invoke(app, ["memory", command[0], unwritable, *command[1:]])
        assert looked.exit_code == 0, looked.stderr
    for arguments in (["read", unwritable, "Oleg slept."], ["ask", unwritable, "Who slept?"]):
        assert "error:" not in runner.invoke(app, arguments).stderr
    refused = runner.invoke(app, ["remember", unwritable, SCENE, "--scenes"])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: ")


@pytest.mark.parametrize("option", [["remember", "--date"], ["recall", "--at"], ["recall", "--known"]])
@pytest.mark.parametrize("date", ["soon", "2025-13-45", "1 May"])
def test_what_is_no_date_is_named_plainly(option: list[str], date: str) -> None:
    command, flag = option
    refused = runner.invoke(app, [command, "no-mind", "Anna sleeps.", flag, date])
    said = " ".join(refused.output.replace("│", " ").split())
    assert refused.exit_code == 2
    assert f"'{date}' is no date; write a day as 2025-06-01, or a moment as 2025-06-01T10:15:00" in said
    assert "Value error" not in said
