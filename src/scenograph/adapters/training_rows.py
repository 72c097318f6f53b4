"""The rows of a batch that trains adapters: differentiable, for one thread or several."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, final

from torch import Tensor
from torch.nn.functional import one_hot

from scenograph.adapters.product import add_one, add_rows
from scenograph.adapters.shape import Pair


@final
class TrainingRows(threading.local):
    """
    The rows that this thread trains on.

    Several threads may work on parts of a batch. Each calls `enter` with its own number and has its own
    gradients, so that their sum does not depend on which thread was first.
    """

    def __init__(self, scale: float, replicas: Sequence[Mapping[str, Pair]]) -> None:
        self._replicas = replicas
        self._scale = scale
        self._pairs = replicas[0]
        self._index: Tensor | None = None
        self._only: int | None = None
        self._mask: Tensor | None = None

    def enter(self, worker: int) -> None:
        """Let this thread add to the gradients of *worker* from now on."""
        self._pairs = self._replicas[worker]

    def set(self, index: Tensor | None, mask: Tensor | None = None, *, only: int | None = None) -> None:
        """
        Choose the adapters of this thread's next forward passes.

        Args:
            index: int64, shape (R,), the adapter of each row; None: the bare model
            mask: float, shape (R, S, 1); 0 where the adapter does not act; None: it acts everywhere
            only: the adapter, if it is that of all rows: its factors are not copied for each row then
        """
        self._index, self._mask, self._only = index, mask, only

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Return the output of the layer at *path* plus the low-rank products."""
        if self._index is None:
            return out
        a, b = self._pairs[path]
        if self._only is not None:
            own_a, own_b = a[self._only].to(x.dtype), b[self._only].to(x.dtype)
            return add_one(out, x, own_a, own_b, self._scale, self._mask)
        return add_rows(out, x, a.to(x.dtype), b.to(x.dtype), self._index, self._scale, self._mask)

    @property
    def is_acting(self) -> bool:
        """Whether this thread's next forward pass has adapters."""
        return self._index is not None

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts, differentiably; see `experts.Rows`."""
        assert self._index is not None
        a, b = (factor.to(x.dtype) for factor in self._pairs[path])
        adapters, rank = a.shape[:2]
        own = one_hot(self._index[places // (tokens // len(self._index))], adapters).to(x.dtype)  # (T, n)
        if self._mask is not None:
            own = own * self._mask.expand(-1, tokens // len(self._mask), -1).flatten(0, 1)[places]
        inner = x @ a.flatten(0, 1).T * own.repeat_interleave(rank, 1)  # each token in its own block
        return self._scale * (inner @ b.transpose(1, 2).flatten(0, 1))

    def state(self) -> dict[str, Any]:
        """Return what acts in this thread, for `restore`."""
        return dict(self.__dict__)

    def restore(self, state: dict[str, Any]) -> None:
        """Let act in this thread what acted where *state* was returned."""
        self.__dict__.update(state)

    def collect(self) -> None:
        """Add the gradients of all workers to those of the parameters, in the order of workers."""
        for path, own in self._replicas[0].items():
            for replica in self._replicas[1:]:
                for mine, theirs in zip(own, replica[path], strict=True):
                    if mine.grad is None:
                        mine.grad = theirs.grad
                    elif theirs.grad is not None:
                        mine.grad += theirs.grad
                    theirs.grad = None
