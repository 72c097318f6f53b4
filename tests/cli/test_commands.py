"""The command line without a model: help, new minds, corpora, exit codes, the two streams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenograph import __version__
from scenograph.cli import app
from scenograph.cli.reference import command_paths

runner = CliRunner()

COMMANDS = {"init", "train", "eval", "read", "speak", "ask", "remember", "recall", "draw"}
COMMANDS |= {"compress", "expand", "diff", "apply", "lexicon", "reason"}
COMMANDS |= {"adapters", "style", "adapt", "vocabulary", "carry", "keys", "mcp"}
COMMANDS |= {"correct", "forget", "memory", "convert", "corpus", "carriers", "doctor", "serve", "demo"}

GROUPS = ("corpus", "lexicon", "memory", "adapters", "style", "vocabulary", "keys")
"""Commands that do nothing by themselves."""


def test_every_command_is_there() -> None:
    assert {path[0] for path in command_paths() if path} == COMMANDS


@pytest.mark.parametrize(
    "path",
    [path for path in command_paths() if path not in {(), *((group,) for group in GROUPS)}],
)
def test_every_help_shows_an_example(path: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*path, "--help"])
    assert result.exit_code == 0
    assert f"  scenograph {path[0]}" in result.stdout.partition("Example:")[2] or path[0] == "speak"
    assert "Example:" in result.stdout


@pytest.mark.parametrize("group", [[], ["carriers"], *([group] for group in GROUPS)])
def test_lists_of_commands_are_not_cut(group: list[str]) -> None:
    assert "..." not in runner.invoke(app, [*group, "--help"]).stdout.partition("Commands:")[2]


def test_the_version_is_printed() -> None:
    assert runner.invoke(app, ["--version"]).stdout == f"scenograph {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["read"],
        ["init", "mind", "--steps", "5", "--seconds", "5"],
        ["init", "mind", "--world", "-1"],
        ["train", "mind", "--step", "nonsense"],
    ],
)
def test_a_wrong_call_exits_with_2_and_says_so_on_stderr(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = runner.invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "nowhere", "Oleg slept."],
        ["train", "nowhere"],
        ["eval", "nowhere", "--json"],
        ["corpus", "list", "nowhere"],
    ],
)
def test_what_is_no_mind_is_one_line_and_exit_1(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = runner.invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        result.stderr == "error: nowhere is not a mind: it has no mind.toml; run: scenograph init nowhere\n"
    )


def test_init_makes_a_mind_and_not_twice(tmp_path: Path) -> None:
    mind = tmp_path / "mind"
    first = runner.invoke(app, ["init", str(mind), "--seed", "7"])
    assert (first.exit_code, first.stdout.strip()) == (0, str(mind / "mind.toml"))
    assert "seed = 7" in (mind / "mind.toml").read_text(encoding="utf-8")
    second = runner.invoke(app, ["init", str(mind)])
    assert second.exit_code == 1
    assert "is a mind already" in second.stderr


def test_an_untrained_mind_says_what_to_run(tmp_path: Path) -> None:
    mind = str(tmp_path / "mind")
    runner.invoke(app, ["init", mind])
    result = runner.invoke(app, ["speak", mind, "(s / sleep)", "--style", "poet"])
    assert result.exit_code == 1
    assert f"run: scenograph train {mind}" in result.stderr


def test_corpora_are_added_and_listed(tmp_path: Path) -> None:
    mind, corpus = str(tmp_path / "mind"), tmp_path / "pairs.jsonl"
    corpus.write_text('{"scene": "(s / sleep :agent (o / Oleg))", "text": "Oleg slept."}\n', encoding="utf-8")
    runner.invoke(app, ["init", mind])
    added = runner.invoke(app, ["corpus", "add", mind, str(corpus), "--json"])
    assert added.exit_code == 0
    assert json.loads(added.stdout)["examples"] == 1
    corpus.unlink()
    listed = runner.invoke(app, ["corpus", "list", mind])
    assert "1 example, 1 with a scene, 1 text (1 en)" in listed.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("binary.txt", b"\x00\x01"),
        ("other.xml", b"<html></html>"),
        ("no-entries.xml", b"<benchmark><entries/></benchmark>"),
        ("unread.amr", b"# ::snt Hi there\n(a / b :ARG0 (d / e"),
        ("broken.jsonl", b'{"scene": "(s / sleep"}'),
        ("unknown.docx", b"x"),
    ],
)
def test_bad_corpora_are_refused_and_leave_nothing(name: str, content: bytes, tmp_path: Path) -> None:
    mind = tmp_path / "mind"
    runner.invoke(app, ["init", str(mind)])
    (tmp_path / name).write_bytes(content)
    result = runner.invoke(app, ["corpus", "add", str(mind), str(tmp_path / name)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    assert runner.invoke(app, ["corpus", "list", str(mind)]).stdout == ""


def test_ctrl_c_while_adding_a_corpus_leaves_no_trace(tmp_path: Path) -> None:
    mind, corpus = tmp_path / "mind", tmp_path / "many.jsonl"
    runner.invoke(app, ["init", str(mind)])
    with corpus.open("w", encoding="utf-8") as stream:
        for number in range(100_000):
            stream.write(f'{{"scene": "(s / sleep :time {number})", "text": "Oleg slept."}}\n')
    adding = subprocess.Popen(
        [sys.executable, "-m", "scenograph", "corpus", "add", str(mind), str(corpus)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        # a suite that runs in the background of a shell has SIGINT ignored, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while adding.poll() is None and not (mind / "sources" / ".lock").exists():
        time.sleep(0.01)
    adding.send_signal(signal.SIGINT)
    out, err = adding.communicate(timeout=60)
    assert (adding.returncode, out) == (130, "")
    assert err.strip().startswith("error: stopped by Ctrl-C; nothing is half-written.")
    assert len(err.strip().splitlines()) == 1
    assert [path.name for path in (mind / "sources").iterdir()] == [".lock"]


def test_doctor_looks_at_the_machine() -> None:
    result = runner.invoke(app, ["doctor", "--json"])
    findings = {finding["what"]: finding for finding in map(json.loads, result.stdout.splitlines())}
    assert findings["scenograph"]["found"] == __version__
    assert findings["python"]["well"]


def test_help_loads_no_model_and_no_index() -> None:
    program = (
        "import sys; from scenograph.cli import app\n"
        "try: app(['init', '--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'transformers', 'faiss', 'numpy'} & set(sys.modules), sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m scenograph.cli.reference | head -1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.stdout.startswith("# Command reference")


def test_an_untrained_mind_has_no_vocabulary_to_show(tmp_path: Path) -> None:
    mind = str(tmp_path / "mind")
    runner.invoke(app, ["init", mind])
    for words in (["show", mind], ["export", mind, str(tmp_path / "pack")]):
        result = runner.invoke(app, ["vocabulary", *words])
        assert result.exit_code == 1
        assert f"run: scenograph train {mind}" in result.stderr
