"""Hypothesis strategies for scenes, shared by the tests of every package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from scenograph.core.links import is_literal, quote
from scenograph.core.scene import Scene

dear = settings(max_examples=max(5, settings().max_examples // 3))
"""For a law one example of which takes long: a third of the usual number."""

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


# Most of an example's time goes into draws, and into checks of a strategy when it is first drawn from.
# So all are made once, and what is small is drawn as one.
_lists = cache(st.lists)
_integers = cache(st.integers)
_seeds = st.integers(0, 0xFFFF)
_ways = st.sampled_from([(role, forward) for role in ROLES for forward in (True, True, True, False)])


@cache
def _links(count: int, roles: Sequence[str], most: int) -> st.SearchStrategy[list[tuple[int, str, int]]]:
    """Return a strategy for at most so many links between *count* nodes."""
    nodes = range(count)
    return st.lists(st.sampled_from(list(product(nodes, roles, nodes))), max_size=most)


@cache
def _constants(
    count: int, constants: st.SearchStrategy[str]
) -> st.SearchStrategy[list[tuple[int, str, str]]]:
    """Return a strategy for links of *count* nodes to *constants*."""
    nodes = st.integers(0, count - 1)
    return st.lists(st.tuples(nodes, roles, constants), max_size=3)


def _shuffled(draw: st.DrawFn, count: int) -> Sequence[int]:
    """Draw an order of *count* things, at best that in which they are."""
    seed = draw(_seeds) if count > 1 else 0
    return Random(seed).sample(range(count), count) if seed else range(count)


def _joined(
    draw: st.DrawFn, most: int, concepts: st.SearchStrategy[str], ways: st.SearchStrategy[tuple[str, bool]]
) -> tuple[list[str], list[tuple[int, str, int | str]]]:
    """Draw up to *most* concepts, and links that join each to one before it."""
    count = draw(_integers(1, most))
    names = draw(_lists(concepts, min_size=count, max_size=count))
    links: list[tuple[int, str, int | str]] = []
    for node in range(1, count):
        other = draw(_integers(0, node - 1))
        role, forward = draw(ways)
        links.append((other, role, node) if forward else (node, role, other))
    return names, links


@st.composite
def scenes(
    draw: st.DrawFn,
    *,
    max_nodes: int = 7,
    concepts: st.SearchStrategy[str] = literals,
    constants: st.SearchStrategy[str] = literals,
) -> Scene:
    """Draw any scene: trees, re-entrant and cyclic graphs, nodes reached only backwards, parallel links."""
    names, links = _joined(draw, max_nodes, concepts, _ways)
    count = len(names)
    links += draw(_links(count, ROLES, 3))
    links += draw(_constants(count, constants))
    return Scene.build(names, [links[place] for place in _shuffled(draw, len(links))])


_FEW_ROLES = (":r", ":r", ":s")
_few_concepts = st.sampled_from(["a", "b"])
_few_ways = st.sampled_from([(role, forward) for role in _FEW_ROLES for forward in (False, True)])


@st.composite
def symmetric_scenes(draw: st.DrawFn, max_nodes: int = 6) -> Scene:
    """Draw scenes whose nodes are hard to tell apart: one or two concepts, one or two roles."""
    names, links = _joined(draw, max_nodes, _few_concepts, _few_ways)
    links += draw(_links(len(names), _FEW_ROLES, 6))
    return Scene.build(names, links)


@st.composite
def redrawn(draw: st.DrawFn, scene: Scene) -> Scene:
    """Draw *scene* anew: other node numbers, other order of links, the same meaning."""
    numbers = _shuffled(draw, len(scene.concepts))
    concepts = [""] * len(numbers)
    for old, new in enumerate(numbers):
        concepts[new] = scene.concepts[old]
    links = [(numbers[s], r, numbers[t] if isinstance(t, int) else t) for s, r, t in scene.links]
    return Scene.build(concepts, [links[place] for place in _shuffled(draw, len(links))], root=numbers[0])
