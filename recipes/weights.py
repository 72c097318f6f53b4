"""
The weights of recall that a memory has until it learns its own: learned on scenes of the bundled world.

    OMP_NUM_THREADS=1 python recipes/weights.py [--scenes 6000] [--cues 600] [--seed 0]

prints them as `DEFAULT` in src/scenograph/memory/recall/weights.py holds them, with how well the cues that
were set aside are answered before and after. Half of the scenes are in English, half in Russian. Nothing
but the bundled world is learned from, so that the weights may be shipped under this project's licence.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace

from scenograph.memory import Memory, Note
from scenograph.memory.learning.weights import learn_weights
from scenograph.memory.recall.resonance import SCENE_PARTS, TEXT_PARTS, Profile, Weights
from scenograph.world import World

SCENE, TEXT = (Profile({part: 1 / len(parts) for part in parts}) for parts in (SCENE_PARTS, TEXT_PARTS))
EVEN = Weights(question=SCENE, part=SCENE, text=TEXT)


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
        even = replace(memory._state.searched(), weights=EVEN)  # not what was learned before
        learned = learn_weights(even, options.seed, cues=options.cues)
    for kind, shares in learned.found.items():
        print(f"# {kind}: " + ", ".join(f"{name} {share:.3f}" for name, share in shares.items()))
    print(learned.weights)


if __name__ == "__main__":
    main()
