"""Candidates: crystals that may answer a cue, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scenograph.memory.index.segment import Ids, Scores


class Candidates(NamedTuple):
    """
    Crystals that may answer a cue.

    Attributes:
        ids: the crystals
        parts: of each part of their resonance an array, as far as it is known before a scene is read;
            `structure` is what each holds of the cue at most
    """

    ids: Ids
    parts: dict[str, Scores]

    def at(self, places: Sequence[int]) -> Candidates:
        """Those at *places*."""
        chosen = list(places)
        return Candidates(self.ids[chosen], {name: values[chosen] for name, values in self.parts.items()})

    def of(self, place: int) -> dict[str, float]:
        """The parts of the one at *place*."""
        return {name: float(values[place]) for name, values in self.parts.items()}

    def each(self) -> dict[int, dict[str, float]]:
        """The parts of each, by id."""
        return {crystal: self.of(place) for place, crystal in enumerate(self.ids.tolist())}
