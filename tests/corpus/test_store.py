"""The corpora of a mind: added whole or not at all, and given back as they were."""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenograph.corpus import Example, add, iterate, load, sources, store
from scenograph.errors import CorpusError

LINES = ['{"scene": "(s / sleep)", "text": "Sleep."}', '{"text": "Ночь\u2028."}', '{"text": "Ночь\u2028."}']


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mind" / "corpus"


def _state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


def test_what_was_added_comes_back_without_repetitions(pairs: Path, folder: Path) -> None:
    source = add(folder, pairs)
    assert (source.examples, source.scenes, source.texts, source.duplicates) == (2, 1, 2, 1)
    assert source.languages == {"en": 1, "ru": 1}
    assert sources(folder) == [source]
    assert list(iterate(folder)) == list(load(pairs))[:2]
    assert sorted(_state(folder)) == ["index.json", source.file]


def test_real_data_comes_back(shared_data: Path, folder: Path) -> None:
    prince = shared_data / "amr" / "little_prince" / "dev.amr.txt"
    airports = shared_data / "webnlg" / "ru" / "dev" / "1triples"
    add(folder, prince)
    assert add(folder, airports).languages.keys() == {"en", "ru"}
    expected = {example.source: example for path in (prince, airports) for example in load(path)}
    kept = list(iterate(folder))
    assert len(kept) + sum(source.duplicates for source in sources(folder)) >= len(expected)
    assert all(example == expected[example.source] for example in kept if example.language == "ru")


def test_adding_again_replaces(pairs: Path, folder: Path) -> None:
    first = add(folder, pairs)
    assert add(folder, pairs) == first
    pairs.write_text(LINES[0], encoding="utf-8")
    second = add(folder, pairs)
    assert sources(folder) == [second]
    assert len(list(iterate(folder))) == 1
    assert sorted(_state(folder)) == ["index.json", second.file]


def test_sources_of_one_name_stay_apart(pairs: Path, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "pairs.jsonl"
    other.parent.mkdir()
    other.write_bytes(pairs.read_bytes())
    add(folder, pairs)
    add(folder, other)
    assert len(sources(folder)) == 2
    assert len(list(iterate(folder))) == 4


def test_bad_input_leaves_the_folder_as_it_was(pairs: Path, folder: Path) -> None:
    add(folder, pairs)
    before = _state(folder)
    pairs.write_text("\n".join([*LINES, "{"]), encoding="utf-8")
    with pytest.raises(CorpusError, match="line 4"):
        add(folder, pairs)
    assert _state(folder) == before


def test_an_interrupted_add_leaves_the_folder_as_it_was(
    pairs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, **options: Any) -> Iterator[Example]:
        yield from list(load(path, **options))[:1]
        raise KeyboardInterrupt

    add(folder, pairs)
    before = _state(folder)
    monkeypatch.setattr(store, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        add(folder, pairs)
    assert _state(folder) == before


def test_a_crash_before_the_index_keeps_the_old_state(
    pairs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(folder, pairs)
    expected = list(iterate(folder))
    pairs.write_text(LINES[0], encoding="utf-8")
    monkeypatch.setattr(store, "asdict", _crash)  # called when the corpus file is in place
    with pytest.raises(KeyboardInterrupt):
        add(folder, pairs)
    assert len(_state(folder)) == 3
    assert list(iterate(folder)) == expected


def _crash(_: object) -> None:
    raise KeyboardInterrupt


def test_two_processes_do_not_add_at_once(pairs: Path, folder: Path) -> None:
    source = add(folder, pairs)
    descriptor = os.open(folder / ".lock", os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(CorpusError, match="another process is adding a corpus"):
            add(folder, pairs)
    finally:
        os.close(descriptor)
    assert add(folder, pairs) == source


def test_a_folder_that_cannot_be_written_is_named(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CorpusError, match=r"cannot be written \(Not a directory\); nothing of .* was added"):
        add(tmp_path / "file" / "corpus", pairs)


def test_what_a_killed_add_left_does_not_count(pairs: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    left = folder / "index.json.4194999-1.new"
    left.write_text("{")
    (folder / "pairs-00000000.jsonl").write_text("{")
    assert list(iterate(folder)) == []
    add(folder, pairs)
    assert len(list(iterate(folder))) == 2
    assert not left.exists()


def test_damage_is_found(pairs: Path, folder: Path) -> None:
    source = add(folder, pairs)
    path = folder / source.file
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(CorpusError, match=r"changed or damaged; add .* again"):
        list(iterate(folder))
    path.unlink()
    with pytest.raises(CorpusError, match=r"cannot be read .*; add .* again"):
        list(iterate(folder))


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"format": 1, "sources": [{}]}', "damaged"),
        ('{"format": 2}', "format 2"),
    ],
)
def test_a_bad_index_is_refused(folder: Path, pairs: Path, index: str, message: str) -> None:
    add(folder, pairs)
    (folder / "index.json").write_text(index, encoding="utf-8")
    for attempt in (lambda: sources(folder), lambda: list(iterate(folder)), lambda: add(folder, pairs)):
        with pytest.raises(CorpusError, match=message):
            attempt()


def test_an_empty_folder_has_no_examples(folder: Path) -> None:
    assert sources(folder) == []
    assert list(iterate(folder)) == []


def test_the_index_is_readable(pairs: Path, folder: Path) -> None:
    add(folder, pairs)
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert index["sources"][0]["path"] == str(pairs)
