"""
How far a reading can be trusted.

A carrier under a grammar reads a scene into anything, so each reading is judged by two witnesses:

* *the reading itself*: how likely the carrier held the tokens that it was least sure of;
* *the way back*: the scene is said again. If an exact surface of the world has the very text among its
  wordings, the reading is right, and its confidence is 1. If not, the decoders of all styles say how likely
  the text is, given the scene: what a text tells and its scene does not shows as tokens that none expects.
  Decoders are not taught the world's questions; for those the word of the exact surface is final.

The confidence is the geometric mean of the two likelihoods, each taken over the few worst tokens: a single
word that was not understood is enough to spoil a reading. The threshold is measured, on texts that
can be read and texts that cannot (`threshold_between`).
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

WORST = 3  # tokens that decide


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
            exactly: whether to ask the exact surfaces too
        """
        sure = [likelihood(logs) for logs in logprobs]
        doubtful: list[int] = []
        for i, (text, scene) in enumerate(zip(texts, scenes, strict=True)):
            asks = is_question(scene)
            wordings = exact_wordings(self.domain, scene, languages[i]) if asks or exactly else frozenset()
            if text in wordings:
                sure[i] = 1.0
            elif asks and wordings:
                sure[i] = 0.0
            else:
                doubtful.append(i)
        back = self._ways_back([(texts[i], scenes[i], languages[i]) for i in doubtful])
        for i, value in zip(doubtful, back, strict=True):
            sure[i] = sure[i] if value is None else math.sqrt(sure[i] * value)
        return sure

    def _ways_back(self, readings: Sequence[tuple[str, Scene, str]]) -> list[float | None]:
        """Return how likely each text is, given its scene, for the decoder that expects it most."""
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
        for i, logprobs in zip(owners, runner.score(jobs), strict=True):
            best[i] = max(best[i] or 0.0, likelihood(logprobs))
        return best


def exact_wordings(domain: Domain, scene: Scene, language: str) -> frozenset[str]:
    """Return the exact wordings of *scene* in all styles of *domain*; none where it has no exact words."""
    try:
        return frozenset(text for style in domain.styles for text in domain.texts(scene, style, language))
    except SurfaceError:
        return frozenset()


def likelihood(logprobs: Sequence[float]) -> float:
    """Return the geometric mean of the likelihoods of the worst tokens, 0 to 1."""
    worst = sorted(logprobs)[:WORST]
    return math.exp(math.fsum(worst) / len(worst)) if worst else 1.0


def threshold_between(good: Sequence[float], bad: Sequence[float]) -> float:
    """
    Return the confidence that best separates *good* readings from *bad* ones, both non-empty.

    The mean of the share of good ones at or above it and of bad ones below it is greatest. Of equally good
    lines the one in the middle of the widest gap is taken.
    """
    values = sorted({*good, *bad, 0.0, 1.0})
    best, line = (-1.0, 0.0), 0.0
    for low, high in pairwise(values):
        share = sum(v >= high for v in good) / len(good) + sum(v <= low for v in bad) / len(bad)
        if (share, high - low) > best:
            best, line = (share, high - low), (low + high) / 2
    return line
