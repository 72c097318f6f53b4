"""Every scene that documents, docstrings or help show is parsed; `…` marks what is left out of one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenograph.cli.reference import reference
from scenograph.core import Scene
from scenograph.errors import ScenographError

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "README.ru.md",
    "CONTRIBUTING.md",
    *(str(page) for page in (ROOT / "docs").rglob("*.md")),
]
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*.py"))

START = re.compile(r"\((?:[^\W\d]|[?⟁Δ🜂])[^\s()/\"]* / ")
JOINED = re.compile(r"""(['"])\s*\.\.\.\s*\1""")  # strings that a doctest continues on the next line
COLUMN = re.compile(r"(?<=\S) {8,}\S.*")  # remarks beside a scene
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[()]', re.DOTALL)


def scenes(text: str) -> Iterator[str]:
    """Yield each outermost `(variable / concept …)` of *text* up to its last parenthesis."""
    text = COLUMN.sub("", JOINED.sub("", text.replace('\\"', '"')))
    end = 0
    while start := START.search(text, end):
        depth = 0
        for token in TOKEN.finditer(text, start.start()):
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            if depth == 0:
                break
        else:
            raise AssertionError(f"{text[start.start() : start.start() + 80]!r} has no end")
        end = token.end()
        yield text[start.start() : end]


def broken(text: str) -> list[str]:
    """The scenes in *text* that are not well formed, but for those with something left out."""
    faults: list[str] = []
    for scene in scenes(text):
        if re.search(r"…|\.\.\.", scene):
            continue
        try:
            Scene.parse(scene)
        except ScenographError as error:
            faults.append(f"{scene}: {error}")
    return faults


@pytest.mark.parametrize("page", PAGES)
def test_scenes_on_pages_are_scenes(page: str) -> None:
    assert broken((ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", MODULES)
def test_scenes_in_docstrings_are_scenes(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef
    docstrings = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds)]
    assert [fault for text in docstrings if text for fault in broken(text)] == []


def test_scenes_in_help_are_scenes() -> None:
    assert list(scenes(reference()))
    assert broken(reference()) == []


def test_what_is_no_scene_is_found() -> None:
    wrong = broken("so (b / build :agent (p / person :name Oleg)) and (b / :agent) and (a / b :c …)")
    assert [fault.partition(":")[0] for fault in wrong] == ["(b / "]
    with pytest.raises(AssertionError, match="has no end"):
        broken('(p / person :name "Oleg"')
