"""
Filters: which crystals are meant, by what is known about them beside their scenes.

    >>> Filter(tag="work") & ~Filter(source="a letter")
    Filter(and_=(Filter(tag='work'), Filter(not_=Filter(source='a letter'))))
    >>> Filter.of({"or": [{"language": "ru"}, {"metadata": {"priority": {"from": 3}}}]})
    Filter(or_=(Filter(language='ru'), Filter(metadata={'priority': Span(from_=3)})))

Several keys in one filter must all hold. Source, language, tag and metadata hold of a crystal if they hold of
one of its sources. A filter becomes a condition of SQL, so that a memory is not read to be filtered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scenograph.errors import RefusedError
from scenograph.memory.records import micros

if TYPE_CHECKING:
    from pydantic import TypeAdapter

DEEPEST = 20
"""How deep filters may be within each other."""

Moment = datetime | date
Condition = tuple[str, list[Any]]
"""A condition of SQL on the row `c` of a crystal, and its values."""

_IN_JSON: Any = {
    "extra": "forbid",
    "alias_generator": lambda name: name.removesuffix("_"),
    "use_attribute_docstrings": True,
}
"""How pydantic reads these classes from JSON: `and_` is written `and` there."""


class _Part:
    """Shows and writes the fields that were given."""

    __pydantic_config__: ClassVar[Any] = _IN_JSON

    def __repr__(self) -> str:
        given = {it.name: getattr(self, it.name) for it in fields(self)}  # pyright: ignore[reportArgumentType]
        shown = sorted(f"{name}={value!r}" for name, value in given.items() if value is not None)
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, repr=False, kw_only=True)
class Times(_Part):
    """A stretch of time; the end does not belong to it."""

    from_: Moment | None = None
    """Its begin; null: without limit."""
    until: Moment | None = None
    """Its end; null: without limit."""

    @property
    def micros(self) -> tuple[int | None, int | None]:
        """Begin and end in microseconds since 1970."""
        return _micros(self.from_), _micros(self.until)


@dataclass(frozen=True, repr=False, kw_only=True)
class Span(_Part):
    """A range of numbers or of texts; the end does not belong to it."""

    from_: int | float | str | None = None
    until: int | float | str | None = None


Wanted = Span | bool | int | float | str | None


@dataclass(frozen=True, repr=False, kw_only=True)
class Filter(_Part):
    """Which crystals are meant. All keys that are given must hold."""

    source: str | None = None
    """One of its sources has this name."""
    language: str | None = None
    """A text of it is in this language, such as `en`."""
    tag: str | None = None
    """It has this tag."""
    concept: str | None = None
    """Its scene has this concept, such as `bridge`."""
    learned: Times | None = None
    """It was first learned then."""
    true: Times | None = None
    """It is true at some time then, as far as is believed."""
    metadata: dict[str, Wanted] | None = None
    """Values that one source has, each a value or a range `{from, until}`."""
    and_: tuple[Filter, ...] | None = None
    """All of these hold."""
    or_: tuple[Filter, ...] | None = None
    """One of these holds."""
    not_: Filter | None = None
    """This does not hold."""

    def __and__(self, other: Filter) -> Filter:
        return Filter(and_=(self, other))

    def __or__(self, other: Filter) -> Filter:
        return Filter(or_=(self, other))

    def __invert__(self) -> Filter:
        return Filter(not_=self)

    @classmethod
    def of(cls, given: Filter | dict[str, Any]) -> Self:
        """Return *given*, which may be the JSON value of a filter."""
        if isinstance(given, cls):
            return given
        try:
            return _adapter().validate_python(given)
        except (ValueError, RecursionError) as error:
            problem = str(error).splitlines()
            raise RefusedError(f"this is no filter: {' '.join(it.strip() for it in problem[1:3])}") from error

    def to_json(self) -> dict[str, Any]:
        """Return the JSON value of the filter; `of` undoes it."""
        return _adapter().dump_python(self, mode="json", by_alias=True, exclude_defaults=True)

    def condition(self, having: Callable[[str], Sequence[int]], depth: int = 0) -> Condition:
        """
        Return the filter as SQL.

        Args:
            having: returns the crystals that have a concept
        Raises:
            RefusedError: if filters are too deep within each other
        """
        if depth > DEEPEST:
            raise RefusedError(f"filters may be {DEEPEST} deep within each other; write it flatter")
        return _all([*self._own(having), *self._nested(having, depth)])

    def _own(self, having: Callable[[str], Sequence[int]]) -> Iterator[Condition]:
        if self.source is not None:
            yield _source("s.origin = ?", self.source)
        if self.language is not None:
            yield _source("s.language = ?", self.language)
        if self.tag is not None:
            yield _source("EXISTS (SELECT 1 FROM json_each(s.labels, '$.tags') WHERE value = ?)", self.tag)
        if self.concept is not None:
            ids = json.dumps([int(one) for one in having(self.concept)])
            yield "c.id IN (SELECT value FROM json_each(?))", [ids]
        if self.learned is not None:
            start, end = self.learned.micros
            yield from (
                (f"c.learned {sign} ?", [at]) for sign, at in ((">=", start), ("<", end)) if at is not None
            )
        if self.true is not None:
            yield _true(*self.true.micros)
        if self.metadata:
            wanted = [_value(key, value) for key, value in self.metadata.items()]
            yield _source(
                " AND ".join(
                    f"EXISTS (SELECT 1 FROM json_each(s.labels, '$.metadata') WHERE {sql})"
                    for sql, _ in wanted
                ),
                *(value for _, values in wanted for value in values),
            )

    def _nested(self, having: Callable[[str], Sequence[int]], depth: int) -> Iterator[Condition]:
        if self.and_ is not None:
            yield _all([it.condition(having, depth + 1) for it in self.and_])
        if self.or_ is not None:
            some = [it.condition(having, depth + 1) for it in self.or_]
            yield (
                f"({' OR '.join(sql for sql, _ in some) or 'FALSE'})",
                [it for _, values in some for it in values],
            )
        if self.not_ is not None:
            sql, values = self.not_.condition(having, depth + 1)
            yield f"NOT {sql}", values


@cache
def _adapter() -> TypeAdapter[Any]:
    from pydantic import (
        TypeAdapter,
    )  # loaded with the first filter in JSON: it takes a third of memory's start

    return TypeAdapter(Filter)


def _all(some: Sequence[Condition]) -> Condition:
    return f"({' AND '.join(sql for sql, _ in some) or 'TRUE'})", [it for _, values in some for it in values]


def _source(sql: str, *values: Any) -> Condition:
    return f"EXISTS (SELECT 1 FROM sources AS s WHERE s.crystal = c.id AND {sql})", list(values)


_HELD = (
    "SELECT 1 FROM validity AS v WHERE v.crystal = c.id AND v.known_until IS NULL "
    "AND (v.true_from IS NOT NULL OR v.true_until IS NOT NULL) "
    "AND NOT EXISTS (SELECT 1 FROM validity AS w WHERE w.crystal = c.id AND w.known_until > v.known_from)"
)
"""Stated times that are believed still; see `scenograph.memory.store.validity`."""


def _true(start: int | None, end: int | None) -> Condition:
    overlaps, values = "", list[int]()
    if end is not None:
        overlaps += " AND (v.true_from IS NULL OR v.true_from < ?)"
        values.append(end)
    if start is not None:
        overlaps += " AND (v.true_until IS NULL OR v.true_until > ?)"
        values.append(start)
    return f"(NOT EXISTS ({_HELD}) OR EXISTS ({_HELD}{overlaps}))", values


def _value(key: str, wanted: Wanted) -> Condition:
    if isinstance(wanted, Span):
        sql, values = "key = ?", list[Any]([key])
        for sign, limit in ((">=", wanted.from_), ("<", wanted.until)):
            if limit is not None:
                sql += f" AND {_kind(limit)} AND value {sign} ?"
                values.append(limit)
        return sql, values
    if wanted is None or isinstance(wanted, bool):
        return "key = ? AND type = ?", [key, "null" if wanted is None else str(wanted).lower()]
    return f"key = ? AND {_kind(wanted)} AND value = ?", [key, wanted]


def _kind(value: str | float) -> str:
    return "type = 'text'" if isinstance(value, str) else "type IN ('integer', 'real')"


def _micros(moment: Moment | None) -> int | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return micros(moment)
