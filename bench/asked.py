"""
How many everyday questions in Russian are read right.

    python bench/asked.py [--weights READER.npz] [--show]

Forty questions and their scenes, written by hand (`bench/asked/ru.tsv`). A reading is right if all of its
scene is; it is given out whole if every link of it is sure.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scenograph.core import Scene
from scenograph.readers.graph_reader import BUNDLED, GraphReader
from scenograph.readers.score import link_score

QUESTIONS = Path(__file__).parent / "asked" / "ru.tsv"


def load() -> list[tuple[str, Scene]]:
    """Return the questions with their scenes."""
    rows = (line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [(text, Scene.parse(scene)) for text, scene in rows]


def main() -> None:
    """Print how many questions are read right, and the F1 of their links."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, default=BUNDLED)
    parser.add_argument("--show", action="store_true", help="what is read wrong")
    options = parser.parse_args()
    questions = load()
    reader = GraphReader.open(options.weights)
    readings = reader.read_many([text for text, _ in questions], "ru")
    right = [reading.draft == scene for (_, scene), reading in zip(questions, readings, strict=True)]
    whole = [reading.scene is not None and reading.scene == reading.draft for reading in readings]
    score = link_score((scene, it.draft) for (_, scene), it in zip(questions, readings, strict=True))
    print(
        f"{sum(right)} of {len(questions)} read right, {sum(whole)} given out whole, "
        f"{sum(a and b for a, b in zip(right, whole, strict=True))} both; link F1 {score.f1:.3f}"
    )
    if options.show:
        for is_right, reading in zip(right, readings, strict=True):
            if not is_right:
                print(f"    {reading.text}  {reading.draft and reading.draft.format(indent=None)}")


if __name__ == "__main__":
    main()
