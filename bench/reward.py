"""
What a second stage by reward brings: how many first texts of decoders keep all of their scene.

    OMP_NUM_THREADS=1 python bench/reward.py MIND [--steps 60] [--scenes 60] [--adapters decoder.poet …]

The mind stays as it is. Its decoders draw texts of scenes of the train split, and learn from how much of the
scene is read back (`mind.teaching.rewards`). Scenes of the test split, whose names the decoders have never
seen, are said once each in every style and language, unguarded, before and after: 60 of them decide when to
stop, --scenes others are counted. Beside it: the same number of steps with the same examples of before alone.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean

from scenograph.adapters.reward import Rewarding
from scenograph.bridge.speak import SpeechRequest
from scenograph.core.scene import Scene
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.teaching.rewards import Rewards
from scenograph.mind.teaching.styles import styled
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace

HELD_OUT = 60
POOL = 400  # scenes that texts are drawn of


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
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    workspace = Workspace(options.mind)
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    teacher = Teacher(carrier, adapters, styled(workspace), options.seed)
    names = options.adapters or [name for name in adapters.names if name.startswith("decoder.")]
    pool = list(teacher.domain.scenes(POOL, options.seed + 11))
    unseen = list(teacher.domain.scenes(HELD_OUT + options.scenes, options.seed + 12, "test"))
    known = list(islice((task for task in fitting_tasks(workspace) if task.adapter in names), 2000))
    rewards = Rewards(teacher, pool, unseen[:HELD_OUT], known, workspace.config.corpus.languages)
    counted = unseen[HELD_OUT:]
    first = measured(teacher, names, counted)
    rewarding = Rewarding(steps=options.steps, learning_rate=options.rate)
    ends: dict[str, dict[str, float]] = {}
    for kind, each in (("known examples alone", 0), ("by reward", rewards.each)):
        began = time.process_time()
        learned = replace(rewards, each=each).learn(
            names,
            rewarding=rewarding,
            on_step=lambda step, of, mean: print(f"  step {step} of {of}: reward {mean:.3f}", flush=True),
        )
        done = learned.rewarded
        print(
            f"{kind}: {done.steps} of {options.steps} steps kept, reward of what is held out "
            f"{done.before:.3f} → {done.after:.3f}, {time.process_time() - began:.0f} s of processor time"
        )
        ends[kind] = measured(teacher, names, counted, learned.adapters)
    for key, before in first.items():
        print(f"  {key:14}{before:8.3f}" + "".join(f"{end[key]:8.3f}" for end in ends.values()))
    whole = [fmean(first.values()), *(fmean(end.values()) for end in ends.values())]
    print(f"  {'all':14}" + "".join(f"{it:8.3f}" for it in whole))
    missing = 1 - whole[0]
    print(f"of what was missing: {(whole[-1] - whole[0]) / missing if missing else 0.0:.2f} by reward")


if __name__ == "__main__":
    main()
