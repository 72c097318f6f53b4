"""The rows of a running batch, each through its own adapter; for inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, final

import torch
from torch import Tensor, nn

from scenograph.adapters.product import add_groups
from scenograph.errors import AdapterError

if TYPE_CHECKING:
    from scenograph.adapters.lora import GroupedLora


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
        self._factors: dict[str, tuple[Tensor, Tensor]] = {}

    def factors(self, path: str, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return A (k, in, r) and B (k, r, out), scale included, of the layer at *path* for *x*."""
        if path not in self._factors:
            pair = self._lora.pairs[path]
            used = self._adapters.to(pair.a.device)
            a = pair.a.detach()[used].transpose(1, 2).contiguous()
            b = (pair.b.detach()[used] * self._lora.shape.scale).transpose(1, 2).contiguous()
            self._factors[path] = a.to(x), b.to(x)
        return self._factors[path]


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
        self._starts = torch.tensor(starts)
        groups = [[row for row, adapter in enumerate(index) if adapter == number] for number in stack.place]
        most = max(map(len, groups))
        # A place that no row needs computes row 0 again.
        self._rows = torch.tensor(
            [group + [0] * (most - len(group)) for group in groups], dtype=torch.long
        )  # (k, m)
        self._is_needed = torch.tensor(
            [[i < len(group) for i in range(most)] for group in groups], dtype=torch.bool
        )
        in_order = self._rows.flatten().tolist() == list(range(len(index)))
        self._slots = None if in_order else self._rows
        self._all = torch.ones(len(index), 1, dtype=torch.bool)  # where adapters act, shape (R, S)
        self._acts: Tensor | None = None  # the same in groups, shape (k, m, 1 or S, 1); None: everywhere
        self._idle = False
        self._first = 0  # no adapter acts on a column before this one

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
        acts = positions.cpu() >= self._starts[:, None]  # (R, S)
        acts = acts.expand(count, length)
        self._all = acts
        self._idle = not bool(acts.any())
        if self._idle:
            return
        self._first = int(acts.any(0).int().argmax())
        acts = acts[:, self._first :][self._rows] & self._is_needed[..., None]
        if bool((acts == self._is_needed[..., None]).all()):
            acts = self._is_needed[..., None]  # one column for all
        self._acts = None if bool(acts.all()) else acts[..., None].float().to(tokens.device)
        if self._slots is not None:
            self._slots = self._slots.to(tokens.device)

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Add the low-rank products to *out*, the output of the layer at *path*, in place; return it."""
        if self._idle:
            return out
        acts = None if self._acts is None else self._acts.to(x.dtype)
        return add_groups(out, x, *self._stack.factors(path, x), self._slots, acts, self._first)

    @property
    def is_acting(self) -> bool:
        """Whether any adapter acts on any of the new tokens."""
        return not self._idle

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts; see `experts.Rows`."""
        a, b = self._stack.factors(path, x)
        columns = tokens // len(self._places)
        row, column = places.cpu() // columns, places.cpu() % columns
        own = (self._places[row] == torch.arange(len(a))[:, None]) & self._all[row, column]  # (k, T)
        inner = (x @ a) * own[..., None].to(x)  # (k, T, r)
        return inner.transpose(0, 1).flatten(1) @ b.flatten(0, 1)
