"""`style add --describe`: a model writes, the guard keeps, adapters learn; too few change nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from carriers.openai_server import MODELS, serve
from typer.testing import CliRunner, Result

from scenograph.cli import app
from scenograph.mind.teaching.pairs import load_pairs
from scenograph.mind.teaching.styles import own_styles
from scenograph.mind.workspace import Workspace

pytestmark = pytest.mark.usefixtures("short_lessons")

LINES = ("--line", "Hear ye!", "--line", "Good people!", "--line", "Слушайте все!", "--line", "Люди добрые!")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@contextmanager
def herald(*, lies: bool = False) -> Iterator[str]:
    """A server that says each sentence after the line that it was shown, or always the same."""

    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Any:
        if method == "GET":
            return 200, MODELS
        last = value["messages"][-1]["content"]
        line, plain = re.findall(r"[“«](.*)[”»]\n\w+: (.*)$", last)[0]
        said = "Hear ye, nothing happened." if lies else f"{line} {plain}"
        return 200, {"choices": [{"message": {"content": said}, "finish_reason": "stop"}]}

    with serve(answer) as address:
        yield address


def test_a_style_is_written_kept_looked_at_and_taught(mind_folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    with herald() as address:
        order = ("style", "add", mind_folder, "herald", "--describe", "a herald", "--by", address, *LINES)
        done = run(*order, "--pairs", 4, "--save", kept)
        assert done.exit_code == 0, done.stderr
        assert own_styles(Workspace(mind_folder)) == []
        pairs = load_pairs(kept)
        assert [pair.language for pair in pairs].count("en") == 4 == len(pairs) - 4
        assert all(pair.text.startswith(("Hear ye!", "Good people!", "Слушайте", "Люди")) for pair in pairs)
        done = run(*order, "--pairs", 4)  # nothing is asked again, and the style is taught
    assert done.exit_code == 0, done.stderr
    assert "decoder.herald" in done.stdout
    assert own_styles(Workspace(mind_folder)) == ["herald"]
    removed = run("adapters", "remove", mind_folder, "decoder.herald", "--yes")
    assert removed.exit_code == 0, removed.stderr
    assert not list((mind_folder / "styles").glob("herald*"))


def test_too_few_are_refused_and_nothing_is_half_written(mind_folder: Path, tmp_path: Path) -> None:
    with herald(lies=True) as address:
        done = run(
            "style", "add", mind_folder, "liar", "--describe", "a liar", "--by", address, *LINES,
            "--pairs", 2, "--tries", 1, "--save", tmp_path / "kept.jsonl",
        )  # fmt: skip
    assert done.exit_code == 1
    assert "too few" in done.stderr
    assert re.search(
        r"\d+ scenes to say, 1 text for each at most; small writes until 2 are kept", done.stderr
    )
    assert re.search(r"[1-9]\d* texts for \d+ scenes, 0 kept \(0%\); ", done.stderr)
    assert re.search(r"  \d+ (lost|repeated): .*, as in '", done.stderr)
    assert "lost" in done.stderr or "repeated" in done.stderr
    assert not (tmp_path / "kept.jsonl").exists()
    assert own_styles(Workspace(mind_folder)) == []
    lines = (mind_folder / "styles" / "liar.candidates.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["describe"] == "a liar"
    assert len(lines) > 2


def test_either_pairs_or_a_description(mind_folder: Path) -> None:
    assert run("style", "add", mind_folder, "x").exit_code == 2
    done = run("style", "add", mind_folder, "x", "--describe", "a herald")
    assert done.exit_code == 1
    assert "knows its own world only" in done.stderr
