"""
What time costs a memory: finding contradictions, filtering what is believed, moving, merging.

    python bench/validity.py --data ../shared/data

WebNLG (en, train) as memory; process time, the median of some rounds.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from scenograph.core import Scene, only_one
from scenograph.corpus import load
from scenograph.memory import Memory, Note

DAY = datetime(1990, 1, 1, tzinfo=UTC)
ROUNDS = 5


def row(name: str, run: Callable[[], object], *, count: int = 1, rounds: int = ROUNDS) -> None:
    """Print the median time of *run*, for each of *count*."""
    times: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    each = median(times) / count
    print(f"| {name} | {each * 1e3:.2f} ms |" if each >= 1e-4 else f"| {name} | {each * 1e6:.2f} us |")


def moved(memory: Memory, write: Callable[[Memory, io.StringIO], object]) -> io.StringIO:
    """What *write* writes of *memory*, to be read from the beginning."""
    file = io.StringIO(newline="")
    write(memory, file)
    file.seek(0)
    return file


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--seed", type=int, default=1, help="what is corrected and dated")
    options = parser.parse_args()
    notes: dict[Scene, Note] = {}
    for example in load(options.data / "webnlg" / "en" / "train"):
        if example.scene is not None:
            text = next(iter(example.texts), None)
            notes.setdefault(example.scene, Note(example.scene, text, "en", "webnlg"))
    with tempfile.TemporaryDirectory() as folder, Memory.open(f"{folder}/one") as memory:
        memory.remember_many(notes.values())
        ids = memory.believed()
        wrong = memory.remember(Scene.parse('(a / Alan_Bean :birthDate "1935-03-15")'))
        roles = ", ".join(f"{one.role} ({one.things})" for one in memory.functional_roles())
        print(f"{len(ids):,} crystals; roles with one value: {roles}\n\n| what | time |\n| --- | --- |")
        contradict(memory, wrong)
        believe(memory, ids, options.seed)
        move(memory, folder)


def contradict(memory: Memory, wrong: int) -> None:
    """Find contradictions, among all and of one crystal."""
    places = [only_one(role) for role in (":birthDate", ":birthPlace", ":country")]
    found = len(memory.contradictions(places))
    row("contradictions by learned roles", memory.contradictions)
    row(f"contradictions by three rules ({found} found)", lambda: memory.contradictions(places))
    row("contradictions of one crystal", lambda: memory.contradictions(about=wrong))


def believe(memory: Memory, ids: list[int], seed: int) -> None:
    """Filter candidates as recall does, without and with rows of validity."""
    some = ids[:1000]

    def view(name: str, **when: datetime) -> None:
        row(f"believed, per candidate: {name}", lambda: memory._state.current(some, **when), count=len(some))  # pyright: ignore[reportPrivateUsage]

    view("no rows")
    draw = random.Random(seed)
    with memory.transaction():
        for crystal in draw.sample(ids, len(ids) // 10):
            memory.remember(memory.get(crystal).scene, true_from=DAY + timedelta(days=crystal % 5000))
        for crystal in draw.sample(ids, len(ids) // 100):
            memory.correct(crystal, Scene.parse(f"(t / thing :number {crystal})"))
    view("10 % dated, 1 % corrected")
    view("the same, at a time", at=DAY + timedelta(days=2500))
    view("the same, known at a time", known=datetime.now(UTC))


def move(memory: Memory, folder: str) -> None:
    """Export, import and merge."""
    count = len(memory)
    lines, quads = moved(memory, Memory.export_to), moved(memory, Memory.export_rdf)
    row("JSON lines out, per crystal", lambda: moved(memory, Memory.export_to), count=count, rounds=3)
    row("N-Quads out, per crystal", lambda: moved(memory, Memory.export_rdf), count=count, rounds=3)
    with (
        Memory.open(f"{folder}/two") as two,
        Memory.open(f"{folder}/three") as three,
        Memory.open(f"{folder}/four") as four,
    ):
        row("JSON lines in, per crystal", lambda: two.import_from(lines), count=count, rounds=1)
        row("N-Quads in, per crystal", lambda: three.import_rdf(quads), count=count, rounds=1)
        row("merging into an empty memory, per crystal", lambda: four.merge(memory), count=count, rounds=1)
        row("merging the same again, per crystal", lambda: four.merge(memory), count=count, rounds=1)
        assert moved(three, Memory.export_to).getvalue() == lines.getvalue()
        assert moved(two, Memory.export_rdf).getvalue() == quads.getvalue()
    sizes = [len(file.getvalue()) // count for file in (lines, quads)]
    print(f"\n{sizes[0]} bytes a crystal as a line, {sizes[1]} as quads")


if __name__ == "__main__":
    main()
