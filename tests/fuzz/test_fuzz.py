"""The fuzzers run for a while each, from the seeds that the notation itself gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scenograph.core import Scene, linearise

SCENE = '(b / believe :agent (p / person :name "Marta") :content (c / build :agent p :mod-of (o / old)))'


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_but_errors_of_the_package_comes_out_of_any_text(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, text in enumerate((SCENE, str(Scene.parse(SCENE)), linearise(Scene.parse(SCENE)))):
        (seeds / str(number)).write_text(text, encoding="utf-8")
    options = ["-runs=60000", "-seed=1", "-max_len=120", "-len_control=0", f"-artifact_prefix={tmp_path}/"]
    script = Path(__file__).with_name("notation.py")
    done = subprocess.run(
        [sys.executable, str(script), str(seeds), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 60000 runs" in done.stderr
