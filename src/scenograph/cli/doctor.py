"""Is everything here that a mind needs? One finding per thing, each with what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph import __version__
from scenograph.errors import ScenographError

if TYPE_CHECKING:
    from scenograph.mind.workspace import Workspace

EXTRAS = {
    "train": ("torch", "transformers", "peft", "safetensors", "sentencepiece", "llguidance", "matplotlib"),
    "serve": ("fastapi", "uvicorn"),
    "map": ("matplotlib", "scikit-learn"),
    "gguf": ("gguf", "xllamacpp"),
    "remote": ("httpx", "llguidance"),
    "qdrant": ("qdrant-client", "qdrant-edge-py"),
    "quantise": ("bitsandbytes", "accelerate"),
}
OPTIONAL = {"quantise", "qdrant", "gguf", "remote"}
SMALLEST_DISK = 2 << 30


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    found: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f"; {self.advice}" if self.advice else ""
        return f"{'ok  ' if self.well else 'BAD '}{self.what}: {self.found}{advice}"


def examine_machine() -> Iterator[Finding]:
    """Look at Python, packages, cores, disk and GPU, without loading anything heavy."""
    yield Finding("scenograph", True, __version__)
    yield Finding("python", True, platform.python_version())
    for extra, packages in EXTRAS.items():
        versions = {package: _version(package) for package in packages}
        missing = ", ".join(package for package, version in versions.items() if not version)
        found = ", ".join(f"{package} {version}" for package, version in versions.items() if version)
        advice = f"{missing} missing; run: pip install 'scenograph[{extra}]'" if missing else ""
        yield Finding(f"extra [{extra}]", not missing or extra in OPTIONAL, found or "not installed", advice)
    yield Finding("cores", True, str(os.cpu_count()))
    free = shutil.disk_usage(Path.cwd()).free
    roomy = free >= SMALLEST_DISK
    yield Finding("free disk", roomy, f"{free / 2**30:.0f} GiB", "" if roomy else "free 2 GiB for a mind")
    gpu = "an NVIDIA driver is installed" if shutil.which("nvidia-smi") else "none: carriers run on the CPU"
    yield Finding("gpu", True, gpu)
    yield Finding("few bits", True, _few_bits())
    package = Path(__file__).parents[1]
    for name, weights in (
        ("nano carrier", package / "carriers" / "nano" / "model.safetensors"),
        ("reader of open text", package / "readers" / "trained" / "reader.npz"),
    ):
        is_there = weights.is_file()
        size = f"{weights.stat().st_size / 1e6:.1f} MB" if is_there else "its weights are missing"
        yield Finding(name, is_there, size, "" if is_there else "reinstall the package")


def examine_mind(path: Path) -> Iterator[Finding]:
    """Look at every part of the mind at *path*: its file, its steps, its memory."""
    from scenograph.evaluate.step import steps_of
    from scenograph.memory import Memory
    from scenograph.mind.carry import carry_steps
    from scenograph.mind.steps import examine, is_off
    from scenograph.mind.workspace import Workspace

    try:
        workspace = Workspace(path)
    except ScenographError as error:
        yield Finding("mind", False, str(error))
        return
    yield Finding("mind", True, str(path))
    for name in workspace.carriers:
        over = workspace.over(name)
        which = "" if over.is_first else f" over {name}"
        way = f"train {path}" if over.is_first else f"carry {path} --to {name}"
        if not over.config.is_remote:
            yield _examine_carrier(over)
        steps = steps_of(over) if over.is_first else carry_steps(over)
        found = [examine(over, step) for step in steps]
        if over.is_first and all(status.state == "missing" for status in found):
            can = "none: it reads, remembers and answers open text"
            yield Finding("training", True, can, f"for the styles and roles of its domain: scenograph {way}")
            continue
        off = {step.name for step in steps if is_off(over, step)}
        for status in found:
            if status.step in off and status.state != "up to date":
                yield Finding(f"step {status.step}{which}", True, "off: mind.toml does not ask for it")
                continue
            well = status.state == "up to date"
            advice = "" if well else f"run: scenograph {way}"
            yield Finding(f"step {status.step}{which}", well, f"{status.state}: {status.summary}", advice)
    if workspace.memory.exists():
        try:
            with Memory.open(workspace.memory, vectors=workspace.config.memory.vectors) as memory:
                damages = memory.check()
                yield Finding(
                    "memory", not damages, f"{memory.stats().crystals} crystals", "; ".join(map(str, damages))
                )
        except ScenographError as error:
            yield Finding("memory", False, str(error))


def _few_bits() -> str:
    """Say which quantisations carriers can have here."""
    if not _version("bitsandbytes"):
        return "none: bitsandbytes is not installed"
    return "8bit, 4bit" + ("" if shutil.which("nvidia-smi") else "; on the CPU they are slow")


def _examine_carrier(workspace: Workspace) -> Finding:
    """Look at the carrier of a mind: is it there, how would it be loaded, is the memory enough."""
    from scenograph.carriers.options import LoadOptions
    from scenograph.carriers.place import config_at
    from scenograph.carriers.room import GIB, check_room, free_memory, weight_bytes
    from scenograph.carriers.shape import Shape

    config = workspace.config.carrier
    asked = (config.device, config.dtype, config.quantisation, config.attention)
    try:
        loading = LoadOptions.chosen(*(None if value in ("auto", "none") else value for value in asked))
        shape = Shape.of_config(config_at(config.base, over=config.over), config.base)
        check_room(shape, config.base, loading.dtype, loading.device, loading.quantisation)
    except ScenographError as error:
        return Finding("carrier", False, str(error))
    need, free = (
        size / GIB
        for size in (
            weight_bytes(shape, loading.dtype, loading.quantisation), free_memory(loading.device)
        )
    )  # fmt: skip
    twice = "; training computes layers twice" if config.checkpointing else ""
    sizes = f"weights {need:.2f} GiB, {free:.1f} GiB are free"
    return Finding("carrier", True, f"{config.base}: {shape.family}, {loading}; {sizes}{twice}")


def _version(package: str) -> str:
    """The version of *package*; empty if it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
