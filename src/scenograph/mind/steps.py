"""
Steps: each makes a part of a mind, leaves a manifest of what went in and came out, and is not done twice.

A step is up to date when its manifest names the same inputs that it would be given now, and every output is
still there, byte for byte. The inputs of a step contain the outputs of the one before, so a change anywhere
makes again all that follows from it, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from scenograph.errors import MindError
from scenograph.files import file_digest, locked, value_digest, write_json
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

Inputs = Mapping[str, Any]
"""Whatever a step's result depends on, as JSON values: parts of the configuration, digests of files."""


@dataclass(frozen=True)
class Outcome:
    """What a step made."""

    summary: str
    """One line for a person."""
    facts: Mapping[str, Any]
    """Numbers for the report."""


class Step(Protocol):
    """A part of a mind and how to make it."""

    @property
    def name(self) -> str:
        """One word: the name of its manifest, and what `scenograph train --step` takes."""
        ...

    def inputs(self, workspace: Workspace) -> Inputs:
        """What the result depends on now."""
        ...

    def outputs(self, workspace: Workspace) -> Sequence[Path]:
        """The files and folders that the step makes."""
        ...

    @property
    def living(self) -> bool:
        """Whether the outputs may go on changing after the step; else they must stay as they are."""
        ...

    def run(self, workspace: Workspace, progress: Progress) -> Outcome:
        """Make the outputs, whole or not at all."""
        ...


@dataclass(frozen=True)
class Status:
    """Where a step stands."""

    step: str
    state: Literal["up to date", "done", "missing", "outdated"]
    summary: str
    seconds: float


def run_steps(
    workspace: Workspace, steps: Sequence[Step], progress: Progress, *, last: str | None = None
) -> Iterator[Status]:
    """
    Bring *steps* up to date in order, up to *last*, yielding what became of each.

    An exception or a Ctrl-C leaves finished steps finished, and the current one as it was or resumable.

    Raises:
        MindError: if another process is at work on the same mind
    """
    busy = MindError(f"{workspace.folder} is being trained by another process; wait until it ends")
    with locked(workspace.folder, busy):
        for step in steps:
            inputs = value_digest(step.inputs(workspace))
            status = examine(workspace, step, inputs=inputs)
            if status.state != "up to date":
                began = time.perf_counter()
                workspace.manifest(step.name).unlink(missing_ok=True)
                outcome = step.run(workspace, progress)
                seconds = time.perf_counter() - began
                _write_manifest(workspace, step, inputs, outcome, seconds)
                status = Status(step.name, "done", outcome.summary, seconds)
            yield status
            if step.name == last:
                return


def examine(workspace: Workspace, step: Step, *, inputs: str | None = None) -> Status:
    """Say where *step* stands, without changing anything."""
    manifest = workspace.manifest(step.name)
    if not manifest.is_file():
        return Status(step.name, "missing", "not made yet", 0.0)
    record = read_made(manifest)
    fresh = record["inputs"] == (inputs or value_digest(step.inputs(workspace)))
    whole = record["outputs"] == _outputs(workspace, step)
    state = "up to date" if fresh and whole else "outdated"
    return Status(step.name, state, record["summary"], record["seconds"])


def made(workspace: Workspace, step: str) -> str:
    """A digest of what *step* made, for the inputs of the next; empty if it has not run."""
    manifest = workspace.manifest(step)
    return value_digest(read_made(manifest)["outputs"]) if manifest.is_file() else ""


def facts(workspace: Workspace, step: str) -> dict[str, Any]:
    """The numbers that *step* left in its manifest; empty if it has not run."""
    manifest = workspace.manifest(step)
    return dict(read_made(manifest)["facts"]) if manifest.is_file() else {}


def _write_manifest(workspace: Workspace, step: Step, inputs: str, outcome: Outcome, seconds: float) -> None:
    record = {
        "step": step.name,
        "summary": outcome.summary,
        "inputs": inputs,
        "outputs": _outputs(workspace, step),
        "facts": dict(outcome.facts),
        "seconds": round(seconds, 3),
    }
    write_json(workspace.manifest(step.name), record)


def _outputs(workspace: Workspace, step: Step) -> dict[str, str]:
    """The digest of every file the step made; of a living output, whether it is there."""
    files: dict[str, str] = {}
    for output in step.outputs(workspace):
        inside = [output] if step.living or not output.is_dir() else output.rglob("*")
        for path in sorted(path for path in inside if path.is_file() or path == output):
            name = path.relative_to(workspace.folder).as_posix()
            if not path.exists():
                files[name] = "missing"
            else:
                files[name] = "there" if step.living else file_digest(path)
    return files
