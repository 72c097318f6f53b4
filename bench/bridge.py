"""
How fast a mind reads, speaks and answers, and what the grammar costs.

    python bench/bridge.py MIND [--items N] [--seed N] [--threads N]

MIND is a trained mind, `demo-mind` for instance. Scenes and names are drawn from the world's test split.
The cost of the grammar is measured apart from the carrier: a constraint is led along right readings.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from itertools import islice

import torch

from scenograph.bridge.constraint import SceneWriter
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.core import Scene, linearise
from scenograph.memory import Memory
from scenograph.mind import Mind
from scenograph.world import World


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def row(name: str, count: int, taken: float, unit: str = "") -> None:
    print(f"{name:<44} {count / taken:>8.1f} /s   {1000 * taken / count:>8.2f} ms each {unit}")


def grammar_cost(name: str, writer: SceneWriter, scenes: list[Scene]) -> None:
    """Microseconds for a copy of the constraint, and for a mask with the step behind it."""
    answers = [writer.vocabulary.encode_answer(("scene", linearise(scene))) for scene in scenes]
    copies = seconds(lambda: [writer.constraint(1000) for _ in range(1000)])

    def walk() -> None:
        for answer in answers:
            constraint = writer.constraint(1000)
            for token in answer:
                constraint.mask()
                constraint.advance(token)

    walk()  # the lexer's automaton is built as it is first needed
    steps = sum(map(len, answers))
    taken = seconds(walk)
    print(f"grammar {name:<10} copy {1000 * copies:>7.1f} µs   mask and step {1e6 * taken / steps:>7.1f} µs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("mind")
    parser.add_argument("--items", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    world, rng = World(), random.Random(arguments.seed)
    scenes = list(world.scenes(arguments.items, arguments.seed, "test"))
    with Mind.open(arguments.mind) as mind:
        bridge = mind.bridge
        carrier = mind.carrier
        grammar_cost("closed", SceneWriter(carrier.vocabulary, domain_grammar(World())), scenes)
        grammar_cost("open", SceneWriter(carrier.vocabulary, open_grammar(carrier.atoms)), scenes)
        texts = [
            world.say(scene, rng.choice(world.styles), rng.choice(tuple(world.languages)), rng)
            for scene in scenes
        ]
        bridge.reader.drafts(texts[:4])
        row("read, together, without confidence", len(texts), seconds(lambda: bridge.reader.drafts(texts)))
        row("read, together", len(texts), seconds(lambda: bridge.read_many(texts)))
        row("read, one at a time", 20, seconds(lambda: [bridge.read(text) for text in texts[:20]]))
        strange = [text.replace("o", "oo") for text in texts]
        row("read, together, none said back exactly", len(texts), seconds(lambda: bridge.read_many(strange)))
        row(
            "speak, read back",
            len(scenes),
            seconds(lambda: bridge.speak_many(scenes, style="poet", guard=False)),
        )
        row("speak, one at a time", 20, seconds(lambda: [bridge.speak(scene) for scene in scenes[:20]]))
        with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
            memory.remember_many(scenes)
            asked = [question for scene in scenes for question in islice(world.questions(scene, rng), 1)]
            questions = [rng.choice(question.texts[rng.choice(tuple(world.languages))]) for question in asked]
            row("ask, together", len(questions), seconds(lambda: bridge.ask_many(questions, memory)))


if __name__ == "__main__":
    main()
