"""
Facts: the links of a field, indexed so that each end of a link is found from the other.

A fact is `(source, role, target)`: sources are nodes of the field (numbers), targets nodes or constants.
A node's concept is a fact like any other, along the role `/`; a merged node may have several::

    (p / person :name "Oleg")        (0, "/", "person")    (0, ":name", '"Oleg"')

Facts are *asserted* or *unasserted* (see `scenograph.core.field.assertion`). An `Index` covers the
facts of one role, of all nodes or of those of one concept, asserted only or all. It is made when first
asked for and kept up from then on. All tables are dictionaries: their order is the order of insertion,
never that of hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple, TypeAlias, cast, final

from .quantities import number

Term: TypeAlias = "int | str"
Fact: TypeAlias = "tuple[int, str, Term]"
"""Source, role, target."""

CONCEPT = "/"
"""The role that leads from a node to its concept."""


class Key(NamedTuple):
    """
    What an index covers.

    Attributes:
        role: the role of its facts
        concept: only of nodes with this concept; None for all nodes
        unasserted: unasserted facts too, not only the asserted ones
    """

    role: str
    concept: str | None = None
    unasserted: bool = False


@final
class Index:
    """
    Facts of one role, from both ends.

    Attributes:
        out: source → its targets
        into: target → its sources
        size: number of facts
        fresh: facts that came since `Facts.turn`
        delta: facts that came before it, since the turn before
    """

    __slots__ = ("delta", "fresh", "into", "out", "size")

    def __init__(self) -> None:
        self.out: dict[int, dict[Term, None]] = {}
        self.into: dict[Term, dict[int, None]] = {}
        self.size = 0
        self.fresh: list[tuple[int, Term]] = []
        self.delta: list[tuple[int, Term]] = []

    def add(self, source: int, target: Term) -> None:
        """Note a fact that is not there yet."""
        targets = self.out.get(source)
        if targets is None:
            self.out[source] = {target: None}
        else:
            targets[target] = None
        sources = self.into.get(target)
        if sources is None:
            self.into[target] = {source: None}
        else:
            sources[source] = None
        self.size += 1
        self.fresh.append((source, target))

    def pairs(self) -> Iterator[tuple[int, Term]]:
        """Yield all facts."""
        for source, targets in self.out.items():
            for target in targets:
                yield source, target


_Frame: TypeAlias = "dict[str, dict[Term, None]]"
_EMPTY: _Frame = {}


@final
class Facts:
    """
    All facts of a field.

    Attributes:
        asserted: node → role → targets, of what is asserted
        unasserted: the same of what is said but not asserted
        count: number of asserted links, concepts not among them
    """

    def __init__(self) -> None:
        self.asserted: dict[int, _Frame] = {}
        self.unasserted: dict[int, _Frame] = {}
        self.count = 0
        self._spellings: dict[Fraction, dict[Term, None]] | None = None
        self._indexes: dict[Key, Index] = {}
        self._by_role: dict[str, dict[str | None, list[tuple[bool, Index]]]] = {}

    def copy(self) -> Facts:
        """Return facts that can be added to without changing these; indexes are made again when asked for."""
        other = Facts()
        other.asserted = _copied(self.asserted)
        other.unasserted = _copied(self.unasserted)
        other.count = self.count
        return other

    def has(self, source: int, role: str, target: Term, *, unasserted: bool = False) -> bool:
        """Return whether a fact is asserted; with *unasserted*, whether it is said at all."""
        return _holds(self.asserted, source, role, target) or (
            unasserted and _holds(self.unasserted, source, role, target)
        )

    def add(self, source: int, role: str, target: Term, *, unasserted: bool = False) -> bool:
        """Add a fact; return whether it is new, as what it is."""
        if _holds(self.asserted, source, role, target):
            return False
        said = _holds(self.unasserted, source, role, target)
        if unasserted and said:
            return False
        frame = (self.unasserted if unasserted else self.asserted).setdefault(source, {})
        frame.setdefault(role, {})[target] = None
        if self._spellings is not None:
            _spell(self._spellings, target)
        self.count += not unasserted and role != CONCEPT
        indexes = self._by_role.get(role)
        if indexes is not None:
            for takes_unasserted, index in indexes.get(None, ()):
                if not said if takes_unasserted else not unasserted:
                    index.add(source, target)
            for concept in self._concepts(source):
                for takes_unasserted, index in indexes.get(concept, ()):
                    new_to_it = not said if takes_unasserted else not unasserted
                    if new_to_it and self._is(source, concept, takes_unasserted):
                        index.add(source, target)
        if (
            role == CONCEPT
            and len(self.asserted.get(source, _EMPTY)) + len(self.unasserted.get(source, _EMPTY)) > 1
        ):
            self._extend(source, target)
        return True

    def index(self, key: Key) -> Index:
        """Return the index of *key*, made now if nobody asked for it before."""
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = Index()
            role, concept, takes_unasserted = key
            for frames in (self.asserted, self.unasserted) if takes_unasserted else (self.asserted,):
                nodes = frames if concept is None else self._of(concept, takes_unasserted)
                for source in nodes:
                    for target in frames.get(source, _EMPTY).get(role, ()):
                        if target not in index.out.get(source, ()):
                            index.add(source, target)
            index.fresh = []
            self._by_role.setdefault(role, {}).setdefault(concept, []).append((takes_unasserted, index))
        return index

    def equal(self, term: Term) -> Iterable[Term]:
        """Return the terms equal to *term*: of a number every constant here that writes it, else itself."""
        value = number(term) if isinstance(term, str) else None
        if value is None:
            return (term,)
        if self._spellings is None:
            self._spellings = {}
            for frames in (self.asserted, self.unasserted):
                for frame in frames.values():
                    for targets in frame.values():
                        for target in targets:
                            _spell(self._spellings, target)
        return self._spellings.get(value, ())

    def turn(self) -> None:
        """Let what came since the last turn be the delta of every index."""
        for index in self._indexes.values():
            index.delta, index.fresh = index.fresh, []

    def _of(self, concept: str, unasserted: bool) -> dict[int, None]:
        """Return the nodes of a concept."""
        return self.index(Key(CONCEPT, None, unasserted)).into.get(concept, {})

    def _concepts(self, node: int) -> Iterable[str]:
        """Return the concepts of *node*, asserted or unasserted, each once."""
        asserted = self.asserted.get(node, _EMPTY).get(CONCEPT, {})
        unasserted = self.unasserted.get(node, _EMPTY).get(CONCEPT, {})
        return cast("Iterable[str]", {**asserted, **unasserted} if unasserted else asserted)

    def _is(self, node: int, concept: str, unasserted: bool) -> bool:
        return self.has(node, CONCEPT, concept, unasserted=unasserted)

    def _extend(self, node: int, concept: Term) -> None:
        """Put the links that *node* has already into the indexes of its new concept."""
        for (role, wanted, takes_unasserted), index in self._indexes.items():
            if wanted is None or wanted != concept or not self._is(node, wanted, takes_unasserted):
                continue
            for frames in (self.asserted, self.unasserted) if takes_unasserted else (self.asserted,):
                for target in frames.get(node, {}).get(role, ()):
                    if target not in index.out.get(node, ()):
                        index.add(node, target)


def _spell(spellings: dict[Fraction, dict[Term, None]], target: Term) -> None:
    """Note that *target* writes a number, if it writes one."""
    if isinstance(target, str) and (value := number(target)) is not None:
        spellings.setdefault(value, {})[target] = None


def _holds(frames: dict[int, _Frame], source: int, role: str, target: Term) -> bool:
    frame = frames.get(source)
    return frame is not None and role in frame and target in frame[role]


def _copied(frames: dict[int, _Frame]) -> dict[int, _Frame]:
    return {node: {role: targets.copy() for role, targets in frame.items()} for node, frame in frames.items()}
