"""When crystals are true, since when that is believed, and corrections."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count, cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory.lives import (
    BORN_1932,
    BORN_1935,
    MARTA_LEADS,
    OLEG_LEADS,
    SCENES,
    intervals,
    moment,
    year,
)
from strategies import dear

from scenograph.core import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.store.validity import Belief, Interval, believed, joined

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


@dear
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


def view(memory: Memory, at: int | None, known: datetime | None) -> set[Scene]:
    ids = memory.believed(at=moment(at), known=known)
    return {memory.get(crystal).scene for crystal in ids}


@settings(max_examples=20)
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
