"""A mind that was never trained is a whole mind; what it cannot do is said in one line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from scenograph import Mind, Scene
from scenograph.cli import app
from scenograph.errors import ScenographError
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

runner = CliRunner()


@pytest.fixture(scope="module")
def mind(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("untrained") / "mind"
    workspace = Workspace.create(folder, MindConfig())
    with Mind.open(folder) as it:
        it.remember("Maria works at Siemens in Berlin.", source="a letter")
        it.remember("Backup", source="notes")
        it.remember("Oleg bought a boat.")
    return str(workspace.folder)


def run(*arguments: str, code: int = 0) -> Result:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_doctor_finds_nothing_wrong_with_it(mind: str) -> None:
    said = run("doctor", mind).stdout
    assert "BAD" not in said
    assert f"scenograph train {mind}" in said


@pytest.mark.parametrize(
    "command",
    [("eval",), ("adapters", "list"), ("ask", "Who works?", "-s", "poet"), ("ask", "Who works?", "-l", "de")],
)
def test_what_it_cannot_do_is_one_line(mind: str, command: tuple[str, ...]) -> None:
    words, options = (command[:2], ()) if command[0] == "adapters" else (command[:1], command[1:])
    said = run(*words, mind, *options, code=1).stderr
    assert len(said.strip().splitlines()) == 1
    assert f"scenograph train {mind}" in said or "speaks en, ru" in said


@pytest.mark.parametrize("question", ["Who?", "What?", "Кто?", "Why?"])
def test_a_question_about_nothing_has_no_answer(mind: str, question: str) -> None:
    with Mind.open(mind) as it:
        assert it.ask(question).crystals == ()


def test_several_answers_stand_under_their_questions_with_their_sources(mind: str) -> None:
    said = run("ask", mind, "Where does Maria work?", "Who bought a boat?").stdout
    assert said == (
        "Where does Maria work?\nAt Siemens, in Berlin.\n"
        "  rests on crystal 1: “Maria works at [Siemens] in [Berlin].”  [a letter]\n"
        "\nWho bought a boat?\nOleg.\n  rests on crystal 3: “[Oleg] bought a boat.”\n"
    )
    assert run("ask", mind, "Who bought a boat?").stdout.startswith("Oleg.\n")


@pytest.mark.parametrize("wrong", [5, None, b"Anna sleeps.", ["Anna sleeps."]])
def test_what_is_no_text_and_no_scene_is_refused_by_its_type(mind: str, wrong: object) -> None:
    with Mind.open(mind) as it:
        calls = (it.read, it.ask, it.remember, it.speak)
        for call in calls:
            with pytest.raises(TypeError, match=r"must be .* not .* \("):
                call(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"Scene\.parse"):
            it.speak("(s / sleep)")  # type: ignore[arg-type]
        assert it.speak(Scene.parse("(s / sleep :agent (c / cat))")).text


def test_a_language_that_no_mind_speaks_is_refused(mind: str) -> None:
    with Mind.open(mind) as it, pytest.raises(ScenographError, match="speaks en, ru"):
        it.ask("Who works?", language="de")
