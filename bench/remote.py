"""
A carrier on a server: reading and speaking of world scenes by a small model that was never trained for it.

    python bench/remote.py smollm2.gguf [qwen.gguf ...] [--scenes 50] [--shots 0 4 8] [--form json_schema]

Each file is served by llama.cpp's own server (xllamacpp), and asked over HTTP as a mind asks.
For each number of examples the table has: texts that are read exactly, and the F1 of their links; the
retention of scenes that are spoken in plain style and read back by the same model (unguarded), and that the
guard lets pass or says itself (guarded), with the share that it says itself; seconds for a reading and for a
text. The scenes are those that no training sees, with unseen names, in English.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import fmean

from scenograph import Scene, retention
from scenograph.bridge import Bridge
from scenograph.bridge.speak import SpeechRequest
from scenograph.carriers.gguf.runtime import Runtime
from scenograph.carriers.remote import FORMS, Address, Client, RemoteCarrier
from scenograph.carriers.remote.examples import Example, Examples
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.world import World

COLUMNS = ("file", "form", "shots", "exact", "F1", "unguarded", "guarded", "fallback", "s/read", "s/said")


def measured(bridge: Bridge, scene: Scene, text: str, show: bool) -> tuple[float, ...]:
    """Read *text* and say *scene*; return the columns from `exact` on."""
    began = time.perf_counter()
    read = bridge.reader.drafts([text], "en")[0].scene
    reading = time.perf_counter() - began
    began = time.perf_counter()
    free = bridge.speak(scene, guard=False)  # which reads it back
    speaking = time.perf_counter() - began - reading
    [guarded] = bridge.speaker.guard_many([SpeechRequest(scene, "plain", "en")], [free])
    if show:
        print(f"  {text}\n    right {scene!s}\n    read  {read!s}\n    said  {free.text}", file=sys.stderr)
    return (
        float(read == scene),
        retention(scene, read) if read else 0.0,
        free.retention,
        guarded.retention,
        float(guarded.fallback),
        reading,
        speaking,
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--scenes", type=int, default=50)
    parser.add_argument("--shots", type=int, nargs="+", default=[0, 4, 8])
    parser.add_argument("--tasks", type=int, default=4000, help="of the corpus that examples come from")
    parser.add_argument("--form", choices=FORMS, help="how requests say what may be written")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what was read and said on stderr")
    given = parser.parse_args()
    world = World()
    tasks = islice(domain_tasks(world, given.seed, styles=("plain",), languages=("en",)), given.tasks)
    examples = Examples(Example(task.prompt, task.answer) for task in tasks)
    scenes = list(world.scenes(given.scenes, given.seed, "test"))
    rng = random.Random(given.seed)
    texts = [world.say(scene, "plain", "en", rng) for scene in scenes]
    print("".join(f"{column:13}" for column in COLUMNS), flush=True)
    for path in given.files:
        with (
            Runtime(path, context=4096, threads=given.threads) as runtime,
            Client(Address(f"{runtime.address}/v1", timeout=900)) as client,
        ):
            for shots in given.shots:
                carrier = RemoteCarrier(
                    client,
                    form=given.form,
                    examples=examples,
                    shots=shots,
                    parallel=1,
                    adapters=("scene_interpreter", "decoder.plain"),
                    languages=world.languages,
                )
                bridge = Bridge(carrier, domain=world)
                rows: list[tuple[float, ...]] = []
                for scene, text in zip(scenes, texts, strict=True):
                    rows.append(measured(bridge, scene, text, given.show))
                    print(f"{len(rows)} of {len(scenes)}", file=sys.stderr, end="\r", flush=True)
                means = [fmean(column) for column in zip(*rows, strict=True)]
                cells = [path.stem, carrier.form, str(shots), *(f"{mean:.2f}" for mean in means)]
                print("".join(f"{cell:13}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
