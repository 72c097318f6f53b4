"""A memory remembers, finds, forgets, moves; the simple things, one by one."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note

OLEG = Scene.parse(
    '(b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)) :time 1931)'
)
MARTA = Scene.parse('(s / see :agent (p / person :name "Marta") :object (c / bridge))')
BELIEF = Scene.parse(
    '(v / believe :agent (m / person :name "Marta") :content (b / build :agent (o / person :name "Oleg")))'
)


def test_what_is_remembered_is_there_after_reopening(tmp_path: Path) -> None:
    time = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(OLEG, text="Oleg built it.", language="en", source="a letter", time=time)
    with Memory.open(tmp_path) as memory:
        found = memory.get(crystal)
        assert (len(memory), found.scene, found.learned) == (1, OLEG, time)
        [source] = found.sources
        assert (source.text, source.language, source.source, source.time) == (
            "Oleg built it.",
            "en",
            "a letter",
            time,
        )
        assert OLEG in memory
        assert MARTA not in memory
        assert memory.check() == []


def test_an_equal_scene_gains_a_source_and_no_second_crystal(memory: Memory) -> None:
    first = memory.remember(OLEG, text="Oleg built it.")
    again = Scene.parse(
        '(x / build :time 1931 :object (y / bridge :mod (z / old)) :agent (w / person :name "Oleg"))'
    )
    assert memory.remember(again, text="It was built by Oleg.") == first
    assert memory.remember(again, text="It was built by Oleg.") == first
    assert memory.remember(again) == first
    assert [source.text for source in memory.get(first).sources] == [
        "Oleg built it.",
        "It was built by Oleg.",
    ]
    assert [change.kind for change in memory.history(first)] == ["remember", "source"]


def test_many_are_remembered_at_once_or_not_at_all(memory: Memory) -> None:
    first, second, third = memory.remember_many([OLEG, Note(MARTA, "Marta saw a bridge.", "en"), OLEG])
    assert first == third != second
    with pytest.raises(StoreError, match="surrogate"):
        memory.remember_many([BELIEF, Note(BELIEF, "\udc80")])
    assert BELIEF not in memory
    assert len(memory) == 2
    assert memory.check() == []


def test_transactions_nest_and_take_back_only_their_own_writes(memory: Memory) -> None:
    with memory.transaction():
        memory.remember(OLEG)
        with suppress(KeyboardInterrupt), memory.transaction():
            lost = memory.remember(MARTA)
            assert memory.recall(MARTA)[0].id == lost
            raise KeyboardInterrupt
        kept = memory.remember(BELIEF)
        assert kept == lost
    assert MARTA not in memory
    assert memory.recall(MARTA, k=1)[0].scene != MARTA
    assert memory.recall(BELIEF)[0].scene == BELIEF
    assert memory.check() == []


def test_recall_by_a_part_a_question_and_a_text(memory: Memory) -> None:
    oleg, marta, belief = memory.remember_many(
        [Note(OLEG, "Олег построил старый мост.", "ru"), Note(MARTA, "Marta sees bridges.", "en"), BELIEF]
    )
    [hit] = memory.recall(Scene.parse("(b / build :agent ?who :object (c / bridge :mod (o / old)))"), k=1)
    assert hit.id == oleg
    assert hit.parts["unified"] == hit.parts["structure"] == 1.0
    assert 0 < hit.resonance <= 1
    part = memory.recall(Scene.parse('(b / build :agent (p / person :name "Oleg"))'), k=3)
    assert [(hit.id, hit.parts["unified"]) for hit in sorted(part, key=lambda hit: hit.id)] == [
        (oleg, 1.0),
        (marta, 0.0),
        (belief, 1.0),
    ]
    assert part[2].id == marta
    assert memory.recall("старого моста", k=1)[0].id == oleg
    assert memory.recall("seeing a bridge", k=1)[0].id == marta
    assert {hit.id for hit in memory.recall("marta")} == {marta, belief}
    assert memory.recall("nothing of the kind") == []
    assert (
        memory.recall("the") == memory.recall("") == memory.recall('" OR *') == memory.recall(OLEG, k=0) == []
    )


def test_no_scene_that_lacks_a_link_ranks_above_one_that_has_all(memory: Memory) -> None:
    scenes = [
        Scene.parse(f'(b / {verb} :agent (p / person :name "{name}") :object (c / {thing}))')
        for verb in ("build", "see")
        for name in ("Oleg", "Marta", "Ivan")
        for thing in ("bridge", "house", "boat")
    ]
    memory.remember_many(scenes)
    hits = memory.recall(Scene.parse("(b / build :agent (p / person) :object (c / house))"), k=18)
    unified = [hit.parts["unified"] for hit in hits]
    assert unified == sorted(unified, reverse=True)
    assert sum(unified) == 3


def test_forgetting_leaves_no_trace_in_any_file(tmp_path: Path) -> None:
    secret = Scene.parse('(t / tell :agent (p / person :name "Xanthippe") :content (h / hoard))')
    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(secret, text="Xanthippe разболтала про кладовку.", source="xanthippe.txt")
        memory.remember_many([OLEG, MARTA])
        assert memory.recall("кладовка", k=1)[0].id == crystal
        assert memory.forget(crystal, 999).crystals == 1
        for name in tmp_path.iterdir():
            data = name.read_bytes().lower()
            for word in ("xanthippe", "кладовк", "hoard", "разболтать"):
                assert word.encode() not in data, (name, word)
        assert memory.recall(secret, k=1)[0].id != crystal
        assert memory.recall("кладовка") == []
        assert [change.kind for change in memory.history(crystal)] == ["remember", "forget"]
        assert memory.check() == []
        with pytest.raises(StoreError, match=f"no crystal {crystal}"):
            memory.get(crystal)
        assert memory.remember(secret) != crystal


def test_a_text_that_could_not_be_read_is_kept_until_it_is(memory: Memory) -> None:
    number = memory.keep("Gibberish about Oleg", language="en", source="notes")
    assert memory.keep("Gibberish about Oleg", language="en", source="notes") == number
    [unread] = memory.unread()
    assert (unread.id, unread.text, unread.source) == (number, "Gibberish about Oleg", "notes")
    [hit] = memory.recall("gibberish")
    assert (hit.id, hit.unread) == (number, True)
    other = memory.keep("more")
    assert memory.forget(other).crystals
    assert not memory.forget(other).crystals
    memory.remember(OLEG, text="Gibberish about Oleg", language="en")
    assert memory.unread() == []
    assert memory.recall("gibberish")[0].scene == OLEG
    assert memory.check() == []


def test_a_cue_that_could_not_be_stored_finds_what_else_it_names(memory: Memory) -> None:
    crystal = memory.remember(OLEG)
    cue = Scene.build(["build", '"\ud800"'], [(0, ":agent", 1)])
    assert [hit.id for hit in memory.recall(cue)] == [crystal]
    assert cue not in memory
    assert memory.recall("\ud800") == []


def test_export_and_import_give_the_same_bytes(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "one") as one, Memory.open(tmp_path / "two") as two:
        one.remember(OLEG, text='He said: "Привет"\n\u2028', language="ru", source="a\tb")
        one.remember(MARTA)
        one.remember(OLEG, text="again")
        one.forget(one.remember(BELIEF))
        one.keep("unread \U0001f702")
        first, second = io.StringIO(), io.StringIO()
        assert one.export_to(first) == 3
        assert two.import_from(io.StringIO(first.getvalue())) == 2
        two.export_to(second)
        assert second.getvalue() == first.getvalue()
        assert two.import_from(first.getvalue().split("\n")[:-1]) == 0
        assert two.check() == []


@pytest.mark.parametrize(
    "damage",
    [lambda line: line[:-9], lambda line: line.replace("Marta", "Ivan"), lambda _: "[]", lambda _: "\x00"],
)
def test_a_damaged_export_is_refused_whole(memory: Memory, tmp_path: Path, damage) -> None:
    with Memory.open(tmp_path / "other") as other:
        other.remember_many([MARTA, OLEG])
        file = io.StringIO()
        other.export_to(file)
    lines = file.getvalue().splitlines()
    with pytest.raises(StoreError, match="line 2"):
        memory.import_from([lines[0], damage(lines[1])])
    assert len(memory) == 0


def test_iteration_statistics_and_search_by_equality(memory: Memory) -> None:
    ids = memory.remember_many([OLEG, MARTA])
    assert [crystal.id for crystal in memory] == ids
    assert memory.find(MARTA) == ids[1]
    stats = memory.stats()
    assert (stats.crystals, stats.sources, stats.unread, stats.changes) == (2, 0, 0, 1)
    assert stats.file_bytes > 0


def test_large_and_deep_scenes_are_kept_and_found(memory: Memory) -> None:
    deep = Scene.build(["level"] * 3000, [(i, ":in", i + 1) for i in range(2999)])
    wide = Scene.build(
        ["hub", *(f"spoke-{i}" for i in range(6000))], [(0, ":has", i + 1) for i in range(6000)]
    )
    memory.remember_many([deep, wide, OLEG])
    assert memory.recall(deep, k=1)[0].scene == deep
    assert memory.recall(Scene.parse("(h / hub :has (s / spoke-77))"), k=1)[0].scene == wide
