"""
The tasks that a mind learns from, as JSON lines: what is trained on can be read, counted and repeated.

    {"ability": "read", "adapter": "scene_interpreter", "language": "en", "style": "plain",
     "prompt": [["text", "Oleg slept."], ["command", "⟁read"]],
     "answer": ["scene", "( sleep:agent( person:name\\"Oleg\\"))"]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenograph.core import delinearise
from scenograph.corpus.tasks import Task
from scenograph.errors import MindError

if TYPE_CHECKING:
    from scenograph.vocabulary import Prompt, Segment
from scenograph.files import writing

_FIELDS = ("ability", "adapter", "language", "style", "prompt", "answer")


def write_tasks(path: Path, tasks: Iterable[Task]) -> None:
    """Write *tasks* to the new file *path*."""
    with writing(path) as file:
        file.writelines(format_task(task) + "\n" for task in tasks)


def read_tasks(path: Path, numbers: Iterable[int] | None = None) -> Iterator[Task]:
    """
    Yield the tasks in *path*, one by one: all, or those with these *numbers*.

    Raises:
        MindError: if the file is missing or damaged
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            lines = file.readlines()
        yield from map(parse_task, lines if numbers is None else (lines[number] for number in numbers))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise MindError(f"{path} is damaged ({error}); run `scenograph train` again") from error


def read_answers(path: Path) -> Iterator[tuple[str, Prompt, Segment]]:
    """Yield adapter, prompt and answer of each task in *path*; quicker than `read_tasks`, errors as there."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                record: dict[str, Any] = json.loads(line)
                kind, content = record["answer"]
                prompt = tuple((kind, content) for kind, content in record["prompt"])
                yield record["adapter"], prompt, (kind, content)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise MindError(f"{path} is damaged ({error}); run `scenograph train` again") from error


def format_task(task: Task) -> str:
    """Return *task* as one line; undoes `parse_task`. The scene is not written: prompt or answer have it."""
    return json.dumps({field: getattr(task, field) for field in _FIELDS}, ensure_ascii=False)


def parse_task(line: str) -> Task:
    """Return the task in *line*."""
    record: dict[str, Any] = json.loads(line)
    prompt = tuple((kind, content) for kind, content in record["prompt"])
    kind, content = record["answer"]
    scene = delinearise(content if kind == "scene" else prompt[0][1])
    record |= {"prompt": prompt, "answer": (kind, content), "scene": scene}
    return Task(**record)
