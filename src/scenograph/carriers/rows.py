"""
Rows: answers that are written side by side, each with its own prompt, mask and adapter.

A `Block` holds rows with the keys and values of what they have read and written. Each pass through the model
writes one more id of every row, and forced ones after it. Rows leave when they end, and other blocks join::

    block = Block(model, rows, pad=0, stop=3)
    while block.rows:
        block.drop(block.go_on())         # one pass
        block.join(Block(model, more))    # between two passes

Rows are padded on the left to one width, and the padding is never attended to. Where a mask leaves one id,
the model is not asked: the id is *forced*. It goes into the next pass together with the id that was chosen
before it, and no pass is made for what is forced at the end::

    chosen   Ve             :object     (
    forced   ra "
    pass     Ve ra "    ·  · :object    ·  · (
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import takewhile
from typing import TYPE_CHECKING, Any, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pad as padded

from scenograph.carriers.row import Adapters, Row
from scenograph.carriers.seen import Seen, fill, new_cache, runs, widened, woven
from scenograph.errors import ScenographError

if TYPE_CHECKING:
    from scenograph.carriers.protocol import TokenMask


@final
class Block:
    """
    Rows that go through the model together.

    Args:
        model: a Hugging Face causal model in evaluation mode
        rows: at least one
        pad: the id that fills short rows
        stop: the id that ends an answer
        adapters: the set that the rows' adapters belong to
        together: whether forced ids share a pass; False makes one for each, to compare
        seen: what of each row's prompt the model has seen already; None: nothing of any. Something of each
            prompt must be left
    """

    def __init__(
        self,
        model: Any,
        rows: Sequence[Row],
        *,
        pad: int,
        stop: int,
        adapters: Adapters | None = None,
        together: bool = True,
        seen: Sequence[Seen] | None = None,
    ) -> None:
        self.model, self.adapters = model, adapters
        order = self._by_adapter(rows)
        self.rows = rows = [rows[i] for i in order]
        seen = None if seen is None else [seen[i] for i in order]
        self._pad, self._stop, self._together = pad, stop, together
        self._window: int | None = getattr(model.config, "sliding_window", None)
        lengths = [it.keys[0].shape[1] for it in seen] if seen is not None else [0] * len(rows)
        for row in rows:
            if self._window is not None or not together:
                row.guess = ()  # a window is filled one by one, and what does not share a pass has none
        self._waiting = [
            [*row.prompt[length:], *row.guess] for row, length in zip(rows, lengths, strict=True)
        ]
        self._mask = torch.zeros((len(rows), max(lengths)), dtype=torch.long, device=model.device)
        self._cache = new_cache(model)
        if seen is not None:
            for row, length in enumerate(lengths):
                self._mask[row, max(lengths) - length :] = 1
            fill(self._cache, seen, max(lengths))

    @property
    def width(self) -> int:
        """The positions of each row so far, padding included."""
        return self._mask.shape[1]

    @torch.inference_mode()
    def go_on(self) -> list[Row]:
        """
        Go once through the model.

        Returns:
            The rows that are over now; they are still in the block.
        """
        switch: AbstractContextManager[Any] = nullcontext()
        if self.adapters is not None:
            names, starts = [row.adapter for row in self.rows], [row.start for row in self.rows]
            switch = self.adapters.active(self.model, names, starts)
        given = self._input()
        with switch:
            kept = 1 + max(len(row.guess) for row in self.rows)  # logits after each id of a guess
            out = self.model(**given, past_key_values=self._cache, use_cache=True, logits_to_keep=kept)
        for row in self.rows:
            row.passes += 1
        asked = [i for i, ids in enumerate(self._waiting) if not ids]
        plain = [i for i in asked if not self.rows[i].guess]
        for i in asked:
            if self.rows[i].guess:
                self._check(i, out.logits[i, -1 - len(self.rows[i].guess) :].float())
        taken = self._choose([self.rows[i] for i in plain], out.logits[plain, -1].float())
        for i, ids in zip(plain, taken, strict=True):
            self._waiting[i] = ids
        return [row for row in self.rows if row.is_over]

    def seen(self, row: Row, length: int) -> Seen:
        """Return the keys and values of the first *length* ids of *row*, all of its first pass; a copy."""
        i = self.rows.index(row)
        begin = int(self._mask[i].argmax())
        layers = self._cache.layers
        return Seen(
            [it.keys[i, :, begin : begin + length].clone() for it in layers],
            [it.values[i, :, begin : begin + length].clone() for it in layers],
        )

    def keep(self, row: Row) -> None:
        """Let *row* keep a copy of its keys and values: of all ids that went through the model."""
        i = self.rows.index(row)
        own = self._mask[i].bool()  # between the columns of a row there may be padding of others
        layers = self._cache.layers
        row.kept = Seen([it.keys[i][:, own] for it in layers], [it.values[i][:, own] for it in layers])

    @torch.inference_mode()
    def join(self, other: Block) -> None:
        """Take the rows of *other* into this block; both have been through the model."""
        if not other.rows:
            return
        order = self._by_adapter([*self.rows, *other.rows])
        if not self.rows:
            self._cache = other._cache
            self._mask = other._mask
        else:
            width = max(self.width, other.width)
            parts = runs(order, len(self.rows))
            masks = [padded(it._mask, (width - it.width, 0)) for it in (self, other)]
            self._mask = woven(masks, parts)
            for both in zip(self._cache.layers, other._cache.layers, strict=True):
                both[0].keys = woven([widened(it.keys, width) for it in both], parts)
                both[0].values = woven([widened(it.values, width) for it in both], parts)
        rows, waiting = [*self.rows, *other.rows], [*self._waiting, *other._waiting]
        self.rows, self._waiting = [rows[i] for i in order], [waiting[i] for i in order]

    @torch.inference_mode()
    def drop(self, rows: Sequence[Row]) -> None:
        """Remove *rows* from the block, and what only they needed."""
        if not rows:
            return
        leaving = set(map(id, rows))
        going = [i for i, row in enumerate(self.rows) if id(row) not in leaving]
        self.rows = [self.rows[i] for i in going]
        self._waiting = [self._waiting[i] for i in going]
        if not going:
            self._cache = new_cache(self.model)
            self._mask = self._mask[:0, :0]
            return
        kept = torch.tensor(going, device=self._mask.device)
        self._mask = self._mask[kept]
        first = int(self._mask.any(0).int().argmax())
        self._mask = self._mask[:, first:]
        for layer in self._cache.layers:
            layer.keys, layer.values = layer.keys[kept, :, first:], layer.values[kept, :, first:]

    def _by_adapter(self, rows: Sequence[Row]) -> list[int]:
        """Return the order in which rows of one adapter stand together: nothing is moved for them then."""
        if self.adapters is None:
            return list(range(len(rows)))
        place = {name: i for i, name in enumerate(self.adapters.names)}
        return sorted(range(len(rows)), key=lambda i: place.get(rows[i].adapter or "", len(place)))

    def _input(self) -> dict[str, Tensor]:
        """Take what waits into the next pass: all of it, or where that would fill a window, one id a row."""
        width = max(map(len, self._waiting))
        if self.width and self._window is not None and self.width + width > self._window:
            width = 1
        fed = [ids[:width] for ids in self._waiting]
        self._waiting = [ids[width:] for ids in self._waiting]
        device = self.model.device
        ids = [[self._pad] * (width - len(ids)) + ids for ids in fed]
        new = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in fed], device=device)
        positions = self._mask.sum(1, keepdim=True) + new.cumsum(1) - 1
        self._mask = torch.cat((self._mask, new), 1)
        return {
            "input_ids": torch.tensor(ids, device=device),
            "attention_mask": self._mask,
            "position_ids": positions.clamp(min=0),
        }

    def _check(self, i: int, logits: Tensor) -> None:
        """
        Write the answer of row *i* as far as it is what was guessed, and one choice more.

        What was guessed beyond that is not attended to any more.

        Args:
            logits: after the last id of the prompt and after each id of the guess, shape (T, vocabulary)
        """
        row = self.rows[i]
        guess, row.guess = list(row.guess), ()
        likeliest: list[int] = logits.argmax(-1).tolist()
        checked: list[tuple[int, Any]] = []  # places where the guess was right, and what the mask allowed
        while not row.is_over and row.made == guess[: len(row.made)]:
            place = len(row.made)
            if row.dice is None and place < len(guess) and likeliest[place] == guess[place]:
                # What is likeliest of all is so under a mask that allows it, too.
                try:
                    allowed = None if row.mask is None else _as_array(row.mask)
                    if allowed is None or allowed[guess[place]]:
                        if allowed is None or np.count_nonzero(allowed) > 1:
                            checked.append((place, None if allowed is None else allowed.copy()))
                        row.take(guess[place], 0.0)
                        row.is_finished = self._ends(row)
                        continue
                except ScenographError as error:
                    row.error = error
                    break
            self._choose([row], logits[place : place + 1])
        self._rate(row, checked, logits)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(row.made, guess, strict=False)))
        self._mask[i, self.width - len(guess) + same :] = 0
        self._waiting[i] = row.made[same:]

    def _rate(self, row: Row, checked: Sequence[tuple[int, Any]], logits: Tensor) -> None:
        """Note how likely the ids at the *checked* places of *row* are under what its mask allowed there."""
        if not checked:
            return
        places = [place for place, _ in checked]
        some = logits[places]
        chosen = some.gather(1, torch.tensor([[row.made[place]] for place in places], device=some.device))
        allowed = [own for _, own in checked if own is not None]
        if allowed:
            size = len(allowed[0])
            banned = torch.from_numpy(~np.stack(allowed)).to(some.device)
            some = some[:, :size].masked_fill_(banned, -torch.inf)
        found = (chosen[:, 0] - some.logsumexp(-1)).tolist()
        for place, logprob in zip(places, found, strict=True):
            row.logprobs[place] = logprob

    def _choose(self, rows: Sequence[Row], logits: Tensor) -> list[list[int]]:
        """
        Choose an id that the mask allows for each of *rows*, and take what it forces.

        Args:
            logits: of each row, shape (rows, vocabulary); changed in place
        Returns:
            The ids that each row has taken.
        """
        if not rows:
            return []
        if any(row.mask is not None for row in rows):
            allowed = np.ones(logits.shape, dtype=np.bool_)
            for i, row in enumerate(rows):
                try:
                    if row.mask is not None:
                        own = _as_array(row.mask)
                        allowed[i, : len(own)] = own
                        allowed[i, len(own) :] = False
                except ScenographError as error:
                    row.error = error
            logits.masked_fill_(torch.from_numpy(~allowed).to(logits.device), -torch.inf)
        whole = logits.logsumexp(-1)
        best, chosen = logits.max(-1)
        logprobs: list[float] = (best - whole).tolist()
        ids: list[int] = chosen.tolist()
        for i, row in enumerate(rows):
            if row.dice is not None:
                up_to = (logits[i] - whole[i]).exp().double().cumsum(0)
                ids[i] = int(torch.searchsorted(up_to, row.dice.random() * float(up_to[-1]), right=True))
                logprobs[i] = float(logits[i, ids[i]] - whole[i])
        known = [len(row.made) for row in rows]
        for row, token, logprob in zip(rows, ids, logprobs, strict=True):
            try:
                if row.error is None:
                    row.take(token, logprob)
                    self._force(row)
            except ScenographError as error:
                row.error = error
        return [row.made[before:] for row, before in zip(rows, known, strict=True)]

    def _force(self, row: Row) -> None:
        """Take what leaves no choice after the id that was chosen."""
        while not self._ends(row) and len(row.made) < row.most:
            token = row.mask.forced() if row.mask is not None and self._together else None
            if token is None:
                return
            row.take(token, 0.0)
        row.is_finished = self._ends(row)

    def _ends(self, row: Row) -> bool:
        return row.made[-1] == self._stop or row.made[-1] in row.ends


def _as_array(mask: TokenMask) -> NDArray[np.bool_]:
    """Return which ids *mask* allows, shape (vocabulary,)."""
    return np.asarray(mask.mask())
