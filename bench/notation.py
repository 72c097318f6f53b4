"""
The notation and the canonical form, against penman.

    python bench/notation.py [--data ../shared/data] [--repeat N]

Reads and writes every graph of the Little Prince train file, and names WebNLG-size scenes by digest, in one
thread. Each figure is the median of N rounds, in which the contestants take turns, in processor time. Results
are checked to be the same graphs before anything is timed.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import penman

from scenograph.core import Scene, delinearise, linearise, parse_many
from scenograph.corpus import load


def medians(repeat: int, *jobs: Callable[[], object]) -> list[float]:
    """Return the median processor time of each job over *repeat* rounds, in seconds; the jobs take turns."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(repeat):
        for job, taken in zip(jobs, times, strict=True):
            began = time.process_time()
            job()
            taken.append(time.process_time() - began)
    return list(map(statistics.median, times))


def fresh(scenes: Sequence[Scene]) -> list[Scene]:
    """Return equal scenes that have computed nothing yet."""
    return [Scene.build(scene.concepts, scene.links) for scene in scenes]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--repeat", type=int, default=15, help="rounds of each measurement")
    options = parser.parse_args()
    corpus = options.data / "amr/little_prince/train.amr.txt"
    if not corpus.is_file():
        sys.exit(f"{corpus} is missing: give the folder of the corpora with --data")
    text = corpus.read_text(encoding="utf-8")
    entries = list(parse_many(text))
    offsets = [entry.offset for entry in entries]
    texts = [text[a:b].split("\n\n")[0] for a, b in zip(offsets, [*offsets[1:], len(text)], strict=True)]
    graphs = [penman.decode(one) for one in texts]
    scenes = [Scene.parse(one) for one in texts]
    for scene, entry, graph in zip(scenes, entries, graphs, strict=True):
        assert scene == entry.scene == Scene.parse(penman.encode(graph)) == Scene.parse(str(scene))
        assert len(graph.triples) == len(scene.concepts) + len(scene.links)
    triples = [e.scene for e in load(options.data / "webnlg/en/train") if e.scene is not None]

    gc.collect()
    gc.freeze()
    rows = [
        (
            "decode, graph by graph",
            lambda: [Scene.parse(one) for one in texts],
            lambda: [penman.decode(one) for one in texts],
            len(texts),
        ),
        (
            "decode, the whole file",
            lambda: list(parse_many(text)),
            lambda: list(penman.iterdecode(text)),
            len(texts),
        ),
        ("encode", lambda: [str(s) for s in scenes], lambda: [penman.encode(g) for g in graphs], len(texts)),
    ]
    print(f"{len(texts)} graphs of the Little Prince, {sum(map(len, texts)):,} characters")
    print(f"{'':28}{'scenograph':>14}{'penman':>14}{'ratio':>8}")
    for name, ours, theirs, count in rows:
        mine, other = medians(options.repeat, ours, theirs)
        print(f"{name:28}{count / mine:>10,.0f}/s{count / other:>12,.0f}/s{other / mine:>8.1f}")
    print(f"\n{len(triples)} scenes of WebNLG train")
    again = [fresh(triples) for _ in range(options.repeat)]
    batches = iter(again)
    (digest,) = medians(options.repeat, lambda: [scene.digest for scene in next(batches)])
    lines = [linearise(scene) for scene in triples]
    to_line, from_line = medians(
        3, lambda: [linearise(s) for s in triples], lambda: [delinearise(line) for line in lines]
    )
    for name, seconds in (("digest", digest), ("linearise", to_line), ("delinearise", from_line)):
        print(f"{name:28}{len(triples) / seconds:>10,.0f}/s")


if __name__ == "__main__":
    main()
