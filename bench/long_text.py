"""
How long a mind takes to read and store a long text: a megabyte, half English and half Russian.

    python bench/long_text.py [--data FOLDER] [--bytes N] [--workers N ...]

The text is made of the sentences of the treebanks of Universal Dependencies below FOLDER, five in a
paragraph. It is read and stored by `scenograph remember`, in a process of its own, with all its files synced
to the disk. For each number of processes the table says how many seconds passed, and how many the processors
worked, starting included.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TREEBANKS = {"en": ("en_ewt/train", "en_gum/train"), "ru": ("ru_gsd/dev", "ru_taiga/dev", "ru_taiga/more",
             "ru_poetry/dev", "ru_poetry/more")}  # fmt: skip
_PARAGRAPH = 5  # sentences
_MARK = "# text = "

# The command itself with a number of processes that is not the machine's.
_COMMAND = """
import sys
from scenograph.cli import main
from scenograph.readers import pool
if __name__ == "__main__":
    count = int(sys.argv.pop(1))
    pool.workers = lambda: count
    main()
"""


def lines(paths: list[Path]) -> Iterator[str]:
    """Yield the sentences of treebanks as they are written."""
    for path in paths:
        with path.open(encoding="utf-8") as file:
            yield from (line[len(_MARK) :].strip() for line in file if line.startswith(_MARK))


def text(data: Path, size: int) -> str:
    """Return about *size* bytes of text, half of each language."""
    paragraphs: list[str] = []
    for names in TREEBANKS.values():
        taken: list[str] = []
        left = size // 2
        for line in lines([data / f"{name}.conllu" for name in names]):
            if left <= 0:
                break
            taken.append(line)
            left -= len(line.encode()) + 1
        paragraphs += [" ".join(taken[at : at + _PARAGRAPH]) for at in range(0, len(taken), _PARAGRAPH)]
    return "\n\n".join(paragraphs) + "\n"


def measure(folder: Path, file: Path, workers: int) -> None:
    """Print the figures of one run."""
    mind = folder / f"mind-{workers}"
    subprocess.run([sys.executable, "-m", "scenograph", "init", mind], check=True, capture_output=True)
    script = folder / "remember.py"
    script.write_text(_COMMAND, encoding="utf-8")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, script, str(workers), "remember", mind, "-f", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    passed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):  # 1: some sentences were not read
        sys.exit(done.stderr)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    stored = len(done.stdout.splitlines())
    size = sum(it.stat().st_size for it in (mind / "memory").rglob("*") if it.is_file())
    print(
        f"{workers:9}  {stored:9,}  {passed:7.1f} s  {worked:9.1f} s  {stored / passed:11.0f}/s  "
        f"{size / 1e6:6.1f} MB"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/ud"), help="folder of treebanks")
    parser.add_argument("--bytes", type=int, default=1_000_000, help="size of the text, UTF-8")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[1, os.cpu_count() or 1], help="processes that read"
    )
    options = parser.parse_args()
    whole = text(options.data, options.bytes)
    print(f"{len(whole.encode()):,} bytes")
    print("processes  sentences    passed  processors    sentences    memory")
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "long.txt"
        file.write_text(whole, encoding="utf-8")
        for workers in options.workers:
            measure(Path(name), file, workers)


if __name__ == "__main__":
    main()
