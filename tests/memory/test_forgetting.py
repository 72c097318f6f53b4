"""What is forgotten is in no file any more, nor in anything that was learned from it."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scenograph.core.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.store.rows import seal

PLAIN = [
    Scene.parse(f'(b / build :agent (p / person :name "{name}") :object (t / {thing}) :time {1900 + year})')
    for year, name in enumerate(["Oleg", "Marta", "Ivan", "Anna"])
    for thing in ("bridge", "house", "мост")
]
SECRET = Scene.parse(
    '(t / tell :agent (p / person :name "Xanthippe") :whisperedTo (s / сторож :звать "Евстигней") '
    ":content (h / hoard :where (c / Cellar_Door)))"
)
TEXT = "Xanthippe разболтала сторожу Евстигнею о кладовках за cellars."
TRACES = (
    *("xanthippe", "xanthipp", "whispered", "hoard", "cellar", "notebook.txt"),
    *("сторож", "евстигн", "разболт", "кладов", "звать"),
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path) as opened:
        yield opened


def traces(folder: Path, words: Iterable[str] = TRACES) -> list[tuple[str, str]]:
    """Which of *words* stand in which file of *folder*, in small letters or as names begin."""
    found: list[tuple[str, str]] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_bytes()
        found += [
            (file.name, word)
            for word in words
            if any(form.encode() in data for form in (word, word.capitalize(), word.upper()))
        ]
    return found


def reencode(memory: Memory, lexicon: Lexicon) -> None:
    """Do what consolidation does."""
    with memory.transaction():
        memory._crystals.lexicons.add(lexicon)
    for ids in memory._crystals.lagging(len(lexicon.generations)):
        with memory.transaction():
            memory._crystals.reencode(ids, lexicon)


def learned_from(memory: Memory) -> Lexicon:
    return Lexicon.learn([crystal.scene for crystal in memory])


@pytest.mark.parametrize("consolidated", [False, True])
def test_nothing_of_a_forgotten_crystal_is_in_any_file(memory: Memory, consolidated: bool) -> None:
    memory.remember_many(PLAIN[:6])
    secret = memory.remember(SECRET, text=TEXT, language="ru", source="notebook.txt")
    memory.remember(SECRET, text="Hoards of Xanthippe!", source="notebook.txt")
    memory.remember_many(Note(scene, "A plain text about bridges.", "en", "letters") for scene in PLAIN)
    crystals = memory._crystals
    with memory.transaction():
        crystals.ties.strengthen([(1, secret), (2, 3)], "together")
        for number, crystal, other in ((1, secret, 2), (2, 2, secret)):
            row = (number, crystal, None, None, 5, 6, other)
            memory._database.execute(
                "INSERT INTO validity VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, seal(*row))
            )
        crystals.learned.put("meanings", {"hoard": b"\x01", "bridge": b"\x02"})
        crystals.learned.put("clusters", b'[{"telling": ["\\"Xanthippe\\""]}]')
        crystals.learned.put("weights", b"[1931]", tells=False)
    if consolidated:
        reencode(memory, learned_from(memory))
    memory.recall("кладовка")
    memory.rebuild_index()
    assert {word for _, word in traces(memory.folder)} >= {"xanthipp", "кладов", "notebook.txt"}

    assert memory.forget(secret) == 1
    assert traces(memory.folder) == []
    assert memory.check() == []
    assert crystals.lexicons.versions() == []
    assert list(crystals.lagging(0)) == []
    assert crystals.ties.of(list(range(1, 20))) == [(2, 3, "together", 1.0)]
    assert memory._database.execute("SELECT crystal, replaced_by FROM validity") == [(2, None)]
    assert crystals.learned.all("meanings") == {"bridge": b"\x02"}
    assert crystals.learned.get("clusters") is None
    assert crystals.learned.get("weights") == b"[1931]"
    assert [crystal.scene for crystal in memory] == PLAIN
    memory.close()
    assert traces(memory.folder) == []


def test_words_where_pages_of_the_index_meet_are_forgotten_too(memory: Memory) -> None:
    rng = random.Random(1)
    stems = ["".join(rng.choices(string.ascii_lowercase, k=8)) for _ in range(300)]
    words = [f"{stem}{end}{end}" for stem in stems for end in "bcdfghjklmnpqrstvwxz"]
    ids = memory.remember_many(
        Note(Scene.parse(f"(n / note :number {number})"), text) for number, text in enumerate(words)
    )
    for _ in range(2):  # the second time the index is one segment already
        terms = memory._database.execute("SELECT term FROM words_idx")
        borders = [bytes(term)[1:].decode() for (term,) in terms if len(term) > 9]  # one word begins so
        assert len(borders) > 5
        chosen = [word for border in borders[:5] for word in words if word.startswith(border)]
        memory.forget(*(ids[words.index(word)] for word in chosen))
        data = (memory.folder / "memory.db").read_bytes()
        assert not any(word[:9].encode() in data for word in chosen)
        assert memory.check() == []


def test_a_lexicon_that_knows_nothing_else_stays(memory: Memory) -> None:
    ids = memory.remember_many(PLAIN)
    reencode(memory, learned_from(memory))
    newer = memory.remember(SECRET, text=TEXT)
    memory.forget(newer)  # learned after the lexicon, which knows nothing of it
    assert len(memory._crystals.lexicons.versions()) == 1
    memory.forget(memory.remember(Scene.parse('(p / person :name "Oleg")')))  # told by others as well
    assert len(memory._crystals.lexicons.versions()) == 1
    assert traces(memory.folder) == []
    assert [memory.get(crystal).scene for crystal in ids] == PLAIN


def test_a_lexicon_forgets_what_was_said_of_known_things(memory: Memory) -> None:
    wed = Scene.parse("(o / Oleg :spouse (a / Anna))")
    memory.remember_many(
        [Scene.parse("(o / Oleg :knows (a / Anna))"), Scene.parse("(i / Ivan :spouse (v / Vera))")]
    )
    crystal = memory.remember(wed)
    reencode(memory, learned_from(memory))
    assert ("Oleg", ":spouse", "Anna") in memory._crystals.lexicons.knowledge().stated
    memory.forget(crystal)  # every symbol of it is used by others
    assert memory._crystals.lexicons.versions() == []
    assert len(memory) == 2
    assert memory.check() == []


def test_what_was_consolidated_is_forgotten_and_learned_anew(memory: Memory) -> None:
    memory.remember_many([*PLAIN, Note(SECRET, TEXT, "ru", "notebook.txt")])
    many = [Scene.parse(f"(h / house :number {number} :in (c / city))") for number in range(30)]
    memory.remember_many(many)
    memory.consolidate()
    assert memory._crystals.lexicons.current().generations
    secret = memory.find(SECRET)
    assert secret is not None
    memory.forget(secret)
    assert traces(memory.folder) == []
    assert not memory._crystals.lexicons.current().generations
    memory.consolidate()
    assert memory._crystals.lexicons.current().generations
    assert traces(memory.folder) == []
    assert list(memory._crystals.lagging(1)) == []
    assert memory.check() == []


def test_what_is_forgotten_while_another_process_learns_is_not_learned(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    crystal = memory.remember(SECRET)
    memory.remember_many(Scene.parse(f"(h / house :number {number})") for number in range(30))
    learn = Lexicon.learn

    def slowly(scenes: Iterable[Scene], **options: Any) -> Lexicon:
        learned = learn(scenes, **options)
        with Memory.open(memory.folder) as other:
            other.forget(crystal)
        return learned

    monkeypatch.setattr(Lexicon, "learn", slowly)
    with pytest.raises(StoreError, match="forgot crystals meanwhile"):
        memory.consolidate()
    assert memory._crystals.lexicons.versions() == []
    monkeypatch.undo()
    memory.consolidate()
    assert traces(memory.folder) == []
    assert memory.check() == []


def test_forgetting_many_at_once_is_forgetting_each(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "one") as one, Memory.open(tmp_path / "two") as two:
        for memory in (one, two):
            memory.remember_many(Note(scene, f"text {number}") for number, scene in enumerate(PLAIN))
        assert one.forget(*range(2, 9), 99) == 7
        assert sum(two.forget(crystal) for crystal in (*range(2, 9), 99)) == 7
        for query in (
            "SELECT symbol, uses FROM entities ORDER BY id",
            "SELECT id, text FROM sources ORDER BY id",
        ):
            assert one._database.execute(query) == two._database.execute(query)
        assert one.check() == two.check() == []
