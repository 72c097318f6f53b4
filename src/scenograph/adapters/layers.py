"""
Sets of adapters put together, and taken apart.

A mind's adapters come in layers: what was trained together, and what was taught afterwards. A later layer
replaces adapters of the same name.

    every = joined(trained, taught)     # the adapters of both
    start = copies(every.lora, {"decoder.bard": "decoder.poet"})
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import torch
from torch import nn

from scenograph.adapters.adapterset import AdapterSet
from scenograph.adapters.lora import GroupedLora, Pair, Shape
from scenograph.adapters.manifest import Manifest
from scenograph.errors import AdapterError


def copies(lora: GroupedLora, of: Mapping[str, str]) -> GroupedLora:
    """
    Return copies of adapters of *lora*, ready to be trained.

    Args:
        of: the name of each copy → the adapter of *lora* that it is a copy of
    Raises:
        AdapterError: if *lora* has no such adapter
    """
    index = [lora.index(name) for name in of.values()]
    pairs = {
        path: Pair(*(nn.Parameter(factor.detach()[index].clone()) for factor in pair))
        for path, pair in lora.pairs.items()
    }
    return GroupedLora(_with(lora.shape, tuple(of), index), pairs)


def chosen(adapters: AdapterSet, names: Collection[str]) -> AdapterSet:
    """Return the adapters of these *names*, in the order of the set."""
    kept = [name for name in adapters.names if name in names]
    manifest = adapters.manifest
    lora = copies(adapters.lora, {name: name for name in kept})
    return AdapterSet(
        lora,
        replace(
            manifest,
            shape=lora.shape,
            files={name: manifest.files[name] for name in kept if name in manifest.files},
            invocations={name: manifest.invocations[name] for name in kept},
        ),
    )


def joined(first: AdapterSet, second: AdapterSet) -> AdapterSet:
    """
    Return the adapters of both sets; where both have one, that of *second*.

    Raises:
        AdapterError: if they differ in rank, scale, layers or in where they act
    """
    differs = unlike(first.manifest, second.manifest)
    if differs:
        raise AdapterError(f"two sets of adapters cannot be used together: {differs}")
    left = [name for name in first.names if name not in second.names]
    names = (*left, *second.names)
    pairs: dict[str, Pair] = {}
    for path, theirs in second.lora.pairs.items():
        index = [first.lora.index(name) for name in left]
        mine = first.lora.pairs[path]
        pairs[path] = Pair(
            *(
                nn.Parameter(torch.cat([own.detach()[index], other.detach()]))
                for own, other in zip(mine, theirs, strict=True)
            )
        )
    ranks = [first.lora.shape.rank_of(first.lora.index(name)) for name in left]
    ranks += [second.lora.shape.rank_of(number) for number in range(len(second.names))]
    shape = replace(second.manifest.shape, names=names, ranks=_ranks(second.manifest.shape, ranks))
    manifest = replace(
        second.manifest,
        shape=shape,
        files=first.manifest.files | second.manifest.files,
        invocations=first.manifest.invocations | second.manifest.invocations,
    )
    return AdapterSet(GroupedLora(shape, pairs), manifest)


def unlike(first: Manifest, second: Manifest) -> str:
    """Say in what the shapes of two sets differ, the first set's value first; empty if in nothing."""
    mine, theirs = first.shape, second.shape
    differs = [
        f"{what} {_said(own)} and {_said(other)}"
        for what, own, other in (
            ("rank", mine.rank, theirs.rank),
            ("alpha", mine.alpha, theirs.alpha),
            ("layers", mine.targets, theirs.targets),
            ("first layer", mine.first, theirs.first),
            ("they act", mine.activation, theirs.activation),
        )
        if own != other
    ]
    return ", ".join(differs)


def _with(shape: Shape, names: tuple[str, ...], index: Sequence[int]) -> Shape:
    """Return *shape* with other *names*, each with the rank of the adapter number *index*."""
    return replace(shape, names=names, ranks=_ranks(shape, [shape.rank_of(number) for number in index]))


def _ranks(shape: Shape, ranks: Sequence[int]) -> tuple[int, ...]:
    """Return *ranks*, or nothing if all are that of *shape*."""
    return () if set(ranks) <= {shape.rank} else tuple(ranks)


def _said(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
