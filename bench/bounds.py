"""
What the bounds of recall cost: how much of what wide bounds find is found by narrow ones, and how fast.

    OMP_NUM_THREADS=2 python bench/bounds.py DIR [--cues 150] [--kinds KIND ...] [--try NAME=VALUE,... ...]

DIR holds a memory that bench/scale.py made. Each cue is answered with bounds ten times as wide, then as
shipped, then with each trial's. Printed for each are the time of a recall at p50, which share of the ten hits
of the wide search it gives or others of the same resonance, and how often the scene that the cue was made of
is the first and among the ten. Bounds:

    codes      vectors that a cue is compared with
    similar    crystals with similar vectors that are looked at
    partial    crystals that share parts of the cue that are looked at
    entries    entries of postings read to find these
    words      entries of postings read for the words of a text
    symbols    entries of postings read for the symbols that a text names
    wide       crystals found by each of the three for a text
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from types import ModuleType

from scenograph.core import Scene
from scenograph.memory import Memory
from scenograph.memory.index import faiss_index
from scenograph.memory.recall import recall, text, wording
from scenograph.memory.records import Hit

sys.path.insert(0, str(Path(__file__).parent))
from scale import KINDS

BOUNDS: Mapping[str, tuple[ModuleType, str]] = {
    "codes": (faiss_index, "_CODES"),
    "similar": (recall, "_SIMILAR"),
    "partial": (recall, "_PARTIAL"),
    "entries": (recall, "_BUDGET"),
    "words": (wording, "_BUDGET"),
    "symbols": (text, "_BUDGET"),
    "wide": (text, "_WIDE"),
}
SHIPPED = {name: getattr(module, constant) for name, (module, constant) in BOUNDS.items()}


def bound(values: Mapping[str, int]) -> None:
    for name, value in {**SHIPPED, **values}.items():
        module, constant = BOUNDS[name]
        setattr(module, constant, value)


def asked(memory: Memory, cues: Sequence[Scene | str]) -> tuple[list[list[Hit]], float]:
    """The hits of each cue, and the time of a recall, in ms."""
    found: list[list[Hit]] = []
    spans: list[float] = []
    for cue in cues:
        begun = time.perf_counter()
        found.append(memory.recall(cue))
        spans.append((time.perf_counter() - begun) * 1000)
    return found, median(spans)


def as_good(hits: Sequence[Hit], best: Sequence[Hit]) -> float:
    """Which share of *best* is among *hits*, or as good ones are."""
    found = [hit.resonance for hit in hits]
    return sum(any(abs(hit.resonance - one) < 1e-6 for one in found) for hit in best) / max(len(best), 1)


def trial(text: str) -> dict[str, int]:
    pairs = (pair.partition("=") for pair in text.split(","))
    return {name: int(value) for name, _, value in pairs}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cues", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--try", dest="trials", action="append", type=trial, default=[])
    options = parser.parse_args()
    rng = random.Random(options.seed)
    wide = {name: 10 * value for name, value in SHIPPED.items()}
    with Memory.open(options.folder) as memory:
        memory.recall("bridge")
        ids = memory.believed()
        for kind in options.kinds:
            meant = rng.sample(ids, options.cues)
            cues = [KINDS[kind](memory.get(crystal).scene, rng) for crystal in meant]
            best: list[list[Hit]] = []
            for name, values in (
                ("ten times as wide", wide),
                ("as shipped", {}),
                *((str(some), some) for some in options.trials),
            ):
                bound(values)
                found, span = asked(memory, cues)
                best = best or found
                same = sum(map(as_good, found, best)) / len(cues)
                places = [
                    [hit.id for hit in hits].index(one) if one in {hit.id for hit in hits} else 10
                    for hits, one in zip(found, meant, strict=True)
                ]
                first, ten = (sum(place < limit for place in places) / len(cues) for limit in (1, 10))
                told = f"p50 {span:6.2f} ms  as good {same:.3f}  R@1 {first:.3f}  R@10 {ten:.3f}"
                print(f"{kind:<16} {name:<34} {told}", flush=True)


if __name__ == "__main__":
    main()
