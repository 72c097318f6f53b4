"""
Vector indexes: how fast they are built and searched, what they miss, what they weigh.

    OMP_NUM_THREADS=1 python bench/vectors.py [--scenes 10000 100000] [--million] [--cues 200]

Scenes are drawn from the bundled world and encoded; a million of vectors (--million) are made up of the same
products without scenes: 200 kinds of root, each with its own roles, whose objects are common or rare. Cues
are parts of what is indexed, with the targets of half of the links hidden, with the root hidden, or with half
of the links left out. Recall@10 is the share of ten hits that are as similar as the ten most similar are, by
exact vectors. Contestants take turns, cue by cue, in processor time, each on an index that was saved and
opened again; building, saving and opening are in seconds by the clock:

    flat          FAISS, all vectors whole, compared one by one
    faiss:        what the default becomes beyond 20,000 vectors: 8-bit codes in lists, of which some are read
    lists 64      the same, with 64 lists read
    qdrant-edge:  an embedded Qdrant shard, by its graph
    qdrant local  qdrant-client without a server, up to 10,000 vectors
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean, quantiles
from typing import NamedTuple, Protocol

import faiss
import numpy as np
import psutil
from numpy.typing import NDArray

from scenograph.core import Scene
from scenograph.memory.index import faiss_index
from scenograph.memory.index.faiss_index import FaissIndex, Ivf
from scenograph.memory.index.vector_index import Address, Truth, VectorIndex, new_index, open_index
from scenograph.memory.index.vectors import DIMENSIONS, HASHED, Vectors, encode
from scenograph.world import World

sys.path.insert(0, str(Path(__file__).parent))
from memory import links_dropped, objects_hidden, subjects_hidden

_BATCH = 2000
Search = Callable[[Vectors], Sequence[int]]


class Population(Protocol):
    """What is indexed: vectors by number, and cues to them."""

    def __len__(self) -> int: ...

    def vectors(self, numbers: Sequence[int]) -> Vectors: ...

    def cues(self, numbers: Sequence[int], rng: random.Random) -> dict[str, Vectors]: ...


class Scenes:
    """Scenes of the bundled world, each once."""

    def __init__(self, count: int, seed: int) -> None:
        drawn = World().scenes(count + count // 10, seed, "train")
        self.scenes: list[Scene] = list(dict.fromkeys(drawn))[:count]

    def __len__(self) -> int:
        return len(self.scenes)

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        return encode([self.scenes[number] for number in numbers])

    def cues(self, numbers: Sequence[int], rng: random.Random) -> dict[str, Vectors]:
        kinds = {"objects": objects_hidden, "subjects": subjects_hidden, "dropped": links_dropped}
        return {
            name: encode([hide(self.scenes[number], rng) for number in numbers])
            for name, hide in kinds.items()
        }


class MadeUp:
    """Vectors of scenes that were never built: a root, up to five links with common or rare objects."""

    KINDS, ROLES, OBJECTS, LINKS = 200, 80, 60_000, 5

    def __init__(self, count: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.roots = HASHED([f"kind-{i}" for i in range(self.KINDS)])
        self.roles = HASHED([f"role-{i}" for i in range(self.ROLES)])
        self.whose = HASHED([f"<role-{i}" for i in range(self.ROLES)])
        self.objects = rng.integers(0, 256, (self.OBJECTS, DIMENSIONS // 2), np.uint8)
        self.phases = np.exp(2j * np.pi * np.arange(256) / 256).astype(np.complex64)
        self.roles_of = np.stack(
            [rng.choice(self.ROLES, self.LINKS, replace=False) for _ in range(self.KINDS)]
        )
        self.kind = (self.KINDS * rng.random(count) ** 1.7).astype(np.int64)
        self.links = rng.integers(1, self.LINKS + 1, count)
        spans = np.array([50, 200, 1000, 5000, 20_000])
        first = rng.integers(0, self.OBJECTS, (self.KINDS, self.LINKS))[self.kind]
        rank = (spans * rng.random((count, self.LINKS)) ** 2).astype(np.int64)
        self.targets = (first + rank) % self.OBJECTS

    def __len__(self) -> int:
        return len(self.kind)

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        chosen = np.array(numbers, np.int64)
        told = np.arange(self.LINKS) < self.links[chosen, None]
        return self._encode(chosen, told, told, rooted=True)

    def cues(self, numbers: Sequence[int], rng: random.Random) -> dict[str, Vectors]:
        chosen = np.array(numbers, np.int64)
        told = np.arange(self.LINKS) < self.links[chosen, None]
        some = told.copy()
        for row, links in zip(some, self.links[chosen].tolist(), strict=True):
            row[rng.sample(range(links), (links + 1) // 2)] = False
        half = told & ~some
        return {
            "objects": self._encode(chosen, told, some, rooted=True),
            "subjects": self._encode(chosen, told, told, rooted=False),
            "dropped": self._encode(chosen, half, half, rooted=True),
        }

    def _encode(
        self, chosen: NDArray[np.int64], told: NDArray[np.bool_], known: NDArray[np.bool_], *, rooted: bool
    ) -> Vectors:
        kind = self.kind[chosen]
        root = self.roots[kind] * np.float32(rooted)
        total = root.copy()
        for place in range(self.LINKS):
            link, filled = told[:, place, None], known[:, place, None]
            role = self.roles_of[kind, place]
            target = self.phases[self.objects[self.targets[chosen, place]]] * filled
            whose = root * self.whose[role] * (1 + np.float32(0.3) * target)
            total += link * (target + np.float32(0.7) * self.roles[role] * target + whose)
        rows = np.ascontiguousarray(total).view(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Built(NamedTuple):
    """An index, opened anew, with what it took."""

    index: VectorIndex
    build: float
    save: float
    load: float
    bytes: int
    resident: int


def build(
    address: Address,
    folder: Path,
    truth: Truth,
    people: Population,
    most_flat: int,
    batches: Sequence[Vectors],
) -> Built:
    """Build, save and open the index at *address*; *batches* are its vectors, if they are at hand."""
    faiss_index.MOST_FLAT = most_flat
    folder.mkdir()
    begun = time.perf_counter()
    index = new_index(address, folder, truth)
    sampled = random.Random(1)
    index.prepare(
        len(people), lambda count: people.vectors(sorted(sampled.sample(range(len(people)), count)))
    )
    encoding = 0.0
    for place, start in enumerate(range(0, len(people), _BATCH)):
        numbers = range(start, min(start + _BATCH, len(people)))
        asked = time.perf_counter()
        rows = batches[place] if batches else people.vectors(numbers)
        encoding += time.perf_counter() - asked
        index.add(numbers, rows)
    built = time.perf_counter()
    index.save()
    saved = time.perf_counter()
    index.close()
    del index
    before = psutil.Process().memory_info().rss
    opening = time.perf_counter()
    index = open_index(address, folder, truth)
    opened = time.perf_counter()
    for number in range(0, len(people), max(len(people) // 300, 1)):
        index.search(people.vectors([number]), 10)
    resident = psutil.Process().memory_info().rss - before
    size = sum(os.stat(path).st_blocks * 512 for path in folder.rglob("*") if path.is_file())
    return Built(index, built - begun - encoding, saved - built, opened - opening, size, resident)


def lists(index: VectorIndex, probes: int) -> Search:
    rows = _coded(index)

    def search(cue: Vectors) -> Sequence[int]:
        usual, rows.coded.nprobe = rows.coded.nprobe, probes
        _, ids = rows.coded.search(cue, 10)
        rows.coded.nprobe = usual
        return ids[0].tolist()

    return search


def _coded(index: VectorIndex) -> Ivf:
    assert isinstance(index, FaissIndex)
    rows = index._rows
    assert isinstance(rows, Ivf)
    return rows


def exactly(
    people: Population, cues: Mapping[str, Vectors], keep: bool
) -> tuple[dict[str, Vectors], list[Vectors]]:
    """The scores of the ten most similar to each cue; with *keep*, also the vectors."""
    nearest = {name: np.full((len(rows), 10), -1, np.float32) for name, rows in cues.items()}
    kept: list[Vectors] = []
    for start in range(0, len(people), _BATCH):
        rows = people.vectors(range(start, min(start + _BATCH, len(people))))
        if keep:
            kept.append(rows)
        for name, cue in cues.items():
            both = np.concatenate([nearest[name], cue @ rows.T], axis=1)
            nearest[name] = -np.sort(-both, axis=1)[:, :10]
    return nearest, kept


def flat_search(rows: Vectors) -> Search:
    return lambda cue: faiss.knn(cue, rows, 10, metric=faiss.METRIC_INNER_PRODUCT)[1][0].tolist()


def measure(people: Population, count: int, rng: random.Random, *, qdrant: bool, graph: bool) -> None:
    print(f"\n{len(people):,} vectors, {type(people).__name__}", flush=True)
    small = len(people) <= 200_000
    cues = people.cues(rng.sample(range(len(people)), count), rng)
    nearest, kept = exactly(people, cues, keep=small)
    truth = Truth(
        b"u" * 16,
        b"f" * 32,
        lambda ids: {number: {"scene": str(number)} for number in ids},
    )
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        indexes: dict[str, Built] = {}
        if small:
            indexes["flat"] = build(Address("faiss"), folder / "flat", truth, people, 1 << 40, kept)
        indexes["faiss:"] = build(Address("faiss"), folder / "faiss", truth, people, 0, kept)
        if graph:
            indexes["qdrant-edge:"] = build(Address("qdrant-edge"), folder / "edge", truth, people, 0, kept)
        if qdrant:
            indexes["qdrant local"] = local(folder, truth, people, kept)
        searches: dict[str, Search] = {name: _by(one.index) for name, one in indexes.items()}
        searches["lists 64"] = lists(indexes["faiss:"].index, 64)
        spans = {name: {kind: [0.0] * 0 for kind in cues} for name in searches}
        shares = {name: {kind: [0.0] * 0 for kind in cues} for name in searches}
        for kind, rows in cues.items():
            for place, cue in enumerate(rows):
                for name, search in searches.items():
                    begun = time.process_time()
                    found = search(cue[None])
                    spans[name][kind].append((time.process_time() - begun) * 1000)
                    scores = people.vectors([i for i in found if i >= 0]) @ cue
                    shares[name][kind].append(float((scores >= nearest[kind][place, 9] - 1e-5).sum()) / 10)
        for name, one in indexes.items():
            print(
                f"  {name:<13} built {one.build:7.1f} s, saved {one.save:5.1f} s, opened {one.load:6.3f} s, "
                f"{one.bytes / 1e6:7.0f} MB on disk, {one.resident / 1e6:7.0f} MB resident"
            )
        for name in searches:
            told = "  ".join(
                f"{kind} {mean(shares[name][kind]):.3f} p50 {_cut(spans[name][kind], 49):.2f} "
                f"p99 {_cut(spans[name][kind], 98):.2f}"
                for kind in cues
            )
            print(f"  {name:<13} {told}", flush=True)
        for one in indexes.values():
            one.index.close()
    print(f"  the whole process: {psutil.Process().memory_info().rss / 1e9:.2f} GB resident")


def _by(index: VectorIndex) -> Search:
    return lambda cue: list(index.search(cue, 10))


def _cut(spans: Sequence[float], percent: int) -> float:
    return quantiles(spans, n=100)[percent]


def local(folder: Path, truth: Truth, people: Population, batches: Sequence[Vectors]) -> Built:
    from qdrant_client import QdrantClient

    from scenograph.memory.index import server_index

    server_index.connect = lambda server, prefix="": QdrantClient(path=str(folder / "local" / "server"))
    warnings.filterwarnings("ignore", "Local mode")
    return build(Address("qdrant", "local", "", "bench"), folder / "local", truth, people, 0, batches)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--million", action="store_true", help="a million of vectors too, FAISS alone")
    parser.add_argument("--made-up", type=int, default=1_000_000, help="how many a million is")
    parser.add_argument("--graph-up-to", type=int, default=100_000, help="vectors for qdrant-edge: at most")
    parser.add_argument("--cues", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for size in options.scenes:
        measure(
            Scenes(size, options.seed),
            options.cues,
            random.Random(options.seed),
            qdrant=size <= 10_000,
            graph=size <= options.graph_up_to,
        )
    if options.million:
        people = MadeUp(options.made_up, options.seed)
        measure(people, options.cues, random.Random(options.seed), qdrant=False, graph=False)


if __name__ == "__main__":
    main()
