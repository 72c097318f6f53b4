"""What the tests of answers over open scenes share: scenes in short notation, and how findings are shown."""

from __future__ import annotations

import re
from itertools import count

from scenograph.answers import Finding, find
from scenograph.core import Scene
from scenograph.memory import Memory


def scene(text: str) -> Scene:
    """Return the scene of a notation in which `@Alan_Turing` is short for a node with this name."""
    numbers = count()
    return Scene.parse(
        re.sub(
            r"@(\w+)",
            lambda name: f'(x{next(numbers)} / entity :name "{name[1].replace("_", " ")}")',
            text,
        )
    )


def asked(memory: Memory, question: str, *said: str) -> list[Finding]:
    for text in said:
        memory.remember(scene(text))
    return find(scene(question), memory)


def texts(findings: list[Finding]) -> list[str]:
    """The fillings of each finding, as notation on one line."""
    return [
        ", ".join(
            fill.target if isinstance(fill.target, str) else _short(it.source.sub(fill.target))
            for fill in it.fills
        )
        for it in findings
    ]


def _short(part: Scene) -> str:
    return re.sub(r'\(\w+ / entity :name "([^"]+)"\)', r"@\1", part.format(indent=None))


def cases(table: str) -> list[tuple[list[str], str, str]]:
    """
    Return the rows of a table: what is said, a question, its answer.

    A block begins with the scenes that are said. Questions about them follow, `? …`, each with its `= …`.
    """
    rows: list[tuple[list[str], str, str]] = []
    for block in table.strip().split("\n\n"):
        lines = [line for line in map(str.strip, block.split("\n")) if not line.startswith("#")]
        said = [line for line in lines if line[0] not in "?="]
        questions, answers = ([line[2:] for line in lines if line[0] == mark] for mark in "?=")
        rows += [(said, question, answer) for question, answer in zip(questions, answers, strict=True)]
    return rows
