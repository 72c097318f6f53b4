"""
Memory: how fast it stores and recalls, and how often it finds the scene that a part of it is a part of.

    OMP_NUM_THREADS=1 python bench/memory.py [WEBNLG] [--language en] [--scenes 1000 0] [--cues 500]

WEBNLG is the folder of the corpus, ../shared/data/webnlg beside the checkout by default; its train entries
are the memory (0 scenes: all of them), each with its first text. Cues are scenes of that memory with

    objects hidden    the targets of half of the links made unknown
    subjects hidden   the root made unknown
    links dropped     half of the links left out
    another text      the second text of an entry, asked as text

and found is what stands among the first 1 or 10 hits. Many scenes answer a cue equally well: hits of equal
resonance count at their expected rank. Beside it the same with FTS5's BM25 alone, over the names of all
symbols for cues that are scenes and over the source texts for texts.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from typing import TypeVar

import apsw

from scenograph.core import Link, Scene
from scenograph.core.links import unquote
from scenograph.corpus import load
from scenograph.memory import Memory, Note
from scenograph.memory.lemmas import index_form, search_expression
from scenograph.memory.symbols import is_open

_Value = TypeVar("_Value")
Ranking = list[tuple[int, float]]  # crystal ids with their scores, best first
_DEEP = 50  # hits looked at, to see ties across the tenth place


def entries(folder: Path, language: str) -> list[tuple[Scene, tuple[str, ...]]]:
    """The distinct scenes of the train entries, in order, with their texts."""
    found: dict[Scene, tuple[str, ...]] = {}
    for example in load(folder / language / "train"):
        if example.scene is not None and example.language == language:
            found.setdefault(example.scene, example.texts)
    return list(found.items())


def objects_hidden(scene: Scene, rng: random.Random) -> Scene:
    hidden = rng.sample(scene.links, (len(scene.links) + 1) // 2)
    unknown = [Link(link.source, link.role, f"?x{number}") for number, link in enumerate(hidden)]
    kept = list(scene.links)
    for link in hidden:
        kept.remove(link)
    return _from_root(scene.concepts, [*kept, *unknown])


def subjects_hidden(scene: Scene, rng: random.Random) -> Scene:
    del rng
    return Scene.build(["?subject", *scene.concepts[1:]], scene.links)


def links_dropped(scene: Scene, rng: random.Random) -> Scene:
    return _from_root(scene.concepts, rng.sample(scene.links, (len(scene.links) + 1) // 2))


def _from_root(concepts: Sequence[str], links: Sequence[Link]) -> Scene:
    """The largest connected part of what is left, rooted where it can be."""
    near: dict[int, set[int]] = {node: set() for node in range(len(concepts))}
    for source, _, target in links:
        if isinstance(target, int):
            near[source].add(target)
            near[target].add(source)
    parts: list[list[int]] = []
    rest = set(near)
    while rest:
        part = [min(rest)]
        rest.discard(part[0])
        for node in part:
            part += near[node] & rest
            rest -= near[node]
        parts.append(part)
    part = max(parts, key=lambda nodes: (sum(link.source in nodes for link in links), -nodes[0]))
    number = {node: place for place, node in enumerate(part)}
    return Scene.build(
        [concepts[node] for node in part],
        [
            Link(number[source], role, number[target] if isinstance(target, int) else target)
            for source, role, target in links
            if source in number
        ],
    )


class Words:
    """FTS5 and its BM25 alone: what recall would be without scenes."""

    def __init__(self) -> None:
        self.database = apsw.Connection(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'porter unicode61')")

    def add(self, crystal: int, text: str) -> None:
        self.database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (crystal, text))

    def ranking(self, text: str) -> Ranking:
        expression = search_expression(text.split(), limit=200)
        if not expression:
            return []
        rows = self.database.execute(
            f"SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT {_DEEP}", (expression,)
        )
        return rows.fetchall()


def as_text(scene: Scene) -> str:
    """The names of all symbols, as often as they occur, ``birthPlace`` as two words."""
    constants = [link.target for link in scene.links if isinstance(link.target, str)]
    literals = [unquote(name) for name in (*scene.concepts, *constants) if not is_open(name)]
    roles = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", link.role) for link in scene.links]
    return index_form(" ".join([*literals, *roles]))


def found_within(ranking: Ranking, target: int, k: int) -> float:
    """The chance that *target* is among the first *k*, if hits of equal score come in random order."""
    scores = dict(ranking)
    if target not in scores:
        return 0.0
    above = sum(score > scores[target] + 1e-9 for score in scores.values())
    equal = sum(abs(score - scores[target]) <= 1e-9 for score in scores.values())
    return min(max((k - above) / equal, 0.0), 1.0)


def timed(values: Sequence[_Value], do: Callable[[_Value], object]) -> list[float]:
    """Milliseconds that each call took."""
    spans: list[float] = []
    for value in values:
        begun = time.perf_counter()
        do(value)
        spans.append((time.perf_counter() - begun) * 1000)
    return spans


def spread(spans: Sequence[float]) -> str:
    cuts = quantiles(spans, n=100)
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms"


def batches(notes: Iterator[Note], size: int) -> Iterator[list[Note]]:
    while batch := list(islice(notes, size)):
        yield batch


def measure(pairs: Sequence[tuple[Scene, tuple[str, ...]]], cues: int, rng: random.Random) -> None:
    """Store *pairs*, recall from parts of some of them, and print what came of it."""
    print(f"\n{len(pairs)} scenes")
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        # Parsed anew, so that no digest is known before the clock runs.
        fresh = [Scene.parse(str(scene)) for scene, _ in pairs]
        notes = (
            Note(scene, texts[0] if texts else None) for scene, (_, texts) in zip(fresh, pairs, strict=True)
        )
        begun = time.perf_counter()
        ids = [crystal for batch in batches(notes, 1000) for crystal in memory.remember_many(batch)]
        span = time.perf_counter() - begun
        print(f"  ingest, durable, batches of 1000: {len(ids) / span:,.0f} scenes/s with text and words")
        begun = time.perf_counter()
        memory.recall(fresh[0])
        print(f"  vectors: {len(ids) / (time.perf_counter() - begun):,.0f} scenes/s")
        single = [Scene.parse(f'(n / note :of (p / person :name "{number}"))') for number in range(200)]
        print(f"  single remember: {spread(timed(single, memory.remember))}")
        memory.forget(*(found for scene in single if (found := memory.find(scene)) is not None))
        stats = memory.stats()
        print(f"  file {stats.file_bytes / len(ids):,.0f} bytes/scene")

        names, texts = Words(), Words()
        for crystal, (scene, said) in zip(ids, pairs, strict=True):
            names.add(crystal, as_text(scene))
            if said:
                texts.add(crystal, index_form(said[0]))

        chosen = rng.sample(range(len(pairs)), min(cues, len(pairs)))
        print(f"  {'cue':<16} {'memory R@1':>10} {'R@10':>6} {'BM25 R@1':>10} {'R@10':>6}")
        for name, hide in (
            ("objects hidden", objects_hidden),
            ("subjects hidden", subjects_hidden),
            ("links dropped", links_dropped),
        ):
            asked = [(ids[place], hide(pairs[place][0], rng)) for place in chosen]
            report(name, memory, asked, [names.ranking(as_text(cue)) for _, cue in asked])
        asked_by_text = [(ids[place], pairs[place][1][1]) for place in chosen if len(pairs[place][1]) > 1]
        report(
            "another text",
            memory,
            asked_by_text,
            [texts.ranking(index_form(text)) for _, text in asked_by_text],
        )


def report(
    name: str, memory: Memory, asked: Sequence[tuple[int, Scene | str]], baseline: Sequence[Ranking]
) -> None:
    """Print one line of the table."""
    spans = timed([cue for _, cue in asked], memory.recall)
    rankings = [[(hit.id, hit.resonance) for hit in memory.recall(cue, k=_DEEP)] for _, cue in asked]
    shares = [
        mean(found_within(ranking, target, k) for ranking, (target, _) in zip(ranked, asked, strict=True))
        for ranked in (rankings, baseline)
        for k in (1, 10)
    ]
    print(
        f"  {name:<16} {shares[0]:>10.3f} {shares[1]:>6.3f} {shares[2]:>10.3f} {shares[3]:>6.3f}"
        f"   {len(asked)} cues, recall {spread(spans)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "webnlg", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "webnlg"
    )
    parser.add_argument("--language", default="en")
    parser.add_argument(
        "--scenes", type=int, nargs="+", default=[1000, 0], help="sizes of the memory; 0: all"
    )
    parser.add_argument("--cues", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    pairs = entries(options.webnlg, options.language)
    for size in options.scenes:
        rng = random.Random(options.seed)
        measure(rng.sample(pairs, size) if size else pairs, options.cues, rng)


if __name__ == "__main__":
    main()
