"""The best tree and the probabilities of arcs, against all trees of small sentences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear

from scenograph.readers.spanning import arc_probabilities, best_tree


def all_trees(size: int) -> Iterator[tuple[int, ...]]:
    """Yield the heads of every tree over *size* words that has one root."""
    for heads in itertools.product(range(size + 1), repeat=size):
        if heads.count(0) == 1 and all(_reaches_root(heads, word) for word in range(1, size + 1)):
            yield heads


def _reaches_root(heads: tuple[int, ...], word: int) -> bool:
    for _ in heads:
        word = heads[word - 1]
        if word == 0:
            return True
    return False


@given(st.integers(1, 5), st.integers(0, 10_000))
def test_the_best_tree_and_its_arcs_are_those_of_all_trees(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size + 1)) * 3
    trees = list(all_trees(size))
    sums = np.array([sum(scores[word, head] for word, head in enumerate(tree)) for tree in trees])
    assert tuple(best_tree(scores)) == trees[int(sums.argmax())]
    shares = np.exp(sums - sums.max())
    shares /= shares.sum()
    expected = np.zeros((size, size + 1))
    for tree, share in zip(trees, shares, strict=True):
        expected[np.arange(size), list(tree)] += share
    assert arc_probabilities(scores) == pytest.approx(expected, abs=1e-6)


@given(st.integers(1, 60), st.integers(0, 1000))
@dear
def test_long_sentences_get_a_tree_too(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size + 1)).astype(np.float32) * 20
    heads = tuple(best_tree(scores))
    assert heads.count(0) == 1
    assert all(_reaches_root(heads, word) for word in range(1, size + 1))
    probable = arc_probabilities(scores)
    assert np.isfinite(probable).all()
    assert probable.sum(axis=1) == pytest.approx(np.ones(size))
