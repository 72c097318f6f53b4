"""Probabilities of links: learned from samples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from scenograph.core import Scene
from scenograph.errors import CarrierError, CorpusError
from scenograph.readers.calibrate import Sample, held_out, joined, trained
from scenograph.readers.confidence import Confidence, Judge, calibration_error, right_links, surest
from scenograph.readers.evidence import FEATURES

_SAID = FEATURES.index("arcs")


def _sample(seed: int, count: int) -> Sample:
    """Return links of a parser that is too sure: they are right less often than it says of their arcs."""
    random = np.random.default_rng(seed)
    features = np.zeros((count, len(FEATURES)), dtype=np.float32)
    features[:, _SAID] = said = random.uniform(0.05, 1, count)
    is_right = random.uniform(size=count) < 1 / (1 + np.exp(-1 - 2 * np.log(said)))
    return Sample(features, is_right, np.arange(count) // 5)


def test_probabilities_are_what_they_say_on_links_that_were_not_seen() -> None:
    confidence = trained({"en": _sample(0, 1500)})
    new = _sample(1, 4000)
    own = confidence.probabilities(new.features, "en")
    assert calibration_error(own, new.is_right) < 0.05
    assert calibration_error(new.features[:, _SAID].astype(float), new.is_right) > 0.1


def test_the_same_links_teach_the_same() -> None:
    one, other = (trained({"en": _sample(0, 300)}).judges["en"] for _ in range(2))
    assert all(np.array_equal(*columns) for columns in zip(one, other, strict=True))


def test_links_of_other_languages_teach_too() -> None:
    sample = _sample(0, 200)
    alone, beside = held_out(sample, parts=2), held_out(sample, parts=2, others=[_sample(1, 400)])
    assert not np.array_equal(alone, beside)


def test_held_out_links_are_judged_by_what_other_sentences_teach() -> None:
    sample = _sample(0, 200)
    liar = sample.sentences == 0
    changed = sample._replace(is_right=np.where(liar, ~sample.is_right, sample.is_right))
    before, after = held_out(sample, parts=2), held_out(changed, parts=2)
    assert np.array_equal(before[liar], after[liar])
    assert not np.array_equal(before[~liar], after[~liar])


def test_joined_samples_keep_their_sentences_apart() -> None:
    both = joined([_sample(0, 10), _sample(1, 10)])
    assert both.sentences.tolist() == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5


def test_the_calibration_error_of_an_oracle_is_zero_and_of_its_opposite_one() -> None:
    truth = np.array([True, False, True])
    assert calibration_error(truth.astype(float), truth) == 0
    assert calibration_error(1 - truth.astype(float), truth) == 1


def test_the_surest_links_are_those_of_the_highest_probability() -> None:
    assert surest(np.array([0.9, 0.1, 0.8, 0.7, 0.2]), np.array([True, False, True, False, True])) == 2 / 3


def test_a_sample_without_wrong_links_is_refused() -> None:
    sample = _sample(0, 5)
    with pytest.raises(CorpusError, match="links that are wrong"):
        trained({"en": sample._replace(is_right=np.ones(5, dtype=bool))})


def test_right_links_are_counted_with_the_root_and_only_as_often_as_they_stand() -> None:
    right = Scene.parse("(a / and :op1 (c / cat) :op1 (d / dog))")
    read = Scene.parse("(a / and :op1 (c / cat) :op1 (c2 / cat))")
    assert right_links(read, right).tolist() == [True, False, True]


def test_a_judge_of_other_features_is_refused() -> None:
    with pytest.raises(CarrierError, match="calibrate the reader again"):
        Confidence({"en": Judge(*(np.zeros(3, dtype=np.float32) for _ in Judge._fields))})
