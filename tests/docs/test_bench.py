"""Every script of benchmarks and recipes can be imported, and `make bench` names what exists."""

from __future__ import annotations

import importlib.util
import re
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(ROOT / "bench").glob("*.py"), *(ROOT / "recipes").rglob("*.py")])


def test_every_script_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(sys.modules)
    for name in {path.stem for path in SCRIPTS} & sys.modules.keys():  # such as tests/memory
        monkeypatch.delitem(sys.modules, name)
    for folder in ("recipes/webnlg", "recipes", "bench"):
        monkeypatch.syspath_prepend(ROOT / folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other people's packages warn
        for number, path in enumerate(SCRIPTS):
            spec = importlib.util.spec_from_file_location(f"script_{number}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
    for name in sys.modules.keys() - before.keys():
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file) in SCRIPTS:  # another test may mean another `reader`
            del sys.modules[name]


def test_make_bench_names_scripts_and_options_that_exist() -> None:
    lines = re.findall(r"bench/(\w+\.py)(.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(lines) >= 11
    for script, rest in lines:
        text = (ROOT / "bench" / script).read_text(encoding="utf-8")
        for option in re.findall(r"--[\w-]+", rest):
            assert f'"{option}"' in text, (script, option)
