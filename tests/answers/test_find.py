"""Answering by matching: questions as scenes (in linear form), a real memory, no model."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from scenograph.answers import UNKNOWN, asserted, find, is_question
from scenograph.core.linear import delinearise, linearise
from scenograph.memory import Memory
from scenograph.world import World

OLEG = '( build:agent( person:name"Oleg"):object( bridge:mod( old)):time 1931)'
MARTA = '( build:agent( person:name"Marta"):object( bridge))'


def remember(memory: Memory, *scenes: str) -> list[int]:
    return [memory.remember(delinearise(scene)) for scene in scenes]


def values(memory: Memory, question: str) -> list[str]:
    texts: list[str] = []
    for finding in find(delinearise(question), memory):
        [value] = finding.scene.targets(":value")
        texts.append(value if isinstance(value, str) else linearise(finding.scene.sub(value)))
    return texts


def test_an_unknown_binds_and_the_answer_names_its_crystal(memory: Memory) -> None:
    [crystal] = remember(memory, OLEG)
    [finding] = find(delinearise("( build:agent ?who:object( bridge:mod( old)))"), memory)
    assert finding.bindings == {"?who": delinearise('( person:name"Oleg")')}
    assert finding.crystals == (crystal,)
    assert finding.scene == delinearise(
        '( answer:value( person:name"Oleg")'
        ':content( build:agent( person:name"Oleg"):object( bridge:mod( old)):time 1931))'
    )
    [when] = find(delinearise('( build:agent( person:name"Oleg"):time ?when)'), memory)
    assert when.bindings == {"?when": "1931"}


@pytest.mark.parametrize(
    "context",
    [
        "( and:op1{}:op2( sleep))",
        "( because:cause{}:effect( sleep))",
        "( because:cause( sleep):effect{})",
        "( answer:value( yes):content{})",
        "( because:cause( sleep):effect( and:op1( sleep):op2{}))",
    ],
)
def test_parts_of_what_is_said_are_said(memory: Memory, context: str) -> None:
    remember(memory, context.format(OLEG))
    assert values(memory, "( build:agent ?who)") == ['( person:name"Oleg")']


@pytest.mark.parametrize(
    "context",
    [
        '( believe:agent( person:name"Marta"):content{})',
        '( say:agent( person:name"Marta"):content{})',
        "( if:condition{}:consequence( sleep))",
        "( if:condition( sleep):consequence{})",
        "( or:op1{}:op2( sleep))",
        "( not:op1{})",
        "( whether:content{})",
        '( and:op1( sleep):op2( believe:agent( person:name"Marta"):content{}))',
    ],
)
def test_what_is_not_asserted_answers_nothing(memory: Memory, context: str) -> None:
    remember(memory, context.format(OLEG))
    assert values(memory, "( build:agent ?who)") == []


def test_whether_is_yes_no_or_unknown(memory: Memory) -> None:
    sleeps, wakes = '( sleep:agent( person:name"Oleg"))', '( wake:agent( person:name"Oleg"))'
    remember(memory, sleeps, f"( not:op1{wakes})")
    assert values(memory, f"( whether:content{sleeps})") == ["( yes)"]
    assert values(memory, sleeps) == ["( yes)"]
    assert values(memory, f"( whether:content{wakes})") == ["( no)"]
    assert values(memory, f"( whether:content( not:op1{wakes}))") == ["( yes)"]
    assert values(memory, f"( whether:content( not:op1{sleeps}))") == ["( no)"]
    assert values(memory, '( whether:content( swim:agent( person:name"Oleg")))') == []


def test_more_is_told_than_asked_and_less_is_denied(memory: Memory) -> None:
    remember(memory, OLEG, '( not:op1( paint:agent( person:name"Oleg"):object( bridge)))')
    less = '( whether:content( build:agent( person:name"Oleg"):object( bridge)))'
    assert values(memory, less) == ["( yes)"]
    painted = '( paint:agent( person:name"Oleg"):object( bridge){})'
    assert values(memory, f"( whether:content{painted.format(':time 1950')})") == ["( no)"]
    remember(memory, '( not:op1( burn:agent( person:name"Oleg"):object( hat):time 1950))')
    assert values(memory, '( whether:content( burn:agent( person:name"Oleg"):object( hat)))') == []


def test_all_different_answers_are_given_the_exact_one_first(memory: Memory) -> None:
    first, second = remember(memory, OLEG, MARTA)
    again = remember(memory, f"( because:cause{MARTA}:effect( sleep))")[0]
    marta, oleg = find(delinearise("( build:agent ?who:object( bridge))"), memory)
    assert marta.bindings["?who"] == delinearise('( person:name"Marta")')
    assert marta.crystals == (second, again)
    assert oleg.crystals == (first,)


def test_an_exact_answer_comes_first_however_weak_its_crystal(memory: Memory) -> None:
    more = remember(memory, '( build:agent( person:name"Oleg"):object( bridge):time 1931)')
    rest = ":op2( sleep:agent( fox)):op3( rest:agent( wolf)):op4( wake:agent( bear)):op5( sing:agent( owl))"
    exact = remember(memory, f"( and:op1{MARTA}{rest})")
    first, second = find(delinearise("( build:agent ?who:object( bridge))"), memory)
    assert (list(first.crystals), list(second.crystals)) == (exact, more)
    assert first.resonance < second.resonance


def test_the_exact_one_of_yes_and_no_comes_first(memory: Memory) -> None:
    painted = '( paint:agent( person:name"Oleg"):object( bridge){})'
    remember(memory, painted.format(":time 1950"), f"( not:op1{painted.format('')})")
    assert values(memory, f"( whether:content{painted.format('')})") == ["( no)", "( yes)"]
    remember(memory, *[painted.format("")] * 2)
    assert values(memory, f"( whether:content{painted.format('')})")[0] == "( yes)"


@pytest.mark.parametrize("crowd", [40, 200])
def test_no_crystal_is_overlooked_in_a_crowd(memory: Memory, crowd: int) -> None:
    believed = f'( believe:agent( person:name"Vera"):content{OLEG}:time {{}})'
    remember(memory, *(believed.format(year) for year in range(crowd)))
    rest = "".join(f':op{place}( rest:agent( person:name"N{place}"))' for place in range(2, 30))
    [crystal] = remember(memory, f"( and:op1( because:cause{OLEG}:effect( rest)){rest})")
    question = delinearise(OLEG.replace('( person:name"Oleg")', " ?who"))
    assert crystal not in [hit.id for hit in memory.recall(question, crowd)]  # all others are recalled first
    [finding] = find(question, memory)
    assert finding.crystals == (crystal,)


def test_remembered_questions_assert_nothing(memory: Memory) -> None:
    remember(memory, "( build:agent ?who:object( bridge))")
    assert values(memory, "( build:agent ?who:object ?what)") == []


def test_an_empty_memory_does_not_know(memory: Memory) -> None:
    assert find(delinearise("( sleep:agent ?who)"), memory) == []
    assert delinearise("( answer:value( unknown))") == UNKNOWN


def test_questions_of_the_world_find_the_worlds_answers(memory: Memory) -> None:
    world, rng = World(), random.Random(5)
    scenes = list(world.scenes(80, seed=11, split="test"))
    memory.remember_many(scenes)
    assert not any(map(is_question, scenes))
    asked = [question for scene in scenes for question in world.questions(scene, rng)[:2]]
    assert len(asked) > 40
    right = 0
    for question in asked:
        assert is_question(question.scene)
        right += question.answer in [finding.scene for finding in find(question.scene, memory)]
    assert right == len(asked)


def kin(concept: str, subject: str, other: str) -> str:
    return f'( {concept}:subject( entity:name"{subject}"):poss( entity:name"{other}"))'


def test_what_no_crystal_says_is_concluded_from_several(memory: Memory) -> None:
    wife, son, _ = remember(
        memory, kin("wife", "Anna", "Ivan"), kin("son", "Oleg", "Ivan"), kin("sister", "Vera", "Nina")
    )
    father = '( father:subject ?who:poss( entity:name"Oleg"))'
    assert find(delinearise(father), memory) == []
    [finding] = find(delinearise(father), memory, World().rules)
    assert finding.bindings == {"?who": delinearise('( entity:name"Ivan")')}
    assert set(finding.crystals) == {wife, son}
    content = kin("father", "Ivan", "Oleg")[:-1] + ":tense' present)"
    assert finding.scene == delinearise(f'( answer:value( entity:name"Ivan"):content{content})')
    assert finding.proof is not None
    assert set(finding.proof.support) == {wife, son}
    assert finding.proof.rule == "a male parent is a father"
    whether = f"( whether:content{kin('father', 'Ivan', 'Oleg')})"
    [yes] = find(delinearise(whether), memory, World().rules)
    [value] = yes.scene.targets(":value")
    assert isinstance(value, int)
    assert yes.scene.concepts[value] == "yes"
    assert set(yes.crystals) == {wife, son}


def test_a_crystal_that_says_it_comes_before_conclusions(memory: Memory) -> None:
    remember(memory, kin("wife", "Anna", "Ivan"), kin("son", "Oleg", "Ivan"))
    stated = remember(memory, kin("father", "Pavel", "Oleg"))
    [finding] = find(delinearise('( father:subject ?who:poss( entity:name"Oleg"))'), memory, World().rules)
    assert finding.crystals == tuple(stated)
    assert finding.proof is None


def test_conclusions_reach_over_several_crystals_in_a_crowd(memory: Memory) -> None:
    names = ["Anna", "Vera", "Nina", "Olga"]
    chain = remember(memory, *(kin("mother", a, b) for a, b in pairwise(names)))
    remember(memory, *(f'( sleep:agent( entity:name"Olga"):time {year})' for year in range(1900, 1990)))
    found = find(delinearise('( ancestor:subject ?who:poss( entity:name"Olga"))'), memory, World().rules)
    support = {finding.bindings["?who"]: set(finding.crystals) for finding in found}
    assert support == {
        delinearise(f'( entity:name"{name}")'): set(chain[start:]) for start, name in enumerate(names[:-1])
    }


def test_nothing_is_concluded_from_what_is_only_believed(memory: Memory) -> None:
    believed = f'( believe:agent( entity:name"Marta"):content{kin("wife", "Anna", "Ivan")})'
    remember(memory, believed, '( wife:subject( entity:name"Anna"):poss ?who)')
    question = delinearise('( husband:subject ?who:poss( entity:name"Anna"))')
    assert find(question, memory, World().rules) == []


def test_a_scene_asserts_itself_first() -> None:
    scene = delinearise("( and:op1( sleep):op2( not:op1( wake)):time( night))")
    assert [clause.root_concept for clause in asserted(scene)] == ["and", "sleep", "not"]
