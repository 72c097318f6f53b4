"""A small vocabulary, trained once for the tests of this package."""

from __future__ import annotations

import pytest

from scenograph.core import linearise
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.world import World


def corpus() -> list[str]:
    """Texts of the world in both languages, and the symbols of their scenes."""
    world = World()
    texts: list[str] = []
    for scene in world.scenes(200, seed=1):
        texts += [world.say(scene), world.say(scene, language="ru"), linearise(scene)]
    return texts


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """About a thousand pieces and the atoms of the world's roles."""
    return Vocabulary.over(train_base(corpus(), size=1200), standard_atoms(World()))
