"""
The forward passes of a batch: each prefix once, and suffixes after their prefixes.

Adapters that act from the invocation token on do not touch the tokens before it, the *prefix*. The bare
carrier computes each prefix once for a batch, without gradients, as keys and values. Only the *suffix* of a
row, from the invocation token on, is trained through. A test shows that the gradients are those of a full
forward pass.

With a `FrozenCore`, layers below the lowest adapted one are not run either: their states, and the keys and
values of prefixes, are computed for each text by itself, and may come from the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from scenograph.adapters.batches import slices
from scenograph.adapters.frozen import FrozenCore, Ids
from scenograph.adapters.prepared import Batch, padded
from scenograph.carriers.weights import empty_cache

_START = 64  # what a pass costs before its first token, in tokens, on a processor (measured)
_START_GPU = 1024  # the same on a GPU, where many tokens cost hardly more than a few; not measured


class States(NamedTuple):
    """Keys and values of prefixes, and with a frozen core the states of suffixes."""

    layers: list[tuple[Tensor, Tensor]]  # of all tokens, by trained layer, each of shape (N, heads, d)
    places: dict[int, int]  # number of a prefix → index of its first token in them
    computed: int  # N
    suffixes: list[Tensor] | None = None  # of each row, shape (S, D); None: rows are trained from their ids


@final
class Forward:
    """
    Runs a model over batches.

    Args:
        model: the frozen carrier's model
        width: tokens in one pass, padding included
        core: the bare halves of *model*, cut at the lowest adapted layer; None: there is one whole
    Attributes:
        start: what a pass costs before its first token, in tokens
    """

    def __init__(self, model: Any, width: int, core: FrozenCore | None) -> None:
        self._model = model
        self._body: nn.Module = model.base_model
        self._device: torch.device = model.get_output_embeddings().weight.device
        self._width = width
        self._core = core
        self.start = _START if self._device.type == "cpu" else _START_GPU

    def states(self, batch: Batch, each: Callable[..., Sequence[Any]]) -> States:
        """
        Return what the bare model makes of *batch*.

        Args:
            each: lets workers do a function on prefixes by number; takes the prefixes' lengths
        """
        if self._core is not None:
            return _known(self._core, batch, each)
        prefixes = batch.prefixes
        return _joined(each(lambda part: self._read(prefixes, part), [len(prefix) for prefix in prefixes]))

    @torch.no_grad()
    def _read(self, prefixes: Sequence[Ids], part: Sequence[int]) -> States:
        """Run the bare model over *part* of the prefixes."""
        layers: list[tuple[list[Tensor], list[Tensor]]] = []
        places: dict[int, int] = {}
        computed = 0
        for chosen in slices([len(prefixes[i]) for i in part], self._width, start=self.start):
            numbers = [part[i] for i in chosen]
            ids = padded([prefixes[i] for i in numbers])
            cache = empty_cache(self._model)
            self._body(input_ids=ids.to(self._device), past_key_values=cache, use_cache=True)
            layers = layers or [([], []) for _ in cache.layers]
            for (keys, values), layer in zip(layers, cache.layers, strict=True):
                keys.append(_flat(layer.keys))
                values.append(_flat(layer.values))
            places |= {number: computed + row * ids.shape[1] for row, number in enumerate(numbers)}
            computed += ids.numel()
        return States([(torch.cat(keys), torch.cat(values)) for keys, values in layers], places, computed)

    def hidden(self, batch: Batch, states: States, rows: Sequence[int]) -> Tensor:
        """Return the last hidden states of the padded suffixes of *rows*; float, shape (R, longest, D)."""
        if states.suffixes is None:
            given = padded(batch.suffixes(rows)).to(self._device)
        else:
            given = pad_sequence([states.suffixes[row] for row in rows], batch_first=True).to(self._device)
        body = self._body if self._core is None else self._core.upper
        cut = torch.tensor([batch.cuts[row] for row in rows])[:, None]
        depth = int(cut.max())
        if not depth:
            return body(input_ids=given, use_cache=False).last_hidden_state
        length = given.shape[1]
        column = torch.arange(depth)[None] - (depth - cut)  # prefixes end where suffixes begin
        place = torch.tensor([states.places[batch.prefix_of[row]] for row in rows])[:, None]
        seen = torch.cat([(column >= 0).long(), torch.ones((len(rows), length), dtype=torch.long)], 1)
        return body(
            input_ids=given,
            attention_mask=seen.to(self._device),
            position_ids=(cut + torch.arange(length)[None]).to(self._device),
            past_key_values=self._cache(states, (place + column).clamp(min=0).to(self._device)),
            use_cache=True,
        ).last_hidden_state

    def _cache(self, states: States, gather: Tensor) -> Any:
        """Return the keys and values of the tokens *gather*, int64, shape (R, P), as the model takes them."""
        pairs = [(_gathered(keys, gather), _gathered(values, gather)) for keys, values in states.layers]
        if self._core is not None:
            return self._core.cache(pairs, len(gather))
        cache = empty_cache(self._model)
        for number, (keys, values) in enumerate(pairs):
            cache.update(keys, values, number)
        return cache


def _known(core: FrozenCore, batch: Batch, each: Callable[..., Sequence[Any]]) -> States:
    """Return what *core* knows or computes of *batch*."""
    groups, rows = batch.groups()
    known = core.known(groups, each)
    suffixes = [torch.empty(0)] * len(batch.examples)
    for (_, states), numbers in zip(known, rows, strict=True):
        for number, own in zip(numbers, states, strict=True):
            suffixes[number] = own
    seen = [seen for seen, _ in known if seen is not None]
    lengths = [len(prefix) for prefix, _ in groups]
    places = dict(enumerate([0, *accumulate(lengths)][:-1]))
    layers = torch.cat(seen, 2) if seen else ()
    return States([(layer[0], layer[1]) for layer in layers], places, sum(lengths), suffixes)


def _joined(parts: Sequence[States]) -> States:
    """Return the states of prefixes that several workers read."""
    layers = [
        (torch.cat([keys for keys, _ in layer]), torch.cat([values for _, values in layer]))
        for layer in zip(*(part.layers for part in parts if part.layers), strict=True)
    ]
    places: dict[int, int] = {}
    computed = 0
    for part in parts:
        places |= {number: computed + place for number, place in part.places.items()}
        computed += part.computed
    return States(layers, places, computed)


def _flat(states: Tensor | None) -> Tensor:
    """(U, heads, P, d) to (U * P, heads, d)."""
    assert states is not None
    return states.transpose(1, 2).flatten(0, 1)


def _gathered(flat: Tensor, gather: Tensor) -> Tensor:
    """(N, heads, d) at positions (R, P) to (R, heads, P, d)."""
    return flat.index_select(0, gather.flatten()).unflatten(0, gather.shape).transpose(1, 2)
