"""
Scene: a rooted, directed, labelled graph of meaning.

    >>> scene = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
    >>> scene.root_concept, len(scene.concepts), len(scene.links)
    ('build', 3, 3)
    >>> print(scene.sub(1).format(indent=None))
    (p / person :name "Oleg")
    >>> scene == Scene.parse('(x / build :object (y / bridge) :agent (z / person :name "Oleg"))')
    True

Every node roots a scene of its own, `Scene.sub`. Scenes are values: immutable, hashable, equal if they
mean the same graph, whatever their variables and the order of siblings (law 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, final

from .. import display
from ..errors import SceneError
from .canonical import canonical_form, canonical_order, written_order
from .links import Link, forward, is_literal, is_role, is_unknown
from .notation import Alignments, read_all
from .writing import write

_NO_ALIGNMENTS: Alignments = MappingProxyType({})


@final
class Scene:
    """
    An immutable scene.

    Make one with `parse` or `build`.

    Attributes:
        concepts: the concept of each node, as a literal; node 0 is the root
        alignments: alignments to source tokens, kept aside: not part of equality.
            Keys are ("concept", node), ("role", link index) or ("target", link index)
    """

    __slots__ = ("_digest", "_form", "_links", "_order", "_out", "_parts", "alignments", "concepts")

    concepts: tuple[str, ...]
    alignments: Alignments
    _parts: tuple[
        tuple[int, str, int | str], ...
    ]  # of links; most scenes that are read are never asked for these

    def __init__(self) -> None:
        raise TypeError("make scenes with Scene.parse(text) or Scene.build(concepts, links)")

    # --- making ---------------------------------------------------------------------------------------------

    @classmethod
    def build(
        cls,
        concepts: Iterable[str],
        links: Iterable[tuple[int, str, int | str]] = (),
        root: int = 0,
    ) -> Scene:
        """
        Build a scene from nodes and links.

        Inverse roles are turned round, and the root becomes node 0; the order of the other nodes stays.

        Args:
            concepts: the concept of each node
            links: (source node, role, target node or constant)
            root: index of the root among *concepts*
        Raises:
            SceneError: if something is no literal or role, dangles, or is not connected; all problems at once
        """
        names = tuple(concepts)
        given = [(source, role, target) for source, role, target in links]
        if problems := _problems(names, given, root):
            raise SceneError("; ".join(problems))
        turned: list[Link] = []
        for source, role, target in given:
            if isinstance(target, int):
                role, back = forward(role)
                turned.append(Link(target, role, source) if back else Link(source, role, target))
            else:
                turned.append(Link(source, role, target))
        if root:
            order = [root, *(node for node in range(len(names)) if node != root)]
            return _renumbered(names, turned, order)
        return _scene_of_links(names, tuple(turned))

    @classmethod
    def parse(cls, text: str) -> Scene:
        """
        Read a scene from its notation; `str` undoes it.

        Raises:
            NotationError: with line, column and what was expected
        """
        return make_scene(*read_all(text))

    # --- reading off ----------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return write(self.concepts, self._parts)

    def __repr__(self) -> str:
        return f"Scene.parse({self.format(indent=None)!r})"

    def format(self, indent: int | None = 3) -> str:
        """
        Return the scene in its notation, so that `Scene.parse(scene.format()) == scene` (law 1).

        Args:
            indent: columns per level of depth, or None for a single line
        """
        return write(self.concepts, self._parts, indent=indent)

    def _repr_svg_(self) -> str | None:
        """Return the drawing that notebooks show, by whoever draws (`scenograph.display`)."""
        return None if display.draw is None else display.draw(self)

    @property
    def links(self) -> tuple[Link, ...]:
        """All links in forward direction, each as often as it was given."""
        try:
            return self._links
        except AttributeError:
            links = tuple(map(Link._make, self._parts))
            _set(self, "_links", links)
            return links

    @property
    def triples(self) -> tuple[tuple[int, str, int | str], ...]:
        """All links as plain tuples (source, role, target), for loops over many scenes: they are stored."""
        return self._parts

    @property
    def root_concept(self) -> str:
        """The concept of the root."""
        return self.concepts[0]

    @property
    def unknowns(self) -> frozenset[str]:
        """The names, with `?`, of all unknowns among concepts and constants."""
        constants = (link.target for link in self.links if isinstance(link.target, str))
        return frozenset(filter(is_unknown, (*self.concepts, *constants)))

    def out(self, node: int = 0) -> tuple[Link, ...]:
        """Return the links that leave *node*, in order."""
        try:
            table = self._out
        except AttributeError:
            lists: list[list[Link]] = [[] for _ in self.concepts]
            for link in self.links:
                lists[link.source].append(link)
            table = tuple(map(tuple, lists))
            _set(self, "_out", table)
        return table[node]

    def targets(self, role: str, node: int = 0) -> tuple[int | str, ...]:
        """Return what *node* links to along *role*."""
        return tuple(link.target for link in self.out(node) if link.role == role)

    def reach(self, *starts: int) -> list[int]:
        """Return *starts* and all nodes that forward links reach from them, the nearest first."""
        order = list(dict.fromkeys(starts))
        seen = set(order)
        for here in order:
            for link in self.out(here):
                if isinstance(link.target, int) and link.target not in seen:
                    seen.add(link.target)
                    order.append(link.target)
        return order

    def sub(self, node: int) -> Scene:
        """Return the scene that *node* roots: itself and all that forward links reach from it."""
        order = self.reach(node)
        seen = set(order)
        return _renumbered(self.concepts, [link for link in self.links if link.source in seen], order)

    # --- changing -------------------------------------------------------------------------------------------

    def with_links(self, links: Iterable[tuple[int, str, int | str]]) -> Scene:
        """Return this scene with *links* added; `build` says what can be wrong with them."""
        return Scene.build(self.concepts, (*self.links, *links))

    def without_links(self, links: Iterable[Link]) -> Scene:
        """Return this scene without one of each of *links*, and without what only they connected."""
        kept = list(self.links)
        for link in links:
            try:
                kept.remove(link)
            except ValueError:
                raise SceneError(f"cannot remove {link}: the scene has no such link") from None
        return _connected_part(self.concepts, kept)

    def with_concepts(self, change: Callable[[str], str]) -> Scene:
        """Return this scene with every concept put through *change*."""
        return Scene.build(map(change, self.concepts), self.links)

    def replace(self, node: int, part: Scene | str) -> Scene:
        """
        Return this scene with another scene, or a constant, instead of *node*.

        Links into *node* lead to the root of *part*; links out of it go, with what only they connected.

        Raises:
            SceneError: if a constant would become the root
        """
        if isinstance(part, str):
            if node == 0:
                raise SceneError("the root of a scene cannot become a constant")
            moved = [
                Link(s, r, part if t == node and isinstance(t, int) else t)
                for s, r, t in self.links
                if s != node
            ]
            if not is_literal(part):
                raise SceneError(f"{part!r} is no constant: write a symbol or a quoted string")
            return _connected_part(self.concepts, moved)
        base = len(self.concepts)
        concepts = [*self.concepts, *part.concepts]
        links = [Link(s, r, base if t == node else t) for s, r, t in self.links if s != node]
        links += [Link(s + base, r, t + base if isinstance(t, int) else t) for s, r, t in part.links]
        return _connected_part(concepts, links, base if node == 0 else 0)

    # --- equality -------------------------------------------------------------------------------------------

    def canonical(self) -> Scene:
        """Return the equal scene whose nodes and links stand in canonical order, without alignments."""
        order, links = written_order(self.concepts, self.links, self.order)
        return _renumbered(self.concepts, links, order)

    @property
    def order(self) -> tuple[int, ...]:
        """The nodes in canonical order, equal up to symmetry for every numbering of one scene."""
        try:
            return self._order
        except AttributeError:
            order = tuple(canonical_order(self.concepts, self._parts))
            _set(self, "_order", order)
            return order

    @property
    def form(self) -> bytes:
        """Bytes that are equal for two scenes exactly if the scenes are."""
        try:
            return self._form
        except AttributeError:
            form = canonical_form(self.concepts, self._parts, self.order)
            _set(self, "_form", form)
            return form

    @property
    def digest(self) -> bytes:
        """16 bytes (BLAKE2b) that name the scene, whatever its variables and the order of siblings."""
        try:
            return self._digest
        except AttributeError:
            digest = blake2b(self.form, digest_size=16).digest()
            _set(self, "_digest", digest)
            return digest

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Scene):
            return NotImplemented
        if len(self.concepts) != len(other.concepts) or len(self._parts) != len(other._parts):
            return False
        if self.concepts == other.concepts and self._parts == other._parts:
            return True
        return self.form == other.form

    def __hash__(self) -> int:
        return hash(self.form)

    # --- being a value --------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Scene is immutable; operations return a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Scene is immutable; operations return a new one")

    def __reduce__(self) -> tuple[Any, ...]:
        return make_scene, (self.concepts, self._parts, dict(self.alignments))


_set = object.__setattr__
_new_link = tuple.__new__  # a third of the time of Link(...), which matters where links are many
_set_concepts = Scene.concepts.__set__  # type: ignore[attr-defined]
_set_parts = Scene._parts.__set__  # type: ignore[attr-defined]
_set_alignments = Scene.alignments.__set__  # type: ignore[attr-defined]


def make_scene(
    concepts: tuple[str, ...],
    parts: tuple[tuple[int, str, int | str], ...],
    alignments: Alignments = _NO_ALIGNMENTS,
) -> Scene:
    """Make a scene of parts known to be right; for readers, which have checked them. Others use build."""
    scene = object.__new__(Scene)
    _set_concepts(scene, concepts)
    _set_parts(scene, parts)
    _set_alignments(scene, alignments)
    return scene


def _scene_of_links(concepts: tuple[str, ...], links: tuple[Link, ...]) -> Scene:
    """Make a scene of what is known to be right, with its links made already."""
    scene = make_scene(concepts, links)
    _set(scene, "_links", links)
    return scene


def _renumbered(concepts: Sequence[str], links: Iterable[Link], order: Sequence[int]) -> Scene:
    """Make a scene of the nodes of *order*, numbered along it."""
    place = {node: position for position, node in enumerate(order)}
    return _scene_of_links(
        tuple(concepts[node] for node in order),
        tuple([_new_link(Link, (place[s], r, place[t] if isinstance(t, int) else t)) for s, r, t in links]),
    )


def _connected_part(concepts: Sequence[str], links: Iterable[Link], root: int = 0) -> Scene:
    """Make a scene of *root* and all that hangs together with it, in either direction."""
    links = list(links)
    near: dict[int, list[int]] = {}
    for source, _, target in links:
        if isinstance(target, int):
            near.setdefault(source, []).append(target)
            near.setdefault(target, []).append(source)
    seen = {root}
    reached = [root]
    for node in reached:
        for other in near.get(node, ()):
            if other not in seen:
                seen.add(other)
                reached.append(other)
    order = [root, *(node for node in sorted(seen) if node != root)]
    return _renumbered(concepts, [link for link in links if link.source in seen], order)


def _problems(concepts: Sequence[str], links: Sequence[tuple[int, str, int | str]], root: int) -> list[str]:
    """Return all that keeps these parts from being a scene, in words."""
    count = len(concepts)
    if not count:
        return ["a scene needs at least one node"]
    found: list[str] = []
    if not 0 <= root < count:
        found.append(f"root {root} is not among the {count} nodes")
    found += [
        f"concept {concept!r} of node {node} is neither a symbol nor a quoted string"
        for node, concept in enumerate(concepts)
        if not is_literal(concept)
    ]
    leader = list(range(count))

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    for source, role, target in links:
        if not is_role(role):
            found.append(f"{role!r} is no role: write a colon and a name, as in ':agent'")
        for end in (source, target):
            if isinstance(end, int):
                if not 0 <= end < count:
                    found.append(f"link {role} leads to node {end}, but there are {count} nodes")
            elif not is_literal(end):
                found.append(f"constant {end!r} of {role} is neither a symbol nor a quoted string")
        if isinstance(target, int) and 0 <= source < count and 0 <= target < count:
            leader[find(source)] = find(target)
    if not found:
        loose = [node for node in range(count) if find(node) != find(root)]
        if loose:
            found.append(f"node {loose[0]} ({concepts[loose[0]]}) is not connected to the root")
    return found
