"""
Body: what must hold for a rule or a query, and how it falls into parts that share nothing.

Two patterns without a common unknown have nothing to do with each other, but for what is tested of both::

    :if (p / point :is ?x)   :if (q / point :is ?y)   :unless (s / path :from ?x :to ?y)
    └─ part 1 ────────────┘  └─ part 2 ────────────┘  └─ between the parts ────────────┘

Each part can be found on its own, and only what is asked for of it meets the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import final

from .conditions import Condition
from .facts import Term
from .pattern import Atom, Pattern


@final
@dataclass(frozen=True, slots=True)
class Body:
    """
    What must hold for a rule or a query.

    Attributes:
        atoms: facts to be found
        apart: pairs that stand for different things
        conditions: what is computed
        absences: patterns of which nothing must be found
    """

    atoms: tuple[Atom, ...] = ()
    apart: tuple[tuple[Term, Term], ...] = ()
    conditions: tuple[Condition, ...] = ()
    absences: tuple[Pattern, ...] = ()

    @property
    def tested(self) -> set[int]:
        """The slots that differences, conditions and absences speak of."""
        found = {end for pair in self.apart for end in pair if isinstance(end, int)}
        return found.union(*(c.slots for c in self.conditions), *(pattern.slots for pattern in self.absences))

    def parts(self, together: Collection[int] = ()) -> tuple[list[Body], Body]:
        """
        Return the parts of the body, and what is tested between them.

        Two atoms are of one part if they share a slot, or if an equation gives one a value from the other.

        Args:
            together: slots that must be of one part; if there are any, theirs is the first
        """
        groups: list[set[int]] = [set(together)] if together else []
        for slots in (
            *(atom.slots for atom in self.atoms),
            *(condition.slots for condition in self.conditions if condition.is_equation),
        ):
            meeting = [group for group in groups if not group.isdisjoint(slots)]
            if meeting:
                meeting[0].update(slots, *meeting[1:])
                groups = [group for group in groups if group not in meeting[1:]]
            elif slots:
                groups.append(set(slots))
        if len(groups) < 2:
            return [self], Body()
        known = set[int]().union(*groups)

        def within(slots: Iterable[int], *some: set[int]) -> bool:
            speaks_of = known.intersection(slots)
            return any(group.issuperset(speaks_of) for group in some)

        parts = [self._where(lambda slots, group=group: within(slots, group)) for group in groups]
        return parts, self._where(lambda slots: not within(slots, *groups))

    def _where(self, fits: Callable[[Iterable[int]], bool]) -> Body:
        """Return what of the body speaks of slots that *fit*."""
        return Body(
            tuple(atom for atom in self.atoms if fits(atom.slots)),
            tuple(pair for pair in self.apart if fits([end for end in pair if isinstance(end, int)])),
            tuple(condition for condition in self.conditions if fits(condition.slots)),
            tuple(pattern for pattern in self.absences if fits(pattern.slots)),
        )
