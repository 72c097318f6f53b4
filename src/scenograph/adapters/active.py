"""The rows of a running batch, each through its own adapter; for inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from scenograph.adapters.product import add_blocks
from scenograph.errors import AdapterError

if TYPE_CHECKING:
    from scenograph.adapters.lora import GroupedLora


@final
class Stack:
    """
    Some adapters of a set side by side, as one wide adapter, for inference.

    Args:
        lora: the set
        adapters: their numbers
    """

    def __init__(self, lora: GroupedLora, adapters: Sequence[int]) -> None:
        self.rank = lora.shape.rank
        self.place = {adapter: place for place, adapter in enumerate(adapters)}
        self.width = len(adapters) * self.rank
        self.state = lora.state()
        self._lora, self._adapters = lora, torch.tensor(adapters)
        self._wide: dict[str, tuple[Tensor, Tensor]] = {}

    def factors(self, path: str, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return A (k * r, in) and B (out, k * r), scale included, of the layer at *path* for *x*."""
        if path not in self._wide:
            pair = self._lora.pairs[path]
            used = self._adapters.to(pair.a.device)
            a = pair.a.detach()[used].flatten(0, 1)
            b = (pair.b.detach()[used] * self._lora.shape.scale).transpose(0, 1).flatten(1)
            self._wide[path] = a.to(x), b.to(x)
        return self._wide[path]


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
        own = torch.zeros(len(index), 1, stack.width)
        for row, adapter in enumerate(index):
            if adapter is not None:
                begin = stack.place[adapter] * stack.rank
                own[row, 0, begin : begin + stack.rank] = 1
        self._own = own
        self._starts = torch.tensor(starts)
        self._mask: Tensor | None = None
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
        self._idle = not bool(acts.any())
        self._first = 0 if self._idle else int(acts.any(0).int().argmax())
        acts = acts[:, self._first :]
        if not bool(acts.all()):
            self._mask = (self._own * acts[..., None]).to(tokens.device)
        else:
            self._mask = None if len(self._stack.place) == 1 else self._own.to(tokens.device)

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Add the low-rank products to *out*, the output of the layer at *path*, in place; return it."""
        if self._idle:
            return out
        mask = None if self._mask is None else self._mask.to(x.dtype)
        return add_blocks(out, x, *self._stack.factors(path, x), mask, self._first)

    @property
    def is_acting(self) -> bool:
        """Whether any adapter acts on any of the new tokens."""
        return not self._idle

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts; see `experts.Rows`."""
        wide_a, wide_b = self._stack.factors(path, x)
        inner = x @ wide_a.T
        if self._mask is not None:
            columns = tokens // len(self._mask)
            mask = self._mask.expand(-1, columns - self._first, -1)
            each = pad(mask, (0, 0, self._first, 0)).flatten(0, 1)  # of each token
            inner = inner * each[places].to(x.dtype)
        return inner @ wide_b.T
