"""The world's rules: multi-hop answers from what was told in words, each with the scenes that it rests on."""

from __future__ import annotations

import pytest

from scenograph.core import Field, Rule, Scene
from scenograph.errors import RuleError
from scenograph.world import World

WORLD = World()


def field_of(*texts: str) -> Field:
    return Field(WORLD.parse(text) for text in texts).close(World().rules)


def names(field: Field, pattern: str) -> dict[str, tuple[int, ...]]:
    """Return the names that ?who stands for, and the scenes that say so."""
    found: dict[str, tuple[int, ...]] = {}
    for answer in field.match(Scene.parse(pattern)):
        who = answer.bindings["?who"]
        found[who if isinstance(who, str) else str(who.targets(":name")[0])] = answer.scenes
    return found


def of(kin: str, name: str) -> str:
    return f'(k / {kin} :subject ?who :poss (e / entity :name "{name}"))'


FAMILY = (
    "Anna is Vera's mother.",
    "Oleg is Vera's son.",
    "Marta is Oleg's sister.",
    "Vera is Pavel's wife.",
    "Pavel is the father of Marta.",
    "Nina is Pavel's daughter.",
)


@pytest.mark.parametrize(
    ("kin", "name", "who"),
    [
        ("mother", "Oleg", {'"Vera"': (1, 3)}),  # a son has a parent, who is a wife and so a woman
        ("husband", "Vera", {'"Pavel"': (3,)}),
        ("daughter", "Pavel", {'"Marta"': (2, 4), '"Nina"': (5,)}),
        ("grandparent", "Oleg", {'"Anna"': (0, 1)}),
        ("sister", "Nina", {'"Marta"': (2, 4, 5)}),  # children of one father, one of whom is a sister
        ("sister", "Marta", {'"Nina"': (4, 5)}),
        ("ancestor", "Oleg", {'"Vera"': (1,), '"Anna"': (0, 1)}),
    ],
)
def test_kinship_over_several_steps(kin: str, name: str, who: dict[str, tuple[int, ...]]) -> None:
    assert names(field_of(*FAMILY), of(kin, name)) == who


def test_russian_tells_the_same() -> None:
    scenes = [WORLD.parse("Анна — мать Веры.", language="ru"), WORLD.parse("Олег — сын Веры.", language="ru")]
    assert names(Field(scenes).close(World().rules), of("grandparent", "Oleg")) == {'"Anna"': (0, 1)}


def test_what_belongs_to_somebody_is_had() -> None:
    field = field_of("Oleg built Marta's old bridge.")
    [answer] = field.match(Scene.parse('(h / have :agent (e / entity :name "Marta") :object ?what)'))
    what = answer.bindings["?what"]
    assert isinstance(what, Scene)
    [have] = [scene for scene in field.derived if scene.root_concept == "have"]
    assert what in [have.sub(node) for node in range(len(have.concepts))]
    assert WORLD.say(have) == "Marta has Marta's old bridge."
    assert [proof.rule for proof in field.why(answer)] == ["an owner has what is owned"]


def test_before_and_after_are_one_persons_deeds_by_year() -> None:
    field = field_of(
        "Oleg built the old bridge in 1931.",
        "Oleg repaired the tower in 1950.",
        "Oleg slept on Monday.",
        "Marta slept in 1960.",
    )
    [answer] = field.match(Scene.parse("(a / after :op1 ?this :op2 ?that)"))
    assert [value.root_concept for value in answer.bindings.values() if isinstance(value, Scene)] == [
        "repair",
        "build",
    ]
    assert answer.scenes == (0, 1)


def test_a_part_of_a_part_is_where_the_whole_is() -> None:
    parts = [
        '(p / part :subject (d / door :name "Kron") :of (h / house :name "Vale"))',
        '(p / part :subject (k / key :name "Zub") :of (d / door :name "Kron"))',
        '(b / be :subject (h / house :name "Vale") :in (c / city :name "Kalgrad"))',
    ]
    field = Field(map(Scene.parse, parts)).close(World().rules)
    where = '(b / be :subject (k / key :name "Zub") :in (c / city :name ?who))'
    assert names(field, where) == {'"Kalgrad"': (0, 1, 2)}


def test_what_is_only_believed_or_denied_leads_nowhere() -> None:
    field = field_of(
        "Marta believed that Anna is Vera's mother.", "It is not true that Oleg is Vera's son.", "Vera slept."
    )
    assert field.derived == ()


def test_impossible_families_are_conflicts() -> None:
    two = field_of("Anna is Vera's mother.", "Nina is Vera's mother.")
    assert [(one.reason, one.scenes) for one in two.conflicts] == [("nobody has two mothers", (0, 1))]
    circle = field_of("Anna is Vera's mother.", "Vera is Anna's mother.")
    assert {one.reason for one in circle.conflicts} == {"nobody is a parent of an ancestor"}
    denied = field_of("Vera is Pavel's wife.", "It is not true that Pavel is Vera's husband.")
    assert [(one.reason, one.scenes) for one in denied.conflicts] == [("denied", (0, 1))]


def test_the_rules_are_ordinary_rules_with_names_of_their_own() -> None:
    rules = World().rules
    assert len({rule.name for rule in rules}) == len(rules) > 30
    with pytest.raises(RuleError, match="nests more than 1 deep"):
        Field([WORLD.parse("Oleg slept in 1931."), WORLD.parse("Oleg swam in 1950.")]).close(
            [*rules, Rule.parse("(r / rule :if (b / before :op1 ?x) :then (k / known :content b))")], depth=1
        )
