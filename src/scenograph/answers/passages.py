"""
Passages: what memory holds about a question that it cannot answer.

They are quoted, not concluded: a person may find the answer in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from scenograph.answers.question import parsed
from scenograph.answers.recalls import Recalls
from scenograph.core.scene import Scene
from scenograph.dialogue import speech_of

MOST = 3
"""Passages that are quoted for one question."""


@final
@dataclass(frozen=True, slots=True)
class Passage:
    """
    A remembered passage that speaks of what was asked.

    Attributes:
        text: its sentence, word for word as memory holds it; the notation of its scene if it has none
        crystal: the id of its crystal
        unread: whether no scene could be read from it, so that it was found by its words
        source: where it comes from, if that is known
        resonance: how strongly it answers the question as a cue, 0 to 1
        said_by: the name of who said it; empty if memory does not know
    """

    text: str
    crystal: int
    unread: bool
    source: str | None
    resonance: float
    said_by: str = ""


def passages(question: Scene | str, memory: Recalls) -> tuple[Passage, ...]:
    """
    Return the passages of *memory* that speak of *question*, the most resonant first.

    Args:
        question: its text, so that passages are found by their words, unread ones too; or its scene
        memory: where to look
    Returns:
        At most `MOST` passages; none if memory recalls nothing, as for a question about something else.
    """
    cue = question if isinstance(question, str) else parsed(question).cue
    found: dict[str, Passage] = {}
    for hit in memory.recall(cue, MOST):
        text, source = next(((it.text, it.source) for it in hit.sources if it.text), ("", None))
        text = text or hit.scene.format(indent=None)
        by = speech_of(hit.scene).speaker
        found.setdefault(text, Passage(text, hit.id, hit.unread, source, hit.resonance, by))
    return tuple(found.values())
