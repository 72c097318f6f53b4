"""
Steps: functions that turn rows into rows, of which a plan is made (`scenograph.core.field.join`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias

from .conditions import Condition
from .facts import Index, Term
from .pattern import Atom

Row: TypeAlias = "tuple[Term, ...]"
Rows: TypeAlias = "list[Row]"
JoinStep: TypeAlias = "Callable[[Rows, int], Iterable[Row]]"
"""Turns rows into rows; the number is the first node of the present round, for atoms that must be older."""


def project(places: Sequence[int]) -> Callable[[Row], Row]:
    """Return the function that takes a row to what stands at *places* in it."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        [place] = places
        return lambda row: (row[place],)
    return lambda row: ()


def distinct(rows: Rows, asked: Callable[[Row], Row]) -> Rows:
    """Return the first of the rows that have the same in what is *asked*."""
    found: dict[Row, Row] = {}
    for row in rows:
        found.setdefault(asked(row), row)
    return list(found.values())


def enter(index: Index, atom: Atom, *, recent: bool) -> JoinStep:
    """
    Return the step that begins with the delta of *index*.

    Where *recent* is false, an earlier atom has the same source, which it finds if the source is new.
    """
    target = atom.target
    if isinstance(target, str):
        return lambda _, boundary: [(s,) for s, t in index.delta if t == target and (recent or s < boundary)]
    if target == atom.source:
        return lambda _, boundary: [(s,) for s, t in index.delta if s == t and (recent or s < boundary)]
    if recent:
        return lambda _, boundary: list(index.delta)  # type: ignore[arg-type]
    return lambda _, boundary: [(s, t) for s, t in index.delta if s < boundary]


def older(place: int) -> JoinStep:
    """Return the step that keeps the rows whose node at *place* is of an earlier round."""
    return lambda rows, boundary: [row for row in rows if row[place] < boundary]  # type: ignore[operator]


def differ(one: int | str, other: int | str) -> JoinStep:
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


def compute(
    condition: Condition,
    at: Mapping[int, int],
    gives: int | None,
    equal: Callable[[Term], Iterable[Term]] | None = None,
) -> JoinStep:
    """
    Return the step that tests *condition*, or fills the slot that it *gives*.

    Args:
        equal: the terms that are equal to a term; each of them fills the slot, not only the value itself
    """

    def step(rows: Rows, _: int) -> Rows:
        found: Rows = []
        for row in rows:
            values = _Values(row, at)
            if gives is None:
                if condition.holds(values):
                    found.append(row)
            elif (value := condition.value(gives, values)) is not None:
                found += [(*row, term) for term in ((value,) if equal is None else equal(value))]
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
