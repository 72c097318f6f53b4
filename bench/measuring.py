"""
What it costs to measure each fact, beside reading it, and beside choosing the wording that is read best.

    python bench/measuring.py

The sentences are those of `bench/dialogues`. Times are of the processor, one core, the least of some rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import TypeVar

from scenograph.documents import sentences
from scenograph.mind.measuring import Measurer, Stated
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept
from scenograph.realiser import choose
from scenograph.world import World

T = TypeVar("T")
FOLDER = Path(__file__).parent / "dialogues"


def timed(work: Callable[[], T], rounds: int) -> tuple[float, T]:
    """Return the least time of *rounds*, in seconds of the processor, and what came of the last."""
    least = float("inf")
    while True:
        start = time.process_time()
        found = work()
        least = min(least, time.process_time() - start)
        rounds -= 1
        if not rounds:
            return least, found


def texts_of(language: str) -> list[str]:
    """Return the sentences of the dialogues in *language*."""
    turns = [
        line.partition(": ")[2]
        for path in sorted(FOLDER.glob(f"{language}*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if ": " in line and "|" not in line and not line.startswith(("#", "=="))
    ]
    found = (it for turn in turns for it in sentences(turn, markup="plain", language=language))
    return list(dict.fromkeys(it.text for it in found if it.is_readable))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    reader = bundled()
    measurer = Measurer(World, lambda: reader)
    print(
        "| | sentences | read | measured, together | measured, one by one | best wording | mean | lossless |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for language in ("en", "ru"):
        texts = texts_of(language)
        reader.read_many(texts[:8], language)
        reading, readings = timed(lambda texts=texts, it=language: reader.read_many(texts, it), rounds)
        stated = [Stated(scene, it.text, language) for it in readings if (scene := kept(it)) is not None]
        together, found = timed(lambda stated=stated: measurer.many(stated), rounds)
        single, alone = timed(lambda stated=stated: [measurer.many([it])[0] for it in stated], rounds)
        assert alone == found
        scenes = [it.scene for it in stated]
        read = lambda said, it=language: [one.draft for one in reader.read_many(said, it)]  # noqa: E731
        best, _ = timed(lambda scenes=scenes, it=language, read=read: choose(scenes, it, read), 1)
        shares = [it.retention for it in found]
        per = len(stated)
        times = (reading / len(texts), together / per, single / per, best / per)
        cells = [
            language,
            str(len(texts)),
            *(f"{1000 * it:.1f} ms" for it in times),
            f"{mean(shares):.3f}",
            f"{sum(share == 1 for share in shares) / per:.0%}",
        ]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
