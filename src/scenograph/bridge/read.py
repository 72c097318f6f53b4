"""
Read texts into scenes.

The carrier writes a scene under the grammar, so a scene comes out of every text, also out of one that it
cannot read. What tells the two apart is the *confidence* (`scenograph.bridge.confidence`): how sure the
carrier was of each token, and how well the scene says the text back. Below a threshold the text counts as
unread: the reading keeps the text, and no scene is invented for it.

A text is data. Whatever characters it holds, no part of it becomes a command or a lexeme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from scenograph.bridge.confidence import Judge
from scenograph.bridge.constraint import SceneWriter
from scenograph.bridge.naming import names_in
from scenograph.bridge.runner import Job, Runner
from scenograph.core.linear import delinearise
from scenograph.core.scene import Scene
from scenograph.corpus import language_of
from scenograph.corpus.tasks import READER
from scenograph.errors import BridgeError
from scenograph.vocabulary import Segment

_EXTRA = 48  # tokens of a scene beyond twice those of its text


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """
    What was read.

    Attributes:
        text: the text, as it was given
        scene: its scene; None if it could not be read
        confidence: that the scene is what the text says, 0 to 1; 1 if an exact surface says it back
        language: of the text, `en` or `ru`, `und` where its script does not tell
        draft: what the carrier made of the text, however unsure; for measuring, not for use
    """

    text: str
    scene: Scene | None
    confidence: float
    language: str
    draft: Scene


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """
    A scene as the carrier wrote it, not judged yet.

    Attributes:
        scene: well formed, whatever the text
        logprobs: of its tokens
        was_cut: it did not fit, and something may be missing
    """

    scene: Scene
    logprobs: list[float]
    was_cut: bool


@final
class Reader:
    """
    Reads texts.

    Args:
        runner: a carrier with its adapters
        writer: makes the constraints that scenes are written under
        threshold: least confidence of a reading
        copies_names: whether what stands in quotes has to be a name of the text, as in the world
    """

    def __init__(
        self, runner: Runner, writer: SceneWriter, threshold: float, *, copies_names: bool = False
    ) -> None:
        self.runner = runner
        self.writer = writer
        self.threshold = threshold
        self.copies_names = copies_names
        self._judge = Judge(runner)

    def read_many(self, texts: Sequence[str], language: str | None = None) -> list[Reading]:
        """
        Read *texts*; many at once are read much faster than one by one.

        Args:
            texts: none may be empty
            language: of all of them; None: as the script of each suggests
        Raises:
            BridgeError: if a text is empty, or too long for the carrier; nothing is read then
        """
        drafts = self.drafts(texts)
        return [
            Reading(
                text,
                draft.scene if sure >= self.threshold else None,
                sure,
                language or language_of(text),
                draft.scene,
            )
            for text, draft, sure in zip(texts, drafts, self._confidences(texts, drafts), strict=True)
        ]

    def doubts(self, texts: Sequence[str]) -> list[float]:
        """Return the confidence of each of *texts* without what exact surfaces say; for calibration."""
        return self._confidences(texts, self.drafts(texts), exactly=False)

    def _confidences(
        self, texts: Sequence[str], drafts: Sequence[Draft], *, exactly: bool = True
    ) -> list[float]:
        """Return how far each draft can be trusted; one that was cut, not at all."""
        scenes, logprobs = [draft.scene for draft in drafts], [draft.logprobs for draft in drafts]
        sure = self._judge.confidences(list(map(tidied, texts)), scenes, logprobs, exactly=exactly)
        return [0.0 if draft.was_cut else value for draft, value in zip(drafts, sure, strict=True)]

    def drafts(self, texts: Sequence[str]) -> list[Draft]:
        """Let the carrier write a scene for each of *texts*; errors as in `read_many`."""
        self.runner.need(READER)
        budgets = [self._budget(text, f"text {place}") for place, text in enumerate(texts, 1)]
        jobs = [self._job(text, budget) for text, budget in zip(texts, budgets, strict=True)]
        written = self.runner.write(jobs)
        return [
            Draft(self._scene(answer.ids), answer.logprobs, job.constraint.was_cut)
            for answer, job in zip(written, jobs, strict=True)
        ]

    def can_take(self, text: str) -> bool:
        """True if *text* is neither empty nor too long for the carrier."""
        try:
            return self._budget(text, "the text") > 0
        except BridgeError:
            return False

    def _job(self, text: str, budget: int) -> Job:
        prompt, start = self.runner.spell(_prompt(text))
        names = names_in(text, language_of(text)) if self.copies_names else frozenset[str]()
        return Job(prompt, start, READER, self.writer.constraint(budget, names))

    def _budget(self, text: str, name: str) -> int:
        """Return how many tokens a scene of *text* may have."""
        if not tidied(text):
            raise BridgeError(f"{name} is empty: there is nothing to read")
        prompt, _ = self.runner.spell(_prompt(text))
        room, least = self.runner.room(prompt), self.writer.least_budget
        if room < least:
            longest = self.runner.carrier.max_length - least
            raise BridgeError(
                f"{name} is too long: {len(prompt)} tokens, and carrier {self.runner.carrier.name!r} "
                f"takes {longest}; read it in parts, a sentence or two at a time"
            )
        return min(room, max(least, 2 * len(prompt) + _EXTRA))

    def _scene(self, ids: Sequence[int]) -> Scene:
        return delinearise(self.runner.vocabulary.decode(ids))


def _prompt(text: str) -> tuple[Segment, ...]:
    return ("text", tidied(text)), ("command", "⟁read")


def tidied(text: str, end: str = ".") -> str:
    """
    Return *text* as carriers are used to it, word for word the same.

    Runs of white space become one blank, the first letter a capital, and *end* follows a last word that has
    no stop behind it.
    """
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text + end if text[-1:].isalnum() else text
