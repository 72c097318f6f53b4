"""
Rule: what follows from what, written as a scene.

    (r / rule :name "grandmother"
       :if (m / mother :agent ?x :object ?y)
       :if (p / parent :agent ?y :object ?z)
       :then (g / grandmother :agent ?x :object ?z))

* `:if` is a pattern that must be found; several are found together. A node written in two places is one
  node.
* `:unless` is a pattern of which nothing must be found: negation as absence. Its own unknowns mean
  "anything". A stated denial is another matter: `:if (n / not :op1 ...)` finds it like everything stated.
* `:where` is computed: see `scenograph.core.field.conditions`.
* `:then` is what follows. A node that stands only there is new, one for each different `:then`. To say
  something of a known thing, name it with `:is`: `:then (p / ?p :is ?x :grandchild ?z)`; the concept is
  added too, if it is none of the unknowns. A derived `conflict` is reported as one, and made for each way
  in which `:if` holds: two people may have the same two values.

Every unknown of `:then` and `:where` must be found by `:if` or given by an `equal`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from ...errors import RuleError, SceneError
from ..links import is_unknown, unquote
from ..scene import Scene
from .assertion import said_nodes
from .body import Body
from .conditions import Condition, read_condition
from .facts import CONCEPT, Term
from .pattern import IS, Atom, Pattern, Slots, part

CONFLICT: Final = "conflict"
_PARTS: Final = (":if", ":unless", ":where", ":then")

HeadLink: TypeAlias = "tuple[int, str, Term, bool]"
"""Source, role, target, whether unasserted. Numbers from 0 on are values, negative ones (`~n`) new nodes."""


@final
@dataclass(frozen=True, slots=True)
class Head:
    """
    What a `:then` adds.

    Attributes:
        slots: the slots whose values it takes, in order
        links: what it adds, concepts included; heads that add the same have the same
        new: number of new nodes
        root: what the `:then` is about: a value, or a new node
    """

    slots: tuple[int, ...]
    links: tuple[HeadLink, ...]
    new: int
    root: int

    @property
    def is_conflict(self) -> bool:
        """Whether it calls something a conflict."""
        return any(role == CONCEPT and target == CONFLICT for _, role, target, _ in self.links)

    @property
    def pattern(self) -> Pattern:
        """What would be found if it were stated already; slot n is value n, then come the new nodes."""

        def slot(end: int) -> int:
            return end if end >= 0 else len(self.slots) + ~end

        atoms = tuple(
            Atom(slot(source), role, slot(target) if isinstance(target, int) else target, None, unasserted)
            for source, role, target, unasserted in self.links
        )
        concepts = {
            atom.source: atom.target
            for atom in atoms
            if atom.role == CONCEPT and isinstance(atom.target, str)
        }
        keyed = {
            atom._replace(concept=concepts.get(atom.source)) if atom.role != CONCEPT else atom: None
            for atom in atoms
        }
        return Pattern(tuple(keyed), (), ())


@final
class Rule:
    """
    An immutable rule.

    Args:
        scene: a scene whose root is a `rule`
    Raises:
        RuleError: if it is malformed or unsafe; the message names it
    Attributes:
        scene: the rule as a scene, in canonical order
        name: its `:name`, else its text
        body: what it needs
        heads: what it adds
        slots: the slots that its body fills
        unknowns: slot → its unknown, or in words what node it is
    """

    __slots__ = ("body", "heads", "name", "scene", "slots", "unknowns")

    scene: Scene
    name: str
    body: Body
    heads: tuple[Head, ...]
    slots: tuple[int, ...]
    unknowns: dict[int, str]

    def __init__(self, scene: Scene) -> None:
        scene = scene.canonical()
        names = scene.targets(":name")
        self.scene = scene
        self.name = unquote(names[0]) if names and isinstance(names[0], str) else scene.format(indent=None)
        try:
            self._read()
        except SceneError as error:
            raise RuleError(f"rule {self.name}: {error}") from None

    @classmethod
    def parse(cls, text: str) -> Rule:
        """
        Read a rule from its notation.

        Raises:
            NotationError: if *text* is no scene
            RuleError: if the scene is no rule, or an unsafe one
        Example:
            >>> Rule.parse('(r / rule :name "wed" :if (w / wife :agent ?x :object ?y)'
            ...            ' :then (h / husband :agent ?y :object ?x))').name
            'wed'
        """
        return cls(Scene.parse(text))

    def __str__(self) -> str:
        return str(self.scene)

    def __repr__(self) -> str:
        return f"Rule.parse({self.scene.format(indent=None)!r})"

    def __eq__(self, other: object) -> bool:
        return self.scene == other.scene if isinstance(other, Rule) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.scene)

    # --- reading the scene ----------------------------------------------------------------------------------

    def _read(self) -> None:
        scene = self.scene
        parts = _parts(scene)
        uses = Counter(target for *_, target in scene.links if isinstance(target, str))
        uses.update(concept for concept in scene.concepts)
        slots = Slots()
        ifs = [part(scene, root, slots, uses) for root in parts[":if"]]
        body = {node for root in parts[":if"] for node in scene.reach(root)}
        found = {slot for pattern in ifs for slot in pattern.slots}
        conditions = tuple(read_condition(scene, root, slots, body) for root in parts[":where"])
        given = _given(found, conditions)
        unless = tuple(part(scene, root, slots, uses) for root in parts[":unless"])
        heads = [_Then(scene, root, slots, body).head() for root in parts[":then"]]
        self.unknowns = {
            slot: name if isinstance(name, str) else f"the {scene.concepts[name]}"
            for name, slot in slots.numbers.items()
        }
        _need(":where", {slot for condition in conditions for slot in condition.slots}, given, self.unknowns)
        _need(":then", {slot for head in heads for slot in head.slots}, given, self.unknowns)
        self.body = Body(
            tuple(dict.fromkeys(atom for pattern in ifs for atom in pattern.atoms)),
            tuple(dict.fromkeys(pair for pattern in ifs for pair in pattern.apart)),
            conditions,
            unless,
        )
        self.slots = tuple(sorted(given))
        self.heads = tuple(heads)


def _parts(scene: Scene) -> dict[str, list[int]]:
    """Return the roots of a rule's parts by role."""
    if scene.root_concept != "rule":
        raise SceneError(f"it is a {scene.root_concept}; write (r / rule :if (...) :then (...))")
    found: dict[str, list[int]] = {role: [] for role in _PARTS}
    names = 0
    for _, role, target in scene.out(0):
        if role == ":name":
            if isinstance(target, int):
                raise SceneError('its :name is a node; write it in quotes, as in :name "grandmother"')
            names += 1
        elif role not in found:
            raise SceneError(f"{role} is no part of a rule; its parts are :name and {', '.join(_PARTS)}")
        elif isinstance(target, str):
            raise SceneError(f"{role} {target} is no scene; write {role} (x / concept ...)")
        else:
            found[role].append(target)
    if names > 1:
        raise SceneError("it has two names; give it one")
    for role in (":if", ":then"):
        if not found[role]:
            raise SceneError(f"it has no {role}")
    reached = {node for roots in found.values() for root in roots for node in scene.reach(root)}
    if 0 in reached:
        raise SceneError("a part of it leads back to the rule itself")
    if len(reached) < len(scene.concepts) - 1:
        lost = min(set(range(1, len(scene.concepts))) - reached)
        raise SceneError(
            f"no part leads forward to its {scene.concepts[lost]}: begin an :if with it, or turn its role"
        )
    return found


