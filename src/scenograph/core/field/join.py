"""
Join: how the facts of a pattern are found together, many rows at a time.

A *row* holds what some slots stand for; a *plan* is a list of steps, each of which turns rows into rows. For
the pattern `(p / parent :agent ?x :object ?y)` beside `(q / parent :agent ?y :object ?z)`::

    [()]  →  each p and ?x  →  each ?y of p  →  each q whose agent is ?y  →  each ?z of q

The next atom is always the one that is expected to multiply the rows least, judged by the present sizes of
the indexes; differences, conditions and absences are tested as soon as what they speak of is known. Rows
travel in lists because a comprehension over many rows is what Python does fastest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias, final

from .conditions import Condition
from .facts import Facts, Index, Term
from .pattern import Atom, Pattern

Row: TypeAlias = "tuple[Term, ...]"
Rows: TypeAlias = "list[Row]"
JoinStep: TypeAlias = "Callable[[Rows, int], Rows]"
"""Turns rows into rows; the number is the first node of the present round, for atoms that must be older."""

_NOTHING: Mapping[Term, None] = {}
_NOBODY: Mapping[int, None] = {}


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

    atoms: tuple[Atom, ...]
    apart: tuple[tuple[Term, Term], ...]
    conditions: tuple[Condition, ...] = ()
    absences: tuple[Pattern, ...] = ()


@final
class Plan:
    """
    Steps that find all rows of a body.

    Args:
        body: what to find
        facts: where
        bound: slots that the rows hold already, in their order
        entry: the atom that the delta of its index answers, in place of the index; None for none
    Attributes:
        at: slot → its place in the rows that come out
    """

    def __init__(self, body: Body, facts: Facts, bound: Sequence[int] = (), entry: int | None = None) -> None:
        self.at: dict[int, int] = {slot: place for place, slot in enumerate(bound)}
        self._facts = facts
        self._steps: list[JoinStep] = []
        self._apart = list(body.apart)
        self._conditions = list(body.conditions)
        waiting = list(enumerate(body.atoms))
        older = set(range(entry)) if entry is not None else set[int]()
        if entry is not None:
            atom = body.atoms[entry]
            same = any(body.atoms[earlier].source == atom.source for earlier in older)
            self._steps.append(_enter(facts.index(atom.key), atom, self.at, recent=not same))
            waiting = [(number, one) for number, one in waiting if number != entry]
        self._settle()
        while waiting:
            number, atom = min(waiting, key=lambda one: self._cost(one[1]))
            waiting.remove((number, atom))
            self._steps.append(self._find(atom))
            if number in older:
                self._steps.append(_older(self.at[atom.source]))
            self._settle()
        self._steps += [self._absent(pattern) for pattern in body.absences]

    def rows(self, rows: Rows | None = None, boundary: int = 0) -> Rows:
        """
        Return the rows that *rows* grow into.

        Args:
            rows: rows of the bound slots; one empty row if there are none
            boundary: the first node of the present round
        """
        found: Rows = [()] if rows is None else rows
        for step in self._steps:
            if not found:
                return found
            found = step(found, boundary)
        return found

    def projection(self, slots: Sequence[int]) -> Callable[[Row], Row]:
        """Return the function that takes a row to what *slots* stand for."""
        return project([self.at[slot] for slot in slots])

    # --- steps ----------------------------------------------------------------------------------------------

    def _cost(self, atom: Atom) -> float:
        """Return how many rows are expected of one row."""
        index = self._facts.index(atom.key)
        has_source = atom.source in self.at
        is_constant = isinstance(atom.target, str)
        if has_source and (is_constant or atom.target in self.at):
            return 0.0
        if has_source:
            return index.size / max(len(index.out), 1)
        if is_constant:
            return 1.0 + len(index.into.get(atom.target, _NOBODY))
        if atom.target in self.at:
            return index.size / max(len(index.into), 1)
        return 2.0 + index.size

    def _find(self, atom: Atom) -> JoinStep:
        """
        Return the step that finds *atom*, and note the slots that it fills.

        A step does one of two things. If both ends of the atom are known, it keeps the rows for which the
        fact is there. If not, it makes each row longer by what the index has for the known end, or by both
        ends. For `x :agent y` with x known, the row `(3,)` becomes `(3, 7)` and `(3, 8)` where node 3 has
        the agents 7 and 8. Each of the seven cases is one comprehension without a test inside, because these
        loops are where closing a field spends its time.
        """
        index, at = self._facts.index(atom.key), self.at
        out, into = index.out, index.into
        source, target = at.get(atom.source), atom.target
        goal = at.get(target) if isinstance(target, int) else None
        if source is not None and isinstance(target, str):
            return lambda rows, _: [row for row in rows if target in out.get(row[source], _NOTHING)]  # type: ignore[arg-type]
        if source is not None and (goal is not None or target == atom.source):
            end = source if goal is None else goal
            return lambda rows, _: [row for row in rows if row[end] in out.get(row[source], _NOTHING)]  # type: ignore[arg-type]
        if source is not None:
            assert isinstance(target, int)
            at[target] = len(at)
            return lambda rows, _: [(*row, t) for row in rows for t in out.get(row[source], _NOTHING)]  # type: ignore[arg-type]
        at[atom.source] = len(at)
        if isinstance(target, str):
            return lambda rows, _: [(*row, s) for row in rows for s in into.get(target, _NOBODY)]
        if goal is not None:
            return lambda rows, _: [(*row, s) for row in rows for s in into.get(row[goal], _NOBODY)]
        if target == atom.source:
            return lambda rows, _: [(*row, s) for row in rows for s, t in index.pairs() if s == t]
        at[target] = len(at)
        return lambda rows, _: [(*row, s, t) for row in rows for s, t in index.pairs()]

    def _settle(self) -> None:
        """Test and compute what can be, with the slots that are filled."""
        for pair in list(self._apart):
            one, other = pair
            if all(isinstance(end, str) or end in self.at for end in pair):
                self._apart.remove(pair)
                self._steps.append(_differ(self._reader(one), self._reader(other)))
        progress = True
        while progress:
            progress = False
            for condition in list(self._conditions):
                gives = condition.gives(frozenset(self.at))
                if gives is not None or condition.slots <= self.at.keys():
                    self._conditions.remove(condition)
                    self._steps.append(_compute(condition, dict(self.at), gives))
                    if gives is not None:
                        self.at[gives] = len(self.at)
                    progress = True

    def _reader(self, end: Term) -> int | str:
        return self.at[end] if isinstance(end, int) else end

    def _absent(self, pattern: Pattern) -> JoinStep:
        """Return the step that keeps the rows of which *pattern* is not found."""
        shared = sorted(pattern.slots & self.at.keys())
        plan = Plan(Body(pattern.atoms, pattern.apart), self._facts, shared)
        key = project([self.at[slot] for slot in shared])
        width = len(shared)

        def step(rows: Rows, _: int) -> Rows:
            seeds = list(dict.fromkeys(map(key, rows)))
            found = {row[:width] for row in plan.rows(seeds)}
            return [row for row in rows if key(row) not in found] if found else rows

        return step


def project(places: Sequence[int]) -> Callable[[Row], Row]:
    """Return the function that takes a row to what stands at *places* in it."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        [place] = places
        return lambda row: (row[place],)
    return lambda row: ()


