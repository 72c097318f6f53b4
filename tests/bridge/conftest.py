"""A small vocabulary, and a carrier and adapters of random weights over it, for the tests of the bridge."""

from __future__ import annotations

import pytest
import torch
from carriers.tiny import random_carrier

from scenograph.adapters import AdapterSet, GroupedLora, Manifest, Shape
from scenograph.adapters.manifest import Fit
from scenograph.bridge import Bridge
from scenograph.carriers import LocalCarrier
from scenograph.core.linear import linearise
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.world import World

NAMES = (
    "scene_interpreter",
    *(f"decoder.{style}" for style in World.styles),
    *(f"response_synthesizer.{style}" for style in World.styles),
)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """A vocabulary of the world's roles over a base of about a thousand pieces."""
    world = World()
    texts: list[str] = []
    for scene in world.scenes(200, seed=1):
        texts += [world.say(scene), world.say(scene, language="ru"), linearise(scene)]
    return Vocabulary(train_base(texts, size=1200), standard_atoms(world))


@pytest.fixture(scope="session")
def carrier(vocabulary: Vocabulary) -> LocalCarrier:
    """A tiny Qwen3 of random weights."""
    return random_carrier(vocabulary, 320)


@pytest.fixture(scope="session")
def adapters(carrier: LocalCarrier) -> AdapterSet:
    """Random adapters of all roles and styles."""
    shape = Shape(NAMES, 4, 8.0)
    lora = GroupedLora.fresh(shape, carrier.module, seed=2)
    generator = torch.Generator().manual_seed(3)
    for pair in lora.pairs.values():
        pair.b.data.normal_(0, 0.5, generator=generator)
    return AdapterSet(lora, Manifest(carrier.name, Fit.of(carrier), shape, {}, {}, {}))


@pytest.fixture(scope="session")
def bridge(carrier: LocalCarrier, adapters: AdapterSet) -> Bridge:
    """A bridge over random weights."""
    return Bridge(carrier.with_adapters(adapters), domain=World())
