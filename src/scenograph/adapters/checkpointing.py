"""
Layers that are computed twice: what their backward pass needs is not stored, but computed again then.

That takes a third more time, and the memory of one layer instead of that of all. Results stay the same, bit
for bit. transformers' own switch does nothing here, since it is for models in training mode without a cache.

Two things must be as they were when a layer is computed again: the cache of keys and values, to which the
first time appended, and the adapters that act, which belong to the thread. On a GPU the second time is in
another thread.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint


class Rows(Protocol):
    """The adapters of this thread's forward pass."""

    @property
    def is_acting(self) -> bool:
        """Whether there are any."""
        ...

    def state(self) -> dict[str, Any]:
        """Return what `restore` takes."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Let those act that acted when *state* was returned, also in another thread."""
        ...


@contextmanager
def computed_twice(model: Any, rows: Rows) -> Generator[None]:
    """Let the layers of *model* be computed twice, where *rows* are trained, while the block runs."""
    layers = list(model.base_model.layers)
    for layer in layers:
        layer.forward = _forward(layer, rows)
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward


def _forward(layer: Any, rows: Rows) -> Callable[..., Any]:
    plain = layer.forward

    def forward(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not (torch.is_grad_enabled() and rows.is_acting):
            return plain(x, *args, **kwargs)
        cache = next((value for value in (*args, *kwargs.values()) if hasattr(value, "get_seq_length")), None)
        before = None if cache is None else [copy.copy(own) for own in cache.layers]
        state = rows.state()

        def again(x: Tensor) -> Any:
            rows.restore(state)
            if cache is not None and before is not None:
                cache.layers[:] = [copy.copy(own) for own in before]
            return plain(x, *args, **kwargs)

        # Nothing here draws random numbers.
        return checkpoint(again, x, use_reentrant=False, preserve_rng_state=False)

    return forward
