"""
Scale: a memory of a million generated scenes, on the disk and in use.

    OMP_NUM_THREADS=2 python bench/scale.py [--scenes 1000000] [--cues 300] [--folder DIR] [--texts]

Scenes of the bundled world are drawn from the seed until there are so many different ones; with --texts
each has its plain text, in English and Russian by turns. They are ingested in batches, consolidated and
indexed; then another process opens the memory and recalls. Printed are the times, the size of each file,
what the same scenes take as notation packed by zstd with a trained dictionary in an SQLite table with the
same columns, and the resident memory of the process that recalls. Beside the times of recall stands how long
100,000 additions took among them, since processors that are shared are now fast and now slow. With --folder
the memory is kept there, and used as it is if it is there already.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

import apsw
import numpy as np

from scenograph.core import Scene
from scenograph.memory import Memory, Note
from scenograph.memory.learning.cues import damaged, links_dropped, objects_hidden, subjects_hidden
from scenograph.world import World


def different(count: int, seed: int) -> Iterator[Scene]:
    """*count* different scenes of the world."""
    seen: set[bytes] = set()
    world = World()
    for turn in range(1000):
        for scene in world.scenes(100_000, seed + turn, "train"):
            if scene.digest not in seen:
                seen.add(scene.digest)
                yield scene
                if len(seen) == count:
                    return


def notes(count: int, seed: int, *, texts: bool) -> Iterator[Note]:
    world = World()
    for number, scene in enumerate(different(count, seed)):
        language = "en" if number % 2 == 0 else "ru"
        yield Note(scene, world.say(scene, "plain", language), language) if texts else Note(scene)


def build(folder: Path, count: int, seed: int, *, texts: bool) -> None:
    begun = time.perf_counter()
    made = list(notes(count, seed, texts=texts))
    print(f"{len(made):,} scenes drawn in {time.perf_counter() - begun:.0f} s", flush=True)
    with Memory.open(folder) as memory:
        begun = time.perf_counter()
        memory.ingest(made)
        span = time.perf_counter() - begun
        print(f"ingested in {span:.0f} s: {count / span:,.0f} scenes/s, durable", flush=True)
        del made
        taken = size(folder, "memory.db", "memory.db-wal")
        print(f"  database {taken:,} bytes", flush=True)
        done = memory.consolidate(progress=Spoken())
        print("  " + "\n  ".join(done.lines()), flush=True)
        begun = time.perf_counter()
        memory.rebuild_index()
        span = time.perf_counter() - begun
        print(f"all that is derived built anew in {span:.0f} s: {count / span:,.0f} scenes/s", flush=True)
        print(f"  resident at most: {peak():,.0f} MB")


class Spoken:
    """Prints how long each step of consolidation took; learning weights includes building the indexes."""

    def start(self, title: str, total: float | None = None) -> None:
        self.title, self.begun = title, time.perf_counter()

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        pass

    def finish(self, summary: str) -> None:
        print(f"{self.title}: {summary}, in {time.perf_counter() - self.begun:.0f} s", flush=True)


def size(folder: Path, *names: str) -> int:
    return sum((folder / name).stat().st_size for name in names if (folder / name).exists())


def packed_by_zstd(folder: Path, seed: int) -> int:
    """Bytes of an SQLite table with the scenes' notation packed by zstd with a dictionary."""
    import zstandard

    with Memory.open(folder) as memory, tempfile.TemporaryDirectory() as other:
        ids = memory.believed()
        chosen = random.Random(seed).sample(ids, min(20_000, len(ids)))
        samples = [memory.get(crystal).scene.format(indent=None).encode() for crystal in chosen]
        dictionary = zstandard.train_dictionary(112 * 1024, samples)
        packer = zstandard.ZstdCompressor(level=19, dict_data=dictionary)
        store = apsw.Connection(str(Path(other) / "store.db"))
        store.execute(
            "CREATE TABLE crystals (id INTEGER PRIMARY KEY, key INTEGER, learned INTEGER, scene BLOB)"
        )
        store.execute("CREATE INDEX keys ON crystals (key)")
        with store:
            for crystal in memory:
                key = int.from_bytes(crystal.scene.digest[:8], "little", signed=True)
                data = packer.compress(crystal.scene.format(indent=None).encode())
                store.execute("INSERT INTO crystals VALUES (?, ?, ?, ?)", (crystal.id, key, 0, data))
        store.close()
        return size(Path(other), "store.db") + len(dictionary.as_bytes())


