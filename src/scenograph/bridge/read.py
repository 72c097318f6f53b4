"""
Read texts into scenes.

The carrier writes a scene under the grammar, so it writes one for every text, also for one that it cannot
read. The *confidence* (`scenograph.bridge.confidence`) tells the two apart. Below a threshold the text counts
as unread: the reading has the text and no scene.

A text is data. Whatever characters it holds, no part of it becomes a command or a lexeme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from scenograph.bridge.confidence import ConfidenceScorer
from scenograph.bridge.forms import SceneForm
from scenograph.bridge.grammar import Grammar
from scenograph.bridge.naming import names_in
from scenograph.bridge.runner import Runner
from scenograph.carriers.protocol import Job, Written
from scenograph.core.linear import delinearise
from scenograph.core.scene import Scene
from scenograph.corpus import language_of
from scenograph.domain import Domain, language_in
from scenograph.errors import BridgeError, NotationError
from scenograph.prompts import READER, read_prompt, scene_segment
from scenograph.readers.reading import Reading, tidied
from scenograph.vocabulary import Prompt

_EXTRA = 48  # tokens of a scene beyond twice those of its text


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """
    A scene as the carrier wrote it, before its confidence is known.

    Attributes:
        scene: None if what was written is no scene, as when a server stopped in the middle
        logprobs: of its tokens
        was_cut: it did not fit, and something may be missing
    """

    scene: Scene | None
    logprobs: list[float]
    was_cut: bool


@final
class Reader:
    """
    Reads texts.

    Args:
        runner: a carrier with its adapters
        grammar: which scenes can be read
        threshold: least confidence of a reading
        domain: what the texts are about
        copies_names: whether only names of the text may stand in quotes, as in the world
    """

    def __init__(
        self,
        runner: Runner,
        grammar: Grammar,
        threshold: float,
        domain: Domain,
        *,
        copies_names: bool = False,
    ) -> None:
        self.runner = runner
        self.grammar = grammar
        self.threshold = threshold
        self.domain = domain
        self.copies_names = copies_names
        self._scorer = ConfidenceScorer(runner, domain)

    def read_many(self, texts: Sequence[str], language: str | None = None) -> list[Reading]:
        """
        Read *texts*; many at once are read much faster than one by one.

        Args:
            texts: none may be empty
            language: of all of them; None: as the script of each suggests
        Raises:
            BridgeError: if a text is empty, or too long for the carrier; nothing is read then
        """
        drafts = self.drafts(texts, language)
        readings: list[Reading] = []
        for text, draft, confidence in zip(texts, drafts, self.judged(texts, drafts, language), strict=True):
            scene = draft.scene if confidence >= self.threshold else None
            readings.append(Reading(text, scene, confidence, language or language_of(text), draft.scene))
        return readings

    def confidences(self, texts: Sequence[str]) -> list[float]:
        """Return the confidence of each of *texts* as if there were no exact wordings; for calibration."""
        return self.judged(texts, self.drafts(texts), exactly=False)

    def language_of(self, text: str, given: str | None = None) -> str:
        """Return the language *given*, or the domain's language that the script of *text* suggests."""
        return given or language_in(self.domain, language_of(text))

    def judged(
        self,
        texts: Sequence[str],
        drafts: Sequence[Draft],
        language: str | None = None,
        *,
        exactly: bool = True,
    ) -> list[float]:
        """
        Return the confidence of each draft; 0 for one that was cut or is no scene.

        Args:
            exactly: whether the exact wordings count, too
        """
        whole = [
            (i, draft.scene)
            for i, draft in enumerate(drafts)
            if draft.scene is not None and not draft.was_cut
        ]
        found = self._scorer.confidences(
            [tidied(texts[i]) for i, _ in whole],
            [scene for _, scene in whole],
            [drafts[i].logprobs for i, _ in whole],
            [self.language_of(texts[i], language) for i, _ in whole],
            exactly=exactly,
        )
        by_place = dict(zip((i for i, _ in whole), found, strict=True))
        return [by_place.get(i, 0.0) for i in range(len(drafts))]

    def drafts(
        self, texts: Sequence[str], language: str | None = None, guesses: Sequence[Scene] | None = None
    ) -> list[Draft]:
        """
        Let the carrier write a scene for each of *texts*; errors as in `read_many`.

        Args:
            guesses: for each text the scene that it may say: a right one saves time, none is believed
        """
        self.runner.need(READER)
        budgets = [self._budget(text, f"text {place}") for place, text in enumerate(texts, 1)]
        jobs = [
            self._job(text, self.language_of(text, language), budget, guess)
            for text, budget, guess in zip(texts, budgets, guesses or [None] * len(texts), strict=True)
        ]
        return [
            Draft(guess if _is_guessed(answer, job) else _scene(answer.text), answer.logprobs, answer.was_cut)
            for answer, job, guess in zip(
                self.runner.carrier.write(jobs), jobs, guesses or [None] * len(jobs), strict=True
            )
        ]

    def can_take(self, text: str) -> bool:
        """Return whether *text* is neither empty nor too long for the carrier."""
        try:
            return self._budget(text, "the text") > 0
        except BridgeError:
            return False

    def _job(self, text: str, language: str, budget: int, guess: Scene | None) -> Job:
        expected = scene_segment(guess) if guess is not None else None
        return Job(_prompt(text), READER, self._form(text, language, budget), expected)

    def form(self, text: str, language: str) -> SceneForm:
        """
        Return what may be written as the scene of *text*.

        Raises:
            BridgeError: if the text is empty or too long
        """
        return self._form(text, language, self._budget(text, "the text"))

    def _form(self, text: str, language: str, budget: int) -> SceneForm:
        names = frozenset[str]()
        if self.copies_names and self.domain.names is not None:
            names = names_in(text, language, self.domain.names)
        return SceneForm(self.grammar, budget, names)

    def _budget(self, text: str, name: str) -> int:
        """Return how many tokens a scene of *text* may have."""
        if not tidied(text):
            raise BridgeError(f"{name} is empty: there is nothing to read")
        carrier, least = self.runner.carrier, self.grammar.least_budget
        length = carrier.length(_prompt(text))
        if carrier.max_length - length < least:
            raise BridgeError(
                f"{name} is too long: {length} tokens, and carrier {carrier.name!r} "
                f"takes {carrier.max_length - least}; read it in parts, a sentence or two at a time"
            )
        return min(carrier.max_length - length, max(least, 2 * length + _EXTRA))


def _is_guessed(answer: Written, job: Job) -> bool:
    """Return whether exactly what *job* guessed was written, so that it need not be parsed."""
    return job.guess is not None and answer.text == job.guess[1]


def _scene(linear: str) -> Scene | None:
    try:
        return delinearise(linear)
    except NotationError:
        return None


def _prompt(text: str) -> Prompt:
    return read_prompt(tidied(text)).prompt
