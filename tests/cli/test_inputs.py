"""Texts and scenes from arguments, files and pipes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import typer

from scenograph.cli import inputs
from scenograph.errors import CorpusError, NotationError


class Pipe(io.TextIOWrapper):
    """A stdin that holds *content* and is no terminal."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def pipe(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(content))


def test_an_argument_is_one_text_and_a_file_has_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes("\ufeffОлег спал.\r\n\r\nVera slept.\n".encode())
    assert inputs.texts(["One.\nStill one."], [file]) == ["One.\nStill one.", "Олег спал.", "Vera slept."]


def test_an_empty_argument_is_refused_and_not_passed_over() -> None:
    for take in (inputs.texts, inputs.scenes):
        with pytest.raises(CorpusError, match="argument is empty"):
            take(["Oleg slept." if take is inputs.texts else "(s / sleep)", "  "], [])


def test_nothing_given_means_the_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"a\nb\n")
    assert inputs.texts([], []) == ["a", "b"]


def test_a_dash_takes_the_pipe_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"(b / bridge) (t / tower)")
    assert [scene.root_concept for scene in inputs.scenes(["(k / key)", "-"], [])] == [
        "key",
        "bridge",
        "tower",
    ]


def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(typer.BadParameter):
        inputs.texts([], [])


@pytest.mark.parametrize(("content", "word"), [(b"", "empty"), (b"\xff\xc3", "UTF-8"), (b"a\0b", "binary")])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    file = tmp_path / "bad"
    file.write_bytes(content)
    with pytest.raises(CorpusError, match=word):
        inputs.texts([], [file])


def test_a_malformed_scene_is_pointed_at() -> None:
    with pytest.raises(NotationError) as caught:
        inputs.scenes(["(b / build :agent"], [])
    assert "^" in str(caught.value)


def test_a_file_without_scenes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "only.comments"
    file.write_text("# nothing here\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="holds no scene"):
        inputs.scenes([], [file])
