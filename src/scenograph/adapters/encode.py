"""
Training examples: tasks as token ids with two marks.

    ⟁bos  data  ⟁sep  data  ⟁say:poet  ⟁en  answer  ⟁eos
                            ^ start         ^ answer

The frozen carrier alone computes what stands before `start`. The loss is on `ids[answer:]`, without what is
inserted there: spans that the adapter sees, and does not write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenograph.carriers.protocol import Speller
from scenograph.errors import TrainingError
from scenograph.files import digest
from scenograph.vocabulary.segment import Prompt, command_tokens, commands_of

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task


class Encoded(NamedTuple):
    """One training example."""

    ids: NDArray[np.int32]  # prompt and answer, shape (length,)
    start: int  # index of the invocation token
    answer: int  # index of the first token of the answer
    adapter: int  # which adapter learns it
    inserted: tuple[tuple[int, int], ...] = ()  # spans of the answer that are seen and not learned
    ability: str = ""  # that it teaches; without a schedule it changes nothing but what is reported
    weights: NDArray[np.float32] | None = None  # of each id of the answer, in the loss; None: 1 for all

    @property
    def learned(self) -> int:
        """The number of ids that the loss is on."""
        return len(self.ids) - self.answer - sum(end - begin for begin, end in self.inserted)

    @property
    def weight(self) -> float:
        """What the ids that the loss is on weigh together."""
        if self.weights is None:
            return float(self.learned)
        unseen = sum(float(self.weights[b - self.answer : e - self.answer].sum()) for b, e in self.inserted)
        return float(self.weights.sum()) - unseen

    def weighed(self, weights: NDArray[np.float32]) -> Encoded:
        """
        Return the same with *weights* of the ids of its answer.

        Raises:
            TrainingError: if there are not as many as ids, one is below 0 or not finite, or all are 0
        """
        wanted = len(self.ids) - self.answer
        if weights.shape != (wanted,) or not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise TrainingError(f"an answer of {wanted} tokens needs as many weights, finite and from 0 on")
        if not weights.any():
            raise TrainingError("all tokens of an answer weigh 0, so that nothing is learned from it")
        return self._replace(weights=weights.astype(np.float32))


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
    if not commands_of(task.prompt):
        raise TrainingError(f"a prompt for {task.adapter!r} ends without a command; adapters act from one on")
    prompt = vocabulary.encode_prompt(task.prompt)
    ids = np.array(prompt + vocabulary.encode_answer(task.answer), np.int32)
    start = len(prompt) - command_tokens(task.prompt, vocabulary.encode_prompt)
    return Encoded(ids, start, len(prompt), adapters.index(task.adapter), ability=task.ability)


def examples_digest(examples: Iterable[Encoded]) -> str:
    """Return 32 hex digits over all *examples* in their order."""
    state = blake2b(digest_size=16)
    for example in examples:
        head = np.array([len(example.ids), example.start, example.answer, example.adapter], "<i4")
        state.update(head.tobytes() + example.ids.astype("<i4").tobytes())
        state.update(np.array(example.inserted, "<i4").tobytes())
        if example.weights is not None:
            state.update(b"weights" + example.weights.astype("<f4").tobytes())
    return state.hexdigest()


def template_digest(vocabulary: Speller) -> str:
    """
    Return 32 hex digits over the layout of prompts and answers.

    Two programs with the same template digest and vocabulary digest give a model the same ids for a task.
    """
    probe: Prompt = (("text", "a"), ("scene", "( a)"), ("command", "⟁read"), ("command", "⟁en"))
    ids = [*vocabulary.encode_prompt(probe), -1, *vocabulary.encode_answer(("text", "a"))]
    return digest(np.array(ids, "<i8").tobytes())
