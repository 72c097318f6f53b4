"""What the documentation says is there is there: commands, files, public names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import scenograph
from scenograph.cli.reference import command_paths, reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "README.ru.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    *(str(page) for page in (ROOT / "docs").rglob("*.md")),
]
COMMAND = re.compile(r"^\s*\$?\s*scenograph ((?:[a-z]+ ?){1,2})", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")
OPTION = re.compile(r"--[a-z]+")


def test_the_command_reference_is_fresh() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference(), "run: make docs"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "README.ru.md"])
def test_commands_and_options_of_the_readme_exist(page: str) -> None:
    known = {path[0] for path in command_paths() if path}
    text = (ROOT / page).read_text(encoding="utf-8")
    used = {match.split()[0] for match in COMMAND.findall(text)}
    assert used
    assert used <= known
    assert set(OPTION.findall(text)) <= set(OPTION.findall(reference())) | {"--help"}


def test_files_that_the_tour_names_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+(?:/[a-z_]*)+(?:\.py)?)`", text)
    assert "cli/app.py" in named
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "src" / "scenograph" / name).exists(), name


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 900


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {page.name for page in folder.glob("0*.md")}


def test_every_folder_of_the_package_is_in_the_tour() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for folder in (ROOT / "src" / "scenograph").iterdir():
        if folder.is_dir() and not folder.name.startswith("__"):
            assert f"  {folder.name}/" in text, folder.name


@pytest.mark.parametrize(
    "name", ["Scene", "Lexicon", "Field", "Rule", "Mind", "retention", "diff", "apply", "match"]
)
def test_public_names_are_there(name: str) -> None:
    assert name in scenograph.__all__
    assert getattr(scenograph, name)


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.strip()}
    assert {"demo", "test", "test-slow", "lint", "bench", "bench-webnlg", "docs", "help", "clean"} == listed


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
