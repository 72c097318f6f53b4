"""
What a mind reached in the bundled world: the numbers of README and docs/measurements.md.

    python bench/world.py [MIND] [--items N] [--seed N]

Measures a trained mind (by default the demo's) on scenes of the test split and prints each number beside the
goal for it. Exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from scenograph.cli.progress import shown
from scenograph.evaluate import Evaluation
from scenograph.evaluate.measure import evaluate_mind, summary
from scenograph.mind import Mind


def rows(evaluation: Evaluation) -> Iterator[tuple[str, float, float]]:
    """Every measured number with its goal."""
    for language, share in evaluation.exact_read["plain"].items():
        yield f"exact read, plain {language}", share, 0.97
    for style, languages in evaluation.retention.items():
        for language, it in languages.items():
            yield f"retention, {style} {language}", it.unguarded, 0.98 if style == "plain" else 0.95
            yield f"  with the guard ({it.fallback:.0%} replaced)", it.guarded, 1.0
    yield "hold after 8 distractors", evaluation.abilities["hold"], 0.95
    for language, share in evaluation.questions.items():
        yield f"questions, {language}", share, 0.95


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mind", nargs="?", default="demo-mind")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    with Mind.open(asked.mind) as mind, shown() as bars:
        evaluation = evaluate_mind(mind, bars, seed=asked.seed, items=asked.items)
        bars.finish(summary(evaluation))
    missed = 0
    print(f"{evaluation.n} scenes per style and language, unseen names, seed {evaluation.seed}")
    for name, value, goal in rows(evaluation):
        missed += value < goal
        print(f"{name:<42}{value:>8.3f}   goal {goal:.2f}   {'reached' if value >= goal else 'MISSED'}")
    for name, value in {**evaluation.abilities, **evaluation.speed}.items():
        print(f"{name.replace('_', ' '):<42}{value:>8.3f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
