"""
Speak scenes, and stand by what was said.

A decoder writes the text, a judge that does not know the scene reads it back, and the retention of the two
is the utterance's. Under the threshold the scene is spoken by the exact plain surface instead, and marked so
(law 8); a scene that has no plain words is given in its notation, marked likewise. The judge of what a voice
of the world says about the world is that voice's own grammar, which forgives no slip::

    (find :agent (person :name "Panuza") :object (bag))
    Слушай, ветер: сумку нашёл Пануза.    the carrier reads the scene in it; the grammar does not: *нашла*
    Пануза нашла сумку.                   said in its place

The judge of all else is the carrier's interpreter. The exact surfaces
(`scenograph.surfaces.registry`) can be asked for directly and need no carrier; one that has no words
for a scene says so, and nothing takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, final

from scenograph.answers import UNKNOWN
from scenograph.bridge.forms import TextForm
from scenograph.bridge.read import Reader
from scenograph.bridge.runner import Runner
from scenograph.carriers.protocol import Job
from scenograph.core.retention import retention
from scenograph.core.scene import Scene
from scenograph.corpus.tasks import speak_task
from scenograph.errors import BridgeError, SurfaceError
from scenograph.surfaces.registry import SURFACES
from scenograph.world import World

TEXT = "text"

_EXTRA = 32  # tokens of a text beyond those of its scene and half as many again


@final
@dataclass(frozen=True, slots=True)
class Utterance:
    """
    What was said.

    Attributes:
        text: the words, or the signs of another surface
        retention: share of the scene that the text keeps, 0 to 1; 1 on exact surfaces
        style, language: as asked for
        surface: what it was spoken by: `text` by the decoder, else an exact surface
        fallback: an exact surface was put in the place of what was asked for
    """

    text: str
    retention: float
    style: str
    language: str
    surface: str
    fallback: bool


class Wish(NamedTuple):
    """A scene to be said, how, and in which language."""

    scene: Scene
    style: str
    language: str


@final
class Speaker:
    """
    Speaks scenes.

    Args:
        runner: a carrier with its adapters
        reader: reads back what was said
        threshold: least retention that the guard lets pass
    """

    def __init__(self, runner: Runner, reader: Reader, threshold: float) -> None:
        self.runner = runner
        self.reader = reader
        self.threshold = threshold

    def speak_many(
        self, wishes: Sequence[Wish], surface: str = TEXT, *, guard: bool = True
    ) -> list[Utterance]:
        """
        Say the scenes of *wishes*; many at once are said much faster than one by one.

        Args:
            surface: `text`, or one of the exact surfaces
            guard: whether to put the exact plain surface in the place of texts that lose too much
        Raises:
            BridgeError: on a style, language or surface that there is not
            SurfaceError: if an exact surface was asked for that cannot express a scene
        """
        for _, style, language in wishes:
            self._check(style, language, surface)
        if surface != TEXT:
            return [exact(wish, surface) for wish in wishes]
        texts = self._draft(wishes)
        kept = [
            self._by_grammar(wish, text) if guard else None for wish, text in zip(wishes, texts, strict=True)
        ]
        left = [i for i, share in enumerate(kept) if share is None]
        shares = self._by_reading([wishes[i].scene for i in left], [texts[i] for i in left])
        for i, share in zip(left, shares, strict=True):
            kept[i] = share
        return [
            self._choose(wish, text, share or 0.0, guard)
            for wish, text, share in zip(wishes, texts, kept, strict=True)
        ]

    def guarded(self, wish: Wish, free: Utterance) -> Utterance:
        """Return what `speak_many` says with the guard on if *free* is what it said without."""
        if free.fallback:
            return free
        kept = self._by_grammar(wish, free.text)
        return self._choose(wish, free.text, free.retention if kept is None else kept, guard=True)

    def _choose(self, wish: Wish, text: str | None, kept: float, guard: bool) -> Utterance:
        """Return *text*, which keeps so much of the scene, or what is said in its place."""
        if text is not None and (kept >= self.threshold or not guard):
            return Utterance(text, kept, wish.style, wish.language, TEXT, fallback=False)
        if wish.scene == UNKNOWN:
            said = World().say(UNKNOWN, wish.style if wish.style in World.voices else "plain", wish.language)
            return Utterance(said, 1.0, wish.style, wish.language, "plain", fallback=False)
        return in_its_place(wish)

    def _check(self, style: str, language: str, surface: str) -> None:
        if surface not in (TEXT, *SURFACES):
            raise BridgeError(f"there is no surface {surface!r}; choose from {', '.join((TEXT, *SURFACES))}")
        if language not in World.languages:
            raise BridgeError(
                f"language {language!r} is not spoken here; choose from {', '.join(World.languages)}"
            )
        if surface == TEXT:
            self.runner.need_style(style)

    def _draft(self, wishes: Sequence[Wish]) -> list[str | None]:
        """Let the decoders speak; None for what they were not trained for or cannot take."""
        texts: list[str | None] = [None] * len(wishes)
        jobs: list[Job] = []
        rows: list[int] = []
        for i, (scene, style, language) in enumerate(wishes):
            task = speak_task(scene, "", language=language, style=style)
            length = self.runner.carrier.length(task.prompt)
            budget = min(self.runner.carrier.max_length - length, length * 3 // 2 + _EXTRA)
            if scene != UNKNOWN and task.adapter in self.runner and budget > 1:
                form = TextForm(budget, scene if self.reader.copies_names else None, language)
                jobs.append(Job(task.prompt, task.adapter, form))
                rows.append(i)
        for i, answer in zip(rows, self.runner.write(jobs), strict=True):
            texts[i] = answer.text
        return texts

    def _by_grammar(self, wish: Wish, text: str | None) -> float | None:
        """
        Return how much of the scene its voice's grammar finds in *text*; None where there is no such grammar.

        Nothing is found in a text that is not one of the voice's, however close it comes.
        """
        scene, style, language = wish
        if text is None or not self.reader.copies_names or style not in World.voices:
            return None
        try:
            World().say(scene, style, language)
        except SurfaceError:
            return None
        try:
            return retention(scene, World().parse(text, style, language))
        except SurfaceError:
            return 0.0

    def _by_reading(self, scenes: Sequence[Scene], texts: Sequence[str | None]) -> list[float]:
        """Let the carrier read *texts* back, and return how much of each scene came back."""
        kept = [0.0] * len(texts)
        readable = [
            (i, text) for i, text in enumerate(texts) if text is not None and self.reader.can_take(text)
        ]
        drafts = self.reader.drafts([text for _, text in readable]) if readable else []
        for (i, _), draft in zip(readable, drafts, strict=True):
            kept[i] = 0.0 if draft.scene is None else retention(scenes[i], draft.scene)
        return kept


def exact(wish: Wish, surface: str) -> Utterance:
    """
    Say a scene by an exact surface.

    Raises:
        SurfaceError: if that has no words for it
    """
    scene, style, language = wish
    return Utterance(SURFACES[surface].say(scene, language), 1.0, style, language, surface, fallback=False)


def in_its_place(wish: Wish) -> Utterance:
    """Say a scene by the exact plain surface, or in its notation if that has no words for it; marked so."""
    try:
        said = exact(wish, "plain")
    except SurfaceError:
        said = exact(wish, "penman")
    return replace(said, fallback=True)
