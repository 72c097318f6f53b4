"""
What a model has seen of each row: keys and values by layer, taken out of a cache, put into one, side by side.

In a cache, rows are padded on the left to one width::

    · · a b c
    d e f g h
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad as padded

from scenograph.optional import optional


class Seen(NamedTuple):
    """
    Keys and values of some ids, by layer.

    Attributes:
        keys, values: of each layer, shape (heads, ids, head width)
    """

    keys: list[Tensor]
    values: list[Tensor]

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return sum(it.numel() * it.element_size() for it in (*self.keys, *self.values))


def new_cache(model: Any) -> Any:
    """
    Return an empty cache for *model*, of which rows can be taken and joined.

    Its layers keep all positions, also where a layer sees only some: the model's mask says which.
    """
    if (own := getattr(model, "new_cache", None)) is not None:
        return own()
    return optional("transformers", "train").DynamicCache()


def fill(cache: Any, seen: Sequence[Seen], width: int) -> None:
    """Put the keys and values of each row into the empty *cache*, padded on the left to *width*."""
    for layer in range(len(seen[0].keys)):
        keys = torch.stack([widened(it.keys[layer], width) for it in seen])
        values = torch.stack([widened(it.values[layer], width) for it in seen])
        cache.update(keys, values, layer)


def runs(order: Sequence[int], count: int) -> list[tuple[int, slice]]:
    """Return *order* as parts of two blocks, the first of *count* rows: which block, and its rows there."""
    parts: list[tuple[int, slice]] = []
    for i in order:
        which, row = (0, i) if i < count else (1, i - count)
        if parts and parts[-1][0] == which and parts[-1][1].stop == row:
            parts[-1] = which, slice(parts[-1][1].start, row + 1)
        else:
            parts.append((which, slice(row, row + 1)))
    return parts


def woven(both: Sequence[Tensor], parts: Sequence[tuple[int, slice]]) -> Tensor:
    """Return rows of two tensors as one."""
    return torch.cat([both[which][rows] for which, rows in parts])


def widened(x: Tensor, width: int) -> Tensor:
    """Return *x*, shape (..., T, d), padded on the left to (..., *width*, d)."""
    more = width - x.shape[-2]
    return padded(x, (0, 0, more, 0)) if more else x
