"""The rows of a running batch, each through its own adapter; for inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import torch
from torch import Tensor, nn

from scenograph.adapters.product import Groups
from scenograph.errors import AdapterError

if TYPE_CHECKING:
    from scenograph.adapters.lora import GroupedLora


_TOGETHER: Final = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
"""Layers that are given the same input: their first factors stand side by side, and take one product."""


@final
class _Layer(NamedTuple):
    """The factors of one layer, ready for use."""

    a: Tensor  # (k, in, r), or of all layers with the same input: (k, in, n * r)
    own: slice | None  # the layer's own columns of what comes of `a`; None: all
    b: Tensor  # (k, r, out), scale included


@final
class Stack:
    """
    Some adapters of a set, stacked for inference.

    Args:
        lora: the set
        adapters: their numbers
    """

    def __init__(self, lora: GroupedLora, adapters: Sequence[int]) -> None:
        self.place = {adapter: place for place, adapter in enumerate(adapters)}
        self.width = len(adapters) * lora.shape.rank
        self.state = lora.state()
        self._lora, self._adapters = lora, torch.tensor(adapters)
        self._layers: dict[str, _Layer] = {}

    def layer(self, path: str, x: Tensor) -> _Layer:
        """Return the factors of the layer at *path* for *x*."""
        found = self._layers.get(path)
        return found if found is not None else self._prepared(path, x)

    def _prepared(self, path: str, x: Tensor) -> _Layer:
        parent, _, name = path.rpartition(".")
        alike = next((some for some in _TOGETHER if name in some), (name,))
        paths = [it for other in alike if (it := f"{parent}.{other}") in self._lora.pairs] or [path]
        used = self._adapters.to(self._lora.pairs[path].a.device)
        a = torch.cat([self._lora.pairs[it].a.detach()[used] for it in paths], 1)
        a = a.transpose(1, 2).contiguous().to(x)
        rank = self._lora.shape.rank
        for i, it in enumerate(paths):
            b = (self._lora.pairs[it].b.detach()[used] * self._lora.shape.scale).transpose(1, 2)
            own = slice(i * rank, (i + 1) * rank) if len(paths) > 1 else None
            self._layers[it] = _Layer(a, own, b.contiguous().to(x))
        return self._layers[path]


@final
class ActiveRows:
    """
    The rows of a running batch: which adapter each uses and from which position on.

    Args:
        stack: at least the adapters in use
        index: the adapter of each row; None: none
        starts: of each row
    """

    def __init__(self, stack: Stack, index: Sequence[int | None], starts: Sequence[int]) -> None:
        self._stack = stack
        self._places = torch.tensor([-1 if adapter is None else stack.place[adapter] for adapter in index])
        self._starts = torch.tensor(starts)[:, None]
        groups = [[row for row, adapter in enumerate(index) if adapter == number] for number in stack.place]
        for row, adapter in enumerate(index):
            if adapter is None:  # it is kept apart by where adapters act: nowhere in this row
                min(groups, key=len).append(row)
        self._groups = Groups(groups)
        self._all: Tensor | None = None  # where adapters act, bool, shape (R, S); None: everywhere
        self._acts: Tensor | None = None  # the same in groups, shape (k, m, 1 or S, 1)
        self._idle = False
        self._first = 0  # no adapter acts on a column before this one
        self._given: Tensor | None = None
        self._inner: tuple[Tensor, Tensor] | None = None  # first factors, and what came of them for `_given`

    def place(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Forward pre-hook of the model's body: find the positions of the new tokens and what acts there."""
        given = kwargs.get("input_ids", args[0] if args else None)
        tokens: Tensor = kwargs["inputs_embeds"] if given is None else given
        count, length = tokens.shape[:2]
        if count != len(self._starts):
            raise AdapterError(f"the batch has {count} rows, but adapters were named for {len(self._starts)}")
        positions: Tensor | None = kwargs.get("position_ids")
        if positions is None:
            cache = kwargs.get("past_key_values")
            begin = 0 if cache is None else int(cache.get_seq_length())
            positions = torch.arange(begin, begin + length)[None]
        acts = positions.cpu() >= self._starts  # (R, S)
        self._idle, self._first = False, 0
        self._all = self._acts = self._given = self._inner = None
        self._groups.to(tokens.device)
        if bool(acts.all()):
            return
        self._all = acts = acts.expand(count, length)
        columns = acts.any(0)
        self._idle = not bool(columns.any())
        if self._idle:
            return
        self._first = int(columns.int().argmax())
        acts = acts[:, self._first :]
        if bool((acts == acts[:, :1]).all()):
            acts = acts[:, :1]  # one column for all
        if not bool(acts.all()):
            self._acts = acts[self._groups.rows][..., None].float().to(tokens.device)

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Add the low-rank products to *out*, the output of the layer at *path*, in place; return it."""
        if self._idle:
            return out
        a, own, b = self._stack.layer(path, x)
        if x is not self._given or self._inner is None or self._inner[0] is not a:
            acts = None if self._acts is None else self._acts.to(x.dtype)
            self._given, self._inner = x, (a, self._groups.inner(x, a, acts, self._first))
        inner = self._inner[1]
        return self._groups.add(out, inner if own is None else inner[..., own], b, self._first)

    @property
    def is_acting(self) -> bool:
        """Whether any adapter acts on any of the new tokens."""
        return not self._idle

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts; see `experts.Rows`."""
        a, _, b = self._stack.layer(path, x)
        columns = tokens // len(self._places)
        row, column = places.cpu() // columns, places.cpu() % columns
        own = self._places[row] == torch.arange(len(a))[:, None]  # (k, T)
        if self._all is not None:
            own &= self._all[row, column]
        inner = (x @ a) * own[..., None].to(x)  # (k, T, r)
        return inner.transpose(0, 1).flatten(1) @ b.flatten(0, 1)
