"""
How many simple English sentences with a name and a place are read right.

    python bench/simple.py [--weights READER.npz ...]

Twelve names and eight cities in frames such as «Anna sells books in Rome» and «Anna lives in Rome». A reading
is right if it is given out, its verb has an agent, and the city is the place of the verb.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import product
from pathlib import Path

from scenograph.core import Scene
from scenograph.readers.graph_reader import BUNDLED, GraphReader

NAMES = ["Anna", "Zora", "Igor", "Peter", "Maria", "Boris", "Oleg", "Dmitri", "Clara", "John", "Mary", "Ivan"]
CITIES = ["Rome", "Madrid", "Paris", "London", "Omsk", "Kazan", "Berlin", "Porto"]
FRAMES = {
    "with an object": (
        "sells books",
        "buys cars",
        "builds houses",
        "teaches children",
        "paints pictures",
    ),
    "without": ("works", "lives"),
}


def verdict(scene: Scene | None) -> str:
    """Return in one or two words how *scene* understands its sentence."""
    if scene is None:
        return "not given out"
    roles = {link.role for link in scene.links if link.source == 0}
    if ":agent" not in roles:
        return "no agent"
    return "right" if ":in" in roles else "city elsewhere"


def main() -> None:
    """Print how each reader understands the sentences of each kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, nargs="+", default=[BUNDLED])
    for path in parser.parse_args().weights:
        reader = GraphReader.open(path)
        for kind, verbs in FRAMES.items():
            texts = [f"{name} {verb} in {city}." for name, verb, city in product(NAMES, verbs, CITIES)]
            found = Counter(verdict(reading.scene) for reading in reader.read_many(texts, "en"))
            said = ", ".join(f"{word} {number}" for word, number in found.most_common())
            print(f"{path.name}, {kind}, {len(texts)} sentences: {said}")


if __name__ == "__main__":
    main()