def _enter(index: Index, atom: Atom, at: dict[int, int], *, recent: bool) -> JoinStep:
    """
    Return the step that begins with the delta of *index*.

    Where *recent* is false, an earlier atom has the same source, which it finds if the source is new.
    """
    target = atom.target
    at[atom.source] = 0
    if isinstance(target, str):
        return lambda _, boundary: [(s,) for s, t in index.delta if t == target and (recent or s < boundary)]
    if target == atom.source:
        return lambda _, boundary: [(s,) for s, t in index.delta if s == t and (recent or s < boundary)]
    at[target] = 1
    if recent:
        return lambda _, boundary: list(index.delta)  # type: ignore[arg-type]
    return lambda _, boundary: [(s, t) for s, t in index.delta if s < boundary]


def _older(place: int) -> JoinStep:
    """Return the step that keeps the rows whose node at *place* is of an earlier round."""
    return lambda rows, boundary: [row for row in rows if row[place] < boundary]  # type: ignore[operator]


def _differ(one: int | str, other: int | str) -> JoinStep:
    """Return the step that keeps the rows in which two ends, places or constants, differ."""
    if isinstance(one, str) and isinstance(other, str):
        return lambda rows, _: rows if one != other else []
    if isinstance(one, str):
        one, other = other, one
    assert isinstance(one, int)
    place = one
    if isinstance(other, str):
        return lambda rows, _: [row for row in rows if row[place] != other]
    second = other
    return lambda rows, _: [row for row in rows if row[place] != row[second]]


def _compute(condition: Condition, at: Mapping[int, int], gives: int | None) -> JoinStep:
    """Return the step that tests *condition*, or fills the slot that it *gives*."""

    def step(rows: Rows, _: int) -> Rows:
        found: Rows = []
        for row in rows:
            values = _Values(row, at)
            if gives is None:
                if condition.holds(values):
                    found.append(row)
            elif (value := condition.value(gives, values)) is not None:
                found.append((*row, value))
        return found

    return step


class _Values(Sequence[Term]):
    """What the slots of a row stand for, by slot."""

    __slots__ = ("_at", "_row")

    def __init__(self, row: Row, at: Mapping[int, int]) -> None:
        self._row, self._at = row, at

    def __getitem__(self, slot: int) -> Term:  # type: ignore[override]
        return self._row[self._at[slot]]

    def __len__(self) -> int:
        return len(self._at)
