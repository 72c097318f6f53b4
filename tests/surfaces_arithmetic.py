"""Scenes of arithmetic for hypothesis, shared by the tests of LaTeX and sympy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from scenograph.core import Scene

NUMBERS = ("0", "1", "-1", "7", "-5", "+5", "007", "1.50", "-2.5")
NAMES = ("?x", "?y", "?alpha", "?x_1", "?speed", "?a_bc_d", "?скорость")
OPERATIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(["plus", "times"], (2, 3)),
    **dict.fromkeys(["minus", "divide", "power"], (2, 2)),
    "negative": (1, 1),
    "root": (1, 1),
}
"""Operations, with the least and the greatest number of their operands."""
RELATIONS = ("equal", "unequal", "greater", "less", "at-least", "at-most")
ALL = (
    OPERATIONS
    | dict.fromkeys(RELATIONS, (2, 2))
    | {
        "root": (1, 2),
        "and": (2, 3),
        "or": (2, 3),
        "not": (1, 1),
        "if": (2, 2),
    }
)


@st.composite
def arithmetic(
    draw: st.DrawFn, concepts: Mapping[str, tuple[int, int]] = ALL, numbers: Sequence[str] = NUMBERS
) -> Scene:
    """Draw any graph of operations: trees, shared operands, twins."""
    constants = st.sampled_from([*numbers, *NAMES])
    names: list[str] = []
    links: list[tuple[int, str, int | str]] = []
    for node in range(draw(st.integers(1, 6))):
        concept = draw(st.sampled_from(sorted(concepts)))
        count = draw(st.integers(*concepts[concept]))
        roles = [":condition", ":consequence"] if concept == "if" else [f":op{n + 1}" for n in range(count)]
        earlier = st.integers(max(0, node - 3), node - 1) if node else st.nothing()
        targets: list[int | str] = [draw(earlier | constants) for _ in roles]
        if node and node - 1 not in targets:  # all hang together
            targets[0] = node - 1
        names.append(concept)
        links += [(node, role, target) for role, target in zip(roles, targets, strict=True)]
    return Scene.build(names, links, root=len(names) - 1)
