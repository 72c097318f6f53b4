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
changes nothing. Of the ways in which a rule comes to one conclusion only the first is kept, so that a rule
takes no more memory than what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias, final

from ...errors import RuleError
from .body import Body
from .facts import Fact, Facts, Term
from .join import Plan
from .rules import Head, Rule
from .steps import Row, Rows, project
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
        node = self._term(self.head.root)
        assert isinstance(node, int), "nothing is derived about a constant"
        return node

    @property
    def facts(self) -> list[Fact]:
        """All that the head says, new or not; of a constant nothing can be said."""
        return [
            (start, role, self._term(target))
            for source, role, target, _ in self.head.links
            if isinstance(start := self._term(source), int)
        ]

    @property
    def values(self) -> dict[int, Term]:
        """What each slot of the rule stood for."""
        return dict(zip(self.rule.slots, self.row, strict=True))

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
        limit: how many links may be derived, and how many things may follow from one rule at once
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
        self._levels: dict[int, int] = {}
        self._depth, self._limit = depth, limit
        self._round = 0
        made: dict[object, set[Row]] = {}
        for layer in stratify(rules):
            self._close([_Running(rule, self.facts, stated, made, limit) for rule in layer])

    def _close(self, layer: Sequence[_Running]) -> None:
        """Apply the rules of a layer until nothing new follows."""
        found = [running.first() for running in layer]
        while True:
            self._round += 1
            boundary, before = self.nodes, len(self.derivations)
            self.facts.turn()
            for running, fresh in zip(layer, found, strict=True):
                self._add(running, fresh)
            if len(self.derivations) == before:
                return
            self.facts.turn()
            found = [running.next(boundary) for running in layer]

    def _add(self, running: _Running, fresh: _Fresh) -> None:
        """Add what a rule leads to."""
        most = self._stated.count + self._limit
        for one, rows in zip(running.heads, fresh, strict=True):
            for key in one.is_stated(list(rows)):
                del rows[key]
            for key, row in rows.items():
                if key not in one.made:  # by another rule of this round
                    one.made.add(key)
                    values = one.values_of(row) if one.head.is_conflict else key
                    self._make(running.rule, row, values, one.head)
                    if self.facts.count > most:
                        raise RuleError(
                            f"rule {running.rule.name}: more than {self._limit:,} links are derived and no "
                            "end is in sight; bound what it counts, or raise the limit"
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

    def _make(self, rule: Rule, row: Row, values: Row, head: Head) -> None:
        """Add the facts of one application."""
        if head.root >= 0 and isinstance(values[head.root], str):
            return  # nothing can be said of a constant
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


_Fresh: TypeAlias = "list[dict[Row, Row]]"
"""For each head of a rule: what makes an application another one → the rule's first row that does so."""


class _Running:
    """
    A rule with its plans.

    Args:
        rule: the rule
        facts: what is known
        stated: what of it scenes state
        made: what is made already, of all rules
        limit: how many conclusions may follow at once
    """

    def __init__(
        self, rule: Rule, facts: Facts, stated: Facts, made: dict[object, set[Row]], limit: int
    ) -> None:
        self.rule = rule
        self.heads = [_RunningHead(rule, head, stated, made) for head in rule.heads]
        self._facts, self._limit = facts, limit
        self._keep = {slot for head in self.heads for slot in head.keys}
        self._entries: list[Plan] | None = None
        for atom in rule.body.atoms:
            facts.index(atom.key)

    def first(self) -> _Fresh:
        """Return what follows from all rows of the rule's body."""
        return self._run([Plan(self.rule.body, self._facts, keep=self._keep)], 0)

    def next(self, boundary: int) -> _Fresh:
        """Return what follows since the last round, whose first new node is *boundary*."""
        if self._entries is None:
            self._entries = [
                Plan(self.rule.body, self._facts, entry=number, keep=self._keep)
                for number in range(len(self.rule.body.atoms))
            ]
        return self._run(self._entries, boundary)

    def _run(self, plans: Iterable[Plan], boundary: int) -> _Fresh:
        found: _Fresh = [{} for _ in self.heads]
        try:
            for plan in plans:
                row_of = plan.projection(self.rule.slots)
                keys_of = [plan.projection(head.keys) for head in self.heads]
                for chunk in plan.chunks(boundary=boundary):
                    for head, key_of, fresh in zip(self.heads, keys_of, found, strict=True):
                        made = head.made
                        for key, row in zip(map(key_of, chunk), chunk, strict=True):
                            if key not in fresh and key not in made:
                                fresh[key] = row_of(row)
                        if len(fresh) > self._limit:
                            self._check(head, fresh)
        except OverflowError as error:
            raise RuleError(f"rule {self.rule.name}: it computes {error}; bound what it counts") from None
        return found

    def _check(self, head: _RunningHead, fresh: dict[Row, Row]) -> None:
        """Leave out what is known already, and refuse what is too much even so."""
        for key in head.is_stated(list(fresh)):
            del fresh[key]
        for key in [key for key, row in fresh.items() if head.adds_nothing(row, self._facts)]:
            head.made.add(key)
            del fresh[key]
        if len(fresh) > self._limit:
            raise RuleError(
                f"rule {self.rule.name}: more than {self._limit:,} different things follow from it at once; "
                "let its parts share unknowns, or raise the limit"
            )


class _RunningHead:
    """
    A head of a rule.

    Attributes:
        head: the head
        keys: the slots that make an application another one: all for a conflict, else those that it says
        values_of: takes a row of the rule to the values of the head
        made: what they were in the applications there are, of whichever rule that says the same
        is_stated: picks those of which a scene states already what the head would add
    """

    def __init__(self, rule: Rule, head: Head, stated: Facts, made: dict[object, set[Row]]) -> None:
        self.head = head
        self.keys = rule.slots if head.is_conflict else head.slots
        self.values_of = project([rule.slots.index(slot) for slot in head.slots])
        self.made = made.setdefault((rule, head.links) if head.is_conflict else head.links, set())
        self.is_stated = _stated_check(head, stated)

    def adds_nothing(self, row: Row, facts: Facts) -> bool:
        """Return whether a rule's *row* adds nothing: the head makes no node, and its facts are known."""
        values = self.values_of(row)
        return self.head.new == 0 and all(
            facts.has(
                start, role, values[target] if isinstance(target, int) else target, unasserted=unasserted
            )
            for source, role, target, unasserted in self.head.links
            if isinstance(start := values[source], int)
        )


def _stated_check(head: Head, stated: Facts) -> Callable[[Rows], Iterable[Row]]:
    """Return the function that picks the values of which a scene states already what *head* would add."""
    if not head.new or head.is_conflict:
        return lambda rows: ()  # facts of known nodes are added only if they are new
    pattern = head.pattern
    width = len(head.slots)
    plan = Plan(Body(pattern.atoms), stated, range(width), keep=range(width))
    if any(stated.index(atom.key).size == 0 for atom in pattern.atoms):
        return lambda rows: ()
    return lambda rows: {row[:width]: None for row in plan.rows(rows)}
