"""
Operations of arithmetic, equations and propositions over them: the concepts, their operands and their signs.

Their links are `:op1`, `:op2` and so on, `:condition` and `:consequence` for `if`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scenograph.surfaces._tree import LinkEnd, Node


class Infix(NamedTuple):
    """An operation that is written between its operands."""

    concept: str
    sign: str
    binding: int
    is_chain: bool = False  # takes any number of operands


INFIX = (
    Infix("if", r"\implies", 1),
    Infix("or", r"\lor", 2, True),
    Infix("and", r"\land", 3, True),
    Infix("equal", "=", 5),
    Infix("unequal", r"\neq", 5),
    Infix("greater", ">", 5),
    Infix("less", "<", 5),
    Infix("at-least", r"\geq", 5),
    Infix("at-most", r"\leq", 5),
    Infix("plus", "+", 6, True),
    Infix("minus", "-", 6),
    Infix("times", r"\cdot", 8, True),
)
NOT, NEGATIVE = 4, 7
"""How strongly `not` and a sign bind."""
SUM, PRODUCT, POWER = 6, 8, 9
CLOSED, BASE = 10, 11  # a fraction is closed, but needs parentheses as the base of a power

BY_CONCEPT = {operation.concept: operation for operation in INFIX}
_SIGNS = {operation.sign: operation for operation in INFIX}
_OTHER_SIGNS = {
    r"\cdot": (r"\times", "*"),
    r"\geq": (r"\ge",),
    r"\leq": (r"\le",),
    r"\neq": (r"\ne",),
    r"\land": (r"\wedge",),
    r"\lor": (r"\vee",),
    r"\implies": (r"\Rightarrow", r"\to"),
}
BY_SIGN = _SIGNS | {other: _SIGNS[sign] for sign, others in _OTHER_SIGNS.items() for other in others}
BY_SIGN["/"] = BY_SIGN[r"\div"] = Infix("divide", "/", PRODUCT)

GREEK = frozenset(
    re.findall(
        r"\w+",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
        "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega",
    )
)


def operands(node: Node) -> list[LinkEnd] | None:
    """Return what the operation *node* joins, in order; None if its links are not those of an operation."""
    by_role = dict(node.items)
    if node.concept == "if":
        roles = [":condition", ":consequence"]
    else:
        roles = [f":op{number}" for number in range(1, len(node.items) + 1)]
    found = [by_role[role] for role in roles if role in by_role]
    return found if len(found) == len(node.items) == len(roles) else None


def operation(concept: str, *targets: LinkEnd) -> Node:
    """Return the node of an operation; undone by `operands`."""
    roles = (
        [":condition", ":consequence"] if concept == "if" else [f":op{n}" for n in range(1, len(targets) + 1)]
    )
    return Node(concept, list(zip(roles, targets, strict=True)))
