"""Activation reaches what a cue finds only through others; it and the work for it are bounded."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core.scene import Scene
from scenograph.memory.recall.incidence import Incidence
from scenograph.memory.recall.spreading import Activation, Bounds, Ids, Numbers, Reach, spread
from scenograph.memory.recall.wording import Wording, stems, telling

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


# --- which crystal names what ------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.lists(scenes(max_nodes=4), min_size=1, max_size=8), st.data())
def test_associations_go_both_ways_and_tell_what_is_shared(some: list[Scene], data: st.DataObject) -> None:
    named = Incidence.of((3 * number, scene) for number, scene in enumerate(some))
    ids = np.arange(len(some)) * 3
    reach = named.reach(ids)
    edges = {
        (int(ids[row]), int(crystal), int(through), float(strength))
        for row, crystal, through, strength in zip(*reach, strict=True)
    }
    assert {(there, here, through, strength) for here, there, through, strength in edges} == edges
    for here, there, through, strength in edges:
        assert here != there
        assert 0 < strength < 1
        assert {here, there} <= set(named.using(named.name(through)).tolist())
    one = data.draw(st.sampled_from(ids.tolist()))
    assert set(named.reach(np.array([one])).crystal.tolist()) == {t for h, t, _, _ in edges if h == one}


def test_what_very_many_name_leads_nowhere() -> None:
    many = [Scene.parse(f"(t / town :name n{number})") for number in range(150)]
    named = Incidence.of(enumerate(many))
    assert not named.reach(np.array([3])).crystal.size
    assert named.rarity(np.array([1, 150])) == pytest.approx([1, 0], abs=0.01)


# --- texts and chains of facts -----------------------------------------------------------------------------


def recalled(cue: str, memory: dict[str, str]) -> dict[int, Activation]:
    """What a text activates in a memory of texts and facts; all crystals that answer some of it are seeds."""
    texts = list(memory)
    named = Incidence.of((number, Scene.parse(fact)) for number, fact in enumerate(memory.values()))
    said = [set(stems(text)) for text in texts]
    wording = Wording(
        cue,
        dict(enumerate(texts)).get,
        counts={word: sum(word in words for words in said) for word in telling(cue)},
        crystals=len(texts),
        usual=5,
    )
    answering = np.flatnonzero(wording.found(np.arange(len(texts))).any(1))
    return dict(spread(answering.tolist(), named, wording))


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
    found = recalled(cue, memory)
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
    named = Incidence.of(enumerate(facts))
    cue = named.answers(Scene.parse('(p / person :name "Denis")'))
    [end] = named.using("denis").tolist()
    found = spread([end], named, cue)
    ranking = sorted(found, key=lambda crystal: -found[crystal].value)
    assert ranking[:3] == [2, 1, 0]
    assert [named.name(step.through) for step in found[0].chain if step.through is not None] == [
        "clara",
        "boris",
    ]


def test_a_large_memory_takes_no_longer() -> None:
    rng = np.random.default_rng(1)
    crystals, names = 200_000, 150_000
    pairs = np.column_stack([np.repeat(np.arange(crystals), 5), rng.integers(0, names, 5 * crystals)])
    named = Incidence(np.arange(crystals), [f"n{place}" for place in range(names)], np.unique(pairs, axis=0))
    cue = named.answers(Scene.parse("(n1 / n1 :a n2 :b n3 :c n4)"))
    seeds = np.concatenate([named.using(f"n{place}") for place in (1, 2, 3, 4)]).tolist()
    spread(seeds, named, cue)
    times = []
    for _ in range(5):
        began = time.process_time()
        found = spread(seeds, named, cue)
        times.append(time.process_time() - began)
    assert len(found) > len(seeds)
    assert min(times) < 0.05  # some 3 ms; a busy machine is no failure
