"""Hypothesis strategies for scenes, shared by the tests of every package."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from scenograph.core.links import is_literal, quote
from scenograph.core.scene import Scene

settings.register_profile("scenograph", deadline=None)  # a busy machine is no failure
settings.load_profile("scenograph")

WORDS = ("build", "bridge", "person", "old", "believe", "see-01", "река", "мост")
ODD_WORDS = (
    "⟁7",
    "🜂",
    "Δ41",
    "_",
    "?x",
    "?who",
    "⟁say:poet",
    "1931",
    "-",
    "+",
    "a=1",
    "o'clock",
    "\\",
    "i",
    "p2",
    "&",
)
ROLES = (
    ":agent",
    ":object",
    ":content",
    ":op1",
    ":op2",
    ":mod",
    ":time",
    ":consist-of",
    ":1",
    ":'s",
    ":роль",
    ":-of",
)

texts = st.text(
    st.one_of(st.sampled_from("ab \n\t\"\\'⟁Δ🜂()~=:#/?é"), st.characters(codec="utf-8")), max_size=8
)
"""Any text, with the characters that notations care about more often than chance has it."""

strings = texts.map(quote)
"""Quoted literals."""

symbols = st.one_of(
    st.sampled_from(WORDS), st.sampled_from([w for w in ODD_WORDS if is_literal(w)]), texts.filter(is_literal)
)
"""Bare literals: words, numbers, signs, unknowns, lexemes and whatever else a symbol may be."""

literals = st.one_of(symbols, strings)
"""Anything that may be a concept or a constant."""

roles = st.sampled_from(ROLES)
"""Forward roles."""


@st.composite
def scenes(
    draw: st.DrawFn,
    *,
    max_nodes: int = 7,
    concepts: st.SearchStrategy[str] = literals,
    constants: st.SearchStrategy[str] = literals,
) -> Scene:
    """Draw any scene: trees, re-entrant and cyclic graphs, nodes reached only backwards, parallel links."""
    count = draw(st.integers(1, max_nodes))
    names = draw(st.lists(concepts, min_size=count, max_size=count))
    links: list[tuple[int, str, int | str]] = []
    for node in range(1, count):
        other = draw(st.integers(0, node - 1))
        role = draw(roles)
        links.append((other, role, node) if draw(st.integers(0, 3)) else (node, role, other))
    nodes = st.integers(0, count - 1)
    links += draw(st.lists(st.tuples(nodes, roles, nodes), max_size=3))
    links += draw(st.lists(st.tuples(nodes, roles, constants), max_size=3))
    return Scene.build(names, draw(st.permutations(links)))


def symmetric_scenes(max_nodes: int = 6) -> st.SearchStrategy[Scene]:
    """Draw scenes whose nodes are hard to tell apart: one or two concepts, one or two roles."""

    @st.composite
    def build(draw: st.DrawFn) -> Scene:
        count = draw(st.integers(1, max_nodes))
        names = draw(st.lists(st.sampled_from(["a", "b"]), min_size=count, max_size=count))
        role = st.sampled_from([":r", ":r", ":s"])
        links: list[tuple[int, str, int | str]] = []
        for node in range(1, count):
            other = draw(st.integers(0, node - 1))
            links.append((other, draw(role), node) if draw(st.booleans()) else (node, draw(role), other))
        nodes = st.integers(0, count - 1)
        links += draw(st.lists(st.tuples(nodes, role, nodes), max_size=6))
        return Scene.build(names, links)

    return build()


@st.composite
def redrawn(draw: st.DrawFn, scene: Scene) -> Scene:
    """Draw *scene* anew: other node numbers, other order of links, the same meaning."""
    numbers = draw(st.permutations(range(len(scene.concepts))))
    concepts = [""] * len(numbers)
    for old, new in enumerate(numbers):
        concepts[new] = scene.concepts[old]
    links = [(numbers[s], r, numbers[t] if isinstance(t, int) else t) for s, r, t in scene.links]
    return Scene.build(concepts, draw(st.permutations(links)), root=numbers[0])
