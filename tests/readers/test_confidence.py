"""Probabilities of links: fitted on samples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from scenograph.core import Scene
from scenograph.errors import CarrierError, CorpusError
from scenograph.readers.confidence import (
    FEATURES,
    Confidence,
    calibration_error,
    link_features,
    right_links,
)
from scenograph.readers.convert import convert
from scenograph.readers.parser import Parsed
from scenograph.readers.sentence import Sentence, Word


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


def test_an_older_reader_with_fewer_weights_says_what_it_said() -> None:
    features, _ = _sample(0, 50)
    older = Confidence({"en": (0.5, 2.0)})
    assert older.weights["en"] == (0.5, 2.0, *[0.0] * (len(FEATURES) - 2))
    expected = 1 / (1 + np.exp(-0.5 - 2 * features[:, 1]))
    assert np.allclose(older.probabilities(features, "en"), expected)


def test_the_weights_of_a_later_version_are_refused() -> None:
    with pytest.raises(CarrierError, match="calibrate the reader again"):
        Confidence({"en": [0.1] * (len(FEATURES) + 1)})


def test_a_link_is_described_by_its_words_and_by_what_stands_around_it() -> None:
    words = Word(1, "Anna", "Anna", "PROPN", head=2, deprel="nsubj"), Word(2, "sleeps", "sleep", "VERB")
    parsed = Parsed(Sentence(words, "Anna sleeps"), (0.5, 0.25), (1.0, 1.0), (1.0, 0.5), {})
    converted = convert(parsed.sentence)
    features = dict(zip(FEATURES, link_features(parsed, converted)[0], strict=True))
    assert converted.scene.links[0].role == ":agent"
    assert features["arcs"] == pytest.approx(np.log(0.5))
    assert features["arcs near"] == features["all arcs"] == pytest.approx(np.log(0.5 * 0.25) / 2)
    assert features["P(tags)"] == pytest.approx(0.5)
    assert [name for name, value in features.items() if name[:3] == "is " and value] == ["is agent"]
