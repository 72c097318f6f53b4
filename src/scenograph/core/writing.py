"""
Writing the notation of scenes; `scenograph.core.notation` reads it.

    >>> print(write(["build", "bridge", "old"], [(0, ":object", 1), (1, ":mod", 2), (0, ":time", "1931")]))
    (b / build
       :object (b2 / bridge
          :mod (o / old))
       :time 1931)

Like reading, writing is done twice over, for speed: most scenes come with their links in the order of a text,
since they were read from one, and are written in one pass; others are first laid out. Both are loops.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from .layout import layout
from .links import Link, inverse

DEEPEST = 40  # levels below which lines are not indented further, or deep scenes would be mostly blanks


def write(
    concepts: Sequence[str], links: Sequence[tuple[int, str, int | str]], *, indent: int | None = 3
) -> str:
    """
    Write a scene; `.notation.read_all` undoes it.

    Links that come in the order in which a text has them, as those of a scene that was read, are written in
    that order. Others are written forward from the root: then only nodes that no forward path reaches from
    there stand under an inverse role.

    Args:
        concepts: concept of each node, the root's first
        links: forward links
        indent: columns per level, or None for one line
    """
    names = _variables(concepts, {target for _, _, target in links if isinstance(target, str)})
    margins = _margins(indent)
    return _write_in_order(concepts, links, names, margins) or _write_forward(concepts, links, names, margins)


def _write_in_order(
    concepts: Sequence[str],
    links: Sequence[tuple[int, str, int | str]],
    names: Sequence[str],
    margins: Sequence[str],
) -> str | None:
    """Write links in their own order in one pass; None if no text has that order."""
    levels = [0] * len(concepts)
    path = [0] * len(concepts)  # the open nodes, root first
    here = level = 0
    written = 1  # nodes that are
    deepest = len(margins) - 1
    margin = margins[0]
    out = [f"({names[0]} / {concepts[0]}"]
    append = out.append
    for source, role, target in links:
        if source != here:
            if source < written and levels[source] <= level and path[levels[source]] == source:
                back = levels[source]
            elif isinstance(target, str) or target >= written:
                return None
            else:
                role, source, target = inverse(role), target, source
                back = levels[source]
                if back > level or path[back] != source:
                    return None
            append(")" * (level - back))
            here, level = source, back
            margin = margins[min(level, deepest)]
        if isinstance(target, str):
            append(f"{margin}{role} {target}")
        elif target < written:
            append(f"{margin}{role} {names[target]}")
        elif target == written:
            append(f"{margin}{role} ({names[target]} / {concepts[target]}")
            written += 1
            level += 1
            levels[target] = level
            path[level] = here = target
            margin = margins[min(level, deepest)]
        else:
            return None
    append(")" * (level + 1))
    return "".join(out) if written == len(concepts) else None


def _write_forward(
    concepts: Sequence[str],
    links: Sequence[tuple[int, str, int | str]],
    names: Sequence[str],
    margins: Sequence[str],
) -> str:
    """Write links forward from the root."""
    children = layout(len(concepts), [Link(*link) for link in links])
    heads = [f"({name} / {concept}" for name, concept in zip(names, concepts, strict=True)]
    deepest = len(margins) - 1
    described = [False] * len(concepts)
    described[0] = True
    out = [heads[0]]
    append = out.append
    stack: list[Iterator[tuple[int, str, int | str]]] = []
    items = iter(children[0])
    margin = margins[0]
    while True:
        for _, role, target in items:
            if isinstance(target, str):
                append(f"{margin}{role} {target}")
            elif described[target]:
                append(f"{margin}{role} {names[target]}")
            else:
                described[target] = True
                if children[target]:
                    append(f"{margin}{role} {heads[target]}")
                    stack.append(items)
                    items = iter(children[target])
                    margin = margins[min(len(stack), deepest)]
                    break
                append(f"{margin}{role} {heads[target]})")
        else:
            append(")")
            if not stack:
                return "".join(out)
            items = stack.pop()
            margin = margins[min(len(stack), deepest)]


@lru_cache(maxsize=16)
def _margins(indent: int | None) -> Sequence[str]:
    """Return what stands before a role, by level: a line end and *indent* columns per level, or one blank."""
    return (" ",) if indent is None else ["\n" + " " * indent * level for level in range(1, DEEPEST + 1)]


def _variables(concepts: Sequence[str], constants: Container[str]) -> list[str]:
    """Name each node after its concept's first letter, clear of all constants: b, b2, b3."""
    used: dict[str, int] = {}
    names: list[str] = []
    for concept in concepts:
        letter = concept[0]
        if not "a" <= letter <= "z":
            letter = letter if letter != '"' else concept[1]
            letter = letter.lower() if letter.isalpha() else "x"
        number = used.get(letter, 0) + 1
        name = letter if number == 1 else f"{letter}{number}"
        while name in constants:
            number += 1
            name = f"{letter}{number}"
        used[letter] = number
        names.append(name)
    return names
