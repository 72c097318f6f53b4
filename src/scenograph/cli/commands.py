"""
The table of commands, and how each is loaded when it is called, and no other.

A command is a function; its help is the docstring, and `example` gives the line under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from typer.core import TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

COMMANDS = {
    "init": "build:init",
    "remember": "remember:remember",
    "ask": "talk:ask",
    "recall": "talk:recall",
    "read": "talk:read",
    "speak": "talk:speak",
    "correct": "memory:correct",
    "forget": "memory:forget",
    "memory": "Look into a mind's memory, and keep it in order.",
    "serve": "serve:serve",
    "mcp": "serve:mcp",
    "keys": "Make keys for the service of a mind, and take them back.",
    "doctor": "system:doctor",
    "demo": "system:demo",
    "train": "build:train",
    "carry": "carry:carry",
    "eval": "build:evaluate",
    "corpus": "Add corpora to learn from.",
    "style": "Teach a mind styles of its own.",
    "adapt": "adapters:adapt",
    "adapters": "List, move, remove and compare the adapters of a mind.",
    "vocabulary": "Look at the tokens of a mind's carrier, and export them.",
    "carriers": "List, fetch and check base models.",
    "convert": "convert:convert",
    "draw": "draw:draw",
    "reason": "reason:reason",
    "compress": "crystals:compress",
    "expand": "crystals:expand",
    "diff": "crystals:diff",
    "apply": "crystals:apply",
    "lexicon": "Learn and look at lexicons.",
}
"""
Name → module and function in `scenograph.cli`; of a group, its help.

In the order of `--help`: every day, looking after a mind, teaching it, scenes without a mind.
"""

GROUPS = {
    "corpus": {"add": "build:corpus_add", "list": "build:corpus_list"},
    "memory": {
        "show": "memory:show",
        "grep": "found:grep",
        "list": "found:list_",
        "sources": "found:sources",
        "namespaces": "found:namespaces",
        "history": "memory:history",
        "stats": "memory:stats",
        "consolidate": "memory:consolidate",
        "measure": "memory:measure",
        "map": "memory:draw_map",
        "contradictions": "memory:contradictions",
        "check": "memory:check",
        "export": "exchange:export",
        "import": "exchange:import_",
    },
    "keys": {"add": "serve:keys_add", "list": "serve:keys_list", "remove": "serve:keys_remove"},
    "lexicon": {"learn": "lexicons:learn", "show": "lexicons:show"},
    "style": {"add": "styles:add"},
    "adapters": {
        "list": "adapters:list_",
        "show": "adapters:show",
        "export": "adapters:export",
        "import": "adapters:import_",
        "remove": "adapters:remove",
        "diff": "adapters:diff",
    },
    "vocabulary": {"show": "vocabulary:show", "export": "vocabulary:export"},
    "carriers": {"get": "carriers:get", "check": "carriers:check", "fit": "carriers:fit"},
}

ALONE = {"carriers": "carriers:families"}
"""Group → the command that it is without a command of its own."""

F = TypeVar("F", bound=Callable[..., Any])


def example(line: str) -> Callable[[F], F]:
    """Let the help of the decorated command end in *line*, which works as it stands."""

    def mark(function: F) -> F:
        function.__dict__["example"] = line
        return function

    return mark


class Lazy(MutableMapping[str, Any]):
    """Commands by name, each loaded when it is looked up."""

    def __init__(self, table: dict[str, str]) -> None:
        self._table = table

    def __getitem__(self, name: str) -> Any:
        return _load(name, self._table[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __setitem__(self, name: str, _: Any) -> None:
        raise TypeError(f"{name}: commands are added to the table in this module")

    __delitem__ = __setitem__  # type: ignore[assignment]


def _group(name: str, about: str) -> Any:
    """Return the group *name*."""
    if name not in ALONE:
        group = TyperGroup(name=name, help=about, no_args_is_help=True, rich_markup_mode=None)
    else:
        alone = _load(name, ALONE[name])
        group = TyperGroup(
            name=name,
            help=alone.help,
            callback=alone.callback,
            params=alone.params,
            epilog=alone.epilog,
            invoke_without_command=True,
            rich_markup_mode=None,
        )
    group.commands = Lazy(GROUPS[name])
    return group


@cache
def _load(name: str, where: str) -> Any:
    module, _, attribute = where.partition(":")
    if not attribute:
        return _group(name, where)
    function = getattr(import_module(f"scenograph.cli.{module}"), attribute)
    info = CommandInfo(name=name, callback=function, epilog=f"\b\nExample:\n  {function.example}")
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
