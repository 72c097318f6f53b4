"""
The bytes that training stores for a row until its backward pass.

They are measured, not estimated: autograd shows every tensor that it keeps. Three tiny passes tell what is
for the row, for each of its tokens, and for each token of its prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor


class RowSize(NamedTuple):
    """The bytes of one row."""

    row: float  # for the row itself: the factors of its adapter, for each layer
    token: float  # for each token that is trained through
    seen: float  # for each token of the prefix

    @classmethod
    def measured(cls, stored: Callable[[int, int], float]) -> RowSize:
        """Return what follows from *stored*: the bytes of a row, by its tokens and those of its prefix."""
        one, more, after = stored(8, 0), stored(16, 0), stored(8, 8)
        token = (more - one) / 8
        return cls(one - 8 * token, token, (after - one) / 8)

    def of(self, tokens: int, seen: int) -> float:
        """Return the bytes of a row of *tokens* after a prefix of *seen* tokens."""
        return self.row + tokens * self.token + seen * self.seen


def stored_bytes(work: Callable[[], Tensor], weights: Iterable[Tensor]) -> int:
    """
    Return the bytes that *work* stores for the backward pass of its result.

    Args:
        work: computes something differentiable
        weights: they are there anyway, and do not count
    """
    frozen = {weight.untyped_storage().data_ptr() for weight in weights}
    stored: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in frozen:
            stored[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        result = work()
    del result  # until here it keeps what is stored, so that no address is used twice
    return sum(stored.values())
