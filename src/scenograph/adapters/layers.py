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
from pathlib import Path

import torch
from torch import nn

from scenograph.adapters.adapterset import AdapterSet
from scenograph.adapters.export import read_adapters
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import Manifest
from scenograph.adapters.shape import Pair, Shape, find_targets
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


@torch.no_grad()
def begin_as(lora: GroupedLora, folder: Path, model: nn.Module) -> dict[str, str]:
    """
    Let the adapters of *lora* begin as those of the same names in *folder*; others stay as they are.

    Vocabulary and carrier are not compared: factors mean the same over a vocabulary that has grown.

    Args:
        lora: fresh, for *model*; changed in place
        folder: a set
        model: the carrier's
    Returns:
        The digest of each adapter's file.
    Raises:
        AdapterError: if the set is damaged, or of another rank, scale or place
    """
    manifest = Manifest.load(folder)
    theirs, mine = (replace(shape, names=(), ranks=()) for shape in (manifest.shape, lora.shape))
    if theirs != mine:
        raise AdapterError(
            f"the adapters in {folder} have rank {theirs.rank} and alpha {theirs.alpha:g} from layer "
            f"{theirs.first} on; training asks for {mine.rank}, {mine.alpha:g} and {mine.first}: "
            "ask for the same, or remove the folder to begin from nothing"
        )
    layers = list(find_targets(model, theirs.targets, theirs.first).items())
    found = read_adapters(folder, manifest.shape, manifest.files, layers)
    both = [name for name in lora.shape.names if name in manifest.shape.names]
    to, of = [lora.index(name) for name in both], [found.index(name) for name in both]
    for path, pair in lora.pairs.items():
        for own, other in zip(pair, found.pairs[path], strict=True):
            own[to] = other[of].to(own.device)
    return {name: manifest.files[name] for name in both}


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
