"""
The grouped low-rank product: every row of a batch through its own adapter.

With `a` of shape (n, r, in) and `b` of shape (n, out, r) holding *n* adapters, row *i* of a batch gets

    out[i] += scale * (x[i] @ a[index[i]].T) @ b[index[i]].T

`add_rows` is for training: one batched product for each factor, at a cost that does not grow with *n*.
`add_one` is for training where all rows use one adapter: no copy of its factors for each row.
`add_blocks` is for inference: the adapters in use form one wide adapter, and a mask limits each row to its
own block. It makes no copy of the weights for each row, which matters when rows are one token long.
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


def add_blocks(
    out: Tensor, x: Tensor, wide_a: Tensor, wide_b: Tensor, mask: Tensor | None, first: int = 0
) -> Tensor:
    """
    Add the product of *x* with adapters side by side to *out* in place; return it.

    Args:
        out, x: as for `add_rows`
        wide_a, wide_b: float, shapes (k * r, in) and (out, k * r), scale included
        mask: float, shape (R, 1 or S - first, k * r): 1 in a row's own block, where its adapter acts, else 0;
            None: every row uses the only adapter, everywhere
        first: the first column where any adapter acts
    """
    inner = x[:, first:] @ wide_a.T
    if mask is not None:
        inner *= mask
    if first:
        out[:, first:].baddbmm_(inner, wide_b.T.expand(len(out), -1, -1))
    else:
        out.view(-1, out.shape[-1]).addmm_(inner.flatten(0, 1), wide_b.T)
    return out
