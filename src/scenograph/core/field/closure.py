"""
Closure: all that rules derive from facts, each derived fact with what it was derived from.

Rules are closed layer by layer (`scenograph.core.field.strata`), each layer in rounds until a round adds
nothing. The first round of a layer joins everything. Later ones begin at what the round before added
(semi-naive evaluation: Bancilhon, 1986), so each way to a conclusion is found once, except where facts are
added to old nodes. All rules of a round see the same facts: neither what is derived nor how depends on the
order of the rules.

A new node is named by its content: what `:then` says with these values is made once, whichever rule says
so, and not at all if a scene states it already. New nodes can be values of other new ones. How deep is
bounded, and so is the number of links: a rule that goes on without end is an error that names it, and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, final

from ...errors import RuleError
from .facts import Fact, Facts, Term
from .join import Body, Plan, Row, Rows, project
from .rules import Head, Rule
from .strata import stratify


class Derivation(NamedTuple):
    """
    One application of a rule.

    Attributes:
        rule: the rule
        row: what the rule's slots stood for, in their order
        head: the `:then`
        nodes: the new nodes that it made
        round: the number of the round, counted over all layers
    """

    rule: Rule
    row: Row
    head: Head
    nodes: tuple[int, ...]
    round: int

    @property
    def root(self) -> int:
        """The node that it is about."""
        return self._node(self.head.root)

    @property
    def facts(self) -> list[Fact]:
        """All that the head says, new or not."""
        return [(self._node(source), role, self._term(target)) for source, role, target, _ in self.head.links]

    @property
    def values(self) -> dict[int, Term]:
        """What each slot of the rule stood for."""
        return dict(zip(self.rule.slots, self.row, strict=True))

    def _node(self, end: int) -> int:
        node = self._term(end)
        assert isinstance(node, int), "what has links is a node"
        return node

    def _term(self, end: Term) -> Term:
        if isinstance(end, str):
            return end
        return self.nodes[~end] if end < 0 else self.values[self.head.slots[end]]


@final
class Closure:
    """
    The closure of facts under rules.

    Args:
        stated: the facts, which stay as they are
        rules: the rules
        nodes: number of the first new node; all nodes of *stated* have smaller ones
        depth: how deep new nodes may nest
        limit: how many links may be derived
    Attributes:
        facts: what was stated and what is derived
        derivations: one for each derived thing, in the order of derivation
        of: derived fact → its derivation
        nodes: number of the next node
    Raises:
        RuleError: if the rules cannot be layered, or one derives without end
    """

    def __init__(
        self, stated: Facts, rules: Iterable[Rule], *, nodes: int, depth: int = 8, limit: int = 1_000_000
    ) -> None:
        self.facts: Final = stated.copy()
        self.derivations: Final[list[Derivation]] = []
        self.of: Final[dict[Fact, Derivation]] = {}
        self.nodes = nodes
        self._stated = stated
        self._made: dict[tuple[object, Row], None] = {}
        self._levels: dict[int, int] = {}
        self._depth, self._limit = depth, limit
        self._round = 0
        for layer in stratify(rules):
            self._close([_Running(rule, self.facts, stated) for rule in layer])

    def _close(self, layer: Sequence[_Running]) -> None:
        """Apply the rules of a layer until nothing new follows."""
        found = [(running, running.first()) for running in layer]
        while True:
            self._round += 1
            boundary, before = self.nodes, len(self.derivations)
            self.facts.turn()
            for running, rows in found:
                self._add(running, rows)
            if len(self.derivations) == before:
                return
            self.facts.turn()
            found = [(running, running.next(boundary)) for running in layer]

    def _add(self, running: _Running, rows: Rows) -> None:
        """Add what a rule's rows lead to."""
        rule = running.rule
        for head, values_of, is_stated in running.heads:
            if head.is_conflict:
                for row in dict.fromkeys(rows):
                    if ((rule, head.links), row) not in self._made:
                        self._made[(rule, head.links), row] = None
                        self._make(rule, row, head, values_of(row))
                continue
            fresh: dict[Row, Row] = {}
            for row in rows:
                values = values_of(row)
                if values not in fresh and (head.links, values) not in self._made:
                    fresh[values] = row
            for values in is_stated(list(fresh)):
                del fresh[values]
            for values, row in fresh.items():
                self._made[head.links, values] = None
                self._make(rule, row, head, values)
            if self.facts.count - self._stated.count > self._limit:
                raise RuleError(
                    f"rule {rule.name}: more than {self._limit:,} links are derived and no end is in sight; "
                    "bound what it counts, or raise the limit"
                )

    def _new(self, rule: Rule, head: Head, values: Row) -> tuple[int, ...]:
        """Return numbers for the new nodes of a head."""
        if not head.new:
            return ()
        level = 1 + max((self._levels.get(value, 0) for value in values if isinstance(value, int)), default=0)
        if level > self._depth:
            raise RuleError(
                f"rule {rule.name}: what it derives nests more than {self._depth} deep and no end is in "
                "sight; let it stop somewhere, or raise the depth"
            )
        nodes = tuple(range(self.nodes, self.nodes + head.new))
        self.nodes += head.new
        self._levels.update(dict.fromkeys(nodes, level))
        return nodes

    def _make(self, rule: Rule, row: Row, head: Head, values: Row) -> None:
        """Add the facts of one application."""
        nodes = self._new(rule, head, values)
        derivation = Derivation(rule, row, head, nodes, self._round)
        add, of = self.facts.add, self.of
        is_new = False
        for source, role, target, unasserted in head.links:
            start = nodes[~source] if source < 0 else values[source]
            end = target if isinstance(target, str) else nodes[~target] if target < 0 else values[target]
            if isinstance(start, int) and add(start, role, end, unasserted=unasserted):
                of[start, role, end] = derivation
                is_new = True
        if is_new:
            self.derivations.append(derivation)


