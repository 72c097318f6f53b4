"""The command that reasons: scenes in, what follows from them out, with proofs. It needs no mind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import UNREAD, Json

if TYPE_CHECKING:
    from scenograph.core import Conflict, Field, Scene

FactFiles = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE", help="Files of scenes in notation; '-' or none: from stdin.", show_default=False
    ),
]


@example("scenograph reason family.penman --match '(g / grandparent :subject ?who :poss ?whom)' --why")
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
    from scenograph.core import Field, Rule, Scene, by_concept, by_name
    from scenograph.domains import load_domain

    pattern = Scene.parse(match) if match is not None else None
    pipe = ["-"] if file and Path("-") in file else []
    scenes = inputs.scenes(pipe, [path for path in file or [] if path != Path("-")])
    field = Field(scenes, identify=by_concept if concepts else by_name)
    known = [Rule(scene) for scene in inputs.scenes([], rules)] if rules else load_domain().rules
    field.close(known, depth=depth, limit=limit)
    for conflict in field.conflicts:
        parts = {"reason": conflict.reason, "scenes": conflict.scenes, "sides": conflict.sides}
        if json:
            output.record({"conflict": parts})
        else:
            output.warn(str(conflict) if why else _in_short(conflict))
    if pattern is None:
        for scene, proof in field.proofs():
            found = {"derived": scene, "scenes": proof.support, **({"why": proof} if why else {})}
            output.show(found, str(proof) if why else _line(scene), json)
    elif not _print_answers(field, pattern, why=why, json=json):
        output.note("no answer")
        raise typer.Exit(UNREAD)


def _print_answers(field: Field, pattern: Scene, *, why: bool, json: bool) -> int:
    answers = field.match(pattern)
    for answer in answers:
        proofs = field.why(answer) if why else []
        record = {"bindings": answer.bindings, "supports": answer.supports, "scenes": answer.scenes}
        bindings = [f"{name} = {_text(value)}" for name, value in answer.bindings.items()] or ["yes"]
        lines = [f"{', '.join(bindings)}  [{', '.join(map(str, answer.scenes))}]"]
        lines += [f"  {line}" for proof in proofs for line in str(proof).splitlines()]
        output.show({**record, **({"why": proofs} if why else {})}, "\n".join(lines), json)
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
