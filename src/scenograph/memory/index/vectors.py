"""
Scenes as vectors: holographic reduced representations in the frequency domain.

Every symbol has an *item*, 512 complex numbers. Two operations build all
the rest (T. Plate, "Holographic reduced representations", 1995; in the frequency domain circular convolution
is multiplication):

    binding        role * filler     unlike both; different roles keep the same filler apart
    superposition  one + another     like both

A node becomes its concept plus, for each link that leaves it, `role * target`, where the target is encoded
the same way one level less deep and weighs less. A scene is the sum over all its nodes, since each node roots
a scene of its own: a part of a scene, met anywhere, resembles it. To it are added, for each link, the source
bound to the role, and the source bound to role and target, so that a cue with its objects hidden still says
whose objects they are. An unknown contributes nothing.

The real and imaginary parts, 1,024 float32, have unit length; the inner product of two scenes is their
similarity.

The numbers of a symbol are of length one, with phases from a hash of the symbol, so that they
are the same on every machine and for every carrier, and unlike those of every other symbol. Where memory has
learned what a symbol *means* (`scenograph.memory.learning.meanings`, or a text embedder that was plugged in),
as a short real vector that is near those of symbols like it, a share of that is mixed in:

    item  =  √(1 - s) · phases(symbol)  +  √s · meaning · P

P is fixed: its rows are the phases of the numbers of the meaning's dimensions. Since these are unlike each
other, the inner product of two items is s times that of their meanings: astronauts are somewhat like
astronauts, and each still is mostly itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b, shake_256
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
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
_CACHED = 1 << 11  # items of 4 KB each, of each memory that is open


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
        self._lock = Lock()  # of the table; taken after the lock of the memory that is asked for meanings
        self._table = np.zeros((0, PHASES), np.complex64)
        self._place: dict[str, int] = {}  # in the table, of what has been asked for

    def __call__(self, symbols: Sequence[str]) -> Rows:
        """The items of *symbols*, in their order; zero for what is open."""
        with self._lock:
            new = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._place]
            if len(self._place) + len(new) > len(self._table):
                # A new array, as large as it ever gets: what is not written to takes no memory.
                self._place.clear()
                new = [*dict.fromkeys(symbols)]
                self._table = np.empty((max(_CACHED, len(new)), PHASES), np.complex64)
            if new:
                places = range(len(self._place), len(self._place) + len(new))
                self._table[places.start : places.stop] = self._made(new)
                self._place.update(zip(new, places, strict=True))
            return self._table[[self._place[symbol] for symbol in symbols]]

    def drop(self) -> None:
        """Make all items again: what was known of a symbol has been forgotten, or taken back."""
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
"""Items without learned meanings."""


def _phases(symbols: Sequence[str]) -> Rows:
    phases = b"".join(shake_256(one.encode("utf-8", "surrogatepass")).digest(PHASES) for one in symbols)
    return _ROOTS[np.frombuffer(phases, np.uint8)].reshape(len(symbols), PHASES)


def _projected(meanings: NDArray[np.float32]) -> Rows:
    """Meanings times P, multiplied as real numbers: NumPy would first turn the meanings into complex ones."""
    return (meanings @ _projection(meanings.shape[1]).view(np.float32)).view(np.complex64)


@cache
def _projection(dimensions: int) -> Rows:
    """The fixed rows P, shape (dimensions, `PHASES`)."""
    return _phases([f"meaning {number}" for number in range(dimensions)])


DIMENSIONS = 2 * PHASES
"""Numbers in a vector."""

Vectors = NDArray[np.float32]
"""float32, shape (n, `DIMENSIONS`), rows of unit length (or zero: nothing known)."""

# Chosen on 400 half-hidden cues to WebNLG's train scenes (bench/memory.py has the kinds of cue).
_DEPTH = 2  # levels of links below a node that its vector takes in
_DECAY = 0.7  # weight of a level against the one above
_WHOSE = 1.0  # weight of a source bound to a role
_WHOLE = 0.3  # weight of a whole link, relative to that
_MOST_LINKS = 4096
"""Links of one scene that its vector takes in; beyond that a sum of 1,024 numbers tells nothing more."""
_BATCH_LINKS = 256
"""Links encoded at once: 1 MB per intermediate result, which the processor's cache holds."""


