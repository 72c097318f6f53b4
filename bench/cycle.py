"""
What scenes and texts without a partner add to few pairs.

    OMP_NUM_THREADS=1 python bench/cycle.py MIND [--pairs 100 1000] [--alone 120] [--rounds 2] [--save FILE]

MIND has a vocabulary (`bench/abilities.py` makes one). Over nano, blurred so that it has lost much of what it
knew (--blur), a reader and two decoders learn from so many pairs: scenes in the styles `plain` and `poet`, in
English and Russian, each to read and to say. Then they learn further in two ways:

    pairs   the same pairs again, for as many steps
    cycle   the pairs, and --alone scenes that nobody has said and as many texts of other scenes, each by what
            the other side makes of it (`mind.teaching.cycle`)

Measured on scenes of the test split, whose names nobody has seen, in both styles and languages: texts read
exactly, the share of a scene that is read, the share kept by scene → text → scene without the guard, and
texts in which the world's own parser finds exactly the scene. No parser takes part in the learning.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from abilities import blurred, worded

from scenograph.adapters import AdapterSet, train_adapters
from scenograph.adapters.trainer import Recipe
from scenograph.adapters.tune import Tuning
from scenograph.bridge import Bridge
from scenograph.bridge.speak import SpeechRequest
from scenograph.core import Scene
from scenograph.core.retention import retention
from scenograph.corpus.tasks import Task, read_task, speak_task
from scenograph.files import write_json
from scenograph.mind.carrier import open_carrier
from scenograph.mind.teaching.cycle import Cycle, Text
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.prompts import READER
from scenograph.world import World

WORLD = World()
STYLES, LANGUAGES = ("plain", "poet"), ("en", "ru")
COLUMNS = ("exact", "read", "kept", "worded")


def said(scenes: Iterator[Scene], count: int, seed: int) -> list[tuple[Scene, Text]]:
    """Return *count* different scenes, each with one text."""
    chance = random.Random(f"cycle:{seed}")
    found: dict[bytes, tuple[Scene, Text]] = {}
    for scene in scenes:
        if len(found) == count:
            break
        if scene.digest not in found:
            style, language = chance.choice(STYLES), chance.choice(LANGUAGES)
            found[scene.digest] = scene, Text(WORLD.say(scene, style, language, chance), language, style)
    return list(found.values())


def both_ways(pairs: Sequence[tuple[Scene, Text]]) -> list[Task]:
    """Return the tasks to read and to say *pairs*."""
    reads = [read_task(it.text, scene, language=it.language, style=it.style) for scene, it in pairs]
    return reads + [speak_task(scene, it.text, language=it.language, style=it.style) for scene, it in pairs]


def measured(bridge: Bridge, scenes: Sequence[Scene], seed: int) -> dict[str, float]:
    """Measure what *bridge* reads and says."""
    chance = random.Random(f"measured:{seed}")
    requests = [SpeechRequest(it, style, lang) for style in STYLES for lang in LANGUAGES for it in scenes]
    read: list[Scene | None] = []
    for style in STYLES:
        for language in LANGUAGES:
            texts = [WORLD.say(scene, style, language, chance) for scene in scenes]
            read += [draft.scene for draft in bridge.reader.drafts(texts, language)]
    own = [
        None if scene is None else WORLD.respelt(scene, it.scene, it.language)
        for scene, it in zip(read, requests, strict=True)
    ]
    spoken = bridge.speaker.speak_many(requests, guard=False)
    return {
        "exact": fmean(scene == it.scene for scene, it in zip(own, requests, strict=True)),
        "read": fmean(
            0.0 if scene is None else retention(it.scene, scene)
            for scene, it in zip(own, requests, strict=True)
        ),
        "kept": fmean(it.retention for it in spoken),
        "worded": fmean(worded(WORLD, it.text, asked) for it, asked in zip(spoken, requests, strict=True)),
    }


def main() -> None:
    """Train, teach in both ways, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mind", type=Path)
    parser.add_argument("--pairs", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--alone", type=int, default=120, help="scenes, and texts, without a partner (120)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=30, help="of joint training by pairs (30)")
    parser.add_argument("--teach", type=int, default=20, help="of a round (20)")
    parser.add_argument("--blur", type=float, default=0.3, help="as in bench/abilities.py (0.3)")
    parser.add_argument("--items", type=int, default=20, help="scenes that are measured (20)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=Path, help="keeps what is done, and does not do it again")
    asked = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    if asked.save and asked.save.exists():
        found = json.loads(asked.save.read_text(encoding="utf-8"))
    for count in asked.pairs:
        if f"{count} pairs, seed {asked.seed}: by cycle" not in found:
            found |= compared(asked, count)
            if asked.save:
                write_json(asked.save, found)
    print(f"{'':44}" + "".join(f"{it:>9}" for it in COLUMNS))
    for name, result in found.items():
        print(f"{name:44}" + "".join(f"{result[it]:9.3f}" for it in COLUMNS))


def compared(asked: argparse.Namespace, count: int) -> dict[str, dict[str, float]]:
    """Return what is measured after learning from *count* pairs, and after both ways to learn further."""
    workspace = Workspace(asked.mind)
    carrier = blurred(open_carrier(workspace), asked.blur)
    train = WORLD.scenes(4 * (count + 2 * asked.alone), asked.seed + 41)
    scenes = iter(train)
    tasks = both_ways(said(scenes, count, asked.seed))
    alone = [scene for scene, _ in said(scenes, asked.alone, asked.seed + 1)]
    texts = [text for _, text in said(scenes, asked.alone, asked.seed + 2)]
    unseen = [scene for scene, _ in said(iter(WORLD.scenes(20 * asked.items, 42, "test")), asked.items, 3)]
    names = [READER, *(f"decoder.{style}" for style in STYLES)]
    results: dict[str, dict[str, float]] = {}

    def note(what: str, teacher: Teacher) -> None:
        took = time.process_time() - began
        name = f"{count} pairs, seed {asked.seed}: {what}"
        results[name] = measured(teacher.bridge(), unseen, asked.seed)
        print(f"  {name}: {took:.0f} s of processor time, {results[name]}", flush=True)

    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe(batch=2048)
        train_adapters(
            carrier, tasks, adapters=names, folder=folder, steps=asked.steps, seed=asked.seed, recipe=recipe
        )
        teacher = Teacher(carrier, AdapterSet.load(folder, carrier), WORLD, asked.seed)
    note("joint training", teacher)
    began = time.process_time()
    hold_out = tasks[:: max(2, len(tasks) // 20)]
    learn = [it for it in tasks if it not in hold_out]
    tuning = Tuning(steps=asked.teach * asked.rounds, patience=99)
    again = teacher.teach({name: name for name in names}, learn, hold_out, tuning=tuning)
    note("pairs again", teacher.with_adapters(again.adapters))
    began = time.process_time()
    cycle = Cycle(teacher, alone, texts, tasks, STYLES, LANGUAGES)
    done = cycle.learn(
        asked.rounds,
        tuning=Tuning(steps=asked.teach, patience=99),
        on_round=lambda number, of, share: print(f"  round {number}: {share:.3f} comes back", flush=True),
    )
    print(
        f"  {done.rounds} rounds kept, {done.before:.3f} → {done.after:.3f} comes back, "
        f"{done.exercises} exercises, refused {dict(done.refused)}",
        flush=True,
    )
    note("by cycle", teacher if done.adapters is None else teacher.with_adapters(done.adapters))
    return results


if __name__ == "__main__":
    main()
