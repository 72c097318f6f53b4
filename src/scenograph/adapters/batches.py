"""
Batches filled to a token budget, the same ones every time.

Examples that share what stands before the invocation token (one scene, said by five styles in two
languages) stay together in a *bundle*, so that it is computed once. Bundles are shuffled again for every
pass over the data and dealt out until a batch holds its tokens. Each batch is one step of training, with
the rows of all adapters mixed. Within a batch rows of similar length share a *slice*: one forward pass with
little padding.

The stream is a function of examples, seed and budget alone: a stopped run goes on by skipping the batches
that it has seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from scenograph.adapters.examples import Encoded

Bundle: TypeAlias = tuple[int, ...]
"""Indices of examples with one common prefix."""


def bundle(examples: Sequence[Encoded], budget: int, *, shared: bool) -> list[Bundle]:
    """
    Group *examples* by prefix, in order of first appearance.

    Args:
        examples: what to train on
        budget: tokens in a batch; a bundle never has more, unless one example does
        shared: False if prefixes are trained through as well, so that there is nothing to share
    """
    groups: dict[bytes, list[int]] = {}
    for i, example in enumerate(examples):
        key = example.ids[: example.start].tobytes() if shared else i.to_bytes(8, "big")
        groups.setdefault(key, []).append(i)
    bundles: list[Bundle] = []
    for group in groups.values():
        part: list[int] = []
        tokens = 0
        for i in group:
            if part and tokens + len(examples[i].ids) > budget:
                bundles.append(tuple(part))
                part, tokens = [], 0
            tokens += len(examples[i].ids) - (examples[i].start if part else 0)
            part.append(i)
        bundles.append(tuple(part))
    return bundles


def batches(
    examples: Sequence[Encoded], bundles: Sequence[Bundle], budget: int, seed: int
) -> Iterator[list[int]]:
    """Yield batches of example indices without end: every pass over the data in an order of its own."""
    batch: list[int] = []
    tokens = 0
    for group in _passes(bundles, seed):
        batch += group
        tokens += sum(len(examples[i].ids) for i in group) - examples[group[0]].start * (len(group) - 1)
        if tokens >= budget:
            yield batch
            batch, tokens = [], 0


def _passes(bundles: Sequence[Bundle], seed: int) -> Iterator[Bundle]:
    epoch = 0
    while True:
        order = np.random.default_rng([seed, epoch]).permutation(len(bundles))
        yield from (bundles[i] for i in order)
        epoch += 1


def slices(
    lengths: Sequence[int],
    budget: int,
    sizes: Sequence[float] | None = None,
    memory: float = math.inf,
) -> list[list[int]]:
    """
    Split rows into slices of similar length.

    Args:
        lengths: length of each row in tokens
        budget: rows times longest row of a slice stays within it, unless a single row does not
        sizes: bytes that each row needs
        memory: rows times largest row in bytes stays within it, unless a single row does not
    Returns:
        Indices of rows; every row is in exactly one slice.
    """
    parts: list[list[int]] = []
    largest = 0.0
    for i in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        size = sizes[i] if sizes is not None else 0.0
        rows = len(parts[-1]) + 1 if parts else 0
        if rows and rows * lengths[i] <= budget and rows * max(largest, size) <= memory:
            parts[-1].append(i)
            largest = max(largest, size)
        else:
            parts.append([i])
            largest = size
    return parts
