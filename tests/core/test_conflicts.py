"""Conflicts: two values of a role that takes one, a fact and its denial."""

from __future__ import annotations

import itertools

import pytest
from core.ruled import born, rules

from scenograph.core import Field, Scene, only_one
from scenograph.errors import RuleError


def test_two_values_of_a_role_that_takes_one_are_a_conflict_with_both_supports() -> None:
    field = Field([born("Oleg", 1931), born("Oleg", 1935), born("Vera", 1931)]).close([only_one(":born")])
    [conflict] = field.conflicts
    assert (conflict.reason, conflict.scenes) == ("only one :born", (0, 1))
    assert [side.support for side in conflict.sides] == [(0,), (1,)]
    assert field.derived == ()
    years = {one.bindings["?y"] for one in field.match(Scene.parse('(p / person :name "Oleg" :born ?y)'))}
    assert years == {"1931", "1935"}


@pytest.mark.parametrize(
    "denial", ["(n / not :op1 (s / sleep :agent {}))", "(s / sleep :polarity - :agent {})"]
)
def test_a_fact_and_its_denial_are_a_conflict(denial: str) -> None:
    oleg = '(p / person :name "Oleg")'
    told = [Scene.parse(f"(s / sleep :agent {oleg} :time 1950)"), Scene.parse(denial.format(oleg))]
    [conflict] = Field(told).conflicts
    assert (conflict.reason, conflict.scenes) == ("denied", (0, 1))
    assert Field([told[1], Scene.parse(f"(w / wake :agent {oleg})")]).conflicts == ()
    more = Scene.parse(denial.format(oleg).replace("sleep", "sleep :time 1960"))
    assert Field([told[0], more]).conflicts == ()
    some = [Scene.parse("(s / sleep :agent (k / king))"), Scene.parse(denial.format("(k / king)"))]
    assert Field(some).conflicts == ()  # there may be two kings
    derived = Field([Scene.parse(f"(d / dream :agent {oleg})"), told[1]])
    derived.close(rules(":if (d / dream :agent ?x) :then (s / sleep :agent ?x)"))
    assert [one.scenes for one in derived.conflicts] == [(0, 1)]


def test_two_things_may_have_the_same_two_values() -> None:
    scenes = [
        Scene.parse(f'(p / person :name "{name}" :born {year})')
        for name in ("Oleg", "Ivan")
        for year in (1901, 1902)
    ]
    for order in itertools.permutations(range(4)):
        conflicts = Field([scenes[number] for number in order]).close([only_one(":born")]).conflicts
        found = {frozenset(order[scene] for scene in conflict.scenes) for conflict in conflicts}
        assert found == {frozenset({0, 1}), frozenset({2, 3})}


def test_conflicts_about_conflicts_end_with_an_error() -> None:
    field = Field([Scene.parse("(a / a :op1 1 :object 2)")])
    with pytest.raises(RuleError, match="rule b: more than 300 links are derived"):
        field.close(
            rules(
                ":if (a / a :op1 ?x) :then (c / conflict :op1 2.5 :object 1)",
                ":if (b / ?b :is ?y :object ?z) :then (c / conflict :agent word :object ?z)",
            ),
            limit=300,
        )
    assert field.derived == ()
