"""
What an adapter knew before it is taught something: tasks to learn again, and scenes to measure it on.

An adapter that learns a few new examples alone forgets the rest. So it learns them mixed with tasks of
before, and is measured on what the mind was trained for, too.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle, islice

from scenograph.corpus.tasks import Task, read_task
from scenograph.mind.steps.corpus import held_out
from scenograph.mind.steps.vocabulary import fitting_tasks
from scenograph.mind.teaching.pairs import Pair, load_pairs, split_pairs
from scenograph.mind.teaching.styles import pairs_path
from scenograph.mind.teaching.teacher import speak_tasks
from scenograph.mind.workspace import Workspace

FORMER = 48
"""Former tasks that are learned again; a quarter as many are held out."""

WORSE = 0.01
"""A loss of retention that counts as worse, on what the mind was trained for."""

_OTHERS = 24  # scenes that show whether an adapter still does what it was trained for


def rehearsed(
    learn: Sequence[Task], hold_out: Sequence[Task], former: Sequence[Task]
) -> tuple[list[Task], list[Task]]:
    """Return the tasks to learn and to hold out, each as much new as *former*."""
    return _balanced(learn, former[:FORMER]), _balanced(hold_out, former[FORMER:])


def _balanced(new: Sequence[Task], former: Sequence[Task]) -> list[Task]:
    return [*islice(cycle(new), max(len(new), len(former))), *former]


def former_tasks(workspace: Workspace, name: str) -> list[Task]:
    """Return tasks that the adapter *name* was trained on: what `rehearsed` needs, or fewer."""
    style = name.partition(".")[2]
    path = pairs_path(workspace, style) if style else None
    if path is not None and path.exists():
        learn, _ = split_pairs(load_pairs(path), workspace.config.seed)
        tasks = speak_tasks(learn, style)
    else:
        tasks = [task for task in fitting_tasks(workspace) if task.adapter == name]
    random.Random(f"former:{workspace.config.seed}:{name}").shuffle(tasks)
    return tasks[: FORMER + FORMER // 4]


def read_tasks_of(pairs: Sequence[Pair], style: str = "plain") -> list[Task]:
    """Return the tasks to read the texts of *pairs*."""
    return [read_task(pair.text, pair.scene, language=pair.language, style=style) for pair in pairs]


def unseen_pairs(workspace: Workspace, name: str) -> list[Pair]:
    """Return scenes with texts that training has not seen, of the kind that the adapter *name* has to do."""
    style = name.partition(".")[2]
    domain, config = workspace.domain, workspace.config
    rng = random.Random(f"others:{config.seed}:{name}")
    found: list[Pair] = []
    if config.corpus.world:
        for number, scene in enumerate(domain.scenes(_OTHERS, config.seed + 1, "test")):
            language = config.corpus.languages[number % len(config.corpus.languages)]
            own = style if style in domain.worded else domain.styles[0]
            said = own if style else rng.choice(config.corpus.styles)
            found.append(Pair(scene, domain.say(scene, said, language, rng), language, ""))
    found += [
        Pair(example.scene, example.texts[0], example.language, "")
        for example in held_out(workspace)[:_OTHERS]
        if example.scene is not None and example.texts and example.language in domain.languages
    ]
    return found
