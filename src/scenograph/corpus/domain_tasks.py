"""Tasks drawn from the scenes of a domain, such as the bundled world."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import final

from scenograph.core import Lexicon, Scene
from scenograph.corpus import tasks
from scenograph.corpus.tasks import Task
from scenograph.domain import Domain, Question

_TRIES = 50  # scenes looked at for one that a lexeme makes shorter
_BATCH = 10_000  # scenes drawn from one seed


def domain_tasks(
    domain: Domain,
    seed: int,
    *,
    split: str = "train",
    mixture: Mapping[str, float] = tasks.MIXTURE,
    styles: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    lexicon: Lexicon | None = None,
    voicings: int = 1,
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
        voicings: how many texts of a scene are read, one after the other, as far as there are so many
    Raises:
        CorpusError: if the domain has no scenes, or *mixture* names an ability that there is not
    """
    rng = random.Random(f"tasks:{split}:{seed}")
    maker = _Maker(domain, rng, styles or domain.styles, languages or tuple(domain.languages), lexicon)
    weights = tasks.weights_of(mixture, lexicon, voicings)
    scenes = (scene for batch in count() for scene in domain.scenes(_BATCH, seed * 1_000_003 + batch, split))
    while True:
        ability = rng.choices(list(weights), list(weights.values()))[0]
        if ability == "read" and voicings > 1:
            yield from maker.readings(scenes, voicings)
        else:
            yield maker.task(ability, scenes)


@final
@dataclass(frozen=True)
class _Maker:
    """Draws single tasks. What is drawn from `rng`, and in which order, decides what a seed gives."""

    domain: Domain
    rng: random.Random
    styles: Sequence[str]
    languages: Sequence[str]
    lexicon: Lexicon | None

    def task(self, ability: str, scenes: Iterator[Scene]) -> Task:
        rng = self.rng
        language, style = rng.choice(self.languages), rng.choice(self.styles)
        if ability == "read":
            return self._read(scenes, language, style)
        if ability in ("speak", "restore", "answer"):
            scene = self._question(scenes).answer if ability == "answer" else next(scenes)
            text = self.domain.say(scene, style, language, rng)
            if ability == "restore":
                return tasks.restore_task(text, scene, rng, language=language, style=style)
            return tasks.speak_task(scene, text, language=language, style=style)
        if ability == "hold":
            shown = [self._short(scenes) for _ in range(1 + rng.randint(0, tasks.MOST_DISTRACTORS))]
            return tasks.hold_task(shown[0], shown[1:])
        if ability == "recall":
            return self._recall(scenes)
        assert self.lexicon is not None, "without a lexicon there is no weight for expand and compress"
        scene = next(scenes)
        for _ in range(_TRIES):
            if tasks.crystal(scene, self.lexicon) != scene:
                break
            scene = next(scenes)
        make = tasks.expand_task if ability == "expand" else tasks.compress_task
        return make(scene, self.lexicon)

    def _read(self, scenes: Iterator[Scene], language: str, style: str) -> Task:
        """Mostly facts, one in six a question, one in eight an answer."""
        rng = self.rng
        kind = rng.random()
        if kind < 1 / 6:
            question = self._question(scenes)
            return tasks.read_task(rng.choice(question.texts[language]), question.scene, language=language)
        scene = self._question(scenes).answer if kind < 1 / 6 + 1 / 8 else next(scenes)
        text = self.domain.say(scene, style, language, rng)
        return tasks.read_task(text, scene, language=language, style=style)

    def readings(self, scenes: Iterator[Scene], count: int) -> list[Task]:
        """Draw up to *count* tasks of reading, which are texts of one scene, each in another voice."""
        first = self.task("read", scenes)
        voices = [(language, style) for language in self.languages for style in self.styles]
        found = {first.prompt[0][1]: first}
        for language, style in self.rng.sample(voices, len(voices)):
            if len(found) == count:
                break
            text = self.domain.say(first.scene, style, language, self.rng)
            if (language, style) != (first.language, first.style) and text not in found:
                found[text] = tasks.read_task(text, first.scene, language=language, style=style)
        return list(found.values())

    def _question(self, scenes: Iterator[Scene]) -> Question:
        while not (questions := self.domain.questions(next(scenes), self.rng)):
            pass
        return questions[0]

    def _short(self, scenes: Iterator[Scene]) -> Scene:
        return next(scene for scene in scenes if len(scene.links) <= tasks.SHORT)

    def _recall(self, scenes: Iterator[Scene]) -> Task:
        while True:
            shown = [self._short(scenes) for _ in range(self.rng.randint(2, 5))]
            task = tasks.recall_task(shown[0], shown[1:], self.rng)
            if task is not None:
                return task
