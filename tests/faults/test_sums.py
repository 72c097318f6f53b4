"""Harm to the database file is found when it is opened; what any process wrote is never taken for harm."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import apsw
import pytest
from faults.test_damage import READS, learned, sound  # noqa: F401  # fixtures

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory
from scenograph.memory.store.sums import path_of


def harm(folder: Path, place: int, size: int = 512) -> None:
    """Replace *size* bytes of the database by zeros."""
    file = folder / "memory.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + bytes(size) + whole[place + size :])


def note(number: int) -> Scene:
    return Scene.parse(f'(n / note :number {number} :of (p / person :name "Name {number}"))')


def test_zeros_in_any_block_are_named_and_nothing_is_read(learned: Path, tmp_path: Path) -> None:  # noqa: F811
    whole = (learned / "memory.db").read_bytes()
    places = [place for place in range(0, len(whole), 512) if any(whole[place : place + 512])]
    assert len(places) > 90
    for place in places:
        folder = Path(shutil.copytree(learned, tmp_path / "harmed"))
        harm(folder, place)
        try:
            memory = Memory.open(folder)
        except StoreError:
            memory = None  # SQLite itself cannot open it
        if memory is not None:
            with memory:
                for name, read in READS.items():
                    if name not in ("stats", "clusters"):  # figures, and what no public method returns
                        with pytest.raises(StoreError, match="is damaged: between byte"):
                            read(memory)
                with pytest.raises(StoreError, match="is damaged: between byte"):
                    memory.remember(note(1))
                assert any("is damaged: between byte" in line for line in memory.check())
        shutil.rmtree(folder)


def test_one_flipped_bit_anywhere_is_found_also_read_only(sound: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "memory.db"
    whole = file.read_bytes()
    rng = random.Random(3)
    for turn in range(40):
        place = rng.randrange(100, len(whole))
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << turn % 8]) + whole[place + 1 :])
        try:
            memory = Memory.open(tmp_path, read_only=turn % 2 == 0)
        except StoreError:
            continue
        with memory, pytest.raises(StoreError, match=rf"is damaged: between byte {place // 65536 * 65536} "):
            memory.get(1)


def test_what_is_derived_is_repaired(learned: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(learned, tmp_path, dirs_exist_ok=True)
    with Memory.open(tmp_path) as memory:
        wanted = memory.saying("мост номер")
        [(page,)] = memory._database.execute(
            "SELECT pageno FROM dbstat WHERE name = 'words_data' AND pagetype = 'leaf' LIMIT 1"
        )
    harm(tmp_path, page * 4096 - 512)
    with Memory.open(tmp_path) as memory:
        with pytest.raises(StoreError, match="check --repair"):
            memory.saying("мост номер")
        memory.rebuild_index()
        assert memory.check() == []
        assert memory.saying("мост номер") == wanted
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []


def test_whoever_accepts_the_harm_reads_what_is_left(sound: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    whole = (tmp_path / "memory.db").read_bytes()
    harm(tmp_path, whole.rindex(b"Another text."), 13)
    with Memory.open(tmp_path) as memory, pytest.raises(StoreError, match=r"delete memory\.db-sums"):
        memory.get(1)
    path_of(tmp_path / "memory.db").unlink()
    with Memory.open(tmp_path) as memory:
        assert memory.get(1).id == 1
        assert memory.check() != []


def test_a_harmed_memory_is_not_merged(sound: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(sound, tmp_path / "harmed")
    whole = (tmp_path / "harmed" / "memory.db").read_bytes()
    harm(tmp_path / "harmed", whole.rindex(b"Another text."), 13)
    with Memory.open(tmp_path / "other") as memory:
        with pytest.raises(StoreError, match="is damaged: between byte"):
            memory.merge(tmp_path / "harmed")
        assert len(memory) == 0


def test_nothing_that_several_openers_do_looks_like_harm(tmp_path: Path) -> None:
    rng = random.Random(11)
    with ExitStack() as stack:
        opened: list[Memory] = []
        for turn in range(120):
            match rng.choice(("open", "close", "remember", "remember", "forget", "use", "compact", "recall")):
                case "open" if len(opened) < 3:
                    opened.append(stack.enter_context(Memory.open(tmp_path, wait=0.2)))
                    assert not opened[-1]._database.harmed
                case "close" if opened:
                    opened.pop(rng.randrange(len(opened))).close()
                case kind if opened:
                    memory = rng.choice(opened)
                    match kind:
                        case "forget" if len(memory) > 3:
                            memory.forget(rng.choice(memory.believed()))
                        case "use" if len(memory) > 3:
                            memory.used(rng.sample(memory.believed(), 2))
                        case "compact":
                            memory._database.compact()
                        case "recall":
                            memory.recall(note(turn))
                        case _:
                            memory.remember(note(turn), text=f"Note {turn}.")
                case _:
                    pass
    assert path_of(tmp_path / "memory.db").exists()
    with Memory.open(tmp_path) as memory:
        assert memory.check() == []


def test_a_process_that_was_killed_left_no_harm(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(note(1))
    script = (
        "import os, sys; from scenograph.memory import Memory; from scenograph.core import Scene\n"
        "memory = Memory.open(sys.argv[1]); memory.remember(Scene.parse('(n / late)'))\n"
        "if sys.argv[2] == 'scrubbed': memory._database.scrub()\n"
        "os._exit(9)"
    )
    for state in ("in the log", "scrubbed"):
        subprocess.run([sys.executable, "-c", script, str(tmp_path), state], check=False)
        assert not path_of(tmp_path / "memory.db").exists()
        with Memory.open(tmp_path) as memory:
            assert memory.check() == []
            memory.remember(note(2))


def test_sums_of_another_state_say_nothing(tmp_path: Path) -> None:
    folder, file, sums = (
        tmp_path / "memory",
        tmp_path / "memory" / "memory.db",
        tmp_path / "memory/memory.db-sums",
    )
    states: list[tuple[bytes, bytes]] = []
    for number in range(3):
        with Memory.open(folder) as memory:
            memory.remember(note(number))
        states.append((file.read_bytes(), sums.read_bytes()))
    for one, (database, _) in enumerate(states):
        for other, (_, said) in enumerate(states):
            file.write_bytes(database)
            sums.write_bytes(said)
            with Memory.open(folder, read_only=True) as memory:
                assert len(memory) == one + 1
                assert memory.check() == [] or one != other  # an index may be of a later state
    for broken in (b"", b"SCNGSUM1", states[-1][1][:-1], bytes(len(states[-1][1]))):
        sums.write_bytes(broken)
        with Memory.open(folder, read_only=True) as memory:
            assert len(memory) == 3


def test_a_memory_that_is_only_read_keeps_its_sums(sound: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    sums = path_of(tmp_path / "memory.db")
    before = sums.read_bytes(), sums.stat().st_mtime_ns
    with Memory.open(tmp_path) as memory:
        assert memory.recall("thing-3")
    assert (sums.read_bytes(), sums.stat().st_mtime_ns) == before


def test_what_another_program_wrote_is_named_and_can_be_accepted(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember(note(1), text="It was so.", source="a book")
    plain = apsw.Connection(os.fspath(tmp_path / "memory.db"))
    plain.execute("DELETE FROM sources")
    plain.close()
    with Memory.open(tmp_path) as memory, pytest.raises(StoreError, match="or if another program wrote"):
        memory.get(1)
    path_of(tmp_path / "memory.db").unlink()
    with Memory.open(tmp_path) as memory:
        assert len(memory) == 1


def test_sums_that_cannot_be_read_are_an_error_that_names_the_file(sound: Path, tmp_path: Path) -> None:  # noqa: F811
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    sums = path_of(tmp_path / "memory.db")
    sums.unlink(missing_ok=True)
    sums.mkdir()
    for read_only in (False, True):
        with pytest.raises(StoreError, match=r"memory\.db-sums cannot be read \(Is a directory\)"):
            Memory.open(tmp_path, read_only=read_only)
    sums.rmdir()
    Memory.open(tmp_path).close()
