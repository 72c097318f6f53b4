"""How well the nano carrier does on names never trained on."""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from itertools import islice

import torch
import torch.distributed as dist
from light_qwen3 import LightQwen3
from nano_tasks import MIXTURE, group_of, own_prompt

from scenograph.core import delinearise
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import Task
from scenograph.errors import ScenographError
from scenograph.vocabulary import Vocabulary
from scenograph.world import World

log = logging.getLogger("nano")


def measure(
    model: LightQwen3, vocabulary: Vocabulary, items_per_group: int, seed: int = 7
) -> dict[str, object]:
    """
    Score greedy answers on names never trained on, in the carrier's own markup.

    A scene is right if it is the scene asked for; a text is right if the world's parser reads the scene
    that was to be said from it, whatever the wording.
    """
    from scenograph.carriers.generate import generate

    world, chosen = World(), defaultdict[str, list[Task]](list)
    stream = domain_tasks(World(), seed, split="test", mixture=MIXTURE, lexicon=World().lexicon)
    groups = 3 * len(world.styles) * len(world.languages)
    for task in islice(stream, 40 * items_per_group * groups):
        group = group_of(task)
        if task.ability != "restore" and len(chosen[group]) < items_per_group * (1 if "." in group else 4):
            chosen[group].append(task)
    rank, workers = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    tasks = [task for group in chosen.values() for task in group][rank::workers]
    started = time.monotonic()
    made = generate(
        as_qwen3(model, vocabulary),
        [own_prompt(vocabulary, task) for task in tasks],
        stop=vocabulary.eos,
        max_new=200,
        pad=vocabulary.pad,
    )
    marks: list[tuple[str, bool, str, str]] = []
    for task, answer in zip(tasks, made, strict=True):
        text = vocabulary.decode(i for i in answer.ids if i != vocabulary.eos)
        marks.append((group_of(task), _is_right(world, task, text), text, task.answer[1]))
    if dist.is_initialized():
        gathered: list[list[tuple[str, bool, str, str]]] = [[] for _ in range(workers)]
        dist.all_gather_object(gathered, marks)
        marks = [mark for part in gathered for mark in part]
    right: dict[str, list[bool]] = defaultdict(list)
    for group, good, _, _ in marks:
        right[group].append(good)
        right[f"all {group.split('.')[0]}"].append(good)
    wrong = [(group, text, wanted) for group, good, text, wanted in marks if not good]
    scores = {name: round(sum(good) / len(good), 4) for name, good in sorted(right.items())}
    if rank:
        return {"scores": scores}
    summary = {name: score for name, score in scores.items() if name.startswith("all ")}
    log.info("unseen names (%d tasks, %.0f s): %s", len(marks), time.monotonic() - started, summary)
    for group, got, wanted in random.Random(len(wrong)).sample(wrong, min(3, len(wrong))):
        log.info("  %s\n      got    %s\n      wanted %s", group, got, wanted)
    return {"scores": scores}


def _is_right(world: World, task: Task, text: str) -> bool:
    try:
        if task.answer[0] == "scene":
            return delinearise(text) == delinearise(task.answer[1])
        return world.parse(text, task.style, task.language) == task.scene
    except ScenographError:
        return False


def as_qwen3(model: LightQwen3, vocabulary: Vocabulary) -> torch.nn.Module:
    """The same model as `transformers.Qwen3ForCausalLM`, float32."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        **model.shape.as_config(),
        bos_token_id=vocabulary.bos,
        eos_token_id=vocabulary.eos,
        pad_token_id=vocabulary.pad,
    )
    made = Qwen3ForCausalLM(config)
    missing, unexpected = made.load_state_dict(model.as_qwen3(), strict=False)
    assert missing == ["lm_head.weight"], missing
    assert not unexpected, unexpected
    made.tie_weights()
    return made.eval()
