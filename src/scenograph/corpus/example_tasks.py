"""Tasks made from imported examples."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping
from statistics import fmean
from typing import final

from scenograph.core import Lexicon, Scene
from scenograph.corpus import tasks
from scenograph.corpus.example import Example
from scenograph.corpus.tasks import Task
from scenograph.errors import CorpusError


def example_tasks(
    examples: Iterable[Example],
    seed: int,
    *,
    languages: Collection[str],
    mixture: Mapping[str, float] = tasks.MIXTURE,
    lexicon: Lexicon | None = None,
    voicings: int = 1,
) -> Iterator[Task]:
    """
    Draw tasks from imported examples, without end; examples without a scene are left out.

    Args:
        examples: read once and stored
        seed: equal seeds draw equal tasks
        languages: those that a mind speaks; texts of others are read only
        mixture: weight of each ability; abilities that no example serves are left out
        lexicon: for `expand` and `compress`
        voicings: how many texts of an example are read, one after the other, if it has so many
    Raises:
        CorpusError: if no example has a scene
    """
    stock = _Stock(
        [(example.scene, example) for example in examples if example.scene is not None], languages, lexicon
    )
    if not stock.scenes["all"]:
        raise CorpusError("no example has a scene, so there is nothing to learn; add scenes with texts")
    at_once = stock.readings_at_once(voicings)
    weights = {
        name: weight
        for name, weight in tasks.weights_of(mixture, lexicon, at_once).items()
        if stock.serves(name)
    }
    if not weights:
        raise CorpusError("the examples serve none of the abilities asked for; add scenes with texts")
    rng = random.Random(f"examples:{seed}")
    while True:
        ability = rng.choices(list(weights), list(weights.values()))[0]
        if ability == "read" and voicings > 1:
            yield from stock.readings(rng, voicings)
        elif (task := stock.task(ability, rng)) is not None:
            yield task


@final
class _Stock:
    """Imported examples, sorted by the abilities that they can serve."""

    def __init__(
        self, known: list[tuple[Scene, Example]], languages: Collection[str], lexicon: Lexicon | None
    ) -> None:
        self.lexicon = lexicon
        spoken = [(scene, example) for scene, example in known if example.texts]
        sayable = [pair for pair in spoken if pair[1].language in languages]
        self.texts = {
            "read": spoken,
            "speak": [pair for pair in sayable if pair[0].root_concept != "answer"],
            "answer": [pair for pair in sayable if pair[0].root_concept == "answer"],
            "restore": [pair for pair in spoken if pair[0].links],
        }
        short = [scene for scene, _ in known if len(scene.links) <= tasks.SHORT]
        packed = [scene for scene, _ in known if lexicon and tasks.crystal(scene, lexicon) != scene]
        self.scenes = {
            "all": [scene for scene, _ in known],
            "hold": short,
            "recall": [scene for scene in short if len(scene.out()) > 1],
            "expand": packed,
            "compress": packed,
        }

    def serves(self, ability: str) -> bool:
        """Whether there is an example for *ability*."""
        return bool(self.texts.get(ability) or self.scenes.get(ability))

    def readings_at_once(self, count: int) -> float:
        """Return how many tasks `readings` draws on average."""
        found = [min(count, len(set(example.texts))) for _, example in self.texts["read"]]
        return fmean(found or [1])

    def readings(self, rng: random.Random, count: int) -> list[Task]:
        """Draw an example, and *count* of its texts or all."""
        scene, example = rng.choice(self.texts["read"])
        texts = list(dict.fromkeys(example.texts))
        return [
            tasks.read_task(text, scene, language=example.language, style=example.style)
            for text in rng.sample(texts, min(count, len(texts)))
        ]

    def task(self, ability: str, rng: random.Random) -> Task | None:
        """Draw a task; None if the scenes drawn for a recall were too similar."""
        if ability in self.texts:
            scene, example = rng.choice(self.texts[ability])
            text, language, style = rng.choice(example.texts), example.language, example.style
            if ability == "read":
                return tasks.read_task(text, scene, language=language, style=style)
            if ability == "restore":
                return tasks.restore_task(text, scene, rng, language=language, style=style)
            return tasks.speak_task(scene, text, language=language, style=style)
        scene = rng.choice(self.scenes[ability])
        if ability in ("hold", "recall"):
            others = [rng.choice(self.scenes["hold"]) for _ in range(rng.randint(0, tasks.MOST_DISTRACTORS))]
            return (
                tasks.hold_task(scene, others)
                if ability == "hold"
                else tasks.recall_task(scene, others[:4], rng)
            )
        assert self.lexicon is not None, "without a lexicon there is no weight for expand and compress"
        return (tasks.expand_task if ability == "expand" else tasks.compress_task)(scene, self.lexicon)
