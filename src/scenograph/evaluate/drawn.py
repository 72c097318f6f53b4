"""
How well a mind reads, speaks and answers about scenes that its domain draws, with names it has never seen.

All items come from the `test` split of the domain and a seed. Each scene is drawn once and said in every
style and language, so that styles are compared on the same scenes.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, TypeVar

from scenograph.core import Scene, match
from scenograph.domain import Domain, Question
from scenograph.errors import SurfaceError
from scenograph.evaluate.evaluation import Retention, Sample
from scenograph.memory import Memory, Note
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.bridge import Utterance
    from scenograph.mind import Mind

T = TypeVar("T")

SAMPLES = 4
"""Scenes that the report shows in every style."""


@dataclass(frozen=True)
class EvaluationItems:
    """What a mind is measured on: different scenes, and the styles and languages to say them in."""

    domain: Domain
    scenes: tuple[Scene, ...]
    styles: tuple[str, ...]
    languages: tuple[str, ...]
    seed: int

    def rows(self) -> list[tuple[str, Scene]]:
        """Return every scene in every language, language by language."""
        return [(language, scene) for language in self.languages for scene in self.scenes]

    def columns(self, values: Sequence[T]) -> dict[str, Sequence[T]]:
        """Split *values*, one for each of `rows`, by language."""
        n = len(self.scenes)
        return {language: values[n * i : n * i + n] for i, language in enumerate(self.languages)}

    def by_language(self, values: Sequence[float]) -> dict[str, float]:
        """Return the mean of *values*, one for each of `rows`, by language."""
        return {language: fmean(column) for language, column in self.columns(values).items()}

    def rng(self, purpose: str) -> random.Random:
        """Return a source of chance for one *purpose*, so that measures do not depend on their order."""
        return random.Random(f"evaluate:{self.seed}:{purpose}")


def draw_items(
    domain: Domain, n: int, seed: int, styles: Sequence[str], languages: Sequence[str]
) -> EvaluationItems:
    """Draw *n* different scenes of the test split."""
    seen: dict[bytes, Scene] = {}
    for scene in domain.scenes(20 * n, seed, "test"):
        seen.setdefault(scene.digest, scene)
        if len(seen) == n:
            break
    return EvaluationItems(domain, tuple(seen.values()), tuple(styles), tuple(languages), seed)


def measure_reading(
    mind: Mind, items: EvaluationItems, progress: Progress
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """
    Read one text of every scene in every style and language.

    Returns:
        style → language → share of readings equal to the scene; and the speed
    """
    rng = items.rng("reading")
    shares: dict[str, dict[str, float]] = {}
    seconds = 0.0
    for style in items.styles:
        rows = items.rows()
        texts = [items.domain.say(scene, style, language, rng) for language, scene in rows]
        began = time.perf_counter()
        readings = mind.bridge.read_many(texts)
        seconds += time.perf_counter() - began
        shares[style] = items.by_language(
            [reading.scene == scene for reading, (_, scene) in zip(readings, rows, strict=True)]
        )
        progress.advance(len(texts), f"read {style} {_in_short(shares[style])}")
    return shares, {"texts_read_per_second": len(items.rows()) * len(items.styles) / seconds}


def measure_retention(
    mind: Mind, items: EvaluationItems, progress: Progress
) -> tuple[dict[str, dict[str, Retention]], tuple[Sample, ...], dict[str, float]]:
    """
    Speak every scene in every style and language, and read each text back.

    Returns:
        style → language → retention; some scenes in every style; and the speed
    """
    from scenograph.bridge.speak import SpeechRequest

    found: dict[str, dict[str, Retention]] = {}
    spoken: dict[str, list[Utterance]] = {}
    seconds = 0.0
    speaker = mind.bridge.speaker
    for style in items.styles:
        requests = [SpeechRequest(scene, style, language) for language, scene in items.rows()]
        began = time.perf_counter()
        free = speaker.speak_many(requests, guard=False)
        seconds += time.perf_counter() - began
        guarded = speaker.guard_many(requests, free)
        spoken[style] = free
        unguarded = items.by_language([it.retention for it in free])
        safe = items.by_language([it.retention for it in guarded])
        fallback = items.by_language([it.fallback for it in guarded])
        faithful = items.by_language(
            [_says(items.domain, it, request.scene) for it, request in zip(free, requests, strict=True)]
        )
        found[style] = {
            language: Retention(unguarded[language], safe[language], fallback[language], faithful[language])
            for language in items.languages
        }
        progress.advance(len(requests), f"speak {style} {_in_short(unguarded)}")
    speed = {"scenes_spoken_and_checked_per_second": len(items.rows()) * len(items.styles) / seconds}
    return found, _samples(items, spoken), speed


def _samples(items: EvaluationItems, spoken: Mapping[str, Sequence[Utterance]]) -> tuple[Sample, ...]:
    columns = {style: items.columns(utterances) for style, utterances in spoken.items()}
    return tuple(
        Sample(
            scene=str(scene),
            spoken={s: {lang: row[index].text for lang, row in rows.items()} for s, rows in columns.items()},
            retention={
                s: {lang: row[index].retention for lang, row in rows.items()} for s, rows in columns.items()
            },
        )
        for index, scene in enumerate(items.scenes[:SAMPLES])
    )


def _in_short(shares: Mapping[str, float]) -> str:
    return " ".join(f"{language} {share:.2f}" for language, share in shares.items())


def _says(domain: Domain, utterance: Utterance, scene: Scene) -> bool:
    try:
        parsed = domain.parse(utterance.text, utterance.style, utterance.language)
        return domain.respelt(parsed, scene, utterance.language) == scene
    except SurfaceError:
        return False


def measure_questions(
    mind: Mind, items: EvaluationItems, progress: Progress
) -> tuple[dict[str, float], dict[str, float]]:
    """
    Store the scenes in a memory of their own and ask one question about each, where there is a clear one.

    A question is clear if one of the stored scenes alone answers it. An answer is right if it names the
    right value.

    Returns:
        language → share of right answers; and the speed
    """
    rng = items.rng("questions")
    found = (clear_question(items.domain, scene, items.scenes, rng) for scene in items.scenes)
    asked = [question for question in found if question is not None]
    shares: dict[str, float] = {}
    seconds = 0.0
    for language in items.languages:
        with tempfile.TemporaryDirectory() as folder, Memory.open(Path(folder)) as memory:
            memory.remember_many(Note(scene, source="evaluation") for scene in items.scenes)
            began = time.perf_counter()
            texts = [rng.choice(question.texts[language]) for question in asked]
            answers = mind.ask_many(texts, language=language, memory=memory)
            seconds += time.perf_counter() - began
        right = [
            value_of(answer.scene) == value_of(question.answer)
            for answer, question in zip(answers, asked, strict=True)
        ]
        shares[language] = fmean(right)
        progress.advance(len(asked), f"ask {language} {shares[language]:.3f}")
    return shares, {"questions_answered_per_second": len(asked) * len(items.languages) / seconds}


def value_of(answer: Scene | None) -> Scene | str | None:
    """Return the part of an *answer* scene that was asked for; None if it is no answer."""
    if answer is None or answer.root_concept != "answer":
        return None
    for link in answer.out():
        if link.role == ":value":
            return link.target if isinstance(link.target, str) else answer.sub(link.target)
    return None


def clear_question(
    domain: Domain, scene: Scene, scenes: Sequence[Scene], rng: random.Random
) -> Question | None:
    """Return a question about *scene* that no other of *scenes* answers; None if none was found."""
    for question in domain.questions(scene, rng):
        pattern = question.scene
        if pattern.root_concept == "whether":
            [content] = (link.target for link in pattern.out() if isinstance(link.target, int))
            pattern = pattern.sub(content)
        if [other for other in scenes if match(pattern, other, anywhere=True)] == [scene]:
            return question
    return None


def steps_of(items: EvaluationItems) -> int:
    """Return the units of progress that the three measures report together, at most."""
    return len(items.scenes) * len(items.languages) * (2 * len(items.styles) + 1)
