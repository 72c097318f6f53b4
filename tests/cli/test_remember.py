"""What people have at hand is remembered: folders of notes, files of Windows; and what is said of it."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from scenograph.cli import app, remember
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace

runner = CliRunner()


@pytest.fixture
def mind(tmp_path: Path) -> str:
    return str(Workspace.create(tmp_path / "mind", MindConfig()).folder)


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notes as people have it: folders in it, other files, a hidden and an empty one."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "work/jobs.md": "# Jobs\n\nMaria works in Berlin.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        "дом/крыша.txt": "Дядя Коля починил крышу.",
        "empty.md": "",
        ".trash/old.md": "Anna sleeps.",
        "photo.png": "no picture",
    }.items():
        file = tmp_path / "notes" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "notes"


def run(*arguments: str, code: int = 0) -> Result:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result


def test_a_folder_is_remembered_document_by_document(mind: str, notes: Path) -> None:
    done = run("remember", mind, "-f", "notes")
    assert "notes/empty.md is empty" in done.stderr
    assert "1 .png" in done.stderr
    listed = [json.loads(line) for line in run("memory", "sources", mind, "--json").stdout.splitlines()]
    assert [it["source"] for it in listed] == ["notes/work/jobs.md", "notes/дом/крыша.txt"]
    assert sum(it["crystals"] for it in listed) == len(done.stdout.splitlines())
    again = run("remember", mind, "-f", "notes")
    assert again.stdout == done.stdout  # what is stored already is not stored twice
    assert "Berlin" in run("ask", mind, "Where does Maria work?").stdout


def test_a_folder_without_documents_is_refused(mind: str, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert "holds no document" in run("remember", mind, "-f", str(tmp_path / "nothing"), code=1).stderr


def test_what_is_no_sentence_is_counted_and_not_a_failure(mind: str, notes: Path) -> None:
    done = run("remember", mind, "-f", "notes/work/jobs.md")
    assert "also stored as text: 2 rows of tables" in done.stderr
    assert "warning" not in done.stderr


def test_a_terminal_is_shown_the_crystals_of_a_file_in_one_line(
    mind: str, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(remember, "sys", type("Sys", (), {"stdout": Terminal()}))
    done = run("remember", mind, "-f", "notes/work/jobs.md")
    assert done.stdout == ""
    assert "crystals 1–4" in done.stderr


@given(st.lists(st.integers(1, 60)))
def test_ranges_name_each_number_once(numbers: list[int]) -> None:
    named = remember.ranges(numbers)
    found = [
        number
        for part in named.split(", ")
        if part
        for number in range(int(part.split("–")[0]), int(part.split("–")[-1]) + 1)
    ]
    assert found == sorted(set(numbers))
    assert named.count(", ") <= max(0, len(found) - 1)


def test_text_of_windows_is_read_or_the_remedy_is_said(mind: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes("Мария работает в Берлине.".encode("utf-16"))
    assert run("remember", mind, "-f", str(file)).stdout == "1\n"
    file.write_bytes("Мария работает в Берлине.".encode("cp1251"))
    assert "iconv -f CP1251" in run("remember", mind, "-f", str(file), code=1).stderr
    file.write_bytes(b"\x89\x01\xff\xfe" * 40)
    assert "iconv" not in run("remember", mind, "-f", str(file), code=1).stderr


def test_a_source_that_stated_nothing_is_not_forgotten_in_silence(mind: str, notes: Path) -> None:
    run("remember", mind, "-f", "notes")
    refused = run("forget", mind, "--source", "jobs.md", "--yes", code=1)
    assert "did you mean notes/work/jobs.md?" in refused.stderr
    assert "memory sources" in refused.stderr
    assert "4 crystals forgotten" in run("forget", mind, "--source", "notes/work/jobs.md", "--yes").stderr
    assert "has no memory" in run("forget", mind, "--all", "-n", "nobody", "--yes", code=1).stderr


def test_ctrl_c_says_what_is_stored_and_how_to_remove_it(mind: str, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("".join(f"Maria has {n} books in Berlin.\n" for n in range(6000)), encoding="utf-8")
    command = [sys.executable, "-c", "from scenograph.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "remember", mind, "-f", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    stored = json.loads(run("memory", "sources", mind, "--json").stdout)["crystals"]
    assert f"{stored} crystals of {file} are stored" in said
    assert f"scenograph forget {mind} --source {file}" in said
    assert "goes on" not in said
    assert "forgotten" in run("forget", mind, "--source", str(file), "--yes").stderr
