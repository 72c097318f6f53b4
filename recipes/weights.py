"""
The weights of recall that a memory has until it learns its own: learned on scenes of the bundled world.

    OMP_NUM_THREADS=1 python recipes/weights.py [--scenes 6000] [--cues 600] [--seed 0]

prints them as ``DEFAULT`` in src/scenograph/memory/recall/weights.py holds them, with how well the cues that
were held out are answered before and after. Half of the scenes are told in English, half in Russian. Nothing
but the bundled world is learned from, so that the weights may be shipped under this project's licence.
"""

from __future__ import annotations

import argparse
import tempfile

from scenograph.memory import Memory, Note
from scenograph.world import World


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenes", type=int, default=6000)
    parser.add_argument("--cues", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    world = World()
    notes = [
        Note(scene, world.say(scene, language=language), language)
        for number, scene in enumerate(world.scenes(options.scenes, options.seed))
        for language in [("en", "ru")[number % 2]]
    ]
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        memory.ingest(notes)
        lesson = memory.learn_weights(seed=options.seed, cues=options.cues)
    for kind, shares in lesson.found.items():
        print(f"# {kind}: " + ", ".join(f"{name} {share:.3f}" for name, share in shares.items()))
    print(lesson.weights)


if __name__ == "__main__":
    main()
