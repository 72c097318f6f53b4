"""The command that draws scenes: draw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Files, Scenes


@example("scenograph draw '(b / build :agent (e / entity :name \"Oleg\") :object (c / bridge))' > scene.svg")
def draw(
    scene: Scenes = None,
    file: Files = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write here instead: a file, or a folder for several scenes."),
    ] = None,
    caption: Annotated[
        str | None, typer.Option(help="A line above; '# ::snt ...' before a scene if not given.")
    ] = None,
    theme: Annotated[
        Literal["auto", "light", "dark"], typer.Option(help="Colours; 'auto' follows the reader's setting.")
    ] = "auto",
) -> None:
    """Draw scenes as SVG: boxes within boxes. One scene goes to stdout, several to a folder."""
    from scenograph.files import write_text
    from scenograph.surfaces.drawing import draw as drawing

    entries = inputs.entries(scene or [], file or [])
    drawn = (
        drawing(entry.scene, entry.metadata.get("snt", "") if caption is None else caption, theme=theme)
        for entry in entries
    )
    if len(entries) == 1 and out is None:
        output.data(next(drawn).rstrip("\n"))
    elif out is None:
        raise typer.BadParameter(f"{len(entries)} scenes make as many drawings: give a folder with --out")
    elif len(entries) == 1 and not out.is_dir():
        write_text(out, next(drawn))
        output.note(f"drawn: {out}")
    elif out.is_file():
        raise typer.BadParameter(f"{out} is a file, but {len(entries)} drawings need a folder")
    else:
        digits = len(str(len(entries)))
        for number, svg in enumerate(drawn, start=1):
            write_text(out / f"{number:0{digits}}.svg", svg)
        output.note(f"drawn: {len(entries)} scenes in {out}")
