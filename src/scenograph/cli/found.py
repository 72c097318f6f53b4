"""Commands that list what a memory holds: `memory grep`, `list`, `sources` and `namespaces`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import Expired, Filtered, InNamespace, Json, MindPath, filter_of, open_mind
from scenograph.cli.times import moment

if TYPE_CHECKING:
    from scenograph.mind.namespace import Namespace

NONE_FOUND = 1
"""Exit code of `grep` where nothing is found, as that of its namesake."""


@example("scenograph memory grep demo-mind '\"old bridge\" Oleg'")
def grep(
    mind: MindPath,
    words: Annotated[
        str,
        typer.Argument(
            metavar="WORDS", help="What is said, in any form; in quotes, in this order.", show_default=False
        ),
    ],
    among: Filtered = None,
    expired: Expired = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    List all crystals that contain every one of some words. Exit code 1 if none does.

    Crystals that were corrected are listed, too.
    """
    from scenograph.results import in_words

    wanted = filter_of(among)
    with open_mind(mind, namespace=namespace) as it:
        memory = it.memory
        found = memory.select(wanted, words=words, expired=expired)
        for crystal in map(memory.get, found):
            output.show(crystal, f"{crystal.id:>6}  {in_words(crystal)}", json)
    if not found:
        output.note("no crystal says that")
        raise typer.Exit(NONE_FOUND)


@example("scenograph memory list demo-mind --filter language=en --limit 20")
def list_(
    mind: MindPath,
    among: Filtered = None,
    after: Annotated[int, typer.Option(min=0, metavar="ID", help="Only later ones, for pages.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="How many at most.", show_default=False)] = None,
    expired: Expired = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """List crystals in order of their numbers. Those that were corrected are listed, too."""
    from scenograph.results import in_words

    wanted = filter_of(among)
    with open_mind(mind, namespace=namespace) as it:
        memory = it.memory
        found = memory.select(wanted, after=after, limit=limit, expired=expired)
        for crystal in map(memory.get, found):
            output.show(crystal, f"{crystal.id:>6}  {in_words(crystal)}", json)
    if not found:
        output.note("there is no such crystal" if wanted or after else "memory is empty")


@example("scenograph memory sources demo-mind")
def sources(mind: MindPath, namespace: InNamespace = "", json: Json = False) -> None:
    """
    List the named sources of memory, such as documents.

    Each with its crystals, and when the last of them was learned. `forget --source NAME` removes one again.
    """
    with open_mind(mind, namespace=namespace) as it:
        found = it.memory.sources()
    for one in found:
        output.show(one, f"{one.crystals:>6,}  {moment(one.last)}  {one.source}", json)
    if not found:
        output.note("nothing in memory has a named source")


def named(namespace: Namespace) -> dict[str, str]:
    """Return *namespace* with its parts, as JSON has it."""
    return {"namespace": str(namespace), **namespace._asdict()}


@example("scenograph memory namespaces demo-mind")
def namespaces(mind: MindPath, namespace: InNamespace = "", json: Json = False) -> None:
    """List the people and agents that are remembered apart."""
    with open_mind(mind, namespace=namespace) as it:
        found = it.namespaces()
    for one in found:
        output.show(named(one), str(one), json)
    if not found:
        output.note("no namespace has a memory; remember --namespace makes one")
