"""
What constraints cost while a carrier reads and speaks, by the size of its vocabulary, and what they spare.

    python bench/constraints.py [TOKENIZER ...] [--items N] [--seed N]
    python bench/constraints.py --carriers nano qwen0.5b.gguf --items 8

The embedded nano vocabulary is always measured. TOKENIZER is a folder with a tokenizer, or a GGUF file (that
needs the package gguf): of SmolLM2 (49 k pieces) and Qwen2.5 (152 k), for instance. Constraints are led along
right scenes and texts of the world's test split, in both languages. All is processor time.

    built once      for a vocabulary, and for a language over it
    each            a new constraint, then a mask and a step for every token
    mask and step   the same for one token, the median
    forced          tokens that leave no choice, so that they need no pass of the model

With --carriers, models without adapters read texts of the world under its grammar, one by one, at most 40
tokens each: with forced tokens in one pass with what comes before them, and with a pass for each. What they
write is a scene, though not the right one. Printed are passes, seconds for a reading, and which part of that
time the constraint took.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from scenograph.bridge.constraint import SceneConstraint, SceneWriter, TextConstraint
from scenograph.bridge.grammar import domain_grammar
from scenograph.bridge.naming import NameSpeller, names_in
from scenograph.carriers import NANO, load_carrier
from scenograph.carriers.generate import generate
from scenograph.core import Scene, linearise
from scenograph.prompts import read_prompt
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


class Led(NamedTuple):
    """A constraint that was led along a text: its milliseconds, those of its steps, and tokens forced."""

    taken: float
    steps: list[float]
    forced: int


def led(make: Callable[[], SceneConstraint | TextConstraint], ids: Sequence[int]) -> Led:
    """Lead a constraint along *ids*."""
    steps: list[float] = []
    forced = 0
    began = time.thread_time()
    constraint = make()
    for token in ids:
        at = time.thread_time()
        known = constraint.forced()
        assert constraint.mask()[token]
        forced += known == token
        constraint.advance(token)
        steps.append(1000 * (time.thread_time() - at))
    return Led(1000 * (time.thread_time() - began), steps, forced)


def report(name: str, runs: Sequence[Led]) -> None:
    each = sorted(run.taken for run in runs)
    steps = [step for run in runs for step in run.steps]
    print(
        f"  {name:<14} each {statistics.median(each):8.2f} ms  (slowest {each[-1]:8.2f})   "
        f"mask and step {1000 * statistics.median(steps):7.1f} µs  (slowest {1000 * max(steps):8.1f})   "
        f"{len(steps) / len(runs):.0f} tokens, {sum(run.forced for run in runs) / len(steps):.3f} forced"
    )


def measured(name: str, vocabulary: Vocabulary, scenes: Sequence[Scene], seed: int) -> None:
    """Print what constraints over *vocabulary* cost."""
    print(f"{name}: {vocabulary.base_size} pieces")
    grammar = domain_grammar(World())
    once = milliseconds(lambda: SceneWriter(vocabulary, grammar))
    print(f"  built once     reading     {once:8.1f} ms")
    writer = SceneWriter(vocabulary, grammar)

    def spoken(scene: Scene, text: str, language: str) -> Led:
        ids = [*vocabulary.encode_text(text), vocabulary.eos]
        return led(
            lambda: TextConstraint(
                vocabulary, len(ids) + 1, NameSpeller(vocabulary, scene, language, World().names)
            ),
            ids,
        )

    def read(scene: Scene, text: str, language: str) -> Led:
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


def reading(spec: str, texts: Sequence[tuple[str, str]]) -> None:
    """Print how many passes the carrier *spec* makes, how long a reading takes, and the constraint's part."""
    carrier = load_carrier(spec)
    grammar = domain_grammar(World())
    passes = 0
    busy = [0.0]

    def count(*_: Any) -> None:
        nonlocal passes
        passes += 1

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*given)
            finally:
                busy[0] += time.perf_counter() - began

        return run

    carrier.module.register_forward_hook(count)
    print(f"{Path(spec).stem}: {carrier.vocabulary.base_size} pieces, {len(texts)} texts")
    writer = SceneWriter(carrier.vocabulary, grammar)
    found: list[list[list[int]]] = []
    for together in (False, True):
        passes, busy[0], began = 0, 0.0, time.perf_counter()
        ids: list[list[int]] = []
        for text, language in texts:
            mask = writer.constraint(writer.least_budget + 40, names_in(text, language, World().names))
            row: Any = SimpleNamespace(
                **{name: timed(getattr(mask, name)) for name in ("mask", "forced", "advance")}
            )
            prompt = carrier.vocabulary.encode_prompt(read_prompt(text).prompt)
            [answer] = generate(
                carrier.module,
                [prompt],
                stop=carrier.vocabulary.eos,
                max_new=40,
                masks=[row],
                together=together,
            )
            ids.append(answer.ids)
        seconds = time.perf_counter() - began
        tokens = sum(map(len, ids))
        found.append(ids)
        print(
            f"  forced tokens {'with others' if together else 'one by one '}   {tokens} tokens, "
            f"{passes} passes ({1 - passes / tokens:.3f} skipped), {seconds / len(texts):.2f} s a reading, "
            f"constraint {busy[0] / seconds:.4f} of it"
        )
    print(f"  the same scenes: {found[0] == found[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("tokenizer", nargs="*", type=Path)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--carriers", nargs="*", default=[], help="run these, and measure no vocabulary")
    arguments = parser.parse_args()
    scenes = list(World().scenes(arguments.items, arguments.seed, "test"))
    for spec in arguments.carriers:
        rng = random.Random(arguments.seed)
        by_turns = zip(scenes, [*World.languages] * len(scenes), strict=False)
        reading(spec, [(World().say(scene, "plain", code, rng), code) for scene, code in by_turns])
    if arguments.carriers:
        return
    measured("nano", Vocabulary.load(NANO / "vocabulary"), scenes, arguments.seed)
    for path in arguments.tokenizer:
        measured(path.stem, loaded(path), scenes, arguments.seed)


if __name__ == "__main__":
    main()
