"""
How far a reading can be trusted.

A carrier under a grammar writes a scene for every text, also for one that it does not understand. So each
reading is checked in two ways:

* *the reading itself*: how likely were the tokens that the carrier was least sure of?
* *the way back*: does the scene say the text? If the text is one of the scene's exact wordings, the reading
  is right and its confidence is 1. If not, the decoders of all styles score the text, given the scene. What
  the text says and the scene does not shows as tokens that are unlikely in every style. Decoders are not
  trained on questions, so for those the exact wordings decide alone.

The confidence is the geometric mean of the two likelihoods, or the first alone where the carrier cannot score
a given text. Each is taken over the few worst tokens, since
one word that was not understood spoils a reading. The threshold between read and unread is chosen on texts
that can be read and texts that cannot (`threshold_between`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import final

from scenograph.answers import is_question
from scenograph.bridge.runner import Runner
from scenograph.carriers.protocol import Candidate
from scenograph.core.scene import Scene
from scenograph.domain import Domain
from scenograph.errors import SurfaceError
from scenograph.prompts import speak_prompt

WORST = 3  # tokens of a likelihood


@final
class ConfidenceScorer:
    """
    Scores readings.

    Args:
        runner: the carrier that read, with its adapters
        domain: what the texts are about
    """

    def __init__(self, runner: Runner, domain: Domain) -> None:
        self.runner = runner
        self.domain = domain

    def confidences(
        self,
        texts: Sequence[str],
        scenes: Sequence[Scene],
        logprobs: Sequence[Sequence[float]],
        languages: Sequence[str],
        *,
        exactly: bool = True,
    ) -> list[float]:
        """
        Return the confidence of each reading, 0 to 1.

        Args:
            texts: what was read
            scenes: what it was read as
            logprobs: of the tokens of each scene, as the carrier wrote it
            languages: of the texts
            exactly: whether the exact wordings count, too
        """
        found = [likelihood(logs) for logs in logprobs]
        undecided: list[int] = []
        for i, (text, scene) in enumerate(zip(texts, scenes, strict=True)):
            asks = is_question(scene)
            wordings = exact_wordings(self.domain, scene, languages[i]) if asks or exactly else frozenset()
            if text in wordings:
                found[i] = 1.0
            elif asks and wordings:
                found[i] = 0.0
            else:
                undecided.append(i)
        back = self._ways_back([(texts[i], scenes[i], languages[i]) for i in undecided])
        for i, value in zip(undecided, back, strict=True):
            found[i] = found[i] if value is None else math.sqrt(found[i] * value)
        return found

    def _ways_back(self, readings: Sequence[tuple[str, Scene, str]]) -> list[float | None]:
        """Return how likely each text is, given its scene, in the style in which it is likeliest."""
        runner = self.runner
        jobs: list[Candidate] = []
        owners: list[int] = []
        for i, (text, scene, language) in enumerate(readings):
            for style in runner.styles:
                asked = speak_prompt(scene, style, language)
                candidate = Candidate(asked.prompt, asked.adapter, ("text", text))
                if asked.adapter in runner and runner.fits(candidate):
                    jobs.append(candidate)
                    owners.append(i)
        best: list[float | None] = [None] * len(readings)
        for i, logprobs in zip(owners, runner.carrier.score(jobs), strict=True):
            if not logprobs:  # the carrier cannot tell
                continue
            best[i] = max(best[i] or 0.0, likelihood(logprobs))
        return best


def exact_wordings(domain: Domain, scene: Scene, language: str) -> frozenset[str]:
    """Return the exact wordings of *scene* in all styles of *domain*; none if it has no exact words."""
    try:
        return frozenset(text for style in domain.worded for text in domain.texts(scene, style, language))
    except SurfaceError:
        return frozenset()


def likelihood(logprobs: Sequence[float]) -> float:
    """Return the geometric mean of the likelihoods of the worst tokens, 0 to 1."""
    worst = sorted(logprobs)[:WORST]
    return math.exp(math.fsum(worst) / len(worst)) if worst else 1.0


def threshold_between(good: Sequence[float], bad: Sequence[float]) -> float:
    """
    Return the confidence that best separates *good* readings from *bad* ones, both non-empty.

    It gives the highest mean of two shares: of good readings at or above it, and of bad ones below it. Of
    equally good thresholds the one in the middle of the widest gap is taken.
    """
    values = sorted({*good, *bad, 0.0, 1.0})
    best, threshold = (-1.0, 0.0), 0.0
    for low, high in pairwise(values):
        share = sum(v >= high for v in good) / len(good) + sum(v <= low for v in bad) / len(bad)
        if (share, high - low) > best:
            best, threshold = (share, high - low), (low + high) / 2
    return threshold
