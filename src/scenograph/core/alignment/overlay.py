"""
Overlay: an alignment of two scenes in the making.

An alignment maps nodes of *a* to nodes of *b*, one to one; a node of *a* may stay unmapped. Its score is the
number of triples that then agree. All work on it is counted in steps, not in seconds, so that the result is
the same on every machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TypeVar

from ..scene import Scene

NONE = -1
STEPS_PER_LINK = 4  # that it takes to bring a link into the tables and to count it when all is done
WINDOW = 64  # equal nodes of b that are tried for a node of a

T = TypeVar("T")
Constants = Counter[tuple[str, str]]  # (role, constant), and (role, "") for a link from a node to itself
Links = Counter[tuple[int, str, int]]


def split(scene: Scene) -> tuple[list[Constants], Links]:
    """Return what each node links to by itself, and the links between nodes, both with their counts."""
    own: list[Constants] = [Counter() for _ in scene.concepts]
    between: Links = Counter()
    for link, count in Counter(scene.triples).items():
        source, role, target = link
        if isinstance(target, str):
            own[source][role, target] = count
        elif target == source:
            own[source][role, ""] = count
        else:
            between[source, role, target] = count
    return own, between


def _roles(links: Links) -> Counter[str]:
    """Return how many of *links* have each role."""
    found = Counter([role for _, role, _ in links])
    if len(links) < links.total():
        for (_, role, _), count in links.items():
            found[role] += count - 1
    return found


class Overlay:
    """
    An alignment of *a* with *b*, empty at first.

    Nodes that look the same by themselves (concept, constants, loops, root or not) have one *type*, so that
    what two nodes share by themselves is computed once for their types. A *key* is a number for a role and a
    direction; `key ^ 1` is the same role in the other direction.

    Attributes:
        image: for each node of a its node of b, or NONE
        origin: for each node of b its node of a, or NONE
        near_a: for each node of a its links as (key, other end, count); the key is that of the other end
        flat_b: the same for each node of b
        near_b: for each node of b its links by key, as (other end, count); the key is that of the node
        table_b: the same as counts by `key * size of b + other end`
        roles_a, roles_b: how many links between nodes have each role
        steps: elementary steps done so far; to look at each link a few times is counted from the start
    """

    def __init__(self, a: Scene, b: Scene) -> None:
        self.a, self.b = a, b
        self.na, self.nb = len(a.concepts), len(b.concepts)
        self.own_a, self.links_a = split(a)
        self.own_b, self.links_b = split(b)
        self.roles_a, self.roles_b = _roles(self.links_a), _roles(self.links_b)
        looks: dict[object, int] = {}
        self.type_a = [
            looks.setdefault(_look(a, node, own), len(looks)) for node, own in enumerate(self.own_a)
        ]
        self.type_b = [
            looks.setdefault(_look(b, node, own), len(looks)) for node, own in enumerate(self.own_b)
        ]
        self.nodes_b: list[list[int]] = [[] for _ in looks]
        for node, kind in enumerate(self.type_b):
            self.nodes_b[kind].append(node)
        self.shared = self._shared()
        roles = sorted(self.roles_a.keys() & self.roles_b.keys())
        number = {role: 2 * n for n, role in enumerate(roles)}
        self.near_a: list[list[tuple[int, int, int]]] = [[] for _ in range(self.na)]
        self.flat_b: list[list[tuple[int, int, int]]] = [[] for _ in range(self.nb)]
        self.near_b: list[dict[int, list[tuple[int, int]]]] = [{} for _ in range(self.nb)]
        self.table_b: list[dict[int, int]] = [{} for _ in range(self.nb)]
        near_a, flat_b, near_b, table_b, nb = self.near_a, self.flat_b, self.near_b, self.table_b, self.nb
        for (source, role, target), count in self.links_a.items():
            key = number.get(role)
            if key is not None:
                near_a[source].append((key + 1, target, count))
                near_a[target].append((key, source, count))
        for (source, role, target), count in self.links_b.items():
            key = number.get(role)
            if key is not None:
                flat_b[source].append((key + 1, target, count))
                flat_b[target].append((key, source, count))
                near_b[source].setdefault(key, []).append((target, count))
                near_b[target].setdefault(key + 1, []).append((source, count))
                table_b[source][key * nb + target] = count
                table_b[target][(key + 1) * nb + source] = count
        self.rank = _ranks(self.type_a)
        self._by_kind: dict[tuple[int, int], defaultdict[int, list[tuple[int, int]]]] = {}
        self.image = [NONE] * self.na
        self.origin = [NONE] * self.nb
        self.steps = STEPS_PER_LINK * (len(a.triples) + len(b.triples))

    def _shared(self) -> list[dict[int, int]]:
        """Return for each type of a what it shares by itself with types of b, where that is not nothing."""

        def features(scene: Scene, node: int, own: Constants) -> list[tuple[str, str]]:
            return [("/", scene.concepts[node]), *own, *([("root", "")] if node == 0 else [])]

        sample_a = {kind: node for node, kind in enumerate(self.type_a)}
        sample_b = {kind: node for node, kind in enumerate(self.type_b)}
        having: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for kind, node in sample_b.items():
            for feature in features(self.b, node, self.own_b[node]):
                having[feature].append(kind)
        shared: list[dict[int, int]] = [{} for _ in self.nodes_b]
        for kind, node in sample_a.items():
            own, counts = self.own_a[node], shared[kind]
            for feature in features(self.a, node, own):
                for other in having.get(feature, ()):
                    number = min(own.get(feature, 1), self.own_b[sample_b[other]].get(feature, 1))
                    counts[other] = counts.get(other, 0) + number
        return shared

    # --- values ---------------------------------------------------------------------------------------------

    def alone(self, i: int, j: int) -> int:
        """Return what nodes *i* and *j* share by themselves."""
        return self.shared[self.type_a[i]].get(self.type_b[j], 0)

    def gain(self, i: int, j: int) -> int:
        """Return what mapping *i* to *j* adds, the other nodes being mapped as they are."""
        total = self.shared[self.type_a[i]].get(self.type_b[j], 0)
        image, nb, table = self.image, self.nb, self.table_b[j]
        near = self.near_a[i]
        self.steps += 1 + len(near)
        for key, k, count in near:
            end = image[k]
            if end >= 0 and (found := table.get((key ^ 1) * nb + end)):
                total += found if found < count else count
        return total

    def gains(self, i: int) -> dict[int, int]:
        """Return the nodes of b to which mapping *i* would add something, each with how much."""
        image, near_b, type_b = self.image, self.near_b, self.type_b
        found: dict[int, int] = {}
        steps = 1
        is_cut = False
        for key, k, count in self.near_a[i]:
            end = image[k]
            if end >= 0 and (places := near_b[end].get(key)):
                if len(places) > WINDOW:
                    places, is_cut = self.near(end, key, i), True
                steps += len(places)
                for j, number in places:
                    found[j] = found.get(j, 0) + (number if number < count else count)
        shared = self.shared[self.type_a[i]]
        for j in found:
            found[j] = self.gain(i, j) if is_cut else found[j] + shared.get(type_b[j], 0)
        for kind, value in shared.items():
            nodes = self.window(i, self.nodes_b[kind])
            steps += len(nodes)
            for j in nodes:
                if j not in found:
                    found[j] = self.gain(i, j) if is_cut else value
        self.steps += steps + len(found)
        return found

    def score(self) -> int:
        """Return the number of triples that agree."""
        image = self.image
        links = self.links_b
        return sum(self.alone(i, j) for i, j in enumerate(image) if j >= 0) + sum(
            found if found < count else count
            for (s, r, t), count in self.links_a.items()
            if (found := links.get((image[s], r, image[t]), 0))
        )

    def window(self, i: int, nodes: Sequence[T], width: int = WINDOW) -> Sequence[T]:
        """Return at most *width* of *nodes*, those at the place that *i* has among its own type."""
        if len(nodes) <= width:
            return nodes
        start = min(max(self.rank[i] - width // 2, 0), len(nodes) - width)
        return nodes[start : start + width]

    def near(self, j: int, key: int, i: int) -> Sequence[tuple[int, int]]:
        """Return the links of *j* along *key*; of more than a window of them, those that suit *i* most."""
        places = self.near_b[j][key]
        if len(places) <= WINDOW:
            return places
        kinds = self._by_kind.get((j, key))
        if kinds is None:
            kinds = self._by_kind[j, key] = defaultdict(list)
            for place in places:
                kinds[self.type_b[place[0]]].append(place)
        return self.window(i, kinds.get(self.type_a[i]) or places)

    # --- changes --------------------------------------------------------------------------------------------

    def put(self, i: int, j: int) -> None:
        """Map *i*, which is unmapped, to *j*, which is free."""
        self.image[i] = j
        self.origin[j] = i

    def lift(self, i: int) -> None:
        """Unmap *i*."""
        self.origin[self.image[i]] = NONE
        self.image[i] = NONE

    def set(self, image: Sequence[int]) -> None:
        """Make *image* the alignment."""
        self.image[:] = image
        self.origin[:] = [NONE] * self.nb
        for i, j in enumerate(image):
            if j >= 0:
                self.origin[j] = i


def _look(scene: Scene, node: int, own: Constants) -> object:
    return scene.concepts[node], node == 0, frozenset(own.items())


def _ranks(kinds: Sequence[int]) -> list[int]:
    """Return for each node how many earlier nodes have its type."""
    seen: Counter[int] = Counter()
    ranks: list[int] = []
    for kind in kinds:
        ranks.append(seen[kind])
        seen[kind] += 1
    return ranks
