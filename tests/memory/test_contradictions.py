"""What contradicts what, and what ends a contradiction."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from memory.lives import BORN_1932, BORN_1935, MARTA_LEADS, OLEG_LEADS, intervals, moment, year

from scenograph.core import Field, Rule, Scene, only_one
from scenograph.corpus import load
from scenograph.memory import Memory, Note
from scenograph.memory.contradictions import Search, overlapping, thing_of
from scenograph.memory.functional import functional_roles
from scenograph.memory.store.validity import Interval


@given(
    st.dictionaries(
        st.integers(0, 5), st.lists(intervals.map(lambda pair: Interval(*pair)), min_size=1, max_size=2)
    )
)
def test_crystals_overlap_where_they_share_a_time(times: dict[int, list[Interval]]) -> None:
    found = overlapping(times)
    for at in range(-1, 6):
        true = {crystal for crystal, some in times.items() if any(one.covers(at) for one in some)}
        assert not true or any(true <= some for some in found)
    for some in found:
        assert any(all(any(one.covers(at) for one in times[c]) for c in some) for at in range(-1, 6))


names = st.sampled_from(["Oleg", "Marta", "Ivan"])


def always(_: object) -> dict[int, list[Interval]]:
    return {}


@st.composite
def triples(draw: st.DrawFn) -> Scene:
    value = draw(st.sampled_from(['"1"', '"2"', "3"]) | names.map(lambda name: f"(v / {name})"))
    role = draw(st.sampled_from([":born", ":likes"]))
    told = f'(p / person :name "{draw(names)}" {role} {value})'
    return Scene.parse(told if draw(st.integers(0, 3)) else f"(b / believe :content {told})")


@given(st.lists(triples(), max_size=6, unique=True))
@example([Scene.parse(f'(p / person :name "{name}" :born {year})') for name in "AB" for year in (1, 2)])
def test_grouping_finds_what_a_field_finds(scenes: list[Scene]) -> None:
    rule = only_one(":born")
    conflicts = Field(scenes, identify=thing_of).close([rule]).conflicts
    found = Search([rule], always).run(lambda: enumerate(scenes))
    assert {scene for one in found for scene in one.crystals} == {
        scene
        for conflict in conflicts
        for scene in conflict.scenes
        if scenes[scene].root_concept != "believe"  # a field names these too, where others assert the same
    }
    renamed = Rule.parse(rule.scene.format().replace("only one", "at most one"))
    general = Search([renamed], always).run(lambda: enumerate(scenes))
    assert bool(general) == bool(found)


@settings(max_examples=15)
@given(st.lists(st.tuples(triples(), intervals), min_size=1, max_size=6))
def test_what_contradicts_one_crystal_is_what_names_it_among_all(told: list) -> None:
    rules = [only_one(":born"), only_one(":likes")]
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        ids = memory.remember_many(
            Note(scene, true_from=moment(a), true_until=moment(b)) for scene, (a, b) in told
        )
        everything = memory.contradictions(rules)
        for crystal in set(ids):
            expected = [found for found in everything if crystal in [one.id for one in found.crystals]]
            about = memory.contradictions(rules, about=crystal)
            assert list(map(str, about)) == list(map(str, expected))


def test_a_correction_ends_a_contradiction(memory: Memory) -> None:
    one = memory.remember(BORN_1932, text="He was born in 1932.")
    assert memory.contradictions([only_one(":birthDate")], about=one) == []
    other = memory.remember(BORN_1935, text="He was born in 1935.")
    [found] = memory.contradictions([only_one(":birthDate")], about=other)
    assert found.rule == "only one :birthDate"
    assert [crystal.id for crystal in found.crystals] == [one, other]
    assert [str(side.claim.format(indent=None)) for side in found.sides] == [
        '(a / Alan_Bean :birthDate "1932-03-15")',
        '(a / Alan_Bean :birthDate "1935-03-15")',
    ]
    assert f"stated in scene {other}" in str(found)
    assert "He was born in 1935." in str(found)
    assert memory.contradictions([only_one(":deathDate")]) == []
    memory.correct(other, BORN_1932)
    assert memory.contradictions([only_one(":birthDate")]) == []


def test_what_was_so_one_after_the_other_is_no_contradiction(memory: Memory) -> None:
    leads = Rule.parse(
        '(r / rule :name "one leader" :if (l / lead :agent ?x :object (m / museum))'
        " :if (k / lead :agent ?y :object (n / museum)) :where (d / different :op1 ?x :op2 ?y)"
        " :then (c / conflict :op1 ?x :op2 ?y))"
    )
    first = memory.remember(OLEG_LEADS, true_until=year(2001))
    memory.remember(MARTA_LEADS, true_from=year(2001))
    assert memory.contradictions([leads]) == []
    memory.correct(first, Note(OLEG_LEADS, true_until=year(2002)))
    assert memory.contradictions([leads])


def test_a_denial_and_what_it_denies_are_a_contradiction(memory: Memory) -> None:
    sleeps = Scene.parse('(s / sleep :agent (p / person :name "Oleg"))')
    denied = Scene.parse('(n / not :op1 (s / sleep :agent (p / person :name "Oleg")))')
    polar = Scene.parse('(s / sleep :agent (p / person :name "Oleg") :polarity -)')
    other = Scene.parse('(n / not :op1 (s / sleep :agent (p / person :name "Marta")))')
    ids = memory.remember_many([sleeps, denied, polar, other])
    found = memory.contradictions()
    assert [(one.rule, [crystal.id for crystal in one.crystals]) for one in found] == [
        ("denied", ids[:2]),
        ("denied", [ids[0], ids[2]]),
    ]
    assert [crystal.id for crystal in memory.contradictions(about=ids[1])[0].crystals] == ids[:2]
    assert len(memory.contradictions(about=ids[0])) == 2
    assert memory.contradictions(about=ids[3]) == []


def test_roles_are_functional_where_things_have_one_value() -> None:
    def told(role: str, name: str, value: str, teller: int) -> Scene:
        return Scene.parse(f'({role} / Name_{name} :{role} "{value}" :teller {teller})')

    scenes = [told("born", f"{n}", f"day {n}", t) for n in range(20) for t in range(3)]
    scenes += [told("likes", f"{n}", f"thing {t // 2}", t) for n in range(20) for t in range(4)]
    scenes += [told("dies", f"{n}", f"day {n}", t) for n in range(19) for t in range(3)]
    scenes += [told("once", f"{n}", f"{n}", 1) for n in range(50)]
    assert [(one.role, one.things, one.share) for one in functional_roles(scenes)] == [(":born", 20, 1.0)]
    stray = told("born", "7", "another day", 9)
    assert [one.role for one in functional_roles([*scenes, stray])] == [":born"]
    assert functional_roles([]) == []


def test_contradictions_of_webnlg_are_found_without_rules(memory: Memory, shared_data: Path) -> None:
    corpus = load(shared_data / "webnlg" / "en" / "train")
    scenes = list(dict.fromkeys(example.scene for example in corpus if example.scene))[::2]
    memory.remember_many(scenes)
    assert ":birthDate" in {one.role for one in memory.functional_roles()}
    assert memory.contradictions() == []
    wrong = memory.remember(BORN_1935, text="Alan Bean was born in 1935.")
    [found] = memory.contradictions()
    assert found.rule == "only one :birthDate"
    assert wrong in {crystal.id for crystal in found.crystals}
    assert list(map(str, memory.contradictions(about=wrong))) == [str(found)]
    places = memory.contradictions([only_one(":birthPlace"), only_one(":country")])
    assert len(places) > 20
    memory.correct(wrong, BORN_1932)
    assert memory.contradictions() == []
