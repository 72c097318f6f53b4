"""
Conditions: what rules compute, under `:where`.

    (l / less :op1 ?born :op2 1931)
    (e / equal :op1 (p / plus :op1 ?age :op2 1) :op2 ?next)        gives ?next its value

`equal` and `different` hold between any two things; two nodes are different if the field does not hold
them for one. `less`, `greater`, `at-least` and `at-most` hold between numbers, `before` and
`after` between times, and never between anything else. `plus`, `minus` and `times` are exact.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias, final

from ...errors import SceneError
from ..scene import Scene
from .facts import Term
from .pattern import Slots
from .quantities import before, number, str_of, time

Expression: TypeAlias = "Term | tuple[str, Expression, Expression]"
"""A slot (int), a constant (str), or an operation on two expressions."""

_COMPUTE: Final[dict[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
}
_NUMERIC: Final[dict[str, Callable[[Fraction, Fraction], bool]]] = {
    "less": operator.lt,
    "greater": operator.gt,
    "at-least": operator.ge,
    "at-most": operator.le,
}
_DEEPEST = 50
RELATIONS: Final = (*_NUMERIC, "equal", "different", "before", "after")


@final
@dataclass(frozen=True, slots=True)
class Condition:
    """
    One condition.

    Attributes:
        relation: one of `RELATIONS`
        left, right: what stands in it
    """

    relation: str
    left: Expression
    right: Expression

    @property
    def slots(self) -> frozenset[int]:
        """All slots in it."""
        return frozenset((*_slots(self.left), *_slots(self.right)))

    @property
    def is_equation(self) -> bool:
        """Whether it can give a slot its value."""
        return self.relation == "equal" and (isinstance(self.left, int) or isinstance(self.right, int))

    def gives(self, bound: Collection[int]) -> int | None:
        """Return the slot that gets its value here if those of *bound* have theirs; None if none does."""
        if self.relation != "equal":
            return None
        for one, other in ((self.left, self.right), (self.right, self.left)):
            if isinstance(one, int) and one not in bound and all(slot in bound for slot in _slots(other)):
                return one
        return None

    def holds(self, values: Sequence[Term]) -> bool:
        """Return whether it holds where *values* are those of the slots."""
        left, right = _value(self.left, values), _value(self.right, values)
        if left is None or right is None:
            return False
        if self.relation in ("equal", "different"):
            same = isinstance(left, int) == isinstance(right, int) and _number(left) == _number(right)
            return same == (self.relation == "equal")
        if self.relation in ("before", "after"):
            one, other = _time(left), _time(right)
            if one is None or other is None:
                return False
            return before(one, other) if self.relation == "before" else before(other, one)
        one, other = _number(left), _number(right)
        if not isinstance(one, Fraction) or not isinstance(other, Fraction):
            return False
        return _NUMERIC[self.relation](one, other)

    def value(self, slot: int, values: Sequence[Term]) -> Term | None:
        """
        Return the value that an equation gives to *slot*; None if it has none.

        Raises:
            OverflowError: if it is too long a number
        """
        found = _value(self.right if self.left == slot else self.left, values)
        return str_of(found) if isinstance(found, Fraction) else found


def read_condition(scene: Scene, node: int, slots: Slots, body: AbstractSet[int]) -> Condition:
    """
    Read the condition that *node* of a rule writes.

    Args:
        scene: the rule
        node: where the condition stands in it
        slots: the rule's slots
        body: nodes of its patterns, which conditions may speak of
    Raises:
        SceneError: if it is none
    """
    relation = scene.concepts[node]
    if relation not in RELATIONS:
        raise SceneError(f"{relation} is no condition: write one of {', '.join(RELATIONS)}")
    left, right = _operands(scene, node)

    def expression(term: Term, depth: int = 0) -> Expression:
        if isinstance(term, str) or term in body:
            return slots.term(scene, term)
        name = scene.concepts[term]
        if name not in _COMPUTE:
            raise SceneError(f"{name} cannot be computed: write one of {', '.join(_COMPUTE)}, or ?unknowns")
        if depth == _DEEPEST:
            raise SceneError(f"sums are nested {_DEEPEST} deep or in a circle: split the rule")
        one, other = _operands(scene, term)
        return name, expression(one, depth + 1), expression(other, depth + 1)

    return Condition(relation, expression(left), expression(right))


def _operands(scene: Scene, node: int) -> tuple[Term, Term]:
    left, right = scene.targets(":op1", node), scene.targets(":op2", node)
    if len(left) != 1 or len(right) != 1 or len(scene.out(node)) != 2:
        raise SceneError(f"{scene.concepts[node]} takes one :op1 and one :op2 and nothing else")
    return left[0], right[0]


def _slots(expression: Expression) -> list[int]:
    if isinstance(expression, tuple):
        return _slots(expression[1]) + _slots(expression[2])
    return [expression] if isinstance(expression, int) else []


def _value(expression: Expression, values: Sequence[Term]) -> Term | Fraction | None:
    if isinstance(expression, int):
        return values[expression]
    if isinstance(expression, str):
        return expression
    name, *parts = expression
    left, right = (_number(_value(part, values)) for part in parts)
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    return _COMPUTE[name](left, right)


def _number(value: Term | Fraction | None) -> Term | Fraction | None:
    """Return the number that *value* is or writes, else *value*."""
    if isinstance(value, str) and (found := number(value)) is not None:
        return found
    return value


def _time(value: Term | Fraction) -> tuple[int, ...] | None:
    if isinstance(value, Fraction):
        value = str_of(value)
    return time(value) if isinstance(value, str) else None
