"""
Conflict: scenes that cannot all be so, with what supports each side.

Three things are conflicts, and none of them is resolved here; a field holds both sides and says so:

* a fact and its denial, `(n / not :op1 D)` or AMR's `:polarity -`: something asserted states at least D,
  and both speak of one and the same thing, or of constants alone (*the bridge is old* and *the bridge is not
  old* may be about two bridges);
* what a rule calls one: `:then (c / conflict ...)`;
* two values of a role that takes one: the rule that `only_one` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import final

from ..links import Link, is_role
from ..scene import Scene
from .assertion import DENIED
from .body import Body
from .closure import Closure
from .facts import CONCEPT, Fact, Facts, Key
from .join import Plan
from .pattern import Slots, whole
from .proof import Proof, Prover, instances
from .rules import CONFLICT, Rule


@final
@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """
    Things that cannot all be so.

    Attributes:
        reason: `denied`, or the name of the rule
        sides: a proof of each of them
    """

    reason: str
    sides: tuple[Proof, ...]

    @property
    def scenes(self) -> tuple[int, ...]:
        """The numbers of all scenes that it rests on, in ascending order."""
        return tuple(sorted({scene for side in self.sides for scene in side.support}))

    def __str__(self) -> str:
        return "\n".join([f"conflict ({self.reason}):", *map(str, self.sides)])


def only_one(role: str) -> Rule:
    """
    Return the rule by which two values of *role* are a conflict.

    Raises:
        RuleError: if *role* is none
    Example:
        >>> only_one(":birthDate").name
        'only one :birthDate'
    """
    written = role if is_role(role) else ":"
    return Rule.parse(
        f'(r / rule :name "only one {written}" :if (t / ?thing {written} ?one {written} ?other)'
        f" :then (c / {CONFLICT} :op1 ?one :op2 ?other))"
    )


def conflicts(prover: Prover, facts: Facts, closure: Closure | None) -> Iterator[Conflict]:
    """Yield the conflicts among *facts*."""
    yield from _denials(prover, facts, closure)
    seen: set[tuple[str, frozenset[Fact]]] = set()
    for derivation in closure.derivations if closure is not None else ():
        if facts.has(derivation.root, CONCEPT, CONFLICT):
            support = instances(derivation.rule.body.atoms, derivation.values)
            key = derivation.rule.name, frozenset(support)
            if key not in seen:
                seen.add(key)
                yield Conflict(derivation.rule.name, prover.prove(derivation).premises)


def _denials(prover: Prover, facts: Facts, closure: Closure | None) -> Iterator[Conflict]:
    ground = prover.ground
    index = facts.index(Key(":op1", "not"))
    for denial, denied in list(index.pairs()):
        if isinstance(denied, int):
            fact = (denial, ":op1", denied)
            for side in _found(prover, facts, prover.draw(denied), _things(facts, denied)):
                yield Conflict("denied", (*side, *prover.premises([fact])))
    for mention in ground.denials:
        part = ground.scenes[mention.scene].sub(mention.node)
        fact = (ground.node[mention], *DENIED)
        things = _things(facts, ground.node[mention])
        for side in _found(prover, facts, part.without_links([Link(0, *DENIED)]), things):
            yield Conflict("denied", (*side, *prover.premises([fact])))


def _things(facts: Facts, node: int) -> set[int]:
    """Return what *node* links to, however far; not itself."""
    waiting = [node]
    found: set[int] = set()
    for here in waiting:
        for frames in (facts.asserted, facts.unasserted):
            for targets in frames.get(here, {}).values():
                new = {target for target in targets if isinstance(target, int)} - found
                found |= new
                waiting += new
    return found - {node}


def _found(
    prover: Prover, facts: Facts, denied: Scene, things: AbstractSet[int]
) -> Iterator[tuple[Proof, ...]]:
    """Yield the proofs of each fact that states at least what is *denied*, and speaks of one of *things*."""
    pattern = whole(denied, Slots())
    only_constants = not things and bool(denied.links)
    plan = Plan(Body(pattern.atoms, pattern.apart), facts)
    for row in plan.rows():
        if only_constants or not things.isdisjoint(row):
            values = {slot: row[place] for slot, place in plan.at.items()}
            yield prover.premises(instances(pattern.atoms, values))
