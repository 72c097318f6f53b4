"""
How often a GGUF adapter in llama.cpp writes the text that the PEFT adapter writes in transformers.

    python bench/gguf_adapters.py smollm2.gguf --prompts 200 --tokens 12

An adapter with random factors, large enough to change every answer, is written as a PEFT folder and as a GGUF
file. Both continue the same prompts greedily: the first eight tokens of sentences of the bundled world.
PEFT runs over the dequantised weights. llama.cpp runs over

    float32    the same dequantised weights, written as a GGUF file: the adapter's own test
    original   the quantised file: llama.cpp rounds what it multiplies to 8 bits there, PEFT does not

A line each: the prompts with the same text, the share of tokens before the first difference, and tokens per
second. The bare original shows what the quantised sums alone change. The last line is how many answers the
adapter changes.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

from scenograph.carriers.gguf.adapter import LoraWeights, write_adapter, write_peft
from scenograph.carriers.gguf.convert import converted
from scenograph.carriers.gguf.file import GgufFile
from scenograph.carriers.gguf.layout import steps
from scenograph.carriers.gguf.runtime import Runtime
from scenograph.world import World

Texts = list[list[int]]
SLOTS = 4


def random_lora(base: GgufFile, rank: int, size: float, seed: int) -> LoraWeights:
    """An adapter of every linear layer, whose product is about *size* of the layer's own output."""
    rng = np.random.default_rng(seed)
    layers: dict[str, dict[str, Any]] = {}
    for step in steps(base):
        if not step.name.endswith("_proj.weight"):
            continue
        weight = base.numbers(step.source, base.rows(base.tensors[step.source]))
        out, inner = step.shape
        a = rng.normal(size=(rank, inner)) / np.sqrt(inner)
        b = rng.normal(size=(out, rank)) * size * float(np.std(weight)) * np.sqrt(inner / rank)
        layers[step.name.removesuffix(".weight")] = {"a": a.astype(np.float32), "b": b.astype(np.float32)}
    return LoraWeights(layers, float(rank))


def as_float32(base: GgufFile, path: Path) -> None:
    """Write *base* again with all weights as float32."""
    writer = gguf.GGUFWriter(path, base.architecture)
    reader = gguf.GGUFReader(base.path)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, sub_type=sub)
    for name, info in base.tensors.items():
        writer.add_tensor(name, np.ascontiguousarray(base.numbers(name, base.rows(info)).reshape(info.shape)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def prompts_of(runtime: Runtime, count: int, length: int, seed: int) -> Texts:
    """The first *length* tokens of sentences that are longer, each beginning once."""
    world = World()
    texts = [world.say(scene, "plain", "en") for scene in world.scenes(3 * count, seed=seed)]
    begun = [tuple(ids[:length]) for ids in runtime.spell(texts) if len(ids) > length]
    return [list(ids) for ids in dict.fromkeys(begun)][:count]


def by_transformers(model: Any, prompts: Texts, tokens: int, batch: int = 50) -> Texts:
    """Continue *prompts*, all of one length, greedily."""
    found: Texts = []
    for begin in range(0, len(prompts), batch):
        ids, cache = torch.tensor(prompts[begin : begin + batch]), None
        made: list[torch.Tensor] = []
        with torch.inference_mode():
            for _ in range(tokens):
                out = model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
                cache = out.past_key_values
                ids = out.logits[:, -1].argmax(-1, keepdim=True)
                made.append(ids)
        found += torch.cat(made, 1).tolist()
    return found


def by_llama_cpp(runtime: Runtime, adapter: int | None, prompts: Texts, tokens: int) -> Texts:
    """The same with llama.cpp."""
    how: dict[str, Any] = {"n_predict": tokens, "ignore_eos": True}
    greedy: dict[str, Any] = {"samplers": ["temperature"], "temperature": 0.0}
    with ThreadPoolExecutor(SLOTS) as pool:
        found = pool.map(lambda ids: runtime.complete(ids, adapter, **how, **greedy)["tokens"], prompts)
    return list(found)


def expected(base: GgufFile, peft: Path, prompts: Texts, tokens: int) -> tuple[Texts, Texts]:
    """What transformers writes, without the adapter and with it."""
    import transformers
    from peft import PeftModel

    model = transformers.AutoModelForCausalLM.from_pretrained(converted(base), dtype=torch.float32).eval()
    began = time.perf_counter()
    bare = by_transformers(model, prompts, tokens)
    print(f"transformers  bare    {speed(bare, began)}", flush=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT's own
        model = PeftModel.from_pretrained(model, str(peft)).eval()
    began = time.perf_counter()
    adapted = by_transformers(model, prompts, tokens)
    print(f"transformers  PEFT    {speed(adapted, began)}", flush=True)
    return bare, adapted


def speed(found: Texts, began: float) -> str:
    """Tokens per second since *began*."""
    return f"{sum(map(len, found)) / (time.perf_counter() - began):6.1f} tokens/s"


def compared(found: Sequence[Sequence[int]], expected: Sequence[Sequence[int]]) -> tuple[int, float]:
    """How many texts are equal, and the share of tokens before the first difference."""
    equal = sum(list(a) == list(b) for a, b in zip(found, expected, strict=True))
    before = [
        next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
        for a, b in zip(found, expected, strict=True)
    ]
    return equal, sum(before) / sum(map(len, expected))


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--length", type=int, default=8, help="of each prompt, in tokens")
    parser.add_argument("--tokens", type=int, default=12, help="of each answer")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--size", type=float, default=0.3, help="of the adapter's product to the layer's own")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    base = GgufFile.read(args.file)
    lora = random_lora(base, args.rank, args.size, args.seed)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_peft(root / "peft", lora, str(args.file))
        write_adapter(root / "adapter.gguf", lora, base)
        as_float32(base, root / "float32.gguf")
        with Runtime(args.file) as runtime:
            prompts = prompts_of(runtime, args.prompts, args.length, args.seed)
        bare, adapted = expected(base, root / "peft", prompts, args.tokens)
        for kind, path, adapter in (
            ("float32", root / "float32.gguf", 0),
            ("original", args.file, 0),
            ("original", args.file, None),
        ):
            options = {"context": 256, "slots": SLOTS, "threads": torch.get_num_threads()}
            began = time.perf_counter()
            with Runtime(path, [root / "adapter.gguf"], **options) as runtime:
                found = by_llama_cpp(runtime, adapter, prompts, args.tokens)
            said, wanted = ("bare", bare) if adapter is None else ("adapter", adapted)
            equal, before = compared(found, wanted)
            print(
                f"llama.cpp     {said:<8}{speed(found, began)}  {kind:<8}  "
                f"same text {equal} of {len(prompts)}, tokens before a difference {before:.3f}",
                flush=True,
            )
    changed = sum(a != b for a, b in zip(bare, adapted, strict=True))
    print(f"the adapter changes {changed} of {len(prompts)} answers")


if __name__ == "__main__":
    main()
