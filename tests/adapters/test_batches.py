"""Batches: everything once per pass, prefixes together, budgets kept."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters.batches import batches, bundle, slices
from scenograph.adapters.encode import Encoded, examples_digest

LISTS = st.lists(
    st.builds(
        lambda prefix, start, rest: Encoded(
            np.array([prefix] * start + list(range(100, 102 + rest)), np.int32), start, start + 1, 0
        ),
        prefix=st.integers(1, 4),
        start=st.integers(1, 3),
        rest=st.integers(0, 30),
    ),
    min_size=1,
    max_size=40,
)


@given(LISTS, st.integers(5, 80), st.booleans())
def test_bundles_hold_every_example_once_with_one_prefix_within_the_budget(
    examples: list[Encoded], budget: int, shared: bool
) -> None:
    bundles = bundle(examples, budget, shared=shared)
    assert sorted(i for group in bundles for i in group) == list(range(len(examples)))
    for group in bundles:
        assert len({examples[i].ids[: examples[i].start].tobytes() for i in group}) == 1
        start = examples[group[0]].start
        assert len(group) == 1 or sum(len(examples[i].ids) - start for i in group) + start <= budget
        assert shared or len(group) == 1


@given(LISTS, st.integers(5, 80), st.integers(0, 3))
def test_the_stream_repeats_and_gives_every_example_its_turn(
    examples: list[Encoded], budget: int, seed: int
) -> None:
    bundles = bundle(examples, budget, shared=True)
    stream = list(islice(batches(examples, bundles, budget, seed), 30))
    assert stream == list(islice(batches(examples, bundles, budget, seed), 30))
    turns = Counter(i for batch in stream for i in batch)
    assert max(turns.values()) - min(turns[i] for i in range(len(examples))) <= 1


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(1, 200))
def test_slices_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    parts = slices(lengths, budget)
    assert sorted(i for part in parts for i in part) == list(range(len(lengths)))
    assert all(len(part) == 1 or len(part) * max(lengths[i] for i in part) <= budget for part in parts)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
    st.integers(10, 120),
    st.sampled_from([0, 3, 20, 500]),
)
def test_slices_cost_the_least(lengths: list[int], budget: int, start: int) -> None:
    ordered = sorted(lengths)

    def cost(cuts: tuple[int, ...]) -> float:
        parts = [ordered[a:b] for a, b in itertools.pairwise((0, *cuts, len(ordered)))]
        if any(len(part) > 1 and len(part) * part[-1] > budget for part in parts):
            return math.inf
        return sum(start + len(part) * part[-1] for part in parts)

    found = slices(lengths, budget, start=start)
    least = min(
        cost(cuts)
        for count in range(len(ordered))
        for cuts in itertools.combinations(range(1, len(ordered)), count)
    )
    assert sum(start + len(part) * max(lengths[i] for i in part) for part in found) == least


@given(LISTS)
def test_the_digest_tells_examples_apart(examples: list[Encoded]) -> None:
    digest = examples_digest(examples)
    assert digest == examples_digest(list(examples))
    changed = [examples[0]._replace(adapter=1), *examples[1:]]
    assert examples_digest(changed) != digest
    assert examples_digest([*examples, examples[0]]) != digest
