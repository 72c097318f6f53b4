"""
The tasks a mind learns from, as JSON lines: what is trained on can be read, counted and repeated.

    {"ability": "read", "adapter": "scene_interpreter", "language": "en", "style": "plain",
     "prompt": [["text", "Oleg slept."], ["command", "⟁read"]],
     "answer": ["scene", "( sleep:agent( person:name\\"Oleg\\"))"]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

from scenograph.core import delinearise
from scenograph.corpus.tasks import Task
from scenograph.errors import MindError


def write_tasks(path: Path, tasks: Iterable[Task]) -> int:
    """Write *tasks* to the new file *path* and return how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for task in tasks:
            file.write(format_task(task) + "\n")
            count += 1
    return count


def format_task(task: Task) -> str:
    """Return *task* as one line; undoes `parse_task`. The scene that the answer states is not repeated."""
    record = {
        "ability": task.ability,
        "adapter": task.adapter,
        "language": task.language,
        "style": task.style,
        "prompt": task.prompt,
        "answer": task.answer,
    }
    return json.dumps(record, ensure_ascii=False)


def parse_task(line: str) -> Task:
    """Return the task that *line* describes."""
    record = json.loads(line)
    prompt = tuple((kind, content) for kind, content in record["prompt"])
    kind, content = record["answer"]
    scene = delinearise(content if kind == "scene" else prompt[0][1])
    return Task(
        ability=record["ability"],
        adapter=record["adapter"],
        language=record["language"],
        style=record["style"],
        prompt=prompt,
        answer=(kind, content),
        scene=scene,
    )


class TaskFile(Sequence[Task]):
    """
    The tasks of a file, parsed one by one as they are asked for.

    Args:
        path: a file written by `write_tasks`
        keep: the numbers of the tasks to show; all if None
    Raises:
        MindError: if the file is missing or damaged
    """

    def __init__(self, path: Path, keep: Sequence[int] | None = None) -> None:
        self.path = path
        try:
            self._lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise MindError(f"{path} is damaged ({error}); run `scenograph train` again") from error
        if keep is not None:
            self._lines = [self._lines[number] for number in keep]

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Task: ...
    @overload
    def __getitem__(self, index: slice) -> list[Task]: ...
    def __getitem__(self, index: int | slice) -> Task | list[Task]:
        if isinstance(index, slice):
            return [self._parse(line) for line in self._lines[index]]
        return self._parse(self._lines[index])

    def __iter__(self) -> Iterator[Task]:
        return map(self._parse, self._lines)

    def _parse(self, line: str) -> Task:
        try:
            return parse_task(line)
        except (ValueError, KeyError, TypeError) as error:
            raise MindError(f"{self.path} is damaged ({error}); run `scenograph train` again") from error
