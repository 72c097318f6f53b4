"""
The engine of a mind: eight adapters against one, and what the guard costs and saves.

    python bench/engine.py demo-mind

Seconds of the processor, the least of several rounds that alternate; ratios are medians over the rounds.

    adapters   16 rows that write the same number of tokens: all through one adapter, two rows through each of
               eight adapters, one to three through each, and all without any
    guard      texts drafted only; drafted and guarded, as they are spoken
    fallbacks  share of texts that the guard replaces, with the likeliest draft alone and with further drafts
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from alternated import Times

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


def adapters(mind: Mind, rounds: int, seed: int) -> None:
    """Compare eight adapters with one."""
    carrier = mind.bridge.carrier
    scenes = list(World().scenes(16, seed))
    names = carrier.adapters[:8]

    def write(voices: Sequence[str | None]) -> Callable[[], object]:
        jobs = [
            Job(speak_prompt(scene, "plain", "en").prompt, voices[i % len(voices)], Long(40))
            for i, scene in enumerate(scenes)
        ]
        return lambda: carrier.write(jobs)

    uneven = [name for name, count in zip(names, (1, 1, 1, 2, 2, 3, 3, 3), strict=True) for _ in range(count)]
    kinds = {"one": write(names[:1]), "eight": write(names), "uneven": write(uneven), "bare": write([None])}
    found = Times(kinds, rounds)
    tokens = 16 * 40
    for kind in kinds:
        print(f"adapters  {kind:6} {tokens / found.least(kind):7.0f} tokens/s of the processor")
    print(
        f"adapters  {len(names)} mixed / one: {found.ratio('one', 'eight'):.3f}, unevenly "
        f"{found.ratio('one', 'uneven'):.3f}; mixed / bare {found.ratio('bare', 'eight'):.3f}",
        flush=True,
    )


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
        found = Times(kinds, rounds)
        print(
            f"guard by {name:12}  {found.least('drafted') / len(requests) * 1000:6.1f} ms a draft, "
            f"{found.least('guarded') / len(requests) * 1000:6.1f} ms guarded: "
            f"{found.ratio('guarded', 'drafted'):.2f} times",
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
