"""One subject and one object for each word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.network import log_softmax
from scenograph.readers.spanning import best_tree
from scenograph.readers.unique import UNIQUE, make_unique

_NAMES = ("nsubj", "nsubj:pass", "obj", "obl", "nmod", "punct")


def _doubled(heads: np.ndarray, relations: np.ndarray) -> list[tuple[int, str]]:
    kinds = [_NAMES[best].partition(":")[0] for best in relations.argmax(axis=1)]
    found = sorted(
        (int(head), kind) for head, kind in zip(heads, kinds, strict=True) if head and kind in UNIQUE
    )
    return [one for one, next_ in pairwise(found) if one == next_]


def test_of_two_subjects_the_less_likely_one_gets_its_next_relation() -> None:
    heads = np.array([2, 0, 2])
    arcs = np.log(np.full((3, 4), 0.01))
    arcs[[0, 1, 2], heads] = 0.0
    relations = np.log(
        np.array([[0.9, 0.02, 0.05, 0.01, 0.01, 0.01], [0.1] * 6, [0.5, 0.02, 0.45, 0.01, 0.01, 0.01]])
    )
    make_unique(_NAMES, heads, arcs, relations, lambda _: relations)
    assert heads.tolist() == [2, 0, 2]
    assert [_NAMES[best] for best in relations.argmax(axis=1)[[0, 2]]] == ["nsubj", "obj"]


@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_a_tree_stays_one_and_what_is_doubled_becomes_less(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    arcs = log_softmax(random.normal(scale=3, size=(size, size + 1)))
    relations = log_softmax(random.normal(scale=2, size=(size, len(_NAMES))))
    heads = best_tree(arcs)
    before = len(_doubled(heads, relations))
    root = np.flatnonzero(heads == 0)
    make_unique(_NAMES, heads, arcs, relations, lambda moved: relations + moved[:, None] * 0)
    assert np.flatnonzero(heads == 0).tolist() == root.tolist()
    for word in range(1, size + 1):
        seen = set[int]()
        while word and word not in seen:
            seen.add(word)
            word = int(heads[word - 1])
        assert word == 0
    assert len(_doubled(heads, relations)) <= before
