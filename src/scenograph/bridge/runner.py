"""A carrier as HyperBridge uses it: a missing adapter is an error before anything is written."""

from __future__ import annotations

from typing import final

from scenograph.carriers.protocol import Candidate, Carrier
from scenograph.errors import BridgeError

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
        """The styles that have a decoder."""
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

    def fits(self, candidate: Candidate) -> bool:
        """Return whether the carrier takes the prompt of *candidate* with its answer and its end."""
        return self.carrier.length((*candidate.prompt, candidate.answer)) < self.carrier.max_length
