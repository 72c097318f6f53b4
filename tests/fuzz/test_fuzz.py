"""The fuzzers run for a while each, from the seeds that the notation itself gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scenograph.core import Lexicon, Scene, linearise, write_archive

SCENE = '(b / believe :agent (p / person :name "Marta") :content (c / build :agent p :mod-of (o / old)))'
LINEAR = linearise(Scene.parse(SCENE))
RECORDS = [Lexicon().encode(Scene.parse(SCENE)), write_archive([Scene.parse(SCENE)], Lexicon())]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("script", "seeds", "longest"),
    [
        ("notation.py", [text.encode() for text in (SCENE, str(Scene.parse(SCENE)), LINEAR)], 120),
        ("codec.py", RECORDS, 300),
    ],
)
def test_nothing_but_errors_of_the_package_comes_out(
    tmp_path: Path, script: str, seeds: list[bytes], longest: int
) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed")
    folder = tmp_path / "seeds"
    folder.mkdir()
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed)
    options = [
        "-runs=60000",
        "-seed=1",
        f"-max_len={longest}",
        "-len_control=0",
        f"-artifact_prefix={tmp_path}/",
    ]
    path = Path(__file__).with_name(script)
    done = subprocess.run(
        [sys.executable, str(path), str(folder), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 60000 runs" in done.stderr
