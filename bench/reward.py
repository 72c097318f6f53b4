"""
What a second stage by reward brings: how many first texts of decoders keep all of their scene.

    OMP_NUM_THREADS=1 python bench/reward.py MIND [--steps 60] [--scenes 60] [--by policy …]
                                             [--adapters decoder.poet …] [--seeds 0 …] [--save FILE]

The mind stays as it is. Its decoders draw texts of scenes of the train split, and learn from how much of the
scene is read back (`mind.teaching.rewards`). Scenes of the test split, whose names the decoders have never
seen, are said once each in every style and language, unguarded, before and after: 60 of them decide when to
stop, --scenes others are counted. Each way to learn from rewards is beside the other, and beside the same
number of steps with the same examples of before alone (`known`). Seeds draw scenes, texts and those examples
anew; the scenes that are counted stay. --save keeps what each way and seed gave, and does not do it again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from scenograph.adapters.reward import Rewarding
from scenograph.bridge.speak import SpeechRequest
from scenograph.core.scene import Scene
from scenograph.files import write_json
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.teaching.rewards import Rewards
from scenograph.mind.teaching.styles import styled
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace

HELD_OUT = 60
POOL = 400  # scenes that texts are drawn of
WAYS = ("known", "policy", "preference")


def measured(
    teacher: Teacher, names: list[str], scenes: list[Scene], taught: object = None
) -> dict[str, float]:
    """Print, and return by decoder and language, the share of first texts that keep all of their scene."""
    speaker = teacher.bridge(taught).speaker  # pyright: ignore[reportArgumentType]
    found: dict[str, list[bool]] = defaultdict(list)
    for name in names:
        style = name.partition(".")[2]
        for language in teacher.domain.languages:
            drawn = speaker.drawn([SpeechRequest(scene, style, language) for scene in scenes])
            found[f"{style}, {language}"] += [text is not None and share == 1.0 for text, share in drawn]
    return {key: fmean(values) for key, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mind", type=Path)
    parser.add_argument("--steps", type=int, default=Rewarding().steps)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--rate", type=float, default=Rewarding().learning_rate)
    parser.add_argument("--adapters", nargs="*", default=[])
    parser.add_argument("--by", nargs="+", default=WAYS, choices=WAYS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    workspace = Workspace(options.mind)
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    names = options.adapters or [name for name in adapters.names if name.startswith("decoder.")]
    known = list(islice((task for task in fitting_tasks(workspace) if task.adapter in names), 2000))
    domain = styled(workspace)
    unseen = list(domain.scenes(HELD_OUT + options.scenes, 12, "test"))
    counted = unseen[HELD_OUT:]
    found: dict[str, Any] = {}
    if options.save and options.save.exists():
        found = json.loads(options.save.read_text(encoding="utf-8"))
    if "before" not in found:
        found["before"] = measured(Teacher(carrier, adapters, domain, 0), names, counted)
    for seed in options.seeds:
        teacher = Teacher(carrier, adapters, domain, seed)
        pool = list(domain.scenes(POOL, seed + 11))
        rewards = Rewards(teacher, pool, unseen[:HELD_OUT], known, workspace.config.corpus.languages)
        for way in options.by:
            if f"{way} {seed}" in found:
                continue
            began = time.process_time()
            by = "preference" if way == "preference" else "policy"
            learned = replace(rewards, each=0 if way == "known" else rewards.each).learn(
                names,
                rewarding=Rewarding(by=by, steps=options.steps, learning_rate=options.rate),
                on_step=lambda step, of, mean: print(f"  step {step} of {of}: reward {mean:.3f}", flush=True),
            )
            done = learned.rewarded
            took = time.process_time() - began
            print(
                f"{way}, seed {seed}: {done.steps} of {options.steps} steps kept, reward of what is held out "
                f"{done.before:.3f} → {done.after:.3f}, {took:.0f} s of processor time",
                flush=True,
            )
            found[f"{way} {seed}"] = measured(teacher, names, counted, learned.adapters)
            if options.save:
                write_json(options.save, found)
    print(f"{'':22}" + "".join(f"{key:>16}" for key in found["before"]) + f"{'all':>16}{'of missing':>12}")
    whole = fmean(found["before"].values())
    for name, shares in found.items():
        mean = fmean(shares.values())
        gained = (mean - whole) / (1 - whole) if whole < 1 else 0.0
        print(f"{name:22}" + "".join(f"{it:16.3f}" for it in (*shares.values(), mean)) + f"{gained:12.2f}")


if __name__ == "__main__":
    main()
