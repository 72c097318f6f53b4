"""
Speak scenes, and check each text by reading it back.

A decoder writes a text. It is read back without the scene, and the retention of what was read is the
utterance's. Under the threshold the decoder writes a few further drafts, drawn by chance. They are written
together and read back together, and the best one is spoken. If it is under the threshold, too, the exact
plain surface says the scene instead, or its notation if it has no plain words; the utterance is marked as a
*fallback* then (law 8).

If a domain has exact words for a scene in a style, its parser reads the text back, and accepts exact texts
only. Else the carrier's `scene_interpreter` reads it::

    (find :agent (entity :name "Panuza") :object (bag))
    Слушай, ветер: сумку нашёл Пануза.    the carrier would accept this; the parser does not, for «нашла»
    Пануза нашла сумку.                   the fallback

Exact surfaces (`scenograph.surfaces.registry`) can be asked for directly and need no carrier. They have no
fallback: a scene that they cannot say is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from scenograph.realiser.utterance import Utterance
from scenograph.surfaces.plain import format_plain
from scenograph.surfaces.registry import SURFACES
from scenograph.tracing import span

TEXT = "text"

DRAFTS = 6
"""How many further drafts are written of a text that lost something."""

_EXTRA = 32  # tokens of a text beyond those of its scene and half as many again


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
        threshold: least retention of a text that the guard accepts
        drafts: how many further ones are written where the first is under the threshold
    """

    def __init__(self, runner: Runner, reader: Reader, threshold: float, drafts: int = DRAFTS) -> None:
        self.drafts = drafts
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
            self.check(style, language, surface)
        if surface != TEXT:
            return [exact(request, surface, self.reader.domain) for request in requests]
        texts = self.drafted(requests)
        if guard:
            return self.guarded(requests, texts)
        shares = self._by_reading(requests, texts)
        return [
            self._choose(request, text, share, guard=False)
            for request, text, share in zip(requests, texts, shares, strict=True)
        ]

    def guarded(self, requests: Sequence[SpeechRequest], texts: Sequence[str | None]) -> list[Utterance]:
        """Return what is said for *requests*, of which *texts* are the first drafts, read back as all are."""
        return self._guarded(requests, texts, self._shares(requests, texts))

    def job_of(self, request: SpeechRequest, draw: int = 0) -> Job | None:
        """
        Return what a carrier is given to write the text of *request*; None without an adapter, or too long.

        Args:
            draw: which draft is written; 0: the likeliest
        """
        scene, style, language = request
        asked = speak_prompt(scene, style, language)
        length = self.runner.carrier.length(asked.prompt)
        budget = min(self.runner.carrier.max_length - length, length * 3 // 2 + _EXTRA)
        if scene == UNKNOWN or asked.adapter not in self.runner or budget <= 1:
            return None
        names = self.reader.domain.names if self.reader.copies_names else None
        return Job(asked.prompt, asked.adapter, TextForm(budget, scene, language, names), draw=draw)

    def guard_many(self, requests: Sequence[SpeechRequest], free: Sequence[Utterance]) -> list[Utterance]:
        """Return what `speak_many` says with the guard on if *free* is what it said without."""
        texts = [None if it.fallback else it.text for it in free]
        parsed = [self._by_parsing(request, text) for request, text in zip(requests, texts, strict=True)]
        shares = [it.retention if share is None else share for it, share in zip(free, parsed, strict=True)]
        return self._guarded(requests, texts, shares)

    def drawn(
        self, requests: Sequence[SpeechRequest], draws: Sequence[int] = ()
    ) -> list[tuple[str | None, float]]:
        """
        Return what the decoders write, and how much of its scene each text keeps; no text where none fits.

        Args:
            draws: which draft of each is written; none: the likeliest
        """
        texts = self.drafted(requests, draws)
        return list(zip(texts, self._shares(requests, texts), strict=True))

    def _guarded(
        self, requests: Sequence[SpeechRequest], texts: Sequence[str | None], shares: Sequence[float]
    ) -> list[Utterance]:
        """Return *texts* that keep enough; instead of others, the best of further drafts, or a fallback."""
        with span("guard", texts=len(texts)) as step:
            said, poor = self._chosen(requests, texts, shares)
            step.tell(poor=poor, drafts=poor * self.drafts, fallbacks=sum(it.fallback for it in said))
        return said

    def _chosen(
        self, requests: Sequence[SpeechRequest], texts: Sequence[str | None], shares: Sequence[float]
    ) -> tuple[list[Utterance], int]:
        """Return what is spoken, and how many texts lost too much at first."""
        best = list(zip(shares, texts, strict=True))
        poor = [i for i, (share, text) in enumerate(best) if text is not None and share < self.threshold]
        places = [i for i in poor for _ in range(self.drafts)]
        asked = [requests[i] for i in places]
        drafts = self.drafted(asked, [number + 1 for _ in poor for number in range(self.drafts)])
        for i, share, text in zip(places, self._shares(asked, drafts), drafts, strict=True):
            if share > best[i][0]:
                best[i] = share, text
        attempts = dict.fromkeys(poor, 1 + self.drafts)
        said = [
            self._choose(request, text, share, attempts=attempts.get(i, 1))
            for i, (request, (share, text)) in enumerate(zip(requests, best, strict=True))
        ]
        return said, len(poor)

    def _shares(self, requests: Sequence[SpeechRequest], texts: Sequence[str | None]) -> list[float]:
        """Return how much of each scene is found in its text; drafts that are the same are judged once."""
        keys = [(id(it.scene), it[1:], text) for it, text in zip(requests, texts, strict=True)]
        both = dict(zip(keys, zip(requests, texts, strict=True), strict=True))
        shares = {key: self._by_parsing(*it) for key, it in both.items()}
        left = [key for key, share in shares.items() if share is None]
        read = self._by_reading([both[key][0] for key in left], [both[key][1] for key in left])
        shares.update(zip(left, read, strict=True))
        return [shares[key] or 0.0 for key in keys]

    def _choose(
        self,
        request: SpeechRequest,
        text: str | None,
        share: float,
        *,
        guard: bool = True,
        attempts: int = 1,
    ) -> Utterance:
        """Return *text*, from which *share* of the scene was read back, or its fallback."""
        if text is not None and (share >= self.threshold or not guard):
            _, style, language = request
            return Utterance(text, share, style, language, TEXT, fallback=False, attempts=attempts)
        if request.scene == UNKNOWN:
            return say_unknown(request, self.reader.domain)
        return replace(fallback(request, self.reader.domain), attempts=0 if text is None else attempts)

    def check(self, style: str, language: str, surface: str = TEXT) -> None:
        """Raise `BridgeError` unless there is such a style, language and surface."""
        if surface not in (TEXT, *SURFACES):
            raise BridgeError(f"there is no surface {surface!r}; choose from {', '.join((TEXT, *SURFACES))}")
        check_language(language, self.reader.domain)
        if surface == TEXT:
            self.runner.need_style(style)

    def drafted(self, requests: Sequence[SpeechRequest], draws: Sequence[int] = ()) -> list[str | None]:
        """
        Return what the decoders write, not read back; None if a scene has no adapter or is too long.

        Args:
            draws: which draft of each is written; none: the likeliest
        """
        texts: list[str | None] = [None] * len(requests)
        jobs: list[Job] = []
        rows: list[int] = []
        for i, request in enumerate(requests):
            job = self.job_of(request, draws[i] if draws else 0)
            if job is not None:
                jobs.append(job)
                rows.append(i)
        for i, answer in zip(rows, self.runner.carrier.write(jobs) if jobs else (), strict=True):
            texts[i] = answer.text
        return texts

    def _by_parsing(self, request: SpeechRequest, text: str | None) -> float | None:
        """
        Return how much of the scene the domain parses from *text*; None if it has no exact words for the
        scene.

        From a text that is not one of the exact ones it parses nothing.
        """
        scene, style, language = request
        domain = self.reader.domain
        if text is None or not self.reader.copies_names or style not in domain.worded:
            return None
        try:
            domain.say(scene, style, language)
        except SurfaceError:
            return None
        try:
            return retention(scene, domain.respelt(domain.parse(text, style, language), scene, language))
        except SurfaceError:
            return 0.0

    def _by_reading(self, requests: Sequence[SpeechRequest], texts: Sequence[str | None]) -> list[float]:
        """Return how much of each scene the carrier reads from its text."""
        shares = [0.0] * len(texts)
        for language in self.reader.domain.languages:
            readable = [
                (i, text)
                for i, text in enumerate(texts)
                if text is not None and requests[i].language == language and self.reader.can_take(text)
            ]
            # What is read is most often the scene that was said.
            guesses = [requests[i].scene for i, _ in readable]
            drafts = self.reader.drafts([text for _, text in readable], language, guesses) if readable else []
            for (i, _), draft in zip(readable, drafts, strict=True):
                scene = requests[i].scene
                if draft.scene is scene:  # nothing to compare
                    shares[i] = 1.0
                elif draft.scene is not None:
                    shares[i] = retention(scene, self.reader.domain.respelt(draft.scene, scene, language))
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
        SurfaceError: if the surface has no words for it
    """
    scene, style, language = request
    is_plain = surface == "plain"
    text = format_plain(scene, language, domain) if is_plain else SURFACES[surface].say(scene, language)
    return Utterance(text, 1.0, style, language, surface, fallback=False)


def say_unknown(request: SpeechRequest, domain: Domain) -> Utterance:
    """Say exactly that memory does not know, in the style of *request* or in plain words."""
    style = request.style if request.style in domain.worded else domain.styles[0]
    try:
        text = domain.say(UNKNOWN, style, request.language)
    except SurfaceError:
        return fallback(request, domain)
    return Utterance(text, 1.0, request.style, request.language, "plain", fallback=False)


def fallback(request: SpeechRequest, domain: Domain) -> Utterance:
    """Say a scene by the exact plain surface, or by its notation if it has no plain words."""
    try:
        said = exact(request, "plain", domain)
    except SurfaceError:
        said = exact(request, "penman", domain)
    return replace(said, fallback=True)
