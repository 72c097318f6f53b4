"""
How long commands take to start: minimum and median of ten cold processes, each paired with an empty Python.

    python bench/startup.py [MIND]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - began


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
        programs["scenograph read"] = [
            "-m",
            "scenograph",
            "read",
            str(options.mind),
            "Oleg slept in the forest.",
        ]
    runs: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(options.times):
        for name, arguments in programs.items():
            runs[name].append(seconds(*arguments))
    for name, times in runs.items():
        print(f"{name:<26} minimum {min(times):.3f} s   median {statistics.median(times):.3f} s")


if __name__ == "__main__":
    main()
