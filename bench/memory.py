"""
Memory: how fast it stores and recalls, and how often it finds the scene that a part of it is a part of.

    OMP_NUM_THREADS=1 python bench/memory.py [WEBNLG] [--language en] [--cues 500]
    OMP_NUM_THREADS=1 python bench/memory.py --generated 1000000
    OMP_NUM_THREADS=1 python bench/memory.py --consolidate 400

WEBNLG is the folder of the corpus, ../shared/data/webnlg beside the checkout by default; its train entries
are the memory, each with its first text. Cues are scenes of that memory (`scenograph.memory.learning.cues`):

    objects hidden     the targets of half of the links made unknown
    subjects hidden    the root made unknown
    links dropped      half of the links left out
    damaged            objects hidden, and one word of each filler misspelt, inflected or abbreviated
    another text       the second text of an entry, asked as text

and found is what stands among the first 1 or 10 hits. Many scenes answer a cue equally well: hits of equal
score count at their expected rank. Side by side:

    memory     its recall, with weights learned from cues made of other scenes
    default    the same with the weights it is shipped with
    holding    perfect structural matching: all scenes that hold the cue, found by comparing each, in a tie
    nearest    the same, those that have fewest links beside the cue first
    vectors    plain role-filler vectors (HRR), all compared
    BM25       FTS5 over the names of all symbols; for texts, over texts

Law: of how many cues no scene that holds all of it ranks under one that does not. `--russian-names` renames
what WebNLG has Russian names for, so that names are Cyrillic and inflected as Russian is.

`--consolidate` prints how long a small memory takes to consolidate, as it is, with nothing new and with 2 %
more, and what that gained.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from xml.etree.ElementTree import parse

import apsw
import numpy as np
from generated import generated

from scenograph.core import Scene
from scenograph.core.links import is_literal, quote, unquote
from scenograph.corpus import load
from scenograph.memory import Memory, Note
from scenograph.memory.index.vectors import Vectors, encode
from scenograph.memory.learning.cues import damaged, links_dropped, objects_hidden, subjects_hidden
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.symbols import is_open, symbols_of
from scenograph.morphology.lemmas import STOP_WORDS, index_form

Entry = tuple[Scene, tuple[str, ...]]
Ranking = list[tuple[int, float]]  # crystal ids with their scores
Hide = Callable[[Scene, random.Random], Scene]
_DEEP = 50  # hits looked at, to see ties across the tenth place

CONTESTANTS = ("memory", "default", "vectors", "BM25", "holding", "nearest")
KINDS: Mapping[str, Hide] = {
    "objects hidden": objects_hidden,
    "subjects hidden": subjects_hidden,
    "links dropped": links_dropped,
    "damaged": lambda scene, rng: damaged(objects_hidden(scene, rng), rng),
}


def entries(folder: Path, language: str) -> list[Entry]:
    """The distinct scenes of the train entries, in order, with their texts."""
    found: dict[Scene, tuple[str, ...]] = {}
    for example in load(folder / language / "train"):
        if example.scene is not None and example.language == language:
            found.setdefault(example.scene, example.texts)
    return list(found.items())


def with_russian_names(pairs: Sequence[Entry], folder: Path) -> list[Entry]:
    """*pairs* with every concept and constant that the corpus has a Russian name for renamed."""
    names: dict[str, str] = {}
    for path in sorted((folder / "ru" / "train").rglob("*.xml")):
        for element in parse(path).iter():
            english, same, russian = (part.strip() for part in f"{element.text or ''} |  | ".split(" | ")[:3])
            if same == "sameAs" and re.search("[а-яё]", russian.lower()):
                names.setdefault(english.replace("_", " ").lower(), russian)

    def renamed(literal: str) -> str:
        name = names.get(unquote(literal).replace("_", " ").lower())
        if name is None:
            return literal
        bare = name.replace(" ", "_")
        return bare if is_literal(bare) else quote(name)

    found: dict[Scene, tuple[str, ...]] = {}
    for scene, texts in pairs:
        links = [(s, role, t if isinstance(t, int) else renamed(t)) for s, role, t in scene.links]
        found.setdefault(Scene.build(map(renamed, scene.concepts), links), texts)
    return list(found.items())


def any_of(lemmas: Sequence[str]) -> str:
    """An FTS5 expression that finds texts with any of the first 200 of *lemmas*, but for stop words."""
    telling = [word for word in dict.fromkeys(lemmas) if word not in STOP_WORDS]
    return " OR ".join(f'"{word}"' for word in telling[:200])


class Words:
    """FTS5 and its BM25 alone: what recall would be without scenes."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self.database = apsw.Connection(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'porter unicode61')")
        self.database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", texts.items())

    def ranking(self, text: str) -> Ranking:
        expression = any_of(text.split())
        if not expression:
            return []
        rows = self.database.execute(
            f"SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT {_DEEP}", (expression,)
        )
        return rows.fetchall()


