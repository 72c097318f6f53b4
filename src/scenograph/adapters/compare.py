"""
How far two adapters are apart, layer by layer.

Each adapter adds `scale * B @ A` to the weights of a layer. What is compared is that product, so that
adapters of different rank can be compared, and different factors of one product are equal.

    norm         Frobenius norm of the product
    difference   norm of the difference, divided by the norm of the first product
    cosine       of the two products, taken as vectors; 1: the same direction, 0: nothing in common

The products themselves are never computed: all three follow from products of the factors, `rank` squared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from scenograph.errors import AdapterError


class Factors(NamedTuple):
    """The factors of one adapter in one layer: `a` (r, in), `b` (out, r), and the scale of their product."""

    a: Tensor
    b: Tensor
    scale: float


class LayerDifference(NamedTuple):
    """
    How far two adapters are apart in one layer.

    Attributes:
        layer: path of the layer
        norms: of the two products
        difference: norm of their difference, divided by the first norm; None if that is 0 and the other is
            not
        cosine: of the two products; 0 if one of them is 0
    """

    layer: str
    norms: tuple[float, float]
    difference: float | None
    cosine: float


def compare(first: Mapping[str, Factors], second: Mapping[str, Factors]) -> list[LayerDifference]:
    """
    Compare two adapters over one carrier. A layer that only one of them adapts is compared with nothing.

    Raises:
        AdapterError: if a layer has other sizes in the two, so that they are of different carriers
    """
    found: list[LayerDifference] = []
    for path in dict.fromkeys((*first, *second)):
        mine, theirs = first.get(path), second.get(path)
        if mine is not None and theirs is not None and _size(mine) != _size(theirs):
            raise AdapterError(
                f"layer {path} has size {_size(mine)} in the one and {_size(theirs)} in the other; "
                "adapters of different carriers cannot be compared"
            )
        found.append(_difference(path, mine, theirs))
    return found


def _size(factors: Factors) -> tuple[int, int]:
    return factors.b.shape[0], factors.a.shape[1]


def _difference(path: str, first: Factors | None, second: Factors | None) -> LayerDifference:
    one, two, both = _inner(first, first), _inner(second, second), _inner(first, second)
    norms = math.sqrt(one), math.sqrt(two)
    apart = math.sqrt(max(0.0, one + two - 2 * both))
    difference = apart / norms[0] if norms[0] else None if apart else 0.0
    cosine = both / (norms[0] * norms[1]) if norms[0] and norms[1] else 0.0
    return LayerDifference(path, norms, difference, min(1.0, max(-1.0, cosine)))


def _inner(first: Factors | None, second: Factors | None) -> float:
    """Return the inner product of two products: of (B A) and (D C) it is the sum of (BᵀD) * (A Cᵀ)."""
    if first is None or second is None:
        return 0.0
    a, b, c, d = (factor.double() for factor in (first.a, first.b, second.a, second.b))
    value = float(torch.sum((b.T @ d) * (a @ c.T)))
    return first.scale * second.scale * value if first is not second else max(0.0, first.scale**2 * value)
