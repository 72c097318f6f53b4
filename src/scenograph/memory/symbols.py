"""
The symbols of a scene: what memory indexes it by, and which of them a text names.

A symbol is a concept, a constant or a role, written as the notation writes it: `bridge`, `"Oleg"`,
`1931`, `:agent`. Unknowns (`?who`) and masks (`_`) are not symbols: they say nothing about a scene.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.morphology.lemmas import words

LONGEST_NAME = 6
"""Words in the longest name that is looked for in a text."""


def is_open(literal: str) -> bool:
    """Whether *literal* leaves open what stands there: an unknown or a mask."""
    return literal == "_" or literal.startswith("?")


def symbols_of(scene: Scene) -> list[str]:
    """The symbols of *scene*, each once: concepts, then constants, then roles."""
    links = scene.triples
    constants = [target for _, _, target in links if isinstance(target, str)]
    found = dict.fromkeys([*scene.concepts, *constants, *[role for _, role, _ in links]])
    return [symbol for symbol in found if symbol != "_" and symbol[0] != "?"]


@lru_cache(maxsize=1 << 13)
def name_of(symbol: str) -> str:
    """
    How a text would spell *symbol*: its words in lower case; nothing for a role.

    >>> name_of('"Alan_Bean"'), name_of("1931"), name_of(":agent")
    ('alan bean', '1931', '')
    """
    return "" if symbol.startswith(":") else " ".join(words(unquote(symbol)))


def names_in(spelt: list[str]) -> Iterable[str]:
    """Every run of up to `LONGEST_NAME` of the words *spelt*: what may be a name."""
    for start in range(len(spelt)):
        for end in range(start + 1, min(start + LONGEST_NAME, len(spelt)) + 1):
            yield " ".join(spelt[start:end])