def as_text(scene: Scene) -> str:
    """The names of all symbols, as often as they occur, `birthPlace` as two words."""
    constants = [link.target for link in scene.links if isinstance(link.target, str)]
    literals = [unquote(name) for name in (*scene.concepts, *constants) if not is_open(name)]
    roles = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", link.role) for link in scene.links]
    return index_form(" ".join([*literals, *roles]))


class Structures:
    """Every scene compared with the cue, link by link."""

    def __init__(self, scenes: Mapping[int, Scene]) -> None:
        self.scenes = scenes
        self._symbols = {crystal: frozenset(symbols_of(scene)) for crystal, scene in scenes.items()}

    def holding(self, scene: Scene) -> list[int]:
        """The scenes that hold all of the cue."""
        cue, needed = Cue(scene), frozenset(symbols_of(scene))
        return [
            crystal
            for crystal, other in self.scenes.items()
            if needed <= self._symbols[crystal] and cue.found_in(other) == cue.size
        ]

    def nearest(self, holding: Sequence[int]) -> Ranking:
        """*holding*, those of fewest links first."""
        return [(crystal, -float(len(self.scenes[crystal].links))) for crystal in holding]


def by_vectors(ids: Sequence[int], vectors: Vectors, cue: Scene) -> Ranking:
    """The crystals most similar to *cue*."""
    scores = vectors @ encode([cue])[0]
    best = np.argsort(-scores)[:_DEEP]
    return [(ids[place], float(scores[place])) for place in best]


def found_within(ranking: Ranking, target: int, k: int) -> float:
    """The chance that *target* is among the first *k*, if hits of equal score come in random order."""
    scores = dict(ranking)
    if target not in scores:
        return 0.0
    above = sum(score > scores[target] + 1e-6 for score in scores.values())
    equal = sum(abs(score - scores[target]) <= 1e-6 for score in scores.values())
    return min(max((k - above) / equal, 0.0), 1.0)


def is_lawful(ranking: Ranking, holding: Sequence[int]) -> bool:
    """Whether all scenes that hold the cue rank above all that do not."""
    held = set(holding)
    ids = [crystal for crystal, _ in ranking]
    wrong = next((place for place, crystal in enumerate(ids) if crystal not in held), None)
    return wrong is None or held <= set(ids[:wrong])


def spread(spans: Sequence[float]) -> str:
    cuts = quantiles(spans, n=100)
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms"


def ranked(memory: Memory, cue: Scene | str) -> Ranking:
    return [(hit.id, hit.resonance) for hit in memory.recall(cue, k=_DEEP)]


def timed(memory: Memory, cues: Sequence[Scene | str]) -> str:
    """How long recall of ten hits takes, in process time."""
    spans: list[float] = []
    for cue in cues:
        begun = time.process_time()
        memory.recall(cue)
        spans.append((time.process_time() - begun) * 1000)
    return spread(spans)


def row(name: str, asked: Sequence[int], rankings: Mapping[str, Sequence[Ranking]]) -> str:
    """One line of the table: R@1 and R@10 of every contestant."""
    cells: list[str] = []
    for rank in rankings.values():
        pairs = list(zip(rank, asked, strict=True))
        cells += [f"{mean(found_within(one, target, k) for one, target in pairs):>7.3f}" for k in (1, 10)]
    return f"  {name:<16}" + "".join(cells)


