"""
Learn the rows of atoms from what the frozen carrier makes of them when they are spelt out.

    spelt    ( build : agent ( person : name " Oleg " ) )        the teacher: tokens the carrier knows
    atoms    ( build :agent  ( person :name  " Oleg " ) )        the student: one new row for each atom

Token Distillation (Dobler, Elliott and de Melo, arXiv 2505.20133): the states after a deep layer should be
those that the spelt form gives, at the last token of each atom and at all that follows it. Nothing but the
new rows is learned; what the core has is not touched (law 6).

States teach what an atom means where it is read. Where it is written, its row in the output matrix has to be
the likeliest one: that is learned by predicting the next token from the student's last states, which no
gradient leaves. Where the output matrix is the embedding, each row serves both ends.

Carrier, vocabulary, examples, steps and seed determine the result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import embedding as look_up
from torch.nn.functional import linear

from scenograph.adapters.frozen import part
from scenograph.carriers.local import LocalCarrier
from scenograph.errors import TrainingError
from scenograph.vocabulary import Prompt, Segment
from scenograph.vocabulary.rows import Rows

_RATE = 0.03  # of the spread of the carrier's own rows, a step at most
_DEPTH = 2 / 3  # of the layers: which states are compared
_SCORED = 256  # most places of a batch whose next token is predicted
_WRITING = 0.1  # weight of the prediction beside the states


class Step(NamedTuple):
    """A step of distillation that was just done."""

    number: int  # 1 for the first
    steps: int
    states: float  # squared distance of the states from the teacher's, as a share of theirs
    writing: float  # nats for a next token


@final
@dataclass(frozen=True, eq=False)
class Distilled:
    """
    What was learned.

    Attributes:
        rows: for the pack: `vocabulary.with_rows(rows)`
        seen: how often the examples of all steps had each atom that has a new row; 0 leaves it as it was
        before, after: `Step.states` on examples that nothing was learned from
        before_writing, after_writing: `Step.writing` on the same
    """

    rows: Rows
    seen: dict[str, int]
    before: float
    after: float
    before_writing: float
    after_writing: float


def distil(
    carrier: LocalCarrier,
    examples: Sequence[tuple[Prompt, Segment]],
    *,
    steps: int,
    tokens: int = 1024,
    layer: int | None = None,
    held_out: int = 16,
    seed: int = 0,
    on_step: Callable[[Step], object] | None = None,
) -> Distilled:
    """
    Learn a row for every atom that the carrier has no own row for.

    Args:
        carrier: with the vocabulary whose atoms are learned; it is not changed
        examples: prompts and answers that have these atoms
        steps: how many
        tokens: of one step, when atoms are spelt out
        layer: after which states are compared; None: two thirds of the layers
        held_out: so many examples are for measuring alone, a tenth of them at most
        seed: of the order
        on_step: called after every step
    Raises:
        TrainingError: if no example has such an atom, or a loss is not finite
    """
    student = _Student(carrier, layer)
    found = [pair for prompt, answer in examples if (pair := student.pair(prompt, answer)) is not None]
    if not found:
        raise TrainingError("no task of the corpus has an atom whose row could be learned")
    order = np.random.default_rng(seed).permutation(len(found)).tolist()
    out = min(held_out, len(found) // 10)
    asked = [found[i] for i in order[:out]] or found[:1]
    learned = [found[i] for i in order[out:]]
    before = student.measure(asked, tokens)
    seen: Counter[int] = Counter()
    optimiser = torch.optim.Adam(student.parameters, lr=student.spread * _RATE, betas=(0.9, 0.98))
    for number, batch in enumerate(islice(_batches(learned, tokens, seed), steps), 1):
        for group in optimiser.param_groups:
            group["lr"] = student.spread * _RATE * min(1.0, 1 - (number - 1) / steps + 1 / steps)
        states, writing = student.losses(batch)
        if not bool(torch.isfinite(states + writing)):
            raise TrainingError(
                f"step {number} of learning the rows gives what is no number; "
                "write distil = 0 in mind.toml, or another dtype"
            )
        (states + _WRITING * writing).backward()
        student.keep_fixed()
        optimiser.step()
        optimiser.zero_grad()
        for pair in batch:
            seen.update(i for i in pair.ids if i >= student.start)
        if on_step is not None:
            on_step(Step(number, steps, float(states.detach()), float(writing.detach())))
    after = student.measure(asked, tokens)
    names = {
        i: atom.text for atom, i in zip(carrier.vocabulary.atoms, carrier.vocabulary.atom_ids, strict=True)
    }
    counts = {names[i]: seen[i] for i in range(student.start, carrier.vocabulary.size)}
    return Distilled(student.rows(), counts, before[0], after[0], before[1], after[1])


class _Pair(NamedTuple):
    """An example in both spellings."""

    ids: list[int]  # with atoms
    spelt: list[int]  # with atoms spelt out
    last: list[int]  # where in *spelt* each of *ids* ends
    first: int  # the first of *ids* that is an atom to learn


@final
class _Student:
    """
    The carrier with rows that can be learned.

    Attributes:
        start: the id of the first new row
        spread: root of the mean square of the carrier's own rows
        parameters: the new rows: of the embedding and, if it is another matrix, of the output
    """

    def __init__(self, carrier: LocalCarrier, layer: int | None) -> None:
        model, vocabulary = carrier.module, carrier.vocabulary
        self._carrier, self._vocabulary = carrier, vocabulary
        self.start = carrier.own_rows
        if vocabulary.borrowed or vocabulary.size <= self.start:
            raise TrainingError(f"{carrier.name} has its own row for every atom; there is nothing to learn")
        body = model.base_model
        depth = len(body.layers)
        layer = max(1, round(depth * _DEPTH)) if layer is None else layer
        if not 1 <= layer <= depth:
            raise TrainingError(f"{carrier.name} has {depth} layers; states after layer {layer} do not exist")
        self._lower, self._upper = part(body, 0, layer), part(body, layer, depth)
        self._lower.norm = nn.Identity()
        for half in (self._lower, self._upper):
            half.embed_tokens = nn.Identity()
        self._table: nn.Embedding = model.get_input_embeddings()
        self._scale = getattr(self._table, "embed_scale", 1.0)  # Gemma's
        head = model.get_output_embeddings().weight
        self._frozen: Tensor = head[: self.start].detach()
        self.spread = float(self._table.weight[: self.start].detach().float().square().mean().sqrt())
        self._device = head.device
        own = [self._table.weight] if head is self._table.weight else [self._table.weight, head]
        self.parameters = [nn.Parameter(table[self.start :].detach().float().clone()) for table in own]
        self._fixed = self._without_learning()

    def _without_learning(self) -> Tensor:
        """Mark the rows that stay: learned before, or of the carrier's own beginning, end and padding."""
        specials = self._vocabulary.base.specials
        fixed = torch.zeros(len(self.parameters[0]), dtype=torch.bool)
        fixed[: len(self._vocabulary.rows or ())] = True
        for name in ("bos", "eos", "pad"):
            i = self._vocabulary.id(f"⟁{name}")
            if name in specials and i >= self.start:
                fixed[i - self.start] = True
        return fixed.to(self._device)

    def keep_fixed(self) -> None:
        """Give rows that stay as they are no gradient."""
        for rows in self.parameters:
            if rows.grad is not None:
                rows.grad[self._fixed] = 0.0

    def rows(self) -> Rows:
        """Return what was learned."""
        tables = [rows.detach().cpu().numpy() for rows in self.parameters]
        return Rows(self._carrier.digest, self.start, tables[0], tables[1] if len(tables) > 1 else None)

    # --- two spellings --------------------------------------------------------------------------------------

    def pair(self, prompt: Prompt, answer: Segment) -> _Pair | None:
        """Return an example in both spellings; None if it has no atom to learn, or is too long."""
        ids = [*self._vocabulary.encode_prompt(prompt), *self._vocabulary.encode_answer(answer)]
        parts = [self._spelt(i) for i in ids]
        first = next((n for n, i in enumerate(ids) if n and i >= self.start), None)
        spelt = [i for part in parts for i in part]
        if first is None or len(spelt) > self._carrier.max_length:
            return None
        return _Pair(ids, spelt, (np.cumsum([len(part) for part in parts]) - 1).tolist(), first)

    def _spelt(self, i: int) -> list[int]:
        if i < self.start:
            return [i]
        text = self._vocabulary.decode([i])
        return self._vocabulary.encode_text(text) if text[0] == ":" else self._vocabulary.gloss(text)

    # --- losses ---------------------------------------------------------------------------------------------

    def losses(self, batch: Sequence[_Pair]) -> tuple[Tensor, Tensor]:
        """Return `Step.states` and `Step.writing` of *batch*, differentiable in the rows."""
        with torch.no_grad():
            taught = self._run(self._lower, self._table(_padded([p.spelt for p in batch], self._device)))
        ids = _padded([pair.ids for pair in batch], self._device)
        own = self._run(self._lower, self._given(ids))
        last = _padded([pair.last for pair in batch], self._device)
        wanted = taught.gather(1, last[..., None].expand(-1, -1, taught.shape[2]))
        columns = torch.arange(ids.shape[1], device=self._device)[None]
        first = torch.tensor([pair.first for pair in batch], device=self._device)[:, None]
        ends = torch.tensor([len(pair.ids) for pair in batch], device=self._device)[:, None]
        compared = (columns >= first) & (columns < ends)
        goal, made = wanted[compared].float(), own[compared].float()
        states = ((made - goal).square().sum(1) / goal.square().sum(1)).mean()
        with torch.no_grad():
            hidden = self._run(self._upper, own.detach())
        return states, self._writing(hidden, ids, columns < ends - 1)

    def _given(self, ids: Tensor) -> Tensor:
        """Return the embeddings of *ids*, those of atoms from the rows that are learned."""
        is_new = ids >= self.start
        with torch.no_grad():
            own = self._table(ids.where(~is_new, torch.zeros_like(ids)))
        new = look_up((ids - self.start).clamp(min=0), self.parameters[0]).to(own.dtype) * self._scale
        return torch.where(is_new[..., None], new, own)

    def _writing(self, hidden: Tensor, ids: Tensor, known: Tensor) -> Tensor:
        """Return the loss of the next token; atoms are half of the places, where there are enough."""
        nexts = torch.cat([ids[:, 1:], ids[:, :1]], 1)
        chosen: list[Tensor] = []
        for is_atom in (True, False):
            places = (known & ((nexts >= self.start) == is_atom)).nonzero()
            # Spread over the batch, the same ones every time.
            step = max(1, -(-len(places) // (_SCORED // 2)))
            chosen.append(places[::step])
        row, column = torch.cat(chosen).T
        states, wanted = hidden[row, column], nexts[row, column]
        with torch.no_grad():
            frozen = linear(states, self._frozen).float()
            rest = frozen.logsumexp(1)
            of_frozen = frozen.gather(1, wanted.clamp(max=self.start - 1)[:, None])[:, 0]
        new = linear(states.float(), self.parameters[-1])
        of_new = new.gather(1, (wanted - self.start).clamp(min=0)[:, None])[:, 0]
        logit = torch.where(wanted >= self.start, of_new, of_frozen)
        return (torch.logaddexp(rest, new.logsumexp(1)) - logit).mean()

    def _run(self, half: Any, given: Tensor) -> Tensor:
        # Padding is on the right, where causal attention does not see it.
        return half(input_ids=given, use_cache=False).last_hidden_state

    @torch.no_grad()
    def measure(self, pairs: Sequence[_Pair], tokens: int) -> tuple[float, float]:
        """Return the mean losses of *pairs*."""
        found = [(self.losses(part), len(part)) for part in _parts(pairs, tokens)]
        total = sum(count for _, count in found)
        return (
            sum(float(states) * count for (states, _), count in found) / total,
            sum(float(writing) * count for (_, writing), count in found) / total,
        )


def _parts(pairs: Sequence[_Pair], tokens: int) -> Iterator[list[_Pair]]:
    """Yield *pairs* in parts of at most *tokens*, padding included, unless a single one has more."""
    held: list[_Pair] = []
    width = 0
    for pair in pairs:
        width = max(width, len(pair.spelt))
        if held and width * (len(held) + 1) > tokens:
            yield held
            held, width = [], len(pair.spelt)
        held.append(pair)
    if held:
        yield held


def _batches(pairs: Sequence[_Pair], tokens: int, seed: int) -> Iterator[list[_Pair]]:
    """Yield parts without end; every pass over *pairs* has another order."""
    epoch = 0
    while True:
        order = np.random.default_rng([seed, epoch]).permutation(len(pairs))
        yield from _parts([pairs[i] for i in order], tokens)
        epoch += 1


def _padded(rows: Sequence[Sequence[int]], device: torch.device) -> Tensor:
    """Stack *rows*, padded on the right with zeros; int64, shape (R, longest)."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = row
    return torch.from_numpy(ids).to(device)
