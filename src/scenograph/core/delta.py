"""
Delta: what turns one scene into another.

    >>> from scenograph.core.scene import Scene
    >>> a = Scene.parse("(b / build :object (c / bridge :mod (o / old)))")
    >>> b = Scene.parse("(b / build :object (c / bridge :mod (n / new)))")
    >>> delta = diff(a, b)
    >>> delta.renamed
    ((2, 'new'),)
    >>> apply(delta, a) == b
    True

Nodes are named by their numbers in the canonical order of *a*, so a delta fits every drawing of *a*. It is
small where the scenes are similar: it holds only what the best alignment found between them leaves over.

A delta can itself be written as a scene, one edit a node:

    >>> print(delta.to_scene())
    (d / delta
       :from "3d7722b5b61cf01a548058fb68faf8ea"
       :edit (r / rename
          :node 2
          :concept new))
    >>> Delta.from_scene(delta.to_scene()) == delta
    True
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..errors import SceneError
from .links import Link, quote, unquote
from .retention import align
from .scene import Scene


@dataclass(frozen=True, slots=True)
class Delta:
    """
    Edits from a scene *a* to a scene *b*.

    Attributes:
        source: digest of *a*
        root: the root of *b*: a node of *a*, or one of the added ones
        removed: nodes of *a* that go, with all their links
        added: concepts of new nodes, numbered from the number of nodes of *a* on
        renamed: nodes that stay, with their new concepts
        cut: links between staying nodes, and to constants, that go
        tied: links that come
    """

    source: bytes
    root: int
    removed: tuple[int, ...]
    added: tuple[str, ...]
    renamed: tuple[tuple[int, str], ...]
    cut: tuple[Link, ...]
    tied: tuple[Link, ...]

    def __len__(self) -> int:
        """Return the number of edits; 0 exactly between equal scenes."""
        parts = (self.removed, self.added, self.renamed, self.cut, self.tied)
        return sum(map(len, parts)) + (self.root != 0)

    def to_scene(self, concept: str = "delta", *, source: bool = True) -> Scene:
        """
        Return the delta as a scene; `from_scene` undoes it.

        Args:
            concept: that of the root
            source: whether to say which scene it is for
        """
        concepts = [concept]
        links: list[tuple[int, str, int | str]] = [(0, ":from", quote(self.source.hex()))] if source else []

        def edit(verb: str, **parts: int | str) -> None:
            links.append((0, ":edit", len(concepts)))
            links.extend((len(concepts), f":{role}", str(part)) for role, part in parts.items())
            concepts.append(verb)

        if self.root:
            edit("root", node=self.root)
        for node in self.removed:
            edit("remove", node=node)
        for position, added in enumerate(self.added):
            edit("add", number=position, concept=added)
        for node, name in self.renamed:
            edit("rename", node=node, concept=name)
        for verb, changed in (("cut", self.cut), ("tie", self.tied)):
            for origin, role, target in changed:
                end = {"to": target} if isinstance(target, int) else {"constant": target}
                edit(verb, node=origin, role=quote(role), **end)
        return Scene.build(concepts, links)

    @classmethod
    def from_scene(cls, scene: Scene, source: bytes | None = None) -> Delta:
        """
        Return the delta that *scene* is, whatever the order of its edits.

        Args:
            scene: what `to_scene` returned
            source: digest of the scene that it is for, if *scene* does not say
        Raises:
            SceneError: if *scene* is no delta
        """
        try:
            return _read(scene, source)
        except (KeyError, TypeError, ValueError) as error:
            raise SceneError(
                f"this is no delta, as scenograph diff writes it: {error or scene.root_concept}"
            ) from error


def diff(a: Scene, b: Scene) -> Delta:
    """
    Return edits that turn *a* into *b*: `apply(diff(a, b), a) == b` (law 3).

    They are few, though not always the fewest: see `scenograph.core.retention.Alignment`.
    """
    alignment = align(a, b)
    a, b = alignment.a, alignment.b
    count = len(a.concepts)
    new_nodes = sorted(set(range(len(b.concepts))) - set(alignment.pairs.values()))
    number = {j: i for i, j in alignment.pairs.items()} | {j: count + n for n, j in enumerate(new_nodes)}
    links = Counter(Link(number[s], r, number[t] if isinstance(t, int) else t) for s, r, t in b.links)
    stays = alignment.pairs.keys()
    kept = Counter(
        link
        for link in a.links
        if link.source in stays and (isinstance(link.target, str) or link.target in stays)
    )
    return Delta(
        source=a.digest,
        root=number[0],
        removed=tuple(node for node in range(count) if node not in stays),
        added=tuple(b.concepts[j] for j in new_nodes),
        renamed=tuple(
            (i, b.concepts[j]) for i, j in sorted(alignment.pairs.items()) if a.concepts[i] != b.concepts[j]
        ),
        cut=tuple(sorted((kept - links).elements(), key=_order)),
        tied=tuple(sorted((links - kept).elements(), key=_order)),
    )


def apply(delta: Delta, a: Scene) -> Scene:
    """
    Return the scene that *delta* makes of *a*; *a* is unchanged.

    Raises:
        SceneError: if *delta* was made for another scene, or names nodes that there are not
    """
    if a.digest != delta.source:
        wanted, given = delta.source.hex(), a.digest.hex()
        raise SceneError(
            f"the delta is for scene {wanted}, not for {given}: apply it to what it was made from"
        )
    a = a.canonical()
    gone = set(delta.removed)
    concepts = [*a.concepts, *delta.added]
    if problem := _misfit(delta, len(concepts)):
        raise SceneError(f"the delta does not fit its scene: {problem}")
    for node, concept in delta.renamed:
        concepts[node] = concept
    links = Counter(link for link in a.links if link.source not in gone and link.target not in gone)
    links -= Counter(delta.cut)
    links += Counter(delta.tied)
    nodes = [node for node in range(len(concepts)) if node not in gone]
    number = {node: n for n, node in enumerate(nodes)}
    return Scene.build(
        [concepts[node] for node in nodes],
        [(number[s], r, number[t] if isinstance(t, int) else t) for s, r, t in links.elements()],
        number[delta.root],
    )


def _misfit(delta: Delta, count: int) -> str | None:
    """Say which node of *delta* is not among the *count* nodes that there are, or is gone."""
    gone = set(delta.removed)
    named = {delta.root, *(node for node, _ in delta.renamed)}
    for source, _, target in delta.tied:
        named.update((source, target) if isinstance(target, int) else (source,))
    wrong = sorted(node for node in named | gone if not 0 <= node < count or (node in gone and node in named))
    return f"there is no node {wrong[0]} to change" if wrong else None


def _order(link: Link) -> tuple[int, str, bool, str]:
    return link.source, link.role, isinstance(link.target, int), str(link.target)


def _read(scene: Scene, source: bytes | None) -> Delta:
    """Read the edits off *scene*; all that can be wrong raises KeyError, TypeError or ValueError."""
    found: dict[str, list[dict[str, str]]] = {
        verb: [] for verb in ("root", "remove", "add", "rename", "cut", "tie")
    }
    for _, role, target in scene.out():
        if role == ":from" and isinstance(target, str):
            source = bytes.fromhex(unquote(target))
        elif role == ":edit" and isinstance(target, int):
            parts = {link.role[1:]: link.target for link in scene.out(target)}
            found[scene.concepts[target]].append(
                {name: part for name, part in parts.items() if isinstance(part, str)}
            )
        else:
            raise ValueError(f"it has a link {role}")
    if source is None:
        raise ValueError("it does not say :from which scene")

    def link(edit: dict[str, str]) -> Link:
        target = int(edit["to"]) if "to" in edit else edit["constant"]
        return Link(int(edit["node"]), unquote(edit["role"]), target)

    added = {int(edit["number"]): edit["concept"] for edit in found["add"]}
    return Delta(
        source=source,
        root=int(found["root"][0]["node"]) if found["root"] else 0,
        removed=tuple(sorted(int(edit["node"]) for edit in found["remove"])),
        added=tuple(added[position] for position in range(len(found["add"]))),
        renamed=tuple(sorted((int(edit["node"]), edit["concept"]) for edit in found["rename"])),
        cut=tuple(sorted(map(link, found["cut"]), key=_order)),
        tied=tuple(sorted(map(link, found["tie"]), key=_order)),
    )
