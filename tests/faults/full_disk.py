"""
Fills a small file system with a memory until that refuses, makes some space and goes on.

Run by the tests as `python -m faults.full_disk DISK LEDGER`, with a small file system mounted at DISK.
"""

from __future__ import annotations

import sys
from pathlib import Path

from faults.actor import Actor, open_memory
from faults.ledger import Ledger, examine

from scenograph.errors import StoreError

SPARE = 200_000  # bytes; a scene told and one forgotten write up to 185,000 into the log


def main(disk: Path, ledger: Ledger) -> None:
    """Fill *disk*, then free what was set aside, and see."""
    spare = disk / "spare"
    spare.write_bytes(bytes(SPARE))
    for seed in range(3):
        with open_memory(disk / "memory") as memory:
            actor = Actor(memory, ledger, seed)
            refused = 0
            for _ in range(1000):
                try:
                    actor.act(actor.rng.choice(["remember", "remember many", "rebuild", "recall"]))
                except StoreError as error:
                    refused += 1
                    if "full" not in str(error) and "space" not in str(error):
                        raise
                    if refused == 5:
                        break
            assert refused == 5
            actor.act("forget")  # the indexes make room for it
            spare.unlink()
            actor.act("remember")
            actor.act("forget")
            assert memory.check() == []
        examine(disk / "memory", ledger)
        with open_memory(disk / "memory") as memory:
            actor = Actor(memory, ledger, seed + 100)
            while len(actor.mine) > 10:
                actor.act("forget")
        (disk / "memory" / "vectors.index").unlink(missing_ok=True)
        spare.write_bytes(bytes(SPARE))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Ledger(Path(sys.argv[2])))
