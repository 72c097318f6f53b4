"""
What adapters have learned from memory: which of them were trained on something that is forgotten.

Adapters learn from the corpus, whose imported part is remembered as well. A carrier that a mind was carried
to learns from what was remembered (`remembered/`), too, and people's feedback and pairs of styles may say the
same. The lines of these files are looked through for the scene or the text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scenograph.core import delinearise
from scenograph.core.scene import Scene
from scenograph.dialogue.speech import unspoken
from scenograph.errors import NotationError, SceneError
from scenograph.memory.records import Erased, TrainedOn
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.workspace import Workspace


def trained_on(workspace: Workspace, erased: Iterable[Erased]) -> tuple[TrainedOn, ...]:
    """Return the adapters of all carriers that were taught a scene or a text of what is *erased*."""
    gone = list(erased)
    texts = {text for it in gone for text in it.texts}
    scenes = {form for it in gone if it.scene is not None for form in (it.scene, unspoken(it.scene))}
    if not texts and not scenes:
        return ()
    signs = [*({json.dumps(text, ensure_ascii=False)[1:-1]} for text in texts), *map(_words, scenes)]
    found: Counter[tuple[str, str, str]] = Counter()
    for carriers, path in _files(workspace):
        name = path.relative_to(workspace.folder).as_posix()
        with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in lines:
                if not any(all(sign in line for sign in some) for some in signs):
                    continue  # to read all scenes of a corpus would take seconds
                record = _record(line, texts)
                if isinstance(record, dict) and _is_about(record, texts, scenes):
                    found.update((_adapter(record, path), carrier, name) for carrier in carriers)
    return tuple(TrainedOn(*key, lines) for key, lines in sorted(found.items()))


def _words(scene: Scene) -> set[str]:
    """What a line that holds *scene*, in notation or in linear form, is sure to have."""
    return {concept for concept in scene.concepts if concept.isalnum()}


def _files(workspace: Workspace) -> Iterator[tuple[Sequence[str], Path]]:
    """Each file that taught adapters, with the carriers that these belong to."""
    overs = {carrier: workspace.over(carrier) for carrier in workspace.carriers}
    trained = [carrier for carrier, over in overs.items() if over.adapters.exists()]
    if trained and (tasks := workspace.corpus / TASKS).exists():
        yield trained, tasks
    for carrier, over in overs.items():
        yield from (([carrier], path) for path in sorted(over.remembered.glob("*.jsonl")))
    for folder in (workspace.feedback, workspace.styles):
        yield from ((workspace.carriers[:1], path) for path in sorted(folder.glob("*.jsonl")))


def _record(line: str, texts: set[str]) -> Any:
    """The JSON value of a line; of a damaged one, such as a write that was cut off, which texts it has."""
    try:
        return json.loads(line)
    except ValueError:
        return {"has": [text for text in texts if json.dumps(text, ensure_ascii=False) in line]}


def _adapter(record: dict[str, Any], path: Path) -> str:
    return str(record.get("adapter") or f"decoder.{path.stem}")


def _is_about(value: Any, texts: set[str], scenes: set[Scene]) -> bool:
    """Whether any text in *value* is one of *texts*, or the notation of one of *scenes*."""
    if isinstance(value, str):
        return value in texts or _is_one_of(value, scenes)
    if isinstance(value, dict):
        return any(_is_about(part, texts, scenes) for part in value.values())
    return isinstance(value, list) and any(_is_about(part, texts, scenes) for part in value)


def _is_one_of(text: str, scenes: set[Scene]) -> bool:
    if not text.lstrip().startswith("("):
        return False
    for parse in (Scene.parse, delinearise):  # pairs have the notation, tasks the linear form
        with suppress(NotationError, SceneError):
            return parse(text) in scenes
    return False
