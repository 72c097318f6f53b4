"""
Tasks as token ids, ready to train on.

    ⟁bos  data  ⟁sep  data  ⟁say:poet  ⟁en  answer  ⟁eos
                            ^ start         ^ answer
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenograph.adapters.examples import Encoded
from scenograph.carriers.protocol import Speller
from scenograph.errors import TrainingError
from scenograph.files import digest
from scenograph.vocabulary.segment import Prompt, commands_of

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task


def encode_task(task: Task, vocabulary: Speller, adapters: Sequence[str]) -> Encoded:
    """
    Return *task* as token ids.

    Raises:
        TrainingError: if the task's adapter is not among *adapters*, or its prompt has no command
    """
    if task.adapter not in adapters:
        raise TrainingError(
            f"a task is for the adapter {task.adapter!r}, but only {', '.join(adapters)} are trained; "
            "add it or leave its tasks out"
        )
    commands = commands_of(task.prompt)
    if not commands:
        raise TrainingError(f"a prompt for {task.adapter!r} ends without a command; adapters act from one on")
    prompt = vocabulary.encode_prompt(task.prompt)
    ids = np.array(prompt + vocabulary.encode_answer(task.answer), np.int32)
    return Encoded(ids, len(prompt) - commands, len(prompt), adapters.index(task.adapter))


def template_digest(vocabulary: Speller) -> str:
    """
    32 hex digits over how prompts and answers are laid out, found by laying out a probe.

    Two programs with one template digest and one vocabulary digest give a model the same ids for a task.
    """
    probe: Prompt = (("text", "a"), ("scene", "( a)"), ("command", "⟁read"), ("command", "⟁en"))
    ids = [*vocabulary.encode_prompt(probe), -1, *vocabulary.encode_answer(("text", "a"))]
    return digest(np.array(ids, "<i8").tobytes())
