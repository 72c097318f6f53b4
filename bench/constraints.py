"""
What constraints cost while a carrier reads and speaks, by the size of its vocabulary.

    python bench/constraints.py [TOKENIZER ...] [--items N] [--seed N]

The embedded nano vocabulary is always measured. TOKENIZER is a folder with a tokenizer, or a GGUF file (that
needs the package gguf): of SmolLM2 (49 k pieces) and Qwen2.5 (152 k), for instance. Constraints are led along
right scenes and texts of the world's test split, in both languages. No carrier is run. All is processor time.

    built once      for a vocabulary, and for a language over it
    each            a new constraint, then a mask and a step for every token
    mask and step   the same for one token, the median
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scenograph.bridge.constraint import SceneConstraint, SceneWriter, TextConstraint
from scenograph.bridge.grammar import domain_grammar
from scenograph.bridge.naming import NameSpeller, names_in
from scenograph.carriers import NANO
from scenograph.core import Scene, linearise
from scenograph.vocabulary import HubBase, Vocabulary, standard_atoms
from scenograph.world import World


def loaded(path: Path) -> Vocabulary:
    """Return the vocabulary of the tokenizer at *path* with the world's atoms."""
    from transformers import AutoTokenizer

    load: Any = AutoTokenizer.from_pretrained
    tokenizer = load(path.parent, gguf_file=path.name) if path.is_file() else load(path)
    description: str = tokenizer.backend_tokenizer.to_str()
    return Vocabulary(HubBase(description, len(tokenizer), {}), standard_atoms(World()))


def milliseconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return 1000 * (time.thread_time() - began)


def led(
    make: Callable[[], SceneConstraint | TextConstraint], ids: Sequence[int]
) -> tuple[float, list[float]]:
    """Return the milliseconds of a constraint that is led along *ids*, and of each of its steps."""
    steps: list[float] = []
    began = time.thread_time()
    constraint = make()
    for token in ids:
        at = time.thread_time()
        assert constraint.mask()[token]
        constraint.advance(token)
        steps.append(1000 * (time.thread_time() - at))
    return 1000 * (time.thread_time() - began), steps


def report(name: str, runs: Sequence[tuple[float, list[float]]]) -> None:
    each = sorted(taken for taken, _ in runs)
    steps = [step for _, some in runs for step in some]
    print(
        f"  {name:<14} each {statistics.median(each):8.2f} ms  (slowest {each[-1]:8.2f})   "
        f"mask and step {1000 * statistics.median(steps):7.1f} µs  (slowest {1000 * max(steps):8.1f})   "
        f"{len(steps) / len(runs):.0f} tokens"
    )


def measured(name: str, vocabulary: Vocabulary, scenes: Sequence[Scene], seed: int) -> None:
    """Print what constraints over *vocabulary* cost."""
    print(f"{name}: {vocabulary.base_size} pieces")
    grammar = domain_grammar(World())
    once = milliseconds(lambda: SceneWriter(vocabulary, grammar))
    print(f"  built once     reading     {once:8.1f} ms")
    writer = SceneWriter(vocabulary, grammar)

    def spoken(scene: Scene, text: str, language: str) -> tuple[float, list[float]]:
        ids = [*vocabulary.encode_text(text), vocabulary.eos]
        return led(
            lambda: TextConstraint(
                vocabulary, len(ids) + 1, NameSpeller(vocabulary, scene, language, World().names)
            ),
            ids,
        )

    def read(scene: Scene, text: str, language: str) -> tuple[float, list[float]]:
        ids = vocabulary.encode_answer(("scene", linearise(scene)))
        return led(lambda: writer.constraint(len(ids) + 60, names_in(text, language, World().names)), ids)

    for language in World.languages:
        once = milliseconds(partial(NameSpeller, vocabulary, scenes[0], language, World().names))
        print(f"  built once     speaking {language} {once:8.1f} ms")
        rng = random.Random(seed)
        texts = [World().say(scene, "plain", language, rng) for scene in scenes]
        for what, run in (("speaking", spoken), ("reading", read)):
            pairs = zip(scenes, texts, strict=True)
            report(f"{what} {language}", [run(scene, text, language) for scene, text in pairs])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("tokenizer", nargs="*", type=Path)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    scenes = list(World().scenes(arguments.items, arguments.seed, "test"))
    measured("nano", Vocabulary.load(NANO / "vocabulary"), scenes, arguments.seed)
    for path in arguments.tokenizer:
        measured(path.stem, loaded(path), scenes, arguments.seed)


if __name__ == "__main__":
    main()
