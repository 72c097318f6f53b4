"""What a command does not need is not imported: the seconds themselves are measured by `bench/startup.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "torch",
    "transformers",
    "numpy",
    "scipy",
    "faiss",
    "fastapi",
    "rich",
    "matplotlib",
    "apsw",
}
PROGRAM = """
import json, sys
from scenograph.cli import app
try:
    app(sys.argv[1:])
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["init", "--help"], ["memory", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    modules = imported(*arguments)
    assert not HEAVY & modules
    assert not {name for name in modules if name.startswith(("scenograph.core.", "scenograph.memory"))}


def test_a_command_imports_no_other() -> None:
    modules = imported("draw", "(s / sleep)")
    assert "scenograph.cli.draw" in modules
    assert not {"scenograph.cli.memory", "scenograph.cli.build", "scenograph.cli.reason"} & modules
    assert not HEAVY & modules


def test_memory_imports_no_model(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "scenograph", "init", str(tmp_path / "mind")], check=True, capture_output=True
    )
    modules = imported("memory", "stats", str(tmp_path / "mind"))
    assert "apsw" in modules
    assert not {"torch", "transformers", "fastapi", "matplotlib", "rich"} & modules
