"""
How fast a carrier reads prompts and writes answers, and what its vocabulary costs.

    python bench/carrier.py [CARRIER] [--items N] [--threads N]

CARRIER is `nano` (the default), a folder, or a hub id. Prompts are tasks on unseen names of the world, as
wrappers spell them; without adapters the answers mean nothing, but they take their time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import islice

import torch

from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.carriers.generate import generate
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.world import World


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and processor seconds of *work*; with other jobs on the machine, trust the second."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def row(name: str, count: int, taken: tuple[float, float], unit: str) -> None:
    print(
        f"{name:<44} {count / taken[0]:>9.0f} {unit}/s   {count / taken[1]:>9.0f} {unit}/s of processor time"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("carrier", nargs="?", default="nano")
    parser.add_argument("--items", type=int, default=128)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    taken = timed(lambda: load_carrier(args.carrier))
    carrier = load_carrier(args.carrier)
    print(f"{carrier}: {carrier.parameters:,} parameters, loaded in {taken[0]:.1f} s, {args.threads} threads")
    vocabulary = carrier.vocabulary

    tasks = list(
        islice(domain_tasks(World(), 1, split="test", mixture={"read": 0.5, "speak": 0.5}), 20 * args.items)
    )
    texts = [content for task in tasks for kind, content in (*task.prompt, task.answer) if kind == "text"]
    linear = [content for task in tasks for kind, content in (*task.prompt, task.answer) if kind == "scene"]
    pieces = sum(len(vocabulary.encode_text(text)) for text in texts)
    row("spell texts", pieces, timed(lambda: [vocabulary.encode_text(text) for text in texts]), "tokens")
    pieces = sum(len(vocabulary.encode_scene(scene)) for scene in linear)
    row("spell scenes", pieces, timed(lambda: [vocabulary.encode_scene(scene) for scene in linear]), "tokens")

    prompts = [vocabulary.encode_prompt(task.prompt) for task in tasks[: args.items]]
    length = sum(map(len, prompts))
    row("take prompts in, in batches", length, timed(lambda: _write(carrier, prompts, 1, 128)), "tokens")
    for rows in (1, 8, 32, 128):
        some = prompts[: max(rows, args.items // 4)]
        row(
            f"write, {rows} rows",
            32 * len(some),
            timed(lambda some=some, rows=rows: _write(carrier, some, 32, rows)),
            "tokens",
        )


def _write(carrier: LocalCarrier, prompts: list[list[int]], count: int, rows: int) -> None:
    generate(carrier.module, prompts, stop=-1, max_new=count, pad=0, batch_rows=rows)


if __name__ == "__main__":
    main()
