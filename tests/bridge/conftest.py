"""A small vocabulary for the tests of the bridge: trained on a few texts of the world."""

from __future__ import annotations

import pytest

from scenograph.core.linear import linearise
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.world import World


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """A vocabulary of the world's roles over a base of about a thousand pieces."""
    world = World()
    texts: list[str] = []
    for scene in world.scenes(200, seed=1):
        texts += [world.say(scene), world.say(scene, language="ru"), linearise(scene)]
    return Vocabulary(train_base(texts, size=1200), standard_atoms(world.roles))
