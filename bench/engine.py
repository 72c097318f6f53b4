"""
The engine of a mind: eight adapters against one, and what the guard costs and saves.

    python bench/engine.py demo-mind

Seconds of the processor, the least of several rounds that alternate.

    adapters   16 rows that write the same number of tokens: all through one adapter, through eight adapters
    guard      texts drafted only; drafted and guarded, as they are spoken
    fallbacks  share of texts that the guard replaces, with the likeliest draft alone and with further drafts
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from scenograph import Mind
from scenograph.bridge.speak import Speaker, SpeechRequest
from scenograph.carriers.protocol import Job
from scenograph.prompts import speak_prompt
from scenograph.world import World


class Long:
    """A constraint that allows every piece of text and no end: all rows write the same number of tokens."""

    lark, schema, was_cut = None, None, False

    def __init__(self, budget: int) -> None:
        self.budget = budget

    def over(self, vocabulary: Any) -> Any:
        self.allowed = torch.zeros(vocabulary.size, dtype=torch.bool)
        self.allowed[: vocabulary.base_size] = True
        self.allowed[vocabulary.eos] = False
        return self

    def lark_over(self, vocabulary: Any) -> None: ...

    def forced(self) -> None: ...

    def mask(self) -> Any:
        return self.allowed

    def advance(self, token: int) -> None: ...


def least(kinds: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the least seconds of the processor that each kind of work takes."""
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for round_ in range(rounds):
        for kind in [*kinds] if round_ % 2 else reversed([*kinds]):
            begun = time.process_time()
            kinds[kind]()
            found[kind].append(time.process_time() - begun)
    return {kind: min(times) for kind, times in found.items()}


def adapters(mind: Mind, rounds: int, seed: int) -> None:
    """Compare eight adapters with one."""
    carrier = mind.bridge.carrier
    scenes = list(World().scenes(16, seed))
    names = carrier.adapters[:8]

    def write(voices: Sequence[str]) -> Callable[[], object]:
        jobs = [
            Job(speak_prompt(scene, "plain", "en").prompt, voices[i % len(voices)], Long(40))
            for i, scene in enumerate(scenes)
        ]
        return lambda: carrier.write(jobs)

    kinds = {"one": write(names[:1]), "eight": write(names)}
    for work in kinds.values():
        work()
    found = least(kinds, rounds)
    tokens = 16 * 40
    for kind, seconds in found.items():
        print(f"adapters  {kind:6} {tokens / seconds:7.0f} tokens/s of the processor")
    print(f"adapters  {len(names)} mixed / one: {found['one'] / found['eight']:.3f}", flush=True)


def guard(mind: Mind, rounds: int, seed: int, scenes: int) -> None:
    """Compare texts that are drafted with texts that are guarded, all styles and languages together."""
    bridge = mind.bridge
    for name, closed in (("exact words", True), ("reading back", False)):
        speaker = Speaker(bridge.runner, bridge.reader, bridge.speaker.threshold)
        if not closed:
            speaker._by_parsing = lambda request, text: None
        requests = [
            SpeechRequest(scene, style, language)
            for scene in World().scenes(scenes, seed, "test")
            for style in bridge.runner.styles
            for language in ("en", "ru")
        ]
        kinds = {
            "drafted": partial(speaker._draft, requests),
            "guarded": partial(speaker.speak_many, requests),
        }
        found = least(kinds, rounds)
        print(
            f"guard by {name:12}  {found['drafted'] / len(requests) * 1000:6.1f} ms a draft, "
            f"{found['guarded'] / len(requests) * 1000:6.1f} ms guarded: "
            f"{found['guarded'] / found['drafted']:.2f} times",
            flush=True,
        )


def fallbacks(mind: Mind, scenes: int, seed: int) -> None:
    """Count what the guard replaces in each style and language."""
    bridge = mind.bridge
    every = list(World().scenes(scenes, seed, "test"))
    for style in bridge.runner.styles:
        for language in ("en", "ru"):
            requests = [SpeechRequest(scene, style, language) for scene in every]
            share: dict[int, float] = {}
            for drafts in (0, bridge.speaker.drafts):
                said = Speaker(bridge.runner, bridge.reader, bridge.speaker.threshold, drafts).speak_many(
                    requests
                )
                share[drafts] = sum(it.fallback for it in said) / scenes
            shares = ", ".join(f"{drafts} further drafts {found:.3f}" for drafts, found in share.items())
            print(f"fallbacks {style:12} {language}  {shares}", flush=True)


def main() -> None:
    """Measure the mind that is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mind", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=["adapters", "guard", "fallbacks"])
    given = parser.parse_args()
    with Mind.open(given.mind, read_only=True) as mind:
        mind.wake()
        if "adapters" in given.only:
            adapters(mind, given.rounds, given.seed)
        if "guard" in given.only:
            guard(mind, given.rounds, given.seed, max(given.scenes // 25, 1))
        if "fallbacks" in given.only:
            fallbacks(mind, given.scenes, given.seed)


if __name__ == "__main__":
    main()
