"""
The grouped low-rank product: every row of a batch through its own adapter.

With `a` of shape (n, r, in) and `b` of shape (n, out, r) holding *n* adapters, row *i* of a batch gets

    out[i] += scale * (x[i] @ a[index[i]].T) @ b[index[i]].T

`add_rows` is for training: one batched product for each factor, at a cost that does not grow with *n*.
`add_one` is for training where all rows use one adapter: no copy of its factors for each row.
`add_groups` is for inference: rows are put together by adapter, and no row needs a copy of its adapter's
factors, which matters when rows are one token long.
"""

from __future__ import annotations

from typing import Any

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


def add_groups(
    out: Tensor, x: Tensor, a: Tensor, b: Tensor, slots: Tensor | None, acts: Tensor | None, first: int = 0
) -> Tensor:
    """
    Add to each row of *out* in place the product of its own adapter; return it. Not differentiable.

    Rows of one adapter form a group, and all groups are as large as the largest one, so that each factor
    takes one batched product. A place in a group that no row needs computes a row again, for nothing.

    Args:
        out, x: as for `add_rows`
        a, b: factors of k adapters, float, shapes (k, in, r) and (k, r, out), scale included
        slots: int64, shape (k, m), the rows of each group; None: the rows are in the order of groups
        acts: float, shape (k, m, 1 or S - first, 1): 1 where a row's adapter acts, 0 elsewhere and in
            places that no row needs; None: all act everywhere
        first: the first column where any adapter acts
    """
    given = x[:, first:]
    if slots is not None:
        given = given.index_select(0, slots.flatten())
    columns, groups = given.shape[1], len(a)
    inner = torch.bmm(given.reshape(groups, -1, x.shape[-1]), a)  # (k, m * columns, r)
    if acts is not None:
        inner.view(groups, -1, columns, a.shape[-1]).mul_(acts)
    if slots is None and not first:
        out.view(groups, -1, out.shape[-1]).baddbmm_(inner, b)
        return out
    added = torch.bmm(inner, b).view(-1, columns, out.shape[-1])
    if slots is None:
        out[:, first:] += added
    else:
        out[:, first:].index_add_(0, slots.flatten(), added)
    return out
