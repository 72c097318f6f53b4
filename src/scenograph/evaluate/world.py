"""
How well a mind reads, speaks and answers in the bundled world, on scenes whose names it has never seen.

All items come from the world's `test` split and a seed; a scene is drawn once and told in every style and
language, so that styles are compared on the same scenes.
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
from scenograph.errors import SurfaceError
from scenograph.evaluate.evaluation import Retention, Sample
from scenograph.memory import Memory, Note
from scenograph.progress import Progress
from scenograph.world import Question, World

if TYPE_CHECKING:
    from scenograph.bridge import Utterance
    from scenograph.mind import Mind

T = TypeVar("T")

VOICES_SHOWN = 4
"""Scenes shown in the report, in every voice."""


@dataclass(frozen=True)
class Items:
    """What a mind is measured on: scenes, and the voices and languages to tell them in."""

    scenes: tuple[Scene, ...]
    styles: tuple[str, ...]
    languages: tuple[str, ...]
    seed: int

    def told(self) -> list[tuple[str, Scene]]:
        """Every scene in every language, language by language."""
        return [(language, scene) for language in self.languages for scene in self.scenes]

    def columns(self, values: Sequence[T]) -> dict[str, Sequence[T]]:
        """Split *values*, one for each of `told`, by language."""
        n = len(self.scenes)
        return {language: values[n * i : n * i + n] for i, language in enumerate(self.languages)}

    def by_language(self, values: Sequence[float]) -> dict[str, float]:
        """The mean of *values*, one for each of `told`, by language."""
        return {language: fmean(column) for language, column in self.columns(values).items()}

    def rng(self, purpose: str) -> random.Random:
        """A stream of chance of its own for each *purpose*, so that measures do not depend on their order."""
        return random.Random(f"evaluate:{self.seed}:{purpose}")


def draw_items(n: int, seed: int, styles: Sequence[str], languages: Sequence[str]) -> Items:
    """Draw *n* different scenes of the test split."""
    seen: dict[bytes, Scene] = {}
    for scene in World().scenes(20 * n, seed, "test"):
        seen.setdefault(scene.digest, scene)
        if len(seen) == n:
            break
    return Items(tuple(seen.values()), tuple(styles), tuple(languages), seed)


def measure_reading(
    mind: Mind, items: Items, progress: Progress
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """
    Read one wording of every scene in every voice and language.

    Returns:
        voice → language → share of readings equal to the scene; and the speed
    """
    world, rng = World(), items.rng("reading")
    shares: dict[str, dict[str, float]] = {}
    seconds = 0.0
    for style in items.styles:
        told = items.told()
        texts = [world.say(scene, style, language, rng) for language, scene in told]
        began = time.perf_counter()
        readings = mind.read_many(texts)
        seconds += time.perf_counter() - began
        shares[style] = items.by_language(
            [reading.scene == scene for reading, (_, scene) in zip(readings, told, strict=True)]
        )
        progress.advance(len(texts), f"read {style} {_pair(shares[style])}")
    return shares, {"texts_read_per_second": len(items.told()) * len(items.styles) / seconds}


def measure_retention(
    mind: Mind, items: Items, progress: Progress
) -> tuple[dict[str, dict[str, Retention]], tuple[Sample, ...], dict[str, float]]:
    """
    Speak every scene in every style and language, and read each text back.

    Returns:
        style → language → retention; some scenes in every voice; and the speed
    """
    from scenograph.bridge.speak import Wish

    kept: dict[str, dict[str, Retention]] = {}
    spoken: dict[str, list[Utterance]] = {}
    seconds = 0.0
    speaker = mind.bridge.speaker
    for style in items.styles:
        wishes = [Wish(scene, style, language) for language, scene in items.told()]
        began = time.perf_counter()
        free = speaker.speak_many(wishes, guard=False)
        seconds += time.perf_counter() - began
        guarded = [speaker.guarded(wish, it) for wish, it in zip(wishes, free, strict=True)]
        spoken[style] = free
        unguarded = items.by_language([it.retention for it in free])
        safe = items.by_language([it.retention for it in guarded])
        fallback = items.by_language([it.fallback for it in guarded])
        faithful = items.by_language([_says(it, wish.scene) for it, wish in zip(free, wishes, strict=True)])
        kept[style] = {
            language: Retention(unguarded[language], safe[language], fallback[language], faithful[language])
            for language in items.languages
        }
        progress.advance(len(wishes), f"speak {style} {_pair(unguarded)}")
    speed = {"scenes_spoken_and_checked_per_second": len(items.told()) * len(items.styles) / seconds}
    return kept, _samples(items, spoken), speed


def _samples(items: Items, spoken: Mapping[str, Sequence[Utterance]]) -> tuple[Sample, ...]:
    told = {style: items.columns(utterances) for style, utterances in spoken.items()}
    return tuple(
        Sample(
            scene=str(scene),
            spoken={s: {lang: row[index].text for lang, row in rows.items()} for s, rows in told.items()},
            retention={
                s: {lang: row[index].retention for lang, row in rows.items()} for s, rows in told.items()
            },
        )
        for index, scene in enumerate(items.scenes[:VOICES_SHOWN])
    )


def _pair(shares: Mapping[str, float]) -> str:
    return " ".join(f"{language} {share:.2f}" for language, share in shares.items())


def _says(utterance: Utterance, scene: Scene) -> bool:
    try:
        return World().parse(utterance.text, utterance.style, utterance.language) == scene
    except SurfaceError:
        return False


def measure_questions(
    mind: Mind, items: Items, progress: Progress
) -> tuple[dict[str, float], dict[str, float]]:
    """
    Remember the scenes in a memory of their own and ask one question about each, where there is a clear one.

    A question is clear if one of the remembered scenes alone answers it. An answer is right if it names the
    right value.

    Returns:
        language → share of right answers; and the speed
    """
    rng = items.rng("questions")
    found = (clear_question(scene, items.scenes, rng) for scene in items.scenes)
    asked = [question for question in found if question is not None]
    shares: dict[str, float] = {}
    seconds = 0.0
    for language in items.languages:
        with tempfile.TemporaryDirectory() as folder:
            memory = Memory.open(Path(folder))
            try:
                memory.remember_many(Note(scene, source="evaluation") for scene in items.scenes)
                began = time.perf_counter()
                texts = [rng.choice(question.texts[language]) for question in asked]
                answers = mind.ask_many(texts, language=language, memory=memory)
                seconds += time.perf_counter() - began
            finally:
                memory.close()
        right = [
            value_of(answer.scene) == value_of(question.answer)
            for answer, question in zip(answers, asked, strict=True)
        ]
        shares[language] = fmean(right)
        progress.advance(len(asked), f"ask {language} {shares[language]:.3f}")
    return shares, {"questions_answered_per_second": len(asked) * len(items.languages) / seconds}


def value_of(answer: Scene | None) -> Scene | str | None:
    """What an answer scene says was asked for; None if it is no answer."""
    if answer is None or answer.root_concept != "answer":
        return None
    for link in answer.out():
        if link.role == ":value":
            return link.target if isinstance(link.target, str) else answer.sub(link.target)
    return None


def clear_question(scene: Scene, scenes: Sequence[Scene], rng: random.Random) -> Question | None:
    """A question about *scene* that none of the other *scenes* could answer; None if none was found."""
    for question in World().questions(scene, rng):
        pattern = question.scene
        if pattern.root_concept == "whether":
            [content] = (link.target for link in pattern.out() if isinstance(link.target, int))
            pattern = pattern.sub(content)
        if [other for other in scenes if match(pattern, other, anywhere=True)] == [scene]:
            return question
    return None


def steps_of(items: Items) -> int:
    """Units of progress that the three measures report together, about."""
    tellings = len(items.styles) * len(items.languages)
    return len(items.scenes) * (2 * tellings + len(items.languages))
