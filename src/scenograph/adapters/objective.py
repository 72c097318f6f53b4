"""
The loss of a batch and its gradient.

    with objective(model, lora, workers=2) as learner:
        learner.backward(examples)  # gradients are added to those of lora.parameters()

The loss is on answers only. The loss of an adapter is the mean over its own answer tokens in the batch, by
their weights, and the loss of the batch is the sum over adapters: each adapter learns as if it were alone.

With *consistency*, rows that read several texts of one scene are passed together. To the loss of each of
their tokens is added how far the predictions of that token differ between them.

Several workers share a batch, first its prefixes, then its suffixes. What each gets and in which order it is
summed depends on the batch and their number alone, so that a resumed run learns the same, bit for bit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar, final

import numpy as np
import torch
from torch import Tensor, nn

from scenograph.adapters.batches import slices
from scenograph.adapters.encode import Encoded
from scenograph.adapters.forward import Forward, States
from scenograph.adapters.frozen import FrozenCore
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.loss import answer_loss, disagreement
from scenograph.adapters.precision import TINY
from scenograph.adapters.prepared import Batch, Unit
from scenograph.adapters.row_size import RowSize, stored_bytes
from scenograph.adapters.training_rows import TrainingRows

T = TypeVar("T")

_OWN_SLICE = 4  # rows


class BatchLoss(NamedTuple):
    """Outcome of a batch."""

    loss: list[float]  # mean loss of an answer token, weights aside, by adapter; nan without rows
    tokens: int  # of prompts and answers; a shared prefix counts for every row that has it
    computed: int  # tokens that went through the model, padding included
    rows: list[float]  # the loss of each row's answer, summed over its tokens


class _Learned(NamedTuple):
    """What a worker made of its rows."""

    adapters: Tensor  # summed losses by adapter, float32, shape (n,)
    rows: Tensor  # summed losses of all rows of the batch, 0 for those of other workers
    computed: int  # tokens


@final
class Objective:
    """Computes losses and gradients of batches; made by `objective`."""

    def __init__(
        self,
        model: Any,
        lora: GroupedLora,
        rows: TrainingRows,
        workers: int,
        width: int,
        core: FrozenCore | None,
    ) -> None:
        self._model = model
        self._head: nn.Linear = model.get_output_embeddings()
        self._device = self._head.weight.device
        self._forward = Forward(model, width, core)
        self._by_adapter = core is not None or sum(map(torch.numel, model.parameters())) >= TINY
        self._adapters = len(lora.shape.names)
        self._shared = lora.shape.activation == "invocation"
        self._rows = rows
        self._width = width
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self._size = RowSize(0, 0, 0)
        self._memory = math.inf

    def close(self) -> None:
        """End the workers."""
        self._pool.shutdown()

    def limit(self, memory: float) -> None:
        """Limit what all workers store for backward passes to *memory* bytes, by smaller slices."""
        self._memory = memory / self._workers
        self._size = self.row_size()

    def row_size(self) -> RowSize:
        """Measure the bytes of a row, in three tiny passes."""
        return RowSize.measured(self._stored)

    def _stored(self, tokens: int, seen: int) -> int:
        """Return the bytes stored for the backward pass of a row of *tokens* after a prefix of *seen*."""
        self._rows.enter(0)
        example = Encoded(np.ones(seen + tokens, np.int32), seen, seen + 1, 0)
        batch = Batch.of([example], self._adapters, shared=True)
        states = self._forward.states(batch, self._bare)
        self._rows.set(torch.zeros(1, dtype=torch.long, device=self._device))
        return stored_bytes(lambda: self._forward.hidden(batch, states, [0]), self._model.parameters())

    def backward(
        self,
        examples: Sequence[Encoded],
        weights: Sequence[float] | None = None,
        *,
        consistency: float = 0.0,
    ) -> BatchLoss:
        """
        Add the gradients of the batch *examples* to those of the adapters; return the loss.

        Args:
            weights: of each example; under 0: it shall become less likely; None: 1 for all. The loss that is
                returned depends neither on them nor on weights of tokens
            consistency: weight of how far predictions differ between texts of one scene
        """
        voicings = consistency != 0
        batch = Batch.of(examples, self._adapters, weights, shared=self._shared, voicings=voicings)
        states = self._forward.states(batch, self._bare)
        learned = self._each(lambda part: self._learn(batch, states, part, consistency), batch.lengths())
        self._rows.collect()
        losses = torch.stack([it.adapters for it in learned]).sum(0) / batch.counts
        rows = torch.stack([it.rows for it in learned]).sum(0)
        computed = states.computed + sum(it.computed for it in learned)
        tokens = sum(len(example.ids) for example in examples)
        return BatchLoss(losses.tolist(), tokens, computed, rows.tolist())

    def losses(self, examples: Sequence[Encoded]) -> list[float]:
        """Return the loss of each example's answer, summed over its tokens; gradients stay as they are."""
        batch = Batch.of(examples, self._adapters, shared=self._shared)
        states = self._forward.states(batch, self._bare)
        found = self._each(lambda part: self._learn(batch, states, part, learns=False), batch.lengths())
        return torch.stack([it.rows for it in found]).sum(0).tolist()

    def _bare(self, work: Callable[[list[int]], T], lengths: Sequence[int]) -> list[T]:
        """Do as `_each`, without adapters."""

        def alone(part: list[int]) -> T:
            self._rows.set(None)
            return work(part)

        return self._each(alone, lengths)

    def _each(self, work: Callable[[list[int]], T], lengths: Sequence[int]) -> list[T]:
        """Give each worker every n-th item by length, and return what each made of its items."""
        order = sorted(range(len(lengths)), key=lambda i: (lengths[i], i))
        shares = [order[worker :: self._workers] for worker in range(self._workers)]

        def enter(worker: int) -> T:
            self._rows.enter(worker)
            return work(shares[worker])

        return list(self._pool.map(enter, range(self._workers)))

    def _learn(
        self,
        batch: Batch,
        states: States,
        part: Sequence[int],
        consistency: float = 0.0,
        *,
        learns: bool = True,
    ) -> _Learned:
        """Train through the suffixes of *part* of the units; or compute their losses only."""
        total, sums = torch.zeros(self._adapters), torch.zeros(len(batch.examples))
        computed = 0
        for units in self._slices(batch, [batch.units[i] for i in part]):
            rows = [row for unit in units for row in unit]
            answers = batch.answers(rows)
            self._choose([batch.examples[row].adapter for row in rows])
            with torch.set_grad_enabled(learns):  # each thread has a mode of its own
                hidden = self._forward.hidden(batch, states, rows)
            # The token in column c + 1 of a row is predicted from column c.
            predicting = hidden[:, :-1][answers.mask[:, 1:].to(self._device)]
            wanted, share = answers.ids.to(self._device), answers.share.to(self._device)
            loss, losses = answer_loss(predicting, self._head, wanted, share)
            if learns:
                for places in batch.compared(units):
                    shares = consistency * answers.share[places].sum(0)
                    loss = loss + disagreement(predicting[places], self._head, shares.to(self._device))
                loss.backward()
            total.index_add_(0, answers.adapters, losses.cpu())
            sums.index_add_(0, answers.rows, losses.cpu())
            computed += answers.mask.numel()
        return _Learned(total, sums, computed)

    def _slices(self, batch: Batch, units: Sequence[Unit]) -> Iterator[list[Unit]]:
        """
        Yield those of *units* that are trained in one pass, of similar lengths.

        Rows of one adapter need no copies of its factors, so that an adapter with many rows gets slices of
        its own. Over a tiny carrier, whose layers cost less than starting them, all share slices.
        """
        adapters = [batch.examples[unit[0]].adapter for unit in units]
        counts = Counter(adapters)
        kinds: dict[int, list[Unit]] = {}
        for unit, adapter in zip(units, adapters, strict=True):
            has_own = self._by_adapter and counts[adapter] >= _OWN_SLICE
            kinds.setdefault(1 + adapter if has_own else 0, []).append(unit)
        for _, own in sorted(kinds.items()):
            lengths = [len(unit) * batch.longest(unit) for unit in own]
            sizes = [
                len(unit) * self._size.of(batch.longest(unit), max(batch.cuts[row] for row in unit))
                for unit in own
            ]
            for chosen in slices(lengths, self._width, sizes, self._memory, start=self._forward.start):
                yield [own[i] for i in chosen]

    def _choose(self, adapters: Sequence[int]) -> None:
        """Let each row of this thread's next pass go through its own of *adapters*."""
        only = adapters[0] if self._by_adapter and len(set(adapters)) == 1 else None
        self._rows.set(torch.tensor(adapters).to(self._device), only=only)


@contextmanager
def objective(
    model: Any,
    lora: GroupedLora,
    *,
    width: int = 2048,
    workers: int = 1,
    memory: float = math.inf,
    checkpointing: bool = False,
    core: FrozenCore | None = None,
) -> Generator[Objective]:
    """
    Let *lora* be trained while the block runs.

    Several workers share a batch. Each is a thread, in which torch uses one thread only: on a CPU that is
    faster than threads that share every product and wait for each other.

    Args:
        model: the frozen carrier's model
        lora: the adapters
        width: tokens in one forward pass, padding included
        workers: how many threads
        memory: most bytes that all of them store for backward passes, unless a single row needs more
        checkpointing: compute layers twice, to store less
        core: the bare halves of *model*, cut at the lowest adapted layer; None: prefixes are computed
            together in every batch, and rows are trained from their ids
    """
    threads = torch.get_num_threads()
    with lora.training(model, workers, checkpointing=checkpointing) as rows:
        working = Objective(model, lora, rows, workers, width, core)
        try:
            if workers > 1:
                torch.set_num_threads(1)
            if memory < math.inf:
                working.limit(memory)
            yield working
        finally:
            working.close()
            torch.set_num_threads(threads)
