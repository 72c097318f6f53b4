"""
Choose the wording of a scene that a reader understands best.

A scene is said plainly and read back. Where the reading is not the scene, other wordings are read: a few
single changes, then further changes beside the best one so far, while texts are left.

    >>> from scenograph.core import Scene
    >>> scene = Scene.parse('(l / let-down :agent (f / food) :object (p / place) :tense present)')
    >>> def read(texts):
    ...     return [scene if text.endswith("down.") else None for text in texts]
    >>> [found] = choose([scene], "en", read)
    >>> found.text, found.wording.particles, found.score.f1
    ('Food lets the place down.', 'last', 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

from scenograph.core import Scene
from scenograph.dialogue.speech import speech_of, unspoken
from scenograph.errors import SurfaceError
from scenograph.readers.score import Score, link_score
from scenograph.readers.unsure import sure_part
from scenograph.realiser.realise import LANGUAGES, worded
from scenograph.realiser.wording import PLAIN, Wording

MOST: Final = 16
"""How many texts are read for one scene, if no other number is given."""

_STEP: Final = 5  # texts of a scene that are read at once, before the next ones build on the best of them

Read: TypeAlias = Callable[[Sequence[str]], Sequence[Scene | None]]
"""What reads texts back, all of them at once; None: a text without a scene."""


@final
@dataclass(frozen=True, slots=True)
class Said:
    """
    A scene in words, and what was read from them.

    Attributes:
        text: the words
        wording: how they were chosen
        right: what the text should say: the scene without its speaker and without unsure links
        back: the scene that was read from the text
        score: how far the links of both agree
        plain: the same of the plain wording
        readings: how many texts were read for the choice
    """

    text: str
    wording: Wording
    right: Scene
    back: Scene | None
    score: Score
    plain: Score
    readings: int


def choose(scenes: Sequence[Scene], language: str, read: Read, *, most: int = MOST) -> list[Said | None]:
    """
    Say each of *scenes* in the wording that is read back best; the plainer one of two that are read as well.

    The choice is never read worse than the plain wording, and the same on each call.

    Args:
        read: reads texts; it is called with texts of several scenes at once
        most: how many texts are read for one scene; 1: the plain wording alone
    Returns:
        What was said; None for a scene that no sentence says.
    Raises:
        SurfaceError: if the language is not spoken
    """
    if language not in LANGUAGES:
        raise SurfaceError(f"language {language!r} is not spoken here; choose from {', '.join(LANGUAGES)}")
    searches = [_Search(scene, language, most) for scene in scenes]
    while batch := [(search, text, wording) for search in searches for text, wording in search.next()]:
        found = read([search.without_name(text) for search, text, _ in batch])
        for (search, text, wording), back in zip(batch, found, strict=True):
            search.add(text, wording, back)
    return [search.best for search in searches]


@final
class _Search:
    """
    The wordings of one scene that have been read.

    Attributes:
        best: the best one so far; None before the first is read, and if there is none
    """

    def __init__(self, scene: Scene, language: str, most: int) -> None:
        self.best: Said | None = None
        self._scene, self._language, self._most = scene, language, most
        self._right = unspoken(sure_part(scene))
        speaker = speech_of(scene).speaker
        self._name = f"{speaker}: " if speaker else ""
        self._texts: set[str] = set()
        self._gains: dict[Wording, float] = {}  # one change alone → how much better it was read
        self._idle: set[Wording] = set()  # changes that give no text of their own
        self._seen: dict[Wording, frozenset[str]] = {}  # the choices that can change what a wording says
        self._is_begun = False

    def without_name(self, text: str) -> str:
        """Return *text* without the name of its speaker, which is not read."""
        return text.removeprefix(self._name)

    def next(self) -> list[tuple[str, Wording]]:
        """Return the texts to read next, none of which was read before; nothing if the search is over."""
        if not self._is_begun:
            self._is_begun = True
            return self._new([PLAIN], PLAIN, 1)
        if self.best is None or self.best.score.f1 == 1:
            return []
        base = self.best.wording
        order = sorted(base.others(self._seen[base]), key=lambda wording: self._rank(wording.since(base)))
        return self._new(order, base, min(_STEP, self._most - len(self._texts)))

    def add(self, text: str, wording: Wording, back: Scene | None) -> None:
        """Note what was read from a text."""
        score = link_score([(self._right, back)])
        best, count = self.best, len(self._texts)
        if best is None:
            self.best = Said(text, wording, self._right, back, score, score, count)
            return
        if wording.changes == 1:
            self._gains[wording] = score.f1 - best.plain.f1
        if score.f1 > best.score.f1:
            best = replace(best, text=text, wording=wording, back=back, score=score)
        self.best = replace(best, readings=count)

    def _rank(self, change: Wording) -> int:
        """Return which changes are tried first: those that helped alone, then new ones."""
        gain = self._gains.get(change)
        return 1 if gain is None else 0 if gain > 0 else 2

    def _new(self, wordings: Sequence[Wording], base: Wording, room: int) -> list[tuple[str, Wording]]:
        found: list[tuple[str, Wording]] = []
        for wording in wordings:
            change = wording.since(base)
            if len(found) >= room:
                break
            if change in self._idle:
                continue
            try:
                text, self._seen[wording] = worded(self._scene, self._language, wording)
            except SurfaceError:
                text = ""
            if not text or text in self._texts:
                self._idle.add(change)
                continue
            self._texts.add(text)
            found.append((text, wording))
        return found
