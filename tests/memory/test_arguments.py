"""
Whatever is handed to a memory, it works or is refused in one line: no error of a library comes out.

The public methods are found by introspection. A new method is tested as soon as it is there.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from scenograph.core.field import only_one
from scenograph.core.scene import Scene
from scenograph.errors import NotationError, ScenographError, StoreError
from scenograph.memory import Memory, Note
from scenograph.memory.functional import functional_roles
from scenograph.memory.records import GIVEN

BRIDGE = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
LATE = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
EARLY = datetime.min.replace(tzinfo=timezone(timedelta(hours=12)))


class Custom:
    """Not what anybody asked for."""

    def __repr__(self) -> str:
        return "Custom\nof two lines"


UNCHECKED: Any = Note

BAD: list[Any] = [
    *(None, True, 0, 3, -1, 10**30, -(10**30), 1.5, float("nan"), float("inf"), 1j, b"bytes", Custom()),
    *("", "x", "(b / ", "\ud800", "\0", ")" * 3000),
    *(datetime.max, datetime.min, LATE, EARLY, datetime.max.date(), "2020-01-01"),
    *([], {}, [3], ["x"], [None], [10**30], {"x": 1}.keys(), (1, "x"), [[1]], range(3)),
    *(BRIDGE, [BRIDGE, 3], Scene.parse("(_ / _)"), Scene.parse('(a / "\ud800")')),
    *(UNCHECKED(3), UNCHECKED(BRIDGE, 3), UNCHECKED(BRIDGE, source=b"x"), UNCHECKED(BRIDGE, time="now")),
    [UNCHECKED(BRIDGE, language=3)],
    *(Note(BRIDGE, time=LATE), Note(BRIDGE, true_until=EARLY), Note(BRIDGE, true_from=LATE)),
    *(print, Path("/dev/null/x"), Path("\0"), "a" * 300),
]

VALID: dict[str, Callable[[Path], Any]] = {
    "about": lambda _: 1,
    "by": lambda _: Note(Scene.parse("(n / news)")),
    "crystal": lambda _: 1,
    "cue": lambda _: "bridge",
    "cues": lambda _: ["bridge", BRIDGE],
    "file": lambda _: io.StringIO(exported()),
    "folder": lambda folder: folder,
    "found": lambda _: {1: GIVEN},
    "ids": lambda _: [1, 2],
    "lines": lambda _: [],
    "notes": lambda _: [Note(BRIDGE)],
    "other": lambda folder: folder,
    "rules": lambda _: [only_one(":name")],
    "scene": lambda _: BRIDGE,
    "scenes": lambda _: [BRIDGE],
    "text": lambda _: "bridge",
}
"""A good value for each parameter that must be given."""


COUNTED = frozenset({"learn_weights"})
"""Methods whose `cues` say how many."""


def valid(method: str, parameter: str) -> Callable[[Path], Any]:
    """Return what makes a good value for *parameter* of *method*."""
    return (lambda _: 2) if parameter == "cues" and method in COUNTED else VALID[parameter]


FIELDS = tuple(f"{name} must be " for name in inspect.signature(Note).parameters)


def exported() -> str:
    file = io.StringIO()
    with TemporaryDirectory() as folder, Memory.open(folder) as memory:
        memory.export_rdf(file)
    return file.getvalue()


def surface() -> Iterator[tuple[str, str]]:
    """Each public method of a memory and of its public parts, with each of its parameters."""
    yield "functional_roles", "scenes"
    for name, member in inspect.getmembers(Memory):
        if not name.startswith("_") and callable(member):
            yield from ((name, one) for one in inspect.signature(member).parameters if one != "self")


def call(memory: Memory, method: str, parameter: str, value: Any) -> None:
    """Call *method* with *value*, and with good values for all else that it needs."""
    function = functional_roles if method == "functional_roles" else getattr(memory, method)
    parameters = inspect.signature(function).parameters
    given = {
        name: valid(method, name)(memory.folder) for name, it in parameters.items() if it.default is it.empty
    }
    given[parameter] = value
    several = [name for name, it in parameters.items() if it.kind is it.VAR_POSITIONAL]
    rest = [given.pop(name) for name in several]
    result = function(
        *(one for some in rest for one in (some if isinstance(some, list) else [some])), **given
    )
    if isinstance(result, Memory):
        result.close()


def refusal(memory: Memory, method: str, parameter: str, value: Any) -> Exception | None:
    try:
        call(memory, method, parameter, value)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize(("method", "parameter"), [*surface()])
def test_any_argument_works_or_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, parameter: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with Memory.open(tmp_path / "memory") as memory:
        memory.remember_many([Note(BRIDGE, "Oleg built a bridge.", "en"), Scene.parse("(h / house)")])
        if parameter in VALID:
            call(memory, method, parameter, valid(method, parameter)(memory.folder))
        refused = [error for value in BAD if (error := refusal(memory, method, parameter, value))]
        foreign = [error for error in refused if not isinstance(error, ScenographError | TypeError)]
        assert foreign == []
        kinds = (f"{parameter} must be ", f"each of {parameter} must be ", *FIELDS)
        for error in refused:
            said = str(error)
            assert "\n" not in said or isinstance(error, NotationError)
            assert isinstance(error, ScenographError) or said.startswith(kinds), said
        assert memory.check() == []
        hits = {hit.id for hit in memory.recall("bridge")}
        assert hits >= {*memory.saying("bridge")} & {*memory.believed()}


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        ({"crystal": "x"}, "crystal must be an integer, not 'x' (str)"),
        ({"crystal": True}, "crystal must be an integer, not True (bool)"),
        ({"crystal": 10**30}, f"crystal is {10**30}; it must be from -{2**63} to {2**63 - 1}"),
        ({"crystal": -1}, "there is no crystal -1"),
    ],
)
def test_what_was_wrong_is_said(tmp_path: Path, arguments: dict[str, Any], refused: str) -> None:
    with Memory.open(tmp_path) as memory, pytest.raises((TypeError, StoreError)) as caught:
        memory.get(**arguments)
    assert str(caught.value).startswith(refused)


def test_numbers_of_numpy_are_integers(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        crystal = np.int64(memory.remember(BRIDGE))
        assert memory.get(crystal).scene == BRIDGE  # type: ignore[arg-type]
        assert len(memory.recall("bridge", np.int32(1))) == 1  # type: ignore[arg-type]


def test_times_at_the_edge_of_the_calendar_are_kept(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        crystal = memory.remember(BRIDGE, time=first, true_from=first, true_until=last)
        held = memory.get(crystal)
        assert held.learned == first
        assert (held.validity[0].true_from, held.validity[0].true_until) == (first, last)
        assert [hit.id for hit in memory.recall("bridge", at=first)] == [crystal]
        assert memory.recall("bridge", at=last) == []


class Embedding:
    """An embedder that returns what it is told to."""

    name = "of a test"

    def __init__(self, answer: Callable[[int], Any]) -> None:
        self._answer = answer

    def __call__(self, names: Sequence[str], /) -> Any:
        return self._answer(len(names))


def vectors(count: int, width: int = 8) -> Any:
    return np.random.default_rng(count).normal(size=(count, width)).astype(np.float32)


WRONG = {
    "another dimension": partial(vectors, width=9),
    "not a number": lambda count: vectors(count) * np.nan,
    "too large": lambda count: vectors(count) * 1e30,
    "one too few": lambda count: vectors(count - 1),
    "one too many": lambda count: vectors(count + 1),
    "ragged": lambda count: [[0.5] * number for number in range(1, count + 2)],
    "words": lambda count: [["near", "far"]] * count,
    "nothing": lambda _: None,
    "flat": lambda count: vectors(count)[:, 0],
    "empty": lambda count: vectors(count)[:, :0],
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_an_embedder_that_returns_no_vectors_is_named(tmp_path: Path, answer: Callable[[int], Any]) -> None:
    house = Scene.parse("(h / house)")
    with Memory.open(tmp_path, embedder=Embedding(vectors)) as memory:
        memory.remember_many([BRIDGE, house])
        memory.consolidate()
    with Memory.open(tmp_path, embedder=Embedding(answer)) as memory:
        with pytest.raises(StoreError, match="embedder of a test"):
            memory.recall(Scene.parse("(a / automobile :by (t / truck))"))
        memory.remember(Scene.parse("(d / dog :near (c / cat))"))
        with pytest.raises(StoreError, match="embedder of a test"):
            memory.recall("dog")
    with Memory.open(tmp_path, embedder=Embedding(vectors)) as memory:
        assert memory.recall("dog")
        assert memory.check() == []
