"""Weights of answer tokens: little for what the grammar forces, and for words that all texts have."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import scenes

from scenograph.bridge.constraint import SceneWriter
from scenograph.bridge.grammar import domain_grammar
from scenograph.bridge.naming import names_in
from scenograph.bridge.weights import LITTLE, TokenWeights
from scenograph.core import Scene
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import Task, read_task, speak_task
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import role_atom
from scenograph.world import World

WORLD = World()
TASKS = list(islice(domain_tasks(WORLD, 5, lexicon=WORLD.lexicon), 300))
NAMES = ["Vera", "Oleg", "Anna", "Boris", "Nina", "Egor"]


@pytest.fixture(scope="module")
def weights(vocabulary: Vocabulary) -> TokenWeights:
    return TokenWeights(TASKS, vocabulary, WORLD)


def by_token(weights: TokenWeights, vocabulary: Vocabulary, task: Task) -> list[tuple[str, float]]:
    """Each token of the answer as it is spelt, with its weight."""
    ids = vocabulary.encode_answer(task.answer)
    spelt = [vocabulary.token_bytes[token].decode(errors="replace") for token in ids]
    return list(zip(spelt, map(float, weights.of(task)), strict=True))


@given(st.sampled_from(TASKS))
@settings(max_examples=40)
def test_every_token_weighs_something_and_none_more_than_one(
    weights: TokenWeights, vocabulary: Vocabulary, task: Task
) -> None:
    found = weights.of(task)
    assert found.shape == (len(vocabulary.encode_answer(task.answer)),)
    assert found.dtype == np.float32
    assert ((found >= np.float32(LITTLE)) & (found <= 1)).all()
    assert found[-1] == np.float32(LITTLE)  # the end: forced after a scene, in every text
    assert found.max() > LITTLE


@given(st.sampled_from(TASKS))
@settings(max_examples=20)
def test_without_texts_scenes_weigh_the_same_and_texts_one(
    weights: TokenWeights, vocabulary: Vocabulary, task: Task
) -> None:
    found = TokenWeights(TASKS, vocabulary, WORLD, of_texts=False).of(task)
    assert (found == (weights.of(task) if task.answer[0] == "scene" else 1)).all()


@given(st.sampled_from([task for task in TASKS if task.ability == "read"]))
@settings(max_examples=25)
def test_a_token_of_a_scene_weighs_little_just_where_one_alone_may_come(
    weights: TokenWeights, vocabulary: Vocabulary, task: Task
) -> None:
    names = names_in(task.prompt[0][1], task.language, WORLD.names)
    constraint = SceneWriter(vocabulary, domain_grammar(WORLD)).constraint(500, names)
    for token, weight in zip(vocabulary.encode_answer(task.answer), weights.of(task), strict=True):
        choices = int(constraint.mask().sum())
        assert weight == (np.float32(LITTLE) if choices == 1 else 1)
        constraint.advance(token)


def test_a_name_that_stands_alone_in_its_text_weighs_little_and_one_of_two_does_not(
    weights: TokenWeights, vocabulary: Vocabulary
) -> None:
    one = Scene.parse('(s / sleep :agent (e / entity :name "Vera") :tense past)')
    found = by_token(weights, vocabulary, read_task("Vera slept.", one, language="en"))
    little = "".join(spelt for spelt, weight in found if weight < 1)
    assert little == '(:name"Vera"\'⟁eos'
    two = Scene.parse(
        '(s / see :agent (e / entity :name "Vera") :object (f / entity :name "Oleg") :tense past)'
    )
    found = by_token(weights, vocabulary, read_task("Vera saw Oleg.", two, language="en"))
    assert "".join(spelt for spelt, weight in found if weight < 1).count("Vera") == 0


def test_a_scene_that_the_grammar_cannot_write_weighs_as_usual_from_there_on(
    weights: TokenWeights, vocabulary: Vocabulary
) -> None:
    strange = read_task("Vera flurbed.", Scene.parse("(f / flurb)"), language="en")
    assert weights.of(strange).tolist()[1:] == [1.0] * (len(vocabulary.encode_answer(strange.answer)) - 1)


@pytest.fixture(scope="module")
def opened(vocabulary: Vocabulary) -> Vocabulary:
    """With a role that the world has not, so that scenes of any kind are read."""
    return vocabulary.extended([role_atom(":lives-in")])


@given(scenes())
@settings(max_examples=20)
def test_any_scene_of_an_open_domain_can_be_weighed(opened: Vocabulary, scene: Scene) -> None:
    task = read_task("Some text.", scene, language="en")
    found = TokenWeights([], opened, WORLD).of(task)
    assert len(found) == len(opened.encode_answer(task.answer))
    assert found[0] == np.float32(LITTLE)  # the bracket that every scene begins with
    assert (found[1:] == 1).any()  # also where the grammar cannot write it, such as with a role in quotes


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
def test_a_word_weighs_less_the_more_texts_have_it(vocabulary: Vocabulary, names: list[str]) -> None:
    scene = Scene.parse("(s / sleep)")
    tasks = [speak_task(scene, f"The {name} slept.", language="en") for name in names]
    tasks += [replace(task, language="ru") for task in tasks[:1]]  # another language counts for itself
    weights = TokenWeights(tasks, vocabulary, WORLD)
    for name, task in zip(names, tasks, strict=False):
        written = ""
        for spelt, weight in by_token(weights, vocabulary, task):
            is_name = len(written) >= 4 and len(written + spelt) <= 4 + len(name) and spelt.strip()
            assert weight == pytest.approx(1 - 1 / len(names) if is_name else LITTLE)
            written += spelt
    assert weights.of(tasks[-1]).tolist() == pytest.approx([LITTLE] * len(weights.of(tasks[-1])))
