"""Laws of what says the same in another form: who does it and what he is called, nothing and not anything."""

from __future__ import annotations

import pytest
from hypothesis import given

from scenograph.answers.nothing import with_nothing
from scenograph.answers.trades import deeds, doers
from scenograph.core import Scene
from tests.coreference.test_resolver import speaking


@pytest.mark.parametrize(
    "verb", ["own", "manage", "run", "teach", "drive", "carry", "edit", "coach", "paint"]
)
def test_who_does_it_is_called_by_it(verb: str) -> None:
    nouns = doers(verb)
    assert nouns
    assert all(verb in deeds(noun) for noun in nouns)


@given(speaking())
def test_not_anything_is_nothing(scene: Scene) -> None:
    assert with_nothing(scene) == scene
    after = [(s + 3, role, t + 3 if isinstance(t, int) else t) for s, role, t in scene.triples]
    links = [(0, ":op1", 1), (1, ":object", 2), (1, ":time", 3), *after]
    found = with_nothing(Scene.build(["not", "buy", "anything", *scene.concepts], links))
    assert (len(found.concepts), len(found.links)) == (len(scene.concepts) + 2, len(links) - 1)
    assert (found.concepts[0], found.concepts[1]) == ("buy", "nothing")
