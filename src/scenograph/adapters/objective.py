"""
The loss of a batch and its gradient.

Adapters that act from the invocation token on do not touch the tokens before it, the *prefix*. The bare
carrier computes each prefix once for a batch, without gradients, as keys and values. Only the *suffix* of a
row, from the invocation token on, is trained through. A test shows that the gradients are those of a full
forward pass.

With a `FrozenCore`, layers below the lowest adapted one are not run either: their states, and the keys and
values of prefixes, are computed for each text by itself, and may come from the disk.

The loss is on answers only. The loss of an adapter is the mean over its own answer tokens in the batch, by
their weights, and the loss of the batch is the sum over adapters: each adapter learns as if it were alone.

With *consistency*, rows that read several texts of one scene are passed together. To the loss of each of
their tokens is added how far the predictions of that token differ between them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from scenograph.adapters.batches import slices, voiced
from scenograph.adapters.encode import Encoded
from scenograph.adapters.frozen import FrozenCore, Group
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.loss import answer_loss, disagreement
from scenograph.adapters.precision import TINY
from scenograph.adapters.training_rows import TrainingRows
from scenograph.carriers.weights import empty_cache

T = TypeVar("T")

_OWN_SLICE = 4  # rows
_START = 64  # what a pass costs before its first token, in tokens, on a processor (measured)
_START_GPU = 1024  # the same on a GPU, where many tokens cost hardly more than a few; not measured


class BatchLoss(NamedTuple):
    """Outcome of a batch."""

    loss: list[float]  # mean loss of an answer token, weights aside, by adapter; nan without rows
    tokens: int  # of prompts and answers; a shared prefix counts for every row that has it
    computed: int  # tokens that went through the model, padding included
    rows: list[float]  # the loss of each row's answer, summed over its tokens


class _States(NamedTuple):
    """Keys and values of prefixes, and with a frozen core the states of suffixes."""

    layers: list[tuple[Tensor, Tensor]]  # of all tokens, by trained layer, each of shape (N, heads, d)
    places: dict[int, int]  # number of a prefix → index of its first token in them
    computed: int  # N
    suffixes: list[Tensor] | None = None  # of each row, shape (S, D); None: rows are trained from their ids


class _Batch(NamedTuple):
    """A batch, prepared."""

    examples: Sequence[Encoded]  # its rows
    cuts: list[int]  # where the suffix of each row begins
    prefixes: list[NDArray[np.int32]]  # the different ones
    prefix_of: list[int]  # the number of each row's prefix
    share: Tensor  # of each row, the weight of the loss of one answer token that itself weighs 1
    units: list[tuple[int, ...]]  # rows that stay together: several texts of one scene, or one row alone
    consistency: float  # weight of how far the predictions of a unit differ


class _Learned(NamedTuple):
    """What a worker made of its rows."""

    adapters: Tensor  # summed losses by adapter, float32, shape (n,)
    rows: Tensor  # summed losses of all rows of the batch, 0 for those of other workers
    computed: int  # tokens


class RowSize(NamedTuple):
    """The bytes that training stores for one row until its backward pass."""

    row: float  # for the row itself: the factors of its adapter, for each layer
    token: float  # for each token that is trained through
    seen: float  # for each token of the prefix

    def of(self, tokens: int, seen: int) -> float:
        """Return the bytes of a row of *tokens* after a prefix of *seen* tokens."""
        return self.row + tokens * self.token + seen * self.seen


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
        self._body: nn.Module = model.base_model
        self._head: nn.Linear = model.get_output_embeddings()
        self._device = self._head.weight.device
        self._core = core
        self._by_adapter = core is not None or sum(map(torch.numel, model.parameters())) >= TINY
        self._adapters = len(lora.shape.names)
        self._split = lora.shape.activation == "invocation"
        self._rows = rows
        self._width = width
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self._size = RowSize(0, 0, 0)
        self._memory = math.inf
        self._start = _START if self._device.type == "cpu" else _START_GPU

    def limit(self, memory: float) -> None:
        """Limit what all workers store for backward passes to *memory* bytes, by smaller slices."""
        self._memory = memory / self._workers
        self._size = self.row_size()

    def row_size(self) -> RowSize:
        """Measure the bytes of a row, in three tiny passes."""
        one, more, after = (self._stored(*lengths) for lengths in ((8, 0), (16, 0), (8, 8)))
        token = (more - one) / 8
        return RowSize(one - 8 * token, token, (after - one) / 8)

    def _stored(self, tokens: int, seen: int) -> float:
        """Return the bytes stored for the backward pass of a row of *tokens* after a prefix of *seen*."""
        self._rows.enter(0)
        example = Encoded(np.ones(seen + tokens, np.int32), seen, seen + 1, 0)
        states = self._states([(example.ids[:seen], [example.ids[seen:]])], [[0]])
        frozen = {weight.untyped_storage().data_ptr() for weight in self._model.parameters()}
        stored: dict[int, int] = {}

        def note(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in frozen:
                stored[storage.data_ptr()] = storage.nbytes()
            return tensor

        self._rows.set(torch.zeros(1, dtype=torch.long, device=self._device))
        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            hidden = self._run(self._given([example.ids[seen:]], states, [0]), [seen], states, [0])
        del hidden
        return float(sum(stored.values()))

    def close(self) -> None:
        """End the workers."""
        self._pool.shutdown()

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
        batch, counts = self._prepare(examples, weights, consistency)
        states = self._states(*_groups(batch))
        learned = self._each(lambda part: self._learn(batch, states, part), _lengths(batch))
        self._rows.collect()
        losses = torch.stack([it.adapters for it in learned]).sum(0) / counts
        rows = torch.stack([it.rows for it in learned]).sum(0)
        computed = states.computed + sum(it.computed for it in learned)
        tokens = sum(len(example.ids) for example in examples)
        return BatchLoss(losses.tolist(), tokens, computed, rows.tolist())

    def losses(self, examples: Sequence[Encoded]) -> list[float]:
        """Return the loss of each example's answer, summed over its tokens; gradients stay as they are."""
        batch, _ = self._prepare(examples, None, 0.0)
        states = self._states(*_groups(batch))
        found = self._each(lambda part: self._learn(batch, states, part, learns=False), _lengths(batch))
        return torch.stack([it.rows for it in found]).sum(0).tolist()

    def _prepare(
        self, examples: Sequence[Encoded], weights: Sequence[float] | None, consistency: float
    ) -> tuple[_Batch, Tensor]:
        """Return the batch and the number of answer tokens of each adapter, float32, shape (n,)."""
        cuts = [example.start if self._split else 0 for example in examples]
        numbers: dict[bytes, int] = {}
        prefixes: list[NDArray[np.int32]] = []
        prefix_of: list[int] = []
        for example, cut in zip(examples, cuts, strict=True):
            prefix = example.ids[:cut]
            number = numbers.setdefault(prefix.tobytes(), len(numbers))
            if number == len(prefixes) and cut:
                prefixes.append(prefix)
            prefix_of.append(number)
        adapters = torch.tensor([example.adapter for example in examples])
        answers = torch.tensor([float(example.learned) for example in examples])
        counts = torch.zeros(self._adapters).index_add_(0, adapters, answers)
        weighed = torch.tensor([example.weight for example in examples])
        whole = torch.zeros(self._adapters).index_add_(0, adapters, weighed)
        share = 1 / whole[adapters] if weights is None else torch.tensor(weights) / whole[adapters]
        units = _units(examples) if consistency else [(row,) for row in range(len(examples))]
        return _Batch(examples, cuts, prefixes, prefix_of, share, units, consistency), counts

    def _states(self, groups: Sequence[Group], rows: Sequence[Sequence[int]]) -> _States:
        """Return what the bare model makes of *groups*, whose suffixes are those of *rows* of the batch."""
        prefixes = [prefix for prefix, _ in groups]
        if self._core is None:
            given = prefixes if len(prefixes[0]) else []
            read = self._each(lambda part: self._read(given, part), [len(prefix) for prefix in given])
            return _join(read)
        known = self._core.known(groups, self._bare)
        suffixes = [torch.empty(0)] * sum(map(len, rows))
        for (_, states), numbers in zip(known, rows, strict=True):
            for number, own in zip(numbers, states, strict=True):
                suffixes[number] = own
        seen = [seen for seen, _ in known if seen is not None]
        lengths = [len(prefix) for prefix in prefixes]
        places = dict(enumerate([0, *accumulate(lengths)][:-1]))
        layers = torch.cat(seen, 2) if seen else ()
        return _States([(layer[0], layer[1]) for layer in layers], places, sum(lengths), suffixes)

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

    @torch.no_grad()
    def _read(self, prefixes: Sequence[NDArray[np.int32]], part: Sequence[int]) -> _States:
        """Run the bare model over *part* of the prefixes."""
        self._rows.set(None)
        layers: list[tuple[list[Tensor], list[Tensor]]] = []
        places: dict[int, int] = {}
        computed = 0
        for chosen in slices([len(prefixes[i]) for i in part], self._width, start=self._start):
            numbers = [part[i] for i in chosen]
            # Padding is on the right, where causal attention does not see it.
            ids = _padded([prefixes[i] for i in numbers])
            cache = empty_cache(self._model)
            self._body(input_ids=ids.to(self._device), past_key_values=cache, use_cache=True)
            layers = layers or [([], []) for _ in cache.layers]
            for (keys, values), layer in zip(layers, cache.layers, strict=True):
                keys.append(_flat(layer.keys))
                values.append(_flat(layer.values))
            places |= {number: computed + row * ids.shape[1] for row, number in enumerate(numbers)}
            computed += ids.numel()
        return _States([(torch.cat(keys), torch.cat(values)) for keys, values in layers], places, computed)

    def _learn(self, batch: _Batch, states: _States, part: Sequence[int], *, learns: bool = True) -> _Learned:
        """Train through the suffixes of *part* of the units; or compute their losses only."""
        total, sums = torch.zeros(self._adapters), torch.zeros(len(batch.examples))
        computed = 0
        units = [batch.units[i] for i in part]
        every = _lengths(batch)
        lengths = [every[i] for i in part]
        sizes = [
            len(unit) * self._size.of(length // len(unit), max(batch.cuts[row] for row in unit))
            for length, unit in zip(lengths, units, strict=True)
        ]
        for chosen in self._slices([batch.examples[unit[0]].adapter for unit in units], lengths, sizes):
            rows = [row for i in chosen for row in units[i]]
            examples = [batch.examples[i] for i in rows]
            cuts = [batch.cuts[i] for i in rows]
            suffixes = [example.ids[cut:] for example, cut in zip(examples, cuts, strict=True)]
            ids = _padded(suffixes)
            adapter = torch.tensor([example.adapter for example in examples])
            is_one = self._by_adapter and len({example.adapter for example in examples}) == 1
            self._rows.set(adapter.to(self._device), only=examples[0].adapter if is_one else None)
            given = self._given(suffixes, states, rows)
            with torch.set_grad_enabled(learns):  # each thread has a mode of its own
                hidden = self._run(given, cuts, states, [batch.prefix_of[i] for i in rows])

            # The token in column c + 1 of a row is predicted from column c.
            columns = torch.arange(ids.shape[1])[None]
            first = torch.tensor([e.answer - cut for e, cut in zip(examples, cuts, strict=True)])[:, None]
            after = torch.tensor([len(e.ids) - cut for e, cut in zip(examples, cuts, strict=True)])[:, None]
            is_answer = (columns >= first) & (columns < after)
            for row, (example, cut) in enumerate(zip(examples, cuts, strict=True)):
                for begin, end in example.inserted:
                    is_answer[row, begin - cut : end - cut] = False
            owner = adapter[:, None].expand_as(ids)[is_answer]
            share = batch.share[torch.tensor(rows)][:, None].expand_as(ids)[is_answer]
            if any(example.weights is not None for example in examples):
                share = share * _token_weights(examples, cuts, ids.shape[1])[is_answer]
            predicting = hidden[:, :-1][is_answer[:, 1:].to(self._device)]
            loss, losses = answer_loss(
                predicting, self._head, ids[is_answer].to(self._device), share.to(self._device)
            )
            if learns:
                for places in _compared([units[i] for i in chosen], examples):
                    shares = batch.consistency * share[places].sum(0)
                    loss = loss + disagreement(predicting[places], self._head, shares.to(self._device))
                loss.backward()
            total.index_add_(0, owner, losses.cpu())
            sums.index_add_(0, torch.tensor(rows)[:, None].expand_as(ids)[is_answer], losses.cpu())
            computed += ids.numel()
        return _Learned(total, sums, computed)

    def _slices(
        self, adapters: Sequence[int], lengths: Sequence[int], sizes: Sequence[float]
    ) -> Iterator[list[int]]:
        """
        Yield rows that are trained in one pass, of similar lengths.

        Rows of one adapter need no copies of its factors, so that an adapter with many rows gets slices of
        its own. Over a tiny carrier, whose layers cost less than starting them, all share slices.
        """
        kinds = [0] * len(adapters)
        if self._by_adapter:
            counts = Counter(adapters)
            kinds = [1 + adapter if counts[adapter] >= _OWN_SLICE else 0 for adapter in adapters]
        for kind in sorted(set(kinds)):
            own = [i for i in range(len(kinds)) if kinds[i] == kind]
            own_sizes = [sizes[i] for i in own]
            own_lengths = [lengths[i] for i in own]
            for part in slices(own_lengths, self._width, own_sizes, self._memory, start=self._start):
                yield [own[i] for i in part]

    def _given(self, suffixes: Sequence[NDArray[np.int32]], states: _States, rows: Sequence[int]) -> Tensor:
        """Return what the trained layers are given: ids (R, S), or with a frozen core states (R, S, D)."""
        if states.suffixes is None:
            return _padded(suffixes).to(self._device)
        return pad_sequence([states.suffixes[row] for row in rows], batch_first=True).to(self._device)

    def _run(self, given: Tensor, cuts: Sequence[int], states: _States, prefix_of: Sequence[int]) -> Tensor:
        """Return the last hidden states of *given* rows that follow their prefixes; (R, S, D)."""
        depth = max(cuts)
        body = self._body if self._core is None else self._core.upper
        if not depth:
            return body(input_ids=given, use_cache=False).last_hidden_state
        cut = torch.tensor(cuts)[:, None]
        column = torch.arange(depth)[None] - (depth - cut)  # prefixes end where suffixes begin
        place = torch.tensor([states.places[number] for number in prefix_of])[:, None]
        gather = (place + column).clamp(min=0).to(self._device)
        pairs = [(_rows_of(keys, gather), _rows_of(values, gather)) for keys, values in states.layers]
        if self._core is not None:
            cache = self._core.cache(pairs, len(cuts))
        else:
            cache = empty_cache(self._model)
            for number, (keys, values) in enumerate(pairs):
                cache.update(keys, values, number)
        length = given.shape[1]
        seen = torch.cat([(column >= 0).long(), torch.ones((len(cuts), length), dtype=torch.long)], 1)
        return body(
            input_ids=given,
            attention_mask=seen.to(self._device),
            position_ids=(cut + torch.arange(length)[None]).to(self._device),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state


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


def _groups(batch: _Batch) -> tuple[list[Group], list[list[int]]]:
    """Return every prefix of *batch* with the suffixes that follow it, and the rows that these belong to."""
    empty = np.zeros(0, np.int32)
    if not batch.prefixes:  # each row by itself, so that workers can share them
        return [(empty, [example.ids]) for example in batch.examples], [[i] for i in range(len(batch.cuts))]
    rows: list[list[int]] = [[] for _ in batch.prefixes]
    for row, number in enumerate(batch.prefix_of):
        rows[number].append(row)
    return [
        (prefix, [batch.examples[row].ids[batch.cuts[row] :] for row in own])
        for prefix, own in zip(batch.prefixes, rows, strict=True)
    ], rows


def _padded(rows: Sequence[NDArray[np.int32]]) -> Tensor:
    """Stack *rows*, padded on the right; int64, shape (R, longest)."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = row
    return torch.from_numpy(ids)


def _units(examples: Sequence[Encoded]) -> list[tuple[int, ...]]:
    """Return the rows that read texts of one scene together, and each of the others alone."""
    found: dict[bytes, list[int]] = {}
    for row, example in enumerate(examples):
        said = voiced(example)
        found.setdefault(b"of" + said if said is not None else row.to_bytes(8, "big"), []).append(row)
    return [tuple(rows) for rows in found.values()]


def _lengths(batch: _Batch) -> list[int]:
    """Return the tokens of each unit's suffixes, padding included."""
    return [
        len(unit) * max(len(batch.examples[row].ids) - batch.cuts[row] for row in unit)
        for unit in batch.units
    ]


def _compared(units: Sequence[tuple[int, ...]], examples: Sequence[Encoded]) -> Iterator[Tensor]:
    """
    Yield for each number k > 1 of rows in a unit where their answer tokens are; int64, shape (k, N).

    Args:
        examples: the rows of all units one after another, whose answer tokens are numbered so as well
    """
    begins = [0, *accumulate(example.learned for example in examples)]
    found: dict[int, list[Tensor]] = {}
    row = 0
    for unit in units:
        if len(unit) > 1:
            count = torch.arange(examples[row].learned)
            own = torch.tensor(begins[row : row + len(unit)])[:, None] + count
            found.setdefault(len(unit), []).append(own)
        row += len(unit)
    for places in found.values():
        yield torch.cat(places, 1)


def _token_weights(examples: Sequence[Encoded], cuts: Sequence[int], width: int) -> Tensor:
    """Return the weight of each token of the suffixes of *examples*; float32, shape (R, width)."""
    found = np.ones((len(examples), width), np.float32)
    for line, example, cut in zip(found, examples, cuts, strict=True):
        if example.weights is not None:
            line[example.answer - cut : len(example.ids) - cut] = example.weights
    return torch.from_numpy(found)


def _join(parts: Sequence[_States]) -> _States:
    layers = [
        (torch.cat([keys for keys, _ in layer]), torch.cat([values for _, values in layer]))
        for layer in zip(*(part.layers for part in parts if part.layers), strict=True)
    ]
    places: dict[int, int] = {}
    computed = 0
    for part in parts:
        places |= {number: computed + place for number, place in part.places.items()}
        computed += part.computed
    return _States(layers, places, computed)


def _flat(states: Tensor | None) -> Tensor:
    """(U, heads, P, d) to (U * P, heads, d)."""
    assert states is not None
    return states.transpose(1, 2).flatten(0, 1)


def _rows_of(flat: Tensor, gather: Tensor) -> Tensor:
    """(N, heads, d) at positions (R, P) to (R, heads, P, d)."""
    return flat.index_select(0, gather.flatten()).unflatten(0, gather.shape).transpose(1, 2)
