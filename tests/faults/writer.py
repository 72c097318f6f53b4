"""
A process that remembers and forgets until it is killed; what memory acknowledged, it writes to a log.

Run by the tests as ``python writer.py FOLDER LOG SEED [COUNT]``; the log is outside the memory's folder.
"""

from __future__ import annotations

import os
import random
import sys
from itertools import count

from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note


def scene(rng: random.Random) -> Scene:
    """A scene that is hardly ever drawn twice."""
    verb = rng.choice(["build", "see", "carry", "believe"])
    return Scene.parse(
        f'(v / {verb} :agent (p / person :name "N{rng.randrange(10**9)}") '
        f":object (t / {rng.choice(['bridge', 'house', 'boat'])}) :time {rng.randrange(1800, 2000)})"
    )


def main(folder: str, log: str, seed: int, limit: int | None = None) -> None:
    """Remember one by one and in batches, forget, recall and rebuild, in an order drawn from *seed*."""
    rng = random.Random(seed)
    acknowledged = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(kind: str, crystal: int, told: Scene) -> None:
        os.write(acknowledged, f"{kind} {crystal} {told.digest.hex()}\n".encode())

    mine: list[tuple[int, Scene]] = []
    with Memory.open(folder, wait=60) as memory:
        for _ in range(limit) if limit is not None else count():
            step = rng.random()
            if step < 0.7:
                new = scene(rng)
                mine.append((memory.remember(new, text=f"Текст {new.concepts[0]}", language="ru"), new))
                say("remember", *mine[-1])
            elif step < 0.85:
                batch = [scene(rng) for _ in range(rng.randrange(1, 20))]
                ids = memory.remember_many(Note(one, "a text", "en") for one in batch)
                mine += zip(ids, batch, strict=True)
                for crystal, one in mine[-len(batch) :]:
                    say("remember", crystal, one)
            elif step < 0.93 and mine:
                crystal, one = mine.pop(rng.randrange(len(mine)))
                say("forgetting", crystal, one)
                memory.forget(crystal)
                say("forget", crystal, one)
            elif step < 0.98 and mine:
                memory.recall(rng.choice(mine)[1])
            else:
                memory.rebuild_index()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else None)