def measure(pairs: Sequence[Entry], cues: int, seed: int) -> None:
    """Store *pairs*, recall from parts of some of them, and print what came of it."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        store(memory, [Note(scene, texts[0] if texts else None) for scene, texts in pairs])
        ids = [found for scene, _ in pairs if (found := memory.find(scene)) is not None]
        scenes = dict(zip(ids, (scene for scene, _ in pairs), strict=True))
        structures = Structures(scenes)
        vectors = encode(list(scenes.values()))
        names = Words({crystal: as_text(scene) for crystal, scene in scenes.items()})
        chosen = rng.sample(range(len(pairs)), min(cues, len(pairs)))
        targets = [ids[place] for place in chosen]
        asked: dict[str, list[Scene]] = {
            name: [hide(scenes[target], rng) for target in targets] for name, hide in KINDS.items()
        }
        second = [place for place in chosen if len(pairs[place][1]) > 1]
        texts = [pairs[place][1][1] for place in second]

        default = {name: [ranked(memory, cue) for cue in some] for name, some in asked.items()}
        default_text = [ranked(memory, text) for text in texts]
        begun = time.process_time()
        memory.learn_weights(seed=seed, exclude=targets)
        print(f"  weights learned in {time.process_time() - begun:.1f} s from scenes that are not asked for")

        print(f"  {len(targets)} cues; R@1 and R@10 of each")
        print(f"  {'cue':<16}" + "".join(f"{one:>14}" for one in CONTESTANTS))
        for name, some in asked.items():
            own = [ranked(memory, cue) for cue in some]
            rankings = {
                "memory": own,
                "default": default[name],
                "vectors": [by_vectors(ids, vectors, cue) for cue in some],
                "BM25": [names.ranking(as_text(cue)) for cue in some],
            }
            law = ""
            if name != "damaged":
                held = [structures.holding(cue) for cue in some]
                rankings["holding"] = [[(crystal, 1.0) for crystal in one] for one in held]
                rankings["nearest"] = [structures.nearest(one) for one in held]
                law = f", law {mean(map(is_lawful, own, held)):.3f}"
            print(row(name, targets, rankings) + f"   {timed(memory, some)}{law}")
        said = {one: index_form(told[0]) for one, (_, told) in zip(ids, pairs, strict=True) if told}
        plain = Words(said)
        rankings = {
            "memory": [ranked(memory, text) for text in texts],
            "default": default_text,
            "vectors": [[] for _ in texts],
            "BM25": [plain.ranking(index_form(text)) for text in texts],
        }
        print(row("another text", [ids[place] for place in second], rankings) + f"   {timed(memory, texts)}")


def store(memory: Memory, notes: Sequence[Note]) -> None:
    """Remember *notes* and print how long that took."""
    fresh = [Note(Scene.parse(str(note.scene)), note.text) for note in notes]  # no digest is known yet
    begun = time.perf_counter()
    memory.ingest(fresh)
    span = time.perf_counter() - begun
    print(f"  {len(memory)} scenes; ingest, durable: {len(notes) / span:,.0f} scenes/s with text and words")
    begun = time.perf_counter()
    memory.recall(fresh[0].scene)
    print(f"  vectors and postings: {len(notes) / (time.perf_counter() - begun):,.0f} scenes/s")
    spans: list[float] = []
    single = [Scene.parse(f'(n / note :of (p / person :name "{number}"))') for number in range(200)]
    for scene in single:
        begun = time.perf_counter()
        memory.remember(scene)
        spans.append((time.perf_counter() - begun) * 1000)
    print(f"  single remember: {spread(spans)}")
    memory.forget(*(found for scene in single if (found := memory.find(scene)) is not None))
    stats = memory.stats()
    print(f"  file {stats.file_bytes / len(memory):,.0f} bytes/scene")


def measure_large(count: int, cues: int, seed: int) -> None:
    """Store *count* generated scenes, and print how long recall takes and what it needs."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        fill(folder, count, seed)
        ask(folder, count, cues, rng)


def fill(folder: str, count: int, seed: int) -> None:
    with Memory.open(folder) as memory:
        begun = time.perf_counter()
        memory.ingest(generated(count, seed))
        print(f"  {count} scenes; ingest, durable: {count / (time.perf_counter() - begun):,.0f} scenes/s")
        begun = time.perf_counter()
        memory.recall(next(generated(1, seed)))
        print(f"  vectors and postings built in {time.perf_counter() - begun:.0f} s")


def ask(folder: str, count: int, cues: int, rng: random.Random) -> None:
    with Memory.open(folder) as memory:
        begun = time.perf_counter()
        memory.recall("anything")
        print(f"  opened in {time.perf_counter() - begun:.1f} s")
        chosen = [memory.get(rng.randrange(1, count + 1)).scene for _ in range(cues)]
        for name, hide in KINDS.items():
            print(f"  {name:<16} recall {timed(memory, [hide(scene, rng) for scene in chosen])}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        sizes = ", ".join(f"{path.name} {path.stat().st_size:,}" for path in Path(folder).iterdir())
        print(f"  peak of resident memory {peak:.1f} GB; bytes: {sizes}")


def measure_consolidation(pairs: Sequence[Entry], count: int) -> None:
    """Consolidate *count* of *pairs*, again, and with 2 % more."""
    notes = [Note(scene, texts[0] if texts else None) for scene, texts in pairs]
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        for name, some in {
            f"{count} crystals": notes[:count],
            "nothing new": [],
            "2 % more": notes[count : count + count // 50],
        }.items():
            memory.ingest(some)
            begun, cpu = time.perf_counter(), time.process_time()
            done = memory.consolidate()
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            print(f"  {name:<16} {took:.2f} s, {used:.2f} s of the processor; {done.lines()[-1]}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "webnlg", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "webnlg"
    )
    parser.add_argument("--language", default="en")
    parser.add_argument("--russian-names", action="store_true")
    parser.add_argument("--scenes", type=int, default=0, help="size of the memory; 0: all")
    parser.add_argument("--generated", type=int, help="measure recall from so many generated scenes instead")
    parser.add_argument("--consolidate", type=int, help="measure consolidation of so many scenes instead")
    parser.add_argument("--cues", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.generated:
        measure_large(options.generated, options.cues, options.seed)
        return
    pairs = entries(options.webnlg, options.language)
    if options.russian_names:
        pairs = with_russian_names(pairs, options.webnlg)
    if options.consolidate:
        measure_consolidation(pairs, options.consolidate)
        return
    measure(list(islice(pairs, options.scenes or None)), options.cues, options.seed)


if __name__ == "__main__":
    main()
