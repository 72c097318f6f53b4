"""
Ground: the facts that scenes state, and which mention of which scene states each.

Every thing that scenes mention is one node here, however often it is mentioned
(`scenograph.core.field.identity`). Nodes are numbered along the scenes in canonical order, so that
nothing built on them depends on the order in which scenes came or how they were drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, final

from ..links import Link
from ..scene import Scene
from .assertion import asserted_nodes, denied_nodes
from .facts import CONCEPT, Fact, Facts, Term
from .identity import Mention, Merge


@final
class Ground:
    """
    What scenes state.

    Args:
        scenes: the scenes
        merges: which of their nodes are one thing
    Attributes:
        scenes: the scenes
        facts: what they state
        mentions: node → its mentions
        node: mention → its node
        sources: fact → the numbers of the scenes that say it, asserted or not
        denials: mentions that AMR's `:polarity -` denies, where the denial itself is asserted
    """

    def __init__(self, scenes: Sequence[Scene], merges: Iterable[Merge]) -> None:
        self.scenes: Final = scenes
        self.facts: Final = Facts()
        self.mentions: Final[list[list[Mention]]] = []
        self.node: Final[dict[Mention, int]] = {}
        self.sources: Final[dict[Fact, list[int]]] = {}
        self.denials: Final[list[Mention]] = []
        self._fullest: dict[int, Mention] = {}
        same = {mention: merge.mentions for merge in merges for mention in merge.mentions}
        for number in sorted(range(len(scenes)), key=lambda number: scenes[number].form):
            order = scenes[number].order
            for place in order:
                mention = Mention(number, place)
                if mention not in self.node:
                    group = same.get(mention, (mention,))
                    self.node.update(dict.fromkeys(group, len(self.mentions)))
                    self.mentions.append(list(group))
            self._state(number, order)

    def _state(self, number: int, order: Sequence[int]) -> None:
        """Add the facts of a scene, whose nodes have the canonical *order*."""
        scene = self.scenes[number]
        said = asserted_nodes(scene)
        self.denials.extend(Mention(number, place) for place in denied_nodes(scene))
        nodes = [self.node[Mention(number, place)] for place in range(len(scene.concepts))]
        rank = {place: position for position, place in enumerate(order)}

        def by_rank(link: Link) -> tuple[int, str, int, str]:
            source, role, target = link
            return (
                (rank[source], role, rank[target], "")
                if isinstance(target, int)
                else (rank[source], role, -1, target)
            )

        stated: list[tuple[int, Fact]] = [
            (place, (nodes[place], CONCEPT, scene.concepts[place])) for place in order
        ]
        stated += [
            (source, (nodes[source], role, nodes[target] if isinstance(target, int) else target))
            for source, role, target in sorted(scene.links, key=by_rank)
        ]
        for place, fact in stated:
            self.facts.add(*fact, unasserted=not said[place])
            places = self.sources.setdefault(fact, [])
            if not places or places[-1] != number:
                places.append(number)

    def fullest(self, node: int) -> Mention:
        """Return the mention of *node* that states most about it."""
        found = self._fullest.get(node)
        if found is None:
            found = min(self.mentions[node], key=self._fullness) if node < len(self.mentions) else None
            assert found is not None, "derived nodes have no mentions"
            self._fullest[node] = found
        return found

    def _fullness(self, mention: Mention) -> tuple[int, bytes]:
        part = self.scenes[mention.scene].sub(mention.node)
        return -len(part.links), part.form

    def stated(self, node: int, number: int) -> Scene:
        """Return what scene *number* says of *node*."""
        place = next(mention.node for mention in self.mentions[node] if mention.scene == number)
        return self.scenes[number].sub(place)


@final
class Drawing:
    """
    A scene in the making, out of nodes of a field.

    Args:
        ground: what is stated
        brief: draw of a stated node only what it is and is called, not all that its fullest mention states
    """

    def __init__(self, ground: Ground, *, brief: bool = False) -> None:
        self._ground = ground
        self._brief = brief
        self._place: dict[int, int] = {}
        self._concepts: list[str] = []
        self._links: dict[Link, None] = {}

    def fact(self, source: int, role: str, target: Term) -> None:
        """Draw a fact of a derived node, or a further one of a stated node."""
        start = self.node(source)
        if role == CONCEPT:
            if not self._is_stated(source):
                assert isinstance(target, str), "a concept is a literal"
                self._concepts[start] = target
        else:
            self._links[Link(start, role, self.node(target) if isinstance(target, int) else target)] = None

    def node(self, node: int) -> int:
        """Draw a node, with all that it is stated to link to; return its place in the scene."""
        place = self._place.get(node)
        if place is not None:
            return place
        if not self._is_stated(node):
            return self._new(node, "thing")
        number, root = self._ground.fullest(node)
        scene = self._ground.scenes[number]
        order = self._part(scene, root)
        for here in order:
            known = self._ground.node[Mention(number, here)]
            if known not in self._place:
                self._new(known, scene.concepts[here])
        for here in order:
            for source, role, target in scene.out(here):
                if isinstance(target, int) and target not in order:
                    continue
                if self._brief and here == root and role != ":name":
                    continue
                end = self._at(number, target) if isinstance(target, int) else target
                self._links[Link(self._at(number, source), role, end)] = None
        return self._place[node]

    def _part(self, scene: Scene, root: int) -> list[int]:
        """Return the nodes of a mention that are drawn."""
        if not self._brief:
            return scene.reach(root)
        names = [target for target in scene.targets(":name", root) if isinstance(target, int)]
        return list(dict.fromkeys([root, *(node for name in names for node in scene.reach(name))]))

    def scene(self, root: int) -> Scene:
        """Return the scene with *root*, a place, as its root."""
        return Scene.build(self._concepts, self._links, root)

    def _new(self, node: int, concept: str) -> int:
        self._place[node] = place = len(self._concepts)
        self._concepts.append(concept)
        return place

    def _at(self, number: int, node: int) -> int:
        return self._place[self._ground.node[Mention(number, node)]]

    def _is_stated(self, node: int) -> bool:
        return node < len(self._ground.mentions)
