"""
Results as JSON values: one shape for the command line, for HTTP and for Python.

A result is a dataclass or a named tuple, and its JSON object has exactly its fields:

    >>> from scenograph.core import Scene
    >>> from scenograph.memory import Place
    >>> record(Place(start=13, end=24, paragraph=2))
    {'start': 13, 'end': 24, 'paragraph': 2}
    >>> record(Scene.parse("(s / sleep)"))
    '(s / sleep)'

| in Python | in JSON |
| --- | --- |
| scene | its notation, on one line |
| time | ISO 8601 with its zone |
| bytes | hexadecimal digits |
| path | its text |
| proof | `{"steps": [...]}`; a step names its premises by their numbers in the list |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import singledispatch
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scenograph.core.field.proof import Proof
from scenograph.core.scene import Scene

if TYPE_CHECKING:
    from scenograph.memory import Crystal, Hit


@singledispatch
def record(value: Any) -> Any:
    """
    Return *value* as a JSON value.

    Raises:
        TypeError: if *value* is or contains something that has no JSON form
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {it.name: record(getattr(value, it.name)) for it in fields(cast(Any, value))}
    raise TypeError(f"no JSON form for {type(value).__name__}")


for _kind, _form in (
    (str, str),
    (bool, bool),
    (type(None), lambda none: none),
    (Integral, int),
    (Real, float),
    (Path, str),
    (bytes, bytes.hex),
    (datetime, datetime.isoformat),
    (Scene, lambda scene: scene.format(indent=None)),
):
    record.register(_kind, _form)


@record.register(Mapping)
def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): record(item) for key, item in value.items()}


@record.register(tuple)
@record.register(list)
def _sequence(value: Any) -> Any:
    names = getattr(value, "_fields", None)
    if names is not None:
        return {name: record(item) for name, item in zip(names, value, strict=True)}
    return [record(item) for item in value]


@record.register(Proof)
def _proof(value: Proof) -> dict[str, Any]:
    # A list, not a tree: one step may support many others, and a chain can be thousands of steps long.
    steps = list(value.steps())
    place = {id(step): number for number, step in enumerate(steps)}
    return {
        "steps": [
            {
                "claim": record(step.claim),
                "how": step.how,
                "scenes": list(step.scenes),
                "rule": step.rule,
                "premises": [place[id(premise)] for premise in step.premises],
            }
            for step in steps
        ]
    }


def in_words(it: Crystal | Hit) -> str:
    """One line for a person: the texts or the notation of a crystal, and where it came from."""
    texts = dict.fromkeys(source.text for source in it.sources if source.text)
    origins = dict.fromkeys(source.source for source in it.sources if source.source)
    line = " / ".join(texts) or it.scene.format(indent=None)
    line = f"{line}  [{', '.join(origins)}]" if origins else line
    return f"{line}  (not read)" if it.unread else line
