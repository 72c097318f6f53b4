"""
A batch, prepared: what is known of it before anything is computed.

    ⟁bos  data  ⟁sep  data  ⟁say:poet  ⟁en  answer  ⟁eos
    prefix                  ^ cut, where the suffix begins

Each row is cut at its invocation token if adapters leave alone what stands before it, and rows with the same
prefix share it. If adapters act on prefixes too, a row is all suffix.

Rows that read several texts of one scene may form a *unit*, which is never divided between forward passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor

from scenograph.adapters.batches import voiced
from scenograph.adapters.encode import Encoded
from scenograph.adapters.frozen import Group, Ids

Unit: TypeAlias = tuple[int, ...]
"""Rows that stay together: several texts of one scene, or one row alone."""


class Answers(NamedTuple):
    """The N answer tokens of R rows that the loss is on, one row after another."""

    mask: Tensor  # where they are in the padded suffixes; bool, shape (R, longest)
    ids: Tensor  # int64, shape (N,)
    rows: Tensor  # the row of the batch that each belongs to; int64, shape (N,)
    adapters: Tensor  # the adapter that learns each; int64, shape (N,)
    share: Tensor  # the weight of each one's loss; float32, shape (N,)


class Batch(NamedTuple):
    """Rows that are trained in one step; made by `Batch.of`."""

    examples: Sequence[Encoded]  # the rows
    cuts: list[int]  # where the suffix of each row begins
    prefixes: list[Ids]  # the different ones
    prefix_of: list[int]  # the number of each row's prefix
    units: list[Unit]
    counts: Tensor  # answer tokens of each adapter; float32, shape (n,)
    share: Tensor  # of each row, the weight of the loss of one answer token that itself weighs 1

    @classmethod
    def of(
        cls,
        examples: Sequence[Encoded],
        adapters: int,
        weights: Sequence[float] | None = None,
        *,
        shared: bool,
        voicings: bool = False,
    ) -> Batch:
        """
        Prepare *examples*.

        Args:
            adapters: how many there are
            weights: of each example; None: 1 for all
            shared: False if adapters act on prefixes too, so that nothing can be shared
            voicings: whether rows that read texts of one scene are a unit
        """
        cuts = [example.start if shared else 0 for example in examples]
        numbers: dict[bytes, int] = {}
        prefixes: list[Ids] = []
        prefix_of: list[int] = []
        for example, cut in zip(examples, cuts, strict=True):
            prefix = example.ids[:cut]
            number = numbers.setdefault(prefix.tobytes(), len(numbers))
            if number == len(prefixes) and cut:
                prefixes.append(prefix)
            prefix_of.append(number)
        adapter = torch.tensor([example.adapter for example in examples])
        learned = torch.tensor([float(example.learned) for example in examples])
        counts = torch.zeros(adapters).index_add_(0, adapter, learned)
        weighed = torch.tensor([example.weight for example in examples])
        whole = torch.zeros(adapters).index_add_(0, adapter, weighed)
        share = 1 / whole[adapter] if weights is None else torch.tensor(weights) / whole[adapter]
        units = _units(examples) if voicings else [(row,) for row in range(len(examples))]
        return cls(examples, cuts, prefixes, prefix_of, units, counts, share)

    def groups(self) -> tuple[list[Group], list[list[int]]]:
        """Return every prefix with the suffixes that follow it, and the rows that these belong to."""
        if not self.prefixes:  # each row by itself, so that workers can share them
            empty = np.zeros(0, np.int32)
            return [(empty, [it.ids]) for it in self.examples], [[row] for row in range(len(self.cuts))]
        rows: list[list[int]] = [[] for _ in self.prefixes]
        for row, number in enumerate(self.prefix_of):
            rows[number].append(row)
        return [(prefix, self.suffixes(own)) for prefix, own in zip(self.prefixes, rows, strict=True)], rows

    def suffixes(self, rows: Sequence[int]) -> list[Ids]:
        """Return the ids of each of *rows* from its cut on."""
        return [self.examples[row].ids[self.cuts[row] :] for row in rows]

    def longest(self, unit: Unit) -> int:
        """Return the tokens of the longest suffix of *unit*."""
        return max(len(self.examples[row].ids) - self.cuts[row] for row in unit)

    def lengths(self) -> list[int]:
        """Return the tokens of each unit's suffixes, padding included."""
        return [len(unit) * self.longest(unit) for unit in self.units]

    def answers(self, rows: Sequence[int]) -> Answers:
        """Return the answer tokens of *rows*."""
        ids = padded(self.suffixes(rows))
        learned = np.zeros(ids.shape, np.bool_)
        weights = np.ones(ids.shape, np.float32)  # of tokens in their row
        for row, is_learned, weight in zip(rows, learned, weights, strict=True):
            example, cut = self.examples[row], self.cuts[row]
            answer = slice(example.answer - cut, len(example.ids) - cut)
            is_learned[answer] = True
            for begin, end in example.inserted:
                is_learned[begin - cut : end - cut] = False
            if example.weights is not None:
                weight[answer] = example.weights
        mask = torch.from_numpy(learned)
        owner = torch.tensor(rows)[:, None].expand_as(ids)[mask]
        adapters = torch.tensor([example.adapter for example in self.examples])[owner]
        return Answers(mask, ids[mask], owner, adapters, self.share[owner] * torch.from_numpy(weights)[mask])

    def compared(self, units: Sequence[Unit]) -> Iterator[Tensor]:
        """
        Yield for each number k > 1 of rows in a unit where their answer tokens are; int64, shape (k, N).

        They are numbered as in the `answers` of the rows of *units*, one unit after another.
        """
        begins = [0, *accumulate(self.examples[row].learned for unit in units for row in unit)]
        found: dict[int, list[Tensor]] = {}
        passed = 0  # rows
        for unit in units:
            if len(unit) > 1:
                first = torch.tensor(begins[passed : passed + len(unit)])
                own = first[:, None] + torch.arange(self.examples[unit[0]].learned)
                found.setdefault(len(unit), []).append(own)
            passed += len(unit)
        for places in found.values():
            yield torch.cat(places, 1)


def padded(rows: Sequence[Ids]) -> Tensor:
    """Stack *rows*, padded on the right, which causal attention does not see; int64, shape (R, longest)."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = row
    return torch.from_numpy(ids)


def _units(examples: Sequence[Encoded]) -> list[Unit]:
    """Return the rows that read texts of one scene together, and each of the others alone."""
    found: dict[bytes, list[int]] = {}
    for row, example in enumerate(examples):
        said = voiced(example)
        found.setdefault(b"of" + said if said is not None else row.to_bytes(8, "big"), []).append(row)
    return [tuple(rows) for rows in found.values()]
