"""
GGUF files as carriers: how long they take to load, what the gates say, and the memory that `fit` foretells.

    python bench/carriers.py FILE... [--steps N] [--batch N] [--width N] [--adapters N] [--without-gates]

Every file is measured in a process of its own, twice: with an empty cache, and with the cache of the first
time. The second process trains adapters on tasks of the bundled world. Peaks are those of resident memory,
before and after training began; mapped files count while they are mapped.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

GIB = 2**30


def peak() -> int:
    """Return the peak of resident memory since `reset`, in bytes."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def reset() -> None:
    """Let `peak` begin anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def measure(path: str, args: argparse.Namespace) -> dict[str, Any]:
    """Load the carrier at *path*, and train over it if steps are asked for."""
    import torch

    from scenograph.carriers import load_carrier

    torch.set_num_threads(1)
    reset()
    wall, processor = time.perf_counter(), time.process_time()
    carrier = load_carrier(path)
    found: dict[str, Any] = {
        "carrier": Path(path).name,
        "family": carrier.family,
        "parameters": carrier.parameters,
        "load_seconds": time.perf_counter() - wall,
        "load_processor_seconds": time.process_time() - processor,
        "load_peak": peak(),
    }
    return found | (_trained(carrier, args) if args.steps else {})


def _trained(carrier: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Train adapters for some steps; return the peak and what was foretold."""
    from scenograph.adapters import Recipe, train_adapters
    from scenograph.carriers.need import Training, training_need
    from scenograph.carriers.shape import Shape
    from scenograph.carriers.speed import measured, training_speed
    from scenograph.corpus.domain_tasks import domain_tasks
    from scenograph.world import World

    tasks = list(islice(domain_tasks(World(), 1), 40 * args.adapters))
    names = sorted({task.adapter for task in tasks})[: args.adapters]
    tasks = [task for task in tasks if task.adapter in names]
    recipe = Recipe(batch=args.batch, width=args.width, memory=args.memory << 20)
    reset()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = train_adapters(
            carrier, tasks, adapters=names, folder=folder, steps=args.steps, recipe=recipe
        )
    tokens_per_second = report.tokens / (time.perf_counter() - began)
    shape = Shape.of_config(carrier.module.config.to_dict(), carrier.name)
    top, machine = peak(), measured()
    training = Training(len(names), 16, args.batch, args.width, args.memory << 20)
    need = training_need(shape, "float32", training=training)
    return {
        "training_peak": top,
        "foretold": need.total,
        "parts": need.parts,
        "tokens_per_second": tokens_per_second,
        "foretold_speed": training_speed(shape, machine, training),
        "machine": machine._asdict(),
    }


def main() -> None:
    """Measure every file, each in processes of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--memory", type=int, default=256, help="MiB stored for backward passes")
    parser.add_argument("--adapters", type=int, default=4)
    parser.add_argument("--without-gates", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.files[0], args)))
        return
    for path in args.files:
        with tempfile.TemporaryDirectory() as cache:
            for number, steps in enumerate((0, args.steps)):
                options = [
                    f"--{name}={getattr(args, name)}" for name in ("batch", "width", "memory", "adapters")
                ]
                done = subprocess.run(
                    [sys.executable, __file__, path, "--one", f"--steps={steps}", *options],
                    env=os.environ | {"XDG_CACHE_HOME": cache, "TQDM_DISABLE": "1"},
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                )
                _show(json.loads(done.stdout.splitlines()[-1]), ("first load", "second load")[number])
            if not args.without_gates:
                os.environ["XDG_CACHE_HOME"] = cache
                subprocess.run([sys.executable, "-m", "scenograph", "carriers", "check", path], check=False)


def _show(found: dict[str, Any], what: str) -> None:
    print(
        f"{found['carrier']} ({found['family']}, {found['parameters']:,} parameters), {what}: "
        f"{found['load_seconds']:.1f} s ({found['load_processor_seconds']:.1f} s of processor time), "
        f"peak {found['load_peak'] / GIB:.2f} GiB",
        flush=True,
    )
    if "foretold" in found:
        share = found["foretold"] / found["training_peak"] - 1
        parts = ", ".join(f"{part} {size / GIB:.2f}" for part, size in found["parts"].items())
        print(
            f"  training: peak {found['training_peak'] / GIB:.2f} GiB, "
            f"foretold {found['foretold'] / GIB:.2f} GiB ({share:+.0%}): {parts}; "
            f"{found['tokens_per_second']:.0f} tokens/s, "
            f"foretold {found['foretold_speed']:.0f} (a product here: "
            f"{found['machine']['products'] / 1e9:.0f}e9 operations/s)",
            flush=True,
        )


if __name__ == "__main__":
    main()
