"""
Functional roles: those in which a thing has one value, as far as memory has seen.

Nobody has to say that a person is born once. If at least 20 things have two or more statements in a role, and
99 of 100 of them have one value, a second value is worth a look:

    :birthDate   28 things, all with one value       functional
    :leader      79 things, 45 with one value        not

A thing with one statement does not count: it could not have another value. One statement that differs from
two or more is allowed. Otherwise the first mistake would unlearn the role by which it is found.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.arguments import checked
from scenograph.memory.contradictions import statements

LEAST_THINGS = 20
LEAST_SHARE = 0.99


class FunctionalRole(NamedTuple):
    """
    A role in which things have one value.

    Attributes:
        role: the role
        things: how many things have at least two statements with this role
        share: how many of them have one value, one different statement allowed, 0 to 1
    """

    role: str
    things: int
    share: float


@checked
def functional_roles(scenes: Iterable[Scene]) -> list[FunctionalRole]:
    """The functional roles of *scenes*, by name. Takes 24 bytes for each link of a named thing."""
    numbers: dict[str, int] = {}
    columns = array("q"), array("q"), array("q")
    for scene in scenes:
        for thing, link, value in statements(scene):
            row = numbers.setdefault(link.role, len(numbers)), hash(thing), hash(value)
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
    if not numbers:
        return []
    roles, things, values = (np.frombuffer(column, dtype=np.int64) for column in columns)
    order = np.lexsort((values, things, roles))
    roles, things, values = roles[order], things[order], values[order]
    is_new_thing = np.r_[True, (roles[1:] != roles[:-1]) | (things[1:] != things[:-1])]
    is_new_value = is_new_thing | np.r_[True, values[1:] != values[:-1]]
    first_value = np.flatnonzero(is_new_value)
    stated = np.diff(np.r_[first_value, len(roles)])  # of each value
    starts = np.flatnonzero(is_new_thing[first_value])
    most, times = np.maximum.reduceat(stated, starts), np.add.reduceat(stated, starts)  # of each thing
    of = roles[first_value][starts]
    repeated = times > 1
    agreed = (most > 1) & (times - most <= 1)
    several = np.bincount(of[repeated], minlength=len(numbers))
    single = np.bincount(of[repeated & agreed], minlength=len(numbers))
    return [
        FunctionalRole(role, int(several[number]), float(single[number] / several[number]))
        for role, number in sorted(numbers.items())
        if several[number] >= LEAST_THINGS and single[number] >= LEAST_SHARE * several[number]
    ]
