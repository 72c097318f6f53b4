"""
What is wrong with the pairs of prompt and answer that adapters are to learn.

An empty answer is refused: an adapter would learn to say nothing. What may be meant is said in words, and
trained on as it stands: different scenes for one text, tasks that repeat others, an adapter with very few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenograph.errors import TrainingError

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task
    from scenograph.vocabulary import Prompt

ENOUGH = 10
"""The fewest tasks that an adapter can learn from with some hope."""

_SHOWN = 60  # characters of a prompt in a note


def check_pairs(tasks: Sequence[Task]) -> list[str]:
    """
    Return what a person should know of *tasks*, a line each.

    Raises:
        TrainingError: if an answer is empty
    """
    if empty := [number for number, task in enumerate(tasks, 1) if not task.answer[1].strip()]:
        first = tasks[empty[0] - 1]
        raise TrainingError(
            f"{len(empty)} of {len(tasks)} tasks have an empty answer (the first: task {empty[0]}, "
            f"{first.ability} for {first.adapter!r}); give each an answer or leave them out"
        )
    return [*_contradictions(tasks), *_repeats(tasks), *_few(tasks)]


def _contradictions(tasks: Sequence[Task]) -> list[str]:
    """A text can be said of one scene in many ways, but a prompt has one scene as its answer."""
    answers: dict[tuple[str, Prompt], set[str]] = {}
    for task in tasks:
        kind, content = task.answer
        if kind == "scene":
            answers.setdefault((task.adapter, task.prompt), set()).add(content)
    several = [(key, found) for key, found in answers.items() if len(found) > 1]
    if not several:
        return []
    ((_, prompt), found), *_ = several
    shown = " ".join(content for kind, content in prompt if kind != "command")[:_SHOWN]
    one, other, *_ = sorted(found)
    count = "1 prompt has" if len(several) == 1 else f"{len(several)} prompts have"
    return [
        f"{count} different scenes as answers, such as {shown!r}: {one[:_SHOWN]} and {other[:_SHOWN]}; "
        "the adapter learns a mixture until the pairs are corrected"
    ]


def _repeats(tasks: Sequence[Task]) -> list[str]:
    """Many repeats mean few different tasks; some are chance."""
    different = len({(task.adapter, task.prompt, task.answer) for task in tasks})
    if 2 * different > len(tasks):
        return []
    return [
        f"only {different} of {len(tasks)} tasks are different; the others repeat them, "
        "and each counts as often as it stands there"
    ]


def _few(tasks: Sequence[Task]) -> list[str]:
    counts = Counter(adapter for adapter, _, _ in {(t.adapter, t.prompt, t.answer) for t in tasks})
    return [
        f"{adapter} has {number} different task{'s' if number > 1 else ''} to learn from; "
        f"{ENOUGH} are enough to begin with"
        for adapter, number in sorted(counts.items())
        if number < ENOUGH
    ]