def _given(found: set[int], conditions: Iterable[Condition]) -> set[int]:
    """Return the slots of *found* and those that equations give."""
    given = set(found)
    waiting = list(conditions)
    while waiting:
        rest = [condition for condition in waiting if (slot := condition.gives(frozenset(given))) is None]
        for condition in waiting:
            if (slot := condition.gives(frozenset(given))) is not None:
                given.add(slot)
        if len(rest) == len(waiting):
            break
        waiting = rest
    return given


def _need(role: str, needed: set[int], given: set[int], unknowns: dict[int, str]) -> None:
    if missing := sorted(unknowns[slot] for slot in needed - given):
        raise SceneError(f"it is unsafe: {', '.join(missing)} of its {role} is found by no :if")


class _Then:
    """Reads one `:then`."""

    def __init__(self, scene: Scene, root: int, slots: Slots, body: set[int]) -> None:
        self.scene, self.slots, self.body, self.root = scene, slots, body, root
        self.values: dict[int, int] = {}  # slot → value number
        self.fresh: dict[int, int] = {}  # node → number of the new node

    def head(self) -> Head:
        scene = self.scene
        nodes = [node for node in self._reach() if node not in self.body]
        said = dict(zip(scene.reach(self.root), said_nodes(scene.sub(self.root)), strict=True))
        links: list[HeadLink] = []
        for node in nodes:
            source, concept, unasserted = self._end(node), scene.concepts[node], not said[node]
            assert isinstance(source, int)
            if not is_unknown(concept):
                links.append((source, CONCEPT, concept, unasserted))
            elif source < 0:
                links.append((source, CONCEPT, self._value(self.slots.named(concept)), unasserted))
            links += [
                (source, role, self._end(target), unasserted)
                for _, role, target in scene.out(node)
                if role != IS or self._named(node) is None
            ]
        if not links:
            raise SceneError("its :then adds nothing: all of it stands in :if")
        root = self._end(self.root)
        assert isinstance(root, int)
        return Head(tuple(self.values), tuple(links), len(self.fresh), root)

    def _reach(self) -> list[int]:
        """Return the nodes of the part, not going on after those of the body."""
        order = [self.root]
        for node in order:
            if node not in self.body:
                order += [
                    target
                    for _, _, target in self.scene.out(node)
                    if isinstance(target, int) and target not in order
                ]
        return list(dict.fromkeys(order))

    def _named(self, node: int) -> str | None:
        """Return the unknown that *node* is said to be."""
        names = [t for t in self.scene.targets(IS, node) if isinstance(t, str) and is_unknown(t)]
        return names[0] if names else None

    def _end(self, end: Term) -> Term:
        if isinstance(end, str):
            return self._value(self.slots.named(end)) if is_unknown(end) else end
        if end in self.body:
            return self._value(self.slots.of(self.scene, end))
        if name := self._named(end):
            return self._value(self.slots.named(name))
        return ~self.fresh.setdefault(end, len(self.fresh))

    def _value(self, slot: int) -> int:
        return self.values.setdefault(slot, len(self.values))
