"""
WebNLG in both directions: adapters over a frozen carrier, measured as the challenges measure.

    python recipes/webnlg/webnlg.py train --carrier smollm2.gguf --data DATA --run RUN --size cpu
    python recipes/webnlg/webnlg.py evaluate --carrier smollm2.gguf --data DATA --run RUN --sample 300

DATA is the folder with en/ and ru/. The same command goes on with a stopped training. See README.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from alone import exercises, parted
from entries import ADAPTERS, Entry, entries, tasks_of
from measured import in_fast_precision, measure
from safetensors import safe_open
from triple_form import Known

from scenograph.adapters import AdapterSet, GroupedLora, Manifest, Recipe, Shape, train_adapters
from scenograph.adapters.checkpoint import FILE as CHECKPOINT
from scenograph.adapters.manifest import FILE as MANIFEST
from scenograph.adapters.manifest import Fit
from scenograph.adapters.trainer import TrainStep
from scenograph.carriers import FAMILIES, LocalCarrier, load_carrier
from scenograph.corpus.tasks import Task
from scenograph.errors import ScenographError
from scenograph.files import write_json

ALL = range(1, 8)
"""Numbers of triples that entries have."""

SIZES: dict[str, dict[str, Any]] = {
    # SmolLM2 on two cores: three hours, 1.7 passes over three texts of each entry
    "cpu": {"triples": [1, 2, 3], "steps": 4300, "batch": 800, "width": 1024, "memory": 2, "rate": 1.5e-3},
    # Qwen 0.5B and larger on a GPU of 80 GB
    "gpu": {"triples": [*ALL], "steps": 2000, "batch": 8192, "width": 8192, "memory": 24, "rate": 8e-4},
}


def train(args: argparse.Namespace) -> None:
    """Train both adapters; a stopped run goes on."""
    carrier = load_carrier(args.carrier)
    every = entries(args.data, "train", args.language, args.triples)
    chosen, alone = parted(every, args.pairs, args.alone, args.seed)
    tasks = tasks_of(chosen, args.seed, args.texts)
    logging.info("%d entries, %d tasks over %s", len(chosen), len(tasks), carrier.name)
    learn(args, carrier, tasks, 0)
    for number in range(1, args.cycle + 1):
        if not (args.run / folder_of(number) / MANIFEST).exists():
            taught = AdapterSet.load(args.run / folder_of(number - 1), carrier)
            seeing = in_fast_precision(carrier).with_adapters(taught)
            known = known_of([*chosen, *alone.unsaid], any_name=args.any_name)
            made = exercises(seeing, alone, known, args.language, number)
            logging.info("round %d: %d of %d exercises", number, len(made), sum(map(len, alone)))
            learn(args, carrier, [*tasks, *made], number)


def learn(args: argparse.Namespace, carrier: LocalCarrier, tasks: list[Task], number: int) -> None:
    """Train on *tasks*: all steps; in round *number* of a cycle a tenth, from where the last ended."""
    before = carrier.digest_now()
    began = time.perf_counter()
    curve = args.run / "curve.jsonl"
    args.run.mkdir(parents=True, exist_ok=True)

    def note(step: TrainStep) -> None:
        with curve.open("a", encoding="utf-8") as file:
            file.write(
                json.dumps(
                    [step.number, round(step.loss, 4), step.examples, round(step.seconds, 1), step.abilities]
                )
                + "\n"
            )

    report = train_adapters(
        carrier,
        tasks,
        adapters=ADAPTERS,
        folder=args.run / folder_of(number),
        start=args.run / folder_of(number - 1) if number else None,
        rank=args.rank,
        layers=args.layers,
        precision="auto",
        steps=max(1, args.steps // 10) if number else args.steps,
        seed=args.seed,
        recipe=Recipe(
            learning_rate=args.rate,
            batch=args.batch,
            width=args.width,
            memory=args.memory << 30,
            checkpoint=120.0,
        ),
        on_step=note,
    )
    assert carrier.digest_now() == before, "the core changed"
    passed = (time.perf_counter() - began) / 60
    logging.info("%d steps, %d tokens, %.1f minutes in this call", report.steps, report.tokens, passed)


def folder_of(number: int) -> str:
    """Return the folder of the adapters after so many rounds of a cycle; 0: after training by pairs."""
    return f"cycle-{number}" if number else "adapters"


def known_of(chosen: Sequence[Entry], *, any_name: bool) -> Known:
    """Return the properties of *chosen*, and their names unless any may be written."""
    triples = [t for entry in chosen for t in entry.triples]
    names = () if any_name else (name for t in triples for name in (t.subject, t.object))
    return Known(frozenset(t.predicate for t in triples), frozenset(names))


def trained(args: argparse.Namespace, carrier: LocalCarrier) -> AdapterSet:
    """Return the trained adapters; of a training that has not ended, those of its last checkpoint."""
    folder = args.run / folder_of(args.cycle)
    if not (folder / CHECKPOINT).exists():
        return AdapterSet.load(folder, carrier)
    depth = len(carrier.module.base_model.layers)
    targets = FAMILIES[carrier.module.config.model_type].targets
    shape = Shape(ADAPTERS, args.rank, 2.0 * args.rank, tuple(targets), first=depth - (args.layers or depth))
    lora = GroupedLora.fresh(shape, carrier.module, args.seed)
    with safe_open(folder / CHECKPOINT, "pt") as file:
        logging.info("the training has not ended; step %d", len(json.loads(file.metadata()["curve"])))
        for number, factor in enumerate(lora.parameters()):
            factor.data.copy_(file.get_tensor(f"weight.{number}"))
    return AdapterSet(lora, Manifest(carrier.name, Fit.of(carrier), shape, {}, {}, {}))


def evaluate(args: argparse.Namespace) -> None:
    """Measure the trained adapters on dev, print the scores, and keep what was written."""
    carrier = load_carrier(args.carrier)
    adapters = trained(args, carrier)
    carrier = in_fast_precision(carrier).with_adapters(adapters)
    known = known_of(entries(args.data, "train", args.language, ALL), any_name=args.any_name)
    dev = entries(args.data, "dev", args.language, args.triples)
    random.Random(args.seed).shuffle(dev)
    found = measure(carrier, dev[: args.sample], known, args.seed, args.guard)
    written = found.pop("written")
    name = f"dev-{args.language}{'-any-name' if args.any_name else ''}.json"
    write_json(args.run / name, found | {"written": written})
    print(json.dumps(found, indent=1))


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=("train", "evaluate"))
    parser.add_argument("--carrier", required=True, help="a GGUF file, a folder or a hub id")
    parser.add_argument("--data", type=Path, required=True, help="the folder with en/ and ru/")
    parser.add_argument("--run", type=Path, required=True, help="the folder of checkpoints and adapters")
    parser.add_argument("--size", choices=SIZES, default="cpu", help="settings for what is not given")
    parser.add_argument("--language", choices=("en", "ru"), default="en")
    parser.add_argument("--triples", type=int, nargs="+", help="sizes of the entries")
    parser.add_argument("--texts", type=int, default=3, help="texts of an entry for either direction")
    parser.add_argument("--pairs", type=int, help="so many entries as pairs, the rest without partners; all")
    parser.add_argument("--cycle", type=int, default=0, help="rounds by what has no partner, after the pairs")
    parser.add_argument("--alone", type=int, default=1000, help="most triples, and texts, without a partner")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int, help="tokens of a step")
    parser.add_argument("--width", type=int, help="tokens of one pass")
    parser.add_argument("--memory", type=int, help="GiB stored for backward passes")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--layers", type=int, help="adapt so many upper layers; all if not given")
    parser.add_argument("--rate", type=float, help="learning rate at its highest")
    parser.add_argument("--sample", type=int, help="entries of dev to measure on, drawn by the seed")
    parser.add_argument("--any-name", action="store_true", help="let the reader write names as it likes")
    parser.add_argument("--guard", type=float, default=1.0, help="least retention that the guard lets pass")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    for name, value in SIZES[args.size].items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    torch.set_num_threads(args.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    try:
        (train if args.action == "train" else evaluate)(args)
    except ScenographError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
