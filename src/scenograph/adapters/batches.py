"""
Batches filled to a token budget, the same ones every time.

Examples with one prefix (what stands before the invocation token: one scene, said in five styles and two
languages) form a *bundle*, so that the prefix is computed once. Bundles are shuffled for every pass over the
data. Each batch is one step of training, with rows of all adapters. Within a batch, rows of similar length
share a *slice*: one forward pass with little padding.

The stream depends on examples, seed and budget alone: a resumed run skips the batches that it has seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from scenograph.adapters.encode import Encoded

Bundle: TypeAlias = tuple[int, ...]
"""Indices of examples with one common prefix, or whose texts say one scene."""

_VOICED = "read"  # the ability whose examples may be voicings of one scene


def bundle(
    examples: Sequence[Encoded],
    budget: int,
    *,
    shared: bool,
    by_ability: bool = False,
    voicings: bool = False,
) -> list[Bundle]:
    """
    Group *examples* by prefix, in order of first appearance.

    Args:
        examples: what to train on
        budget: most tokens of a bundle, unless one example alone has more
        shared: False if adapters act on prefixes too, so that nothing can be shared
        by_ability: whether a bundle has examples of one ability only
        voicings: whether examples that read texts of one scene are in one bundle, though they share no prefix
    """
    groups: dict[tuple[bytes, str], list[int]] = {}
    for i, example in enumerate(examples):
        key = example.ids[: example.start].tobytes() if shared else i.to_bytes(8, "big")
        if voicings and (said := voiced(example)) is not None:
            groups.setdefault((said, _VOICED), []).append(i)
        else:
            groups.setdefault((key, example.ability if by_ability else ""), []).append(i)
    bundles: list[Bundle] = []
    for (_, kind), group in groups.items():
        part: list[int] = []
        tokens = 0
        for i in group:
            if part and tokens + len(examples[i].ids) > budget:
                bundles.append(tuple(part))
                part, tokens = [], 0
            tokens += len(examples[i].ids) - (examples[i].start if part and kind != _VOICED else 0)
            part.append(i)
        bundles.append(tuple(part))
    return bundles


def batches(
    examples: Sequence[Encoded], bundles: Sequence[Bundle], budget: int, seed: int
) -> Iterator[list[int]]:
    """Yield batches of example indices without end; every pass over the data has another order."""
    batch: list[int] = []
    tokens = 0
    for group in passes(bundles, seed):
        batch += group
        tokens += cost(examples, group)
        if tokens >= budget:
            yield batch
            batch, tokens = [], 0


def cost(examples: Sequence[Encoded], group: Bundle) -> int:
    """Return the tokens of a bundle; a prefix counts once."""
    prefixes = {examples[i].ids[: examples[i].start].tobytes(): examples[i].start for i in group}
    return sum(len(examples[i].ids) - examples[i].start for i in group) + sum(prefixes.values())


def voiced(example: Encoded) -> bytes | None:
    """Return what all examples have in common that read texts of one scene; None if it reads none."""
    if example.ability != _VOICED:
        return None
    return example.adapter.to_bytes(4, "big") + example.ids[example.answer :].tobytes()


def passes(bundles: Sequence[Bundle], seed: int) -> Iterator[Bundle]:
    """Yield *bundles* without end, in another order in every pass."""
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
    *,
    start: float = 0.0,
) -> list[list[int]]:
    """
    Split rows into slices of similar length, at the least cost; return the indices of each slice.

    A slice costs its tokens, padding included, and *start*. The cheapest split of rows in order of length is
    found exactly: the best one of the first n rows ends with a slice of the longest of them, after the best
    split of the rows before it.

    Args:
        lengths: length of each row in tokens
        budget: most tokens of a slice, padding included, unless a single row has more
        sizes: bytes that each row needs
        memory: most bytes of a slice, as rows times largest row, unless a single row needs more
        start: what a forward pass costs before its first token, in tokens
    """
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], i))
    costs = [0.0]  # of the best split of the first n rows
    begins = [0]  # where its last slice begins
    for end in range(1, len(order) + 1):
        longest, largest = lengths[order[end - 1]], 0.0
        best = (math.inf, end)
        for begin in range(end - 1, -1, -1):
            rows = end - begin
            largest = max(largest, sizes[order[begin]] if sizes is not None else 0.0)
            if rows > 1 and (rows * longest > budget or rows * largest > memory):
                break
            best = min(best, (costs[begin] + start + rows * longest, begin))
        costs.append(best[0])
        begins.append(best[1])
    parts: list[list[int]] = []
    end = len(order)
    while end:
        parts.append(order[begins[end] : end])
        end = begins[end]
    return parts[::-1]
