"""Tasks drawn from the scenes of a domain, such as the bundled world."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, final

from scenograph.core import Lexicon, Scene
from scenograph.corpus.tasks import (
    MIXTURE,
    MOST_DISTRACTORS,
    SHORT,
    Task,
    compress_task,
    crystal,
    expand_task,
    hold_task,
    read_task,
    recall_task,
    restore_task,
    speak_task,
    weights_of,
)
from scenograph.domain import Domain

_TRIES = 50  # scenes looked at for one that a lexeme makes shorter
_BATCH = 10_000  # scenes drawn from one seed


def domain_tasks(
    domain: Domain,
    seed: int,
    *,
    split: str = "train",
    mixture: Mapping[str, float] = MIXTURE,
    styles: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    lexicon: Lexicon | None = None,
) -> Iterator[Task]:
    """
    Draw tasks from the scenes of *domain*, without end.

    Args:
        domain: one that has scenes and exact words for them
        seed: equal seeds draw equal tasks
        split: `train` or `test`; which names the scenes hold
        mixture: weight of each ability; `expand` and `compress` need a *lexicon* and are left out without
        styles: styles to use; all by default
        languages: languages to use; all by default
    Raises:
        CorpusError: if the domain has no scenes, or *mixture* names an ability that there is not
    """
    rng = random.Random(f"tasks:{split}:{seed}")
    maker = _Maker(domain, rng, styles or domain.styles, languages or tuple(domain.languages), lexicon)
    weights = weights_of(mixture, lexicon)
    scenes = _endless_scenes(domain, seed, split)
    while True:
        ability = rng.choices(list(weights), list(weights.values()))[0]
        yield maker.task(ability, scenes)


def _endless_scenes(domain: Domain, seed: int, split: str) -> Iterator[Scene]:
    batch = 0
    while True:
        yield from domain.scenes(_BATCH, seed * 1_000_003 + batch, split)
        batch += 1


@final
class _Maker:
    """Draws single tasks."""

    def __init__(
        self,
        domain: Domain,
        rng: random.Random,
        styles: Sequence[str],
        languages: Sequence[str],
        lexicon: Lexicon | None,
    ) -> None:
        self.domain: Final = domain
        self.rng: Final = rng
        self.lexicon: Final = lexicon
        self.styles, self.languages = styles, languages

    def task(self, ability: str, scenes: Iterator[Scene]) -> Task:
        rng = self.rng
        language, style = rng.choice(self.languages), rng.choice(self.styles)
        if ability == "read":
            return self._read(scenes, language, style)
        if ability in ("speak", "restore", "answer"):
            scene = self._answer(scenes) if ability == "answer" else next(scenes)
            text = self.domain.say(scene, style, language, rng)
            if ability == "restore":
                return restore_task(text, scene, rng, language=language, style=style)
            return speak_task(scene, text, language=language, style=style)
        if ability == "hold":
            shown = [self._short(scenes) for _ in range(1 + rng.randint(0, MOST_DISTRACTORS))]
            return hold_task(shown[0], shown[1:])
        if ability == "recall":
            return self._recall(scenes)
        assert self.lexicon is not None, "without a lexicon there is no weight for expand and compress"
        scene = next(scenes)
        for _ in range(_TRIES):
            if crystal(scene, self.lexicon) != scene:
                break
            scene = next(scenes)
        make = expand_task if ability == "expand" else compress_task
        return make(scene, self.lexicon)

    def _read(self, scenes: Iterator[Scene], language: str, style: str) -> Task:
        """Mostly facts, one in six a question, one in eight an answer."""
        rng = self.rng
        kind = rng.random()
        if kind < 1 / 6:
            while not (questions := self.domain.questions(next(scenes), rng)):
                pass
            question = questions[0]
            return read_task(rng.choice(question.texts[language]), question.scene, language=language)
        scene = self._answer(scenes) if kind < 1 / 6 + 1 / 8 else next(scenes)
        text = self.domain.say(scene, style, language, rng)
        return read_task(text, scene, language=language, style=style)

    def _answer(self, scenes: Iterator[Scene]) -> Scene:
        while not (questions := self.domain.questions(next(scenes), self.rng)):
            pass
        return questions[0].answer

    def _short(self, scenes: Iterator[Scene]) -> Scene:
        return next(scene for scene in scenes if len(scene.links) <= SHORT)

    def _recall(self, scenes: Iterator[Scene]) -> Task:
        while True:
            shown = [self._short(scenes) for _ in range(self.rng.randint(2, 5))]
            task = recall_task(shown[0], shown[1:], self.rng)
            if task is not None:
                return task
