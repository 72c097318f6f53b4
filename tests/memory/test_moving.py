"""Memories are moved as JSON lines and as RDF, and merged."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import scenes, texts

from scenograph.core import Scene
from scenograph.errors import MissingExtraError, StoreError
from scenograph.memory import Measured, Memory, Note

OLEG = Scene.parse(
    '(b / build :agent (p / person :name "Oleg") :object (c / bridge :mod (o / old)) :time 1931)'
)
MARTA = Scene.parse('(s / see :agent (p / person :name "Marta") :object (c / bridge))')
IVAN = Scene.parse('(s / see :agent (p / person :name "Ivan") :object (c / bridge))')
GOLDEN = Path(__file__).parents[1] / "faults" / "golden" / "v1.jsonl"


def lines_of(memory: Memory) -> str:
    file = io.StringIO(newline="")
    memory.export_to(file)
    return file.getvalue()


def rdf_of(memory: Memory) -> str:
    file = io.StringIO(newline="")
    memory.export_rdf(file)
    return file.getvalue()


def content(memory: Memory) -> tuple[object, ...]:
    """What a memory holds, but for numbers and order."""

    def scene(crystal: int | None) -> Scene | None:
        return None if crystal is None else memory.get(crystal).scene

    crystals = {
        crystal.scene: (
            crystal.learned,
            frozenset((s.text, s.language, s.source, s.time, s.measured) for s in crystal.sources),
            frozenset(
                (v.true_from, v.true_until, v.known_from, v.known_until, scene(v.replaced_by))
                for v in memory.validity(crystal.id)
            ),
        )
        for crystal in memory
    }
    return crystals, {(t.text, t.language, t.source, t.time) for t in memory.unread()}


# --- memories at random ------------------------------------------------------------------------------------

few = st.sampled_from([OLEG, MARTA, IVAN])
said = st.none() | st.sampled_from(["Oleg built it", "Марта\n\u2028"]) | texts
days = st.none() | st.integers(1, 9).map(lambda day: datetime(2025, 1, day, tzinfo=UTC))
intervals = st.tuples(days, days).filter(lambda pair: None in pair or pair[0] < pair[1])
measured = st.none() | st.builds(Measured, st.floats(0, 1), st.sampled_from(["plain", "words", "unsaid"]))
notes = st.builds(
    lambda scene, text, source, time, interval, measured: Note(
        scene, text, "en", source, time, *interval, measured=measured
    ),
    few | scenes(max_nodes=3),
    said,
    st.none() | st.sampled_from(["a", "b"]),
    days,
    intervals,
    measured,
)
Step = tuple[str, Note, int]
steps = st.tuples(
    st.sampled_from(["remember", "remember", "correct", "keep", "forget"]), notes, st.integers(0, 9)
)


def live(memory: Memory, life: list[Step]) -> None:
    """Let *memory* go through the steps of *life*."""
    with memory.transaction():
        for what, note, number in life:
            ids = memory.believed()
            chosen = ids[number % len(ids)] if ids else None
            if what == "keep":
                memory.keep(note.text or "nothing", language="en", source=note.source)
            elif what == "remember" or chosen is None:
                memory.remember_many([note])
            elif what == "forget":
                memory.forget(chosen)
            else:
                memory.correct(chosen, Note(note.scene, note.text, note.language, true_from=note.true_from))


lives = st.lists(steps, max_size=8)


# --- laws --------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(lives)
def test_a_memory_moves_as_lines_and_as_rdf_without_loss(life: list[Step]) -> None:
    pytest.importorskip("pyoxigraph")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        one, two, three = (stack.enter_context(Memory.open(f"{folder}/{n}")) for n in range(3))
        live(one, life)
        lines, rdf = lines_of(one), rdf_of(one)
        assert two.import_from(io.StringIO(lines, newline="")) == len(one)
        assert lines_of(two) == lines
        assert three.import_rdf(io.StringIO(rdf, newline="")) == len(one)
        assert rdf_of(three) == rdf_of(two) == rdf
        assert lines_of(three) == lines
        assert content(one) == content(two)
        assert two.check() == three.check() == []


@settings(max_examples=15)
@given(lives, lives)
def test_merging_is_idempotent_and_commutative(one_life: list[Step], other_life: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        one, other, first, second = (stack.enter_context(Memory.open(f"{folder}/{n}")) for n in range(4))
        live(one, one_life)
        live(other, other_life)
        first.merge(one)
        assert content(first) == content(one)
        first.merge(other)
        second.merge(other)
        second.merge(one.folder)
        assert content(first) == content(second)
        before = lines_of(first)
        for again in (one, other, second):
            assert not any(first.merge(again))
        assert lines_of(first) == before
        assert first.check() == second.check() == []


# --- one by one --------------------------------------------------------------------------------------------


def test_a_correction_holds_in_both_after_merging(tmp_path: Path, memory: Memory) -> None:
    old = memory.remember(MARTA, text="Marta saw it.", time=datetime(2025, 1, 2, tzinfo=UTC))
    with Memory.open(tmp_path / "other") as other:
        other.merge(memory)
        other.remember(MARTA, text="Nobody knows.", source="a letter")
        new = memory.correct(old, IVAN)
        assert memory.merge(other) == (0, 1, 0, 0)
        assert memory.believed() == [new]
        assert other.merge(memory) == (1, 0, 1, 0)
        assert [other.get(crystal).scene for crystal in other.believed()] == [IVAN]
        replaced = other.find(MARTA)
        assert replaced is not None
        assert [change.kind for change in other.history(replaced)] == ["remember", "source", "correct"]
        assert other.validity(replaced)[0].replaced_by == other.find(IVAN)


def test_a_memory_is_not_merged_into_itself(memory: Memory) -> None:
    memory.remember(OLEG)
    assert memory.merge(memory) == (0, 0, 0, 0)
    with pytest.raises(StoreError, match="no memory"):
        memory.merge(memory.folder / "nowhere")


def test_a_text_that_either_has_read_is_not_unread(tmp_path: Path, memory: Memory) -> None:
    memory.keep("Oleg built a bridge.")
    memory.keep("Gibberish")
    with Memory.open(tmp_path / "other") as other:
        other.remember(OLEG, text="Oleg built a bridge.")
        assert other.merge(memory).unread == 1
        memory.merge(other)
        assert [text.text for text in memory.unread()] == ["Gibberish"]
        assert content(memory) == content(other)


def test_an_export_of_version_1_is_read(memory: Memory) -> None:
    lines = GOLDEN.read_text("utf-8").splitlines()
    assert memory.import_from(lines) == len(lines) - 1
    assert [text.text for text in memory.unread()] == ["Gibberish that no grammar reads"]
    assert [len(crystal.sources) for crystal in memory] == [2, 1, 0, 0]
    assert memory.import_from(lines) == 0
    assert memory.check() == []


# --- damage ------------------------------------------------------------------------------------------------


def corrected(folder: Path) -> tuple[str, str]:
    with Memory.open(folder) as other:
        old = other.remember(
            MARTA, text="Marta saw it.", source="a", true_until=datetime(2030, 1, 1, tzinfo=UTC)
        )
        other.correct(old, Note(OLEG, "Oleg built it."))
        other.keep("unread")
        return lines_of(other), rdf_of(other) if find_spec("pyoxigraph") else ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line[:-9],
        lambda line: line.replace("saw it", "ate it"),
        lambda line: line.replace("2030", "2031"),
        lambda line: line.replace('"Marta', '"Marat'),
        lambda _: "[]",
        lambda _: "7",
        lambda _: "\x00",
        lambda _: '{"unread":{"text":"\\ud800","language":null,"source":null,"time":"2025-01-01"}}',
        lambda _: '{"unread":{"text":"x","language":null,"source":null,"time":"0001-01-01T00:00:00+14:00"}}',
        lambda _: '{"scenograph":"memory","version":5}',
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_imported(
    memory: Memory, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    lines = corrected(tmp_path / "other")[0].splitlines(keepends=True)
    with pytest.raises(StoreError, match=r"line 2 .*nothing was imported"):
        memory.import_from([lines[0], damage(lines[1]), *lines[2:]])
    assert len(memory) == 0


def test_an_export_that_was_cut_anywhere_is_refused(memory: Memory, tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph")
    lines, rdf = corrected(tmp_path / "other")
    for text, read in ((lines, memory.import_from), (rdf, memory.import_rdf)):
        for end in range(1, len(text) - 1, 53):
            with pytest.raises(StoreError):
                read(io.StringIO(text[:end]))
    whole = lines.splitlines(keepends=True)
    for gone in range(1, len(whole) - 1):
        with pytest.raises(StoreError, match=f"line {len(whole) - 1} counts"):
            memory.import_from([*whole[:gone], *whole[gone + 1 :]])
    with pytest.raises(StoreError, match=f"line {len(whole) + 1} stands after"):
        memory.import_from([*whole, whole[1]])
    with pytest.raises(StoreError, match="version 6"):
        memory.import_from(['{"scenograph":"memory","version":6}'])
    assert len(memory) == 0
    assert memory.import_from(lines.splitlines(keepends=True)) == 2


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("saw it", "ate it"),
        ("2030", "2031"),
        ("role:agent", "role:object"),
        ('"Oleg"', '"Olga"'),
        ('version> "5"', 'version> "6"'),
        ("<urn:scenograph:memory:start>", "<urn:other>"),
        ("memory:UnreadText", "memory:Unread text"),
        ("generatedAtTime", "generated"),
    ],
)
def test_damaged_rdf_is_refused_whole(memory: Memory, tmp_path: Path, written: str, changed: str) -> None:
    pytest.importorskip("pyoxigraph")
    rdf = corrected(tmp_path / "other")[1]
    assert written in rdf
    with pytest.raises(StoreError):
        memory.import_rdf(io.StringIO(rdf.replace(written, changed)))
    assert len(memory) == 0


def test_rdf_without_its_library_names_the_extra(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    memory.remember(OLEG)
    with pytest.raises(MissingExtraError, match=r"scenograph\[rdf\]"):
        memory.export_rdf(io.StringIO())
    with pytest.raises(MissingExtraError, match=r"scenograph\[rdf\]"):
        memory.import_rdf(io.StringIO())
    assert len(memory) == 1


def test_lines_changed_by_hand_are_read_without_their_seal(memory: Memory, tmp_path: Path) -> None:
    lines = corrected(tmp_path / "other")[0].splitlines()
    changed = lines[1].replace("saw it", "ate it").rpartition(',"seal"')[0] + "}"
    assert memory.import_from([lines[0], changed, *lines[2:]]) == 2
    assert memory.recall("ate", known=datetime(2100, 1, 1, tzinfo=UTC)) == []
    found = memory.find(MARTA)
    assert found is not None
    assert memory.get(found).sources[0].text == "Marta ate it."


def test_memories_are_written_and_read_piece_by_piece(memory: Memory) -> None:
    pytest.importorskip("pyoxigraph")
    memory.remember_many(Scene.parse(f'(s / see :agent (p / person :name "{n}"))') for n in range(1200))
    written: list[str] = []

    class File(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    memory.export_to(File())
    memory.export_rdf(File())
    assert max(map(len, written)) < 2000
