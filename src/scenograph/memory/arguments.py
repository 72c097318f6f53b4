"""
Checks what callers hand to a memory, in one place: by the annotations of its public methods.

    >>> @checked
    ... def square(number: Count, *, name: str | None = None) -> int:
    ...     return number**2
    >>> square(3)
    9
    >>> square("3")
    Traceback (most recent call last):
    TypeError: number must be an integer, not '3' (str)
    >>> square(-3)
    Traceback (most recent call last):
    scenograph.errors.RefusedError: number is -3; it must be from 0 to 9223372036854775807

A value of another type is a `TypeError`, one of this type that is out of range a `StoreError`. Items of an
iterable are checked as they are taken, the fields of a `Note` with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, is_dataclass
from functools import cache, wraps
from inspect import isfunction, signature
from itertools import chain, repeat
from math import inf
from operator import index
from textwrap import shorten
from types import UnionType
from typing import (
    IO,
    Annotated,
    Any,
    NamedTuple,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from scenograph.errors import RefusedError

_Checked = TypeVar("_Checked", bound=Callable[..., Any])

Count = Annotated[int, 0]
"""An integer from 0: how many of something, or a seed."""

Size = Annotated[int, 1]
"""An integer from 1: how many are taken at once."""

_LAST = (1 << 63) - 1  # SQLite's largest integer
_WORDS: dict[Any, str] = {
    int: "an integer",
    float: "a number",
    type(None): "None",
    Iterable: "an iterable",
    Collection: "a collection",
    Callable: "a function",
    IO: "an open file",
}


def checked(one: _Checked) -> _Checked:
    """Let a function, or each public method of a class, check its arguments before it does anything else."""
    if not isinstance(one, type):
        return cast(_Checked, _checking(one))
    for name, member in list(vars(one).items()):
        if isfunction(member) and not name.startswith("_"):
            setattr(one, name, _checking(member))
        elif isinstance(member, classmethod):
            method = cast("classmethod[Any, Any, Any]", member).__func__
            setattr(one, name, classmethod(_checking(method)))
    return cast(_Checked, one)


def _checking(function: Callable[..., Any]) -> Callable[..., Any]:
    places = [it.name for it in signature(function).parameters.values() if it.kind is not it.KEYWORD_ONLY]
    last = (
        places[-1] if places else ""
    )  # which takes any number of values, if more come than there are places

    @wraps(function)
    def check(*given: Any, **named: Any) -> Any:
        hints = _hints(function)  # not before the first call: names in them may be defined later
        fitted = [
            _fit(value, hints[name], name) if name in hints else value
            for name, value in zip(chain(places, repeat(last)), given, strict=False)
        ]
        for name in named.keys() & hints.keys():
            named[name] = _fit(named[name], hints[name], name)
        return function(*fitted, **named)

    return check


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """What each parameter of a function, or field of a data class, must be; without those of any type."""
    hints = get_type_hints(function, include_extras=True)
    return {name: hint for name, hint in hints.items() if hint not in (Any, object)}


class _Kind(NamedTuple):
    """One of the types that a hint allows: its class, the hint of its items, its least value."""

    type: Any
    items: Any = None
    least: int = -_LAST - 1


@cache
def _kinds(hint: Any) -> list[_Kind]:
    origin, parts = get_origin(hint) or hint, get_args(hint)
    if origin in (Union, UnionType):
        return [kind for part in parts for kind in _kinds(part)]
    if origin is Annotated:
        return [_Kind(parts[0], least=parts[1])]
    if origin in (Iterable, Collection) or parts[1:] == (Ellipsis,):
        return [_Kind(origin, parts[0])]
    return [_Kind(origin)]


@cache
def _plain(hint: Any) -> frozenset[type]:
    """The types of which every value fits *hint*: nearly all values are of these, and pass at once."""
    return frozenset(
        kind.type
        for kind in _kinds(hint)
        if kind.items is None and kind.type not in (int, float) and not is_dataclass(kind.type)
    )


@cache
def _fields(kind: Any) -> list[tuple[str, Any, frozenset[type]]]:
    """Name, hint and plain types of the fields of a data class."""
    hints = _hints(kind)
    return [(it.name, hints[it.name], _plain(hints[it.name])) for it in fields(kind) if it.name in hints]


def _fit(value: Any, hint: Any, name: str) -> Any:
    """*value* if it fits *hint*; an iterable as one that checks its items."""
    if type(value) in _plain(hint):
        return value
    kind = next((kind for kind in _kinds(hint) if _is(value, kind.type)), None)
    if kind is None:
        expected = " or ".join(_WORDS.get(kind.type) or str(kind.type.__name__) for kind in _kinds(hint))
        shown = shorten(repr(value), 60, placeholder="…")
        raise TypeError(f"{name} must be {expected}, not {shown} ({type(value).__name__})")
    if kind.type is int:
        number = index(value)
        if not kind.least <= number <= _LAST:
            raise RefusedError(f"{name} is {number}; it must be from {kind.least} to {_LAST}")
        return number
    if kind.type is float and not 0 <= value < inf:
        raise RefusedError(f"{name} is {value}; it must be a number from 0")
    if is_dataclass(kind.type):
        for field, expected, plain in _fields(kind.type):
            if type(part := getattr(value, field)) not in plain:
                _fit(part, expected, field)
    elif kind.items is not None:
        checked_items = (_fit(item, kind.items, f"each of {name}") for item in value)
        return checked_items if kind.type is Iterable else list(checked_items)
    return value


def _is(value: object, kind: Any) -> bool:
    if kind is int:
        return hasattr(value, "__index__") and not isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is IO:
        return hasattr(value, "read") or hasattr(value, "write")
    if kind in (Iterable, Collection) and isinstance(value, str | bytes):
        return False
    return isinstance(value, kind)
