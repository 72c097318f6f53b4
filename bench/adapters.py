"""
Training all adapters together, against training each for itself with PEFT.

    python bench/adapters.py [--tasks N] [--seed N]

Runs on the embedded nano carrier and the bundled world. Everyone learns from the same tasks with the same
rank, layers, precision, threads and tokens per step, once through. Counted are the tokens of prompts and
answers per second of training, all adapters together; loading and encoding are left out.
"""

from __future__ import annotations

import argparse
import copy
import time
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch.optim import AdamW
from transformers import AutoModelForCausalLM

from scenograph.adapters.batches import batches, bundle, slices
from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.shape import TARGETS, AdapterActivation, Shape
from scenograph.carriers import NANO, load_carrier
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.world import World

RANK = 16
BATCH = 4096


def together(
    model: Any, examples: Sequence[Encoded], names: Sequence[str], activation: AdapterActivation
) -> float:
    """Seconds that one joint run takes to go through *examples*."""
    lora = GroupedLora.fresh(Shape(tuple(names), RANK, 2.0 * RANK, activation=activation), model, 0)
    bundles = bundle(examples, BATCH, shared=activation == "invocation")
    optimiser = AdamW(lora.parameters(), lr=1e-3, fused=True)
    left = len(examples)
    with objective(model, lora, width=1024, workers=torch.get_num_threads()) as learner:
        began = time.perf_counter()
        for batch in batches(examples, bundles, BATCH, 0):
            learner.backward([examples[i] for i in batch])
            optimiser.step()
            optimiser.zero_grad()
            left -= len(batch)
            if left <= 0:
                return time.perf_counter() - began
    raise AssertionError("batches never end")


def alone(model: Any, examples: Sequence[Encoded], invocation: int | None) -> float:
    """Seconds that PEFT takes to train one adapter on *examples*."""
    config = LoraConfig(
        r=RANK,
        lora_alpha=2 * RANK,
        target_modules=list(TARGETS),
        task_type="CAUSAL_LM",
        alora_invocation_tokens=None if invocation is None else [invocation],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrapped = get_peft_model(copy.deepcopy(model), config)
    optimiser = AdamW([p for p in wrapped.parameters() if p.requires_grad], lr=1e-3, fused=True)
    began = time.perf_counter()
    for batch in _padded(examples):
        wrapped(**batch, use_cache=False).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    return time.perf_counter() - began


def _padded(examples: Sequence[Encoded]) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of similar length, as a careful user of PEFT would make them, with the loss on answers."""
    for part in slices([len(example.ids) for example in examples], BATCH):
        longest = max(len(examples[i].ids) for i in part)
        ids = torch.zeros(len(part), longest, dtype=torch.long)
        mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
        for row, i in enumerate(part):
            own = torch.from_numpy(examples[i].ids).long()
            ids[row, : len(own)], mask[row, : len(own)] = own, 1
            labels[row, examples[i].answer : len(own)] = own[examples[i].answer :]
        yield {"input_ids": ids, "attention_mask": mask, "labels": labels}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=600, help="tasks to learn from (600)")
    parser.add_argument("--seed", type=int, default=0, help="of the tasks (0)")
    chosen = parser.parse_args()
    carrier = load_carrier("nano")
    tasks = list(islice(domain_tasks(World(), chosen.seed), chosen.tasks))
    names = sorted({task.adapter for task in tasks})
    examples = [encode_task(task, carrier.vocabulary, names) for task in tasks]
    tokens = sum(len(example.ids) for example in examples)
    own = [[example for example in examples if example.adapter == i] for i in range(len(names))]
    print(f"{len(names)} adapters, {len(tasks)} tasks, {tokens} tokens, {torch.get_num_threads()} threads")

    def row(what: str, seconds: float) -> None:
        print(f"{what:55} {seconds:7.1f} s {tokens / seconds:8.0f} tokens/s", flush=True)

    model = carrier.module
    theirs = AutoModelForCausalLM.from_pretrained(NANO)  # PEFT takes models of transformers only
    row("together, from the invocation token on", together(model, examples, names, "invocation"))
    row("together, always", together(model, examples, names, "always"))
    row("PEFT, one run for each, LoRA", sum(alone(theirs, part, None) for part in own))
    row(
        "PEFT, one run for each, aLoRA",
        sum(alone(theirs, part, int(part[0].ids[part[0].start])) for part in own),
    )


if __name__ == "__main__":
    main()
