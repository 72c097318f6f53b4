"""
What memories apart cost: a file for each namespace, beside one memory in which tags tell them apart.

    python bench/namespaces.py [--namespaces 200] [--scenes 20] [--cues 100] [--seed 1]

Printed are the time to make and fill one, to open it again and recall from it, the bytes on the disk, the
time to forget one whole user, and how often a recall in the other memory is answered by something of another
user if the filter is left out. Then the time of many recalls in one pass, beside the same one by one.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from scenograph import Mind, Scene
from scenograph.memory import Filter, Memory, Note
from scenograph.mind import MindConfig, Workspace

VERBS, THINGS = ("see", "sell", "paint", "find", "lose"), ("bridge", "boat", "book", "violin", "lamp")


def notes(user: int, scenes: int, draw: random.Random) -> list[Note]:
    made: list[Note] = []
    for number in range(scenes):
        verb, thing = draw.choice(VERBS), draw.choice(THINGS)
        scene = Scene.parse(f'(x / {verb} :agent (p / person :name "U{user}") :object {thing}{number})')
        made.append(Note(scene, text=f"U{user} {verb}s a {thing}.", tags=[f"user{user}"]))
    return made


def milliseconds(seconds: list[float]) -> str:
    return f"{1000 * median(seconds):.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    for name, default in (("namespaces", 200), ("scenes", 20), ("cues", 100), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    told = [notes(user, asked.scenes, draw) for user in range(asked.namespaces)]
    with tempfile.TemporaryDirectory() as folder:
        apart(Path(folder) / "mind", told, draw)
        together(Path(folder) / "one", told, asked.cues, draw)


def apart(folder: Path, told: list[list[Note]], draw: random.Random) -> None:
    Workspace.create(folder, MindConfig())
    filled: list[float] = []
    with Mind.open(folder) as mind:
        for user, some in enumerate(told):
            begun = time.perf_counter()
            with mind.within(f"u{user}") as within:
                within.writable.remember_many(some)
            filled.append(time.perf_counter() - begun)
    recalled: list[float] = []
    with Mind.open(folder) as mind:
        for user in draw.sample(range(len(told)), min(100, len(told))):
            begun = time.perf_counter()
            with mind.within(f"u{user}") as within:
                within.recall("sells a boat", 5)
            recalled.append(time.perf_counter() - begun)
        size = sum(path.stat().st_size for path in folder.rglob("namespaces/**/*") if path.is_file())
        begun = time.perf_counter()
        mind.forget_all("u0")
        forgotten = time.perf_counter() - begun
    print(f"apart     make and fill {milliseconds(filled)}  open and recall {milliseconds(recalled)}")
    print(f"          {size / len(told) / 1024:.0f} KiB each  forget one user {1000 * forgotten:.1f} ms")


def together(folder: Path, told: list[list[Note]], cues: int, draw: random.Random) -> None:
    with Memory.open(folder) as memory:
        begun = time.perf_counter()
        for some in told:
            memory.remember_many(some)
        filled = (time.perf_counter() - begun) / len(told)
        memory.recall("sells a boat")
        recalled: list[float] = []
        strange = 0
        for user in draw.sample(range(len(told)), min(100, len(told))):
            begun = time.perf_counter()
            memory.recall("sells a boat", 5, among=Filter(tag=f"user{user}"))
            recalled.append(time.perf_counter() - begun)
            hits = memory.recall("sells a boat", 5)
            strange += any(f"user{user}" not in source.tags for hit in hits for source in hit.sources)
        begun = time.perf_counter()
        memory.forget(*memory.select(Filter(tag="user0")))
        forgotten = time.perf_counter() - begun
        print(f"together  fill {1000 * filled:.1f} ms  recall with a filter {milliseconds(recalled)}")
        print(f"          forget one user {1000 * forgotten:.1f} ms  strangers without the filter: {strange}")
        said = [f"{draw.choice(VERBS)} a {draw.choice(THINGS)}" for _ in range(cues)]
        named = [
            f"U{draw.randrange(len(told))} {draw.choice(VERBS)}s a {draw.choice(THINGS)}{number}"
            for number in range(cues)
        ]
        scenes = [draw.choice(draw.choice(told)).scene for _ in range(cues)]
        for kind, some in (("few texts", said), ("all differ", named), ("scenes", scenes)):
            many(memory, kind, some)


def many(memory: Memory, kind: str, cues: Sequence[str] | Sequence[Scene]) -> None:
    """Compare recalls one by one with all in one pass, in seconds of the processor, the least of three."""
    times: list[tuple[float, float]] = []
    for _ in range(3):
        begun = time.process_time()
        alone = [memory.recall(cue, 5) for cue in cues]
        between = time.process_time()
        assert memory.recall_many(cues, 5) == alone
        times.append((between - begun, time.process_time() - between))
    alone_s, at_once = map(min, zip(*times, strict=True))
    each = f"{1000 * alone_s / len(cues):.2f} ms one by one, {1000 * at_once / len(cues):.2f} ms in one pass"
    print(f"recalls   {kind}, {len(set(cues))} of {len(cues)}: {each} (×{alone_s / at_once:.2f})")


if __name__ == "__main__":
    main()
