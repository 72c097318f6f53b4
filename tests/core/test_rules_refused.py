"""Rules that are refused: they are none, count without end, or are against themselves."""

from __future__ import annotations

import pytest
from core.ruled import rules
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Field, Rule, Scene
from scenograph.errors import NotationError, RuleError, ScenographError


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(b / build)", "it is a build; write"),
        ("(r / rule :then (x / x :r ?a))", "it has no :if"),
        ("(r / rule :if (x / x))", "it has no :then"),
        ("(r / rule :if (x / x) :then ?x)", ":then \\?x is no scene"),
        ("(r / rule :if (x / x) :then (y / y) :else (z / z))", ":else is no part of a rule"),
        ("(r / rule :name a :name b :if (x / x) :then (y / y))", "two names"),
        ("(r / rule :name x :if (x / x) :then (y / y))", "its :name is a node; write it in quotes"),
        (
            "(r / rule :name q :if (x / x :r ?a) :then (y / y :r ?b))",
            "rule q: it is unsafe: \\?b of its :then",
        ),
        (
            "(r / rule :if (x / x :r ?a) :where (l / less :op1 ?a :op2 ?b) :then (y / y))",
            "\\?b of its :where",
        ),
        ("(r / rule :if (x / x :r ?a) :unless (u / u :r ?b) :then (y / y :r ?b))", "unsafe: \\?b"),
        ("(r / rule :if (x / x) :where (w / wiser :op1 1 :op2 2) :then (y / y))", "wiser is no condition"),
        ("(r / rule :if (x / x) :where (l / less :op1 1) :then (y / y))", "one :op1 and one :op2"),
        (
            "(r / rule :if (x / x) :where (l / less :op1 1 :op2 (s / sqrt :op1 2)) :then (y / y))",
            "sqrt cannot be",
        ),
        (
            "(r / rule :if (x / x) :where (l / less :op1 1 :op2 (p / plus :op1 p :op2 1)) :then (y / y))",
            "circle",
        ),
        ("(r / rule :if (x / x) :then x)", "adds nothing"),
        ("(r / rule :if (x / x :r-of (y / y)) :then (z / z))", "no part leads forward to its y"),
        ("(r / rule :if (x / x :back r) :then (z / z))", "leads back to the rule"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        Rule.parse(text)
    assert str(caught.value).startswith("rule ")
    assert "\n" not in str(caught.value)


def test_notation_errors_stay_notation_errors() -> None:
    with pytest.raises(NotationError):
        Rule.parse("(r / rule")


def test_a_rule_that_counts_without_end_is_named_and_changes_nothing() -> None:
    field = Field([Scene.parse("(n / number :value 1)")]).close([])
    count = (
        ":if (n / number :value ?v) :where (e / equal :op1 (p / plus :op1 ?v :op2 1) :op2 ?w)"
        " :then (n / number :value ?w)"
    )
    with pytest.raises(RuleError, match="rule a: more than 1,000 links"):
        field.close(rules(count), limit=1000)
    assert field.derived == ()
    square = count.replace("plus", "times").replace(":op2 1)", ":op2 ?v)")
    with pytest.raises(RuleError, match="rule a: it computes a number of more than 1000 digits"):
        Field([Scene.parse("(n / number :value 3)")]).close(rules(square))


def test_a_rule_against_itself_is_named_with_the_way() -> None:
    with pytest.raises(RuleError, match=r"rule a: its :unless forbids what it leads to \(a → b\)"):
        Field().close(
            rules(
                ":if (p / point :is ?x) :unless (s / seen :agent ?x) :then (n / new :agent ?x)",
                ":if (n / new :agent ?x) :then (s / seen :agent ?x)",
            )
        )


def test_two_rules_of_one_name_are_refused() -> None:
    one, other = (Rule.parse(f"(r / rule :name same :if (x / {c}) :then (y / y :of {c}))") for c in "ab")
    with pytest.raises(RuleError, match="two different rules are called same"):
        Field().close([one, other])
    Field().close([one, one])


TERMS = st.sampled_from(["?x", "?y", "1", "2.5", "word", "(p / plus :op1 ?x :op2 1)", "(q / thing :is ?y)"])


PARTS = st.tuples(
    st.sampled_from([":if", ":if", ":unless", ":where", ":then", ":then"]),
    st.sampled_from(["a", "b", "less", "equal", "not", "conflict", "?c"]),
    st.sampled_from([":op1", ":agent", ":is"]),
    TERMS,
    st.sampled_from([":op2", ":object"]),
    TERMS,
)


@given(st.lists(st.lists(PARTS, min_size=1, max_size=4), max_size=3), st.data())
def test_whatever_rules_are_given_only_our_own_errors_come_out(
    drawn: list[list[tuple[str, ...]]], data: st.DataObject
) -> None:
    told = [
        Scene.parse("(a / a :op1 1 :agent (b / b :op2 2.5 :object (c / c)))"),
        Scene.parse("(n / not :op1 (a / a))"),
    ]
    try:
        given_rules = []
        for number, parts in enumerate(drawn):
            text = " ".join(
                f"{part} (x{n} / {concept} {role} {_fresh(one, n, 0)} {other} {_fresh(two, n, 1)})"
                for n, (part, concept, role, one, other, two) in enumerate(parts)
            )
            given_rules.append(Rule.parse(f"(r / rule :name r{number} {text})"))
        field = Field(told).close(given_rules, limit=300)
        other = Field(told[::-1]).close(data.draw(st.permutations(given_rules)), limit=300)
        assert field.derived == other.derived
        assert [str(one.reason) for one in field.conflicts] == [str(one.reason) for one in other.conflicts]
    except ScenographError:
        return


def _fresh(term: str, part: int, place: int) -> str:
    return term.replace("(p ", f"(p{part}{place} ").replace("(q ", f"(q{part}{place} ")
