"""
Strata: in which order rules are closed, so that absence means what it says.

A rule that needs the absence of something must wait until nothing more of it can be derived. So rules are put
in layers: a rule stands no lower than those that add what it finds, and higher than those that add what it
must not find. Where that cannot be, a rule rests on its own absence, and no order would give a meaning::

    :unless (s / sane :agent ?x) :then (s / sane :agent ?x)        refused

(Apt, Blair and Walker, "Towards a theory of declarative knowledge", 1988.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...errors import RuleError
from .facts import CONCEPT
from .pattern import Atom
from .rules import Head, Rule


def stratify(rules: Iterable[Rule]) -> list[list[Rule]]:
    """
    Return the rules in layers, each sorted by name; neither depends on the order of *rules*.

    Raises:
        RuleError: if a rule rests on the absence of what it leads to, or two different rules share a name
    """
    ordered = sorted(set(rules), key=lambda rule: (rule.name, rule.scene.form))
    for one, other in pairwise(ordered):
        if one.name == other.name:
            raise RuleError(f"two different rules are called {one.name}: give each a name of its own")
    adds = [[atom for head in rule.heads for atom in _added(head)] for rule in ordered]
    finds = [_feeding(rule.body.atoms, adds) for rule in ordered]
    misses = [
        _feeding([atom for pattern in rule.body.absences for atom in pattern.atoms], adds) for rule in ordered
    ]
    layer = [0] * len(ordered)
    changed = True
    while changed:
        changed = False
        for number in range(len(ordered)):
            lowest = max(
                [layer[other] for other in finds[number]] + [layer[other] + 1 for other in misses[number]],
                default=0,
            )
            if lowest > layer[number]:
                layer[number] = lowest
                changed = True
        if max(layer, default=0) > len(ordered):
            raise _circle(ordered, finds, misses)
    return [
        [rule for rule, own in zip(ordered, layer, strict=True) if own == height]
        for height in sorted(set(layer))
    ]


def leading_to(rules: Iterable[Rule], atoms: Iterable[Atom]) -> list[Rule]:
    """Return those of *rules* that may add one of *atoms*, or something that such a rule looks for."""
    waiting = list(atoms)
    rest = [(rule, [added for head in rule.heads for added in _added(head)]) for rule in rules]
    found: list[Rule] = []
    while waiting:
        needed = [rule for rule, adds in rest if _feeding(waiting, [adds])]
        rest = [(rule, adds) for rule, adds in rest if rule not in needed]
        found += needed
        waiting = [atom for rule in needed for atom in looked_for(rule)]
    return found


def looked_for(rule: Rule) -> list[Atom]:
    """Return all facts that a rule looks for, those that must be absent among them."""
    return [*rule.body.atoms, *(atom for pattern in rule.body.absences for atom in pattern.atoms)]


class _Added(NamedTuple):
    """
    A fact that a head adds.

    Attributes:
        role: its role
        concept: its target if it is a concept, else that of its source; None where it may be any
        is_new: whether its source is a new node
    """

    role: str
    concept: str | None
    is_new: bool


def _added(head: Head) -> list[_Added]:
    """Return what *head* adds."""
    concepts = {source: target for source, role, target, _ in head.links if role == CONCEPT and source < 0}
    found: list[_Added] = []
    for source, role, target, _ in head.links:
        concept = target if role == CONCEPT else concepts.get(source)
        found.append(_Added(role, concept if isinstance(concept, str) else None, source < 0))
    return found


def _feeding(atoms: Sequence[Atom], adds: Sequence[Sequence[_Added]]) -> list[int]:
    """Return the numbers of the rules that may add one of *atoms*."""
    return [
        number
        for number, added in enumerate(adds)
        if any(_may_be(new, atom) for new in added for atom in atoms)
    ]


def _may_be(new: _Added, atom: Atom) -> bool:
    """Return whether an added fact may be one that is looked for, or make one of an older fact."""
    if new.role == atom.role == CONCEPT:
        return new.concept is None or not isinstance(atom.target, str) or new.concept == atom.target
    if new.role == CONCEPT:  # an old node's links count as links of its new concept
        return not new.is_new and atom.concept is not None and new.concept in (None, atom.concept)
    return new.role == atom.role and (None in (new.concept, atom.concept) or new.concept == atom.concept)


def _circle(
    rules: Sequence[Rule], finds: Sequence[Sequence[int]], misses: Sequence[Sequence[int]]
) -> RuleError:
    """Say which rule rests on its own absence, and by which way."""
    for number, missed in enumerate(misses):
        for start in missed:
            if way := _way(number, start, finds, misses):
                names = " → ".join(rules[step].name for step in way)
                return RuleError(
                    f"rule {rules[number].name}: its :unless forbids what it leads to ({names}); "
                    "split it so that nothing rests on its own absence"
                )
    raise AssertionError("layers grow without end only around an absence")


def _way(
    start: int, goal: int, finds: Sequence[Sequence[int]], misses: Sequence[Sequence[int]]
) -> list[int] | None:
    """Return the rules from *start* to *goal*, each feeding the next."""
    before: dict[int, int] = {start: start}
    order = [start]
    for here in order:
        if here == goal:
            way = [here]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for other in range(len(finds)):
            if other not in before and (here in finds[other] or here in misses[other]):
                before[other] = here
                order.append(other)
    return None
