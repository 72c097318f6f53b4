"""A thought: what was written, inserted and carried out in one sequence, from a question to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from scenograph.core.scene import Scene

End: TypeAlias = Literal["answered", "unknown", "unread", "stopped"]
"""How a thought ends; after the last two the question is answered by the outside loop."""


@final
@dataclass(frozen=True, slots=True)
class CarriedOut:
    """
    A command that was written, and carried out.

    Attributes:
        command: `⟁recall`, `⟁field`, `⟁answer:poet` …
        given: the scene that it was given
        found: the scenes that it inserted; of `⟁answer`, none
        crystals: the ids of the crystals that answer, as far as it found them
        text: of `⟁answer`, the text that was written
        seconds: how long it took; of `⟁answer`, with the writing
    """

    command: str
    given: Scene
    found: tuple[Scene, ...]
    crystals: tuple[int, ...]
    text: str
    seconds: float


@final
@dataclass(frozen=True, slots=True)
class Thought:
    """
    One sequence of tokens and commands.

    Attributes:
        end: how it ended
        note: why, if it did not end in an answer
        commands: what was carried out, in order
        sequence: all of it in characters; commands begin with ⟁
        written: how many of its tokens were written
        inserted: how many were inserted, the question among them
        passes: how often a pass through the model had a part of it
        seconds: how long it took
    """

    end: End
    note: str
    commands: tuple[CarriedOut, ...]
    sequence: str
    written: int
    inserted: int
    passes: int
    seconds: float
