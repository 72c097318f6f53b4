"""
Let a carrier write sentences like those of a treebank, for a teacher to read and a smaller reader to learn.

    python recipes/sentences.py --carrier FOLDER --treebanks UD/en_ewt UD/en_gum --minutes 12 --out en.txt
    python recipes/reader.py label --run TEACHER --carrier FOLDER --texts en.txt --language en --out en.conllu

Each prompt shows sentences that follow each other in a treebank's training part, a line each, and the carrier
goes on. Sentences that the treebank has, that came before, or that have no end are left out. What was written
is appended, so that the same command with another seed writes more.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from scenograph.readers import conllu

SHOWN = 10  # sentences in a prompt
LONGEST = 220  # characters of a sentence, shown or written
TOKENS = 160  # of what is written for one prompt
_LETTERS = re.compile(r"[^\W\d_]")
_ENDS = tuple(".!?…\"'”»):")


def shown(folder: Path) -> list[str]:
    """Return the sentences of all but the dev part of a treebank; of the dev part where there is no other."""
    parts = sorted(path for path in folder.glob("*.conllu") if path.stem != "dev")
    found: list[str] = []
    for path in parts or [folder / "dev.conllu"]:
        with path.open(encoding="utf-8") as lines:
            found += (" ".join(sentence.text.split()) for sentence in conllu.parse(lines))
    return [text for text in found if 8 <= len(text) <= LONGEST]


def whole(written: str) -> Iterator[str]:
    """Yield the sentences of what a carrier wrote; the last line may be cut off and is left out."""
    for line in written.split("\n")[:-1]:
        text = " ".join(line.split())
        letters = len(_LETTERS.findall(text))
        if 6 <= len(text) <= LONGEST and letters > 0.6 * len(text) and text.endswith(_ENDS):
            yield text


def write(model: Any, cutter: Any, prompts: Iterable[str]) -> list[str]:
    """Return how *model* goes on after each of *prompts*."""
    given = cutter(list(prompts), return_tensors="pt", padding=True, padding_side="left")
    with torch.inference_mode():
        rows = model.generate(
            **given,
            max_new_tokens=TOKENS,
            do_sample=True,
            temperature=0.9,
            top_k=60,
            pad_token_id=cutter.pad_token_id,
        )
    return cutter.batch_decode(rows[:, given["input_ids"].shape[1] :], skip_special_tokens=True)


def main() -> None:
    """Write sentences for a number of minutes."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--carrier", required=True)
    parser.add_argument("--treebanks", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    for name, value in (("minutes", 12), ("batch", 192), ("seed", 0), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    cutter = AutoTokenizer.from_pretrained(options.carrier)
    cutter.pad_token = cutter.pad_token or cutter.eos_token
    model = AutoModelForCausalLM.from_pretrained(options.carrier, dtype=torch.bfloat16).eval()
    treebanks = [shown(folder) for folder in options.treebanks]
    known = {text for texts in treebanks for text in texts}
    if options.out.exists():
        known.update(options.out.read_text(encoding="utf-8").splitlines())
    began, count = time.time(), 0
    with options.out.open("a", encoding="utf-8") as out:
        while not count or time.time() - began < 60 * options.minutes:
            prompts: list[str] = []
            for row in range(options.batch):
                texts = treebanks[row % len(treebanks)]
                start = chance.randrange(len(texts) - SHOWN)
                prompts.append("\n".join(texts[start : start + SHOWN]) + "\n")
            for written in write(model, cutter, prompts):
                for text in whole(written):
                    if text not in known:
                        known.add(text)
                        out.write(text + "\n")
                        count += 1
            out.flush()
            print(f"{count} sentences, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
