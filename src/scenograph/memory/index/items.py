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

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import shake_256
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from scenograph.memory.symbols import is_open

PHASES = 512
"""Complex numbers in an item."""

SHARE = 0.2
"""The part of an item that is what is learned of its meaning (chosen by bench/items.py)."""

Rows = NDArray[np.complex64]
"""Items, complex64, shape (n, `PHASES`), each of length √`PHASES`."""

Meaning = NDArray[np.float32]
"""float32, shape (dimensions,), of unit length."""

_ROOTS = np.exp(2j * np.pi * np.arange(256) / 256).astype(np.complex64)
_CACHED = 1 << 16  # items of 4 KB each


class Items:
    """
    The vectors of symbols.

    Args:
        meanings: what is known of each of some symbols; None where nothing is
        name: tells what was learned from other learning; items of another name cannot be compared with these
        share: the part of an item that is what is learned of its meaning
    """

    def __init__(
        self,
        meanings: Callable[[Sequence[str]], Sequence[Meaning | None]] | None = None,
        name: str = "hashed",
        share: float = SHARE,
    ) -> None:
        self._meanings = meanings
        self._own, self._learned = np.sqrt(np.array([1 - share, share], np.float32))
        self.name = name
        self._lock = Lock()  # of the table; taken behind that of the memory which is asked for meanings
        self._table = np.zeros((0, PHASES), np.complex64)
        self._place: dict[str, int] = {}  # in the table, of what has been asked for

    def __call__(self, symbols: Sequence[str]) -> Rows:
        """The items of *symbols*, in their order; zero for what is open."""
        with self._lock:
            new = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._place]
            if len(self._place) + len(new) > len(self._table):
                # Begun anew, as large as it ever gets: what is not written to takes no memory.
                self._place.clear()
                new = [*dict.fromkeys(symbols)]
                self._table = np.empty((max(_CACHED, len(new)), PHASES), np.complex64)
            if new:
                places = range(len(self._place), len(self._place) + len(new))
                self._table[places.start : places.stop] = self._made(new)
                self._place.update(zip(new, places, strict=True))
            return self._table[[self._place[symbol] for symbol in symbols]]

    def drop(self) -> None:
        """Make all items anew: what was known of a symbol has been forgotten, or taken back."""
        if self._meanings is not None:
            with self._lock:
                self._place.clear()

    def _made(self, symbols: Sequence[str]) -> Rows:
        made = _phases(symbols)
        meant = [] if self._meanings is None else self._meanings(symbols)
        known = [(number, meaning) for number, meaning in enumerate(meant) if meaning is not None]
        if known:
            numbers, meanings = zip(*known, strict=True)
            made[[*numbers]] = self._own * made[[*numbers]] + self._learned * _projected(np.stack(meanings))
        made[[number for number, symbol in enumerate(symbols) if is_open(symbol)]] = 0
        return made


HASHED = Items()
"""Items of which nothing has been learned."""


def _phases(symbols: Sequence[str]) -> Rows:
    phases = b"".join(shake_256(one.encode("utf-8", "surrogatepass")).digest(PHASES) for one in symbols)
    return _ROOTS[np.frombuffer(phases, np.uint8)].reshape(len(symbols), PHASES)


def _projected(meanings: NDArray[np.float32]) -> Rows:
    """Meanings times P; as real numbers, of which NumPy would make complex ones for a product with those."""
    return (meanings @ _projection(meanings.shape[1]).view(np.float32)).view(np.complex64)


@cache
def _projection(dimensions: int) -> Rows:
    """The fixed rows P, shape (dimensions, `PHASES`)."""
    return _phases([f"meaning {number}" for number in range(dimensions)])
