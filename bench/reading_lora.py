"""
A reader that generates: LoRA on a language model, trained on sentences and their scenes for a stated time.

    python bench/reading_lora.py smollm2.gguf --lora-minutes 10 [--set en_ewt] [--limit 40] [--out lora.json]

It is the project's own reader for schemas that are learned from pairs, on open text. The carrier stays
frozen: SmolLM2-135M, Q4_1 as GGUF, which the package gguf unpacks to plain weights, or any carrier folder.
The adapter `scene_interpreter` learns to write the scene of a sentence in the linear form, under the open
grammar, with an atom for each role of the train scenes. It learns from the train part of the same treebank
alone, on tasks `read` only; the time is that of `train_adapters`, from encoding to the last step. Then it
reads the first dev sentences of up to --words words, since the scene of a long sentence takes it long. What
it read is written to --out for `bench/reading_peers.py --lora`, which scores it beside the bundled reader.

Printed are steps, tokens, loss, and the speed of training and of reading.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from scenograph.adapters import AdapterSet, train_adapters
from scenograph.bridge import Bridge
from scenograph.carriers import LocalCarrier, load_carrier
from scenograph.corpus import Example
from scenograph.corpus.conllu import load
from scenograph.corpus.example_tasks import example_tasks
from scenograph.domains import load_domain

UD = Path(__file__).parents[2] / "shared" / "data" / "ud"
READER = "scene_interpreter"


def unpacked(path: Path, folder: Path) -> Path:
    """Return the carrier folder *path*, or one in *folder* with the weights of the GGUF file *path*."""
    if path.is_dir():
        return path
    if find_spec("gguf") is None:
        sys.exit("gguf is not installed; run: pip install 'scenograph[peers]'")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32")
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config  # the weights are plain numbers now
    model.hf_quantizer = None
    model.is_quantized = False
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name).save_pretrained(folder)
    return folder


def prepared(carrier: LocalCarrier, examples: Sequence[Example]) -> LocalCarrier:
    """Return *carrier* with an atom for each role of *examples*."""
    roles = {link.role for it in examples if it.scene is not None for link in it.scene.links}
    return carrier.with_vocabulary(carrier.vocabulary.with_roles(sorted(roles)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("carrier", type=Path, help="a GGUF file, or a folder of a carrier")
    parser.add_argument("--lora-minutes", type=float, default=10)
    parser.add_argument("--set", default="en_ewt", help="treebank with a train and a dev part")
    parser.add_argument("--limit", type=int, default=40, help="dev sentences to read")
    parser.add_argument("--words", type=int, default=10, help="longest sentence to learn from and to read")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", type=Path, default=UD)
    parser.add_argument("--out", type=Path, default=Path("lora.json"))
    options = parser.parse_args()
    domain = load_domain()

    def short(example: Example) -> bool:
        return len(example.texts[0].split()) <= options.words

    known = [it for it in load(options.data / options.set / "train.conllu", "train") if short(it)]
    dev = [it for it in load(options.data / options.set / "dev.conllu", "dev") if short(it)]
    dev = dev[: options.limit]
    with tempfile.TemporaryDirectory() as folder:
        base = unpacked(options.carrier, Path(folder) / "carrier")
        carrier = prepared(load_carrier(base, domain=domain), known)
        stream = example_tasks(known, options.seed, languages=(known[0].language,), mixture={"read": 1.0})
        tasks = list(islice(stream, len(known)))
        began = time.process_time()
        report = train_adapters(
            carrier,
            tasks,
            adapters=[READER],
            folder=Path(folder) / "adapters",
            rank=options.rank,
            seconds=60 * options.lora_minutes,
            seed=options.seed,
        )
        used = time.process_time() - began
        last = sum(report.curve[-10:]) / len(report.curve[-10:])
        about = (
            f"LoRA of rank {options.rank} on {options.carrier.stem}, {options.lora_minutes:g} minutes "
            f"({used:.0f} s of processor time), {report.steps} steps, {report.tokens} tokens "
            f"({report.tokens_per_second:.0f}/s), loss {last:.2f}, sentences of up to {options.words} words"
        )
        print(about, flush=True)
        trained = carrier.with_adapters(AdapterSet.load(Path(folder) / "adapters", carrier))
        bridge = Bridge(trained, domain=domain, grammar="open")
        texts = [it.texts[0] for it in dev]
        began = time.process_time()
        drafts = bridge.reader.drafts(texts, known[0].language)
        seconds = time.process_time() - began
    read = [
        {"text": text, "scene": None if draft.scene is None else draft.scene.format(indent=None)}
        for text, draft in zip(texts, drafts, strict=True)
    ]
    whole = sum(one["scene"] is not None for one in read)
    print(
        f"{whole} of {len(texts)} sentences have a scene; {len(texts) / seconds:.2f} sentences/s", flush=True
    )
    told = {"set": options.set, "about": about, "seconds": seconds, "read": read}
    options.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
