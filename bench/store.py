"""
The store: how fast it takes scenes in, durably, and what re-encoding, checking and forgetting cost.

    OMP_NUM_THREADS=1 python bench/store.py [WEBNLG] [--rounds 5]

WEBNLG is the folder of the corpus, ../shared/data/webnlg beside the checkout by default; its train entries in
English are the memory, each with its first text, parsed anew in each round so that no digest is known before
the clock runs. Rates are the best of the rounds, by the clock and by the processor's time of this process: on
a machine with other work the latter tells more. Latencies of single calls are medians; beside them is what
writing and flushing 8 KB to a file takes on the same disk.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scenograph.core import Scene
from scenograph.core.lexicon import Lexicon
from scenograph.corpus import load
from scenograph.memory import Memory, Note

SINGLE = 300
"""Calls of `remember` and of `forget` that are timed one by one."""


@dataclass
class Clock:
    """Seconds that something took."""

    wall: float = float("inf")
    processor: float = float("inf")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time the block; the best of all blocks counts."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall = min(self.wall, time.perf_counter() - wall)
        self.processor = min(self.processor, time.process_time() - processor)


def entries(folder: Path) -> list[tuple[str, str | None]]:
    """Notation and first text of the distinct scenes of the train entries."""
    found: dict[Scene, str | None] = {}
    for example in load(folder / "en" / "train"):
        if example.scene is not None and example.language == "en":
            found.setdefault(example.scene, example.texts[0] if example.texts else None)
    return [(str(scene), text) for scene, text in found.items()]


def notes(pairs: Sequence[tuple[str, str | None]], *, texts: bool) -> list[Note]:
    return [Note(Scene.parse(notation), text if texts else None, "en") for notation, text in pairs]


def milliseconds(do: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    do(*arguments)
    return (time.perf_counter() - begun) * 1000


def flushes(folder: Path) -> float:
    """The median of milliseconds that it takes to write and flush 8 KB."""
    with (folder / "flushed").open("wb", buffering=0) as file:

        def flush() -> None:
            file.write(bytes(8192))
            os.fsync(file.fileno())

        return median(milliseconds(flush) for _ in range(SINGLE))


def measure(pairs: Sequence[tuple[str, str | None]], rounds: int) -> None:
    clocks: dict[str, Clock] = {}
    spans: dict[str, list[float]] = {"remember": [], "forget": [], "flush": []}
    size = 0
    for _ in range(rounds):
        for name, batch, texts in (
            ("ingest, batches of 1000, with text", 1000, True),
            ("ingest, batches of 1000, without text", 1000, False),
            ("ingest, batches of 100, with text", 100, True),
        ):
            fresh = notes(pairs, texts=texts)
            clock = clocks.setdefault(name, Clock())
            with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory, clock.running():
                memory.ingest(fresh, batch=batch)
        with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
            memory.ingest(notes(pairs, texts=True))
            care(memory, clocks)
            memory._database.scrub()
            size = memory.stats().file_bytes
            spans["flush"].append(flushes(Path(folder)))
            told = [Scene.parse(f'(n / note :of (p / person :name "{number}"))') for number in range(SINGLE)]
            spans["remember"] += [milliseconds(memory.remember, one) for one in told]
            ids = [crystal for one in told if (crystal := memory.find(one)) is not None]
            spans["forget"] += [milliseconds(memory.forget, crystal) for crystal in ids]
    for name, clock in clocks.items():
        rates = (f"{len(pairs) / seconds:,.0f}/s" for seconds in (clock.wall, clock.processor))
        print("  {:<40} {:>10} by the clock {:>10} of the processor".format(name, *rates))
    for name, some in spans.items():
        print(f"  one {name:<36} {median(some):>8.2f} ms")
    print(f"  file with text and words, as notation: {size / len(pairs):,.0f} bytes a scene")


def care(memory: Memory, clocks: dict[str, Clock]) -> None:
    """Re-encode, check and unlearn, as consolidating and forgetting do."""
    crystals = memory._crystals  # consolidation's way in
    scenes = [crystal.scene for crystal in memory]
    lexicon = Lexicon.learn(scenes, size=0)
    with clocks.setdefault("re-encode as records", Clock()).running():
        with memory.transaction():
            crystals.lexicons.add(lexicon)
        for ids in crystals.lagging(1):
            with memory.transaction():
                crystals.reencode(ids, lexicon)
    with clocks.setdefault("check", Clock()).running():
        assert memory.check() == []
    with clocks.setdefault("unlearn: records to notation", Clock()).running(), memory.transaction():
        crystals.unlearn()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "webnlg", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "webnlg"
    )
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pairs = entries(options.webnlg)
    print(f"{len(pairs)} scenes")
    measure(pairs, options.rounds)


if __name__ == "__main__":
    main()
