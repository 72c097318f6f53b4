"""Schedules of abilities: shares that change evenly, kept by every run, and the same when it is resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from adapters.test_train_stopped import bytes_of, curves_of
from adapters.tiny import EACH, NAMES, SMALL, TinyCarrier, make_tasks, tiny_model, train
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters import TrainStep
from scenograph.adapters.batches import bundle, cost
from scenograph.adapters.encode import Encoded
from scenograph.adapters.schedule import Point, Schedule, scheduled
from scenograph.errors import TrainingError

KINDS = ["read", "speak", "hold"]
WEIGHTS = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 5), min_size=1).filter(
    lambda weights: any(weights.values())
)
PLACES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), min_size=1, unique=True).map(sorted)
SCHEDULES = st.tuples(PLACES, st.data()).map(
    lambda given: Schedule(tuple(Point(at, given[1].draw(WEIGHTS)) for at in given[0]))
)


def stock(counts: Sequence[int]) -> list[Encoded]:
    """So many examples of each kind, of different lengths; two over each prefix."""
    return [
        Encoded(np.array([kind + 1, i // 2, *[9] * (2 + i % 5)], np.int32), 2, 3, 0, ability=name)
        for kind, (name, count) in enumerate(zip(KINDS, counts, strict=True))
        for i in range(count)
    ]


@given(SCHEDULES, st.floats(0, 1))
def test_shares_are_one_together_and_change_evenly_between_points(schedule: Schedule, place: float) -> None:
    shares = schedule.shares(place)
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) > 0
    for point in schedule.points:
        whole = sum(point.weights.values())
        own = {name: weight / whole for name, weight in point.weights.items() if weight}
        assert schedule.shares(point.at) == pytest.approx(own)
    for before, after in pairwise(schedule.points):
        first, last = schedule.shares(before.at), schedule.shares(after.at)
        middle = schedule.shares((before.at + after.at) / 2)
        for name in KINDS:
            assert middle.get(name, 0) == pytest.approx((first.get(name, 0) + last.get(name, 0)) / 2)
    assert schedule.shares(0.0) == pytest.approx(schedule.shares(schedule.points[0].at))


def test_two_points_at_one_place_are_a_sudden_change() -> None:
    first, then = Point(0.5, {"read": 1}), Point(0.5, {"speak": 2})
    schedule = Schedule((Point(0.0, {"read": 3}), first, then, Point(1.0, {"speak": 1})))
    assert schedule.shares(0.499)["read"] == pytest.approx(1)
    assert schedule.shares(0.5) == {"speak": 1.0}


@given(SCHEDULES, st.tuples(*[st.integers(1, 9)] * 3), st.integers(5, 60), st.integers(1, 30))
def test_what_is_met_follows_the_shares(
    schedule: Schedule, counts: tuple[int, int, int], budget: int, steps: int
) -> None:
    examples = stock(counts)
    bundles = bundle(examples, budget, shared=True, by_ability=True)
    assert sorted(i for group in bundles for i in group) == list(range(len(examples)))
    stream = list(scheduled(examples, bundles, budget, 3, schedule, steps))
    assert stream == list(scheduled(examples, bundles, budget, 3, schedule, steps))
    assert len(stream) == steps
    met: Counter[str] = Counter()
    due: dict[str, float] = dict.fromkeys(KINDS, 0.0)
    turns: Counter[int] = Counter()
    for step, batch in enumerate(stream):
        shares = schedule.shares((step + 0.5) / steps)
        own = Counter(examples[i].ability for i in batch)
        assert set(own) <= set(shares)
        assert sum(cost(examples, (i,)) for i in batch) >= budget
        turns.update(batch)
        met.update(own)
        for name, share in shares.items():
            due[name] += share * len(batch)
    assert all(met[name] - due[name] < 2 * len(KINDS) for name in KINDS)  # a bundle has two tasks
    for name in KINDS:
        often = [turns[i] for i, example in enumerate(examples) if example.ability == name]
        assert max(often) - min(often) <= 1


def test_an_ability_that_is_always_wanted_is_never_far_behind() -> None:
    schedule = Schedule((Point(0.0, {"read": 1, "speak": 3}), Point(1.0, {"read": 3, "speak": 1})))
    examples = stock((6, 6, 6))
    bundles = bundle(examples, 40, shared=True, by_ability=True)
    met = [examples[i].ability for it in scheduled(examples, bundles, 40, 0, schedule, 60) for i in it]
    tenth = len(met) // 10
    assert met[:tenth].count("read") == pytest.approx(tenth * 0.275, abs=2)
    assert met[-tenth:].count("read") == pytest.approx(tenth * 0.725, abs=2)
    assert met.count("read") == pytest.approx(len(met) / 2, abs=2)
    assert "hold" not in met


def test_abilities_without_tasks_are_left_out_unless_nothing_is_left() -> None:
    schedule = Schedule((Point(0.0, {"read": 1, "hold": 1}), Point(0.5, {"hold": 1, "speak": 0})))
    with pytest.raises(TrainingError, match=r"at 0\.5 the schedule has hold alone, and no task is of that"):
        schedule.among(["read", "speak"])
    assert schedule.among(["read", "hold"]) == Schedule((schedule.points[0], Point(0.5, {"hold": 1})))
    assert Schedule(schedule.points[:1]).among(["read"]).shares(0.3) == {"read": 1.0}


def test_a_run_follows_its_schedule_and_ends_in_the_same_bytes_when_it_was_stopped(tmp_path: Path) -> None:
    carrier = TinyCarrier(tiny_model())
    points = (Point(0.0, {"read": 1, "speak": 1}), Point(0.5, {"speak": 1}))
    recipe = replace(EACH, schedule=Schedule(points))
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    report = train(whole, carrier=carrier, steps=8, recipe=recipe)
    assert [loss is None for loss in report.abilities["read"]] == [False] * 4 + [True] * 4

    def stop(step: TrainStep) -> None:
        if step.number == 5:
            raise KeyboardInterrupt

    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        train(stopped, carrier=carrier, steps=8, recipe=recipe, on_step=stop)
    train(stopped, carrier=carrier, steps=8, recipe=recipe, on_step=lambda step: seen.append(step.number))
    assert seen == [5, 6, 7, 8]
    assert bytes_of(stopped) == bytes_of(whole)
    assert curves_of(stopped) == curves_of(whole)
    train(whole, carrier=carrier, steps=8, recipe=EACH, on_step=lambda step: seen.append(step.number))
    assert seen[4:] == list(range(1, 9))  # without a schedule it is another run


def test_an_adapter_that_would_learn_nothing_is_named(tmp_path: Path) -> None:
    recipe = replace(SMALL, schedule=Schedule((Point(0.0, {"read": 1}),)))
    with pytest.raises(TrainingError, match=r"no share to speak, and voice\.a has no other tasks"):
        train(tmp_path, steps=2, recipe=recipe)
    own = [task for task in make_tasks() if task.ability == "read"]
    train(tmp_path, steps=2, recipe=recipe, tasks=own, adapters=NAMES[:1])
