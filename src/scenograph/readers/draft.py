"""A scene while it is made, where each node and link remembers the words that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

from scenograph.core import Scene
from scenograph.core.links import is_literal, is_unknown, quote

_NOT_IN_ROLE: Final = re.compile(r"[\s\"()/:~#\x00-\x1f]+")
_LEXEME: Final = re.compile(r"[⟁🜂]|Δ[0-9]")
_FIRST: Final = (
    ":op1", ":op2", ":name", ":agent", ":subject", ":object", ":recipient", ":content", ":as", ":quant",
    ":poss", ":mod", ":of",
)  # fmt: skip
_LAST: Final = (":definite", ":number", ":degree", ":mode", ":modal", ":aspect", ":tense")
_RANK: Final = {
    **{role: rank for rank, role in enumerate(_FIRST)},
    **{role: len(_FIRST) + rank for rank, role in enumerate(_LAST, 1)},
}


@final
@dataclass(frozen=True, slots=True)
class Origin:
    """
    Where a link comes from.

    Attributes:
        words: the numbers of the words that say it
        arcs: the numbers of the words whose head and relation it rests on; its probability is their product
    """

    words: tuple[int, ...]
    arcs: tuple[int, ...]


def literal(text: str) -> str:
    """Return *text* as a concept or constant: bare if it can stand so and is neither unknown nor lexeme."""
    if is_literal(text) and not is_unknown(text) and not _LEXEME.match(text):
        return text
    return quote(text)


def role(name: str) -> str:
    """Return *name* as a role that means itself forwards: `in front of` → `:in-front`."""
    name = _NOT_IN_ROLE.sub("-", name.lower()).strip("-")
    while name.endswith("-of"):
        name = name[:-3]
    if not name or name.isdigit():
        name = f"x{name}"
    return f":{name}"


@final
class Draft:
    """Nodes and links in the order in which they were found."""

    def __init__(self) -> None:
        self.concepts: list[str] = []
        self.words: list[list[int]] = []
        self.links: list[tuple[int, str, int | str, Origin]] = []
        self._values: set[int] = set()
        self._roles: set[tuple[int, str]] = set()
        self._pairs: set[tuple[int, int]] = set()

    def node(self, concept: str, words: Iterable[int] = (), *, is_value: bool = False) -> int:
        """Add a node; a *value* becomes a constant if nothing leaves it and one link reaches it."""
        self.concepts.append(concept)
        self.words.append(list(words))
        node = len(self.concepts) - 1
        if is_value:
            self._values.add(node)
        return node

    def link(
        self, source: int, name: str, target: int | str, words: Iterable[int], arcs: Iterable[int]
    ) -> None:
        """Add a link, unless it leads from a node to itself."""
        if source != target or isinstance(target, str):
            origin = Origin(tuple(words), tuple(dict.fromkeys(arcs)))
            name = name if name[0] == ":" else f":{name}"
            self.links.append((source, name, target, origin))
            self._roles.add((source, name))
            if isinstance(target, int):
                self._pairs.add((source, target))

    def has(self, source: int, name: str) -> bool:
        """Whether a link of this role leaves *source*."""
        return (source, name) in self._roles

    def are_linked(self, one: int, other: int) -> bool:
        """Whether a link leads from one node to the other, in either direction."""
        return (one, other) in self._pairs or (other, one) in self._pairs

    def finish(self, root: int) -> tuple[Scene, list[tuple[int, ...]], list[Origin]]:
        """
        Return the scene, the words of each node and the origin of each link.

        Links stand by source; of one source first who does what to whom, last tense and number.
        """
        arriving = [0] * len(self.concepts)
        leaving = [0] * len(self.concepts)
        for source, _, target, _ in self.links:
            leaving[source] += 1
            if isinstance(target, int):
                arriving[target] += 1
        constants = {n for n in self._values if n != root and arriving[n] == 1 and not leaving[n]}
        order = [root, *(n for n in range(len(self.concepts)) if n != root and n not in constants)]
        place = {node: position for position, node in enumerate(order)}
        links = sorted(self.links, key=lambda link: (place[link[0]], _RANK.get(link[1], len(_FIRST))))
        origins: list[Origin] = []
        made: list[tuple[int, str, int | str]] = []
        for source, name, target, origin in links:
            if isinstance(target, int) and target in constants:
                made.append((place[source], name, self.concepts[target]))
                origin = Origin(tuple(sorted({*origin.words, *self.words[target]})), origin.arcs)
            else:
                made.append((place[source], name, place[target] if isinstance(target, int) else target))
            origins.append(origin)
        scene = Scene.build([self.concepts[n] for n in order], made)
        return scene, [tuple(self.words[n]) for n in order], origins


def joined(pieces: Sequence[str]) -> str:
    """Return the lemmas of a fixed phrase as one: `pick`, `up` → `pick-up`."""
    return "-".join(pieces)
