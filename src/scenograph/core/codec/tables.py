"""
Tables: what a codec expects at each place of a scene, from statistics.

* a role, from the concept and the role before it; failing that from the role before alone; failing that from
  all roles;
* a target, from the concept and the role; failing that from the role alone; failing that first its kind (new
  node, constant, node met before), then its literal from all literals;
* the root's concept, from all roots; failing that from all literals.

What fails everywhere is spelt (`.spelling`). A table that fails says so by its escape, whose share goes
by how many of its symbols were seen only once (Good and Turing's estimate of what was never seen).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any, final

from .coder import Table
from .spelling import FirstSpeller, Speller
from .statistics import Statistics

KINDS = NODE, CONSTANT, KNOWN = "node", "constant", "known"
"""Of targets: a new node, a constant, a node met before."""
_SEEN, _ONCE, _LEAST = 10, 7, 3  # shares: of a symbol each time; of the escape for each seen once, at least


def _table(counts: Mapping[Any, int]) -> Table:
    once = list(counts.values()).count(1)
    return Table(counts, scale=_SEEN, escape=max(_LEAST, _ONCE * once))


class _Made(dict[Any, "Table | None"]):
    """Tables by context, each made when it is first asked for; most never are. None for unknown contexts."""

    def __init__(self, counts: Mapping[Any, Mapping[Any, int]]) -> None:
        super().__init__()
        self._counts = dict(counts)

    def __missing__(self, context: Hashable) -> Table | None:
        counts = self._counts.get(context)
        if counts is None:
            return None
        table = self[context] = _table(counts)
        return table


@final
class Tables:
    """
    The tables of one state of a lexicon.

    Args:
        statistics: what to expect
    Attributes:
        roles: by concept and role before
        roles_after: by role before
        any_role: of all roles
        targets: by concept and role
        targets_along: by role
        kinds: of a target: NODE, CONSTANT or KNOWN
        roots: of roots
        literals: of all concepts and constants
    """

    def __init__(self, statistics: Statistics) -> None:
        role_counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        target_counts: defaultdict[str, Counter[Any]] = defaultdict(Counter)
        for (_, previous), counts in statistics.roles.items():
            role_counts[previous].update(counts)
        for (_, role), targets in statistics.targets.items():
            target_counts[role].update(targets)
        all_roles: Counter[str] = sum(role_counts.values(), Counter({"": 1}))
        kinds = Counter({NODE: 1, CONSTANT: 1, KNOWN: 1})
        for targets in target_counts.values():
            for target, count in targets.items():
                kinds[KNOWN if target is None else NODE if isinstance(target, str) else CONSTANT] += count
        literals = statistics.literals()
        self.roles = _Made(statistics.roles)
        self.roles_after = _Made(role_counts)
        self.any_role = _table(all_roles)
        self.targets = _Made(statistics.targets)
        self.targets_along = _Made(target_counts)
        self.kinds = Table(kinds, scale=1, escape=0)
        self.roots = _table(statistics.roots)
        self.literals = _table(literals)
        self._words = [*literals, *all_roles]

    @cached_property
    def speller(self) -> Speller:
        """What spells words in format 2."""
        return Speller(self._words)

    @cached_property
    def first_speller(self) -> FirstSpeller:
        """What spelt words in format 1."""
        return FirstSpeller(self._words)
