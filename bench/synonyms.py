"""
Whether the vectors that memory learns of symbols tell synonyms: those of words that the lexicon says are one.

    OMP_NUM_THREADS=1 python bench/synonyms.py [UD] [--seed 0]

Meanings are learned from the scenes of the dev treebanks (`scenograph.memory.learning.meanings`). Pairs of
words of one language that share a line of the lexicon of answers are synonyms; pairs that do not, drawn by
chance from the same words, are others. Printed are how often a synonym is nearer than another word (AUC), the
shares of both that are as near as a threshold, and how often the nearest word is a synonym.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from scenograph.answers.translation import lines
from scenograph.core.scene import Scene
from scenograph.memory.learning.meanings import learn_meanings
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert

_TREEBANKS: Final = ("en_ewt", "en_gum", "ru_gsd", "ru_taiga", "ru_poetry")
_OTHERS: Final = 5000  # pairs of words that are no synonyms
_THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8, 0.9)


def _scenes(folder: Path) -> Iterator[Scene]:
    for name in _TREEBANKS:
        with (folder / name / "dev.conllu").open(encoding="utf-8") as text:
            for sentence in parse(text):
                yield convert(sentence).scene


def main() -> None:
    """Print what the vectors tell."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    shared = Path(__file__).parents[2] / "shared" / "data" / "ud"
    parser.add_argument("ud", nargs="?", type=Path, default=shared)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    meanings = learn_meanings(_scenes(options.ud))
    synonyms: list[tuple[str, str]] = []
    for line in lines():
        known = sorted(word for word in line if word in meanings)
        pairs = [(one, other) for place, one in enumerate(known) for other in known[place + 1 :]]
        synonyms += [(one, other) for one, other in pairs if one.isascii() == other.isascii()]
    words = sorted({word for pair in synonyms for word in pair})
    alike = set(map(frozenset, synonyms))
    rng = random.Random(options.seed)
    others: list[tuple[str, str]] = []
    while len(others) < _OTHERS:
        one, other = rng.sample(words, 2)
        if one.isascii() == other.isascii() and frozenset((one, other)) not in alike:
            others.append((one, other))
    near, far = (
        np.array([meanings[one] @ meanings[other] for one, other in pairs]) for pairs in (synonyms, others)
    )
    print(f"{len(meanings)} words with a meaning, {len(near)} pairs of synonyms; seed {options.seed}")
    print(f"AUC {np.mean(near[:, None] > far[None, :]):.3f}")
    for threshold in _THRESHOLDS:
        shares = np.mean(near >= threshold), np.mean(far >= threshold)
        print(f"cosine {threshold}: synonyms {shares[0]:.3f}   others {shares[1]:.3f}")
    table = np.stack([meanings[word] for word in words])
    cosines = table @ table.T
    np.fill_diagonal(cosines, -1)
    nearest = [frozenset((word, words[int(row.argmax())])) for word, row in zip(words, cosines, strict=True)]
    print(
        f"the nearest of {len(words)} words is a synonym: {np.mean([pair in alike for pair in nearest]):.3f}"
    )


if __name__ == "__main__":
    main()
