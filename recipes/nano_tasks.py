"""What the nano carrier learns from: its vocabulary, and tasks of the world in its own markup, in batches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from scenograph.core import linearise
from scenograph.corpus.tasks import Task
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.vocabulary.atoms import DO
from scenograph.vocabulary.scan import scan
from scenograph.world import World

MIXTURE = {
    "read": 0.38, "speak": 0.36, "answer": 0.08, "restore": 0.06,
    "recall": 0.03, "hold": 0.03, "expand": 0.03, "compress": 0.03,
}  # fmt: skip
"""How often each ability is trained."""


def make_vocabulary(scenes: int = 6000, size: int = 2600) -> Vocabulary:
    """Train the tokenizer on texts of all styles, and give it an atom for each role of the world."""
    world, rng = World(), random.Random(0)
    texts: list[str] = []
    for scene in world.scenes(scenes, seed=0):
        for language in world.languages:
            texts += [world.say(scene, style, language, rng) for style in world.styles]
        texts.append(_symbols(linearise(scene)))
        for question in world.questions(scene, rng)[:1]:
            texts += [rng.choice(question.texts[language]) for language in world.languages]
            texts.append(_symbols(linearise(question.scene)))
            texts += [
                world.say(question.answer, rng.choice(world.styles), code, rng) for code in world.languages
            ]
    atoms = standard_atoms(world)
    texts += [atom.gloss for atom in atoms] * 50
    texts += [f" {concept}" for concept in world.concepts] * 50
    return Vocabulary.over(train_base(texts, size=size), atoms)


def _symbols(linear: str) -> str:
    """The words of a linear form, as they are spelt: each with its leading space."""
    return "".join(piece for is_atom, piece in scan(linear) if not is_atom and piece[:1] == " ")


@dataclass(frozen=True)
class Item:
    """One training example: prompt and answer as ids, and the group it is counted under."""

    prompt: list[int]
    answer: list[int]
    group: str


def own_prompt(vocabulary: Vocabulary, task: Task) -> list[int]:
    """
    Return the prompt in the carrier's own markup: ⟁do and the command's gloss in plain words.

    The wrappers' invocation tokens are not used, so that the wrappers have something to learn.
    """
    data = [segment for segment in task.prompt if segment[0] != "command"]
    commands = [content for kind, content in task.prompt if kind == "command"]
    ids = [*vocabulary.encode_prompt(data), vocabulary.id(DO)]
    return ids + [i for command in commands for i in vocabulary.gloss(command)]


def group_of(task: Task) -> str:
    """The name under which a task's loss and score are reported: `read.poet.ru`, `hold`."""
    return task.ability if task.language == "und" else f"{task.ability}.{task.style}.{task.language}"


def items(vocabulary: Vocabulary, tasks: Iterator[Task]) -> Iterator[Item]:
    """Spell tasks in the carrier's own markup."""
    for task in tasks:
        yield Item(own_prompt(vocabulary, task), vocabulary.encode_answer(task.answer), group_of(task))


def batches(stream: Iterator[Item], tokens: int, rng: random.Random, pool: int = 12) -> Iterator[list[Item]]:
    """Group *stream* into batches of like length, each of at most *tokens* tokens with its padding."""
    while True:
        found: list[Item] = []
        total = 0
        while total < tokens * pool:
            item = next(stream)
            found.append(item)
            total += len(item.prompt) + len(item.answer)
        found.sort(key=lambda item: len(item.prompt) + len(item.answer))
        cut: list[list[Item]] = [[]]
        for item in found:
            length = len(item.prompt) + len(item.answer)
            if (len(cut[-1]) + 1) * length > tokens:
                cut.append([])
            cut[-1].append(item)
        rest = cut.pop()
        rng.shuffle(cut)
        yield from cut
        stream = _chain(rest, stream)


def _chain(rest: list[Item], stream: Iterator[Item]) -> Iterator[Item]:
    yield from rest
    yield from stream


def tensors(batch: list[Item], pad: int) -> tuple[Tensor, Tensor, Tensor, list[int]]:
    """Ids (B, T), flat positions that predict answers (n,), their targets (n,), and answers' lengths."""
    length = max(len(item.prompt) + len(item.answer) for item in batch) - 1
    rows: list[list[int]] = []
    positions: list[int] = []
    targets: list[int] = []
    for i, item in enumerate(batch):
        whole = (item.prompt + item.answer)[:-1]
        rows.append(whole + [pad] * (length - len(whole)))
        start = i * length + len(item.prompt) - 1
        positions += range(start, start + len(item.answer))
        targets += item.answer
    return (
        torch.tensor(rows),
        torch.tensor(positions),
        torch.tensor(targets),
        [len(item.answer) for item in batch],
    )
