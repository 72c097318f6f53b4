"""
How long commands take to start: minimum and median of ten cold processes, each paired with an empty Python.

    python bench/startup.py [MIND]

Each runs once before, uncounted, so that Python has its compiled files, as it has after an installation; they
are kept in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READ_BY = {
    "the graph head": "Oleg slept in the forest.",
    "the carrier": "Lucky is Diana: she keeps six wet palaces like a secret.",  # a poet's words need torch
}


def seconds(compiled: str, *arguments: str) -> tuple[float, float]:
    """By the clock, and of the processor: how long a process took."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
    worked = processor()
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return time.perf_counter() - began, processor() - worked


def processor() -> float:
    """Processor seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mind", nargs="?", type=Path, help="a trained mind on nano; measures `read` too")
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    programs = {
        "python -c pass": ["-c", "pass"],
        "scenograph --help": ["-m", "scenograph", "--help"],
        "import scenograph.memory": ["-c", "import scenograph.memory"],
    }
    if options.mind is not None:
        for reader, text in READ_BY.items():
            programs[f"read by {reader}"] = ["-m", "scenograph", "read", str(options.mind), text]
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as compiled:
        for turn in range(options.times + 1):
            for name, arguments in programs.items():
                span = seconds(compiled, *arguments)
                if turn:
                    runs[name].append(span)
    for name, spans in runs.items():
        times, worked = zip(*spans, strict=True)
        print(
            f"{name:<26} minimum {min(times):.3f} s   median {statistics.median(times):.3f} s   "
            f"processor {min(worked):.3f} s"
        )


if __name__ == "__main__":
    main()
