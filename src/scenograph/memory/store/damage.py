"""
Errors that come from damage are reported as damage.

A damaged or lost row can cause any error of Python or of a library, such as a `KeyError`. So if a call fails
with an error that this package does not raise on purpose, the memory is checked. If it is damaged, a
`StoreError` says so. If not, the error is a fault of this package and passes unchanged.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator
from functools import wraps
from inspect import isfunction
from typing import Any, Final, TypeVar

import apsw

from scenograph.errors import StoreError
from scenograph.memory.store.checks import problems
from scenograph.memory.store.crystals import Crystals

_ByDamage = (
    *(LookupError, ValueError, ArithmeticError, RuntimeError, TypeError, AttributeError, AssertionError),
    *(StopIteration, struct.error, apsw.Error),
)


_SPECIAL: Final = frozenset({"__len__", "__iter__"})

_OF_HARM: Final = frozenset({"check", "rebuild_index", "stats", "close"})
"""Methods that may be called where the file was found harmed when it was opened."""

_Stored = TypeVar("_Stored", bound=type[Any])


def names_damage(stored: _Stored) -> _Stored:
    """
    Let public methods of a class that has `_crystals` raise `StoreError` where damage makes them fail.

    Where the file was found harmed when it was opened, they raise it before they read anything: a search in
    what is left could find less without a word.
    """
    for name, member in list(vars(stored).items()):
        if isfunction(member) and (not name.startswith("_") or name in _SPECIAL) and name != "close":
            setattr(stored, name, _naming(member))
    return stored


def _naming(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: object, *given: Any, **named: Any) -> Any:
        if method.__name__ not in _OF_HARM:
            crystals: Crystals = vars(self)["_crystals"]
            crystals.database.check_sound()
        try:
            return method(self, *given, **named)
        except _ByDamage as error:
            # An error of the caller's own code, such as a generator of notes, says nothing of the memory.
            if not any(callable(one) or isinstance(one, Generator) for one in (*given, *named.values())):
                _raise_if_damaged(vars(self)["_crystals"], error)
            raise

    return call


def _raise_if_damaged(crystals: Crystals, error: Exception) -> None:
    if _CHECKED in getattr(error, "__notes__", ()):
        return
    with crystals.database.snapshot():
        found = problems(crystals)
    if found:
        raise StoreError(
            f"{crystals.database.path} is damaged: {found[0]} (`scenograph memory check` lists all); "
            "restore it from a copy or an export"
        ) from error
    error.add_note(_CHECKED)


_CHECKED = "The memory is sound, so this is an error of Scenograph: please report it."
