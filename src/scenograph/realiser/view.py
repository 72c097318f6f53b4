"""
A scene while it is said: which links have been said and which nodes have been named.

Every node is said in full once. Links lead from it forwards, to what hangs on it, and backwards, to the
clauses that describe it: `(b / book :object-of (w / write …))`. A link that leads to a node which was said
before is said by a short mention.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias, final

from scenograph.core import Scene
from scenograph.core.links import is_unknown, unquote
from scenograph.errors import SurfaceError
from scenograph.readers.articles import DEFINITE

Target: TypeAlias = int | str
"""A node, or a constant as the scene writes it."""

JOINING: Final = frozenset({"and", "or", "but", "nor"})
MARKS: Final = {
    ":tense": frozenset({"past", "present", "future"}),
    ":aspect": frozenset({"progressive", "perfect"}),
    ":mode": frozenset({"command"}),
    ":number": frozenset({"plural"}),
}
SPEAKERS: Final = frozenset(["I", "you", "we", "я", "ты", "мы", "вы"])
THEY: Final = frozenset(["he", "she", "it", "they", "он", "она", "оно", "они"])
DEEPEST: Final = 40  # nested nodes; no reader follows a sentence that is deeper


@final
class Edge:
    """
    A link seen from one of its ends.

    Attributes:
        place: its index among the links of the scene
        role: its role without the colon
        target: what it leads to from there
    """

    __slots__ = ("place", "role", "target")

    def __init__(self, place: int, role: str, target: Target) -> None:
        self.place, self.role, self.target = place, role, target


@final
class View:
    """
    The state of saying *scene*.

    Attributes:
        done: the indices of the links that have been said
        named: the nodes that have been said in full
        definite: the mark of each noun that has one: its article says it, and nothing else does
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.definite: dict[int, str] = {}
        count = len(scene.concepts)
        self._out: list[list[Edge]] = [[] for _ in range(count)]
        self._into: list[list[Edge]] = [[] for _ in range(count)]
        for place, (source, role, target) in enumerate(scene.triples):
            if role == DEFINITE and target in ("yes", "no"):
                self.definite[source] = str(target)
                continue
            self._out[source].append(Edge(place, role[1:], target))
            if isinstance(target, int):
                self._into[target].append(Edge(place, role[1:], source))
        self.done: set[int] = set()
        self.named: set[int] = set()
        self._back = self._found_backwards()
        self._depth = 0

    def _found_backwards(self) -> frozenset[int]:
        """
        Return the links that are read backwards: those to a noun from a clause that nothing else leads to.

        What links lead to from the root is said there. The rest is found by links read backwards, the nearest
        first; so a clause with two nouns describes the one that is said first.
        """
        found: set[int] = set()
        seen: set[Target] = set()
        queue: deque[int] = deque()
        late: deque[int] = deque()  # «the book that I read», not «I who read the book»

        def add(reached: list[int]) -> None:
            for node in reached:
                if node not in seen:
                    seen.add(node)
                    (late if self.word(node) in SPEAKERS else queue).append(node)

        add(self.scene.reach(0))
        while queue or late:
            here = (queue or late).popleft()
            for edge in self._into[here]:
                if edge.target in seen:
                    continue
                above = self._above(edge.target, seen)
                found.add(edge.place)
                add(self.scene.reach(above))
        return frozenset(found)

    def _above(self, source: Target, seen: set[Target]) -> int:
        """Return what denies or joins *source*, and has not been seen."""
        assert isinstance(source, int)
        passed = {source}
        while True:
            above = [
                edge.target
                for edge in self._into[source]
                if isinstance(edge.target, int)
                and edge.target not in seen
                and edge.target not in passed
                and self.is_wrapper(edge)
            ]
            if not above:
                return source
            source = above[0]
            passed.add(source)

    def is_wrapper(self, edge: Edge) -> bool:
        """Whether a link seen from its end comes from what denies, joins or asks about that end."""
        source, role = edge.target, edge.role
        if role == "content":
            return self.is_whether(source)
        return role[:2] == "op" and role[2:].isdecimal() and (self.is_not(source) or self.is_joining(source))

    def out(self, node: Target, *roles: str) -> list[Edge]:
        """Return the links that leave *node*, said or not; those of *roles* alone if any are given."""
        if isinstance(node, str):
            return []
        return [edge for edge in self._out[node] if not roles or edge.role in roles]

    def into(self, node: Target) -> list[Edge]:
        """Return the links that arrive at *node*; their targets are the sources."""
        return [] if isinstance(node, str) else self._into[node]

    def roles(self, node: Target) -> frozenset[str]:
        """Return the roles of the links that leave *node*."""
        return frozenset(edge.role for edge in self.out(node))

    def has(self, node: Target, *roles: str) -> bool:
        """Whether a link of one of *roles* leaves *node*."""
        return any(edge.role in roles for edge in self.out(node))

    def first(self, node: Target, role: str) -> Target | None:
        """Return where the first link of *role* leads to."""
        return next((edge.target for edge in self.out(node) if edge.role == role), None)

    def name_bare(self, target: Target) -> None:
        """Note that a node with nothing on it has been said by a word of its own."""
        if isinstance(target, int):
            self.named.add(target)

    def roles_into(self, node: Target) -> frozenset[str]:
        """Return the roles by which others lead to *node*, or to what denies and joins it."""
        found: set[str] = set()
        seen: set[Target] = set()
        queue = [node]
        for here in queue:
            if here in seen:
                continue
            seen.add(here)
            for edge in self.into(here):
                if self.is_wrapper(edge):
                    queue.append(edge.target)
                else:
                    found.add(edge.role)
        return frozenset(found)

    def is_described_by(self, node: Target) -> bool:
        """Whether *node* is a clause that describes a noun: nothing else leads to it."""
        return any(edge.place in self._back for edge in self.out(node))

    def is_backward(self, edge: Edge) -> bool:
        """Whether a link is read backwards: from a noun to a clause that describes it."""
        return edge.place in self._back

    def mark(self, node: Target, role: str) -> str:
        """Return the value of a mark such as `tense`, '' if *node* has none; the link is said by it."""
        for edge in self.out(node, role):
            if isinstance(edge.target, str) and self.is_mark(edge):
                self.done.add(edge.place)
                return unquote(edge.target)
        return ""

    def is_mark(self, edge: Edge) -> bool:
        """Whether a link is a mark: what the form of a word says."""
        if not isinstance(edge.target, str):
            return False
        if edge.role == "modal":
            return True
        if edge.role == "degree":
            return edge.target in ("more", "most")
        return edge.target in MARKS.get(f":{edge.role}", ())

    def take(self, node: Target, *roles: str) -> Iterator[Edge]:
        """Yield the links of *roles* (all, if none is given) that are not said yet, and tell each."""
        for edge in self.out(node, *roles):
            if edge.place not in self.done:
                self.done.add(edge.place)
                yield edge

    def take_back(self, node: Target) -> Iterator[Edge]:
        """Yield the links that arrive at *node* from what has not been said, and tell each."""
        for edge in self.into(node):
            if edge.place in self._back and edge.place not in self.done and edge.target not in self.named:
                self.done.add(edge.place)
                yield edge

    def word(self, target: Target) -> str:
        """Return the concept or the constant as text."""
        return unquote(self.scene.concepts[target] if isinstance(target, int) else target)

    def is_quoted(self, target: Target) -> bool:
        """Whether a concept or constant is quoted: a name, or a word that would mean something else."""
        text = self.scene.concepts[target] if isinstance(target, int) else target
        return text.startswith('"')

    def unknown(self, target: Target) -> str:
        """Return the unknown that *target* is, without `?`; '' if it is none."""
        text = self.scene.concepts[target] if isinstance(target, int) else target
        return text[1:] if is_unknown(text) else ""

    def name(self, target: Target) -> str:
        """Return the name of a node, '' if it has none."""
        named = self.first(target, "name")
        return unquote(named) if isinstance(named, str) else ""

    def members(self, target: Target) -> list[Edge]:
        """Return the links to what a node joins, in order: op1, op2 …"""
        ops = [edge for edge in self.out(target) if edge.role[:2] == "op" and edge.role[2:].isdecimal()]
        return sorted(ops, key=lambda edge: int(edge.role[2:]))

    def is_joining(self, target: Target) -> bool:
        """Whether a node joins others: and, or, but."""
        return isinstance(target, int) and len(self.members(target)) > 1

    def is_not(self, target: Target) -> bool:
        """Whether a node denies another."""
        return isinstance(target, int) and self.word(target) == "not" and len(self.members(target)) == 1

    def inside(self, target: Target) -> Target:
        """Return what `not` and `whether` around *target* stand for, or its first member."""
        seen: set[Target] = set()
        while target not in seen:
            seen.add(target)
            if self.members(target) and (self.is_not(target) or self.is_joining(target)):
                target = self.members(target)[0].target
            elif self.is_whether(target):
                target = self.out(target, "content")[0].target
        return target

    def is_whether(self, target: Target) -> bool:
        """Whether a node asks whether something is so."""
        return isinstance(target, int) and self.word(target) == "whether" and self.has(target, "content")

    def deeper(self, say: Callable[[], list[str]]) -> list[str]:
        """
        Return what *say* returns, one level deeper.

        Raises:
            SurfaceError: if this is deeper than a sentence can be
        """
        if self._depth >= DEEPEST:
            raise SurfaceError(
                f"the scene is nested deeper than {DEEPEST} levels; an outline says it, no sentence"
            )
        self._depth += 1
        try:
            return say()
        finally:
            self._depth -= 1
