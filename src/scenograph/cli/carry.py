"""The command `carry`: the same memory over one more carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.carriers.remote.server import KEY
from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json, MindPath

if TYPE_CHECKING:
    from scenograph.memory.contents import Contents
    from scenograph.mind.carry import Carried


@example("scenograph carry my-mind --to qwen.gguf --seconds 600")
def carry(
    mind: MindPath,
    to: Annotated[
        str,
        typer.Option(
            help="nano, a GGUF file, a folder, a hub id (org/name@revision), http://host:port/v1, "
            "or the name of a carrier that the mind has.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(help="What it is called in this mind; as its file is if not given.", show_default=False),
    ] = None,
    over: inputs.Over = None,
    quantisation: inputs.Quantisation = "none",
    model: inputs.Model = "",
    key_from: inputs.KeyFrom = KEY,
    dtype: inputs.Dtype = "auto",
    runtime: inputs.Runtime = "torch",
    steps: inputs.Steps = None,
    seconds: inputs.Seconds = None,
    json: Json = False,
) -> None:
    """
    Make a mind work over one more carrier. Memory stays as it is, which is checked.

    Vocabulary and adapters are trained from what the mind has: its corpus, its styles, what it remembers.
    Ctrl-C is safe: the same command goes on. For a carrier that is trained already, it trains one more round,
    from the adapters that are there. On a server nothing can be trained: it gets examples in each prompt.
    """
    from scenograph.cli.build import what_obeys
    from scenograph.cli.progress import shown
    from scenograph.mind.carry import carry as carry_mind
    from scenograph.mind.carry import further_carrier, note_on_reader
    from scenograph.mind.sections import FurtherCarrier
    from scenograph.mind.workspace import Workspace

    if steps is not None and seconds is not None:
        raise typer.BadParameter("give --steps or --seconds, not both")
    workspace = Workspace(mind)
    if to in workspace.carriers:
        if (over, quantisation, dtype, runtime, model) != (None, "none", "auto", "torch", ""):
            raise typer.BadParameter(
                f"{to} has its settings in mind.toml; change them there, or carry to its file under a --name"
            )
        carrier = FurtherCarrier(base=to)
    else:
        carrier = further_carrier(
            to,
            over=over,
            quantisation=quantisation,
            dtype=dtype,
            runtime=runtime,
            model=model,
            key_from=key_from,
        )
    if carrier.server is not None:
        output.note(what_obeys(carrier.base, carrier.server))
    elif carrier.base != to:
        output.note(f"{to} is {carrier.base} now, and stays so in this mind")
    with shown() as bars:
        carried = carry_mind(workspace, carrier, bars, name=name, steps=steps, seconds=seconds)
        for status in carried.steps:
            if status.state == "up to date":
                bars.line(status.step, f"up to date: {status.summary}")
    if reader := note_on_reader(workspace.over(carried.carrier)):
        output.note(reader)
    record = {
        "carrier": carried.carrier,
        "steps": carried.steps,
        "before": carried.before,
        "after": carried.after,
    }
    output.show(record, f"{carried.carrier}: {_memory(carried)}", json)
    output.note(
        f"next: scenograph ask {mind} --carrier {carried.carrier} 'Who ...?'   "
        f"scenograph eval {mind}   (all carriers side by side)"
    )


def _memory(carried: Carried) -> str:
    """Say what became of memory."""
    before, after = carried.before, carried.after
    if before is None or after is None:
        return "the mind has no memory yet"
    if carried.is_proved:
        return f"memory is as it was: {_held(before)}"
    return (
        f"another process wrote to memory meanwhile; before: {_held(before)}; now: {_held(after)}, "
        f"{after.changes - before.changes} changes later"
    )


def _held(contents: Contents) -> str:
    count = f"{contents.crystals:,} crystal{'' if contents.crystals == 1 else 's'}"
    return f"{count}, digest {contents.scenes[:16]}, of all else {contents.rest[:16]}"
