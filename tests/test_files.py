"""Files are whole or absent, whoever fails, and however many write at once."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scenograph.errors import MindError
from scenograph.files import draft, draft_of, locked, new_folder, read_json, write_bytes, write_json, writing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def stop(_: object) -> None:
    raise KeyboardInterrupt


def test_a_failed_write_leaves_the_former_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file"
    write_bytes(path, b"former")
    with pytest.raises(KeyboardInterrupt), writing(path) as file:
        stop(file.write("half"))
    with pytest.raises(FileNotFoundError), draft(path):
        pass  # nothing was written, so there is nothing to rename
    assert (names(path.parent), path.read_bytes()) == (["file"], b"former")


def test_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            list(pool.map(lambda data: write_bytes(path, data), contents))
            assert path.read_bytes() in contents
    assert names(tmp_path) == ["file"]


def test_whoever_locks_a_folder_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    (tmp_path / "file.4194999-1.new").touch()  # no process has this number
    ours = draft_of(tmp_path / "file")
    ours.touch()
    with locked(tmp_path, MindError("busy")):
        assert names(tmp_path) == [".lock", ours.name]
        with pytest.raises(MindError, match="busy"), locked(tmp_path, MindError("busy")):
            pass


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    final = tmp_path / "final"
    with new_folder(final) as folder:
        write_json(folder / "one.json", 1)
    with pytest.raises(KeyboardInterrupt), new_folder(final) as folder:
        stop(write_json(folder / "two.json", 2))
    assert names(final) == ["one.json"]
    with new_folder(final) as folder:
        write_json(folder / "three.json", 3)
    assert (names(final), names(tmp_path)) == (["three.json"], ["final"])


def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    for content in (b"{", b"\xff"):
        path.write_bytes(content)
        with pytest.raises(MindError, match=rf"{path} is damaged .*; train again"):
            read_json(path, MindError, "train again")


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_file_that_cannot_be_read_is_named_too(tmp_path: Path) -> None:
    with pytest.raises(MindError, match=r"is damaged .*directory.*; train again"):
        read_json(tmp_path, MindError, "train again")
