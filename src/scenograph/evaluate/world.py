"""
How well a mind reads, speaks and answers in the bundled world, on scenes whose names it has never seen.

All items come from the world's `test` split and a seed; a scene is drawn once and told in every style and
language, so that styles are compared on the same scenes.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from scenograph.core import Scene, match
from scenograph.errors import SurfaceError
from scenograph.evaluate.evaluation import Retention, Sample
from scenograph.memory import Memory, Note
from scenograph.mind.progress import Progress
from scenograph.world import Question, World

if TYPE_CHECKING:
    from scenograph.bridge import Utterance
    from scenograph.mind import Mind

VOICES_SHOWN = 4
"""Scenes shown in the report, in every voice."""


@dataclass(frozen=True)
class Items:
    """What a mind is measured on: scenes, and the voices and languages to tell them in."""

    scenes: tuple[Scene, ...]
    styles: tuple[str, ...]
    languages: tuple[str, ...]
    seed: int

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
    began = time.perf_counter()
    for style in items.styles:
        shares[style] = {}
        for language in items.languages:
            texts = [world.say(scene, style, language, rng) for scene in items.scenes]
            readings = mind.read_many(texts, language=language)
            exact = [reading.scene == scene for reading, scene in zip(readings, items.scenes, strict=True)]
            shares[style][language] = fmean(exact)
            progress.advance(len(texts), f"read {style} {language} {fmean(exact):.3f}")
    count = len(items.scenes) * len(items.styles) * len(items.languages)
    return shares, {"texts_read_per_second": count / (time.perf_counter() - began)}


def measure_retention(
    mind: Mind, items: Items, progress: Progress
) -> tuple[dict[str, dict[str, Retention]], tuple[Sample, ...], dict[str, float]]:
    """
    Speak every scene in every style and language, and read each text back.

    Returns:
        style → language → retention; some scenes in every voice; and the speed
    """
    kept: dict[str, dict[str, Retention]] = {}
    spoken: dict[tuple[str, str], list[Utterance]] = {}
    seconds = 0.0
    for style in items.styles:
        kept[style] = {}
        for language in items.languages:
            began = time.perf_counter()
            free = mind.speak_many(items.scenes, style=style, language=language, guard=False)
            seconds += time.perf_counter() - began
            spoken[style, language] = free
            kept[style][language] = _retention(mind, items.scenes, free)
            progress.advance(len(free), f"speak {style} {language} {kept[style][language].unguarded:.3f}")
    samples = tuple(
        Sample(
            scene=str(scene),
            spoken={s: {lang: spoken[s, lang][index].text for lang in items.languages} for s in items.styles},
            retention={
                s: {lang: spoken[s, lang][index].retention for lang in items.languages} for s in items.styles
            },
        )
        for index, scene in enumerate(items.scenes[:VOICES_SHOWN])
    )
    count = sum(map(len, spoken.values()))
    return kept, samples, {"scenes_spoken_and_checked_per_second": count / seconds}


def _retention(mind: Mind, scenes: Sequence[Scene], free: Sequence[Utterance]) -> Retention:
    style, language = free[0].style, free[0].language
    lossy = [scene for scene, it in zip(scenes, free, strict=True) if it.retention < mind.threshold]
    guarded = mind.speak_many(lossy, style=style, language=language) if lossy else []
    whole = [it.retention for it in free if it.retention >= mind.threshold]
    return Retention(
        unguarded=fmean(it.retention for it in free),
        guarded=fmean([*whole, *(it.retention for it in guarded)]),
        fallback=sum(it.fallback for it in guarded) / len(scenes),
        faithful=fmean(_says(it, scene) for it, scene in zip(free, scenes, strict=True)),
    )


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
