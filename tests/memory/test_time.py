"""When crystals are true and since when that is believed; corrections; contradictions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count, cycle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scenograph.core import Field, Rule, Scene, only_one
from scenograph.corpus import load
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.contradictions import Search, overlapping, thing_of
from scenograph.memory.functional import functional_roles
from scenograph.memory.store.validity import Belief, Interval, believed, joined

BORN_1932 = Scene.parse('(a / Alan_Bean :birthDate "1932-03-15")')
BORN_1935 = Scene.parse('(a / Alan_Bean :birthDate "1935-03-15")')
OLEG_LEADS = Scene.parse('(l / lead :agent (p / person :name "Oleg") :object (m / museum))')
MARTA_LEADS = Scene.parse('(l / lead :agent (p / person :name "Marta") :object (m / museum))')
SCENES = (BORN_1932, BORN_1935, OLEG_LEADS, MARTA_LEADS)


def year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "memory") as opened:
        yield opened


# --- one by one --------------------------------------------------------------------------------------------


def test_what_nothing_was_said_of_is_true_always(memory: Memory) -> None:
    crystal = memory.remember(OLEG_LEADS, time=year(2020))
    [validity] = memory.validity(crystal)
    assert (validity.true_from, validity.true_until) == (None, None)
    assert (validity.known_from, validity.known_until, validity.replaced_by) == (year(2020), None, None)
    assert memory.get(crystal).validity == ()
    [hit] = memory.recall(OLEG_LEADS, at=year(1))
    assert (hit.id, hit.learned, hit.validity) == (crystal, year(2020), ())
    assert memory.recall(OLEG_LEADS, known=year(2019)) == []


def test_a_correction_replaces_and_keeps_the_old_one(memory: Memory) -> None:
    old = memory.remember(BORN_1935, text="Born in 1935.", time=year(2020))
    new = memory.correct(old, Note(BORN_1932, "Born in 1932.", time=year(2021)))
    assert [hit.id for hit in memory.recall("alan bean")] == [new]
    assert [hit.id for hit in memory.recall("alan bean", known=year(2020))] == [old]
    assert memory.recall("alan bean", known=year(2019)) == []
    [validity] = memory.validity(old)
    assert (validity.known_from, validity.known_until, validity.replaced_by) == (year(2020), year(2021), new)
    assert memory.get(old).validity == (validity,)
    assert memory.get(new).replaces == (old,)
    assert [change.kind for change in memory.history(old)] == ["remember", "correct"]
    assert [(change.kind, change.crystal) for change in memory.history()] == [
        ("remember", old),
        ("remember", new),
        ("correct", old),
    ]
    with pytest.raises(StoreError, match=f"crystal {old} .* crystal {new}"):
        memory.correct(old, BORN_1932)
    assert memory.check() == []


def test_a_replaced_crystal_that_is_told_again_is_believed_again(memory: Memory) -> None:
    old = memory.remember(BORN_1935, time=year(2020))
    new = memory.correct(old, Note(BORN_1932, time=year(2021)))
    assert memory.remember(BORN_1935, text="An old book", time=year(2019)) == old
    assert [hit.id for hit in memory.recall("alan bean")] == [new]  # nobody learned anything new
    assert memory.remember(BORN_1935) == old
    assert {hit.id for hit in memory.recall("alan bean")} == {old, new}
    assert [hit.id for hit in memory.recall("alan bean", known=year(2022))] == [new]
    assert [change.kind for change in memory.history(old)] == ["remember", "correct", "source", "restore"]
    assert len(memory.validity(old)) == 2
    assert memory.correct(new, BORN_1935) == old
    assert [hit.id for hit in memory.recall("alan bean")] == [old]
    assert memory.check() == []


def test_times_are_told_added_and_corrected(memory: Memory) -> None:
    crystal = memory.remember(OLEG_LEADS, time=year(2020))
    assert memory.remember(OLEG_LEADS, true_from=year(1990), true_until=year(2001)) == crystal
    assert memory.recall(OLEG_LEADS, at=year(1989)) == memory.recall(OLEG_LEADS, at=year(2001)) == []
    assert memory.recall(OLEG_LEADS, at=year(1990))[0].id == crystal
    assert memory.recall(OLEG_LEADS, at=year(1989), known=year(2020))[0].id == crystal
    memory.remember(OLEG_LEADS, true_from=year(2010))
    assert [bool(memory.recall(OLEG_LEADS, at=year(at))) for at in (1995, 2005, 2015)] == [True, False, True]
    memory.correct(crystal, Note(OLEG_LEADS, true_from=year(1990), true_until=year(1999)))
    assert [bool(memory.recall(OLEG_LEADS, at=year(at))) for at in (1995, 1999, 2015)] == [True, False, False]
    assert [change.kind for change in memory.history(crystal)] == ["remember", "time", "time", "correct"]
    assert {row.replaced_by for row in memory.validity(crystal)} == {None, crystal}
    assert memory.get(crystal).replaces == ()
    assert len(memory) == 1
    assert memory.check() == []


def test_times_that_cannot_be_are_refused(memory: Memory) -> None:
    with pytest.raises(StoreError, match=r"until .* from"):
        memory.remember(OLEG_LEADS, true_from=year(2000), true_until=year(2000))
    crystal = memory.remember(OLEG_LEADS, time=year(2020))
    with pytest.raises(StoreError, match=f"crystal {crystal} .*2020"):
        memory.correct(crystal, Note(MARTA_LEADS, time=year(2020)))
    with pytest.raises(StoreError, match="no crystal 99"):
        memory.correct(99, MARTA_LEADS)
    assert len(memory) == 1
    assert [change.kind for change in memory.history()] == ["remember"]


def test_a_correction_outlives_what_replaced_it(memory: Memory) -> None:
    old = memory.remember(BORN_1935)
    new = memory.correct(old, BORN_1932)
    memory.forget(new)
    [validity] = memory.validity(old)
    assert validity.known_until is not None
    assert validity.replaced_by is None
    assert memory.recall("alan bean") == []
    memory.forget(old)
    with pytest.raises(StoreError, match=f"no crystal {old}"):
        memory.validity(old)
    assert memory.check() == []


def test_a_correction_that_is_taken_back_has_changed_nothing(memory: Memory) -> None:
    old = memory.remember(BORN_1935)
    with suppress(KeyboardInterrupt), memory.transaction():
        memory.correct(old, BORN_1932)
        assert memory.recall("alan bean")[0].scene == BORN_1932
        raise KeyboardInterrupt
    assert [hit.id for hit in memory.recall("alan bean")] == [old]
    assert memory.check() == []


def test_a_damaged_row_of_validity_is_found(memory: Memory) -> None:
    old = memory.remember(BORN_1935)
    memory.correct(old, BORN_1932)
    memory._database.execute("UPDATE validity SET known_until = NULL")
    assert any(f"the validity of crystal {old} is damaged" in line for line in memory.check())
    with pytest.raises(StoreError, match=f"crystal {old} is damaged"):
        memory.validity(old)


# --- clocks -------------------------------------------------------------------------------------------------


def test_what_is_stated_without_a_time_has_that_of_the_clock(memory: Memory) -> None:
    begun = [datetime.now(UTC)]
    old = memory.remember(BORN_1935, text="Born in 1935.")
    begun.append(datetime.now(UTC))
    memory.correct(old, BORN_1932)
    begun.append(datetime.now(UTC))
    memory.keep("gibberish")
    begun.append(datetime.now(UTC))
    held = memory.get(old)
    [validity] = held.validity
    assert validity.known_until is not None
    [unread] = memory.unread()
    assert begun[0] <= held.learned == held.sources[0].time == validity.known_from <= begun[1]
    assert begun[1] <= validity.known_until <= begun[2] <= unread.time <= begun[3]
    times = [change.time for change in memory.history()]
    assert len(times) == 4
    assert times == sorted(times)
    assert begun[0] <= times[0] <= begun[1] <= times[1] <= times[2] <= begun[2] <= times[3] <= begun[3]
    assert memory.believed(known=begun[1]) == [old]


@pytest.mark.parametrize("tick", [0, -1, -60_000_000])
def test_a_clock_that_stands_or_runs_backwards_puts_nothing_in_another_order(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, tick: int
) -> None:
    run(monkeypatch, (tick for _ in count()))
    old = memory.remember(BORN_1935)
    new = memory.correct(old, BORN_1932)
    assert memory.believed() == [new]
    assert memory.remember(BORN_1935) == old
    assert memory.believed() == [old, new]
    memory.correct(new, OLEG_LEADS)
    memory.correct(old, BORN_1932)
    stated = memory.validity(old)
    assert [one.known_from for one in stated] == sorted({one.known_from for one in stated})
    assert all(one.known_until and one.known_from < one.known_until for one in stated)
    assert BORN_1935 not in {memory.get(crystal).scene for crystal in memory.believed()}
    assert [hit.scene for hit in memory.recall("alan bean")] == [BORN_1932]
    assert memory.check() == []


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3) | st.none()), max_size=12),
    st.lists(st.integers(-3, 3), min_size=1, max_size=5),
)
def test_what_is_believed_does_not_hang_on_the_clock(steps: list, ticks: list[int]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        Memory.open(folder) as memory,
    ):
        run(patch, cycle(ticks))
        expected: set[int] = set()
        for one, other in steps:
            if other is None or one not in expected:
                memory.remember(SCENES[one])
                expected.add(one)
            else:
                crystal = memory.find(SCENES[one])
                assert crystal is not None
                memory.correct(crystal, SCENES[other])
                expected = expected - {one} | {other}
            assert {memory.get(crystal).scene for crystal in memory.believed()} == {
                SCENES[n] for n in expected
            }


def run(patch: pytest.MonkeyPatch, ticks: Iterator[int]) -> None:
    """Let the clock go on by *ticks*, in microseconds, from one look at it to the next."""
    times = accumulate(ticks, initial=1_700_000_000_000_000)
    patch.setattr("scenograph.memory.store.rows.time.time_ns", lambda: 1000 * next(times))


# --- laws --------------------------------------------------------------------------------------------------

moments = st.none() | st.integers(0, 4)
intervals = st.tuples(moments, moments).filter(lambda pair: None in pair or pair[0] < pair[1])
operations = st.tuples(st.booleans(), st.sampled_from(SCENES), st.sampled_from(SCENES), intervals)


class Model:
    """What is believed, in the simplest words: for each scene, the intervals in which it is held true."""

    def __init__(self) -> None:
        self.held: dict[Scene, list[tuple[int | None, int | None]]] = {}
        self.last: dict[Scene, list[tuple[int | None, int | None]]] = {}

    def tell(self, scene: Scene, interval: tuple[int | None, int | None]) -> None:
        if scene in self.held:
            self.held[scene] = [*self.held[scene], interval]
        else:
            told = [interval] if interval != (None, None) else self.last.get(scene, [interval])
            self.held[scene] = told

    def correct(self, old: Scene, new: Scene, interval: tuple[int | None, int | None]) -> None:
        self.last[old] = self.held.pop(old)
        if old == new:
            self.held[old] = [interval]
        else:
            self.tell(new, interval)

    def view(self, at: int | None) -> set[Scene]:
        found: set[Scene] = set()
        for scene, told in self.held.items():
            dated = [interval for interval in told if interval != (None, None)] or told
            if at is None or any((a is None or a <= at) and (b is None or at < b) for a, b in dated):
                found.add(scene)
        return found


def moment(number: int | None) -> datetime | None:
    return None if number is None else year(1990 + number)


def view(memory: Memory, at: int | None, known: datetime | None) -> set[Scene]:
    ids = memory.believed(at=moment(at), known=known)
    return {memory.get(crystal).scene for crystal in ids}


@settings(max_examples=20, deadline=None)
@given(st.lists(operations, max_size=8), st.integers(0, 3))
def test_the_memory_of_a_time_shows_what_it_showed_then(some: list, forgotten: int) -> None:
    model = Model()
    shown: list[dict[int | None, set[Scene]]] = []
    times = [year(2000) + timedelta(days=n) for n in range(len(some) + 1)]
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        with memory.transaction():
            for time, (is_correction, scene, other, interval) in zip(times, some, strict=False):
                start, end = map(moment, interval)
                if is_correction and scene in model.held:
                    crystal = memory.find(scene)
                    assert crystal is not None
                    memory.correct(crystal, Note(other, time=time, true_from=start, true_until=end))
                    model.correct(scene, other, interval)
                else:
                    memory.remember(scene, time=time, true_from=start, true_until=end)
                    model.tell(scene, interval)
                shown.append({at: model.view(at) for at in (None, 0, 2, 4)})
        for time, later, views in zip(times, times[1:], shown, strict=False):
            for at, expected in views.items():
                for known in (time, (time + (later - time) / 2)):
                    assert view(memory, at, known) == expected
        if shown:
            assert {at: view(memory, at, None) for at in shown[-1]} == shown[-1]
        gone = SCENES[forgotten]
        crystal = memory.find(gone)
        if crystal is not None:
            memory.forget(crystal)
        for time, views in zip(times, shown, strict=False):
            for at, expected in views.items():
                assert view(memory, at, time) == expected - {gone}
        assert memory.check() == []


beliefs = st.builds(
    lambda true, known, length, by: Belief(
        Interval(*true), known, None if length is None else known + length, by if length else None
    ),
    intervals,
    st.integers(0, 6),
    st.none() | st.integers(1, 4),
    st.none() | st.integers(1, 2),
)
rows = st.lists(beliefs, max_size=5)


@given(rows, rows, rows)
def test_rows_of_validity_join_in_any_order(
    one: list[Belief], two: list[Belief], three: list[Belief]
) -> None:
    assert joined(one, two) == joined(two, one)
    assert joined(joined(one, two), three) == joined(one, joined(two, three))
    assert joined(joined(one, two), two) == joined(one, two)
    for known in (None, *range(8)):
        together = {row.true for row in believed(joined(one, two), known)}
        assert together == {row.true for row in believed([*one, *two], known)}


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


# --- contradictions ----------------------------------------------------------------------------------------

names = st.sampled_from(["Oleg", "Marta", "Ivan"])


def always(_: object) -> dict[int, list[Interval]]:
    return {}


@st.composite
def triples(draw: st.DrawFn) -> Scene:
    value = draw(st.sampled_from(['"1"', '"2"', "3"]) | names.map(lambda name: f"(v / {name})"))
    role = draw(st.sampled_from([":born", ":likes"]))
    told = f'(p / person :name "{draw(names)}" {role} {value})'
    return Scene.parse(told if draw(st.integers(0, 3)) else f"(b / believe :content {told})")


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=15, deadline=None)
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
