"""
Relaxation: an upper bound on what two scenes can share, by Lagrangian relaxation.

The best alignment is hard to find because a link counts only if *both* its ends are mapped to the ends of one
link. Let each end decide alone: share each possible link out between its two ends, and let every node of *a*
take the node of *b* that is worth most to it. What all take together is never less than the best alignment,
however the links are shared out. For a link with shares 1/2 and 1/2::

    a: (x / sing :agent (y / bird))     sing → sing is worth 1 + 1/2
    b: (x / sing :agent (y / fox))      bird → fox is worth 0 + 1/2        together 2, as is the best

Where the two ends of a link of *a* choose different links of *b*, moving shares from the chosen links to the
others lowers the bound, and so does a price on a node of *b* that several nodes of *a* take (subgradient
steps of Polyak's length; see Held and Karp 1971). All numbers are whole multiples of 1 / `UNIT`, so that a
proof rounds nothing.
"""

from __future__ import annotations

from collections import defaultdict

from .overlay import Overlay

UNIT = 1 << 12
PATIENCE = 20  # rounds without a better bound


def size(overlay: Overlay) -> int:
    """Return how many numbers a relaxation of *overlay* has to keep."""
    links = sum(count * overlay.roles_b[role] for role, count in overlay.roles_a.items())
    nodes = sum(len(overlay.nodes_b[other]) for kind in overlay.type_a for other in overlay.shared[kind])
    return 2 * links + nodes


class Relaxation:
    """
    The bound, which `tighten` improves.

    Attributes:
        worth: for each node of a, what each node of b is worth to it, in 1 / UNIT
        paid: the sum of all prices, in 1 / UNIT; no alignment exceeds *paid* and the worth of its pairs
        bound: the least upper bound found, in 1 / UNIT
    """

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        by_role: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for (source, role, target), count in overlay.links_b.items():
            by_role[role].append((source, target, count))
        # A pair of links n has its shares at 2n for the source and 2n + 1 for the target.
        self._shares: list[int] = []
        self._ends: list[tuple[int, int]] = []  # of each share: the node of a, and the node of b
        # For nodes of a and b: what they share by themselves; for each link, the shares to choose from.
        self._parts: list[dict[int, tuple[int, list[list[int]]]]] = [
            {
                j: (value * UNIT, [])
                for kind, value in overlay.shared[overlay.type_a[i]].items()
                for j in overlay.nodes_b[kind]
            }
            for i in range(overlay.na)
        ]
        for (source, role, target), count in overlay.links_a.items():
            groups: tuple[dict[int, list[int]], dict[int, list[int]]] = {}, {}
            for start, end, number in by_role.get(role, ()):
                for side, node, place in ((0, source, start), (1, target, end)):
                    groups[side].setdefault(place, []).append(len(self._shares))
                    self._ends.append((node, place))
                    self._shares.append(min(count, number) * UNIT // 2)
            for node, group in zip((source, target), groups, strict=True):
                for place, places in group.items():
                    self._parts[node].setdefault(place, (0, []))[1].append(places)
        self._price = [0] * overlay.nb
        self._takers: list[list[int]] = [[] for _ in range(overlay.nb)]
        for i, parts in enumerate(self._parts):
            for j in parts:
                self._takers[j].append(i)
        self.worth = [{j: self._weigh(i, j) for j in parts} for i, parts in enumerate(self._parts)]
        self.paid = 0
        self.bound = self._take()[0]
        overlay.steps += 3 * size(overlay)

    def _weigh(self, i: int, j: int) -> int:
        value, groups = self._parts[i][j]
        shares = self._shares
        for group in groups:
            value += shares[group[0]] if len(group) == 1 else max([shares[n] for n in group])
        return value - self._price[j]

    def _take(self) -> tuple[int, list[int]]:
        """Return the present bound, and what each node of a takes; -1 for nothing."""
        taken: list[int] = []
        bound = self.paid
        for worth in self.worth:
            j = max(worth, key=worth.__getitem__, default=-1)
            if j >= 0 and (value := worth[j]) > 0:
                bound += value
                taken.append(j)
            else:
                taken.append(-1)
        return bound, taken

    def tighten(self, score: int, limit: int) -> bool:
        """
        Lower the bound; return whether it proves that nothing exceeds *score*.

        Args:
            limit: stop when the steps of the overlay reach it
        """
        goal = score * UNIT + UNIT // 2
        failed = 0
        while self.overlay.steps < limit and failed < PATIENCE:
            bound, taken = self._take()
            self.overlay.steps += sum(map(len, self.worth)) // 4
            failed += 1
            if bound < self.bound:
                failed = failed if bound > self.bound - UNIT // 64 else 0
                self.bound = bound
            if self.bound < (score + 1) * UNIT:
                return True
            if not self._move(taken, bound - goal):
                break
        return self.bound < (score + 1) * UNIT

    def _move(self, taken: list[int], excess: int) -> bool:
        """Move shares and prices against what is *taken*; return whether there was anything to move."""
        shares = self._shares
        chosen: set[int] = set()
        takers = [0] * self.overlay.nb
        for i, j in enumerate(taken):
            if j >= 0:
                takers[j] += 1
                for group in self._parts[i][j][1]:
                    chosen.add(group[0] if len(group) == 1 else max(group, key=shares.__getitem__))
        lost = [n for n in chosen if n ^ 1 not in chosen and shares[n]]  # chosen by one end only
        moving = [j for j, number in enumerate(takers) if number > 1 or (self._price[j] and not number)]
        norm = len(lost) + sum([(takers[j] - 1) ** 2 for j in moving])
        if not norm:
            return False
        step = max(excess // norm, 1)
        touched: set[tuple[int, int]] = set()
        for n in lost:
            moved = min(step, shares[n])
            shares[n] -= moved
            shares[n ^ 1] += moved
            touched.add(self._ends[n])
            touched.add(self._ends[n ^ 1])
        for j in moving:
            change = max(step * (takers[j] - 1), -self._price[j])
            self._price[j] += change
            self.paid += change
            for i in self._takers[j]:
                self.worth[i][j] -= change
        for i, j in touched:
            self.worth[i][j] = self._weigh(i, j)
        self.overlay.steps += 8 * len(touched)
        return True
