"""
What the training core learns from: token ids with two marks.

    ids     ⟁bos … ⟁sep …   ⟁say:poet ⟁en   answer … ⟁eos
                            ^ start         ^ answer

What stands before `start` is the frozen carrier's business alone; the loss is on `ids[answer:]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Encoded(NamedTuple):
    """
    One example to train on.

    Attributes:
        ids: int32, shape (length,), prompt and answer
        start: index of the invocation token
        answer: index of the first token of the answer
        adapter: which adapter learns it
    """

    ids: NDArray[np.int32]
    start: int
    answer: int
    adapter: int


def examples_digest(examples: Iterable[Encoded]) -> str:
    """32 hex digits over all *examples* in their order."""
    state = blake2b(digest_size=16)
    for example in examples:
        head = np.array([len(example.ids), example.start, example.answer, example.adapter], "<i4")
        state.update(head.tobytes() + example.ids.astype("<i4").tobytes())
    return state.hexdigest()
