"""What adapters a mind has, what each learned from, and what would be lost with one."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, final

from scenograph.errors import AdapterError
from scenograph.files import new_folder, remove_folder, write_text
from scenograph.mind.adapters.exchange import layer_of
from scenograph.mind.adapters.layers import load_records
from scenograph.mind.steps import adapters as training
from scenograph.mind.steps import amend
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.feedback import load_feedback
from scenograph.mind.steps.vocabulary import FITTING
from scenograph.mind.teaching.feedback import FILE as LINES
from scenograph.mind.teaching.feedback import format_feedback
from scenograph.mind.teaching.pairs import load_pairs
from scenograph.mind.teaching.styles import candidates_path, list_style, listed, pairs_path
from scenograph.mind.workspace import Workspace, read_made
from scenograph.prompts import READER, THINKER

Source: TypeAlias = Literal["training", "pairs", "feedback", "import", "rewards", "cycle", "traces"]


@final
@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """
    One adapter of a mind.

    Attributes:
        name: role and style
        role, style: the style is empty for the adapter that reads
        source: what made it
        examples: what it learned from, by language; `und` where there are scenes only
        steps: of training
        made: when, ISO 8601 with its zone
        loss: mean loss of an answer token on examples that were held out; None: not measured
        retention: share of held-out scenes that it keeps; None: not measured
        rank, alpha, layers, acts: its shape: where it acts, "invocation" or "always"
        bytes: of its file
        digest: of its file
        carrier: the base model that it fits
        start: the adapter that it was a copy of before it learned; empty: none
    """

    name: str
    role: str
    style: str
    source: Source
    examples: Mapping[str, int]
    steps: int
    made: str
    loss: float | None
    retention: float | None
    rank: int
    alpha: float
    layers: tuple[str, ...]
    acts: str
    bytes: int
    digest: str
    carrier: str
    start: str


def list_adapters(workspace: Workspace) -> list[AdapterInfo]:
    """
    Return the adapters that the mind uses, in the order of its layers.

    Raises:
        AdapterError: if a manifest is damaged, or the mind is not trained
    """
    from scenograph.adapters.export import WEIGHTS
    from scenograph.adapters.manifest import FILE, Manifest

    if not workspace.adapters.exists():
        folder = workspace.folder
        raise AdapterError(f"{folder} has no adapters yet; run: scenograph train {folder}")
    found: dict[str, AdapterInfo] = {}
    counted = _examples(workspace)
    for layer in (workspace.adapters, *workspace.layers):
        if layer != workspace.adapters and not layer.exists():
            continue
        manifest, records = Manifest.load(layer), load_records(layer) if layer != workspace.adapters else {}
        shape = manifest.shape
        for number, name in enumerate(shape.names):
            role, _, style = name.partition(".")
            record = records.get(name)
            loss, retention = (record.loss, record.retention) if record is not None else (None, None)
            found[name] = AdapterInfo(
                name=name,
                role=role,
                style=style,
                source=record.origin if record is not None else "training",
                examples=_learned(workspace, name, counted) if record is None else record.languages,
                steps=int(manifest.training.get("steps", 0)) if record is None else record.steps,
                made=_time(layer / FILE) if record is None else record.when,
                loss=loss[1] if loss is not None else None,
                retention=retention[1] if retention is not None else None,
                rank=shape.rank_of(number),
                alpha=shape.alpha,
                layers=shape.targets,
                acts=shape.activation,
                bytes=(layer / name / WEIGHTS).stat().st_size,
                digest=manifest.files[name],
                carrier=manifest.carrier,
                start=record.start if record is not None else "",
            )
    return list(found.values())


def _learned(workspace: Workspace, name: str, counted: Mapping[str, Counter[str]]) -> Mapping[str, int]:
    return dict(sorted(counted.get(name, Counter()).items()))


def _examples(workspace: Workspace) -> dict[str, Counter[str]]:
    """Return the number of tasks that joint training had, by adapter and language."""
    path, fitting = workspace.corpus / TASKS, workspace.vocabulary / FITTING
    counts: dict[str, Counter[str]] = {}
    if not path.exists() or not fitting.exists():
        return counts
    lines = path.read_text(encoding="utf-8").splitlines()
    if (remembered := workspace.remembered / TASKS).exists():
        lines += remembered.read_text(encoding="utf-8").splitlines()
    for number in read_made(fitting):
        task: dict[str, Any] = json.loads(lines[number])
        counts.setdefault(task["adapter"], Counter())[task["language"]] += 1
    return counts


def _time(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")


def dependents(workspace: Workspace, name: str) -> list[str]:
    """
    Return what depends on the adapter *name*, one line for each thing.

    Raises:
        AdapterError: if the mind has no adapter of this name
    """
    layer_of(workspace, name)
    role, _, style = name.partition(".")
    found: list[str] = []
    if name == READER:
        found.append("reading by the carrier, the guard of every style, and the confidence of readings")
    else:
        what = "scenes" if role == "decoder" else "answers"
        found.append(f"{what} in the style {style}: they are said plainly then, and marked so")
    if role == "decoder" and pairs_path(workspace, style).exists():
        count = len(load_pairs(pairs_path(workspace, style)))
        found.append(f"{count} pairs that teach the style, in styles/{style}.jsonl: removed with it")
    if lines := sum(line.adapter == name for line in load_feedback(workspace)):
        found.append(f"{lines} lines of feedback about it: removed with it")
    for other in list_adapters(workspace):
        if other.start == name and other.name != name:
            found.append(f"{other.name} began as a copy of it; it stays as it is, until it is taught again")
    if name in _trained(workspace) and (name == READER or style in workspace.config.corpus.styles):
        taken = "" if name == READER else f"; take {style} out of corpus.styles there to keep it away"
        found.append(f"mind.toml, by which the next training from the start makes it again{taken}")
    return found


def remove_adapters(workspace: Workspace, names: Iterable[str]) -> None:
    """
    Remove adapters with the pairs and the feedback that taught them; `styles` and `feedback` are run next.

    Raises:
        AdapterError: if the mind has no adapter of one of these names, or no other one; nothing is removed
    """
    names = list(dict.fromkeys(names))
    for name in names:
        layer_of(workspace, name)
    trained = _trained(workspace)
    left = [name for name in trained if name not in names]
    if not left:
        raise AdapterError(f"{', '.join(names)}: a mind keeps at least one adapter that it was trained with")
    lines = load_feedback(workspace)
    kept = [line for line in lines if line.adapter not in names]
    if len(kept) < len(lines):
        write_text(workspace.feedback / LINES, format_feedback(kept))
    for name in names:
        style = name.partition(".")[2]
        shutil.rmtree(workspace.imported / name, ignore_errors=True)
        if name.startswith("decoder.") and style in listed(workspace):
            pairs_path(workspace, style).unlink(missing_ok=True)
            candidates_path(workspace, style).unlink(missing_ok=True)
            list_style(workspace, style, "removed")
    if THINKER in names:
        remove_folder(workspace.thinking)
    if len(left) < len(trained):
        _keep(workspace, left)


def _trained(workspace: Workspace) -> tuple[str, ...]:
    from scenograph.adapters.manifest import Manifest

    return Manifest.load(workspace.adapters).shape.names


def _keep(workspace: Workspace, names: list[str]) -> None:
    """Keep only these adapters of joint training; the step counts as done, so that they stay away."""
    from scenograph.adapters.manifest import FILE, Manifest

    manifest = Manifest.load(workspace.adapters)
    with new_folder(workspace.adapters) as partial:
        for path in workspace.adapters.iterdir():
            if path.is_file() and path.name != FILE:
                shutil.copyfile(path, partial / path.name)
        for name in names:
            shutil.copytree(workspace.adapters / name, partial / name)
        replace(
            manifest,
            shape=replace(
                manifest.shape,
                names=tuple(names),
                ranks=tuple(manifest.shape.ranks[manifest.shape.names.index(name)] for name in names)
                if manifest.shape.ranks
                else (),
            ),
            files={name: manifest.files[name] for name in names},
            invocations={name: manifest.invocations[name] for name in names},
        ).save(partial)
    amend(workspace, training.STEP)
