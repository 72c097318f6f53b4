"""
Eight adapters at once over one carrier, against PEFT, in one run.

    python bench/joint.py [CARRIER] [--rounds N] [--seed N] [--tokens N] [--only PART...]

CARRIER is `nano`, a GGUF file or a folder. Everyone has the same model in float32, eight adapters of rank 16
on all linear layers, and the same texts of the bundled world. Four things are measured:

    samples    one training step on eight texts, one for each adapter. PEFT: a pass for each adapter
    voices     the same, where all eight texts say one scene, so that their prompts begin alike
    writing    16 rows of one length continued by so many tokens, each row by one of eight adapters. PEFT:
               `adapter_names` of `generate`. The bare model: ours and transformers', without adapters
    gradients  eight texts, adapters that act always, the same factors: how far each adapter's gradient is
               from the one of a separate run of PEFT, relative to its length: in float32, and in float64,
               both over transformers' model then, where what is left of a difference is no rounding

Times are the least seconds of the processor of all rounds, ratios are medians over the rounds; who begins
changes from round to round.
"""

from __future__ import annotations

import argparse
import copy
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import torch
from alternated import Times
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from torch.optim import AdamW
from transformers import AutoModelForCausalLM

from scenograph.adapters import AdapterSet
from scenograph.adapters.encode import Encoded, encode_task
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import Fit, Manifest
from scenograph.adapters.objective import objective
from scenograph.adapters.shape import TARGETS, Pair, Shape
from scenograph.carriers import NANO, LocalCarrier, load_carrier
from scenograph.carriers.generate import generate
from scenograph.carriers.weights import twin
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import speak_task
from scenograph.world import World

RANK = 16
EIGHT = tuple(f"voice{number}" for number in range(8))
ROWS = 16


class Theirs:
    """Eight adapters of PEFT over a model of transformers."""

    def __init__(self, model: Any) -> None:
        config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=list(TARGETS), task_type="CAUSAL_LM")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model: Any = get_peft_model(model, config, adapter_name=EIGHT[0])
            for name in EIGHT[1:]:
                self.model.add_adapter(name, config)
        self.factors = {
            name: [it for path, it in self.model.named_parameters() if f".{name}." in path] for name in EIGHT
        }
        everything = [it for own in self.factors.values() for it in own]
        for factor in everything:
            factor.requires_grad_(True)
        self.optimiser = AdamW(everything, lr=1e-6, fused=True)

    def take(self, lora: GroupedLora) -> None:
        """Take over the factors of *lora*."""
        with torch.no_grad():
            for path, layer in self.model.named_modules():
                found = path.removeprefix("base_model.model.")
                if found in lora.pairs and hasattr(layer, "lora_A"):
                    for number, name in enumerate(EIGHT):
                        layer.lora_A[name].weight.copy_(lora.pairs[found].a[number])
                        layer.lora_B[name].weight.copy_(lora.pairs[found].b[number])

    def backward(self, examples: Sequence[Encoded]) -> None:
        """A pass for each adapter, as a careful user makes it."""
        for adapter, name in enumerate(EIGHT):
            self.model.set_adapter(name)
            for example in examples:
                if example.adapter == adapter:
                    ids = torch.from_numpy(example.ids).long()[None]
                    labels = ids.clone()
                    labels[:, : example.answer] = -100
                    self.model(input_ids=ids, labels=labels, use_cache=False).loss.backward()

    def gradients(self, lora: GroupedLora) -> list[Tensor]:
        """The gradient of each adapter, its layers in the order of *lora*."""
        layers = {path.removeprefix("base_model.model."): layer for path, layer in self.model.named_modules()}
        return [
            torch.cat(
                [
                    factor[name].weight.grad.flatten()
                    for path in lora.pairs
                    for factor in (layers[path].lora_A, layers[path].lora_B)
                ]
            )
            for name in EIGHT
        ]


def filled(carrier: LocalCarrier, shape: Shape) -> GroupedLora:
    """Adapters whose products are not nothing."""
    lora = GroupedLora.fresh(shape, carrier.module, 0)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for pair in lora.pairs.values():
            pair.b.normal_(0, 0.01, generator=generator)
    return lora


def trained(
    what: str, carrier: LocalCarrier, theirs: Theirs, examples: Sequence[Encoded], rounds: int
) -> None:
    """Compare a step of training."""
    lora = filled(carrier, Shape(EIGHT, RANK, 2.0 * RANK))
    optimiser = AdamW(lora.parameters(), lr=1e-6, fused=True)
    with objective(carrier.module, lora, width=2048, workers=torch.get_num_threads()) as learner:

        def ours() -> None:
            learner.backward(examples)
            optimiser.step()
            optimiser.zero_grad()

        def peft() -> None:
            theirs.backward(examples)
            theirs.optimiser.step()
            theirs.optimiser.zero_grad()

        found = Times({"ours": ours, "PEFT": peft}, rounds)
    tokens = sum(len(example.ids) for example in examples)
    print(
        f"{what:10} ours {found.least('ours') * 1000:.0f} ms, PEFT {found.least('PEFT') * 1000:.0f} ms "
        f"for {tokens} tokens: {found.ratio('PEFT', 'ours'):.2f} x",
        flush=True,
    )


