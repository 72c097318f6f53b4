"""
What each ability adds: adapters trained with all of them, and with each one left out in turn.

    OMP_NUM_THREADS=1 python bench/abilities.py RUNS [--steps 40] [--items 12] [--blur 0.5] [--only NAME …]

Adapters over nano learn the same 12,000 tasks of the world in the same number of steps of the same size.
Where an ability is left out, its tasks are, and the rest fills the steps. Adapters that get no task then stay
as they begin: the bare carrier writes.

nano was itself trained on these tasks, so over nano as it is every ability is there before the first step
(the run `bare`, with --blur 0, shows it). Therefore its layers are blurred: to each matrix chance is added,
half as large as the matrix itself. All abilities are learned with three seeds (of first values and order):
what one run differs from them by less than they differ from one another is noise.

Measured on scenes of the test split, whose names nobody has seen, in every style and language:

    kept       of scene → text → scene without the guard, the text read back by the same run's interpreter
    worded     texts in which the world's own parser finds exactly the scene
    read       texts read into exactly the right scene
    asked      questions about scenes in memory that are answered right
    answers    as kept, of scenes that answer a question
    and the abilities themselves: tasks done exactly right

With the same tasks and steps, and seed 0 and 1, settings of `[training]` are compared with what is usual:

    links      answer tokens weigh as `weights = "links"` says
    scenes     as `weights = "scenes"` says
    schedule   the shares of abilities change evenly, and their means are the usual ones: at first twice as
               many tasks on scenes alone and with masked links, at last none of them

    pairs      of each scene that is read two texts are, so that there are half as many
    agreeing   the same with `consistency = 1`, which is compared with pairs

Agreed are two voices if the same is read from what they say: the share of pairs of voices, over all scenes.

Each run keeps its checkpoint and then its result in RUNS, so the same command goes on with what is missing.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import torch

from scenograph.adapters import AdapterSet, train_adapters
from scenograph.adapters.curves import lately
from scenograph.adapters.layers import joined
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import Fit, Manifest
from scenograph.adapters.schedule import Point, Schedule
from scenograph.adapters.shape import Shape
from scenograph.adapters.trainer import Recipe
from scenograph.bridge import Bridge
from scenograph.bridge.speak import SpeechRequest
from scenograph.bridge.weights import TokenWeights
from scenograph.carriers import LocalCarrier
from scenograph.carriers.families import FAMILIES
from scenograph.core import Lexicon, Scene
from scenograph.corpus.tasks import Task
from scenograph.errors import SurfaceError
from scenograph.evaluate.abilities import MEASURED, measure_abilities
from scenograph.evaluate.drawn import EvaluationItems, draw_items, measure_questions
from scenograph.evaluate.step import STEPS
from scenograph.files import write_json
from scenograph.mind.carrier import open_carrier
from scenograph.mind.config import MindConfig
from scenograph.mind.sections import TrainingConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.corpus import LEXICON
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.prompts import ABILITIES

SEEDS = 3  # runs with all abilities
SETTINGS = ("links", "scenes", "schedule", "pairs", "agreeing")
NAMES = [
    "bare",
    *(f"all-{seed}" for seed in range(SEEDS)),
    *(f"without-{it}" for it in ABILITIES),
    *(f"{it}-{seed}" for it in SETTINGS for seed in range(2)),
]
COLUMNS = ("kept", "worded", "read", "agreed", "asked", "answers", *MEASURED)


def build(folder: Path, **training: Any) -> Workspace:
    """Make, or open, the mind that has the tasks and the vocabulary."""
    config = MindConfig(seed=1, training=TrainingConfig(**training))
    workspace = Workspace(folder) if folder.exists() else Workspace.create(folder, config)
    for _ in run_steps(workspace, STEPS, Silent(), last="vocabulary"):
        pass
    return workspace


@torch.no_grad()
def blurred(carrier: LocalCarrier, amount: float) -> LocalCarrier:
    """
    Return *carrier* with chance added to each matrix of its layers: *amount* times the spread of its numbers.

    It is a carrier of its own, whose digest is computed, since digests of files are kept.
    """
    chance = torch.Generator().manual_seed(0)
    for name, weight in carrier.module.named_parameters():
        if weight.dim() == 2 and ".layers." in f".{name}":
            weight.add_(torch.randn(weight.shape, generator=chance) * weight.std() * amount)
    return LocalCarrier(carrier.name, carrier.module, carrier.vocabulary, own_rows=carrier.own_rows)


def trained(
    workspace: Workspace, carrier: LocalCarrier, folder: Path, name: str, steps: int, batch: int
) -> AdapterSet:
    """Train the run *name* into *folder*; adapters without tasks stay as they begin."""
    kind, _, of = name.partition("-")
    every = sorted({it.adapter for it in fitting_tasks(workspace)})
    if kind == "bare":
        shape = Shape(tuple(every), 16, 32.0, FAMILIES[carrier.module.config.model_type].targets)
        return untrained(carrier, Manifest(carrier.name, Fit.of(carrier), shape, {}, {}, {}), tuple(every))
    tasks = [it for it in fitting_tasks(workspace) if kind != "without" or it.ability != of]
    taught = sorted({it.adapter for it in tasks})
    began, said = time.perf_counter(), 0.0

    def show(step: Any) -> None:
        nonlocal said
        if time.perf_counter() - said > 30:
            said = time.perf_counter()
            print(f"  {name}: step {step.number} of {step.steps}, {said - began:.0f} s", flush=True)

    weights = None
    if kind in ("links", "scenes"):
        weights = TokenWeights(tasks, carrier.vocabulary, workspace.domain, of_texts=kind == "links")
    train_adapters(
        carrier,
        tasks,
        adapters=taught,
        folder=folder,
        steps=steps,
        seed=0 if kind == "without" else int(of),
        recipe=Recipe(
            batch=batch,
            schedule=changing(tasks) if kind == "schedule" else None,
            consistency=1.0 if kind == "agreeing" else 0.0,
        ),
        weigh=weights.of if weights is not None else None,
        on_step=show,
    )
    adapters = AdapterSet.load(folder, carrier)
    missing = tuple(it for it in every if it not in taught)
    return joined(adapters, untrained(carrier, adapters.manifest, missing)) if missing else adapters


def changing(tasks: Sequence[Task]) -> Schedule:
    """Return the schedule that `schedule` stands for in the table."""
    counts = Counter(it.ability for it in tasks)
    last = {it: counts[it] for it in ("read", "speak", "answer")}
    rest = len(tasks) - sum(last.values())
    first = {it: count * (1 - rest / sum(last.values()) if it in last else 2) for it, count in counts.items()}
    return Schedule((Point(0.0, first), Point(1.0, last)))


def untrained(carrier: LocalCarrier, manifest: Manifest, names: tuple[str, ...]) -> AdapterSet:
    """Return adapters with these *names* that change nothing, shaped as *manifest* says."""
    shape = replace(manifest.shape, names=names)
    nothing: dict[str, list[int]] = {it: [] for it in names}
    made = replace(manifest, shape=shape, files={}, invocations=nothing)
    return AdapterSet(GroupedLora.fresh(shape, carrier.module, 0), made)


def measured(bridge: Bridge, items: EvaluationItems, lexicon: Lexicon) -> dict[str, float]:
    """Measure what *bridge* reads, says and answers."""
    rng = items.rng("abilities")
    domain = items.domain
    requests = [
        SpeechRequest(scene, style, language)
        for style in items.styles
        for language in items.languages
        for scene in items.scenes
    ]
    said = bridge.speaker.speak_many(requests, guard=False)
    texts = [domain.say(it.scene, it.style, it.language, rng) for it in requests]
    readings = [reading.scene for reading in bridge.read_many(texts)]
    read = [scene == it.scene for scene, it in zip(readings, requests, strict=True)]
    of_scene = [readings[begin :: len(items.scenes)] for begin in range(len(items.scenes))]
    pairs = [pair for voices in of_scene for pair in combinations(voices, 2)]
    answers = [
        SpeechRequest(it.answer, style, language)
        for style in items.styles
        for language in items.languages
        for it in islice(questions(items), -(-len(items.scenes) // 4))
    ]
    mind: Any = SimpleNamespace(
        bridge=bridge,
        lexicon=lexicon,
        do_many=bridge.do_many,
        ask_many=lambda texts, language, memory: bridge.ask_many(texts, memory, language=language),
    )
    asked, _ = measure_questions(mind, items, Silent())
    return {
        "kept": fmean(it.retention for it in said),
        "worded": fmean(worded(domain, it.text, request) for it, request in zip(said, requests, strict=True)),
        "read": fmean(read),
        "agreed": fmean(one is not None and one == other for one, other in pairs),
        "asked": fmean(asked.values()),
        "answers": fmean(it.retention for it in bridge.speaker.speak_many(answers, guard=False)),
        **measure_abilities(mind, items, Silent()),
    }


def questions(items: EvaluationItems) -> Iterator[Any]:
    """Draw questions about scenes of the test split."""
    rng = items.rng("answers")
    for scene in items.scenes:
        yield from items.domain.questions(scene, rng)[:1]


def worded(domain: Any, text: str, request: SpeechRequest) -> bool:
    """Whether the parser of the style finds exactly the scene in *text*."""
    try:
        found: Scene = domain.parse(text, request.style, request.language)
        return domain.respelt(found, request.scene, request.language) == request.scene
    except SurfaceError:
        return False


def table(folder: Path, names: Sequence[str]) -> None:
    """Print what is known: runs with all abilities, their spread, and the others as differences."""
    found = {
        name: json.loads(path.read_text()) for name in names if (path := folder / f"{name}.json").exists()
    }
    measured = {  # results of before may lack what is measured now
        name: {it: result["measured"].get(it, math.nan) for it in COLUMNS} for name, result in found.items()
    }
    print(f"{'':18}" + "".join(f"{it:>10}" for it in COLUMNS))
    for name, result in measured.items():
        print(f"{name:18}" + "".join(f"{result[it]:10.3f}" for it in COLUMNS))
    full = [result for name, result in measured.items() if name.startswith("all-")]
    if len(full) > 1:
        spread = {it: max(run[it] for run in full) - min(run[it] for run in full) for it in COLUMNS}
        print(f"{'spread of seeds':18}" + "".join(f"{spread[it]:10.3f}" for it in COLUMNS))
        for ability in ABILITIES:
            if own := measured.get(f"without-{ability}"):
                added = (fmean(run[it] for run in full) - own[it] for it in COLUMNS)
                print(f"{f'{ability} adds':18}" + "".join(f"{it:+10.3f}" for it in added))
    for name, own in measured.items():
        setting, _, seed = name.partition("-")
        usual = measured.get(f"{'pairs' if setting == 'agreeing' else 'all'}-{seed}")
        if setting in SETTINGS and usual is not None:
            print(f"{f'{name} adds':18}" + "".join(f"{own[it] - usual[it]:+10.3f}" for it in COLUMNS))
    print("\nloss of an answer token in the last ten steps")
    print(f"{'':18}" + "".join(f"{it:>10}" for it in ABILITIES))
    for name, result in found.items():
        last = result["losses"]
        print(f"{name:18}" + "".join(f"{last.get(it, float('nan')):10.3f}" for it in ABILITIES))


def main() -> None:
    """Train what is missing, measure it and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="where runs and results are kept")
    parser.add_argument("--steps", type=int, default=40, help="of a run (40)")
    parser.add_argument("--batch", type=int, default=2048, help="tokens of a step (2,048)")
    parser.add_argument("--items", type=int, default=12, help="scenes for each style and language (12)")
    parser.add_argument(
        "--blur", type=float, default=0.5, help="how much chance is added to the layers (0.5)"
    )
    parser.add_argument("--only", nargs="*", default=NAMES, choices=NAMES, metavar="NAME", help="runs to do")
    asked = parser.parse_args()
    workspace = build(asked.runs / "mind")
    in_pairs = build(asked.runs / "in_pairs", consistency=1.0)
    carrier = blurred(open_carrier(workspace), asked.blur)
    lexicon = Lexicon.from_json(json.loads((workspace.corpus / LEXICON).read_text(encoding="utf-8")))
    config = workspace.config.corpus
    items = draw_items(workspace.domain, asked.items, 2, config.styles, config.languages)
    for name in asked.only:
        result = asked.runs / f"{name}.json"
        if result.exists():
            continue
        began = time.process_time()
        source = in_pairs if name.startswith(("pairs", "agreeing")) else workspace
        adapters = trained(source, carrier, asked.runs / name, name, asked.steps, asked.batch)
        seconds = time.process_time() - began
        report = asked.runs / name / "report.json"
        curves = json.loads(report.read_text())["abilities"] if report.exists() else {}
        numbers = measured(Bridge(carrier.with_adapters(adapters), domain=items.domain), items, lexicon)
        write_json(result, {"measured": numbers, "losses": lately(curves), "seconds": round(seconds, 1)})
        print(f"{name}: {seconds:.0f} s of training, {time.process_time() - began:.0f} s in all", flush=True)
    table(asked.runs, NAMES)


if __name__ == "__main__":
    main()
