"""
Items: the vector of each symbol, of which those of scenes are composed.

A symbol has 512 complex numbers. They are of length one, with phases from a hash of the symbol, so that they
are the same on every machine and for every carrier, and unlike those of every other symbol. Where memory has
learned what a symbol *means* (`scenograph.memory.learning.meanings`, or a text embedder that was plugged in),
as a short real vector that is near those of symbols like it, a share of that is mixed in:

    item  =  √(1 - s) · phases(symbol)  +  √s · meaning · P

P is fixed: its rows are the phases of the numbers of the meaning's dimensions. Since these are unlike each
other, the inner product of two items is s times that of their meanings: astronauts are somewhat like
astronauts, and each still is mostly itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

PHASES = 512
"""Complex numbers in an item."""

SHARE = 0.2
"""The part of an item that is what is learned of its meaning (chosen by bench/items.py)."""

Item = NDArray[np.complex64]
"""complex64, shape (`PHASES`,), of length √`PHASES`."""

Meaning = NDArray[np.float32]
"""float32, shape (dimensions,), of unit length."""

_OWN, _LEARNED = np.sqrt(np.array([1 - SHARE, SHARE], np.float32))
_ROOTS = np.exp(2j * np.pi * np.arange(256) / 256).astype(np.complex64)
_CACHED = 1 << 16  # items of 4 KB each


class Items:
    """
    The vectors of symbols.

    Args:
        meaning: what is known of a symbol; None where nothing is
        name: tells what was learned from other learning; items of another name cannot be compared with these
    """

    def __init__(self, meaning: Callable[[str], Meaning | None] | None = None, name: str = "hashed") -> None:
        self._meaning = meaning
        self.name = name
        self._of = lru_cache(_CACHED)(self._make)

    def __call__(self, symbol: str) -> Item:
        """The item of *symbol*; not to be changed."""
        return self._of(symbol)

    def _make(self, symbol: str) -> Item:
        own = _phases(symbol)
        meaning = self._meaning(symbol) if self._meaning is not None else None
        if meaning is not None:
            # As real numbers, of which NumPy would make complex ones for a product with those.
            projected = (meaning @ _projection(len(meaning)).view(np.float32)).view(np.complex64)
            own = _OWN * own + _LEARNED * projected
        own.setflags(write=False)
        return own


HASHED = Items()
"""Items of which nothing has been learned."""


def _phases(symbol: str) -> Item:
    phases = shake_256(symbol.encode("utf-8", "surrogatepass")).digest(PHASES)
    return _ROOTS[np.frombuffer(phases, np.uint8)]


@cache
def _projection(dimensions: int) -> NDArray[np.complex64]:
    """The fixed rows P, shape (dimensions, `PHASES`)."""
    return np.stack([_phases(f"meaning {number}") for number in range(dimensions)])
