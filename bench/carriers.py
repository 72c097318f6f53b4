"""
GGUF files as carriers: loading, gates, the memory that `carriers fit` foretells, and one mind over all.

    python bench/carriers.py FILE... [--steps N] [--batch N] [--width N] [--adapters N] [--without-gates]
        [--precision auto|float32|bfloat16]
    python bench/carriers.py FILE... --mind DIR [--steps N] [--batch N] [--world N]

Without --mind, every file is measured in processes of its own: loaded with an empty cache, and with the
cache of the first time; trained over, on tasks of the bundled world; and answering with adapters. Peaks are
those of resident memory, as the system counts them (a thread that looks now and then does not see what is
written while the interpreter is held); mapped files count while they are mapped.

With --mind, a mind is made in DIR over the first file, trained for some steps, told three things, and
carried to every other file by the commands that a person types. Then it is asked over each carrier, and
evaluated over all of them if --items is given. What is there already is not made again, so a bench that was
stopped goes on. A file too large for the free memory is named, with the line that refuses it.
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
from typing import Any, NamedTuple

GIB = 2**30
TOLD = (
    "Our deploy failed because the database was full.",
    "Vera planted an apple tree behind the school.",
    "Борис вчера продал старую лодку.",
)
QUESTIONS = ("Why did our deploy fail?", "Who planted a tree?", "Что продал Борис?")


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


# --- one file at a time ---------------------------------------------------------------------------------


def measure(path: str, args: argparse.Namespace) -> dict[str, Any]:
    """Load the carrier at *path*; train over it or let it answer, if that is asked for."""
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
    if args.one == "train":
        found |= _trained(carrier, args)
    if args.one == "serve":
        found |= _served(carrier, args)
    return found


def _tasks(args: argparse.Namespace) -> tuple[list[Any], list[str]]:
    from scenograph.corpus.domain_tasks import domain_tasks
    from scenograph.world import World

    tasks = list(islice(domain_tasks(World(), 1), 40 * args.adapters))
    names = sorted({task.adapter for task in tasks})[: args.adapters]
    return [task for task in tasks if task.adapter in names], names


def _trained(carrier: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Train adapters for some steps; return the peak and what was foretold."""
    from scenograph.adapters import Recipe, train_adapters
    from scenograph.adapters.precision import takes_bfloat16
    from scenograph.carriers.need import Training, training_need
    from scenograph.carriers.shape import Shape
    from scenograph.carriers.speed import measured, training_speed

    tasks, names = _tasks(args)
    recipe = Recipe(batch=args.batch, width=args.width, memory=args.memory << 20)
    reset()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = train_adapters(
            carrier,
            tasks,
            adapters=names,
            folder=folder,
            steps=args.steps,
            recipe=recipe,
            precision=args.precision,
        )
    tokens_per_second = report.tokens / (time.perf_counter() - began)
    shape = Shape.of_config(carrier.module.config.to_dict(), carrier.name)
    top, machine = peak(), measured()
    fast = takes_bfloat16(shape.parameters, "float32", carrier.module.device)
    copied = args.precision == "bfloat16" or (args.precision == "auto" and fast)
    training = Training(len(names), 16, args.batch, args.width, args.memory << 20, bfloat16=copied)
    need = training_need(shape, "float32", training=training)
    return {
        "what": "training",
        "peak": top,
        "foretold": need.total,
        "parts": need.parts,
        "tokens_per_second": tokens_per_second,
        "foretold_speed": training_speed(shape, machine, training),
        "machine": machine._asdict(),
    }


