"""A carrier as HyperBridge uses it: what is missing is refused in words before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from scenograph.carriers.protocol import Candidate, Carrier, Job, Written
from scenograph.errors import BridgeError
from scenograph.vocabulary import Prompt

DECODER = "decoder."


@final
class Runner:
    """
    A carrier with its adapters.

    Args:
        carrier: any that can write and score
    """

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def __contains__(self, adapter: object) -> bool:
        return adapter in self.carrier.adapters

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that there are decoders for."""
        return tuple(name.removeprefix(DECODER) for name in self.carrier.adapters if name.startswith(DECODER))

    def need(self, adapter: str) -> None:
        """Raise `BridgeError` unless there is an adapter of this name."""
        if not self.carrier.adapters:
            raise BridgeError(
                f"carrier {self.carrier.name!r} has no adapters yet, so it cannot read or speak; "
                "train a mind first (scenograph train), or speak with surface='plain'"
            )
        if adapter not in self:
            raise BridgeError(
                f"there is no adapter {adapter!r}; this mind has {', '.join(self.carrier.adapters)}"
            )

    def need_style(self, style: str) -> None:
        """Raise `BridgeError` unless there is a decoder of this style."""
        if not self.carrier.adapters:
            self.need(f"{DECODER}{style}")
        if style not in self.styles:
            raise BridgeError(
                f"there is no style {style!r}; this mind speaks {', '.join(self.styles) or 'in none'}"
            )

    def room(self, prompt: Prompt) -> int:
        """Return how many tokens can be written after *prompt*."""
        return self.carrier.max_length - self.carrier.length(prompt)

    def fits(self, candidate: Candidate) -> bool:
        """True if there is room for the answer of *candidate* and its end."""
        return self.room((*candidate.prompt, candidate.answer)) > 0

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Do all *jobs*; many at once are done much faster than one by one."""
        return self.carrier.write(jobs)

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Return how likely each token of each given answer is, as natural logarithms."""
        return self.carrier.score(candidates)