def compared(
    model: Any, theirs: Theirs, lora: GroupedLora, examples: Sequence[Encoded], number: torch.dtype
) -> None:
    """Compare gradients, everything in *number*; PEFT's model is in it afterwards."""
    model.to(number)
    theirs.model.to(number)
    lora = GroupedLora(
        lora.shape,
        {
            path: Pair(*(nn.Parameter(factor.detach().to(number)) for factor in pair))
            for path, pair in lora.pairs.items()
        },
    )
    theirs.take(lora)
    with objective(model, lora, workers=1) as learner:
        learner.backward(examples)
    theirs.backward(examples)
    own = [
        torch.cat(
            [
                factor.grad[adapter].flatten()
                for pair in lora.pairs.values()
                for factor in pair
                if factor.grad is not None
            ]
        )
        for adapter in range(len(EIGHT))
    ]
    far = [float((a - b).norm() / b.norm()) for a, b in zip(own, theirs.gradients(lora), strict=True)]
    theirs.optimiser.zero_grad()
    print(
        f"gradients  {number}, the model of {type(model).__module__.partition('.')[0]}: furthest from PEFT's "
        f"{max(far):.1e} of its length, least {min(far):.1e}",
        flush=True,
    )


def written(
    carrier: LocalCarrier, theirs: Theirs, examples: Sequence[Encoded], tokens: int, rounds: int
) -> None:
    """Compare what is written by eight adapters mixed."""
    shape = Shape(EIGHT, RANK, 2.0 * RANK, activation="always")
    lora = filled(carrier, shape)
    theirs.take(lora)
    theirs.model.eval()
    adapters = AdapterSet(lora, Manifest(carrier.name, Fit.of(carrier), shape, {}, {}, {}))
    late = replace(shape, activation="invocation")
    split = AdapterSet(
        GroupedLora(late, lora.pairs), Manifest(carrier.name, Fit.of(carrier), late, {}, {}, {})
    )
    length = min(example.answer for example in examples)
    prompts = [example.ids[example.answer - length : example.answer].tolist() for example in examples]
    starts = [length - (example.answer - example.start) for example in examples]
    names = [EIGHT[row % len(EIGHT)] for row in range(len(prompts))]
    ids = torch.tensor(prompts)
    theirs.model.generation_config.eos_token_id = None  # nobody stops, and no token is forbidden
    fixed = {"max_new_tokens": tokens, "do_sample": False, "pad_token_id": 0}

    def ours(**how: Any) -> Callable[[], list[list[int]]]:
        def write() -> list[list[int]]:
            made = generate(carrier.module, prompts, stop=-1, max_new=tokens, **how)
            return [answer.ids for answer in made]

        return write

    def peft(**how: Any) -> Callable[[], list[list[int]]]:
        def write() -> list[list[int]]:
            mask = torch.ones_like(ids)
            with torch.no_grad():
                made = theirs.model.generate(input_ids=ids, attention_mask=mask, **fixed, **how)
            return made[:, length:].tolist()

        return write

    def bare() -> list[list[int]]:
        with theirs.model.disable_adapter():
            return peft()()

    always = ours(adapters=adapters, names=names, starts=[0] * len(names))
    kinds: dict[str, Callable[[], object]] = {
        "bare": ours(),
        "mixed": always,
        "from invocation on": ours(adapters=split, names=names, starts=starts),
        "PEFT adapter_names": peft(adapter_names=names),
        "transformers bare": bare,
    }
    same = sum(a == b for a, b in zip(always(), peft(adapter_names=names)(), strict=True))
    found = Times(kinds, rounds)
    for kind in kinds:
        speed = len(names) * tokens / found.least(kind)
        print(f"writing    {kind:20} {speed:7.0f} tokens/s of the processor")
    print(
        f"writing    mixed / PEFT {found.ratio('PEFT adapter_names', 'mixed'):.2f} x, mixed / bare "
        f"{found.ratio('bare', 'mixed'):.2f}, from the invocation token on "
        f"{found.ratio('bare', 'from invocation on'):.2f}; the text of PEFT in {same} of {len(names)} rows",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("carrier", nargs="?", default="nano", help="`nano`, a GGUF file or a folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tokens", type=int, default=32, help="that are written in each row")
    parts = ("samples", "voices", "gradients", "writing")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    given = parser.parse_args()
    carrier = load_carrier(given.carrier)
    # PEFT takes models of transformers only, and nano's own class is none.
    model = (
        AutoModelForCausalLM.from_pretrained(NANO, dtype=torch.float32)
        if given.carrier == "nano"
        else twin(carrier.module)
    )
    plain = copy.deepcopy(model) if "gradients" in given.only else None
    theirs = Theirs(model)
    world = World()
    tasks = list(islice(domain_tasks(world, given.seed), ROWS))
    found = [encode_task(task, carrier.vocabulary, [task.adapter]) for task in tasks]
    mixed = [example._replace(adapter=row % 8) for row, example in enumerate(found)]
    (scene,) = islice((it for it in world.scenes(50, given.seed) if len(it.links) > 4), 1)
    said = [
        (style, language, world.texts(scene, style, language)[0])
        for language in ("en", "ru")
        for style in ("plain", "poet", "logician", "bodily")
    ]
    spoken = [speak_task(scene, text, style=style, language=language) for style, language, text in said]
    voices = [
        encode_task(task, carrier.vocabulary, [task.adapter])._replace(adapter=row)
        for row, task in enumerate(spoken)
    ]
    print(f"{carrier.name}, {torch.get_num_threads()} threads, {given.rounds} rounds", flush=True)
    if "samples" in given.only:
        trained("samples", carrier, theirs, mixed[:8], given.rounds)
    if "voices" in given.only:
        trained("voices", carrier, theirs, voices, given.rounds)
    if "gradients" in given.only:
        lora = filled(carrier, Shape(EIGHT, RANK, 2.0 * RANK, activation="always"))
        compared(carrier.module, theirs, lora, mixed[:8], torch.float32)
        compared(plain, theirs, lora, mixed[:8], torch.float64)
        theirs.model.to(torch.float32)
    if "writing" in given.only:
        written(carrier, theirs, mixed, given.tokens, given.rounds)


if __name__ == "__main__":
    main()