def _served(carrier: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Let untrained adapters answer a batch of prompts; return the peak and what was foretold."""
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.lora import GroupedLora
    from scenograph.adapters.manifest import Fit, Manifest
    from scenograph.adapters.shape import Shape
    from scenograph.carriers import FAMILIES
    from scenograph.carriers.generate import generate
    from scenograph.carriers.need import Serving, serving_need
    from scenograph.carriers.shape import Shape as Sizes

    tasks, names = _tasks(args)
    shape = Shape(tuple(names), 16, 32.0, FAMILIES[carrier.family].targets)
    lora = GroupedLora.fresh(shape, carrier.module, 1)
    adapters = AdapterSet(lora, Manifest(carrier.name, Fit.of(carrier), shape, {}, {}, {}))
    rows, length, new = args.rows, args.length, 8
    texts = [content for task in tasks for kind, content in (*task.prompt, task.answer) if kind == "text"]
    long = carrier.vocabulary.encode_text(" ".join(texts * length))
    prompts = [long[i : i + length - new] for i in range(rows)]
    reset()
    generate(
        carrier.module,
        prompts,
        stop=-1,
        max_new=new,
        adapters=adapters,
        names=[names[i % len(names)] for i in range(rows)],
        starts=[length // 2] * rows,
        batch_rows=rows,
    )
    sizes = Sizes.of_config(carrier.module.config.to_dict(), carrier.name)
    need = serving_need(sizes, "float32", serving=Serving(len(names), 16, rows, length))
    return {"what": "serving", "peak": peak(), "foretold": need.total, "parts": need.parts}


def each_alone(args: argparse.Namespace) -> None:
    """Measure every file, each in processes of its own."""
    for path in args.files:
        with tempfile.TemporaryDirectory() as cache:
            for part in ("load", "train", "serve"):
                given = ("steps", "batch", "width", "memory", "adapters", "rows", "length", "precision")
                options = [f"--{name}={getattr(args, name)}" for name in given]
                done = subprocess.run(
                    [sys.executable, __file__, path, f"--one={part}", *options],
                    env=os.environ | {"XDG_CACHE_HOME": args.cache or cache, "TQDM_DISABLE": "1"},
                    stdout=subprocess.PIPE,
                    text=True,
                    check=False,
                )
                if done.returncode:
                    print(f"{Path(path).name}: {part} failed", flush=True)
                    break
                _show(json.loads(done.stdout.splitlines()[-1]), part)
            if not args.without_gates:
                os.environ["XDG_CACHE_HOME"] = args.cache or cache
                subprocess.run([sys.executable, "-m", "scenograph", "carriers", "check", path], check=False)


def _show(found: dict[str, Any], part: str) -> None:
    print(
        f"{found['carrier']} ({found['family']}, {found['parameters']:,} parameters), "
        f"{'first' if part == 'load' else 'later'} load: "
        f"{found['load_seconds']:.1f} s ({found['load_processor_seconds']:.1f} s of processor time), "
        f"peak {found['load_peak'] / GIB:.2f} GiB",
        flush=True,
    )
    if "foretold" not in found:
        return
    share = found["foretold"] / found["peak"] - 1
    parts = ", ".join(f"{part} {size / GIB:.2f}" for part, size in found["parts"].items())
    print(
        f"  {found['what']}: peak {found['peak'] / GIB:.3f} GiB, "
        f"foretold {found['foretold'] / GIB:.3f} GiB ({share:+.1%}): {parts}",
        flush=True,
    )
    if "tokens_per_second" in found:
        print(
            f"  {found['tokens_per_second']:.0f} tokens/s, foretold {found['foretold_speed']:.0f} "
            f"(a product here: {found['machine']['products'] / 1e9:.0f}e9 operations/s)",
            flush=True,
        )


# --- one mind over all files ----------------------------------------------------------------------------


class Done(NamedTuple):
    """A command that ended: its exit code, what it printed, its time and its peak of memory."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int


def typed(*arguments: object) -> Done:
    """Run a command of Scenograph, in a process of its own."""
    words = [str(argument) for argument in arguments]
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([sys.executable, "-m", "scenograph", *words], stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        done = Done(
            process.returncode,
            out.read(),
            err.read(),
            time.perf_counter() - began,
            usage.ru_maxrss << 10,
        )
    said = " ".join(Path(word).name if "/" in word else word for word in words)
    print(f"$ scenograph {said}\n    {done.seconds:.0f} s, peak {done.peak / GIB:.2f} GiB", flush=True)
    for line in (*done.out.splitlines(), *(line for line in done.err.splitlines() if "error" in line)):
        print(f"    {line}", flush=True)
    return done


def one_mind(args: argparse.Namespace) -> None:
    """Carry one mind over all files, and show that its memory stays as it is."""
    from scenograph.mind.carry import outdated
    from scenograph.mind.config import carrier_label
    from scenograph.mind.config_file import FILE
    from scenograph.mind.workspace import Workspace

    folder = Path(args.mind)
    first, *others = args.files
    if not (folder / FILE).exists():
        options = ("--world", args.world, "--steps", args.steps, "--rank", 4)
        typed("init", folder, "--carrier", first, *options)
        text = (folder / FILE).read_text(encoding="utf-8")
        styles = text[text.index("\nstyles = ") :].splitlines()[1]
        for old, new in (
            (styles, 'styles = ["plain"]'),
            ("\nscenes = 200", "\nscenes = 40"),
            ("\n[bridge]", "\n[bridge]\nconfidence = 0.0"),  # measuring it takes minutes on such a machine
            ("\n[training]", f"\n[training]\nbatch = {args.batch}"),
        ):
            assert old in text, old
            text = text.replace(old, new, 1)
        (folder / FILE).write_text(text, encoding="utf-8")
    if not (folder / "memory").exists():
        typed("train", folder, "--step", "confidence")
        for line in TOLD:
            typed("remember", folder, line, "--source", "a chat")
    for path in others:
        workspace = Workspace(folder)
        name = carrier_label(path)
        if name not in workspace.carriers or name in outdated(workspace):
            typed("carry", folder, "--to", path)
    held = [json.loads(line) for line in typed("memory", "stats", folder, "--json").out.splitlines()]
    print(f"    {held}", flush=True)
    for name in Workspace(folder).carriers:
        for question in QUESTIONS:
            typed("ask", folder, question, "--carrier", name)
        typed("read", folder, "Oleg built the old bridge.", "--carrier", name)
        typed("speak", folder, '(s / sleep :agent (e / entity :name "Oleg") :tense past)', "--carrier", name)
    if args.items:
        typed("eval", folder, "--items", args.items)


def main() -> None:
    """Measure every file alone, or carry one mind over all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--memory", type=int, default=256, help="MiB stored for backward passes")
    parser.add_argument("--adapters", type=int, default=4)
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--rows", type=int, default=8, help="answers at a time")
    parser.add_argument("--length", type=int, default=96, help="tokens of a prompt with its answer")
    parser.add_argument("--without-gates", action="store_true")
    parser.add_argument("--cache", help="a cache to use, where every first load is not to be slow")
    parser.add_argument("--mind", help="carry one mind, in this folder, over all files")
    parser.add_argument("--world", type=int, default=200, help="with --mind: tasks of the world")
    parser.add_argument("--items", type=int, default=0, help="with --mind: scenes to evaluate on")
    parser.add_argument("--one", choices=("load", "train", "serve"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.files[0], args)))
    elif args.mind:
        one_mind(args)
    else:
        each_alone(args)


if __name__ == "__main__":
    main()
