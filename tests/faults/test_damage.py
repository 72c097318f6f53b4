"""A damaged file is rebuilt where it is derived and found where it is the truth; never silently wrong."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note

CUES: tuple[Scene | str, ...] = (
    Scene.parse("(b / build :agent ?who :object (t / thing-3))"),
    Scene.parse('(p / person :name "Name 7")'),
    "кто построил старый мост номер 5",
    "seen in 1907",
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory with something of everything in it."""
    folder = tmp_path_factory.mktemp("sound")
    with Memory.open(folder) as memory:
        for number in range(24):
            scene = Scene.parse(
                f'(b / build :agent (p / person :name "Name {number}") '
                f":object (t / thing-{number % 6}) :time {1900 + number})"
            )
            text = (
                f"Построил старый мост номер {number}." if number % 2 else f"It was seen in {1900 + number}."
            )
            memory.remember_many([Note(scene, text, "ru" if number % 2 else "en", "a book"), scene])
        memory.forget(5)
        memory.remember(memory.get(6).scene, text="Another text.")
        memory.keep("gibberish")
        memory.rebuild_index()
    return folder


@pytest.fixture(scope="module")
def learned(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with a lexicon, meanings, ties, clusters and something that was corrected."""
    folder = Path(shutil.copytree(sound, tmp_path_factory.mktemp("learned") / "memory"))
    with Memory.open(folder) as memory:
        memory.correct(3, Note(Scene.parse("(b / build :object (t / thing-3) :time 2001)"), "No, in 2001."))
        memory.consolidate(full=True)
        memory.used([1, 2, 4])
        memory.remember(Scene.parse("(b / build :object (t / thing-3) :time 2002)"), text="And in 2002.")
        memory.rebuild_index()
    return folder


def derived(folder: Path) -> list[Path]:
    """All files of a memory but SQLite's, whatever they are."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if not path.name.startswith("memory.db") and path.stat().st_size)


def account(memory: Memory) -> tuple[object, ...]:
    """All that can be asked of a memory."""
    recalled = [
        [(hit.id, round(hit.resonance, 5), hit.sources) for hit in memory.recall(cue)] for cue in CUES
    ]
    return exported(memory), memory.history(), recalled, [text.text for text in memory.unread()]


def exported(memory: Memory) -> str:
    file = io.StringIO()
    memory.export_to(file)
    return file.getvalue()


def flip(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    while not data[place]:  # most pages of a small memory are empty: there a flip is harmless
        place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def wipe(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    while not any(data[place : place + 512]):  # as for a flip: to wipe what is empty does no harm
        place = rng.randrange(len(data))
    return data[:place] + bytes(min(512, len(data) - place)) + data[place + 512 :]


@pytest.mark.parametrize("harm", [flip, cut, wipe])
@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_a_damaged_index_is_built_anew_unasked(
    sound: Path, tmp_path: Path, harm: Callable[[bytes, random.Random], bytes], rounds: int
) -> None:
    rng = random.Random(1)
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    index = tmp_path / "vectors.index"
    whole = index.read_bytes()
    with Memory.open(sound) as memory:
        expected = account(memory)
    for _ in range(rounds):
        index.write_bytes(harm(whole, rng))
        harmed = index.read_bytes() != whole
        with Memory.open(tmp_path) as memory:
            assert (memory.check() != []) == harmed
            assert account(memory) == expected
            assert memory.check() == []
        assert index.read_bytes() == whole


def test_a_lost_a_foreign_and_a_stale_index_are_made_good(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    index = tmp_path / "vectors.index"
    with Memory.open(tmp_path) as memory:
        expected = account(memory)
    index.unlink()
    with Memory.open(tmp_path) as memory:
        assert account(memory) == expected
    with Memory.open(tmp_path / "other") as other:
        other.remember(Scene.parse("(a / other)"))
        other.rebuild_index()
    shutil.copy(tmp_path / "other" / "vectors.index", index)
    with Memory.open(tmp_path) as memory:
        assert account(memory) == expected
    stale = index.read_bytes()
    with Memory.open(tmp_path) as memory:
        gone = memory.remember(Scene.parse("(n / new)"))
        memory.recall("new")
        memory.forget(gone)
        memory.remember(Scene.parse("(n / newer)"))
    index.write_bytes(stale)
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []
        assert memory.recall("newer")[0].scene == Scene.parse("(n / newer)")


def test_an_index_ahead_of_a_restored_copy_is_built_anew(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    backup = (tmp_path / "memory.db").read_bytes()
    with Memory.open(tmp_path) as memory:
        memory.remember(Scene.parse("(n / lost)"))
        memory.rebuild_index()
    (tmp_path / "memory.db").write_bytes(backup)
    with Memory.open(tmp_path) as memory:
        other = memory.remember(Scene.parse("(n / found)"))
        assert memory.recall(Scene.parse("(n / found)"))[0].id == other
        assert memory.check() == []


@pytest.mark.parametrize("harm", [flip, cut, wipe])
@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_any_damaged_file_but_the_truth_is_made_good(
    learned: Path, tmp_path: Path, harm: Callable[[bytes, random.Random], bytes], rounds: int
) -> None:
    rng = random.Random(rounds)
    with Memory.open(learned) as memory:
        expected = account(memory)
    names = [path.relative_to(learned) for path in derived(learned)]
    assert names
    for name in names:
        for _ in range(rounds):
            folder = Path(shutil.copytree(learned, tmp_path / "harmed"))
            whole = (folder / name).read_bytes()
            (folder / name).write_bytes(harm(whole, rng))
            with Memory.open(folder) as memory:
                memory.check()
                assert account(memory) == expected
                assert memory.check() == []
            with Memory.open(folder) as memory:
                assert memory.check() == []
            shutil.rmtree(folder)


@pytest.mark.parametrize("harm", [flip, cut, wipe])
@pytest.mark.parametrize("rounds", [8, pytest.param(400, marks=pytest.mark.slow)])
def test_a_damaged_log_leaves_a_memory_as_it_once_was(
    learned: Path, tmp_path: Path, harm: Callable[[bytes, random.Random], bytes], rounds: int
) -> None:
    """
    SQLite's log is read up to its first damaged frame: what was written later is lost, nothing is by halves.

    The format has no means to tell damage from the end of a write that was cut off, so that this is not
    reported; a sound index that has seen more is, and is built anew.
    """
    rng = random.Random(rounds)
    live = Path(shutil.copytree(learned, tmp_path / "live"))
    states: list[str] = []
    with Memory.open(live) as memory:
        for number in range(6):
            states.append(exported(memory))
            with memory.transaction():
                memory.remember(Scene.parse(f"(n / new :number {number})"), text=f"New: {number}")
                memory.remember(Scene.parse(f"(t / thing-{number} :time 1999)"))
        states.append(exported(memory))
        log = (live / "memory.db-wal").read_bytes()
        database = (live / "memory.db").read_bytes()
        assert len(log) > 20_000
        for turn in range(rounds):
            folder = Path(shutil.copytree(learned, tmp_path / str(turn)))
            (folder / "memory.db").write_bytes(database)
            (folder / "memory.db-wal").write_bytes(harm(log, rng))
            with Memory.open(folder) as harmed:
                assert harmed.check() == []
                assert exported(harmed) in states
                assert harmed.recall(CUES[0])
                assert harmed.check() == []
            shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["sound", "learned"])
@pytest.mark.parametrize("harm", [flip, cut, wipe])
@pytest.mark.parametrize("rounds", [8, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_damaged_database_is_found_out_or_harmless(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    kind: str,
    harm: Callable[[bytes, random.Random], bytes],
    rounds: int,
) -> None:
    sound: Path = request.getfixturevalue(kind)
    rng = random.Random(rounds)
    whole = (sound / "memory.db").read_bytes()
    with Memory.open(sound) as memory:
        expected = account(memory)
    found = 0
    for turn in range(rounds):
        folder = tmp_path / str(turn)
        folder.mkdir()
        shutil.copy(sound / "vectors.index", folder)
        (folder / "memory.db").write_bytes(harm(whole, rng))
        try:
            with Memory.open(folder) as memory:
                if memory.check():
                    found += 1
                else:
                    assert account(memory) == expected
        except StoreError:
            found += 1
        shutil.rmtree(folder)
    assert found > 0


def test_a_damaged_record_is_named_and_can_be_forgotten(sound: Path, tmp_path: Path) -> None:
    database = tmp_path / "memory.db"
    data = (sound / "memory.db").read_bytes()
    assert data.count(b':name \\"Name 9\\"') + data.count(b':name "Name 9"') == 1
    database.write_bytes(data.replace(b':name "Name 9"', b':name "Name 8"'))
    with Memory.open(tmp_path) as memory:
        [problem, *_] = [line for line in memory.check() if "damaged" in line]
        assert "crystal 10 is damaged" in problem
        with pytest.raises(StoreError, match="crystal 10 is damaged"):
            memory.get(10)
        with pytest.raises(StoreError, match="crystal 10 is damaged"):
            memory.recall(CUES[0])
        assert memory.forget(10).crystals == 1
        assert memory.check() == []
        assert memory.recall(CUES[0])


@pytest.mark.parametrize("indexes", ["saved", "lost"])
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE crystals SET seal = zeroblob(8) WHERE id = 1",
        "UPDATE sources SET heard = heard + 1 WHERE crystal = 1",
        "UPDATE ties SET weight = weight + 1 WHERE 1 IN (one, other)",
        "UPDATE validity SET known_from = known_from + 1 WHERE crystal = 1",
        "UPDATE validity SET known_from = known_from + 1 WHERE replaced_by = 1",
    ],
)
def test_what_is_damaged_of_a_crystal_does_not_keep_it_from_being_forgotten(
    tmp_path: Path, harm: str, indexes: str
) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(Scene.parse("(b / build :object (t / tower))"), text="The tower was built.")
        old = memory.remember(Scene.parse("(b / build :object (h / house))"), text="A house was built.")
        memory.correct(old, Note(Scene.parse("(b / build :object (t / tower))"), "No, a tower."))
        memory.correct(1, Note(Scene.parse("(b / build :object (m / mill))"), "No, a mill."))
        memory.used([1, old])
        memory.rebuild_index()
        assert memory.check() == []
        memory._database.execute(harm)
        assert memory._database.execute("SELECT changes()") != [(0,)]
    if indexes == "lost":
        for path in derived(tmp_path):
            path.unlink()
    with Memory.open(tmp_path) as memory:
        assert memory.check() != []
        done = memory.forget(1)
        assert (done.crystals, done.found) == (1, ())
        assert [it.crystal for it in done.erased] == [1]
        is_read = {"crystals": done.erased[0].scene, "sources": done.erased[0].texts}
        for table, read in is_read.items():
            assert bool(read) == (table not in harm)
        assert memory.check() == []


def test_no_index_is_built_only_to_forget(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(Scene.parse("(b / build)"), text="Something was built.")
        done = memory.forget(1)
        assert (done.crystals, done.readable, done.found) == (1, None, ())
        assert not done.erased[0].vector
    assert not (tmp_path / "vectors.index").exists()


def test_derived_tables_can_be_rebuilt(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    with Memory.open(tmp_path) as memory:
        expected = account(memory)
        with memory.transaction():
            execute = memory._database.execute
            execute("UPDATE entities SET uses = uses + 1 WHERE id % 3 = 0")
            execute("INSERT INTO words (rowid, text, names) VALUES (3, 'wrong', ''), (99, '', 'wrong')")
            execute("INSERT INTO names (names, rowid, name) VALUES ('delete', 1, 'build')")
            execute("UPDATE entities SET name = 'wrong' WHERE id = 3")
        assert len(memory.check()) > 3
        memory.rebuild_index()
        assert memory.check() == []
        assert account(memory) == expected


READS: dict[str, Callable[[Memory], object]] = {
    "recall": lambda memory: [[(hit.id, hit.sources) for hit in memory.recall(cue)] for cue in CUES],
    "recall at": lambda memory: [hit.id for hit in memory.recall("thing", at=memory.get(1).learned)],
    "get": lambda memory: list(map(memory.get, range(1, 5))),
    "iterate": list,
    "count": len,
    "find": lambda memory: memory.find(Scene.parse("(b / build :object (t / thing-3) :time 2002)")),
    "grep": lambda memory: memory.saying("мост номер") + memory.saying("thing-3"),
    "unread": lambda memory: memory.unread(),
    "believed": lambda memory: memory.believed(),
    "validity": lambda memory: memory.validity(3),
    "history": lambda memory: memory.history() + memory.history(3),
    "contradictions": lambda memory: (memory.contradictions(), memory.contradictions(about=3)),
    "functional roles": lambda memory: memory.functional_roles(),
    "clusters": lambda memory: memory._crystals.learned.get("clusters"),
    "stats": lambda memory: memory.stats().symbols,
    "export": exported,
    "export as RDF": lambda memory: memory.export_rdf(io.StringIO()),
}


@pytest.mark.parametrize("indexes", ["saved", "lost"])
@pytest.mark.parametrize("most", [5, pytest.param(10_000, marks=pytest.mark.slow)])
def test_no_read_of_a_database_with_zeros_in_it_fails_but_by_a_store_error(
    learned: Path, tmp_path: Path, indexes: str, most: int
) -> None:
    """Where a page of SQLite has lost rows that nothing misses, a read may find less; `check` says so."""
    whole = (learned / "memory.db").read_bytes()
    places = [place for place in range(0, len(whole), 512) if any(whole[place : place + 512])]
    for place in random.Random(indexes).sample(places, min(most, len(places))):
        folder = Path(shutil.copytree(learned, tmp_path / "harmed"))
        (folder / "memory.db").write_bytes(whole[:place] + bytes(512) + whole[place + 512 :])
        if indexes == "lost":
            for path in derived(folder):
                path.unlink()
        try:
            with Memory.open(folder) as memory:
                for read in READS.values():
                    with suppress(StoreError):
                        read(memory)
                assert memory.check(), place
        except StoreError:
            continue  # it cannot be opened
        finally:
            shutil.rmtree(folder)


def test_an_error_that_damage_makes_says_so_and_any_other_passes(sound: Path, tmp_path: Path) -> None:
    """Rows that are lost, which no seal shows, make a `KeyError`."""
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    with Memory.open(tmp_path) as memory:
        assert memory.recall(CUES[0])
        words = memory._crystals.words
        words.saying = lambda text: [][1]  # type: ignore[method-assign]
        with pytest.raises(IndexError) as passed:
            memory.saying("thing")
        assert "The memory is sound" in passed.value.__notes__[0]
        with memory.transaction():
            memory._database.execute("DELETE FROM crystals WHERE id = 3")
        with pytest.raises(
            StoreError, match=r"memory\.db is damaged: crystal 3 is lost.*memory check.*restore"
        ):
            memory.saying("thing")
