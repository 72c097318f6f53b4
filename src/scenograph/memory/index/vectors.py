"""
Scenes as vectors: holographic reduced representations in the frequency domain.

Every symbol has an *item*, 512 complex numbers (`scenograph.memory.index.items`). Two operations build all
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
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from scenograph.core.scene import Scene
from scenograph.memory.index.items import HASHED, PHASES, Items

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
    fillers: list[str] = []  # concepts of all nodes of all scenes, each scene's constants behind its nodes
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
    """The sums of the *rows* of each of *count* owners; several times as fast as `np.add.at`."""
    order = np.argsort(owners, kind="stable")
    ends = np.searchsorted(owners[order], np.arange(count + 1))
    ones = np.ones(len(rows), np.float32)
    groups: Any = csr_array((ones, order, ends), shape=(count, len(rows)))
    return (groups @ rows.view(np.float32)).view(np.complex64)


def _rows(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1).astype(np.float32)


FINGERPRINT = fingerprint()
