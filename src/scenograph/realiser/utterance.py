"""What was said, and how much of its scene the text keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Utterance:
    """
    What was said.

    Attributes:
        text: the words, or the signs of another surface
        retention: share of the scene that the text keeps, 0 to 1; 1 on exact surfaces
        style, language: as asked for
        surface: `text` if the decoder or the realiser spoke, `outline` for a scene that no sentence says,
            else the name of an exact surface
        fallback: whether something else was said than was asked for
        note: what no style has words for; empty if there is nothing
        attempts: how many texts a decoder wrote for it; 0 on exact surfaces
    """

    text: str
    retention: float
    style: str
    language: str
    surface: str
    fallback: bool
    note: str = ""
    attempts: int = 0
