"""
Speak scenes, and stand by what was said.

A decoder writes the text, a judge that does not know the scene reads it back, and the retention of the two
is the utterance's. Under the threshold the scene is spoken by the exact plain surface instead, and marked so
(law 8); a scene that has no plain words is given in its notation, marked likewise. The judge of what a style
of the world says about the world is that style's own grammar, which forgives no slip::

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
from scenograph.domain import Domain
from scenograph.errors import BridgeError, SurfaceError
from scenograph.prompts import speak_prompt
from scenograph.surfaces.plain import format_plain
from scenograph.surfaces.registry import SURFACES

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
        fallback: an exact surface replaced what was asked for
    """

    text: str
    retention: float
    style: str
    language: str
    surface: str
    fallback: bool


class SpeechRequest(NamedTuple):
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
        self, requests: Sequence[SpeechRequest], surface: str = TEXT, *, guard: bool = True
    ) -> list[Utterance]:
        """
        Say the scenes of *requests*; many at once are said much faster than one by one.

        Args:
            surface: `text`, or one of the exact surfaces
            guard: whether the exact plain surface replaces texts that lose too much
        Raises:
            BridgeError: on a style, language or surface that there is not
            SurfaceError: if an exact surface was asked for that cannot express a scene
        """
        for _, style, language in requests:
            self._check(style, language, surface)
        if surface != TEXT:
            return [exact(request, surface, self.reader.domain) for request in requests]
        texts = self._draft(requests)
        kept = [
            self._by_grammar(request, text) if guard else None
            for request, text in zip(requests, texts, strict=True)
        ]
        left = [i for i, share in enumerate(kept) if share is None]
        shares = self._by_reading([requests[i] for i in left], [texts[i] for i in left])
        for i, share in zip(left, shares, strict=True):
            kept[i] = share
        return [
            self._choose(request, text, share or 0.0, guard)
            for request, text, share in zip(requests, texts, kept, strict=True)
        ]

    def guarded(self, request: SpeechRequest, free: Utterance) -> Utterance:
        """Return what `speak_many` says with the guard on if *free* is what it said without."""
        if free.fallback:
            return free
        kept = self._by_grammar(request, free.text)
        return self._choose(request, free.text, free.retention if kept is None else kept, guard=True)

    def _choose(self, request: SpeechRequest, text: str | None, kept: float, guard: bool) -> Utterance:
        """Return *text*, which keeps so much of the scene, or what is said in its place."""
        if text is not None and (kept >= self.threshold or not guard):
            return Utterance(text, kept, request.style, request.language, TEXT, fallback=False)
        if request.scene == UNKNOWN:
            return say_unknown(request, self.reader.domain)
        return in_its_place(request, self.reader.domain)

    def _check(self, style: str, language: str, surface: str) -> None:
        if surface not in (TEXT, *SURFACES):
            raise BridgeError(f"there is no surface {surface!r}; choose from {', '.join((TEXT, *SURFACES))}")
        check_language(language, self.reader.domain)
        if surface == TEXT:
            self.runner.need_style(style)

    def _draft(self, requests: Sequence[SpeechRequest]) -> list[str | None]:
        """Let the decoders speak; None for what they were not trained for or cannot take."""
        texts: list[str | None] = [None] * len(requests)
        jobs: list[Job] = []
        rows: list[int] = []
        for i, (scene, style, language) in enumerate(requests):
            asked = speak_prompt(scene, style, language)
            length = self.runner.carrier.length(asked.prompt)
            budget = min(self.runner.carrier.max_length - length, length * 3 // 2 + _EXTRA)
            if scene != UNKNOWN and asked.adapter in self.runner and budget > 1:
                names = self.reader.domain.names if self.reader.copies_names else None
                form = TextForm(budget, scene, language, names)
                jobs.append(Job(asked.prompt, asked.adapter, form))
                rows.append(i)
        for i, answer in zip(rows, self.runner.write(jobs), strict=True):
            texts[i] = answer.text
        return texts

    def _by_grammar(self, request: SpeechRequest, text: str | None) -> float | None:
        """
        Return how much of the scene its style's grammar finds in *text*; None where there is no such grammar.

        Nothing is found in a text that is not one of the style's, however close it comes.
        """
        scene, style, language = request
        if text is None or not self.reader.copies_names or style not in self.reader.domain.styles:
            return None
        try:
            self.reader.domain.say(scene, style, language)
        except SurfaceError:
            return None
        try:
            parsed = self.reader.domain.parse(text, style, language)
            return retention(scene, self.reader.domain.respelt(parsed, scene, language))
        except SurfaceError:
            return 0.0

    def _by_reading(self, requests: Sequence[SpeechRequest], texts: Sequence[str | None]) -> list[float]:
        """Let the carrier read *texts* back, and return how much of each scene came back."""
        shares = [0.0] * len(texts)
        for language in self.reader.domain.languages:
            readable = [
                (i, text)
                for i, text in enumerate(texts)
                if text is not None and requests[i].language == language and self.reader.can_take(text)
            ]
            drafts = self.reader.drafts([text for _, text in readable], language) if readable else []
            for (i, _), draft in zip(readable, drafts, strict=True):
                scene = requests[i].scene
                if draft.scene is not None:
                    read = self.reader.domain.respelt(draft.scene, scene, language)
                    shares[i] = retention(scene, read)
        return shares


def check_language(language: str, domain: Domain) -> None:
    """Raise `BridgeError` unless *domain* speaks *language*."""
    if language not in domain.languages:
        raise BridgeError(
            f"language {language!r} is not spoken here; choose from {', '.join(domain.languages)}"
        )


def exact(request: SpeechRequest, surface: str, domain: Domain) -> Utterance:
    """
    Say a scene by an exact surface.

    Raises:
        SurfaceError: if that has no words for it
    """
    scene, style, language = request
    if surface == "plain":
        text = format_plain(scene, language, domain)
    else:
        text = SURFACES[surface].say(scene, language)
    return Utterance(text, 1.0, style, language, surface, fallback=False)


def say_unknown(request: SpeechRequest, domain: Domain) -> Utterance:
    """Say exactly that memory does not know, in the style of *request* or in plain words."""
    style = request.style if request.style in domain.styles else domain.styles[0]
    try:
        text = domain.say(UNKNOWN, style, request.language)
    except SurfaceError:
        return in_its_place(request, domain)
    return Utterance(text, 1.0, request.style, request.language, "plain", fallback=False)


def in_its_place(request: SpeechRequest, domain: Domain) -> Utterance:
    """Say a scene by the exact plain surface, or in its notation if that has no words for it; marked so."""
    try:
        said = exact(request, "plain", domain)
    except SurfaceError:
        said = exact(request, "penman", domain)
    return replace(said, fallback=True)