class _Running:
    """A rule with its plans."""

    def __init__(self, rule: Rule, facts: Facts, stated: Facts) -> None:
        self.rule = rule
        self._facts = facts
        self._entries: list[tuple[Plan, Callable[[Row], Row]]] | None = None
        self.heads = [(head, _values(rule, head), _stated_check(head, stated)) for head in rule.heads]
        for atom in rule.body.atoms:
            facts.index(atom.key)

    def first(self) -> Rows:
        """Return all rows of the rule's body."""
        plan = Plan(self.rule.body, self._facts)
        return self._run(plan, plan.projection(self.rule.slots), 0)

    def next(self, boundary: int) -> Rows:
        """Return the rows that the last round made possible; its first new node is *boundary*."""
        if self._entries is None:
            plans = [Plan(self.rule.body, self._facts, entry=n) for n in range(len(self.rule.body.atoms))]
            self._entries = [(plan, plan.projection(self.rule.slots)) for plan in plans]
        rows: Rows = []
        for plan, projection in self._entries:
            rows += self._run(plan, projection, boundary)
        return rows

    def _run(self, plan: Plan, projection: Callable[[Row], Row], boundary: int) -> Rows:
        try:
            return list(map(projection, plan.rows(boundary=boundary)))
        except OverflowError as error:
            raise RuleError(f"rule {self.rule.name}: it computes {error}; bound what it counts") from None


def _values(rule: Rule, head: Head) -> Callable[[Row], Row]:
    """Return the function from a rule's row to the values of its head."""
    return project([rule.slots.index(slot) for slot in head.slots])


def _stated_check(head: Head, stated: Facts) -> Callable[[Rows], Iterable[Row]]:
    """Return the function that picks the values of which a scene states already what *head* would add."""
    if not head.new:
        return lambda rows: ()  # facts of known nodes are added only if they are new
    pattern = head.pattern
    plan = Plan(Body(pattern.atoms, ()), stated, range(len(head.slots)))
    width = len(head.slots)
    if any(stated.index(atom.key).size == 0 for atom in pattern.atoms):
        return lambda rows: ()
    return lambda rows: {row[:width]: None for row in plan.rows(rows)} if rows else ()
