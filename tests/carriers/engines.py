"""Jobs for an engine, what each gives alone, and adapters that do something: for tests of the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from scenograph import Scene
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.shape import Shape
from scenograph.bridge.forms import TextForm
from scenograph.carriers import LocalCarrier
from scenograph.carriers.generate import generate
from scenograph.carriers.protocol import Job
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.world import World

NAMES = ("scene_interpreter", "decoder.plain", "decoder.poet", "decoder.bodily")
TEXTS = ["Oleg slept.", "Vera slept in the forest.", "Oleg built the old bridge.", "Panuza found the bag."]
SCENES = [
    Scene.parse(f'(s / sleep :agent (e / entity :name "{name}") :tense past)') for name in ("Oleg", "Vera")
]


class Loras:
    """A set of adapters that does something, without files."""

    def __init__(self, lora: GroupedLora) -> None:
        self.lora, self.names = lora, lora.shape.names
        self.active, self.before = lora.active, lora.before


def loras(carrier: LocalCarrier, seed: int, activation: Any = "invocation", strength: float = 0.02) -> Loras:
    lora = GroupedLora.fresh(Shape(NAMES, 4, 8.0, activation=activation), carrier.module, seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _, b in lora.pairs.values():
            b.normal_(std=strength, generator=generator)
    return Loras(lora)


def jobs(count: int, budget: int = 14) -> list[Job]:
    """Return jobs of all voices about few scenes, some of them readings."""
    found: list[Job] = []
    scenes = list(World().scenes(max(count // 3, 1), 5))
    for number in range(count):
        scene = scenes[number % len(scenes)]
        if number % 4 == 3:
            found.append(Job(read_prompt(TEXTS[number % 3]).prompt, NAMES[0], TextForm(budget)))
            continue
        asked = speak_prompt(scene, ("plain", "poet", "bodily")[number % 3], ("en", "ru")[number % 2])
        found.append(Job(asked.prompt, asked.adapter, TextForm(budget - number % 5)))
    return found


def one_by_one(carrier: LocalCarrier, some: Sequence[Job]) -> list[list[int]]:
    """Return what each job gives alone, without engine, cache or anything kept."""
    found: list[list[int]] = []
    for job in some:
        ids, start = carrier._spell(job.prompt)
        [answer] = generate(
            carrier.module,
            [ids],
            stop=carrier.vocabulary.eos,
            max_new=job.constraint.budget,
            masks=[job.constraint.over(carrier.vocabulary)],
            adapters=carrier._adapters,
            names=[job.adapter],
            starts=[start],
        )
        found.append(answer.ids)
    return found


def said(carrier: LocalCarrier, ids: Sequence[list[int]]) -> list[str]:
    end = carrier.vocabulary.eos
    return [carrier.vocabulary.decode([token for token in row if token != end]) for row in ids]


COUNT = 12
"""Jobs that are compared with what each gives alone."""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)
