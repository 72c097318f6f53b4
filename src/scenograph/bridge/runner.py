"""Run a carrier: many prompts at once, each through its own adapter and under its own constraint."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor

from scenograph.adapters import AdapterSet
from scenograph.bridge.constraint import SceneConstraint, TextConstraint
from scenograph.carriers import Carrier, generate
from scenograph.errors import BridgeError
from scenograph.vocabulary import Segment, Vocabulary

_LOGITS = 50_000_000  # numbers that may be held at once while scoring


@final
@dataclass(frozen=True, slots=True)
class Job:
    """
    Something for the carrier to write.

    Attributes:
        prompt: ids, the invocation token among them
        start: index of the invocation token, from which on the adapter acts
        adapter: its name
        constraint: what may be written
    """

    prompt: list[int]
    start: int
    adapter: str
    constraint: SceneConstraint | TextConstraint


@final
@dataclass(frozen=True, slots=True)
class Scored:
    """
    An answer to be judged, not written.

    Attributes:
        prompt, start, adapter: as in `Job`
        answer: the ids that follow the prompt
    """

    prompt: list[int]
    start: int
    adapter: str
    answer: list[int]


@final
@dataclass(frozen=True, slots=True)
class Written:
    """
    What the carrier wrote.

    Attributes:
        ids: without the ⟁eos at the end
        logprobs: of *ids* and the ⟁eos, as natural logarithms, under the constraint
    """

    ids: list[int]
    logprobs: list[float]


@final
class Runner:
    """
    A carrier and its adapters.

    Args:
        carrier: the frozen model with its vocabulary
        adapters: a set made for it, or None: then whatever needs an adapter is refused
    """

    def __init__(self, carrier: Carrier, adapters: AdapterSet | None) -> None:
        self.carrier = carrier
        self.adapters = adapters
        self.vocabulary: Vocabulary = carrier.vocabulary

    def __contains__(self, adapter: object) -> bool:
        return self.adapters is not None and adapter in self.adapters

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that there are decoders for."""
        names = self.adapters.names if self.adapters is not None else ()
        return tuple(name.removeprefix("decoder.") for name in names if name.startswith("decoder."))

    def need(self, adapter: str) -> None:
        """Raise `BridgeError` unless there is an adapter of this name."""
        if self.adapters is None:
            raise BridgeError(
                f"carrier {self.carrier.name!r} has no adapters yet, so it cannot read or speak; "
                "train a mind first (scenograph train), or speak with surface='plain'"
            )
        if adapter not in self.adapters:
            raise BridgeError(
                f"there is no adapter {adapter!r}; this mind has {', '.join(self.adapters.names)}"
            )

    def need_style(self, style: str) -> None:
        """Raise `BridgeError` unless there is a decoder of this style."""
        if self.adapters is None:
            self.need(f"decoder.{style}")
        if style not in self.styles:
            raise BridgeError(
                f"there is no style {style!r}; this mind speaks {', '.join(self.styles) or 'in none'}"
            )

    def spell(self, prompt: Sequence[Segment]) -> tuple[list[int], int]:
        """Return the ids of *prompt* and the index of its invocation token, the first command."""
        ids = self.vocabulary.encode_prompt(prompt)
        commands = sum(kind == "command" for kind, _ in prompt)
        return ids, len(ids) - commands

    def room(self, prompt: Sequence[int]) -> int:
        """Return how many tokens can be written after *prompt*."""
        return self.carrier.max_length - len(prompt)

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Do all *jobs*; tokens that are forced at the beginning go in with the prompt and cost nothing."""
        begun = [_forced(job.constraint) for job in jobs]
        written = generate(
            self.carrier.model,
            [job.prompt + first for job, first in zip(jobs, begun, strict=True)],
            stop=self.vocabulary.eos,
            max_new=max((job.constraint.budget for job in jobs), default=0),
            pad=self.vocabulary.pad,
            constraint=[job.constraint for job in jobs],
            adapters=self.adapters,
            names=[job.adapter for job in jobs],
            starts=[job.start for job in jobs],
        )
        return [
            Written(first + answer.ids[:-1], [0.0] * len(first) + answer.logprobs)
            for first, answer in zip(begun, written, strict=True)
        ]

    def score(self, jobs: Sequence[Scored]) -> list[list[float]]:
        """Return how likely each token of each given answer is, as natural logarithms."""
        scores: list[list[float]] = [[] for _ in jobs]
        order = sorted(range(len(jobs)), key=lambda i: -len(jobs[i].prompt) - len(jobs[i].answer))
        while order:
            width = len(jobs[order[0]].prompt) + len(jobs[order[0]].answer)
            most = max(1, _LOGITS // (width * self.vocabulary.size))
            rows, order = order[:most], order[most:]
            logits, ids = self._forward([jobs[i] for i in rows], width)
            for row, i in enumerate(rows):
                begin = len(jobs[i].prompt)
                end = begin + len(jobs[i].answer)
                logprobs = logits[row, begin - 1 : end - 1].float().log_softmax(-1)
                scores[i] = logprobs.gather(-1, ids[row, begin:end, None])[:, 0].tolist()
        return scores

    def _forward(self, jobs: Sequence[Scored], width: int) -> tuple[Tensor, Tensor]:
        """Return the logits, shape (rows, width, vocabulary), and the ids, shape (rows, width)."""
        model: Any = self.carrier.model
        rows = [job.prompt + job.answer for job in jobs]
        pad = self.vocabulary.pad
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=model.device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=model.device)
        switch: AbstractContextManager[Any] = nullcontext()
        if self.adapters is not None:
            names, starts = [job.adapter for job in jobs], [job.start for job in jobs]
            switch = self.adapters.active(model, names, starts)
        with torch.inference_mode(), switch:
            return model(input_ids=ids, attention_mask=mask, use_cache=False).logits, ids


def _forced(constraint: SceneConstraint | TextConstraint) -> list[int]:
    """Return the tokens that a constraint begins with whatever the carrier thinks, and lead it past them."""
    begun: list[int] = []
    while (token := constraint.forced()) is not None and not constraint.is_done:
        constraint.advance(token)
        begun.append(token)
    return begun
