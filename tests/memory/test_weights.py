"""Weights are learned from a memory's own cues, the same from the same, and help where they can."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.recall.resonance import (
    BUCKETS,
    DEFAULT,
    SCENE_PARTS,
    Profile,
    Weights,
    buckets,
    keep_weights,
    kept_weights,
)
from scenograph.world import World

_SCENES = 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory of scenes of the bundled world."""
    path = tmp_path_factory.mktemp("world")
    world = World()
    with Memory.open(path) as memory:
        memory.remember_many(Note(scene, world.say(scene), "en") for scene in world.scenes(_SCENES, 5))
    return path


def test_weights_survive_json() -> None:
    assert Weights.of_json(DEFAULT.to_json()) == DEFAULT
    weight = str(DEFAULT.question.parts["vector"]).encode()
    for wrong in (
        b"",
        b"[]",
        b"{}",
        DEFAULT.to_json().replace(b'"sizes"', b'"size"'),
        DEFAULT.to_json().replace(weight, b"1.5"),
        DEFAULT.to_json().replace(weight, b"NaN"),
    ):
        with pytest.raises(StoreError, match="no weights"):
            Weights.of_json(wrong)


def test_what_holds_only_some_of_a_cue_is_weighed_by_weights_of_its_own() -> None:
    profile = Profile({"vector": 1.0}, near={"size": 1.0})
    some = {"unified": np.array([1.0, 0.0]), "vector": np.array([0.3, 0.4]), "size": np.array([0.5, 0.6])}
    assert profile.fuse(some).tolist() == [0.3, 0.6]
    assert float(profile.fuse({"unified": 0.0, "vector": 0.3, "size": 0.5})) == 0.5
    assert [profile.weighs(part) for part in ("size", "vector", "structure")] == [True, True, False]


def test_weights_of_older_memories_are_the_same_for_all_crystals() -> None:
    told = json.loads(DEFAULT.to_json())
    del told["question"]["near"]
    question = Weights.of_json(json.dumps(told).encode()).question
    assert question == replace(DEFAULT.question, near={})
    parts = {"unified": 0.0, "vector": 0.7, "structure": 0.2}
    assert question.fuse(parts) == question.fuse(parts | {"unified": 1.0})


@pytest.mark.parametrize("profile", [DEFAULT.question, DEFAULT.part, DEFAULT.text])
def test_the_weights_of_a_profile_add_up_to_1(profile: Profile) -> None:
    assert sum(profile.parts.values()) == pytest.approx(1.0, abs=1e-9)
    assert sum(profile.near.values()) in (0, pytest.approx(1.0, abs=1e-9))
    assert min([*profile.parts.values(), *profile.near.values()]) >= 0
    assert len(profile.sizes) == BUCKETS


def test_sizes_are_told_apart_by_their_ratio() -> None:
    sizes = np.array([0, 1, 2, 3, 4, 8, 1000])
    assert buckets(2, sizes).tolist() == [0, 3, 4, 5, 6, 8, 16]
    assert buckets(4, sizes)[4] == buckets(1, sizes)[1] == buckets(2, sizes)[2]


def test_the_same_cues_teach_the_same_weights(folder: Path) -> None:
    with Memory.open(folder) as memory:
        one = memory.learn_weights(cues=10, seed=1)
        with memory.transaction():
            memory._crystals.learned.drop("weights")
        two = memory.learn_weights(cues=10, seed=1)
        assert one == two
        with memory.transaction():
            memory._crystals.learned.drop("weights")
        assert memory.learn_weights(cues=10, seed=2) != one


POOR = Profile({"size": 1.0}, near={"size": 1.0})


def test_learned_weights_are_used_when_the_memory_is_next_asked(folder: Path) -> None:
    cue = Scene.parse("(x / ?what :agent (e / entiti))")
    with Memory.open(folder) as memory:
        with memory.transaction():
            keep_weights(memory._crystals.learned, Weights(POOR, POOR, Profile({"vector": 1.0})))
        before = [(hit.id, hit.resonance) for hit in memory.recall(cue)]
        done: list[tuple[int, int]] = []
        learned = memory.learn_weights(cues=40, progress=lambda *counts: done.append(counts))
        assert done == [(number, 240) for number in range(1, 241)]
        after = [(hit.id, hit.resonance) for hit in memory.recall(cue)]
        assert after != before
    with Memory.open(folder) as memory:
        assert kept_weights(memory._crystals.learned) == learned.weights
        assert [(hit.id, hit.resonance) for hit in memory.recall(cue)] == after
    for profile in (learned.weights.question, learned.weights.part):
        assert set(profile.near) == set(SCENE_PARTS)  # what holds all of these cues has few competitors here
        assert sum(profile.near.values()) == pytest.approx(1.0, abs=1e-9)
        assert profile.near["structure"] > 0
        assert max(profile.sizes) == 1.0
    assert {*learned.found} == {"question", "part", "text"}
    assert all(0 <= share <= 1 for shares in learned.found.values() for share in shares.values())
    assert learned.found["question"]["first_after"] > learned.found["question"]["first_before"]


@pytest.mark.parametrize("seed", [1, 2])
def test_weights_that_answer_worse_are_not_taken(folder: Path, seed: int) -> None:
    with Memory.open(folder) as memory:
        with memory.transaction():
            memory._crystals.learned.drop("weights")
        learned = memory.learn_weights(cues=12, seed=seed)
    for kind, shares in learned.found.items():
        before = shares["first_before"] + shares["ten_before"]
        assert shares["first_after"] + shares["ten_after"] >= before
        if getattr(learned.weights, kind) == getattr(DEFAULT, kind):
            assert shares["first_after"] == shares["first_before"]


def test_a_part_is_expected_to_be_smaller_than_what_it_is_a_part_of(folder: Path) -> None:
    with Memory.open(folder) as memory:
        sizes = memory.learn_weights(cues=24).weights.part.sizes
    equal, half = (int(buckets(4, np.array([links]))[0]) for links in (4, 2))
    assert sizes.index(max(sizes)) > equal
    assert sizes[equal] >= sizes[half]


def test_too_few_crystals_teach_nothing(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        assert memory.learn_weights().weights == DEFAULT
        memory.remember_many([Scene.parse("(a / b :c (d / e))"), Scene.parse("(a / b :c (d / f))")])
        learned = memory.learn_weights()
        assert (learned.weights, learned.found) == (DEFAULT, {})
        excluded = memory.learn_weights(exclude=[1, 2])
        assert excluded.weights == DEFAULT
