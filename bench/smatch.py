"""
Retention against Smatch, as smatchpp computes it with its exact solver.

    python bench/smatch.py [--data ../shared/data] [--pairs N] [--seed N]

Scores graphs of the Little Prince dev file, each against a damaged copy of itself and against its neighbour
in the file, by `scenograph.core.retention` and by smatchpp with integer linear programming. smatchpp is
given the same triples (each node's concept, each link, the root), so that both look for the best alignment of
the same; and, for comparison, the text in PENMAN, as it reads AMR banks. Times are processor time, in one
thread, the contestants taking turns pair by pair.

smatchpp is licensed under GPL-3.0, so the package neither needs nor installs it: run this where you have
installed it yourself (`pip install smatchpp==1.8.0`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean

from scenograph.core import Scene, parse_many, retention

Pair = tuple[Scene, Scene]
Triples = list[tuple[str, str, str]]


def damaged(scene: Scene, random: Random) -> Scene:
    """Return *scene* with one link in five gone and one concept in ten changed."""
    concepts = [concept if random.random() > 0.1 else "thing" for concept in scene.concepts]
    scene = Scene.build(concepts, scene.links)
    for _ in range(len(scene.links) // 5):
        if scene.links:
            scene = scene.without_links([random.choice(scene.links)])
    return scene


def triples(scene: Scene, letter: str) -> Triples:
    """Return the triples that retention counts, in the form of smatchpp, with variables of *letter*."""
    found = [("ROOT", ":root", f"{letter}0")]
    found += [(f"{letter}{node}", ":instance", concept) for node, concept in enumerate(scene.concepts)]
    found += [(f"{letter}{s}", r, f"{letter}{t}" if isinstance(t, int) else t) for s, r, t in scene.links]
    return found


def contestants() -> dict[str, Callable[[Pair], float]]:
    """Return the ways to score a pair, by name; each gives an F1 from 0 to 1."""
    try:
        from smatchpp import Smatchpp, interfaces, solvers
        from smatchpp.formalism.amr import tools
    except ImportError:
        sys.exit("smatchpp is not installed; run: pip install smatchpp==1.8.0")

    class Given(interfaces.GraphReader):
        def _string2graph(self, triples: Triples) -> Triples:
            return triples

    same = Smatchpp(alignmentsolver=solvers.ILP(), graph_reader=Given())
    text = Smatchpp(alignmentsolver=solvers.ILP())
    standard = Smatchpp(alignmentsolver=solvers.ILP(), graph_standardizer=tools.AMRStandardizer())
    climbing = Smatchpp(graph_reader=Given())

    def score(measure: Smatchpp, one: object, other: object) -> float:
        matched, _, mine, theirs = measure.process_pair(one, other)[0]["main"]
        return 2 * float(matched) / float(mine + theirs)

    return {
        "retention": lambda pair: retention(*pair),
        "smatchpp, same triples": lambda pair: score(same, triples(pair[0], "aa_"), triples(pair[1], "bb_")),
        "smatchpp, hill climbing": lambda pair: score(
            climbing, triples(pair[0], "aa_"), triples(pair[1], "bb_")
        ),
        "smatchpp, text": lambda pair: score(text, str(pair[0]), str(pair[1])),
        "smatchpp, AMR standard": lambda pair: score(standard, str(pair[0]), str(pair[1])),
    }


def measure(name: str, pairs: Sequence[Pair]) -> None:
    """Score *pairs* by all contestants and print a row for each."""
    ways = contestants()
    for score in ways.values():  # whatever is loaded once
        score(pairs[0])
    scores: dict[str, list[float]] = {way: [] for way in ways}
    seconds = dict.fromkeys(ways, 0.0)
    for one, other in pairs:
        for way, score in ways.items():
            pair = Scene.build(one.concepts, one.links), Scene.build(other.concepts, other.links)
            began = time.process_time()
            scores[way].append(score(pair))
            seconds[way] += time.process_time() - began
    ours = scores["retention"]
    print(f"\n{len(pairs)} pairs, {name}; mean retention {fmean(ours):.4f}")
    print(
        f"{'':26}{'mean':>8}{'ours − it':>11}{'equal':>7}{'higher':>8}{'lower':>7}{'most':>8}{'pairs/s':>9}"
    )
    for way, theirs in scores.items():
        gaps = [a - b for a, b in zip(ours, theirs, strict=True)]
        equal = sum(abs(gap) < 1e-9 for gap in gaps)
        higher, lower = (sum(sign * gap >= 1e-9 for gap in gaps) for sign in (1, -1))
        most = max(gaps, key=abs)
        print(
            f"{way:26}{fmean(theirs):>8.4f}{fmean(gaps):>+11.4f}{equal:>7}{higher:>8}{lower:>7}{most:>+8.4f}"
            f"{len(pairs) / seconds[way]:>9.1f}"
        )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--pairs", type=int, default=145, help="pairs of each kind")
    parser.add_argument("--seed", type=int, default=1, help="draws the damage")
    options = parser.parse_args()
    corpus = options.data / "amr/little_prince/dev.amr.txt"
    if not corpus.is_file():
        sys.exit(f"{corpus} is missing: give the folder of the corpora with --data")
    random = Random(options.seed)
    scenes = [entry.scene for entry in parse_many(corpus.read_text(encoding="utf-8"))][: options.pairs]
    measure("each graph with a damaged copy", [(scene, damaged(scene, random)) for scene in scenes])
    measure("each graph with the next one", list(pairwise(scenes)))


if __name__ == "__main__":
    main()