def fingerprint(items: Items = HASHED) -> bytes:
    """32 bytes that name this way of encoding; vectors of another fingerprint cannot be compared with its."""
    way = f"hrr {PHASES} {_DEPTH} {_DECAY} {_WHOSE} {_WHOLE} {items.name}"
    return blake2b(way.encode(), digest_size=32).digest()


def encode(scenes: Sequence[Scene], items: Items = HASHED) -> Vectors:
    """
    Encode *scenes*, or cues.

    Returns:
        float32, shape (len(scenes), 1024); rows of unit length, zero for a scene of unknowns only.
    """
    encoded = [_encode_batch(batch, items) for batch in _batches(scenes)]
    return np.concatenate(encoded) if encoded else np.zeros((0, DIMENSIONS), np.float32)


def encode_symbols(weights: Mapping[str, float], items: Items = HASHED) -> Vectors:
    """Encode symbols with no links between them, each with its weight: shape (1, 1024)."""
    weighed = np.array([*weights.values()], np.float32)
    return _rows(weighed[None, :] @ items([*weights]).view(np.float32))


def _batches(scenes: Sequence[Scene]) -> Iterator[list[Scene]]:
    batch: list[Scene] = []
    links = 0
    for scene in scenes:
        batch.append(scene)
        links += len(scene.triples) + 1
        if links >= _BATCH_LINKS:
            yield batch
            batch, links = [], 0
    if batch:
        yield batch


def _encode_batch(scenes: list[Scene], items: Items) -> Vectors:
    fillers: list[str] = []  # concepts of all nodes of all scenes, each scene's constants after its nodes
    starts: list[int] = []  # where a scene's fillers begin
    edges: list[tuple[int, int, int]] = []  # source, target and scene
    roles: list[str] = []
    for number, scene in enumerate(scenes):
        if len(scene.triples) > _MOST_LINKS:
            scene = scene.canonical()  # so that every drawing of it begins with the same links
        start = len(fillers)
        starts.append(start)
        fillers.extend(scene.concepts[: _MOST_LINKS + 1])
        for source, role, target in scene.triples[:_MOST_LINKS]:
            if source > _MOST_LINKS or (isinstance(target, int) and target > _MOST_LINKS):
                continue
            if isinstance(target, str):
                fillers.append(target)
                target = len(fillers) - 1 - start
            edges.append((start + source, start + target, number))
            roles.append(role)

    bare = items(fillers)
    rows = [bare]
    owns = [np.repeat(np.arange(len(scenes)), np.diff([*starts, len(fillers)]))]  # the scene of each row
    if edges:
        source, target, owner = np.array(edges).T
        filled = items(roles)
        ends = bare[target]
        whose = bare[source] * items(["<" + role for role in roles])
        filled *= ends
        whose *= np.float32(_WHOSE) + np.float32(_WHOSE * _WHOLE) * ends
        whose += np.float32(_DECAY) * filled  # what hangs on the source
        rows.append(whose)
        owns.append(owner)
        # What hangs on that in turn.
        deep = np.flatnonzero(np.isin(target, source))
        if len(deep):
            upper, place = np.unique(target[deep], return_inverse=True)
            lower = np.flatnonzero(np.isin(source, upper))
            below = _sums(filled[lower], np.searchsorted(upper, source[lower]), len(upper))
            rows.append(np.float32(_DECAY * _DECAY) * items([roles[edge] for edge in deep]) * below[place])
            owns.append(owner[deep])
    return _rows(_sums(np.concatenate(rows), np.concatenate(owns), len(scenes)).view(np.float32))


def _sums(rows: NDArray[np.complex64], owners: NDArray[np.int64], count: int) -> NDArray[np.complex64]:
    """
    The sums of the *rows* of each of *count* owners.

    A loop: rows are long. It is as fast as a product with a sparse matrix, and faster for a single scene.
    """
    sums = np.zeros((count, rows.shape[1]), rows.dtype)
    for row, owner in zip(rows, owners.tolist(), strict=True):
        sums[owner] += row
    return sums


def _rows(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1).astype(np.float32)
