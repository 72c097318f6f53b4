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
small where the scenes are alike: it keeps only what the best alignment found between them leaves over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..errors import SceneError
from .links import Link
from .retention import Alignment
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


def diff(a: Scene, b: Scene) -> Delta:
    """
    Return edits that turn *a* into *b*: ``apply(diff(a, b), a) == b`` (law 3).

    They are few, though not always the fewest: see :class:`~scenograph.core.retention.Alignment`.
    """
    alignment = Alignment(a, b)
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
        cut=tuple((kept - links).elements()),
        tied=tuple((links - kept).elements()),
    )


def apply(delta: Delta, a: Scene) -> Scene:
    """
    Return the scene that *delta* makes of *a*; *a* is unchanged.

    Raises:
        SceneError: if *delta* was made for another scene
    """
    if a.digest != delta.source:
        wanted, given = delta.source.hex(), a.digest.hex()
        raise SceneError(
            f"the delta is for scene {wanted}, not for {given}: apply it to what it was made from"
        )
    a = a.canonical()
    gone = set(delta.removed)
    concepts = [*a.concepts, *delta.added]
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
