"""A prepared batch: nothing of its rows is lost, however they are cut, shared and passed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from adapters.test_consistency import voicings
from adapters.tiny import NAMES, make_examples
from hypothesis import given
from hypothesis import strategies as st

from scenograph.adapters.batches import voiced
from scenograph.adapters.encode import Encoded
from scenograph.adapters.prepared import Batch


@st.composite
def rows(draw: st.DrawFn) -> list[Encoded]:
    """Some examples, of which some have weights of tokens, and some ids that are only seen."""
    examples = draw(st.permutations(make_examples(9) + voicings()))[: draw(st.integers(1, 16))]
    found: list[Encoded] = []
    for example in examples:
        length = len(example.ids) - example.answer
        if draw(st.booleans()):
            weights = draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=length, max_size=length))
            example = example.weighed(np.array(weights, np.float32))
        if length > 2 and draw(st.booleans()):
            example = example._replace(inserted=((example.answer, example.answer + 1),))
        found.append(example)
    return found


@given(rows(), st.booleans())
def test_each_row_is_its_prefix_and_its_suffix(examples: list[Encoded], shared: bool) -> None:
    groups, rows = Batch.of(examples, len(NAMES), shared=shared).groups()
    found = {
        row: np.concatenate([prefix, suffix]).tolist()
        for (prefix, suffixes), own in zip(groups, rows, strict=True)
        for row, suffix in zip(own, suffixes, strict=True)
    }
    assert found == {row: example.ids.tolist() for row, example in enumerate(examples)}
    prefixes = [prefix.tobytes() for prefix, _ in groups if len(prefix)]
    assert len(prefixes) == len(set(prefixes)) == (len(groups) if shared else 0)


@given(rows(), st.booleans(), st.data())
def test_answers_are_what_rows_learn_in_whatever_order_they_come(
    examples: list[Encoded], shared: bool, data: st.DataObject
) -> None:
    batch = Batch.of(examples, len(NAMES), shared=shared)
    order = data.draw(st.permutations(range(len(examples))))
    answers = batch.answers(order)
    expected = [
        (row, place)
        for row in order
        for place in range(examples[row].answer, len(examples[row].ids))
        if not any(begin <= place < end for begin, end in examples[row].inserted)
    ]
    assert answers.rows.tolist() == [row for row, _ in expected]
    assert answers.ids.tolist() == [examples[row].ids[place] for row, place in expected]
    assert answers.adapters.tolist() == [examples[row].adapter for row, _ in expected]
    columns = answers.mask.nonzero()[:, 1].tolist()
    assert columns == [place - batch.cuts[row] for row, place in expected]


@given(rows(), st.data())
def test_the_weights_of_an_adapter_are_one_together(examples: list[Encoded], data: st.DataObject) -> None:
    batch = Batch.of(examples, len(NAMES), shared=True)
    there = {example.adapter for example in examples}
    sums = torch.zeros(len(NAMES))
    cut = data.draw(st.integers(0, len(examples) - 1))
    for part in (range(cut), range(cut, len(examples))):  # in two passes, as in one
        if part:
            answers = batch.answers(part)
            sums.index_add_(0, answers.adapters, answers.share)
    assert sums.tolist() == pytest.approx([float(adapter in there) for adapter in range(len(NAMES))])


@given(st.permutations(make_examples(9) + voicings()), st.integers(1, 16))
def test_what_is_compared_is_one_token_in_several_texts(examples: list[Encoded], count: int) -> None:
    examples = examples[:count]
    batch = Batch.of(examples, len(NAMES), shared=True, voicings=True)
    assert sorted(row for unit in batch.units for row in unit) == list(range(count))
    answers = batch.answers([row for unit in batch.units for row in unit])
    compared = set[int]()
    for places in batch.compared(batch.units):
        assert (answers.ids[places] == answers.ids[places[0]]).all()
        assert all(len(set(column)) == len(places) for column in answers.rows[places].T.tolist())
        compared |= set(answers.rows[places].flatten().tolist())
    said = [voiced(example) for example in examples]
    assert compared == {row for row, it in enumerate(said) if it is not None and said.count(it) > 1}
