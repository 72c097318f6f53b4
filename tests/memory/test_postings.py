"""Postings answer as comparing every scene would, however they came to be; wrong ones are found out."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.index.features import (
    MOST_TIMES,
    features_of,
    link,
    name,
    numbers,
    said,
    symbol,
    word,
    word_features,
)
from scenograph.memory.index.postings import Postings
from scenograph.memory.index.sealed import UnusableIndexError
from scenograph.memory.index.segment import PostingsSegment
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.associations import names_of
from scenograph.memory.records import Watermark

OLEG = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
UUID = bytes(range(16))


TEXTS = ((), ("A bridge.",), ("Мост, мост и мосты.", "Bridges of Oleg"), ())


def of(some: list[Scene], batch: int = 3, *, backwards: bool = False) -> Postings:
    """Postings of scenes, numbered from 1, each with its `texts_of`."""
    postings = Postings()
    starts = range(0, len(some), batch)
    for start in reversed(starts) if backwards else starts:
        few = some[start : start + batch]
        ids = range(start + 1, start + 1 + len(few))
        postings.add(ids, few, [*map(texts_of, ids)])
    return postings


def texts_of(crystal: int) -> tuple[str, ...]:
    return TEXTS[crystal % len(TEXTS)]


def every_feature(some: list[Scene]) -> list[set[int]]:
    """The features of each of *some*, which are numbered from 1, and of its texts."""
    return [
        {
            *features_of([scene]).features.tolist(),
            *word_features([scene], [texts_of(crystal)])[1].tolist(),
        }
        for crystal, scene in enumerate(some, 1)
    ]


def test_a_scene_has_the_features_it_says() -> None:
    found = features_of([OLEG]).features
    expected = [
        *map(symbol, ("build", "person", '"Oleg"', "bridge")),
        *map(name, ("build", "person", "oleg", "bridge")),
        *(link(None, role, None) for role in (":agent", ":name", ":object")),
        *(link(*pair, None) for pair in (("build", ":agent"), ("person", ":name"), ("build", ":object"))),
        *(link(None, *pair) for pair in ((":agent", "person"), (":name", '"Oleg"'), (":object", "bridge"))),
        link("build", ":agent", "person"),
        link("person", ":name", '"Oleg"'),
        link("build", ":object", "bridge"),
    ]
    assert sorted(found.tolist()) == sorted(numbers(expected).tolist())


def test_features_are_the_same_on_every_machine() -> None:
    assert numbers([symbol("мост"), link("build", ":agent", None)]).tolist() == [
        11195850453696424689,
        489181018812958079,
    ]


@given(st.lists(scenes(max_nodes=4), max_size=9), scenes(max_nodes=3))
def test_all_scenes_that_hold_a_cue_are_named(some: list[Scene], cue: Scene) -> None:
    wanted = Cue(cue)
    required = numbers([need.features[0] for need in wanted.needs])
    named = of(some).having_all(required, limit=100).tolist()
    holding = [place for place, scene in enumerate(some, 1) if wanted.found_in(scene) == wanted.size]
    assert set(holding) <= set(named)
    having = every_feature(some)
    assert named == [place for place, found in enumerate(having, 1) if set(required.tolist()) <= found]


@given(
    st.lists(scenes(max_nodes=4), min_size=1, max_size=12),
    st.integers(1, 5),
    st.sets(st.integers(1, 12), max_size=5),
    st.sampled_from(["as they came", "merged", "backwards and merged"]),
)
def test_however_they_grew_they_are_the_same(some: list[Scene], batch: int, gone: set[int], how: str) -> None:
    grown, built = of(some, batch, backwards=how.startswith("backwards")), of(some, len(some))
    if how.endswith("merged"):
        grown.merge()
    grown.remove(sorted(gone))
    built.remove(sorted(gone))
    assert grown.ids == built.ids == {*range(1, len(some) + 1)} - gone
    expected = every_feature(some)
    features = np.array(sorted(set().union(*expected)), np.uint64)
    assert grown.uses(features).tolist() == built.uses(features).tolist()
    assert sorted(grown.summed()) == sorted(built.summed())
    ids = np.array(sorted({*range(1, len(some) + 1)} - gone)[::-1], np.int64)
    assert (grown.have(ids, features) == built.have(ids, features)).all()
    assert [set(features[row].tolist()) for row in grown.have(ids, features)] == [
        expected[one - 1] for one in ids.tolist()
    ]
    assert grown.uses(features).tolist() == [
        sum(feature in expected[one - 1] for one in ids.tolist()) for feature in features.tolist()
    ]
    assert grown.sizes(ids).tolist() == [len(some[one - 1].links) for one in ids.tolist()]
    words = [len(said(some[one - 1], texts_of(one))) for one in ids.tolist()]
    assert grown.words(ids).tolist() == words
    assert grown.usual_words == pytest.approx(sum(words) / max(len(words), 1))
    rows, names = grown.names(ids)
    for row, one in enumerate(ids.tolist()):
        own = numbers([name(spelt) for spelt in names_of(some[one - 1])])
        assert sorted(names[rows == row].tolist()) == sorted(own.tolist())
    for feature, having in zip(features.tolist(), grown.having_each(features), strict=True):
        assert set(having.tolist()) == {one for one in ids.tolist() if feature in expected[one - 1]}
    wanted = features[::3]
    most = grown.having_most(wanted, np.ones(len(wanted)), 100, 10_000).tolist()
    shared = {one: len(expected[one - 1] & set(wanted.tolist())) for one in ids.tolist()}
    assert [shared[one] for one in most] == sorted(filter(None, shared.values()), reverse=True)
    assert set(grown.having_all(features[:1], 100).tolist()) == {
        one for one in ids.tolist() if int(features[0]) in expected[one - 1]
    }


def test_a_few_are_taken_out_of_many_without_writing_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenograph.memory.index.segment._SPARSE", 2)
    postings = of([OLEG, Scene.parse("(b / bridge)"), OLEG, Scene.parse("(a / b)")], batch=4)
    before = postings._segments[0]
    postings.remove([1])
    assert postings._segments[0].lists is before.lists
    test_however_they_grew_they_are_the_same()  # with segments half of which may be gone


@given(st.lists(st.text("ab ё,", max_size=12), max_size=3))
def test_words_are_counted_up_to_six(texts: list[str]) -> None:
    scene = Scene.parse("(a / a)")
    _, found, lengths = word_features([scene], [texts])
    stems = Counter(said(scene, texts))
    assert lengths.tolist() == [stems.total()]
    expected = [
        word(stem, least) for stem, often in stems.items() for least in range(1, min(often, MOST_TIMES) + 1)
    ]
    assert sorted(found.tolist()) == sorted(numbers(expected).tolist())


def test_of_too_many_the_preferred_ones_are_named() -> None:
    some = [Scene.build(["a", *"b" * more], [(0, ":r", at + 1) for at in range(more)]) for more in range(9)]
    postings = of(some)
    wanted = numbers([symbol("a")])
    assert postings.having_all(wanted, 3).tolist() == [1, 2, 3]
    assert postings.having_all(wanted, 3, lambda sizes: sizes.astype(float)).tolist() == [7, 8, 9]
    both = numbers([symbol("a"), symbol("b")])
    most = postings.having_most(both, np.array([1.0, 2.0]), 2, 100, lambda sizes: -sizes.astype(float))
    assert most.tolist() == [2, 3]
    assert postings.having_most(both, np.ones(2), 9, budget=8).tolist() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert postings.having_most(both, np.ones(2), 9, budget=7).tolist() == []


def test_short_and_long_lists_are_intersected_alike() -> None:
    some = [Scene.parse(f"(a / all :at (b / at-{n % 100}) :of (c / of-{n}))") for n in range(3000)]
    segment = PostingsSegment.of(range(3000), some)
    for asked in (["all", "at-7"], ["at-7", "of-107"], ["all"], ["at-7", "of-108"], ["nothing"]):
        found = segment.having_all(numbers(list(map(symbol, asked))))
        expected = [n for n, scene in enumerate(some) if set(asked) <= set(scene.concepts)]
        assert found.tolist() == expected


def test_a_file_gives_them_back(tmp_path: Path) -> None:
    postings = of([OLEG, Scene.parse("(a / b)"), OLEG], batch=1)
    postings.watermark = Watermark(5, 6)
    postings.save(tmp_path / "postings", UUID)
    loaded = Postings.load(tmp_path / "postings", UUID)
    assert sorted(loaded.summed()) == sorted(postings.summed())
    assert loaded.watermark == loaded.saved == Watermark(5, 6)
    loaded.remove([2])
    loaded.add([9], [OLEG])
    assert loaded.ids == {1, 3, 9}
    with pytest.raises(UnusableIndexError, match="another memory"):
        Postings.load(tmp_path / "postings", bytes(16))
    Postings().save(tmp_path / "none", UUID)
    assert len(Postings.load(tmp_path / "none", UUID)) == 0


def test_every_flipped_or_missing_byte_of_the_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "postings"
    of([OLEG]).save(path, UUID)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(UnusableIndexError):
            Postings.load(path, UUID)
        path.write_bytes(whole[:at])
        with pytest.raises(UnusableIndexError):
            Postings.load(path, UUID)
    with pytest.raises(StoreError, match="cannot write"):
        of([OLEG]).save(tmp_path / "no" / "folder", UUID)


def test_lost_stale_or_damaged_postings_are_built_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "postings.index"
    with Memory.open(tmp_path) as memory:
        first = memory.remember(OLEG)
        assert memory.recall(OLEG)[0].id == first
    assert path.exists()
    with Memory.open(tmp_path) as memory:
        second = memory.remember(Scene.parse("(b / bridge)"))
        assert {hit.id for hit in memory.recall(Scene.parse("(b / bridge)"))} == {first, second}
    for harm in (lambda: path.unlink(), lambda: path.write_bytes(path.read_bytes()[:-1])):
        harm()
        with Memory.open(tmp_path) as memory:
            assert {hit.id for hit in memory.recall(Scene.parse("(b / bridge)"))} == {first, second}
            assert memory.check() == []
    assert [record.levelno for record in caplog.records if "rebuilding it" in record.message] == [
        logging.WARNING
    ]


def test_what_is_forgotten_is_in_no_postings(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        gone = memory.remember(OLEG)
        memory.remember(Scene.parse("(b / bridge)"))
        memory.recall(OLEG)
        memory.rebuild_index()
        data = (tmp_path / "postings.index").read_bytes()
        feature = numbers([symbol('"Oleg"')]).tobytes()
        assert feature in data
        memory.forget(gone)
        assert feature not in (tmp_path / "postings.index").read_bytes()
        assert memory.check() == []


def test_a_text_told_later_is_found_and_forgotten_with_its_crystal(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        ids = memory.remember_many(Note(Scene.parse(f"(b / bridge :number {n})")) for n in range(200))
        memory.recall("bridge")
        memory.remember(Scene.parse("(b / bridge :number 7)"), text="Сокол улетел.")
        assert [hit.id for hit in memory.recall("сокол")] == [ids[7]]
        assert memory.check() == []
        memory.forget(ids[7])
        assert memory.recall("сокол") == []
        assert memory.check() == []


def test_check_names_the_crystal_whose_postings_are_wrong(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        wrong = memory.remember(OLEG)
        memory.recall(OLEG)
        postings = memory._state.postings.synced()
        postings.remove([wrong])
        postings.add([wrong, 7], [Scene.parse("(a / b)"), OLEG])
        problems = "\n".join(memory.check())
        assert "postings are wrong about crystal 7" in problems
        assert f"postings of crystal {wrong} are not" in problems
        memory.rebuild_index()
        assert memory.check() == []
