"""Activation reaches what a cue finds only through others; it and the work for it are bounded."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note
from scenograph.memory.index.features import numbers, word
from scenograph.memory.index.postings import Postings
from scenograph.memory.recall.associations import SharedNames, joined_by
from scenograph.memory.recall.spreading import Ids, Numbers, Reach
from scenograph.memory.recall.walking import Bounds, spread, spread_many
from scenograph.memory.recall.wording import Wording
from scenograph.morphology.lemmas import index_form, stems

CRYSTALS = 12
PARTS = 3


class Drawn:
    """Associations and answers as drawn; counts what is asked of it."""

    def __init__(self, links: list[tuple[int, int, float]], answers: list[list[float]]) -> None:
        self.links = links
        self.answers = np.array(answers) / (PARTS * CRYSTALS)
        self.looked_at = 0
        self.reached: list[int] = []

    def reach(self, crystals: Ids) -> Reach:
        self.reached.append(len(crystals))
        rows = [
            (row, other, number, strength)
            for row, crystal in enumerate(crystals.tolist())
            for number, (one, two, strength) in enumerate(self.links)
            for here, other in ((one, two), (two, one))
            if here == crystal and one != two
        ]
        row, other, through, strength = zip(*rows, strict=True) if rows else ([], [], [], [])
        whole = (np.array(part, dtype=np.int64) for part in (row, other, through))
        return Reach(*whole, np.array(strength, dtype=np.float64))

    def found(self, crystals: Ids) -> Numbers:
        self.looked_at += len(crystals)
        return self.answers[crystals]


ids = st.integers(0, CRYSTALS - 1)
links = st.lists(st.tuples(ids, ids, st.floats(0, 1)), max_size=30)
answers = st.lists(
    st.lists(st.floats(0, 1), min_size=PARTS, max_size=PARTS), min_size=CRYSTALS, max_size=CRYSTALS
)
bounds = st.builds(
    Bounds,
    decay=st.floats(0, 1),
    hops=st.integers(0, 4),
    seeds=st.integers(1, 5),
    looked_at=st.integers(1, 6),
    chains=st.integers(1, 6),
)


@given(links, answers, st.lists(ids, max_size=8), bounds)
def test_activation_is_bounded_by_what_the_chain_answers(
    links: list[tuple[int, int, float]], answers: list[list[float]], seeds: list[int], bounds: Bounds
) -> None:
    drawn = Drawn(links, answers)
    found = spread(seeds, drawn, drawn, bounds)
    assert set(seeds) <= found.keys()
    for crystal, activation in found.items():
        chain = [step.crystal for step in activation.chain]
        together = drawn.answers[chain].max(0).sum()
        assert 0 <= activation.own <= activation.value <= together + 1e-12
        assert activation.own == pytest.approx(drawn.answers[crystal].sum())
        assert crystal in chain
        assert chain == [crystal] or chain[0] in seeds
        assert len(set(chain)) == len(chain) <= bounds.hops + 1
        for before, (after, through) in zip(chain, activation.chain[1:], strict=False):
            assert through is not None
            assert {before, after} == set(drawn.links[through][:2])


@given(links, answers, st.lists(ids, max_size=8), bounds)
def test_the_frontier_is_bounded(
    links: list[tuple[int, int, float]], answers: list[list[float]], seeds: list[int], bounds: Bounds
) -> None:
    drawn = Drawn(links, answers)
    spread(seeds, drawn, drawn, bounds)
    assert drawn.looked_at <= len(set(seeds)) + bounds.hops * bounds.looked_at
    assert len(drawn.reached) <= bounds.hops
    assert all(
        size <= limit
        for size, limit in zip(drawn.reached, [bounds.seeds] + [bounds.chains] * bounds.hops, strict=False)
    )


@given(links, answers, st.lists(ids, max_size=8), bounds)
def test_the_order_of_seeds_does_not_matter(
    links: list[tuple[int, int, float]], answers: list[list[float]], seeds: list[int], bounds: Bounds
) -> None:
    drawn = Drawn(links, answers)
    once = spread(seeds, drawn, drawn, bounds)
    assert spread([*reversed(seeds), *seeds], drawn, drawn, bounds) == once


@given(links, st.lists(st.tuples(answers, st.lists(ids, max_size=8)), max_size=6), bounds)
def test_what_a_cue_activates_does_not_depend_on_those_beside_it(
    links: list[tuple[int, int, float]], cues: list[tuple[list[list[float]], list[int]]], bounds: Bounds
) -> None:
    drawn = [Drawn(links, answers) for answers, _ in cues]
    seeds = [some for _, some in cues]
    ways = Drawn(links, [[0.0]])
    together = spread_many(seeds, ways, drawn, bounds)
    assert together == [spread(some, ways, one, bounds) for some, one in zip(seeds, drawn, strict=True)]
    assert len(ways.reached) <= bounds.hops * (1 + len(cues))


@given(answers, st.lists(ids, max_size=8), bounds)
def test_without_associations_each_has_its_own(
    answers: list[list[float]], seeds: list[int], bounds: Bounds
) -> None:
    drawn = Drawn([], answers)
    found = spread(seeds, drawn, drawn, bounds)
    assert found.keys() == set(seeds)
    assert all(activation.value == activation.own for activation in found.values())


@given(links, answers, st.lists(ids, max_size=8))
def test_more_links_never_lessen_activation_while_all_are_looked_at(
    links: list[tuple[int, int, float]], answers: list[list[float]], seeds: list[int]
) -> None:
    wide = Bounds(hops=2, seeds=CRYSTALS, looked_at=CRYSTALS, chains=10_000)
    some, all_ = Drawn(links[: len(links) // 2], answers), Drawn(links, answers)
    fewer, more = spread(seeds, some, some, wide), spread(seeds, all_, all_, wide)
    assert fewer.keys() <= more.keys()
    assert all(more[crystal].value >= fewer[crystal].value - 1e-12 for crystal in fewer)


# --- which crystals name the same ---------------------------------------------------------------------------


def shared(scenes: dict[int, Scene]) -> SharedNames:
    """Associations of crystals."""
    postings = Postings()
    postings.add(sorted(scenes), [scenes[crystal] for crystal in sorted(scenes)])
    return SharedNames(postings)


@dear
@given(st.lists(scenes(max_nodes=4), min_size=1, max_size=8), st.data())
def test_associations_go_both_ways_and_tell_what_is_shared(some: list[Scene], data: st.DataObject) -> None:
    told = {3 * number: scene for number, scene in enumerate(some)}
    ids = np.array(sorted(told))
    named = shared(told)
    reach = named.reach(ids)
    edges = {
        (int(ids[row]), int(crystal), int(through), float(strength))
        for row, crystal, through, strength in zip(*reach, strict=True)
    }
    assert len(edges) == len(reach.row)
    assert {(there, here, through, strength) for here, there, through, strength in edges} == edges
    for here, there, through, strength in edges:
        assert here != there
        assert 0 < strength < 1
        assert joined_by(told[here])[through] == joined_by(told[there])[through]
    one = data.draw(st.sampled_from(ids.tolist()))
    assert set(named.reach(np.array([one])).crystal.tolist()) == {t for h, t, _, _ in edges if h == one}


def test_what_very_many_name_leads_nowhere() -> None:
    named = shared({number: Scene.parse(f"(t / town :name n{number})") for number in range(150)})
    assert not named.reach(np.array([3])).crystal.size
    assert named.rarity(np.array([1, 150])) == pytest.approx([1, 0], abs=0.01)


# --- texts and chains of facts ------------------------------------------------------------------------------


def worded(cue: str, texts: list[str]) -> Wording:
    """*cue* as a cue for crystals that say *texts*, numbered from 0."""
    postings = Postings()
    postings.add(range(len(texts)), [Scene.parse("(_ / _)")] * len(texts), [[text] for text in texts])
    return Wording(cue, postings)


ENGLISH = {
    "Ceelmakoile is a town in Somalia.": "(l / lie :what Ceelmakoile :in Somalia)",
    "Hassan leads Somalia since 2022.": "(l / lead :who Hassan :what Somalia)",
    "Hassan was born in Jalalaqsi.": "(b / bear :whom Hassan :in Jalalaqsi)",
    "Oslo is a town in Norway.": "(l / lie :what Oslo :in Norway)",
    "Jonas leads Norway since 2021.": "(l / lead :who Jonas :what Norway)",
    "Jonas was born in Bergen.": "(b / bear :whom Jonas :in Bergen)",
    "Lyon is a town in France.": "(l / lie :what Lyon :in France)",
    "The baker was born in a village.": "(b / bear :whom baker :in village)",
}
RUSSIAN = {
    "Ковров — город во Владимирской области.": '(l / город :имя Ковров :где "Владимирская область")',
    "Владимирскую область возглавляет Авдеев.": '(l / глава :кто Авдеев :чего "Владимирская область")',
    "Авдеев родился в Люберцах.": "(b / родиться :кто Авдеев :где Люберцы)",
    "Миасс — город в Челябинской области.": '(l / город :имя Миасс :где "Челябинская область")',
    "Челябинскую область возглавляет Текслер.": '(l / глава :кто Текслер :чего "Челябинская область")',
    "Текслер родился в Норильске.": "(b / родиться :кто Текслер :где Норильск)",
    "Пекарь родился в деревне.": "(b / родиться :кто пекарь :где деревня)",
    "Кунгур — город в Пермском крае.": '(l / город :имя Кунгур :где "Пермский край")',
}


@pytest.mark.parametrize(
    ("cue", "memory", "hops"),
    [
        ("Who leads the country in which Ceelmakoile lies?", ENGLISH, 2),
        ("Where was the man born who leads the country of Ceelmakoile?", ENGLISH, 3),
        ("Кто возглавляет область, где находится Ковров?", RUSSIAN, 2),
        ("Где родился тот, кто возглавляет область, в которой лежит Ковров?", RUSSIAN, 3),
    ],
)
def test_a_question_is_answered_over_two_and_three_facts(cue: str, memory: dict[str, str], hops: int) -> None:
    facts = {number: Scene.parse(fact) for number, fact in enumerate(memory.values())}
    wording = worded(cue, list(memory))
    answering = np.flatnonzero(wording.found(np.arange(len(memory))).any(1))
    found = spread(answering.tolist(), shared(facts), wording)
    ranking = sorted(found, key=lambda crystal: (-found[crystal].value, crystal))
    assert set(ranking[:hops]) == set(range(hops))
    chain = [step.crystal for step in found[0].chain]
    assert sorted(chain) == list(range(hops))  # a chain may be followed from either of its ends
    assert chain in (list(range(hops)), list(range(hops))[::-1])


def test_a_chain_of_facts_is_found_from_its_end() -> None:
    people = ["Anna", "Boris", "Clara", "Denis", "Elena", "Fyodor", "Galina", "Hugo"]
    facts = [
        Scene.parse(f'(p / parent :of (a / person :name "{child}") :is (b / person :name "{parent}"))')
        for line in (people[:4], people[4:])
        for child, parent in pairwise(line)
    ]
    named = shared(dict(enumerate(facts)))
    cue = named.answers(Scene.parse('(p / person :name "Denis")'))
    found = spread([2], named, cue)  # the only one that names Denis
    ranking = sorted(found, key=lambda crystal: -found[crystal].value)
    assert ranking[:3] == [2, 1, 0]
    joining = [joined_by(facts[crystal]).get(through or 0) for crystal, through in found[0].chain]
    assert joining == [None, "clara", "boris"]


def test_what_is_not_associated_is_not_reached() -> None:
    named = shared(
        {
            1: Scene.parse('(l / lie :what Ceelmakoile :in "Somalia")'),
            2: Scene.parse("(s / see :who Oleg :what bridge)"),
            3: Scene.parse('(w / lead :who Hassan :what "Somalia")'),
        }
    )
    found = spread([1], named, named.answers(Scene.parse("(c / Ceelmakoile)")))
    assert found.keys() == {1, 3}
    assert found[1].own == 1
    assert 0 < found[3].value < 1
    assert found[3].own == 0


@dear
@given(
    st.lists(st.text(alphabet="abc дом", max_size=12), min_size=1, max_size=6), st.text("abc дом", max_size=8)
)
def test_what_crystals_answer_of_a_text_is_a_share_of_it(texts: list[str], cue: str) -> None:
    wording = worded(cue, texts)
    found = wording.found(np.arange(len(texts)))
    assert found.shape == (len(texts), len(wording.words))
    assert (found >= 0).all()
    assert (found.sum(1) < 1).all()
    for text, answered in zip(texts, found, strict=True):
        said = stems(index_form(text))
        assert (answered > 0).tolist() == [word in said for word in wording.words]


def test_postings_count_words_as_the_full_text_index_does(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        texts = ["Oleg built bridges.", "Мост построил Олег.", "A bridge, built by Olga."]
        ids = memory.remember_many(
            Note(Scene.parse(f"(b / build :birthPlace place{number})"), text)
            for number, text in enumerate(texts)
        )
        postings = memory._state.searched().postings
        assert postings.words(np.array(ids)).tolist() == [7, 7, 9]
        for said in ["oleg", "bridges", "built", "мосту", "построив", "birth", "place", "absent"]:
            [stem] = stems(index_form(said))
            assert postings.uses(numbers([word(stem)])).tolist() == [len(memory.saying(said))]
        found = Wording("Whose is the bridge?", postings).found(np.array(ids))
        assert found.any(1).tolist() == [True, False, True]


def test_spreading_does_not_slow_down_with_the_memory() -> None:
    """Some crystals among very many cost what they cost among few; a busy machine is no failure."""
    rng = np.random.default_rng(1)
    many = 30_000
    facts = {
        number: Scene.parse(f"(n{a} / n{a} :a n{b} :b n{c} :c m{d})")
        for number, (a, b, c, d) in enumerate(rng.integers(0, many // 2, (many, 4)).tolist())
    }
    named = shared(facts)
    cue = named.answers(Scene.parse("(n1 / n1 :a n2 :b n3 :c n4)"))
    seeds = [number for number, fact in facts.items() if {"n1", "n2", "n3", "n4"} & set(fact.concepts)]
    seeds += [0, 1, 2]
    times: list[float] = []
    for _ in range(5):
        began = time.process_time()
        found = spread(seeds, named, cue)
        times.append(time.process_time() - began)
    assert len(found) > len(seeds)
    assert min(times) < 0.05


@pytest.mark.parametrize("how", ["stated together", "used together"])
def test_ties_lead_from_crystal_to_crystal(tmp_path: Path, how: str) -> None:
    with Memory.open(tmp_path) as memory:
        built = Note(
            Scene.parse('(b / build :object (s / span :name "Vyr"))'), "They built Vyr.", "en", "diary"
        )
        opened = [
            Note(Scene.parse(f"(o / open :time {year})"), f"It was opened in {year}.", "en", source)
            for year, source in (
                (1950, "a"),
                (1931, "diary" if how == "stated together" else "b"),
                (1970, "c"),
            )
        ]
        first, other, meant, third = memory.remember_many([built, opened[0], opened[1], opened[2]])
        if how == "used together":
            memory.used([first, meant])
        else:
            memory._crystals.ties.strengthen([(first, meant)], "together")
        hits = {hit.id: hit for hit in memory.recall("When was Vyr, which they built, opened?")}
        assert hits[meant].resonance > max(hits[other].resonance, hits[third].resonance)
        assert {step.crystal for step in hits[meant].chain} == {first, meant}
        assert [step.through for step in hits[meant].chain] == [None, how]
        memory.forget(first)
        assert memory.recall("When was Vyr, which they built, opened?")[0].chain == ()
