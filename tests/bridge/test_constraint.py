"""Whatever is written under the constraint is a scene, whoever chooses the tokens."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.bridge.constraint import SceneConstraint, SceneWriter, TextConstraint
from scenograph.bridge.grammar import closed_grammar, domain_grammar, open_grammar
from scenograph.core.linear import delinearise, linearise
from scenograph.core.scene import Scene
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary
from scenograph.world import World


@pytest.fixture(scope="module")
def closed(vocabulary: Vocabulary) -> SceneWriter:
    return SceneWriter(vocabulary, domain_grammar(World()))


@pytest.fixture(scope="module")
def opened(vocabulary: Vocabulary) -> SceneWriter:
    return SceneWriter(vocabulary, open_grammar((atom.text for atom in vocabulary.atoms), lexemes=True))


def write(constraint: SceneConstraint, vocabulary: Vocabulary, seed: int, taste: float) -> tuple[str, int]:
    """Write as a carrier of random weights would: some tokens liked more than others, structure above all."""
    rng = np.random.default_rng(seed)
    liking = rng.normal(size=vocabulary.size) * taste
    liking[[vocabulary.id(mark) for mark in "(=~'\""]] += rng.normal() * 3 + 1
    ids: list[int] = []
    while not constraint.is_done:
        allowed = np.flatnonzero(constraint.mask())
        chosen = allowed[np.argmax(liking[allowed] + rng.gumbel(size=len(allowed)))]
        constraint.advance(int(chosen))
        ids.append(int(chosen))
    assert ids[-1] == vocabulary.eos
    return vocabulary.decode(ids[:-1]), len(ids)


@given(seed=st.integers(0, 2**32 - 1), room=st.integers(0, 120), taste=st.sampled_from([0.0, 2.0, 5.0]))
@pytest.mark.parametrize("kind", ["closed", "opened"])
def test_every_allowed_string_is_a_scene_within_the_budget(
    kind: str, seed: int, room: int, taste: float, request: pytest.FixtureRequest, vocabulary: Vocabulary
) -> None:
    writer: SceneWriter = request.getfixturevalue(kind)
    budget = writer.least_budget + room
    text, length = write(writer.constraint(budget), vocabulary, seed, taste)
    assert length <= budget
    scene = delinearise(text)
    assert delinearise(linearise(scene)) == scene
    if kind == "closed":
        assert set(scene.concepts) <= set(World().concepts)


@dear
@given(room=st.integers(0, 60), seed=st.integers(0, 2**32 - 1))
def test_who_never_ends_a_role_is_made_to(
    room: int, seed: int, opened: SceneWriter, vocabulary: Vocabulary
) -> None:
    """A weak carrier once wrote ":nininini…" until its budget ran out, and no scene came of it."""
    letters = np.array([token.strip().isalpha() and token[:1] != b" " for token in vocabulary.token_bytes])
    colon = np.array([token.startswith(b":") for token in vocabulary.token_bytes[: vocabulary.base_size]])
    liking = 3.0 * letters
    liking[: vocabulary.base_size] += 9.0 * colon
    budget = opened.least_budget + room
    constraint = opened.constraint(budget)
    rng = np.random.default_rng(seed)
    ids: list[int] = []
    while not constraint.is_done:
        allowed = np.flatnonzero(constraint.mask())
        ids.append(int(allowed[np.argmax(liking[allowed] + rng.gumbel(size=len(allowed)) / 4)]))
        constraint.advance(ids[-1])
    assert len(ids) <= budget
    scene = delinearise(vocabulary.decode(ids[:-1]))
    assert delinearise(linearise(scene)) == scene


@example(scene=Scene.parse("(b / x :a (c / x) :a (d / x) :a b :a-of (e / x))"))
@example(scene=Scene.parse("(a / x :r a :r-of (b / x :r-of (c / x :r (d / x))) :r-of d)"))  # d is yet to come
@given(scene=scenes())
def test_the_open_grammar_takes_every_scene(
    scene: Scene, opened: SceneWriter, vocabulary: Vocabulary
) -> None:
    if any(set(role) & set("'\\=") for _, role, _ in scene.links):
        return
    ids = vocabulary.encode_answer(("scene", linearise(scene)))
    constraint = opened.constraint(len(ids) + opened.least_budget)
    for token in ids:
        constraint.advance(token)
    assert constraint.is_done
    assert not constraint.was_cut


def test_the_closed_grammar_takes_scenes_questions_and_answers_of_the_world(
    closed: SceneWriter, vocabulary: Vocabulary
) -> None:

    world, rng = World(), random.Random(1)
    for scene in world.scenes(60, seed=3, split="test"):
        asked = world.questions(scene, rng)[:2]
        for each in [scene, *(q.scene for q in asked), *(q.answer for q in asked)]:
            constraint = closed.constraint(500)
            for token in vocabulary.encode_answer(("scene", linearise(each))):
                constraint.advance(token)
            assert constraint.is_done


def test_copies_do_not_disturb_each_other(closed: SceneWriter, vocabulary: Vocabulary) -> None:
    first, second = closed.constraint(100), closed.constraint(100)
    first.advance(vocabulary.id("("))
    assert np.flatnonzero(second.mask()).tolist() == [vocabulary.id("(")]
    assert second.forced() == vocabulary.id("(")
    assert first.forced() is None


def test_the_end_is_forced_and_costs_no_thought(closed: SceneWriter, vocabulary: Vocabulary) -> None:
    constraint = closed.constraint(100)
    for token in vocabulary.encode_scene("( sleep)"):
        constraint.advance(token)
    assert constraint.forced() == vocabulary.eos
    constraint.advance(vocabulary.eos)
    assert constraint.is_done
    assert constraint.forced() is None


def test_a_label_is_defined_once_and_a_reference_leads_somewhere(
    opened: SceneWriter, vocabulary: Vocabulary
) -> None:
    def allowed_after(linear: str) -> set[str]:
        constraint = opened.constraint(200)
        for token in vocabulary.encode_scene(linear):
            constraint.advance(token)
        return {vocabulary.decode([int(token)]) for token in np.flatnonzero(constraint.mask())}

    assert ")" not in allowed_after("( a:agent =1")
    assert "=" in allowed_after("( a:agent =1")
    assert ")" in allowed_after("( a:agent( b:agent =1")
    assert "1" in allowed_after("( a:agent =1=")
    assert not {"2", "3"} & allowed_after("( a:agent =1=")
    assert {"1", "2"} <= allowed_after("( a:agent( b=1):agent =")
    assert "3" not in allowed_after("( a:agent( b=1):agent =")
    assert {")", "=", "~"} <= allowed_after("( a:agent( b:agent =1:agent =2")  # a node to come may take one
    assert not {")", "=", "~"} & allowed_after("( a:agent =1:agent =2")
    assert "=" in allowed_after("( a:agent =1:agent =2:agent( b=2)")
    assert ")" not in allowed_after("( a:agent =1:agent =2:agent( b=2)")
    assert ")" not in allowed_after("( a:agent( b:agent =1:agent =2=1)")


@pytest.mark.parametrize("constant", [" 5", "' b", " ?x", '"b"', " =1"])
def test_a_mark_after_a_constant_is_that_of_the_node_and_waits_for_its_labels(
    constant: str, opened: SceneWriter, vocabulary: Vocabulary
) -> None:
    constraint = opened.constraint(200)
    for token in vocabulary.encode_scene(f"( a:agent =1:object{constant}"):
        constraint.advance(token)
    assert not constraint.mask()[vocabulary.id("~")]


@pytest.mark.parametrize("room", [0, 7, 40, 200])
def test_labels_that_are_owed_when_the_budget_runs_short_are_taken_by_further_nodes(
    room: int, opened: SceneWriter, vocabulary: Vocabulary
) -> None:
    """Who refers to one new label after another owes them all at the end."""
    constraint = opened.constraint(opened.least_budget + room)
    ids: list[int] = []
    wanted = [*vocabulary.encode_scene("( see"), *100 * vocabulary.encode_scene(":agent =")]
    number = 1
    while not constraint.is_done:
        mask = constraint.mask()
        if wanted and mask[wanted[0]]:
            token = wanted.pop(0)
        elif digits := [t for t in vocabulary.encode_text(str(number)) if mask[t]]:
            token, number = digits[0], number + 1
        else:
            token = int(np.flatnonzero(mask)[0])
        constraint.advance(token)
        ids.append(token)
    scene = delinearise(vocabulary.decode(ids[:-1]))
    assert len(ids) <= constraint.budget
    assert delinearise(linearise(scene)) == scene
    assert constraint.was_cut
    assert room < 40 or len(scene.concepts) > 2  # those that were added


def test_a_scene_that_was_cut_says_so(closed: SceneWriter, vocabulary: Vocabulary) -> None:
    constraint = closed.constraint(closed.least_budget)
    written = 0
    while not constraint.is_done:  # open one more node wherever it is allowed
        mask = constraint.mask()
        deeper = [vocabulary.id("("), vocabulary.id(":content")]
        token = next((t for t in deeper if mask[t]), int(np.flatnonzero(mask)[0]))
        constraint.advance(token)
        written += 1
    assert constraint.was_cut
    assert written <= closed.least_budget


def test_refusals_are_in_words(closed: SceneWriter, vocabulary: Vocabulary) -> None:
    with pytest.raises(BridgeError, match="room for"):
        closed.constraint(closed.least_budget - 1)
    with pytest.raises(BridgeError, match="cannot come next"):
        closed.constraint(100).advance(vocabulary.eos)
    with pytest.raises(BridgeError, match="open grammar"):
        SceneWriter(vocabulary, closed_grammar(roles=[":agent", ":unheard-of-role"], concepts=["sleep"]))
    with pytest.raises(BridgeError, match="open grammar"):
        closed_grammar(roles=[":agent"], concepts=["two words"])


def test_glyphs_of_lexemes_cannot_be_read_from_texts(vocabulary: Vocabulary) -> None:
    constraint = SceneWriter(vocabulary, open_grammar(atom.text for atom in vocabulary.atoms)).constraint(100)
    constraint.advance(vocabulary.id("("))
    constraint.advance(vocabulary.encode_text(" ")[0])
    mask = constraint.mask()
    assert not mask[vocabulary.id("⟁7")]
    assert not mask[vocabulary.id("Δ1")]
    *first, last = vocabulary.encode_text("⟁")
    for token in first:  # bytes that other characters begin with too
        constraint.advance(token)
    assert not constraint.mask()[last]


def test_speech_can_say_no_atom(vocabulary: Vocabulary) -> None:
    constraint = TextConstraint(vocabulary, budget=3)
    mask = constraint.mask()
    assert mask[vocabulary.eos]
    assert not mask[vocabulary.id("⟁read")]
    assert not mask[vocabulary.id("(")]
    for token in vocabulary.encode_text("no")[:2]:
        constraint.advance(token)
    assert constraint.forced() in (None, vocabulary.eos)
