"""
Steps: each makes a part of a mind, writes a manifest of what went in and came out, and is not repeated.

A step is up to date when its manifest names the inputs that it would get now, and every output is still
there, byte for byte. The inputs of a step contain the outputs of earlier ones, so a change anywhere makes
everything that follows from it again, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from scenograph.errors import MindError
from scenograph.files import file_digest, locked, value_digest, write_json
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

Inputs = Mapping[str, Any]
"""What a step's result depends on, as JSON values: parts of the configuration, digests of files."""


class Outcome(NamedTuple):
    """What a step made: one line for a person, and numbers for the report."""

    summary: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """
    A part of a mind and how to make it.

    Attributes:
        name: one word: the name of its manifest, and what `scenograph train --step` takes
        folder: the folder that it makes, inside the mind
        settings: returns what the result depends on now, besides the results of *after*
        run: makes the folder, whole or not at all
        after: the steps whose results it uses
        revision: raised when the step makes something else from the same inputs
        living: whether the folder may change after the step; else it must stay as it is
        asked: whether `mind.toml` asks for what it makes; else the mind is whole without
    """

    name: str
    folder: str
    settings: Callable[[Workspace], Inputs]
    run: Callable[[Workspace, Progress], Outcome]
    after: tuple[str, ...] = ()
    revision: int | None = None
    living: bool = False
    asked: Callable[[Workspace], bool] = lambda _: True

    def inputs(self, workspace: Workspace) -> Inputs:
        """Return everything that the result depends on now."""
        revision = {} if self.revision is None else {"revision": self.revision}
        return {
            **self.settings(workspace),
            **{name: made(workspace, name) for name in self.after},
            **revision,
        }


class Status(NamedTuple):
    """The state of a step."""

    step: str
    state: Literal["up to date", "done", "missing", "outdated"]
    summary: str
    seconds: float


def run_steps(
    workspace: Workspace, steps: Sequence[Step], progress: Progress, *, last: str | None = None
) -> Iterator[Status]:
    """
    Bring *steps* up to date in order, up to *last*. Yield the status of each.

    After an exception or a Ctrl-C, finished steps stay finished. The current one is as it was, or resumable.

    Raises:
        MindError: if another process trains the same mind
    """
    with training(workspace):
        yield from brought_up_to_date(workspace, steps, progress, last=last)


@contextmanager
def training(workspace: Workspace) -> Generator[None]:
    """
    Hold the one right to train the mind, over whichever carrier.

    Raises:
        MindError: if another process has it
    """
    busy = MindError(f"{workspace.folder} is being trained by another process; wait until it ends")
    with locked(workspace.folder, busy):
        yield


def brought_up_to_date(
    workspace: Workspace, steps: Sequence[Step], progress: Progress, *, last: str | None = None
) -> Iterator[Status]:
    """As `run_steps`, for a caller who is `training` already."""
    for step in steps:
        inputs = value_digest(step.inputs(workspace))
        status = examine(workspace, step, inputs=inputs)
        if status.state != "up to date":
            began = time.perf_counter()
            workspace.manifest(step.name).unlink(missing_ok=True)
            outcome = step.run(workspace, progress)
            progress.finish(outcome.summary)
            seconds = time.perf_counter() - began
            _write_manifest(workspace, step, inputs, outcome, seconds)
            status = Status(step.name, "done", outcome.summary, seconds)
        yield status
        if step.name == last:
            return


def examine(workspace: Workspace, step: Step, *, inputs: str | None = None) -> Status:
    """Return the status of *step*, without changing anything."""
    manifest = workspace.manifest(step.name)
    if not manifest.is_file():
        return Status(step.name, "missing", "not made yet", 0.0)
    record = read_made(manifest)
    fresh = record["inputs"] == (inputs or value_digest(step.inputs(workspace)))
    whole = record["outputs"] == _outputs(workspace, step)
    state = "up to date" if fresh and whole else "outdated"
    return Status(step.name, state, record["summary"], record["seconds"])


def is_off(workspace: Workspace, step: Step) -> bool:
    """Whether `mind.toml` asks for nothing from *step*, and nothing is left of what it made."""
    return not step.asked(workspace) and not workspace.place(step.folder).exists()


def amend(workspace: Workspace, step: Step) -> None:
    """Say that the folder of *step* is right as it is now, though it is not what the step made."""
    manifest = workspace.manifest(step.name)
    if manifest.is_file():
        write_json(manifest, read_made(manifest) | {"outputs": _outputs(workspace, step)})


def made(workspace: Workspace, step: str) -> str:
    """Return a digest of what *step* made; empty if it has not run."""
    manifest = workspace.manifest(step)
    return value_digest(read_made(manifest)["outputs"]) if manifest.is_file() else ""


def facts(workspace: Workspace, step: str) -> dict[str, Any]:
    """Return the numbers in the manifest of *step*; empty if it has not run."""
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
    """Return the digest of every file that the step made; of a living output, whether it is there."""
    output = workspace.place(step.folder)
    if step.living or not output.is_dir():
        return {step.folder: "there" if output.exists() else "missing"}

    def name(path: Path) -> str:
        return path.relative_to(output.parent).as_posix()

    return {name(path): file_digest(path) for path in sorted(output.rglob("*")) if path.is_file()}
