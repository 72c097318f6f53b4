"""
Retention: how much of one scene survives in another.

The F1 score of triples under the best one-to-one alignment of nodes, as in Smatch (Cai and Knight, 2013): a
scene of n nodes and m links has n concept triples, m link triples and one triple for its root. It is 1.0
exactly if the scenes are equal.

Finding the best alignment is hard in general, so it is done in three steps, each of which may settle it: pair
greedily what agrees best; climb by moves and swaps, from several starts, and by links laid on links; search
exhaustively, with bounds, for as long as `PATIENCE` lasts. Scenes of up to about ten nodes are exact.
Very large scenes are only followed from their roots, link by link, which takes time in proportion to their
size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import chain
from random import Random

from .scene import Scene

PATIENCE = 50_000  # placements that the exhaustive search may weigh
RESTARTS = 4
KICKS = 500  # links laid on links that are tried before the search
LARGE = 10_000  # pairs of nodes above which scenes are only followed from their roots
_NONE = -1


def retention(a: Scene, b: Scene) -> float:
    """
    Return the F1 of the triples of *a* and *b* under the best alignment of their nodes, from 0.0 to 1.0.

    Symmetric, and the same for equal scenes; 1.0 if and only if `a == b`. A lower bound where the scenes
    are too large for an exhaustive search.

    Example:
        >>> a = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
        >>> b = Scene.parse('(b / build :agent (p / person :name "Ivan") :object (c / bridge))')
        >>> round(retention(a, b), 3)
        0.857
    """
    if a == b:
        return 1.0
    return 2 * Alignment(a, b).shared / (triples(a) + triples(b))


def triples(scene: Scene) -> int:
    """Return the number of triples of *scene*: its concepts, its links and its root."""
    return len(scene.concepts) + len(scene.links) + 1


class Alignment:
    """
    The best alignment found between two scenes.

    Attributes:
        a, b: the scenes, in canonical order
        pairs: for each node of `a` the node of `b` it is laid on, one to one
        shared: the number of triples on which both then agree
    """

    def __init__(self, a: Scene, b: Scene) -> None:
        self.a, self.b = a.canonical(), b.canonical()
        swapped = (len(a.concepts), a.form) > (len(b.concepts), b.form)
        problem = _Problem(self.b, self.a) if swapped else _Problem(self.a, self.b)
        best = problem.solve()
        self.shared = problem.score(best)
        pairs = {i: j for i, j in enumerate(best) if j != _NONE}
        self.pairs: dict[int, int] = {j: i for i, j in pairs.items()} if swapped else pairs


class _Problem:
    """Lay the nodes of *a*, the smaller scene, on those of *b*; a list holds for each its place or _NONE."""

    def __init__(self, a: Scene, b: Scene) -> None:
        self.a, self.b = a, b
        self.na, self.nb = len(a.concepts), len(b.concepts)
        own_a, self.links_a = _split(a)
        own_b, self.links_b = _split(b)
        self.alone = [_Alone(a, b, own_a[i], own_b, i) for i in range(self.na)]
        self.incident: list[list[tuple[int, str, int, int]]] = [[] for _ in range(self.na)]
        for (source, role, target), count in self.links_a.items():
            self.incident[source].append((source, role, target, count))
            self.incident[target].append((source, role, target, count))
        self.limit = self._limit(own_a, own_b)

    def _limit(self, own_a: list[Counter[tuple[str, str]]], own_b: list[Counter[tuple[str, str]]]) -> int:
        """Return a number of triples that no alignment exceeds."""
        concepts = Counter(self.a.concepts) & Counter(self.b.concepts)
        constants = Counter(chain.from_iterable(c.elements() for c in own_a)) & Counter(
            chain.from_iterable(c.elements() for c in own_b)
        )
        roles = _roles(self.links_a) & _roles(self.links_b)
        return 1 + concepts.total() + constants.total() + roles.total()

    def solve(self) -> list[int]:
        """Return the best alignment found."""
        if self.na * self.nb > LARGE:
            return self.follow()
        ends_a, ends_b = _ends(self.na, self.links_a), _ends(self.nb, self.links_b)
        # On other nodes of b, a node of a can share nothing, wherever the rest lies.
        self.useful = [
            [j for j in range(self.nb) if self.alone[i][j] or not ends_a[i].isdisjoint(ends_b[j])]
            for i in range(self.na)
        ]
        climbed: list[tuple[int, list[int]]] = []
        for start in self.starts():
            lay = self.climb(start)
            climbed.append((self.score(lay), lay))
            if climbed[-1][0] == self.limit:
                return lay
        climbed.sort(key=lambda it: -it[0])
        score, best, is_proven = self.search(*self.kick(*climbed[0]))
        return best if is_proven else max([(score, best), *(self.kick(*it) for it in climbed[1:])])[1]

    def starts(self) -> Iterator[list[int]]:
        """Yield alignments to climb from: greedy ones, whose ties are broken in different ways."""
        random = Random(0)
        order = list(range(self.na))
        for _ in range(1 + RESTARTS):
            yield self.start(order)
            random.shuffle(order)

    def kick(self, score: int, best: list[int]) -> tuple[int, list[int]]:
        """Lay links on links, whatever lies there, and climb again; go on from what is better."""
        by_role: dict[str, list[tuple[int, int]]] = {}
        for source, role, target in self.links_b:
            by_role.setdefault(role, []).append((source, target))
        links = [(s, t, place) for s, role, t in self.links_a for place in by_role.get(role, ())]
        waiting = links[:KICKS]
        while waiting:
            source, target, places = waiting.pop()
            if (best[source], best[target]) == places:
                continue
            lay = [_NONE if j in places else j for j in best]
            lay[source], lay[target] = places
            lay = self.climb(lay)
            if (value := self.score(lay)) > score:
                best, score = lay, value
                waiting = links[:KICKS]
        return score, best

    def score(self, lay: list[int]) -> int:
        """Return the number of triples shared under *lay*."""
        return sum(self.alone[i][j] for i, j in enumerate(lay) if j != _NONE) + sum(
            min(count, self.links_b[lay[s], r, lay[t]]) for (s, r, t), count in self.links_a.items()
        )

    def follow(self) -> list[int]:
        """Lay the roots on each other, then what equal links lead to, then equal concepts anywhere."""
        near_a, near_b = _near(self.na, self.links_a), _near(self.nb, self.links_b)
        lay = [_NONE] * self.na
        free = [True] * self.nb
        laid: list[int] = []

        def pair(here: Iterable[tuple[object, int]], there: Iterable[tuple[object, int]]) -> None:
            """Lay nodes on nodes with the same key, first on first."""
            waiting: defaultdict[object, list[int]] = defaultdict(list)
            for key, j in there:
                if free[j]:
                    waiting[key].append(j)
            for places in waiting.values():
                places.reverse()
            for key, i in here:
                places = waiting.get(key, [])
                while places and not free[places[-1]]:
                    places.pop()
                if lay[i] == _NONE and places:
                    lay[i] = places.pop()
                    free[lay[i]] = False
                    laid.append(i)

        concepts_a, concepts_b = self.a.concepts, self.b.concepts
        pair([("root", 0)], [("root", 0)])
        for i in laid:
            ways_a, ways_b = near_a[i], near_b[lay[i]]
            pair(
                [((way, concepts_a[k]), k) for way, k in ways_a],
                [((way, concepts_b[k]), k) for way, k in ways_b],
            )
            pair(ways_a, ways_b)
        pair(zip(concepts_a, range(self.na), strict=True), zip(concepts_b, range(self.nb), strict=True))
        return lay

    def gain(self, lay: list[int], i: int, j: int) -> int:
        """Return what node *i* contributes if it lies on *j* and the others stay."""
        if j == _NONE:
            return 0
        total = self.alone[i][j]
        links = self.links_b
        for source, role, target, count in self.incident[i]:
            key = (j, role, lay[target]) if source == i else (lay[source], role, j)
            if key in links:
                total += min(count, links[key])
        return total

    def start(self, order: Sequence[int]) -> list[int]:
        """Lay first what agrees most, preferring what is linked to what lies already; ties go by *order*."""
        lay = [_NONE] * self.na
        free = set(range(self.nb))
        rank = {node: n for n, node in enumerate(order)}
        heap: list[tuple[int, int, int, int]] = []

        def offer(i: int) -> None:
            for j in self.useful[i]:
                if j in free and (value := self.gain(lay, i, j)):
                    heappush(heap, (-value, rank[i], j, i))

        for i in order:
            offer(i)
        while heap:
            value, _, j, i = heappop(heap)
            if lay[i] != _NONE or j not in free:
                continue
            if self.gain(lay, i, j) != -value:
                continue  # offered again with its present value
            lay[i] = j
            free.discard(j)
            for source, _, target, _ in self.incident[i]:
                other = target if source == i else source
                if lay[other] == _NONE:
                    offer(other)
        return lay

    def climb(self, lay: list[int]) -> list[int]:
        """Move single nodes and swap pairs while that gains."""
        better = True
        while better:
            better = False
            holder = {j: i for i, j in enumerate(lay) if j != _NONE}
            for i in range(self.na):
                for j in self.useful[i]:
                    if j == lay[i]:
                        continue
                    before = self.score_near(lay, i, holder.get(j, i))
                    old, other = lay[i], holder.get(j)
                    lay[i] = j
                    if other is not None:
                        lay[other] = old
                    if self.score_near(lay, i, i if other is None else other) > before:
                        better = True
                        holder.pop(old, None)
                        holder[j] = i
                        if other is not None and old != _NONE:
                            holder[old] = other
                    else:
                        lay[i] = old
                        if other is not None:
                            lay[other] = j
        return lay

    def score_near(self, lay: list[int], one: int, two: int) -> int:
        """Return the triples shared at nodes *one* and *two*, which may be the same."""
        total = self.gain(lay, one, lay[one])
        if two == one:
            return total
        total += self.gain(lay, two, lay[two])
        for source, role, target, count in self.incident[one]:
            if two in (source, target):  # counted twice
                total -= min(count, self.links_b[lay[source], role, lay[target]])
        return total

    def search(self, score: int, best: list[int]) -> tuple[int, list[int], bool]:
        """
        Look for a better alignment than *best*, for PATIENCE steps.

        Returns:
            the score of the best alignment, that alignment, and whether none is better
        """
        order = self._search_order()
        depth_of = {node: depth for depth, node in enumerate(order)}
        # What the nodes from each depth on can contribute at most: alone, and by links settled there.
        hope = [0] * (self.na + 1)
        settled: list[list[tuple[int, str, int, int]]] = [[] for _ in order]
        for (source, role, target), count in self.links_a.items():
            settled[max(depth_of[source], depth_of[target])].append((source, role, target, count))
        roles_b = _roles(self.links_b)
        ends_b = _ends_counted(self.nb, self.links_b)
        coming: Counter[str] = Counter()
        alone = one_by_one = 0
        for depth in range(self.na - 1, -1, -1):
            node = order[depth]
            ends: Counter[tuple[str, bool]] = Counter()
            for source, role, _, count in settled[depth]:
                coming[role] += count
                ends[role, source == node] += count
            alone += max((self.alone[node][j] for j in self.useful[node]), default=0)
            one_by_one += max(
                (self.alone[node][j] + (ends & ends_b[j]).total() for j in self.useful[node]), default=0
            )
            hope[depth] = min(alone + (coming & roles_b).total(), one_by_one)
        lay = [_NONE] * self.na
        taken = [False] * self.nb
        patience = PATIENCE

        def choices(depth: int, value: int) -> Iterator[tuple[int, int]]:
            node = order[depth]
            options: list[tuple[int, int]] = []
            for j in (*(j for j in self.useful[node] if not taken[j]), _NONE):
                options.append((value + self.gain(lay, node, j), j))
            nonlocal patience
            patience -= len(options)
            options.sort(key=lambda option: -option[0])
            return iter(options)

        stack = [choices(0, 0)]
        while stack:
            depth = len(stack) - 1
            node = order[depth]
            if lay[node] != _NONE:
                taken[lay[node]] = False
                lay[node] = _NONE
            value, j = next(stack[-1], (_NONE, _NONE))
            if value + hope[depth + 1] <= score or value == _NONE:  # options come best first
                stack.pop()
                continue
            if patience < 0:
                return score, best, False
            if j != _NONE:
                lay[node] = j
                taken[j] = True
            if depth + 1 < self.na:
                stack.append(choices(depth + 1, value))
            else:
                best, score = lay.copy(), value
                if score == self.limit:
                    break
        return score, best, True

    def _search_order(self) -> list[int]:
        """Return the nodes of *a* so that each is linked to an earlier one."""
        order = [0]
        seen = {0}
        for node in order:
            for source, _, target, _ in self.incident[node]:
                other = target if source == node else source
                if other not in seen:
                    seen.add(other)
                    order.append(other)
        return order


class _Alone(dict[int, int]):
    """What a node of *a* shares by itself with each node of *b*: concept, root, constants, loops."""

    def __init__(
        self,
        a: Scene,
        b: Scene,
        own: Counter[tuple[str, str]],
        owns: list[Counter[tuple[str, str]]],
        node: int,
    ) -> None:
        super().__init__()
        self.concept, self.concepts = a.concepts[node], b.concepts
        self.own, self.owns = own, owns
        self.node = node

    def __missing__(self, j: int) -> int:
        own = self.owns[j]
        shared = (self.own & own).total() if self.own and own else 0
        value = self[j] = (self.concept == self.concepts[j]) + (self.node == j == 0) + shared
        return value


def _split(scene: Scene) -> tuple[list[Counter[tuple[str, str]]], Counter[tuple[int, str, int]]]:
    """Return what each node links to by itself, and the links between nodes, both with their counts."""
    own: list[Counter[tuple[str, str]]] = [Counter() for _ in scene.concepts]
    between: Counter[tuple[int, str, int]] = Counter()
    for source, role, target in scene.links:
        if isinstance(target, str):
            own[source][role, target] += 1
        elif target == source:
            own[source][role, ""] += 1
        else:
            between[source, role, target] += 1
    return own, between


def _roles(links: Counter[tuple[int, str, int]]) -> Counter[str]:
    roles: Counter[str] = Counter()
    for (_, role, _), count in links.items():
        roles[role] += count
    return roles


def _near(count: int, links: Iterable[tuple[int, str, int]]) -> list[list[tuple[object, int]]]:
    """Return for each node its neighbours, each with the role and the direction that lead there."""
    near: list[list[tuple[object, int]]] = [[] for _ in range(count)]
    for source, role, target in links:
        near[source].append(((role, True), target))
        near[target].append(((role, False), source))
    return near


def _ends(count: int, links: Iterable[tuple[int, str, int]]) -> list[set[tuple[str, bool]]]:
    """Return for each node the roles of its links, each with whether the node is the source."""
    ends: list[set[tuple[str, bool]]] = [set() for _ in range(count)]
    for source, role, target in links:
        ends[source].add((role, True))
        ends[target].add((role, False))
    return ends


def _ends_counted(count: int, links: Counter[tuple[int, str, int]]) -> list[Counter[tuple[str, bool]]]:
    """Return for each node how many of its links have each role, each with whether the node is the source."""
    ends: list[Counter[tuple[str, bool]]] = [Counter() for _ in range(count)]
    for (source, role, target), number in links.items():
        ends[source][role, True] += number
        ends[target][role, False] += number
    return ends
