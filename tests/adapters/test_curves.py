"""Curves of abilities: every step has a place in each, and short lists lose nothing of their mean."""

from __future__ import annotations

from statistics import fmean

import pytest
from adapters.tiny import make_examples
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters.curves import AbilityCurves, add, by_ability, lately, thinned
from scenograph.prompts import ABILITIES

LOSSES = st.floats(0, 10, allow_subnormal=False)
STEPS = st.lists(st.dictionaries(st.sampled_from(ABILITIES), LOSSES), max_size=30)


@given(STEPS)
def test_each_curve_has_all_steps_and_says_where_there_was_nothing(steps: list[dict[str, float]]) -> None:
    curves: AbilityCurves = {}
    for number, losses in enumerate(steps):
        add(curves, number, losses)
    assert set(curves) == {name for losses in steps for name in losses}
    for name, curve in curves.items():
        assert curve == [losses.get(name) for losses in steps]
    assert list(lately(curves)) == [name for name in ABILITIES if any(name in it for it in steps[-10:])]


@given(st.lists(LOSSES, min_size=1, max_size=50), st.integers(1, 20))
def test_a_thinned_curve_is_short_and_its_points_are_means_of_all(curve: list[float], points: int) -> None:
    found = thinned(curve, points)
    assert len(found) <= points
    ends = [end for end, _ in found]
    assert ends[-1] == len(curve)
    widths = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    weighed = sum(mean * width for (_, mean), width in zip(found, widths, strict=True))
    assert weighed / len(curve) == pytest.approx(fmean(curve), abs=1e-4)


def test_the_loss_of_an_ability_is_that_of_its_answer_tokens() -> None:
    short, long, other = make_examples(3)
    examples = [
        short._replace(ability="hold"),
        long._replace(ability="read"),
        other._replace(ability="read"),
        short,
    ]
    found = by_ability(examples, [6.0, 3.0, 9.0, 100.0])
    assert list(found) == ["read", "hold"]
    assert found["hold"] == 6.0 / short.learned
    assert found["read"] == 12.0 / (long.learned + other.learned)
