"""
The grouped low-rank product: every row of a batch through its own adapter.

With `a` of shape (n, r, in) and `b` of shape (n, out, r) holding *n* adapters, row *i* of a batch gets

    out[i] += scale * (x[i] @ a[index[i]].T) @ b[index[i]].T

`add_rows` is for training: one batched product for each factor, at a cost that does not grow with *n*.
`add_one` is for training where all rows use one adapter: no copy of its factors for each row.
`Groups` is for inference: rows are put together by adapter, and no row needs a copy of its adapter's
factors, which matters when rows are one token long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import torch
from torch import Tensor
from torch.autograd import Function


class _AddRows(Function):
    @staticmethod
    def forward(
        ctx: Any,
        out: Tensor,
        x: Tensor,
        a: Tensor,
        b: Tensor,
        index: Tensor,
        scale: float,
        mask: Tensor | None,
    ) -> Tensor:
        row_a, row_b = a.index_select(0, index), b.index_select(0, index)  # (R, r, in), (R, out, r)
        inner = torch.bmm(x, row_a.transpose(1, 2))  # (R, S, r)
        if mask is not None:
            inner *= mask
        out.baddbmm_(inner, row_b.transpose(1, 2), alpha=scale)
        ctx.save_for_backward(x, row_a, row_b, inner, index, mask)
        ctx.scale, ctx.adapters = scale, a.shape[0]
        ctx.mark_dirty(out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        x, row_a, row_b, inner, index, mask = ctx.saved_tensors
        grad_inner = torch.bmm(grad, row_b).mul_(ctx.scale)
        if mask is not None:
            grad_inner *= mask
        grad_x = torch.bmm(grad_inner, row_a) if ctx.needs_input_grad[1] else None
        # A product with a 0/1 matrix sums the rows of each adapter; unlike index_add it is deterministic
        # on every device.
        choose = grad.new_zeros(ctx.adapters, len(index))
        choose[index, torch.arange(len(index), device=index.device)] = 1
        grad_a = choose @ torch.bmm(grad_inner.transpose(1, 2), x).flatten(1)
        grad_b = (choose * ctx.scale) @ torch.bmm(grad.transpose(1, 2), inner).flatten(1)
        return (
            grad,
            grad_x,
            grad_a.view(-1, *row_a.shape[1:]),
            grad_b.view(-1, *row_b.shape[1:]),
            *[None] * 3,
        )


def add_rows(
    out: Tensor, x: Tensor, a: Tensor, b: Tensor, index: Tensor, scale: float, mask: Tensor | None = None
) -> Tensor:
    """
    Add the low-rank product of each row to *out* in place; differentiable in *out*, *x*, *a* and *b*.

    Args:
        out: output of the frozen layer, float, shape (R, S, out)
        x: its input, float, shape (R, S, in)
        a, b: all adapters, float, shapes (n, r, in) and (n, out, r)
        index: the adapter of each row, int64, shape (R,)
        scale: factor of the product
        mask: float, shape (R, S, 1); 0 where the adapter does not act; None: it acts everywhere
    """
    return _AddRows.apply(out, x, a, b, index, scale, mask)  # pyright: ignore[reportReturnType]


class _AddOne(Function):
    @staticmethod
    def forward(
        ctx: Any, out: Tensor, x: Tensor, a: Tensor, b: Tensor, scale: float, mask: Tensor | None
    ) -> Tensor:
        inner = x @ a.T  # (R, S, r)
        if mask is not None:
            inner *= mask
        out.view(-1, out.shape[-1]).addmm_(inner.flatten(0, 1), b.T, alpha=scale)
        ctx.save_for_backward(x, a, b, inner, mask)
        ctx.scale = scale
        ctx.mark_dirty(out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        x, a, b, inner, mask = ctx.saved_tensors
        grad_inner = (grad @ b).mul_(ctx.scale)
        if mask is not None:
            grad_inner *= mask
        grad_x = grad_inner @ a if ctx.needs_input_grad[1] else None
        grad_a = grad_inner.flatten(0, 1).T @ x.flatten(0, 1)
        grad_b = grad.flatten(0, 1).T @ inner.flatten(0, 1).mul(ctx.scale)
        return grad, grad_x, grad_a, grad_b, None, None


def add_one(out: Tensor, x: Tensor, a: Tensor, b: Tensor, scale: float, mask: Tensor | None = None) -> Tensor:
    """
    Do what `add_rows` does where all rows use one adapter.

    Args:
        out, x, scale, mask: as for `add_rows`
        a, b: its factors, float, shapes (r, in) and (out, r)
    """
    return _AddOne.apply(out, x, a, b, scale, mask)  # pyright: ignore[reportReturnType]


@final
class Groups:
    """
    How the rows of a batch stand together by adapter, for inference; nothing here is differentiable.

    All groups are as large as the largest one, so that each factor takes one batched product for all of them.
    A place that no row needs computes row 0 again, for nothing. Where the rows come in the order of equal
    groups, nothing is moved.

    Args:
        groups: the rows of each adapter; each row of the batch in exactly one of them
    """

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        most = max(map(len, groups))
        slots = [row for group in groups for row in (*group, *[0] * (most - len(group)))]
        self.count = len(groups)
        self.rows = torch.tensor(slots).view(self.count, most)
        self._slots: Tensor | None = None  # the row of each place; None: they are the same
        self._places: Tensor | None = None  # the place of each row
        if slots != list(range(len(slots))):
            place = {
                row: number * most + i for number, group in enumerate(groups) for i, row in enumerate(group)
            }
            self._slots, self._places = (
                torch.tensor(slots),
                torch.tensor([place[row] for row in range(len(place))]),
            )

    def to(self, device: torch.device) -> None:
        """Move to *device* what is used there."""
        if self._slots is not None and self._places is not None:
            self._slots, self._places = self._slots.to(device), self._places.to(device)

    def inner(self, x: Tensor, a: Tensor, acts: Tensor | None, first: int = 0) -> Tensor:
        """
        Return the products of all rows with the first factors, in groups: (k, m * columns, r).

        Args:
            x: input of the layer, float, shape (R, S, in)
            a: first factors of the k adapters, float, shape (k, in, r)
            acts: float, shape (k, m, 1 or columns, 1): 1 where a row's adapter acts, else 0; None: everywhere
            first: the first column where any adapter acts; *columns* are those from there on
        """
        given = x[:, first:] if first else x
        if self._slots is not None:
            given = given.index_select(0, self._slots)
        found = torch.bmm(given.reshape(self.count, -1, x.shape[-1]), a)
        if acts is not None:
            found.view(*self.rows.shape, -1, a.shape[-1]).mul_(acts)
        return found

    def add(self, out: Tensor, inner: Tensor, b: Tensor, first: int = 0) -> Tensor:
        """
        Add the products of *inner* with the second factors to *out* in place; return it.

        Args:
            out: output of the layer, float, shape (R, S, out)
            inner: what `inner` has returned, or some of its columns
            b: second factors, float, shape (k, r, out), scale included
            first: as for `inner`
        """
        if self._places is None and not first:
            out.view(self.count, -1, out.shape[-1]).baddbmm_(inner, b)
            return out
        added = torch.bmm(inner, b).view(self.rows.numel(), -1, out.shape[-1])
        if self._places is not None:
            added = added.index_select(0, self._places)
        acted = out[:, first:] if first else out
        acted += added
        return out
