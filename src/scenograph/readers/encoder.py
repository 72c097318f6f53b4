"""
Vectors of words from a frozen carrier: what the graph head may see besides a word's own features.

A causal carrier has read a word when it has read the word's last token. So the state after this token stands
for the word. The carrier is not changed, and no adapter acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, final

import numpy as np

from scenograph.errors import CarrierError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.carriers.protocol import TextStates
    from scenograph.readers.tokens import Span


class EncodingCarrier(Protocol):
    """What is asked of a carrier: `LocalCarrier` has it."""

    @property
    def name(self) -> str:
        """What it was loaded as."""
        ...

    @property
    def digest(self) -> str:
        """Hex digest of its weights."""
        ...

    def states(self, texts: Sequence[str], layer: int = -1) -> list[TextStates]:
        """Return the states of *texts* after *layer*; see `scenograph.carriers.protocol.HasStates`."""
        ...


@final
class EncoderNeed(NamedTuple):
    """
    The encoder that a network was trained over.

    Attributes:
        name: what the carrier was loaded as
        digest: hex digest of the carrier's weights
        layer: the layer whose states are taken
        size: length of a state
    """

    name: str
    digest: str
    layer: int
    size: int


@final
class CarrierEncoder:
    """
    Gives vectors of words from the states of a carrier.

    Args:
        carrier: a frozen carrier
        layer: the layer whose states are taken: 1 for the first one
    """

    def __init__(self, carrier: EncodingCarrier, layer: int) -> None:
        self._carrier, self._layer = carrier, layer

    @classmethod
    def for_need(cls, need: EncoderNeed, carrier: EncodingCarrier | None) -> CarrierEncoder:
        """
        Return the encoder that *need* names, over *carrier*.

        Raises:
            CarrierError: if there is no carrier, or its weights are others
        """
        if carrier is None:
            raise CarrierError(f"this reader needs the states of the carrier {need.name}; give that carrier")
        if carrier.digest != need.digest:
            raise CarrierError(
                f"this reader was trained over the carrier {need.name}, whose weights have the digest "
                f"{need.digest}; {carrier.name} has {carrier.digest}"
            )
        return cls(carrier, need.layer)

    def need(self) -> EncoderNeed:
        """Return the description of this encoder, for the file of a reader."""
        [states] = self._carrier.states(["a"], self._layer)
        return EncoderNeed(self._carrier.name, self._carrier.digest, self._layer, int(states.states.shape[1]))

    def vectors(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        """
        Return the vectors of the words of each text.

        Args:
            texts: one sentence each
            spans: where each word of each text starts and ends, in characters
        Returns:
            For each text float32, shape (words, size).
        """
        return [
            found.states[last_tokens(text, words, found.ends)]
            for text, words, found in zip(texts, spans, self._carrier.states(texts, self._layer), strict=True)
        ]


def last_tokens(text: str, words: Sequence[Span], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Return the number of the token in which each word ends.

    Args:
        text: the text
        words: where each word starts and ends, in characters
        ends: where each token ends, in bytes of the text's UTF-8
    """
    sizes = np.array([0, *(len(character.encode()) for character in text)], dtype=np.int64)
    bytes_before = np.cumsum(sizes)
    return np.searchsorted(ends, bytes_before[[end for _, end in words]])
