"""Progress where stderr is no terminal: a line every some seconds, also while the work itself is silent."""

from __future__ import annotations

import subprocess
import sys

from scenograph.cli.progress import Shown

PROGRAM = """
import time
from scenograph.cli.progress import Shown
with Shown(interval=0.05) as shown:
    shown.start("train", 3000)
    shown.advance(1200, "loss 0.412")
    time.sleep(0.6)
    shown.finish("done")
    shown.start("measure")
    time.sleep(0.6)
    shown.finish("measured")
"""


def test_a_pipe_gets_lines_again_and_again() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in done.stderr.splitlines()]
    assert done.stdout == ""
    assert lines[0] == "train ..."
    assert sum(line.startswith("train: 40% (1,200 of 3,000, 0:0") for line in lines) >= 3
    assert sum(line.endswith("left), loss 0.412") for line in lines) >= 3
    assert sum(line.startswith("measure: 0:0") and line.endswith(" so far") for line in lines) >= 3
    assert any(line.startswith("✓ train       done (0.") for line in lines)
    assert lines[-1].startswith("✓ measure     measured")


def test_nothing_is_said_between_two_stretches_of_work() -> None:
    shown = Shown()
    assert shown._state() == ""
    shown.start("a", 10)
    assert shown._state() == "a: 0% (0 of 10)"
    shown.advance(20)
    assert shown._state().startswith("a: 100% (20 of 10, 0:00 left)")
    shown.finish("done")
    assert shown._state() == ""
