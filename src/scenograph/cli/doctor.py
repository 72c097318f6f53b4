"""Is everything here that a mind needs? One finding per thing, each with what to do about it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenograph import __version__
from scenograph.errors import ScenographError

EXTRAS = {
    "train": ("torch", "transformers", "peft", "safetensors", "sentencepiece", "llguidance", "matplotlib"),
    "serve": ("fastapi", "uvicorn"),
    "map": ("matplotlib", "scikit-learn"),
    "qdrant": ("qdrant-client", "qdrant-edge-py"),
    "quantise": ("bitsandbytes", "accelerate"),
}
IMPORTED_AS = {"qdrant-client": "qdrant_client", "qdrant-edge-py": "qdrant_edge", "scikit-learn": "sklearn"}
OPTIONAL = {"quantise", "qdrant"}
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
    version = platform.python_version()
    yield Finding(
        "python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "use 3.11+"
    )
    for extra, packages in EXTRAS.items():
        missing = [package for package in packages if not _is_there(package)]
        found = ", ".join(f"{package} {_version(package)}" for package in packages if package not in missing)
        install = f"pip install 'scenograph[{extra}]'"
        yield Finding(
            f"extra [{extra}]",
            not missing or extra in OPTIONAL,
            found or "not installed",
            f"{', '.join(missing)} missing; run: {install}" if missing else "",
        )
    yield Finding("cores", True, str(os.cpu_count()))
    free = shutil.disk_usage(Path.cwd()).free
    roomy = free >= SMALLEST_DISK
    yield Finding(
        "free disk", roomy, f"{free / 2**30:.0f} GiB", "" if roomy else "free some: a mind needs space"
    )
    yield _gpu()
    yield _nano()


def examine_mind(path: Path) -> Iterator[Finding]:
    """Look at every part of the mind at *path*: its file, its steps, its memory."""
    from scenograph.evaluate.step import STEPS
    from scenograph.memory import Memory
    from scenograph.mind.steps import examine
    from scenograph.mind.workspace import Workspace

    try:
        workspace = Workspace(path)
    except ScenographError as error:
        yield Finding("mind", False, str(error))
        return
    yield Finding("mind", True, str(path))
    for step in STEPS:
        status = examine(workspace, step)
        well = status.state == "up to date"
        yield Finding(
            f"step {step.name}",
            well,
            f"{status.state}: {status.summary}",
            "" if well else f"run: scenograph train {path}",
        )
    if workspace.memory.exists():
        try:
            memory = Memory.open(workspace.memory, vectors=workspace.config.memory.vectors)
            try:
                damages = memory.check()
                yield Finding("memory", not damages, f"{len(memory)} crystals", "; ".join(map(str, damages)))
            finally:
                memory.close()
        except ScenographError as error:
            yield Finding("memory", False, str(error))


def _is_there(package: str) -> bool:
    return importlib.util.find_spec(IMPORTED_AS.get(package, package)) is not None


def _version(package: str) -> str:
    return importlib.metadata.version(package)


def _gpu() -> Finding:
    tool = shutil.which("nvidia-smi")
    return Finding("gpu", True, "an NVIDIA driver is installed" if tool else "none: carriers run on the CPU")


def _nano() -> Finding:
    folder = Path(__file__).parents[1] / "carriers" / "nano"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return Finding("nano carrier", False, "its weights are missing", "reinstall the package")
    return Finding("nano carrier", True, f"{weights.stat().st_size / 1e6:.1f} MB")
