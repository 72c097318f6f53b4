"""
How fast adapters learn over a frozen core, against plain PEFT LoRA, in one run.

    python bench/training.py smollm2.gguf [--train 100] [--passes 4] [--batch 4] [--dev 32] [--layers 15]

Two adapters learn WebNLG's entries of 1 to 3 triples in English: to read a text into its scene, and to say
a scene. Everyone learns from the same examples in the same order and the same steps, with the same rank,
seed, schedule and AdamW, and gradients are clipped by adapter. All take the same step one after the other,
so that each meets the same load of a shared machine. `--layers 15@2` is 15 upper layers at twice the rate.

Counted are examples per second of processor time and of wall time, in the first pass over the examples, when
nothing is known of them yet, and in later ones. The dev loss is that of an answer token, mean over both
adapters, with the adapters at work on the carrier in float32, as it serves.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.optim import AdamW

from scenograph import corpus
from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.objective import objective
from scenograph.adapters.precision import Precision, in_precision
from scenograph.adapters.shape import TARGETS, Shape
from scenograph.adapters.states import StateStore
from scenograph.adapters.trainer import schedule
from scenograph.carriers import load_carrier
from scenograph.carriers.weights import twin
from scenograph.corpus.tasks import read_task, speak_task

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "webnlg" / "en"
NAMES = ("decoder.plain", "scene_interpreter")
RANK = 16


@dataclass
class Learner:
    """Somebody who learns: what a step does, and how the loss of answers is found."""

    name: str
    parameters: list[list[Tensor]]  # of each adapter, or of all together if gradients are clipped elsewhere
    backward: Callable[[Sequence[Encoded]], None]
    hidden: Callable[[Tensor, Sequence[Encoded]], Tensor]  # last states of a padded batch of one adapter
    clip: Callable[[], None]
    spent: list[tuple[float, float]] = field(default_factory=list)  # wall and processor seconds of each step


def padded(rows: Sequence[Encoded]) -> Tensor:
    """Ids of *rows*, padded on the right."""
    ids = torch.zeros(len(rows), max(len(row.ids) for row in rows), dtype=torch.long)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row.ids)] = torch.from_numpy(row.ids).long()
    return ids


def peft(model: Any, rate: float, precision: Precision) -> tuple[Learner, AdamW]:
    """PEFT as its documentation shows it, in batches of similar length, an adapter at a time."""
    model = in_precision(twin(model), precision)
    config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=list(TARGETS), task_type="CAUSAL_LM")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        wrapped = get_peft_model(model, config, adapter_name="a0")
        wrapped.add_adapter("a1", config)
    own = [[p for n, p in wrapped.named_parameters() if f".a{i}." in n] for i in range(2)]
    assert all(own)

    def backward(examples: Sequence[Encoded]) -> None:
        for adapter in range(2):
            rows = [example for example in examples if example.adapter == adapter]
            if not rows:
                continue
            wrapped.set_adapter(f"a{adapter}")
            ids = padded(rows)
            columns = torch.arange(ids.shape[1])[None]
            ends = torch.tensor([len(row.ids) for row in rows])[:, None]
            begins = torch.tensor([row.answer for row in rows])[:, None]
            labels = ids.masked_fill((columns < begins) | (columns >= ends), -100)
            mask = (columns < ends).long()
            wrapped(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss.backward()

    def hidden(ids: Tensor, rows: Sequence[Encoded]) -> Tensor:
        wrapped.set_adapter(f"a{rows[0].adapter}")
        return wrapped.base_model.model.base_model(input_ids=ids, use_cache=False).last_hidden_state

    def clip() -> None:
        for some in own:
            torch.nn.utils.clip_grad_norm_([p for p in some if p.grad is not None], 1.0)

    for parameter in (p for some in own for p in some):
        parameter.data = parameter.data.float()
        parameter.requires_grad_(True)
    optimiser = AdamW([p for some in own for p in some], lr=rate, weight_decay=0.01, fused=True)
    return Learner(f"PEFT LoRA, {precision}, all layers", own, backward, hidden, clip), optimiser


def ours(
    served: Any,
    rate: float,
    first: int,
    precision: Precision,
    store: StateStore | None,
    keep: ExitStack,
    name: str,
) -> tuple[Learner, AdamW]:
    """Adapters together over a frozen core, from layer *first* on."""
    model = in_precision(twin(served), precision)
    lora = GroupedLora.fresh(Shape(NAMES, RANK, 2.0 * RANK, first=first), model, 0)
    core = None if store is None else FrozenCore(model, first, store, "bench")
    workers = torch.get_num_threads()
    learner = keep.enter_context(
        objective(model, lora, width=1024, workers=workers, memory=1 << 30, core=core)
    )
    served = twin(served)

    def hidden(ids: Tensor, rows: Sequence[Encoded]) -> Tensor:
        names = [NAMES[row.adapter] for row in rows]
        with lora.active(served, names, [row.start for row in rows]):
            return served.base_model(input_ids=ids, use_cache=False).last_hidden_state

    def clip() -> None:
        grads = [p.grad for p in lora.parameters() if p.grad is not None]
        lengths = torch.stack([grad.flatten(1).square().sum(1) for grad in grads]).sum(0).sqrt()
        for grad in grads:
            grad *= (1.0 / lengths.clamp(min=1e-12)).clamp(max=1)[:, None, None]

    optimiser = AdamW(lora.parameters(), lr=rate, weight_decay=0.01, fused=True)
    return Learner(name, [lora.parameters()], lambda e: void(learner.backward(e)), hidden, clip), optimiser


def void(_: object) -> None:
    """Nothing."""


@torch.no_grad()
def dev_loss(learner: Learner, head: Any, examples: Sequence[Encoded]) -> float:
    """Mean over adapters of the mean loss of an answer token."""
    means: list[float] = []
    for adapter in range(2):
        own = sorted((e for e in examples if e.adapter == adapter), key=lambda e: len(e.ids))
        total, count = 0.0, 0
        for begin in range(0, len(own), 8):
            rows = own[begin : begin + 8]
            states = learner.hidden(padded(rows), rows)
            for state, row in zip(states, rows, strict=True):
                wanted = torch.from_numpy(row.ids[row.answer :]).long()
                logits = head(state[row.answer - 1 : len(row.ids) - 1].to(head.weight.dtype)).float()
                total += float(cross_entropy(logits, wanted, reduction="sum"))
                count += len(wanted)
        means.append(total / count)
    return sum(means) / len(means)


def examples_of(folder: Path, count: int, seed: int, carrier: Any, size: int = 3) -> list[Encoded]:
    """Examples of *folder*, *count* of them, half for each adapter."""
    entries = [
        e for k in range(1, size + 1) for e in corpus.load(folder / f"{k}triples") if e.scene is not None
    ]
    chosen = random.Random(seed).sample(entries, count // 2)
    tasks = [read_task(e.texts[0], e.scene, language="en") for e in chosen]
    tasks += [speak_task(e.scene, e.texts[0], language="en") for e in chosen]
    return [encode_task(task, carrier.vocabulary, NAMES) for task in tasks]


def prepared(carrier: Any, data: Path) -> Any:
    """The carrier with an atom for each role of the train part."""
    entries = [
        e for k in (1, 2, 3) for e in corpus.load(data / "train" / f"{k}triples") if e.scene is not None
    ]
    roles = sorted({link.role for e in entries for link in e.scene.links})
    return carrier.with_vocabulary(carrier.vocabulary.with_roles(roles))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("carrier", help="a GGUF file or a folder")
    parser.add_argument("--data", type=Path, default=DATA, help="WebNLG's folder of a language")
    parser.add_argument("--train", type=int, default=100, help="examples to learn from")
    parser.add_argument("--dev", type=int, default=32, help="examples of dev")
    parser.add_argument("--passes", type=int, default=4)
    parser.add_argument("--batch", type=int, default=4, help="examples of a step")
    parser.add_argument("--layers", default="15", help="how many upper layers to adapt; several with commas")
    parser.add_argument("--rate", type=float, default=1.3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--also", default="", help="joint: as without frozen states; peft16: PEFT in bfloat16"
    )
    parser.add_argument(
        "--cache", type=Path, help="folder of the kept states; one that is dropped if not given"
    )
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    carrier = prepared(load_carrier(args.carrier), args.data)
    model, depth = carrier.module, len(carrier.module.base_model.layers)
    before = carrier.digest_now()
    train = examples_of(args.data / "train", args.train, args.seed, carrier)
    dev = examples_of(args.data / "dev", args.dev, args.seed, carrier)
    tokens = sum(len(e.ids) for e in train)
    answers = sum(len(e.ids) - e.answer for e in train)
    print(f"{len(train)} examples, {tokens} tokens, {answers} of answers; {args.threads} threads", flush=True)
    folder: AbstractContextManager[Any] = (
        nullcontext(args.cache) if args.cache else tempfile.TemporaryDirectory()
    )
    with ExitStack() as keep:
        cache = Path(keep.enter_context(folder))
        stores: list[tuple[str, StateStore]] = []
        learners = [peft(model, args.rate, "float32")]
        if "peft16" in args.also:
            learners.append(peft(model, args.rate, "bfloat16"))
        if "joint" in args.also:
            learners.append(ours(model, args.rate, 0, "float32", None, keep, "together, float32, all layers"))
        for spec in args.layers.split(","):
            layers, _, factor = spec.partition("@")
            upper, rate = int(layers), args.rate * float(factor or 1)
            for precision in ("float32", "bfloat16") if "both" in args.also else ("bfloat16",):
                store = StateStore(cache / f"{upper}-{precision}.db", 4 << 30)
                stores.append((f"{upper} layers in {precision}", store))
                name = f"frozen core, {precision}, upper {spec} of {depth}"
                learners.append(ours(model, rate, depth - upper, precision, store, keep, name))
        run(learners, train, dev, model.get_output_embeddings(), args)
        print("kept states:", ", ".join(f"{name} {store.size() / 2**20:.0f} MiB" for name, store in stores))
    assert carrier.digest_now() == before, "the core changed"
    print(f"the core's digest is the same before and after: {before}")


def run(
    learners: Sequence[tuple[Learner, AdamW]],
    train: Sequence[Encoded],
    dev: Sequence[Encoded],
    head: Any,
    args: argparse.Namespace,
) -> None:
    """Let all take the same steps, and print what they reached."""
    order = [
        i
        for one in range(args.passes)
        for i in random.Random(f"{args.seed}/{one}").sample(range(len(train)), len(train))
    ]
    steps = len(order) // args.batch
    per_pass = len(train) // args.batch
    print(
        f"{steps} steps of {args.batch}; dev loss at first {dev_loss(learners[0][0], head, dev):.3f}",
        flush=True,
    )
    for _, optimiser in learners:
        for group in optimiser.param_groups:
            group["initial_lr"] = group["lr"]
    for step in range(steps):
        batch = [train[i] for i in order[step * args.batch : (step + 1) * args.batch]]
        for learner, optimiser in learners:
            wall, processor = time.perf_counter(), time.process_time()
            for group in optimiser.param_groups:
                group["lr"] = group["initial_lr"] * schedule(step, steps, 0.05)
            learner.backward(batch)
            learner.clip()
            optimiser.step()
            optimiser.zero_grad()
            learner.spent.append((time.perf_counter() - wall, time.process_time() - processor))
        if step + 1 in (per_pass, steps):
            show(learners, head, dev, step + 1, per_pass, args.batch)


def show(
    learners: Sequence[tuple[Learner, AdamW]],
    head: Any,
    dev: Sequence[Encoded],
    done: int,
    per_pass: int,
    batch: int,
) -> None:
    """Print a table of all after *done* steps."""
    print(
        f"after {done} steps: examples/s of processor time (of wall time), all | first pass | later; dev loss"
    )
    base: list[float] = []
    for learner, _ in learners:
        parts = (learner.spent, learner.spent[:per_pass], learner.spent[per_pass:])
        cells: list[str] = []
        for number, part in enumerate(parts):
            wall, processor = (
                (sum(times) for times in zip(*part, strict=True)) if part else (math.nan, math.nan)
            )
            rate = len(part) * batch / processor
            if len(base) < 3:
                base.append(rate)
            cells.append(f"{rate:6.2f} ({len(part) * batch / wall:5.2f}) {rate / base[number]:4.1f}x")
        print(f"{learner.name:42} {' | '.join(cells)}   {dev_loss(learner, head, dev):.4f}", flush=True)


if __name__ == "__main__":
    main()
