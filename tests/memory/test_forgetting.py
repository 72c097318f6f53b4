"""What is forgotten is in no file any more, nor in anything that was learned from it."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenograph.core.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.store.database import Database
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

    assert memory.forget(secret).crystals == 1
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
        assert one.forget(*range(2, 9), 99).crystals == 7
        assert sum(two.forget(crystal).crystals for crystal in (*range(2, 9), 99)) == 7
        for query in (
            "SELECT symbol, uses FROM entities ORDER BY id",
            "SELECT id, text FROM sources ORDER BY id",
        ):
            assert one._database.execute(query) == two._database.execute(query)
        assert one.check() == two.check() == []


BOTH = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')


def texts_of(memory: Memory, crystal: int) -> list[str | None]:
    return [source.text for source in memory.get(crystal).sources]


def test_what_a_source_stated_goes_and_what_others_stated_stays(memory: Memory) -> None:
    memory.remember_many(PLAIN[:5])
    both = memory.remember(BOTH, text=f"Xanthippe: {TEXT}", source="notebook.txt")
    memory.remember(BOTH, text="Oleg built a bridge.", source="a book")
    secret = memory.remember(SECRET, text=TEXT, language="ru", source="notebook.txt")
    silent = memory.remember(PLAIN[0], text="The cellar!", source="notebook.txt")  # known without a source
    unread = memory.keep("hoard hoard", source="notebook.txt")
    memory.rebuild_index()

    done = memory.forget(source="notebook.txt")
    assert (done.crystals, done.sources, done.readable) == (2, 2, None)
    assert secret not in [crystal.id for crystal in memory]
    assert memory.unread() == []
    assert texts_of(memory, both) == ["Oleg built a bridge."]
    assert texts_of(memory, silent) == []
    assert traces(memory.folder) == []
    assert memory.check() == []
    assert memory.saying("Xanthippe") == memory.saying("cellar") == []
    assert memory.saying('"a bridge"') == [both]
    assert both in [hit.id for hit in memory.recall("Oleg built a bridge")]
    assert [change.kind for change in memory.history(both)] == ["remember", "source", "withdraw"]
    assert unread not in {change.crystal for change in memory.history() if change.kind == "withdraw"}
    assert memory.forget(source="notebook.txt").crystals == 0
    memory.forget(source="a book")  # its last source
    assert memory.find(BOTH) is None
    assert memory.check() == []


def test_one_wrong_text_can_be_removed_alone(memory: Memory) -> None:
    crystal = memory.remember(BOTH, text=TEXT, source="a letter")
    memory.remember(BOTH, text="Oleg built a bridge.", source="a letter")
    other = memory.remember(PLAIN[1], text="Oleg built a house.", source="a letter")
    wrong = memory.get(crystal).sources[0].id
    assert memory.forget(source=wrong).sources == 1
    assert texts_of(memory, crystal) == ["Oleg built a bridge."]
    assert traces(memory.folder) == []
    assert memory.check() == []
    assert memory.forget(crystal, source="a letter").crystals == 1
    assert [one.id for one in memory] == [other]
    assert memory.forget(source=999).crystals == 0


def test_a_crystal_is_as_old_as_what_is_left_of_its_sources(memory: Memory) -> None:
    first, second = (datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2))
    crystal = memory.remember(BOTH, text=TEXT, source="a letter", time=first)
    memory.remember(BOTH, text="Oleg built a bridge.", source="a book", time=second)
    memory.forget(source="a letter")
    assert memory.get(crystal).learned == second
    assert memory.forget(source="a book").crystals == 1


@settings(max_examples=15)
@given(
    stated=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("ABC")), min_size=1),
    gone=st.sampled_from("ABC"),
)
def test_without_a_source_memory_is_as_if_that_had_said_nothing(
    stated: list[tuple[int, int, str]], gone: str
) -> None:
    def learn(memory: Memory, some: list[tuple[int, int, str]]) -> None:
        memory.remember_many(
            Note(PLAIN[scene], f"word{text} of {source}", source=source) for scene, text, source in some
        )

    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as two,
        Memory.open(one) as memory,
        Memory.open(two) as expected,
    ):
        learn(memory, stated)
        memory.recall("word1")
        memory.forget(source=gone)
        learn(expected, [note for note in stated if note[2] != gone])
        assert {one.scene.digest: {source.text for source in one.sources} for one in memory} == {
            one.scene.digest: {source.text for source in one.sources} for one in expected
        }
        for word in ("word1", "word2 of A", "Oleg"):
            assert {memory.get(found).scene for found in memory.saying(word)} == {
                expected.get(found).scene for found in expected.saying(word)
            }
            assert {hit.scene for hit in memory.recall(word, 20)} == {
                hit.scene for hit in expected.recall(word, 20)
            }
        assert memory.check() == []


@pytest.mark.parametrize("finish", ["write", "close", "another opens"])
def test_what_an_older_reader_keeps_readable_is_said_and_erased_after_it(tmp_path: Path, finish: str) -> None:
    with Memory.open(tmp_path) as memory:
        secret = memory.remember(SECRET, text=TEXT, language="ru", source="notebook.txt")
        memory.remember(BOTH)
        with Memory.open(tmp_path) as reader, reader._database.snapshot():
            reader.get(secret)
            began = monotonic()
            done = memory.forget(secret)
            assert monotonic() - began < 5
            assert done.crystals == 1
            assert done.readable is not None
            assert "memory.db-wal, of which another process reads" in done.readable
            assert memory.stats().unerased_bytes > 0
            assert traces(tmp_path)
            assert reader.get(secret).scene == SECRET
            memory.remember(PLAIN[0])  # the reader is there still
            assert traces(tmp_path)
        if finish == "write":
            memory.remember(PLAIN[1])
            assert traces(tmp_path) == []
            assert memory.stats().unerased_bytes == 0
        elif finish == "another opens":
            with Memory.open(tmp_path) as other:
                assert other.stats().unerased_bytes > 0
                other.remember(PLAIN[1])
                assert other.stats().unerased_bytes == 0
            assert traces(tmp_path) == []
    assert traces(tmp_path) == []
    with Memory.open(tmp_path, read_only=True) as memory:
        assert memory.stats().unerased_bytes == 0
        assert memory.check() == []


def test_a_forgetting_that_was_cut_off_is_finished_by_whoever_opens_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory.open(tmp_path)
    secret = memory.remember(SECRET, text=TEXT)
    with monkeypatch.context() as cut:
        cut.setattr(Database, "scrub", lambda _: False)  # as if killed before the log was emptied
        memory.forget(secret)
        assert traces(tmp_path)
    with Memory.open(tmp_path) as other:
        assert other.stats().unerased_bytes > 0
    assert traces(tmp_path) == []
    memory.close()
