"""
What a carrier knows of single words, as the start of the reader's training.

    python recipes/words.py --gguf qwen0.5b.gguf --out words.npz

Each lemma of the dictionaries of Russian (pymorphy3) and English (lemminflect) that the carrier's tokenizer
cuts into few pieces is run through the first layers of the frozen carrier, alone. The state of its last piece
says what word it is. States of both languages are centred, cut to their principal axes and stored. In
Qwen2.5-Coder-0.5B (Apache-2.0) words that translate each other lie near each other: «город» next to "city".

Needs torch, transformers and gguf. On two cores 32,000 words take twelve minutes.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

AXES = 128
SPREAD = 0.12  # mean standard deviation of an axis, as of the tables that start at random
BATCH = 512
_RUSSIAN = re.compile("[а-яё]{2,16}")
_ENGLISH = re.compile("[a-z]{2,16}")
_NAMES = {"Name", "Surn", "Patr", "Abbr", "Orgn", "Geox"}
_PARTS = {"NOUN", "ADJF", "INFN", "ADVB", "ADJS", "COMP", "NUMR", "PRED", "NPRO", "PREP", "CONJ"}


def russian() -> set[str]:
    """Return the lemmas of the Russian dictionary that are no names."""
    import pymorphy3

    known = pymorphy3.MorphAnalyzer(lang="ru").dictionary.iter_known_words()
    return {
        word
        for word, tag, lemma, _, _ in known
        if word == lemma
        and _RUSSIAN.fullmatch(word)
        and tag.POS in _PARTS
        and _NAMES.isdisjoint(re.split("[ ,]", str(tag)))
    }


def english() -> set[str]:
    """Return the lemmas of the English dictionary."""
    import lemminflect

    table = Path(lemminflect.__file__).parent / "resources" / "infl_lu.csv.gz"
    with gzip.open(table, "rt", encoding="utf-8") as lines:
        words = (line.partition(",")[0] for line in lines)
        return {word for word in words if _ENGLISH.fullmatch(word)}


def shortest(words: Iterable[str], tokenizer: Any, count: int) -> list[tuple[str, list[int]]]:
    """Return *count* words with their pieces: those of the fewest pieces, of these the shortest."""
    ordered = sorted(words)
    pieces = tokenizer([f" {word}" for word in ordered], add_special_tokens=False)["input_ids"]
    return sorted(zip(ordered, pieces, strict=True), key=lambda it: (len(it[1]), len(it[0]), it[0]))[:count]


def states(model: Any, start: int, words: list[tuple[str, list[int]]]) -> Iterator[NDArray[np.float32]]:
    """Yield the last state of each word; *words* stand in order of their number of pieces."""
    began = time.time()
    done = 0
    for _, group in groupby(words, key=lambda it: len(it[1])):
        same = list(group)
        for at in range(0, len(same), BATCH):
            batch = torch.tensor([[start, *pieces] for _, pieces in same[at : at + BATCH]])
            with torch.no_grad():
                yield from model(input_ids=batch, use_cache=False).last_hidden_state[:, -1].numpy()
            done += len(batch)
            print(f"{done} of {len(words)} words, {time.time() - began:.0f} s", flush=True)


def reduced(vectors: NDArray[np.float64], is_russian: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return *vectors*, each language centred, on their principal axes; the first axes keep more spread."""
    vectors = vectors.copy()
    for own in (is_russian, ~is_russian):
        vectors[own] -= vectors[own].mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    axes = np.linalg.svd(vectors[::2], full_matrices=False)[2][:AXES]
    found = vectors @ axes.T
    found /= np.sqrt(found.std(0))
    return found * (SPREAD / found.std())


def main() -> None:
    """Write the vectors."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--gguf", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    for name, value in (("layers", 7), ("russian", 18_000), ("english", 14_000), ("threads", 2)):
        options.add_argument(f"--{name}", type=int, default=value)
    chosen = options.parse_args()
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(chosen.threads)
    source = {"pretrained_model_name_or_path": chosen.gguf.parent, "gguf_file": chosen.gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    model: Any = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32).model
    model.layers, model.norm = model.layers[: chosen.layers], torch.nn.Identity()
    model.eval()
    words = [
        *shortest(russian(), tokenizer, chosen.russian),
        *shortest(english(), tokenizer, chosen.english),
    ]
    words.sort(key=lambda it: len(it[1]))
    found = np.array(list(states(model, tokenizer.convert_tokens_to_ids("<|endoftext|>"), words)))
    lemmas = np.array([word.replace("ё", "е") for word, _ in words])
    is_russian = np.array([bool(_RUSSIAN.fullmatch(word)) for word, _ in words])
    vectors = reduced(found.astype(np.float64), is_russian)
    np.savez(chosen.out, lemmas=lemmas, vectors=vectors.astype(np.float16))
    print(f"{chosen.out}: {len(lemmas)} words")


if __name__ == "__main__":
    main()
