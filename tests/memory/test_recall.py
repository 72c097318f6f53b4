"""Recall ranks what holds the cue first, sees through damaged words, and shows what resonance is made of."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import dear, scenes, symmetric_scenes

from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.index import faiss_index
from scenograph.memory.index.postings import Postings
from scenograph.memory.learning.cues import (
    damaged,
    damaged_word,
    links_dropped,
    objects_hidden,
    some_words,
    subjects_hidden,
)
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.names import Names, similarity, word_similarity
from scenograph.memory.recall.recall import Asked
from scenograph.memory.recall.resonance import SCENE_PARTS, TEXT_PARTS
from scenograph.memory.recall.wording import Wording
from scenograph.memory.records import Hit
from scenograph.morphology.lemmas import STOP_WORDS
from scenograph.world import World

TOLD = {
    '(b / build :agent (p / person :name "Oleg") :object (c / bridge))': ("Олег построил мост.", "ru"),
    '(s / see :agent (p / person :name "Marta") :object (c / bridge))': ("Marta saw a bridge.", "en"),
    "(a / Alan_Bean :occupation Test_pilot :birthPlace (w / Wheeler,_Texas))": (
        "Bean was born in 1932.",
        "en",
    ),
    '(a / Alan_Shepard :occupation Test_pilot :mission (x / "Apollo 14"))': (
        "Shepard flew to the Moon.",
        "en",
    ),
    "(н / Новосибирск :река (о / Обь) :мост Бугринский_мост)": ("Через Обь построен мост.", "ru"),
}

few = st.sampled_from(["a", "b", "c", "d", "?x"])
small = scenes(max_nodes=4, concepts=few, constants=few) | symmetric_scenes(max_nodes=4)


@settings(max_examples=5)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), min_size=20))
def test_every_text_has_a_vector_of_length_1(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, Memory.open(Path(folder)) as memory:
        assert np.linalg.norm(memory.vectors(["?!", "_", *texts]), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path) as opened:
        opened.remember_many([Note(Scene.parse(scene), *said) for scene, said in TOLD.items()])
        yield opened


def first(memory: Memory, cue: str) -> Scene:
    return memory.recall(Scene.parse(cue) if cue.startswith("(") else cue, k=1)[0].scene


@dear
@given(st.lists(small, min_size=1, max_size=8, unique=True), small, st.integers(1, 8))
def test_no_scene_that_lacks_a_link_ranks_above_one_that_has_all(
    some: list[Scene], cue: Scene, k: int
) -> None:
    wanted = Cue(cue)
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        ids = memory.remember_many(some)
        hits = memory.recall(cue, k)
    holding = {
        crystal
        for crystal, scene in zip(ids, some, strict=True)
        if wanted.found_in(scene) == wanted.size or scene == cue
    }
    unified = [hit.parts["unified"] for hit in hits]
    assert unified == sorted(unified, reverse=True)
    assert {hit.id for hit in hits if hit.parts["unified"]} <= holding
    assert sum(unified) == min(len(holding), k)
    for hit in hits:
        assert (hit.parts["unified"] == 1.0) == (hit.resonance > 0.5)
        assert 0 < hit.resonance <= 1
        assert all(0 <= part <= 1 for part in hit.parts.values())


@settings(max_examples=20)
@given(st.lists(scenes(max_nodes=5), min_size=1, max_size=6, unique=True))
def test_a_scene_resonates_most_with_itself(some: list[Scene]) -> None:
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        memory.remember_many(some)
        for scene in some:
            [hit] = memory.recall(scene, k=1)
            assert hit.scene == scene


def test_every_part_is_shown(memory: Memory) -> None:
    scene_hits = memory.recall(Scene.parse("(b / build :object (c / bridge))"))
    text_hits = memory.recall("мост через реку")
    assert scene_hits
    assert text_hits
    assert all({*hit.parts, "association"} == {"unified", *SCENE_PARTS} for hit in scene_hits)
    assert all({*hit.parts, "association"} == {*TEXT_PARTS} for hit in text_hits)


@pytest.mark.parametrize("cue", ["(a / Alan_Bean :birthPlace (w / Wheeler,_Texas))", "Alan Bean"])
def test_vectors_of_hits_are_compared_exactly_where_the_index_shortens_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cue: str
) -> None:
    asked = Scene.parse(cue) if cue.startswith("(") else cue
    hits: list[list[Hit]] = []
    others = [f"(n / note-{number} :by (p / person-{number % 7}))" for number in range(20)]
    for most_flat in (20, 20_000):
        monkeypatch.setattr(faiss_index, "MOST_FLAT", most_flat)
        with Memory.open(tmp_path / str(most_flat)) as memory:
            memory.remember_many([Note(Scene.parse(scene), *said) for scene, said in TOLD.items()])
            memory.remember_many(map(Scene.parse, others))
            hits.append(memory.recall(asked))
            assert (memory._state.vectors.synced().tolerance > 1e-4) == (most_flat == 20)
    assert [hit.id for hit in hits[0]] == [hit.id for hit in hits[1]]
    for shortened, whole in zip(*hits, strict=True):
        assert shortened.parts == pytest.approx(whole.parts, abs=1e-6)
        assert shortened.resonance == pytest.approx(whole.resonance, abs=1e-6)


def test_resonance_does_not_depend_on_the_language_a_scene_was_told_in(tmp_path: Path) -> None:
    scene, cue = Scene.parse(next(iter(TOLD))), Scene.parse("(b / build :agent ?who :object (c / bridge))")
    resonances: list[float] = []
    for said in (("Oleg built a bridge.", "en"), ("Олег построил мост.", "ru"), (None, None)):
        with Memory.open(tmp_path / str(said[1])) as memory:
            memory.remember(scene, text=said[0], language=said[1])
            assert memory.recall(scene)[0].resonance == pytest.approx(1.0)
            resonances.append(memory.recall(cue)[0].resonance)
    assert len(set(resonances)) == 1


@pytest.mark.parametrize(
    ("cue", "answer"),
    [
        ("(a / Alan_Baen :birthPlace ?x)", "Alan_Bean"),  # misspelt
        ("(a / A_Bean :birthPlace ?x)", "Alan_Bean"),  # abbreviated
        ("(a / Alan_Shepards :mission ?x)", "Alan_Shepard"),  # inflected
        ('(a / "alan bean")', "Alan_Bean"),  # written otherwise
        ("(x / ?who :mission Apolo_14)", "Alan_Shepard"),
        ("(н / ?что :мост Бугринского_моста)", "Новосибирск"),
        ("(н / Новосибирском)", "Новосибирск"),
        ("(н / Новосиб)", "Новосибирск"),
        ("Alan Baen", "Alan_Bean"),
        ("Shepperd", "Alan_Shepard"),
        ("Бугринским мостом", "Новосибирск"),
    ],
)
def test_damaged_words_are_seen_through(memory: Memory, cue: str, answer: str) -> None:
    assert first(memory, cue).root_concept == answer


def test_what_is_spelt_right_is_never_taken_for_something_else(memory: Memory) -> None:
    memory.remember(Scene.parse("(a / Alan_Beam :occupation Singer)"))
    [hit] = memory.recall(Scene.parse("(a / Alan_Beam)"), k=1)
    assert (hit.scene.root_concept, hit.parts["structure"]) == ("Alan_Beam", 1.0)
    hits = memory.recall(Scene.parse("(a / Alan_Beak)"), k=2)
    assert {hit.scene.root_concept for hit in hits} == {"Alan_Bean", "Alan_Beam"}
    assert all(0.5 < hit.parts["structure"] < 1 for hit in hits)


def test_a_name_finds_what_it_names(memory: Memory) -> None:
    assert first(memory, "Marta").root_concept == "see"
    assert first(memory, "Apollo 14").root_concept == "Alan_Shepard"
    pilots = [hit for hit in memory.recall("test pilot") if hit.parts["symbols"] > 0]
    assert {hit.scene.root_concept for hit in pilots} == {"Alan_Bean", "Alan_Shepard"}


@pytest.mark.parametrize("crowd", [100, 600])
def test_all_that_hold_a_cue_are_found_however_many_seem_to(tmp_path: Path, crowd: int) -> None:
    """The crowd has every link of the cue, but the names are exchanged, which postings do not see."""
    said = '(s / see :agent (p / person :name "{}") :object (q / person :name "{}") :time {})'
    rest = " ".join(f":op{place} (r{place} / rest :time {place})" for place in range(2, 20))
    with Memory.open(tmp_path) as memory:
        memory.remember_many(Scene.parse(said.format("Anna", "Oleg", year)) for year in range(crowd))
        holding = {
            memory.remember(Scene.parse(f"(a / and :op1 {said.format('Oleg', 'Anna', year)} {rest})"))
            for year in range(3)
        }
        hits = memory.recall(Scene.parse(said.format("Oleg", "Anna", "?when")), k=3)
    assert {hit.id for hit in hits} == holding
    assert all(hit.parts["unified"] == 1.0 for hit in hits)


@given(scenes(), st.integers())
def test_cues_hold_in_the_scenes_they_are_made_of(scene: Scene, seed: int) -> None:
    for hide in (objects_hidden, subjects_hidden, links_dropped):
        if scene.links:
            cue = Cue(hide(scene, random.Random(seed)))
            assert cue.found_in(scene) == cue.size
    changed = damaged(scene, random.Random(seed))
    assert [link.role for link in changed.links] == [link.role for link in scene.links]


@given(st.text("abcdeклмно19", min_size=1, max_size=9), st.integers())
def test_a_damaged_word_is_another_one(word: str, seed: int) -> None:
    changed = damaged_word(word, random.Random(seed))
    assert changed != word
    assert changed


def test_some_words_of_a_text() -> None:
    words = some_words("Oleg built the old bridge in 1931", random.Random(3)).split()
    assert len(words) == 3
    assert sum(word in {"oleg", "built", "old", "bridge", "1931"} for word in words) == 2


names = st.lists(st.text("abcд", min_size=1, max_size=5), min_size=1, max_size=3).map(" ".join)


@given(names, names)
def test_likeness_is_symmetric_and_1_for_equal_names(one: str, other: str) -> None:
    assert similarity(one, one) == pytest.approx(1.0)
    assert similarity(one, other) == pytest.approx(similarity(other, one))
    assert 0 <= similarity(one, other) <= 1 + 1e-9
    assert word_similarity(one, other) == word_similarity(other, one)


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("kalgrad", "kalgrod", 1 - 1 / 7),
        ("kalgrad", "klagrad", 1 - 1 / 7),  # neighbours swapped
        ("abcde", "abcxy", 0.6),
        ("abcdef", "abcxyz", 0.0),  # half of the letters say nothing
    ],
)
def test_words_with_few_letters_in_common_are_different_words(one: str, other: str, similar: float) -> None:
    assert word_similarity(one, other) == pytest.approx(similar)


@pytest.mark.parametrize(
    ("known", "meant"),
    [
        (["Kalgrodina", "Kalgmnxyna"], {"Kalgrodina"}),  # much less like it than the best one
        (["Kalgmnxyna"], {"Kalgmnxyna"}),
        (["Kalgrodina", "Kalgridina"], {"Kalgrodina", "Kalgridina"}),
        (["Kalgradina Ivanov Petrov Sidorov Smirnov"], set[str]()),  # too little of the whole name
    ],
)
def test_a_name_means_the_names_nearly_as_like_it_as_the_best(
    tmp_path: Path, known: list[str], meant: set[str]
) -> None:
    with Memory.open(tmp_path) as memory:
        for name in known:
            memory.remember(Scene.parse(f'(s / see :agent (p / person :name "{name}"))'))
        found = memory._state.names.meant(['"Kalgradina"'])
    assert {symbol.strip('"') for symbol in found.get('"Kalgradina"', {})} == meant


def test_words_that_nearly_all_have_still_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenograph.memory.recall.wording._BUDGET", 5)
    with Memory.open(tmp_path) as memory:
        ids = memory.remember_many(
            Note(Scene.parse(f"(b / bridge :length {n})"), "A bridge" + " of Anna's" * (n == 37))
            for n in range(40)
        )
        assert memory.recall("the bridge of Anna", k=1)[0].id == ids[37]
        assert len(memory.recall("bridges", k=10)) == 10


@dear
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), min_size=1, max_size=30),
    st.lists(st.sampled_from("abcdefghi"), min_size=1, max_size=5, unique=True),
    st.integers(0, 60),
    st.integers(1, 30),
)
def test_crystals_that_answer_a_text_are_found(
    said: list[list[str]], asked: list[str], budget: int, limit: int
) -> None:
    postings = Postings()
    postings.add(
        range(len(said)), [Scene.parse("(_ / _)")] * len(said), [[" ".join(letters)] for letters in said]
    )
    wording = Wording(" ".join(asked), postings)
    assert wording.words == [letter for letter in asked if letter not in STOP_WORDS]
    answering = {n for n, letters in enumerate(said) if set(wording.words) & set(letters)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.memory.recall.wording._BUDGET", budget)
        found = wording.answering(limit).tolist()
    assert set(found) <= answering
    assert len(set(found)) == len(found) <= limit
    assert bool(found) == bool(answering)
    if budget >= 3 * len(said) * len(asked) and limit >= len(answering):
        assert set(found) == answering


def test_all_that_say_something_are_listed(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        texts = ["Oleg built the old bridge.", "An old man saw bridges.", "Старый мост построил Олег.", None]
        first, second, third, fourth = memory.remember_many(
            Note(Scene.parse(f'(b / build :object (c / "thing {n}" :birthPlace Oslo))'), text)
            for n, text in enumerate(texts)
        )
        assert memory.saying("bridge") == [first, second]
        assert memory.saying("BRIDGES old") == [first, second]
        assert memory.saying('"old bridge"') == [first]
        assert memory.saying("о старом мосте") == []
        assert memory.saying("старом мосте") == memory.saying("старого моста") == [third]
        assert memory.saying('"birth place" oslo') == [first, second, third, fourth]
        assert memory.saying('bridge "') == [first, second]
        for nothing in ("", "?!", '""'):
            with pytest.raises(StoreError, match="no word to look for"):
                memory.saying(nothing)
        memory.forget(first)
        assert memory.saying("bridge") == [second]


def test_what_is_at_hand_of_names_is_what_the_memory_has(tmp_path: Path) -> None:
    rng = random.Random(3)
    known = ("bridge", "violin", "teacher", "lantern", "harbour", "window")
    asked = ("bridgge", "voilin", "teachher", "lanterrn", "harborur", "wwindow")
    with Memory.open(tmp_path) as memory:
        for _ in range(60):
            scene = Scene.parse(f"(x / {rng.choice(known)})")
            action = rng.choice(["remember", "forget", "take back", "rebuild"])
            if action == "remember":
                memory.remember(scene)
            elif action == "forget":
                memory.forget(*filter(None, [memory.find(scene)]))
            elif action == "rebuild":
                memory.rebuild_index()
            else:
                with suppress(StoreError), memory.transaction():
                    memory.remember(scene)
                    memory._state.names.meant(asked)  # keeps at hand what is then taken back
                    raise StoreError("taken back")
            fresh = Names(memory._database)
            assert memory._state.names.meant(asked) == fresh.meant(asked)


def test_what_is_consistent_is_hoped_to_hold_all(tmp_path: Path) -> None:
    rng = random.Random(5)
    with Memory.open(tmp_path) as memory:
        told = [*dict.fromkeys(World().scenes(300, 1, "train"))]
        memory.remember_many(told)
        searched = memory._state.searched()
        found = 0
        for scene in rng.sample(told, 60):
            for hide in (objects_hidden, subjects_hidden, links_dropped):
                asked = Asked(hide(scene, rng), searched.postings, searched.names, searched.weights)
                consistent = asked.consistent(1000)
                found += len(consistent)
                assert np.allclose(asked.upper_bounds(consistent), 1, rtol=1e-12)
        assert found > 180
