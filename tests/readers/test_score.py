"""Scores of read scenes: the definition on small cases, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import scenes

from scenograph.core import Scene
from scenograph.readers.score import Score, core_score, link_score, link_triples


def test_a_triple_that_stands_twice_must_be_read_twice() -> None:
    right = Scene.parse("(a / and :op1 (s / sleep :agent (c / cat)) :op2 (t / sleep :agent (d / cat)))")
    read = Scene.parse("(s / sleep :agent (c / cat))")
    assert link_triples(right)["sleep", ":agent", "cat"] == 2
    assert link_score([(right, read)]) == Score(right=5, read=2, both=1)


def test_the_root_counts_as_one() -> None:
    assert link_score([(Scene.parse("(s / sleep)"), Scene.parse("(s / sleep)"))]) == Score(1, 1, 1)
    assert link_score([(Scene.parse("(s / sleep)"), Scene.parse("(w / wake)"))]).f1 == 0


def test_a_sentence_that_was_not_read_costs_recall_only() -> None:
    scene = Scene.parse("(s / sleep :agent (c / cat))")
    score = link_score([(scene, scene), (scene, None)])
    assert (score.precision, score.recall) == (1.0, 0.5)


def test_counts_are_summed_before_the_f1() -> None:
    long = Scene.parse("(s / sleep :agent (c / cat) :time (n / night))")
    wrong = Scene.parse("(a / b :c (d / e))")
    total = link_score([(long, long), (Scene.parse("(x / y)"), wrong)])
    assert total.f1 == pytest.approx(2 * 3 / (4 + 5))


def test_core_roles_see_names_and_members() -> None:
    right = Scene.parse(
        '(b / buy :agent (a / and :op1 (e / entity :name "Anna") :op2 (f / entity :name "Oleg"))'
        " :object (m / milk) :time (n / now))"
    )
    read = Scene.parse('(b / buy :agent (e / entity :name "Anna") :object (m / milk) :place (n / now))')
    assert core_score([(right, read)]) == Score(right=3, read=2, both=2)


@given(scenes(), scenes())
def test_f1_is_symmetric_and_one_for_equal_scenes(one: Scene, other: Scene) -> None:
    assert link_score([(one, one)]).f1 == 1
    assert link_score([(one, other)]).f1 == link_score([(other, one)]).f1
    assert 0 <= link_score([(one, other)]).f1 <= 1
