"""The command that reasons: scenes in, what follows from them out, with proofs. It needs no mind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import UNREAD, Json

if TYPE_CHECKING:
    from scenograph.core import Conflict, Field, Rule, Scene

FactFiles = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE", help="Files of scenes in notation; '-' or none: from stdin.", show_default=False
    ),
]


@example("scenograph reason family.penman --match '(g / grandparent :agent ?who :object ?whom)' --why")
def reason(
    file: FactFiles = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules", exists=True, dir_okay=False, help="Rules as scenes; the world's if not given."
        ),
    ] = None,
    match: Annotated[
        str | None,
        typer.Option("--match", help="Ask: a scene with ?unknowns. Without it, all that follows is printed."),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Print the proof under each line.")] = False,
    concepts: Annotated[
        bool, typer.Option("--concepts", help="Concepts name things, as in scenes made of triples.")
    ] = False,
    depth: Annotated[int, typer.Option(min=1, help="How deep derived scenes may nest.")] = 8,
    limit: Annotated[int, typer.Option(min=1, help="How many links may be derived.")] = 1_000_000,
    json: Json = False,
) -> None:
    """
    Derive what follows from scenes, or ask them. Conflicts are named on stderr; no answer is exit code 1.

    Scenes are numbered from 0 in the order in which they are read; answers and proofs speak of them so.
    """
    from scenograph.cli import inputs
    from scenograph.core import Field, Scene, by_concept, by_name

    pattern = Scene.parse(match) if match is not None else None
    pipe = ["-"] if file and Path("-") in file else []
    scenes = inputs.scenes(pipe, [path for path in file or [] if path != Path("-")])
    field = Field(scenes, identify=by_concept if concepts else by_name)
    field.close(_rules(rules), depth=depth, limit=limit)
    for conflict in field.conflicts:
        if json:
            output.record(
                {"conflict": {"reason": conflict.reason, "scenes": conflict.scenes, "sides": conflict.sides}}
            )
        else:
            output.warn(str(conflict) if why else _in_short(conflict))
    if pattern is None:
        _print_derived(field, why=why, json=json)
    elif not _print_answers(field, pattern, why=why, json=json):
        output.note("no answer")
        raise typer.Exit(UNREAD)


def _rules(files: Sequence[Path] | None) -> Sequence[Rule]:
    """Return the rules of *files*, or the world's."""
    from scenograph.cli import inputs
    from scenograph.core import Rule
    from scenograph.world import World

    return [Rule(scene) for scene in inputs.scenes([], files)] if files else World().rules


def _print_derived(field: Field, *, why: bool, json: bool) -> None:
    for scene, proof in field.proofs():
        if json:
            record: dict[str, Any] = {"derived": scene, "scenes": proof.support}
            output.record({**record, "why": proof} if why else record)
        else:
            output.data(str(proof) if why else _line(scene))


def _print_answers(field: Field, pattern: Scene, *, why: bool, json: bool) -> int:
    answers = field.match(pattern)
    for answer in answers:
        proofs = field.why(answer) if why else []
        if json:
            record = {"bindings": answer.bindings, "supports": answer.supports, "scenes": answer.scenes}
            output.record({**record, "why": proofs} if why else record)
            continue
        bindings = [f"{name} = {_text(value)}" for name, value in answer.bindings.items()] or ["yes"]
        output.data(f"{', '.join(bindings)}  [{', '.join(map(str, answer.scenes))}]")
        for proof in proofs:
            output.data("\n".join(f"  {line}" for line in str(proof).splitlines()))
    return len(answers)


def _in_short(conflict: Conflict) -> str:
    sides = " against ".join(
        _line(side.claim) for side in conflict.sides if side.how in ("stated", "derived")
    )
    scenes = ", ".join(map(str, conflict.scenes))
    return f"conflict ({conflict.reason}): {sides} [{scenes}]"


def _line(scene: Scene) -> str:
    return scene.format(indent=None)


def _text(value: Scene | str) -> str:
    return value if isinstance(value, str) else _line(value)
