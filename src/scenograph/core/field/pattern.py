"""
Pattern: a scene with unknowns as a list of facts to be found.

    (b / build :agent ?who :object (c / bridge))

becomes the atoms `b :agent ?who` (b a build), `b :object c` (b a build) and `c / bridge`. What stands
for something unknown has a *slot*: each node one, each unknown one. The meaning is that of `match`,
over a field: nodes of one pattern lie on different nodes, its links on different links; an unknown concept
stands for a concept, an unknown target for a node or a constant. Two things are new. What the pattern
asserts must be asserted in the field, and what it suspends must be said there. And `:is ?x` names a node
itself::

    (p / person :is ?x :parent ?y)        ?x is that person
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple, final

from ..links import is_unknown
from ..scene import Scene
from .assertion import said_nodes
from .facts import CONCEPT, Key, Term

IS = ":is"


class Atom(NamedTuple):
    """
    A fact to be found.

    Attributes:
        source: slot of its source
        role: its role
        target: slot (int) or constant (str) of its target
        concept: a concept that its source must have; None for any
        unasserted: whether it need only be said
    """

    source: int
    role: str
    target: Term
    concept: str | None
    unasserted: bool

    @property
    def key(self) -> Key:
        """The index that holds such facts."""
        return Key(self.role, self.concept, self.unasserted)

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of its ends."""
        return (self.source, self.target) if isinstance(self.target, int) else (self.source,)


@final
@dataclass(frozen=True, slots=True)
class Pattern:
    """
    Facts to be found together.

    Attributes:
        atoms: the facts
        apart: pairs of slots or constants that stand for different things
        nodes: slots of the pattern's nodes
    """

    atoms: tuple[Atom, ...]
    apart: tuple[tuple[Term, Term], ...]
    nodes: tuple[int, ...]

    @property
    def slots(self) -> frozenset[int]:
        """All slots that it fills."""
        return frozenset(slot for atom in self.atoms for slot in atom.slots)


@final
@dataclass(slots=True)
class Slots:
    """
    The slots of the nodes and unknowns of one scene.

    Attributes:
        numbers: node number or unknown → slot
    """

    numbers: dict[Term, int] = field(default_factory=dict[Term, int])

    def of(self, scene: Scene, node: int) -> int:
        """Return the slot of a node, which is that of `?x` if the node `:is ?x`."""
        for _, role, target in scene.out(node):
            if role == IS and isinstance(target, str) and is_unknown(target):
                return self.named(target)
        return self.named(node)

    def named(self, name: Term) -> int:
        """Return the slot of an unknown, or of a node without `:is`."""
        return self.numbers.setdefault(name, len(self.numbers))

    def term(self, scene: Scene, target: Term) -> Term:
        """Return the slot of a target, or the target itself if it is a constant."""
        if isinstance(target, int):
            return self.of(scene, target)
        return self.named(target) if is_unknown(target) else target


def whole(scene: Scene, slots: Slots) -> Pattern:
    """Compile all of *scene*."""
    return _pattern(scene, range(len(scene.concepts)), said_nodes(scene), slots, {})


def part(scene: Scene, root: int, slots: Slots, uses: Mapping[str, int]) -> Pattern:
    """
    Compile what *root* roots.

    Args:
        scene: a rule
        root: a node of it
        slots: the rule's slots
        uses: how often each unknown occurs; a concept that is asked for only once is not looked up
    """
    nodes = scene.reach(root)
    said = dict(zip(nodes, said_nodes(scene.sub(root)), strict=True))
    return _pattern(scene, nodes, [said.get(node, False) for node in range(len(scene.concepts))], slots, uses)


def _pattern(
    scene: Scene, nodes: Sequence[int], said: Sequence[bool], slots: Slots, uses: Mapping[str, int]
) -> Pattern:
    atoms: dict[Atom, None] = {}
    apart: dict[tuple[Term, Term], None] = {}
    for node in nodes:
        source, concept, unasserted = slots.of(scene, node), scene.concepts[node], not said[node]
        links = [link for link in scene.out(node) if not _names(link.role, link.target)]
        kind = None if is_unknown(concept) else concept
        if kind is None and (uses.get(concept) != 1 or not links):
            atoms[Atom(source, CONCEPT, slots.named(concept), None, unasserted)] = None
        elif kind is not None and not links:
            atoms[Atom(source, CONCEPT, kind, None, unasserted)] = None
        ends = [(role, slots.term(scene, target)) for _, role, target in links]
        for role, target in ends:
            atoms[Atom(source, role, target, kind, unasserted)] = None
        for (role, one), (other_role, other) in combinations(ends, 2):
            if role == other_role:
                apart[one, other] = None
    places = tuple(dict.fromkeys(slots.of(scene, node) for node in nodes))
    for one, other in combinations(places, 2):
        apart[one, other] = None
    return Pattern(tuple(atoms), tuple(apart), places)


def _names(role: str, target: Term) -> bool:
    """Return whether a link only says what its source is called in the pattern."""
    return role == IS and isinstance(target, str) and is_unknown(target)
