"""Every script of benchmarks and recipes can be imported, and `make bench` names what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(ROOT / "bench").glob("*.py"), *(ROOT / "recipes").rglob("*.py")])
IMPORT = """
import importlib.util, sys
sys.path[:0] = {folders!r}
for number, path in enumerate({paths!r}):
    spec = importlib.util.spec_from_file_location(f"script_{{number}}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    print(path)
"""


def test_every_script_can_be_imported() -> None:
    program = IMPORT.format(
        paths=[str(path) for path in SCRIPTS],
        folders=[str(ROOT / folder) for folder in ("bench", "recipes", "recipes/webnlg")],
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(path) for path in SCRIPTS]


def test_make_bench_names_scripts_and_options_that_exist() -> None:
    lines = re.findall(r"bench/(\w+\.py)(.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(lines) >= 11
    for script, rest in lines:
        text = (ROOT / "bench" / script).read_text(encoding="utf-8")
        for option in re.findall(r"--[\w-]+", rest):
            assert f'"{option}"' in text, (script, option)
