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

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import singledispatch
from numbers import Integral, Real
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from scenograph.core.field.proof import Proof
from scenograph.core.scene import Scene

if TYPE_CHECKING:
    from scenograph.memory import Crystal, Hit, Source


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


def restore(hint: Any, value: Any) -> Any:
    """
    Undo `record`: return the value of type *hint* whose JSON value is *value*.

    Law: `restore(type(it), json.loads(json.dumps(record(it)))) == it` for every result.

        >>> from scenograph.memory import Place
        >>> restore(list[Place], [{"start": 13, "end": 24, "paragraph": 2}])
        [Place(start=13, end=24, paragraph=2)]

    Raises:
        TypeError: if *value* is none that *hint* has in JSON
    """
    if hint in _FROM_JSON:
        return _FROM_JSON[hint](value)
    origin, parts = get_origin(hint) or hint, get_args(hint)
    if origin in (Union, UnionType):
        return _restore_one_of(parts, value)
    if origin is Literal or origin in (Any, str, bool, int, type(None)):
        return value
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        made: Any = hint
        hints = get_type_hints(made)
        unknown = {name: part for name, part in value.items() if name not in hints}
        if unknown:
            raise TypeError(f"{made.__name__} has no {', '.join(unknown)}; the service is of another version")
        return made(**{name: restore(hints[name], part) for name, part in value.items()})
    if issubclass(origin, Mapping):
        return {key: restore(parts[1], part) for key, part in value.items()}
    if issubclass(origin, tuple):
        return tuple(restore(parts[0], part) for part in value)
    return [restore(parts[0], part) for part in value]


def _restore_one_of(hints: tuple[Any, ...], value: Any) -> Any:
    """Return *value* as one of several types; of scenes and constants, only scenes begin with a bracket."""
    if value is None:
        return None
    some = [hint for hint in hints if hint is not type(None)]
    if Scene in some and len(some) > 1:
        is_scene = isinstance(value, str) and value.startswith("(")
        return Scene.parse(value) if is_scene else value
    return restore(some[0], value) if len(some) == 1 else value


def _proof_from(value: Any) -> Proof:
    made: dict[int, Proof] = {}
    steps: list[dict[str, Any]] = value["steps"]
    waiting = [0]
    while waiting:  # premises first, without recursion: a chain can be thousands of steps long
        place = waiting[-1]
        missing = [it for it in steps[place]["premises"] if it not in made]
        if missing:
            waiting += missing
            continue
        step = steps[waiting.pop()]
        premises = tuple(made[it] for it in step["premises"])
        made[place] = Proof(
            Scene.parse(step["claim"]), step["how"], tuple(step["scenes"]), step["rule"], premises
        )
    return made[0]


_FROM_JSON: dict[Any, Callable[[Any], Any]] = {
    float: float,
    Path: Path,
    bytes: bytes.fromhex,
    datetime: datetime.fromisoformat,
    Scene: Scene.parse,
    Proof: _proof_from,
}


def measured_in_words(source: Source) -> str:
    """How well a scene is said and read again in the language of *source*, for a person."""
    if source.measured is None:
        return "retention not measured"
    share, method = source.measured
    said = {
        "given": "given as it is",
        "words": "said in exact words",
        "plain": "said plainly and read again",
        "unsaid": "no sentence says it",
    }
    return f"retention {share:.2f}, {said[method]}"


def in_words(it: Crystal | Hit) -> str:
    """One line for a person: the texts or the notation of a crystal, and where it came from."""
    texts = dict.fromkeys(source.text for source in it.sources if source.text)
    origins = dict.fromkeys(source.source for source in it.sources if source.source)
    line = " / ".join(texts) or it.scene.format(indent=None)
    line = f"{line}  [{', '.join(origins)}]" if origins else line
    return f"{line}  (not read)" if it.unread else line
