"""Field: merging by identity, matching with provenance; what it shares with matching one scene."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes

from scenograph.core import Field, Rule, Scene, by_concept, match
from scenograph.errors import SceneError


def person(name: str) -> str:
    return f'(p_{name} / person :name "{name}")'


BUILT = Scene.parse(f"(b / build :agent {person('Oleg')} :object (d / bridge) :time 1931)")
SLEPT = Scene.parse(f"(s / sleep :agent {person('Oleg')} :place (f / forest))")
LIKED = Scene.parse(f'(l / like :agent {person("Vera")} :object (d / dog :name "Oleg"))')

words = st.sampled_from(["build", "bridge", "old", "see", "река"])
plain_roles = st.sampled_from([":agent", ":object", ":mod", ":op1", ":роль"])


@st.composite
def told(draw: st.DrawFn) -> Scene:
    """A scene that asserts all it says, each link once."""
    scene = draw(scenes(max_nodes=5, concepts=words, constants=words))
    links = {(source, draw(plain_roles), target) for source, _, target in scene.links}
    return Scene.build(scene.concepts, sorted(links, key=str))


@st.composite
def asked(draw: st.DrawFn, scene: Scene) -> Scene:
    """A part of *scene* in which some concepts and constants are unknown, each its own."""
    concepts = [f"?c{n}" if draw(st.booleans()) else c for n, c in enumerate(scene.concepts)]
    links = [
        (s, r, f"?t{n}" if isinstance(t, str) and draw(st.booleans()) else t)
        for n, (s, r, t) in enumerate(scene.links)
    ]
    pattern = Scene.build(concepts, links)
    for _ in range(draw(st.integers(0, 3))):
        if pattern.links:
            pattern = pattern.without_links([draw(st.sampled_from(pattern.links))])
    return pattern


@given(st.data())
def test_a_field_of_one_scene_matches_as_the_scene_does(data: st.DataObject) -> None:
    scene = data.draw(told())
    pattern = data.draw(asked(scene) | asked(data.draw(told())))
    ours = [answer.bindings for answer in Field([scene]).match(pattern)]
    theirs = match(pattern, scene, anywhere=True)
    assert {frozenset(one.items()) for one in ours} == {frozenset(one.items()) for one in theirs}
    assert len(ours) == len(theirs)


@given(st.lists(told(), max_size=4), st.data())
def test_answers_do_not_depend_on_order_or_drawing(some: list[Scene], data: st.DataObject) -> None:
    pattern = data.draw(asked(data.draw(st.sampled_from(some)))) if some else BUILT
    order = data.draw(st.permutations(range(len(some))))
    field = Field(some)
    other = Field([data.draw(redrawn(some[number])) for number in order])
    ours = [(one.bindings, set(one.scenes)) for one in field.match(pattern)]
    theirs = [(one.bindings, {order[n] for n in one.scenes}) for one in other.match(pattern)]
    assert ours == theirs


# --- identity ----------------------------------------------------------------------------------------------


def test_one_name_and_one_type_are_one_thing_and_say_why() -> None:
    field = Field([BUILT, SLEPT, LIKED])
    [merge] = field.merges
    assert {mention.scene for mention in merge.mentions} == {0, 1}
    assert str(merge).endswith('are one thing: they share the name "Oleg" and the type person')
    [answer] = field.match(Scene.parse("(p / person :agent-of (b / build) :agent-of (s / sleep) :name ?who)"))
    assert (answer.bindings, answer.scenes) == ({"?who": '"Oleg"'}, (0, 1))


def test_equal_descriptions_and_two_of_one_name_are_not_guessed_to_be_one() -> None:
    twins = Scene.parse(f'(m / meet :agent {person("Oleg")} :object (q / person :name "Oleg"))')
    assert Field([BUILT, Scene.parse("(b / burn :object (d / bridge))")]).merges == ()
    assert Field([twins]).merges == ()
    [merge] = Field([BUILT, SLEPT, twins]).merges
    assert {mention.scene for mention in merge.mentions} == {0, 1}


def test_kinds_make_types_compatible_unless_it_were_a_guess() -> None:
    doctor = Scene.parse('(s / sing :agent (d / doctor :name "Oleg"))')
    engineer = Scene.parse('(s / swim :agent (e / engineer :name "Oleg"))')
    kinds = {"doctor": "person", "engineer": "person"}
    assert Field([SLEPT, doctor]).merges == ()
    field = Field([SLEPT, doctor], kinds=kinds)
    assert len(field.merges) == 1
    assert len(field.match(Scene.parse("(s / sing :agent (p / person))"))) == 1
    field.add(engineer)
    assert field.merges == ()  # that person may be either


def test_names_of_amr_and_of_triples() -> None:
    prince = '(p / prince :name (n / name :op1 "Little" :op2 "Prince"))'
    field = Field(
        [Scene.parse(f"(s / sleep-01 :ARG0 {prince})"), Scene.parse(f"(w / wake-01 :ARG0 {prince})")]
    )
    assert [merge.name for merge in field.merges] == ["Little Prince"]
    triples = [
        Scene.parse("(a / Alan_Bean :mission (b / Apollo_12))"),
        Scene.parse("(a / Apollo_12 :operator (n / NASA))"),
    ]
    chain = Scene.parse("(a / ?who :mission (b / ?flight :operator (n / NASA)))")
    assert Field(triples).match(chain) == []
    [answer] = Field(triples, identify=by_concept).match(chain)
    assert answer.bindings == {"?who": "Alan_Bean", "?flight": "Apollo_12"}
    assert answer.supports == {"?who": (0,), "?flight": (0, 1)}


def test_a_thing_of_two_names_is_refused_and_nothing_is_added() -> None:
    field = Field([BUILT])
    with pytest.raises(SceneError, match="a person has two names, 'Oleg' and 'Ivan'"):
        field.add(Scene.parse('(s / sleep :agent (p / person :name "Oleg" :name "Ivan"))'))
    assert field.scenes == (BUILT,)


# --- what is asserted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "is_asserted"),
    [
        ("(a / and :op1 {} :op2 (r / rest))", True),
        ("(b / because :cause (r / rest) :effect {})", True),
        ("(a / answer :value (y / yes) :content {})", True),
        ('(p / person :name "Marta" :owner-of (h / house) :object-of {})', True),
        ("(b / believe :agent (m / person) :content {})", False),
        ("(n / not :op1 {})", False),
        ("(o / or :op1 {} :op2 (r / rest))", False),
        ("(i / if :condition {} :consequence (r / rest))", False),
        ("(w / whether :content {})", False),
        ("(a / and :op1 {} :op2 ?x)", False),
        ("(a / and :op1 (x / sleep :polarity - :agent (c / child) :manner {}))", False),
    ],
)
def test_only_what_is_asserted_is_found(context: str, is_asserted: bool) -> None:
    scene = Scene.parse(context.format("(b1 / build :agent (k / king))"))
    assert bool(Field([scene]).match(Scene.parse("(b / build :agent ?who)"))) == is_asserted
    whole = Scene.parse(context.format("(b1 / build :agent (k / king))").replace("?x", "(z / zzz)"))
    assert bool(Field([whole]).match(whole))  # what is unasserted is found where the pattern suspends it too


def test_changing_the_scenes_forgets_what_was_derived() -> None:
    field = Field([BUILT]).close(
        [Rule.parse("(r / rule :if (b / build :agent ?x) :then (w / work :agent ?x))")]
    )
    assert field.is_closed
    assert len(field.derived) == 1
    field.add(SLEPT)
    assert not field.is_closed
    assert field.derived == ()
