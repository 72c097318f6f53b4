"""
Passages: what memory holds about a question that it cannot answer.

They are quoted, not concluded: a person may find the answer in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, final

from scenograph.answers.families import MARKS
from scenograph.answers.question import parsed
from scenograph.answers.recalls import Recalls
from scenograph.core.links import Link
from scenograph.core.scene import Scene
from scenograph.dialogue import speech_of
from scenograph.dialogue.speech import ROLES

if TYPE_CHECKING:
    from scenograph.memory import Hit

MOST = 3
"""Passages that are quoted for one question."""

_SEARCHED: Final = 4 * MOST
_NEAR: Final = 0.25
"""The share of the best resonance from which a passage that states something comes before a heading."""

_PHRASE: Final = ROLES | {
    ":name", ":mod", ":of", ":poss", ":number", ":definite", ":degree", ":addressee", ":remark",
}  # fmt: skip
"""Roles of a phrase without a verb, and of who says it."""

_TITLE: Final = re.compile(r"[^\d.:;?=–—-]+")
_TITLE_WORDS: Final = 3


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

    Headings, greetings and other phrases that state nothing come after all that state something.

    Args:
        question: its text, so that passages are found by their words, unread ones too; or its scene
        memory: where to look
    Returns:
        At most `MOST` passages; none if memory recalls nothing, as for a question about something else.
    """
    cue = question if isinstance(question, str) else parsed(question).cue
    hits = memory.recall(cue, _SEARCHED)
    least = max((hit.resonance for hit in hits), default=0.0) * _NEAR
    found: dict[str, Passage] = {}
    for hit in sorted(hits, key=lambda it: it.resonance < least or not _states(it)):
        text, source = next(((it.text, it.source) for it in hit.sources if it.text), ("", None))
        text = text or hit.scene.format(indent=None)
        by = speech_of(hit.scene).speaker
        found.setdefault(text, Passage(text, hit.id, hit.unread, source, hit.resonance, by))
    return tuple(islice(found.values(), MOST))


def _states(hit: Hit) -> bool:
    """
    Whether *hit* states something: «the backup runs», and not only «Backup of the server» or «Dear Karen».

    Of what could not be read, a few words without a sign of a sentence are taken for a heading.
    """
    if not hit.unread:
        return any(it.role not in _PHRASE or _is_value(it) for it in hit.scene.links)
    texts = [it.text for it in hit.sources if it.text]
    return any(len(it.split()) > _TITLE_WORDS or not _TITLE.fullmatch(it) for it in texts)


def _is_value(link: Link) -> bool:
    """Whether *link* tells a number, a date or a word: «meeting, 5 May»."""
    return isinstance(link.target, str) and link.role not in (*ROLES, *MARKS, ":name")
