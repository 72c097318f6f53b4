"""Probabilities of links: fitted on samples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.readers.confidence import FEATURES, Confidence, calibration_error, right_links


def _sample(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return links of a parser that is too sure: they are right less often than it says of their arcs."""
    random = np.random.default_rng(seed)
    features = np.zeros((count, len(FEATURES)))
    features[:, 0] = 1
    said = random.uniform(0.05, 1, count)
    features[:, 1] = np.log(said)
    return features, random.uniform(size=count) < 1 / (1 + np.exp(-1 - 2 * np.log(said)))


def test_probabilities_are_what_they_say_on_links_that_were_not_seen() -> None:
    confidence = Confidence.fit({"en": _sample(0, 4000)})
    features, is_right = _sample(1, 4000)
    own = confidence.probabilities(features, "en")
    assert calibration_error(own, is_right) < 0.03
    assert calibration_error(np.exp(features[:, 1]), is_right) > 0.1


def test_the_calibration_error_of_an_oracle_is_zero_and_of_its_opposite_one() -> None:
    truth = np.array([True, False, True])
    assert calibration_error(truth.astype(float), truth) == 0
    assert calibration_error(1 - truth.astype(float), truth) == 1


def test_a_sample_without_wrong_links_is_refused() -> None:
    features, _ = _sample(0, 5)
    with pytest.raises(CorpusError, match="links that are wrong"):
        Confidence.fit({"en": (features, np.ones(5, dtype=bool))})


def test_right_links_are_counted_with_the_root_and_only_as_often_as_they_stand() -> None:
    right = Scene.parse("(a / and :op1 (c / cat) :op1 (d / dog))")
    read = Scene.parse("(a / and :op1 (c / cat) :op1 (c2 / cat))")
    assert right_links(read, right).tolist() == [True, False, True]
