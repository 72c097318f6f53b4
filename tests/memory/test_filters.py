"""Labels, filters, expiry, pages, many recalls: found is what fulfils the filter, and all of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenograph import Scene
from scenograph.errors import RefusedError
from scenograph.memory import Crystal, Filter, Memory, Note
from scenograph.memory.filters import DEEPEST, Span, Times
from scenograph.memory.labels import LONGEST, read_labels, write_labels
from scenograph.memory.store.schema import MIGRATIONS

THEN = datetime(2026, 1, 1, tzinfo=UTC)
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def scene(number: int) -> Scene:
    return Scene.parse(f"(s / see :agent person{number} :object {('bridge', 'boat')[number % 2]} :in town)")


def note(number: int) -> Note:
    return Note(
        Scene.parse(
            f"(s / see :agent person{number} :object (o / {('bridge', 'boat')[number % 2]}) :in town)"
        ),
        text=f"Person {number} saw a thing in town.",
        language=("en", "ru")[number % 2],
        source=f"book {number % 3}",
        time=THEN + timedelta(days=number),
        true_from=None if number % 4 else THEN + timedelta(days=number),
        tags=[tag for tag, every in (("work", 2), ("home", 3)) if number % every == 0],
        metadata={"number": number, "even": number % 2 == 0, "name": f"n{number}"},
    )


NOTES = [note(number) for number in range(24)]


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("filters")) as memory:
        memory.remember_many(NOTES)
        memory.keep("Gibberish zqx in town.", source="book 1", tags=["work"])
        yield memory


LEAVES: dict[str, tuple[Any, Any]] = {
    "source": ({"source": "book 1"}, lambda it: any(s.source == "book 1" for s in it.sources)),
    "language": ({"language": "ru"}, lambda it: any(s.language == "ru" for s in it.sources)),
    "tag": ({"tag": "work"}, lambda it: any("work" in s.tags for s in it.sources)),
    "concept": ({"concept": "boat"}, lambda it: "boat" in it.scene.concepts),
    "learned": (
        {"learned": {"from": "2026-01-05T00:00:00Z", "until": "2026-01-12T00:00:00Z"}},
        lambda it: THEN + timedelta(days=4) <= it.learned < THEN + timedelta(days=11),
    ),
    "true": (
        {"true": {"until": "2026-01-10T00:00:00Z"}},
        lambda it: all(v.true_from is None or v.true_from < THEN + timedelta(days=9) for v in it.validity),
    ),
    "number": (
        {"metadata": {"number": {"from": 5, "until": 17}}},
        lambda it: any(5 <= s.metadata.get("number", -1) < 17 for s in it.sources),
    ),
    "even": (
        {"metadata": {"even": True}},
        lambda it: any(s.metadata.get("even") is True for s in it.sources),
    ),
    "name": (
        {"metadata": {"name": "n7"}},
        lambda it: any(s.metadata.get("name") == "n7" for s in it.sources),
    ),
}
LEAF = st.sampled_from(list(LEAVES))
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=6,
)


def written(tree: Any) -> Any:
    if isinstance(tree, str):
        return LEAVES[tree][0]
    kind, inner = tree
    return {kind: written(inner) if kind == "not" else [written(it) for it in inner]}


def holds(tree: Any, crystal: Crystal) -> bool:
    if isinstance(tree, str):
        return LEAVES[tree][1](crystal)
    kind, inner = tree
    if kind == "not":
        return not holds(inner, crystal)
    return (all if kind == "and" else any)(holds(it, crystal) for it in inner)


@given(TREE)
def test_a_filter_is_what_its_parts_say(memory: Memory, tree: Any) -> None:
    among = Filter.of(written(tree))
    expected = [it.id for it in map(memory.get, range(1, 26)) if holds(tree, it)]
    assert memory.select(among) == expected
    hits = memory.recall("person saw town", 100, among=among)
    assert {hit.id for hit in hits} == set(expected) & {it.id for it in memory.recall("person saw town", 100)}
    cue = Scene.parse("(s / see :agent ?who :in town)")
    assert {hit.id for hit in memory.recall(cue, 100, among=among)} == set(expected) - {25}
    assert Filter.of(json.loads(json.dumps(among.to_json()))) == among


def test_filters_are_joined_in_python(memory: Memory) -> None:
    among = (Filter(tag="work") | Filter(tag="home")) & ~Filter(metadata={"number": Span(until=10)})
    assert memory.select(among) == [11, 13, 15, 16, 17, 19, 21, 22, 23, 25]
    assert memory.select(Filter(learned=Times(until=THEN + timedelta(days=2)))) == [1, 2]


def test_what_is_recalled_does_not_depend_on_the_rest(tmp_path: Path, memory: Memory) -> None:
    """A few among many that fit the cue better are found, in the order of a memory that has only these."""
    among = Filter(metadata={"number": Span(from_=20)})
    with Memory.open(tmp_path) as alone:
        alone.remember_many(NOTES[20:])
        for cue in ("person in town", Scene.parse("(s / see :object boat :agent ?who)")):
            found = [hit.scene for hit in memory.recall(cue, 10, among=among)]
            assert found == [hit.scene for hit in alone.recall(cue, 10)]
            assert found


def test_few_among_many_are_found(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        memory.remember_many([Note(scene(n), text="A bridge was seen.") for n in range(3000)])
        rare = memory.remember(Scene.parse("(x / swim :agent zed)"), text="Zed saw it.", tags=["rare"])
        assert [hit.id for hit in memory.recall("bridge was seen", 3, among=Filter(tag="rare"))] in (
            [],
            [rare],
        )
        assert [hit.id for hit in memory.recall("saw", 3, among=Filter(tag="rare"))] == [rare]
        cue = Scene.parse("(x / swim :agent ?who)")
        assert [hit.id for hit in memory.recall(cue, 3, among=Filter(tag="rare"))] == [rare]
        hidden = Filter(not_=Filter(tag="rare"))
        assert rare not in [hit.id for hit in memory.recall(cue, 5, among=hidden)]


def test_pages_and_a_threshold(memory: Memory) -> None:
    whole = memory.recall("person saw town", 20)
    pages = [memory.recall("person saw town", 5, skip=skip) for skip in (0, 5, 10, 15)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]
    middle = whole[7].resonance
    assert [hit.id for hit in memory.recall("person saw town", 20, least=middle)] == [
        hit.id for hit in whole if hit.resonance >= middle
    ]
    found: list[int] = []
    while page := memory.select(after=found[-1] if found else 0, limit=7):
        found += page
    assert found == list(range(1, 26))
    assert memory.select(words="person town", limit=3, after=4) == [5, 6, 7]


CUES = st.sampled_from(
    [
        *("person 3", "nothing of this", "town", "who saw the boat", "", "persn 7", "person saw town 12"),
        Scene.parse("(s / see :object boat)"),
        Scene.parse("(s / see :agent ?who)"),
    ]
)


@settings(max_examples=20)
@given(cues=st.lists(CUES, max_size=9), among=st.sampled_from([None, Filter(language="en")]))
def test_many_recalls_are_those_one_by_one(
    memory: Memory, cues: list[Scene | str], among: Filter | None
) -> None:
    assert memory.recall_many(cues, 5, among=among) == [memory.recall(it, 5, among=among) for it in cues]


def test_many_recalls_are_of_a_list(memory: Memory) -> None:
    assert memory.recall_many([]) == []
    with pytest.raises(TypeError, match="cues must be a collection"):
        memory.recall_many("person")


# --- expiry -------------------------------------------------------------------------------------------------


def test_what_has_expired_is_hidden_until_it_is_purged(tmp_path: Path) -> None:
    soon = Scene.parse("(m / meet :agent Zora :in Oslo)")
    with Memory.open(tmp_path) as memory:
        old = memory.remember(soon, text="Zora meets us in Oslo.", source="secretplan", expires=PAST)
        kept = memory.remember(Scene.parse("(m / meet :agent Vera :in Oslo)"), expires=FUTURE)
        unread = memory.keep("Zqx Oslo", expires=PAST)
        assert [hit.id for hit in memory.recall("Oslo")] == [kept]
        assert [hit.id for hit in memory.recall(Scene.parse("(m / meet :in Oslo)"))] == [kept]
        assert {hit.id for hit in memory.recall("Oslo", expired=True)} == {old, kept, unread}
        assert memory.believed() == memory.select() == [kept]
        assert memory.select(expired=True) == [old, kept, unread]
        assert memory.get(old).sources[0].expires == PAST
        done = memory.purge()
        assert (done.crystals, done.sources, done.readable) == (2, 0, None)
        assert memory.select(expired=True) == [kept]
        assert memory.check() == []
    for path in tmp_path.iterdir():
        assert b"Zora" not in path.read_bytes()
        assert b"secretplan" not in path.read_bytes()


def test_what_another_source_states_without_end_stays(tmp_path: Path) -> None:
    said = Scene.parse("(s / sleep :agent Zora)")
    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(said, text="Zora sleeps.", source="diary", expires=PAST)
        assert memory.recall("Zora") == []
        memory.remember(said, source="a letter")
        assert [hit.id for hit in memory.recall("Zora")] == [crystal]
        done = memory.purge()
        assert [s.source for s in memory.get(crystal).sources] == ["a letter"]
        assert done.crystals == 0


@pytest.mark.parametrize("bare_first", [True, False])
def test_what_was_stated_without_a_source_does_not_expire(tmp_path: Path, bare_first: bool) -> None:
    said = Scene.parse("(s / sleep :agent Zora)")
    with Memory.open(tmp_path / "one") as memory:
        if bare_first:
            memory.remember(said)
        crystal = memory.remember(said, text="Zora sleeps.", expires=PAST)
        if not bare_first:
            memory.remember(said)
        assert [hit.id for hit in memory.recall("Zora")] == [crystal]
        file = io.StringIO()
        memory.export_to(file)
        memory.purge()
        assert crystal in memory.select()
    with Memory.open(tmp_path / "two") as other:
        other.import_from(file.getvalue().splitlines())
        assert len(other.recall("Zora")) == 1


# --- moving and keeping -------------------------------------------------------------------------------------


def test_labels_travel(tmp_path: Path, memory: Memory) -> None:
    lines, quads = io.StringIO(), io.StringIO()
    memory.export_to(lines)
    memory.export_rdf(quads)
    whole = Filter(tag="work") & Filter(metadata={"number": Span(from_=3)})
    for name, text in (("lines", lines.getvalue()), ("quads", quads.getvalue())):
        with Memory.open(tmp_path / name) as other:
            if name == "lines":
                other.import_from(text.splitlines())
            else:
                other.import_rdf(io.StringIO(text))
            assert other.select(whole) == memory.select(whole) != []
            assert [it.sources for it in other] == [it.sources for it in memory]
            again = io.StringIO()
            other.export_to(again)
            assert again.getvalue() == lines.getvalue()
            assert other.check() == []
    with Memory.open(tmp_path / "merged") as other:
        other.merge(memory)
        assert other.select(whole) == memory.select(whole)
        assert other.merge(memory)[:2] == (0, 0)


def test_damaged_labels_are_found(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(scene(1), tags=["work"], expires=FUTURE)
    for column, value in (("labels", '{"tags":["home"]}'), ("expires", 1)):
        (tmp_path / "memory.db-sums").unlink(missing_ok=True)
        with apsw.Connection(str(tmp_path / "memory.db")) as database:
            database.execute(f"UPDATE sources SET {column} = ?", (value,))
        with Memory.open(tmp_path) as memory:
            assert any("source 1 of crystal 1 is damaged" in line for line in memory.check())
            with pytest.raises(Exception, match="damaged"):
                memory.get(crystal)


def test_a_memory_of_version_4_opens_unchanged(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "new") as memory:
        memory.remember_many([Note(it.scene, it.text, it.language, it.source, it.time) for it in NOTES[:5]])
        before = list(memory)
        lines = io.StringIO()
        memory.export_to(lines)
    database = apsw.Connection(str(tmp_path / "new" / "memory.db"))
    database.execute("DROP TABLE measured")
    database.execute("DROP INDEX sources_by_expiry")
    for column in ("labels", "expires"):
        database.execute(f"ALTER TABLE sources DROP COLUMN {column}")
    database.execute("PRAGMA user_version = 4")
    database.close()
    (tmp_path / "new" / "memory.db-sums").unlink()
    assert len(MIGRATIONS) == 6
    with Memory.open(tmp_path / "new") as memory:
        assert list(memory) == before
        assert memory.check() == []
        again = io.StringIO()
        memory.export_to(again)
        assert again.getvalue() == lines.getvalue()
        memory.remember(scene(3), tags=["new"])
        assert len(memory.select(Filter(tag="new"))) == 1


@given(
    st.lists(st.text(min_size=1, max_size=9), max_size=5),
    st.dictionaries(
        st.text(max_size=9),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(max_size=9),
        ),
        max_size=5,
    ),
)
def test_labels_are_written_and_read_back(tags: list[str], metadata: dict[str, Any]) -> None:
    found, values = read_labels(write_labels(tags, metadata))
    assert found == tuple(sorted(set(tags)))
    assert json.dumps(values, sort_keys=True) == json.dumps(metadata, sort_keys=True)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"tags": "work"}, "tags"),
        ({"tags": [""]}, "tags are texts"),
        ({"metadata": {"a": [1]}}, "must be a text, a number"),
        ({"metadata": {"a": float("nan")}}, "must be a text, a number"),
        ({"metadata": {"a": "x" * LONGEST}}, "characters; give at most"),
        ({"expires": datetime(1, 1, 1)}, "outside the years"),
    ],
)
def test_labels_that_cannot_be_are_refused(tmp_path: Path, more: dict[str, Any], problem: str) -> None:
    with Memory.open(tmp_path) as memory:
        with pytest.raises((RefusedError, TypeError), match=problem):
            memory.remember(scene(1), **more)
        assert len(memory) == 0


@pytest.mark.parametrize(
    "given",
    [{"tagg": "a"}, {"not": []}, {"and": {}}, {"learned": {"from": "soon"}}, {"metadata": {"a": [1]}}],
)
def test_what_is_no_filter_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="this is no filter"):
        Filter.of(given)


@pytest.mark.parametrize(
    ("among", "problem"),
    [
        (Filter(tag=cast(str, 3)), "tag must be str or None, not 3"),
        (Filter(and_=cast(Any, (Filter(tag="work"), "home"))), "each of and_ must be Filter, not 'home'"),
        (~Filter(learned=cast(Any, "soon")), "learned must be Times or None"),
        (Filter(metadata=cast(Any, [])), "metadata must be dict or None"),
    ],
)
def test_filters_made_in_python_are_checked(memory: Memory, among: Filter, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        memory.select(among)


def test_filters_have_a_depth(memory: Memory) -> None:
    deep = Filter(tag="work")
    for _ in range(DEEPEST):
        deep = ~deep
    assert memory.select(deep) == memory.select(Filter(tag="work"))
    with pytest.raises(RefusedError, match="deep"):
        memory.select(~deep)


# --- receipts -----------------------------------------------------------------------------------------------


def test_a_receipt_says_what_is_gone_and_that_nothing_is_found(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        old = memory.remember(scene(1), text="Quentin saw the walnut boat.", source="a letter")
        other = memory.remember(scene(2), text="Vera saw a bridge.", source="a book")
        memory.remember(scene(2), text="She saw the walnut bridge.", source="a letter")
        new = memory.correct(old, Note(scene(3), text="Quentin saw a walnut raft.", source="a letter"))
        memory.used([old, other])
        memory.recall("walnut")
        done = memory.forget(source="a letter")
        assert (done.crystals, done.sources, done.readable, done.found) == (2, 1, None, ())
        first, staying, last = sorted(done.erased, key=lambda it: it.crystal)
        assert (first.crystal, first.scene, first.vector) == (old, scene(1), True)
        assert first.texts == ("Quentin saw the walnut boat.",)
        assert (first.associations, first.derived) == ((other,), (new,))
        assert (staying.crystal, staying.scene, staying.texts) == (
            other,
            None,
            ("She saw the walnut bridge.",),
        )
        assert (last.crystal, last.derived) == (new, (old,))
        assert memory.saying("saw") == [other]
    for path in tmp_path.iterdir():
        assert b"walnut" not in path.read_bytes()


def test_a_search_finds_what_is_left(tmp_path: Path) -> None:
    """The search of a receipt is not blind: what is put back is found."""
    from scenograph.memory.receipts import Receipt

    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(scene(1), text="Quentin saw the walnut boat.")
        receipt = Receipt(memory._state, [crystal])
        assert receipt.erased() == ()
        memory.forget(crystal)
        erased = receipt.erased()
        assert receipt.still_there(erased) == ()
        (tmp_path / "leftover").write_text("… Quentin saw the walnut boat. …")
        memory.remember(scene(1))
        assert receipt.still_there(erased) == (
            f"the scene of crystal {crystal} is that of crystal {crystal + 1}",
            "leftover holds a text of it",
        )
