"""`scenograph draw`: one drawing to stdout or a file, several into a folder."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.core import Scene
from scenograph.surfaces.drawing import draw

runner = CliRunner()
SCENE = "(b / build :object (c / bridge))"
TWO = f"# ::snt Something is built.\n{SCENE}\n\n(s / sleep)\n"


def test_one_scene_goes_to_stdout_or_a_file(tmp_path: Path) -> None:
    svg = draw(Scene.parse(SCENE))
    assert runner.invoke(app, ["draw", SCENE]).stdout == svg
    assert runner.invoke(app, ["draw"], input=SCENE).stdout == svg
    out = tmp_path / "new" / "scene.svg"
    done = runner.invoke(app, ["draw", SCENE, "--out", str(out), "--theme", "dark"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert out.read_text(encoding="utf-8") == draw(Scene.parse(SCENE), theme="dark")


def test_several_scenes_go_to_a_folder_with_their_sentences(tmp_path: Path) -> None:
    file = tmp_path / "scenes.txt"
    file.write_text(TWO, encoding="utf-8")
    out = tmp_path / "drawings"
    assert runner.invoke(app, ["draw", "--file", str(file), "--out", str(out)]).exit_code == 0
    first, second = (path.read_text(encoding="utf-8") for path in sorted(out.iterdir()))
    assert first == draw(Scene.parse(SCENE), "Something is built.")
    assert second == draw(Scene.parse("(s / sleep)"))


def test_several_scenes_need_a_folder(tmp_path: Path) -> None:
    done = runner.invoke(app, ["draw"], input=TWO)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "2 scenes" in done.stderr
    taken = tmp_path / "taken"
    taken.touch()
    assert runner.invoke(app, ["draw", "--out", str(taken)], input=TWO).exit_code == 2
    assert taken.read_bytes() == b""


def test_what_is_no_scene_is_refused_in_words() -> None:
    done = runner.invoke(app, ["draw", "(b / build :object"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "expected a target after :object" in done.stderr
