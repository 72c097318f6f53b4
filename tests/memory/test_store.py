"""What the tables beside the crystals promise: history in runs, lexicons in two copies, ties, learning."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.store.crystals import Crystals
from scenograph.memory.store.database import Database
from scenograph.memory.store.rows import seal

SCENES = [
    Scene.parse(f'(b / build :agent (p / person :name "{name}") :object (t / {thing}) :time {1900 + year})')
    for year, name in enumerate(["Oleg", "Marta", "Ivan", "Anna"])
    for thing in ("bridge", "house", "мост")
]


def reencode(memory: Memory, lexicon: Lexicon) -> None:
    """Do what consolidation does."""
    crystals = memory._crystals
    with memory.transaction():
        crystals.lexicons.add(lexicon)
    for ids in crystals.lagging(len(lexicon.generations)):
        with memory.transaction():
            crystals.reencode(ids, lexicon)


@given(st.lists(st.none() | st.text() | st.binary() | st.integers(), min_size=1, max_size=4), st.data())
def test_a_seal_tells_fields_apart(fields: list[str | bytes | int | None], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.none() | st.text() | st.binary() | st.integers(), max_size=4))
    assert (seal(*fields) == seal(*other)) == (fields == other)
    assert len(seal(*fields)) == 8


def test_a_seal_is_the_same_everywhere() -> None:
    assert seal(1, "Олег\x00", b"\xff", None, 0.5).hex() == "6dc38f4a108fdc04"


def test_a_batch_is_one_row_of_the_history(memory: Memory) -> None:
    ids = memory.remember_many(SCENES)
    memory.forget(ids[3], ids[4], ids[8])
    [remembered, forgot, other] = memory._crystals.changes.runs()
    assert (remembered.kind, list(remembered.crystals)) == ("remember", ids)
    assert [list(run.crystals) for run in (forgot, other)] == [ids[3:5], [ids[8]]]
    assert [(change.seq, change.kind) for change in memory.history(ids[4])] == [
        (1, "remember"),
        (2, "forget"),
    ]
    assert len(memory.history()) == len(ids) + 3


def test_long_runs_are_cut_so_that_they_can_be_found(memory: Memory) -> None:
    with memory.transaction():
        memory._crystals.changes.log("source", range(1, 10_000))
    runs = list(memory._crystals.changes.runs())
    assert [crystal for run in runs for crystal in run.crystals] == list(range(1, 10_000))
    assert max(len(run.crystals) for run in runs) == 4096
    for crystal in (1, 4096, 4097, 8192, 8193, 9999):
        [change] = memory.history(crystal)
        assert change.crystal == crystal
    assert memory.history(10_000) == []


def test_ingest_takes_notes_as_it_goes(memory: Memory) -> None:
    taken = 0

    def notes() -> Iterator[Note]:
        nonlocal taken
        for scene in [*SCENES, *SCENES[:2]]:
            taken += 1
            yield Note(scene, f"text {taken}", "en")

    told: list[tuple[int, int, int, int]] = []
    done = memory.ingest(
        notes(), batch=5, progress=lambda seen, new: told.append((seen, new, taken, len(memory)))
    )
    assert done == (14, 12)
    assert told == [(5, 5, 5, 5), (10, 10, 10, 10), (14, 12, 14, 12)]
    assert memory.check() == []


def test_ingest_keeps_the_batches_before_one_that_fails(memory: Memory) -> None:
    with pytest.raises(StoreError, match="surrogate"):
        memory.ingest([*SCENES[:7], Note(SCENES[8], "\udc80")], batch=5)
    assert len(memory) == 5
    assert memory.check() == []


@settings(max_examples=15)
@given(st.lists(scenes(max_nodes=5), min_size=1, max_size=12, unique=True), st.data())
def test_reencoded_crystals_are_the_same_scenes(some: list[Scene], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        ids = memory.remember_many(some)
        lexicon = Lexicon.learn(some[: data.draw(st.integers(1, len(some)))])
        reencode(memory, lexicon)
        memory.close()
        with Memory.open(folder) as again:
            assert {crystal.id: crystal.scene for crystal in again} == dict(zip(ids, some, strict=True))
            assert [again.find(scene) for scene in some] == ids
            assert again.check() == []
            grown = Lexicon.learn(some, base=lexicon)
            half = ids[: data.draw(st.integers(0, len(ids)))]
            with again.transaction():
                again._crystals.lexicons.add(grown)
                again._crystals.reencode(half, grown)
        with Memory.open(folder) as again:  # which holds records of two generations
            assert {crystal.id: crystal.scene for crystal in again} == dict(zip(ids, some, strict=True))
            assert [i for page in again._crystals.lagging(2) for i in page] == ids[len(half) :]
            assert [(v.version, v.generations) for v in again._crystals.lexicons.versions()] == [
                (1, 1),
                (2, 1),
            ]
            assert again.check() == []


def test_records_take_less_than_notation(memory: Memory) -> None:
    memory.remember_many(SCENES)
    size = "SELECT sum(length(scene)) FROM crystals"
    [(before,)] = memory._database.execute(size)
    reencode(memory, Lexicon.learn(SCENES))
    assert memory._database.execute(size)[0][0] < before / 4


def test_a_lexicon_that_did_not_grow_from_the_one_that_is_kept_is_refused(memory: Memory) -> None:
    memory.remember_many(SCENES)
    lexicon = Lexicon.learn(SCENES)
    with pytest.raises(StoreError, match="not the one that is kept"), memory.transaction():
        memory._crystals.reencode([1], lexicon)
    reencode(memory, lexicon)
    with memory.transaction():
        memory._crystals.lexicons.add(lexicon)  # known already
    assert len(memory._crystals.lexicons.versions()) == 1
    with pytest.raises(StoreError, match="does not grow"), memory.transaction():
        memory._crystals.lexicons.add(Lexicon.learn(SCENES[:3]))
    assert memory.check() == []


def test_what_one_process_learns_another_reads(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as one, Memory.open(tmp_path) as two:
        ids = one.remember_many(SCENES)
        reencode(one, Lexicon.learn(SCENES))
        assert [two.get(crystal).scene for crystal in ids] == SCENES
        with one.transaction():
            one._crystals.unlearn()
        reencode(one, Lexicon.learn(SCENES[:4]))
        assert [two.get(crystal).scene for crystal in ids] == SCENES


@pytest.mark.parametrize("copies", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("harm", ["UPDATE lexicons SET data = substr(data, 2)", "DELETE FROM lexicons"])
def test_a_lexicon_is_read_from_its_sound_copy(tmp_path: Path, copies: tuple[int, ...], harm: str) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(SCENES)
        reencode(memory, Lexicon.learn(SCENES))
        with memory.transaction():
            for copy in copies:
                memory._database.execute(f"{harm} WHERE copy = ?", (copy,))
    with Memory.open(tmp_path) as memory:
        found = memory.check()
        if len(copies) == 1:
            assert found == [
                f"copy {copies[0]} of version 1 of the lexicon is damaged; rebuild_index() repairs it"
            ]
            assert [crystal.scene for crystal in memory] == SCENES
            memory.rebuild_index()
            assert memory.check() == []
        else:
            assert any("damaged" in line for line in found)
            with pytest.raises(StoreError, match="damaged"):
                memory.get(1)


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many(SCENES)
        reencode(memory, Lexicon.learn(SCENES))
        with memory.transaction():
            execute = memory._database.execute
            [(key, record)] = execute("SELECT key, scene FROM crystals WHERE id = 3")
            [(other, learned)] = execute("SELECT scene, learned FROM crystals WHERE id = 4")
            # Sealed rightly, but another scene's record: its key tells.
            execute(
                "UPDATE crystals SET scene = ?, seal = ? WHERE id = 3",
                (other, seal(3, key, 1, other, learned)),
            )
            execute("UPDATE crystals SET scene = ? WHERE id = 5", (record,))
    with Memory.open(tmp_path) as memory:
        named = [
            line
            for line in memory.check()
            if "crystal 3 is damaged" in line or "crystal 5 is damaged" in line
        ]
        assert len(named) == len(memory.check()) == 2
        assert memory.forget(3).crystals == 1  # though another one is damaged too
        assert len(memory.check()) == 1
        assert memory.forget(5).crystals == 1
        assert memory.check() == []
        assert memory._crystals.lexicons.versions() == []


def test_scenes_of_equal_keys_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("crystals", "crystal_rows"):
        monkeypatch.setattr(f"scenograph.memory.store.{module}.key_of", lambda digest: digest[0] % 2)
    with Memory.open(tmp_path) as memory:
        ids = memory.remember_many(SCENES[:6])
        assert ids == memory.remember_many(SCENES[:6]) == sorted(set(ids))
        assert [memory.find(scene) for scene in SCENES] == [*ids, *[None] * 6]


def test_words_of_symbols_and_of_texts_find_a_crystal(memory: Memory) -> None:
    crystal = memory.remember(
        Scene.parse("(p / Alan_Bean :birthPlace (w / Wheeler))"), text="Алан родился здесь.", language="ru"
    )
    memory.remember_many(SCENES)

    def found(expression: str) -> list[int]:
        rows = memory._database.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,))
        return [row[0] for row in rows]

    assert found("names : (alan AND birth AND place AND wheeler)") == [crystal]
    assert found("text : родиться") == [crystal]
    assert found("text : place") == []
    memory.remember(memory.get(crystal).scene, text="Another place.")
    assert memory.saying("place родился") == memory.saying("place Wheeler") == [crystal]
    assert memory.saying('"place здесь"') == []
    names = memory._database.execute(
        "SELECT symbol FROM entities WHERE id IN (SELECT rowid FROM names WHERE names MATCH 'heel')"
    )
    assert names == [("Wheeler",)]
    assert memory.check() == []


def test_entities_count_their_uses(memory: Memory) -> None:
    ids = memory.remember_many(SCENES)
    entities = memory._crystals.entities
    assert entities.uses(["build", '"Oleg"', ":agent", "nobody"]) == {"build": 12, '"Oleg"': 3, ":agent": 12}
    memory.forget(*ids[:3])
    assert entities.uses(["build", '"Oleg"']) == {"build": 9}


def test_ties_grow_and_go(memory: Memory) -> None:
    one, two, three, *_ = memory.remember_many(SCENES)
    ties = memory._crystals.ties
    with memory.transaction():
        ties.strengthen([(two, one), (two, three), (two, two)], "together")
        ties.strengthen([(one, two)], "together", 0.5)
        ties.strengthen([(one, two)], "use")
    assert ties.of([one]) == [(one, two, "together", 1.5), (one, two, "use", 1.0)]
    assert ties.of([one, two, three]) == [*ties.of([one]), (two, three, "together", 1.0)]
    memory.forget(one)
    assert ties.of([one, two, three]) == [(two, three, "together", 1.0)]
    assert memory.check() == []
    with memory.transaction():
        memory._database.execute("UPDATE ties SET weight = 2")
    assert memory.check() == ["the tie of crystals 2 and 3 is damaged; restore the memory from a copy"]


def test_what_was_learned_is_kept_by_name_and_symbol(memory: Memory) -> None:
    learned = memory._crystals.learned
    with memory.transaction():
        learned.put("weights", b"[1, 2]")
        learned.put("meanings", {"bridge": b"\x01", "house": b"\x02"})
        learned.put("meanings", {"bridge": b"\x03", "boat": b"\x02"})
    assert learned.get("weights") == b"[1, 2]"
    assert learned.get("nothing") is learned.get("meanings", "house") is None
    assert learned.all("meanings") == {"bridge": b"\x03", "boat": b"\x02"}
    with memory.transaction():
        memory._database.execute("UPDATE learned SET data = X'00' WHERE key = 'boat'")
    assert memory.check() == ["what was learned as meanings is damaged; run consolidate to learn it again"]


@pytest.mark.parametrize("table", ["words", "names"])
def test_wrong_counts_of_words_are_found(memory: Memory, table: str) -> None:
    memory.remember_many(Note(scene, "A text.", "en") for scene in SCENES)
    memory.forget(2)
    [(counts,)] = memory._database.execute(f"SELECT block FROM {table}_data WHERE id = 1")
    for place in range(len(counts)):
        wrong = counts[:place] + bytes([counts[place] ^ 4]) + counts[place + 1 :]
        with memory.transaction():
            memory._database.execute(f"UPDATE {table}_data SET block = ? WHERE id = 1", (wrong,))
        assert any("the number of" in line for line in memory.check())
    memory.rebuild_index()
    assert memory.check() == []


def test_words_are_derived_anew_when_their_lemmas_change(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(SCENES[0], text="A text.")
        with memory.transaction():
            memory._database.execute("UPDATE identity SET derived = 'with other lemmas'")
            memory._database.execute("INSERT INTO words (rowid, text, names) VALUES (1, 'other', '')")
        assert len(memory.check()) == 3
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []


def test_the_store_needs_no_memory(tmp_path: Path) -> None:
    database = Database(tmp_path / "memory.db")
    assert Crystals(database).count() == 0
    database.close()