def recall(folder: Path, cues: int, seed: int) -> None:
    """Open the memory, recall, and print what it took; run in a process of its own."""
    rng = random.Random(seed)
    begun = time.perf_counter()
    with Memory.open(folder) as memory:
        total = len(memory)
        memory.recall("bridge")
        print(f"opened, and recalled for the first time, in {time.perf_counter() - begun:.2f} s")
        ids = np.array(memory.believed())
        print(f"  {'cue':<18} {'p50':>8} {'p99':>8} {'worst':>8} {'loop':>8}   ms, of {total:,} scenes")
        together: list[float] = []
        loops: list[float] = []
        for kind, make in KINDS.items():
            # Each kind is made of scenes of its own, so that none finds at hand what another has read.
            places = rng.sample(range(total), cues)
            chosen = [memory.get(int(ids[place])).scene for place in places]
            spans: list[float] = []
            pace = [loop()]
            for cue in [make(scene, rng) for scene in chosen]:
                begun = time.perf_counter()
                memory.recall(cue)
                spans.append((time.perf_counter() - begun) * 1000)
                if len(spans) % 20 == 0:
                    pace.append(loop())
            told(kind, spans, pace)
            together += spans
            loops += pace
        told("all together", together, loops)
    print(f"  resident at most: {peak():,.0f} MB")


def told(kind: str, spans: list[float], pace: list[float]) -> None:
    cuts = quantiles(spans, n=100)
    told = (cuts[49], cuts[98], max(spans), median(pace))
    print(f"  {kind:<18} " + " ".join(f"{span:>8.2f}" for span in told), flush=True)


def loop() -> float:
    """How long 100,000 additions take, in ms: how fast the machine is just then."""
    begun, total = time.perf_counter(), 0
    for number in range(100_000):
        total += number & 7
    return (time.perf_counter() - begun) * 1000


def peak() -> float:
    """The most memory this process has held, in MB; pages of mapped files are counted."""
    status = Path("/proc/self/status").read_text()
    found = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(found.split()[1]) / 1024


def a_name(scene: Scene, rng: random.Random) -> str:
    """A name that *scene* holds, or one of its concepts."""
    found = [link.target for link in scene.links if link.role == ":name" and isinstance(link.target, str)]
    return rng.choice(found or scene.concepts).strip('"')


KINDS: Mapping[str, Callable[[Scene, random.Random], Scene | str]] = {
    "objects hidden": objects_hidden,
    "subjects hidden": subjects_hidden,
    "links dropped": links_dropped,
    "the whole scene": lambda scene, _: scene,
    "damaged, hidden": lambda scene, rng: damaged(objects_hidden(scene, rng), rng),
    "a name": a_name,
    "a plain text": lambda scene, _: World().say(scene, "plain", "en"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenes", type=int, default=1_000_000)
    parser.add_argument("--cues", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--texts", action="store_true", help="remember the scenes with texts")
    parser.add_argument("--recall", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.recall:
        recall(options.folder, options.cues, options.seed)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "memory"
        if not (folder / "memory.db").exists():
            build(folder, options.scenes, options.seed, texts=options.texts)
        for file in sorted(folder.iterdir()):
            print(f"  {file.name:<24} {file.stat().st_size:>15,} bytes")
        print(f"  packed by zstd instead   {packed_by_zstd(folder, options.seed):>15,} bytes", flush=True)
        again = [sys.executable, __file__, "--recall", "--folder", str(folder)]
        subprocess.run(
            [*again, "--cues", str(options.cues), "--seed", str(options.seed)], check=True, env=os.environ
        )


if __name__ == "__main__":
    main()
