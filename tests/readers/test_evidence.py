"""What speaks for a link and against it."""

from __future__ import annotations

import numpy as np
import pytest

from scenograph.readers.convert import convert
from scenograph.readers.evidence import FEATURES, link_features
from scenograph.readers.parser import Parsed
from scenograph.readers.sentence import Sentence, Word


def test_a_link_is_described_by_its_words_and_by_what_stands_around_it() -> None:
    words = Word(1, "Anna", "Anna", "PROPN", head=2, deprel="nsubj"), Word(2, "sleeps", "sleep", "VERB")
    parsed = Parsed(
        Sentence(words, "Anna sleeps"), (0.5, 0.25), (0.3, 0.6), (0.8, 1.0), (1.0, 1.0), (1.0, 0.5), {}
    )
    converted = convert(parsed.sentence)
    rows = link_features(parsed, converted)
    assert rows.shape == (len(converted.scene.links) + 1, len(FEATURES))
    agent = dict(zip(FEATURES, rows[0].tolist(), strict=True))
    assert converted.scene.links[0].role == ":agent"
    assert agent["arcs"] == pytest.approx(0.5 * 0.8)
    assert agent["log arcs"] == pytest.approx(np.log(0.5 * 0.8))
    assert (agent["worst head"], agent["other head"], agent["worst relation"]) == pytest.approx(
        (0.5, 0.3, 0.8)
    )
    assert agent["log all arcs"] == agent["log arcs around"] == pytest.approx(np.log(0.4 * 0.25) / 2)
    assert agent["arc above"] == pytest.approx(0.25)
    assert agent["tags"] == pytest.approx(0.5)
    assert agent["distance"] == agent["capitals"] == 1
    so = {name for name, value in agent.items() if value == 1 and name.split()[0] in _KINDS}
    assert so == {
        "role agent", "relation nsubj", "relation above root", "first PROPN", "last VERB", "head VERB",
    }  # fmt: skip
    root = dict(zip(FEATURES, rows[-1].tolist(), strict=True))
    assert root["role root"] == root["relation root"] == root["relation above other"] == 1
    assert root["worst head"] == pytest.approx(0.25)


_KINDS = frozenset({"role", "relation", "first", "last", "head"})


def test_each_name_of_a_feature_stands_once() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
