"""
Convert treebanks into scenes: how many sentences, how fast, and whether each scene comes back from its text.

    python bench/trees.py ../shared/data/ud
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from scenograph.core import Scene
from scenograph.readers.conllu import format as format_sentence
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert


def main(folder: Path) -> None:
    total, seconds = 0, 0.0
    for path in sorted(folder.rglob("*.conllu")):
        text = path.read_bytes().decode()
        sentences = list(parse(text.split("\n")))
        start = time.process_time()
        scenes = [convert(sentence).scene for sentence in sentences]
        spent = time.process_time() - start
        same = "".join(map(format_sentence, sentences)) == text
        valid = sum(Scene.parse(str(scene)) == scene for scene in scenes)
        print(
            f"{path.relative_to(folder)}: {len(scenes)} sentences, {valid} valid scenes, file "
            f"{'comes back' if same else 'DIFFERS'}, {1000 * spent / len(scenes):.2f} ms a sentence"
        )
        total, seconds = total + len(scenes), seconds + spent
    print(f"in all: {total} sentences, {total / seconds:.0f} a second on one core (process time)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
